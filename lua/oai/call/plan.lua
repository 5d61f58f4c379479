-- What the requests of an endpoint have in common where their settings are the
-- same: header lines, place, how parameters become content. Pure.

local content = require "oai.call.content"
local header = require "oai.codec.header"
local lazy = require "oai.lazy"
local url = require "oai.codec.url"

local error_value = lazy "oai.error"
local key = lazy "oai.key"

local plans = {}

---@class oai.Plan  what the calls of one endpoint with the same settings share; it is not changed
---@field name string         such as "files.create", for messages
---@field template string     the path, with names for its ids
---@field method string
---@field url? string|false   where there are no ids in the path
---@field sink? "stream"|"bytes"|"socket"
---@field content function    puts the parameters into a request
---@field lines string[]      header lines of a first attempt, without the credential
---@field transfer table      what the core is told of each transfer
---@field counts_retries boolean  the last line is the retry count
---@field own_credential boolean  the caller's headers hold one, or say none
---@field admin boolean       which credential
---@field foreign? boolean    not the configured origin: it sees nothing of the client's
---@field provider? oai.Provider  whose credentials and signatures go with it
---@field signed? boolean     each attempt has lines of the provider's
---@field stays? boolean      no redirect is followed

local COUNT = "X-Stainless-Retry-Count"
local IDENTITY, LONGEST_IDENTITY = "X-Client-Request-Id", 512

local ACCEPT = { bytes = "application/binary", text = "text/plain", empty = "*/*" }

local NOTHING = {}

local function accept_of(endpoint, stream)
  if stream then
    return "text/event-stream"
  end
  return endpoint.accept or ACCEPT[endpoint.returns] or "application/json"
end

local function merge_headers(name, layers)
  local fields, reason = header.merge(layers)
  return fields or error_value.misuse(name .. ": " .. reason)
end

--- The Content-Type of a request: `false` keeps libcurl from guessing one, nil
--- leaves it to libcurl, which writes a form's with its boundary.
local function content_type_of(endpoint)
  if not content.has_body(endpoint.method) or endpoint.form then
    return nil
  end
  return endpoint.body ~= false and (endpoint.content_type or "application/json")
end

--- Whether an operation takes the admin key, as its line says, or else its path.
---@param endpoint oai.Endpoint|{ template: string, admin?: boolean }
---@return boolean
function plans.is_admin(endpoint)
  if endpoint.admin ~= nil then
    return endpoint.admin
  end
  return endpoint.template:find("^/organization/") ~= nil or endpoint.template:find("^/projects/") ~= nil
end

--- The header lines of attempt number `attempts`.
---@param plan oai.Plan
---@param attempts integer
---@return string[]
function plans.lines(plan, attempts)
  if attempts == 1 or not plan.counts_retries then
    return plan.lines
  end
  local lines = {}
  for i, line in ipairs(plan.lines) do
    lines[i] = line
  end
  lines[#lines] = ("%s: %d"):format(COUNT, attempts - 1)
  return lines
end

local UNCOMPRESSED = { ["Accept-Encoding"] = "identity" }

--- The key by which a server knows a request again: the program's, or one that
--- is made for this call; nil where none is sent.
local function idempotency_key(settings, endpoint)
  local given = settings.options.idempotency_key
  if endpoint.method ~= "POST" or not given then
    return nil
  end
  return given == "auto" and key.uuid() or given
end

--- Raises where the API would not take the id of a request.
local function check_identity(name, field)
  local given = field and field.text
  if given and (given == "" or #given > LONGEST_IDENTITY or given:find("[^\32-\126]")) then
    error_value.misuse(("%s: the client request id must be ASCII, of 1 to %d characters"):format(name,
      LONGEST_IDENTITY))
  end
end

--- The header fields of a plan. A foreign origin sees nothing of the client's
--- own. A reply that goes to a file, or is bytes, is not to be compressed:
--- libcurl does not look at how a compressed body ends, so one that was cut would
--- pass for whole.
local function fields_of(settings, endpoint, how)
  return merge_headers(endpoint.name, {
    {
      Accept = accept_of(endpoint, how.stream),
      ["Content-Type"] = content_type_of(endpoint),
      ["OpenAI-Beta"] = endpoint.beta,
      ["Idempotency-Key"] = not how.foreign and idempotency_key(settings, endpoint) or nil,
      [IDENTITY] = not how.foreign and nil, -- else the core names the request
    },
    how.foreign and NOTHING or settings.own_headers,
    (how.saved or endpoint.sink) and UNCOMPRESSED or NOTHING,
    how.foreign and NOTHING or settings.default_headers,
    settings.call_headers or NOTHING,
  })
end

--- A path as a provider has it. It may not lead to another host, since the
--- credential is for the base URL.
local function rewritten(provider, endpoint, path, params)
  path = path:sub(1, 1) == "/" and path or "/" .. path
  local made = provider.path(endpoint.method, path, params)
  if type(made) ~= "string" then
    error_value.misuse(("%s: the provider '%s' made a %s of the path, and no string"):format(endpoint.name,
      provider.name, type(made)))
  elseif made:sub(1, 1) ~= "/" then
    error_value.misuse(("%s: the provider '%s' made '%s' of the path '%s': it must begin with '/', and is below the "
      .. "base URL"):format(endpoint.name, provider.name, url.shown(made), url.shown(path)))
  elseif made:find "[%z\1-\32\127]" then
    error_value.misuse(("%s: the provider '%s' made a path with a space or a control character of '%s'"):format(
      endpoint.name, provider.name, url.shown(path)))
  end
  return url.escaped(made)
end

--- Where a path of the API is.
---@param settings table
---@param endpoint oai.Endpoint
---@param path string  filled
---@param params? table
---@param options? table  call options
---@return string url
function plans.url(settings, endpoint, path, params, options)
  if settings.prefix and endpoint.template_is_path then
    return settings.prefix .. path
  end
  local provider = settings.provider
  if provider and provider.path then
    path = rewritten(provider, endpoint, path, options and content.with_extra(params, options) or params)
  end
  return url.join(settings.base_url, path)
end

--- Whether a request has its credential from the caller, who may have said that
--- there is none.
local function has_credential(settings, fields)
  local own = settings.provider and settings.provider.header
  return fields.authorization ~= nil or own and fields[own:lower()] ~= nil or false
end

--- The header lines of a first attempt, and whether the last of them counts
--- retries.
local function first_lines(fields, foreign)
  local lines, counts_retries = header.lines(fields), not foreign and fields[COUNT:lower()] == nil
  if counts_retries then
    lines[#lines + 1] = COUNT .. ": 0"
  end
  return lines, counts_retries
end

--- Makes the plan of an endpoint.
---@param how { stream?: table, saved?: string, foreign?: boolean, url?: string|false }
---@return oai.Plan
local function make_plan(settings, endpoint, how)
  local fields, foreign = fields_of(settings, endpoint, how), how.foreign
  check_identity(endpoint.name, fields[IDENTITY:lower()])
  local lines, counts_retries = first_lines(fields, foreign)
  local provider, own_credential = settings.provider, foreign or has_credential(settings, fields)
  return {
    name = endpoint.name,
    template = endpoint.template,
    method = endpoint.method,
    url = how.url,
    sink = how.stream and "stream" or endpoint.sink,
    content = content.of(endpoint, settings.profile),
    lines = lines,
    transfer = settings.transfer,
    counts_retries = counts_retries,
    own_credential = own_credential,
    admin = plans.is_admin(endpoint),
    foreign = foreign,
    provider = not own_credential and provider or nil,
    signed = not own_credential and provider and provider.sign and true,
    stays = settings.stays,
  }
end

--- The plan for an absolute URL, which may be foreign.
local function plan_elsewhere(settings, endpoint, path, how)
  local parts, reason = url.parse(path)
  if not parts then
    error_value.misuse(("%s: '%s' is no URL: %s"):format(endpoint.name, url.shown(path), reason))
  end
  how.url, how.foreign = path, parts.origin ~= settings.origin
  return make_plan(settings, endpoint, how)
end

--- The plan of an endpoint, which the settings of a client keep.
---@param settings table
---@param endpoint oai.Endpoint
---@param path string  filled
---@param stream? table  the dialect of the stream that is asked for
---@param saved? string  where the reply is saved
---@return oai.Plan
function plans.of(settings, endpoint, path, stream, saved)
  local how = { stream = stream, saved = saved }
  if not endpoint.template_is_path and url.is_absolute(path) then
    return plan_elsewhere(settings, endpoint, path, how)
  end
  local is_rewritten = settings.provider and settings.provider.path
  how.url = #endpoint.ids == 0 and not is_rewritten and plans.url(settings, endpoint, path)
  local plan, kept = make_plan(settings, endpoint, how), stream and settings.stream_plans or settings.plans
  if kept and not saved and not (settings.options.idempotency_key and endpoint.method == "POST") then
    kept[endpoint] = plan
  end
  return plan
end

return plans
