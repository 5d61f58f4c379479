-- A call as data: endpoint, ids, parameters and options to one request table.
-- Pure: nothing is sent or read here, and nothing of the caller's is kept.

local header = require "oai.codec.header"
local json = require "oai.codec.json"
local lazy = require "oai.lazy"
local options_list = require "oai.options"
local url = require "oai.codec.url"

local error_value = lazy "oai.error"
local form = lazy "oai.codec.form"
local key = lazy "oai.key"
local query = lazy "oai.codec.query"
local profile_parameters = lazy "oai.profile.adapt"
local text = lazy "oai.codec.text"
local settings_module = lazy "oai.settings"

local type = type

local option_names = options_list.names

local request = {}

---@class oai.Request
---@field plan oai.Plan
---@field settings table      of the client or the call
---@field url string
---@field body? string
---@field form? table[]|userdata  parts of a multipart form; from send.lua on what the core made of them
---@field sink? "stream"|"bytes"|"socket"|oai.Target  the last made by send.lua from `save_to`
---@field save_to? string
---@field range_start? integer  by range.lua: how much of the file is there already
---@field on_progress? fun(bytes: integer, total?: integer)
---@field stream? table       the dialect of the stream that is asked for
---@field credential? userdata|false  by send.lua: the key that goes with it
---@field signature? string[]  by signed.lua: the header lines that a provider added last
---@field watch? function     by oai.observe: is told of the reply's value, or of a stream's end
---@field told? table         by oai.observe: what hooks are told of then
---@field upgrade? string     by upgrade.lua: it asks for a WebSocket, with this key
---@field model? string       whose limits the call counts towards

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
local SCOPES = { call = true, single = true }

local ACCEPT = { bytes = "application/binary", text = "text/plain", empty = "*/*" }

--- The settings of one call with options of its own.
local function override_settings(client, name, options)
  options_list.check(options, name, SCOPES)
  return settings_module.of_call(client._settings, options)
end

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

local HAS_BODY = { POST = true, PUT = true, PATCH = true }

--- The Content-Type of a request: `false` keeps libcurl from guessing one, nil
--- leaves it to libcurl, which writes a form's with its boundary.
local function content_type_of(endpoint)
  if not HAS_BODY[endpoint.method] or endpoint.form then
    return nil
  end
  return endpoint.body ~= false and (endpoint.content_type or "application/json")
end

--- Whether an operation takes the admin key: what its line says, or else its path.
---@param endpoint oai.Endpoint|{ template: string, admin?: boolean }
---@return boolean
function request.is_admin(endpoint)
  if endpoint.admin ~= nil then
    return endpoint.admin
  end
  return endpoint.template:find("^/organization/") ~= nil or endpoint.template:find("^/projects/") ~= nil
end

local NOTHING = {}

--- The header lines of attempt number `attempts`.
---@param plan oai.Plan
---@param attempts integer
---@return string[]
function request.lines(plan, attempts)
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

local function at(name, path)
  return path == "" and name or name .. ": " .. path
end

--- What is said of functions among the tools of an operation that calls none.
local function tool_hint(name, path)
  if name:find "^beta%.agents%." and path:find "tools[.[]" then
    return "; functions by name are an option of sessions:stream (docs/agents.md)"
  end
  local of = path:find "^tools[.[]" and name:match "^(.*)%.%w+$"
  return of and ("; functions are called by client.%s:run (docs/tools.md)"):format(of) or ""
end

--- The error of parameters that cannot be JSON. Invalid text is the data's
--- fault and returned; the rest is the program's, and raised.
local function encode_error(name, path, reason)
  local message = ("%s: %s"):format(path == "" and "the parameters" or path, reason)
  if not reason:find("UTF-8", 1, true) then
    error_value.misuse(name .. ": " .. message .. tool_hint(name, path))
  end
  return nil, error_value.new { kind = "bad_request", operation = name, message = message }
end

local function plain_fields(params, file_fields)
  local plain = {}
  for name, value in pairs(params) do
    if not file_fields[name] then
      plain[name] = value
    end
  end
  return plain
end

local function append_query(out, values)
  local done, result = pcall(query.append, out.url, values)
  if not done then
    if type(result) ~= "table" then
      error(result, 0)
    end
    error_value.misuse(at(out.plan.name, result[1]) .. ": " .. result[2])
  end
  out.url = result
end

--- Parts the parameters of a POST into those for the query and the rest.
local function take_query(endpoint, params)
  local for_query, rest = {}, {}
  for name, value in pairs(params) do
    (endpoint.query[name] and for_query or rest)[name] = value
  end
  return for_query, rest
end

local function add_query(out, values)
  if next(values) == nil then
    return out
  end
  local path, reason = text.fault(values)
  if path then
    return encode_error(out.plan.name, path, reason)
  end
  append_query(out, values)
  return out
end

-- How the parameters become the content of a request: each puts it into
-- `out` and returns that, or nil and an error.

local function as_query(out, _, params)
  return add_query(out, params)
end

local function with_extra(params, options)
  return options.body and options_list.merge(params, options.body) or params
end

local function as_any_json(out, _, params, options)
  local body, path, reason = json.encode(options and with_extra(params, options) or params)
  if not body then
    return encode_error(out.plan.name, path, reason)
  end
  out.body = body
  return out
end

--- The JSON of an operation. Without options it is seen meanwhile whether one
--- is among the parameters.
local function as_json(out, endpoint, params, options)
  if options then
    return as_any_json(out, endpoint, params, options)
  end
  local body = json.encode(params, endpoint.refused or option_names)
  if not body then
    options_list.refuse_among(params, endpoint.name, endpoint.refused)
    return as_any_json(out, endpoint, params)
  end
  out.body = body
  return out
end

--- Content that is one parameter, as it is.
local function as_raw(out, endpoint, params, options)
  local body = (options and with_extra(params, options) or params)[endpoint.raw]
  if type(body) ~= "string" then
    error_value.misuse(("%s: %s must be a string"):format(out.plan.name, endpoint.raw))
  end
  out.body = body
  return out
end

local function as_form(out, endpoint, params, options)
  params = options and with_extra(params, options) or params
  local path, reason = text.fault(plain_fields(params, endpoint.form))
  if path then
    return encode_error(out.plan.name, path, reason)
  end
  local done, parts = pcall(form.parts, params, endpoint.form, endpoint.form_rules)
  if not done then
    if type(parts) ~= "table" then
      error(parts, 0)
    end
    error_value.misuse(at(out.plan.name, (parts[1]:gsub("%c", "?"))) .. ": " .. parts[2])
  end
  out.form = parts
  return out
end

--- Content that has some of its parameters in the query.
local function beside_query(content)
  return function(out, endpoint, params, options)
    local for_query, rest = take_query(endpoint, params)
    local done, err = add_query(out, for_query)
    if not done then
      return nil, err
    end
    return content(out, endpoint, rest, options)
  end
end

--- How parameters become content that the server of a profile calls
--- otherwise. What is in the option `body` is sent as it is.
local function adapted(content, profile, endpoint)
  local adapt = profile_parameters.of(profile, endpoint.name)
  return adapt and function(out, endpoint_, params, options)
    return content(out, endpoint_, adapt(params), options)
  end or content
end

local function content_of(endpoint, profile)
  if not HAS_BODY[endpoint.method] or endpoint.body == false then
    return as_query
  end
  local json_content = endpoint.name == "request" and as_any_json or as_json
  local content = endpoint.form and as_form or endpoint.raw and as_raw or json_content
  content = endpoint.query and beside_query(content) or content
  return profile and adapted(content, profile, endpoint) or content
end

local UNCOMPRESSED = { ["Accept-Encoding"] = "identity" }

--- The key by which a server knows the request again. One that is made for it
--- is that of one call alone.
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
  if given and (#given > LONGEST_IDENTITY or given:find("[^\32-\126]")) then
    error_value.misuse(("%s: the client request id must be ASCII, of at most %d characters"):format(name,
      LONGEST_IDENTITY))
  end
end

--- The header fields of a plan. A foreign origin sees nothing of the client's
--- own. Where nothing in a body would tell that it
--- was cut, it is not to be compressed: libcurl does not look at how that ends.
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

--- A path as a provider has it. One that names a place of its own is none: the
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
local function join(settings, endpoint, path, params, options)
  if settings.prefix and endpoint.template_is_path then
    return settings.prefix .. path
  end
  local provider = settings.provider
  if provider and provider.path then
    path = rewritten(provider, endpoint, path, options and with_extra(params, options) or params)
  end
  return url.join(settings.base_url, path)
end

--- Whether a request has its credential from the caller, who may have said that
--- there is none.
local function has_credential(settings, fields)
  local own = settings.provider and settings.provider.header
  return fields.authorization ~= nil or own and fields[own:lower()] ~= nil or false
end

--- Makes the plan of an endpoint.
---@param how { stream?: table, saved?: string, foreign?: boolean, url?: string|false }
---@return oai.Plan
local function make_plan(settings, endpoint, how)
  local fields, foreign = fields_of(settings, endpoint, how), how.foreign
  check_identity(endpoint.name, fields[IDENTITY:lower()])
  local lines, counts_retries = header.lines(fields), not foreign and fields[COUNT:lower()] == nil
  if counts_retries then
    lines[#lines + 1] = COUNT .. ": 0"
  end
  local provider, own_credential = settings.provider, foreign or has_credential(settings, fields)
  return {
    name = endpoint.name,
    template = endpoint.template,
    method = endpoint.method,
    url = how.url,
    sink = how.stream and "stream" or endpoint.sink,
    content = content_of(endpoint, settings.profile),
    lines = lines,
    transfer = settings.transfer,
    counts_retries = counts_retries,
    own_credential = own_credential,
    admin = request.is_admin(endpoint),
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
local function plan_of(settings, endpoint, path, stream, saved)
  local how = { stream = stream, saved = saved }
  if not endpoint.template_is_path and url.is_absolute(path) then
    return plan_elsewhere(settings, endpoint, path, how)
  end
  local is_rewritten = settings.provider and settings.provider.path
  how.url = #endpoint.ids == 0 and not is_rewritten and join(settings, endpoint, path)
  local plan, kept = make_plan(settings, endpoint, how), stream and settings.stream_plans or settings.plans
  if kept and not saved and not (settings.options.idempotency_key and endpoint.method == "POST") then
    kept[endpoint] = plan
  end
  return plan
end

local function refuse_params(name, params)
  error_value.misuse(("%s: the parameters must be a table, got %s"):format(name, type(params)))
end

--- Raises where `stream` is neither true nor false: its reply would come whole,
--- or it would be a stream that nobody reads.
local function check_switch(endpoint, stream)
  if endpoint.stream and (type(stream) == "string" or type(stream) == "number") then
    error_value.misuse(("%s: 'stream' must be true or false, got %s"):format(endpoint.name, type(stream)))
  end
end

--- Raises where options and a stream do not go together.
local function check_stream(endpoint, stream, options)
  if endpoint.stream and options.body and options.body.stream then
    error_value.misuse(endpoint.name .. ": give 'stream' among the parameters: in 'body' it is sent, and not read")
  elseif stream and options.save_to then
    error_value.misuse(endpoint.name .. ": give 'stream' or 'save_to', not both: a stream is read, not saved")
  end
end

--- The request of a call.
---@param client oai.Client
---@param endpoint oai.Endpoint
---@param path string       filled
---@param params? table
---@param options? table    call options
---@return oai.Request? request
---@return oai.Error? err   what is wrong with the data; wrong use is raised
function request.build(client, endpoint, path, params, options)
  if params == nil then
    params = NOTHING
  elseif type(params) ~= "table" then
    refuse_params(endpoint.name, params)
  end
  local settings, saved = client._settings, nil
  local stream = (params.stream == true or params.stream_format == "sse" or endpoint.always_streams) and endpoint.stream
    or nil
  if not stream and params.stream then
    check_switch(endpoint, params.stream)
  end
  if options ~= nil then
    settings, saved = override_settings(client, endpoint.name, options), options.save_to
    check_stream(endpoint, stream, options)
  end
  local plans = stream and settings.stream_plans or settings.plans
  local plan = not saved and plans and plans[endpoint] or plan_of(settings, endpoint, path, stream, saved)
  if (options ~= nil or plan.content ~= as_json) and endpoint.name ~= "request" then
    options_list.refuse_among(params, endpoint.name, endpoint.refused)
  end
  local out = {
    plan = plan,
    settings = settings,
    url = plan.url or join(settings, endpoint, path, params, options),
    sink = plan.sink,
    stream = stream,
    model = params.model,
  }
  if saved then
    out.save_to = saved
  end
  if options ~= nil then
    out.on_progress = options.on_progress
  end
  if settings.query and not plan.foreign then
    append_query(out, settings.query)
  end
  return plan.content(out, endpoint, params, options)
end

require "oai.interpret" ()

return request
