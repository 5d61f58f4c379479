-- What is worked out of options once, for all calls that have them: where
-- those go, what their header says, and with which keys. The options stay as
-- they were given; settings are made whole and not changed afterwards, but for
-- the plans that calls keep here.

local credential = require "oai.credential"
local credentials = require "oai.credentials"
local header = require "oai.codec.header"
local lazy = require "oai.lazy"
local options_list = require "oai.options"
local url = require "oai.codec.url"
local version = require "oai.version"

local error_value = lazy "oai.error"
local log = lazy "oai.log"
local profiles = lazy "oai.profile"
local providers = lazy "oai.provider"

local settings = {}

local DEFAULT_BASE = "https://api.openai.com/v1"

-- Regions have names of two letters, and hosts of their own.
local REGION, REGION_BASE = "^%l%l$", "https://%s.api.openai.com/v1"

---@class oai.Settings
---@field options table            as given, else the environment's, else the defaults; keys are sealed
---@field credentials oai.Credentials
---@field base_url string
---@field origin string
---@field host string
---@field prefix? string           what stands before a path; nil: the base URL has a query
---@field own_headers table        the library's header fields of every request
---@field default_headers table    the caller's, by names in lower case
---@field call_headers? table      of a single call
---@field query? table             of every request
---@field provider? oai.Provider    who else has the API
---@field profile? oai.Profile     how the server differs from the API
---@field is_named boolean         the program says which profile; else it is known by where the server is
---@field base64 boolean           the server knows vectors as base64
---@field stays? boolean           no redirect is followed
---@field logger? table            from log.resolve
---@field transfer table           what the core is told of each transfer
---@field plans? table<oai.Endpoint, oai.Plan>  by call/plan.lua; nil: none is kept
---@field stream_plans? table<oai.Endpoint, oai.Plan>  those of streams

local function residency_base(given)
  local name = given.data_residency
  if name == nil then
    return nil
  elseif given.base_url or given.profile then
    error_value.misuse(("client: give '%s' or 'data_residency', not both"):format(
      given.base_url and "base_url" or "profile"))
  elseif name ~= "global" and not name:find(REGION) then
    error_value.misuse(("client: data_residency must be \"global\" or a region such as \"eu\", got '%s'"):format(name))
  end
  return name == "global" and DEFAULT_BASE or REGION_BASE:format(name)
end

-- The API's own hosts: one, and one for each region.
local OWN_HOST, OWN_HOSTS = "api.openai.com", "^%l%l%.api%.openai%.com$"

--- Who is at the place where calls go, unless the program says so.
---@param made oai.Settings
local function set_server(made)
  local is_own = made.host == OWN_HOST or made.host:find(OWN_HOSTS) ~= nil
  if not made.is_named then
    made.profile = not is_own and profiles.at(made.host, made.origin) or nil
  end
  made.base64 = made.profile and made.profile.base64 or is_own and not made.profile
end

--- Where calls go whose base URL is `base`.
local function set_place(made, base)
  base = url.escaped((base:gsub("#.*$", "")))
  local parts, reason = url.parse(base)
  if not parts then
    error_value.misuse(("client: base_url '%s' is no URL that can be used: %s"):format(url.shown(base), reason))
  end
  made.base_url, made.origin, made.host = base, parts.origin, parts.host
  made.prefix = parts.query == "" and base:gsub("/+$", "") or nil
  set_server(made)
end

--- Takes out of options what the environment says of OpenAI, where another
--- server is named.
local function set_apart(given, options)
  options.organization, options.project = given.organization, given.project
  if given.admin_api_key == nil then
    options.admin_api_key = false
  end
end

--- Lets a profile say where its key is, unless that is given.
local function set_key(made)
  local options, profile = made.options, made.profile
  if profile and options.api_key == nil then
    options.api_key = credential.of_environment(profiles.key_variables(profile, made.is_named), not profile.keyless)
  end
end

--- Header fields by names in lower case, so that layers of them can be merged.
local function lowered(fields)
  local result = {}
  for name, value in pairs(fields or {}) do
    result[type(name) == "string" and name:lower() or name] = value
  end
  return result
end

local function own_headers(options)
  return {
    ["User-Agent"] = "oai-lua/" .. version,
    ["Accept-Encoding"] = "gzip", -- as libcurl would say, which writes it anew for each request
    ["OpenAI-Organization"] = options.organization,
    ["OpenAI-Project"] = options.project,
  }
end

local OF_ENDPOINTS = { __mode = "k" } -- those of client:request are used once

local function begin_plans(made)
  made.plans, made.stream_plans = setmetatable({}, OF_ENDPOINTS), setmetatable({}, OF_ENDPOINTS)
end

--- Lets a provider say how it is asked, and with which credentials.
local function set_provider(made, provider)
  made.provider, made.stays = provider, provider.redirects == false or provider.sign ~= nil
  made.credentials = providers.credentials(provider, made.credentials)
  made.default_headers = options_list.merge(lowered(provider.headers), made.default_headers)
  made.query = options_list.merge(provider.query, made.query)
  made.prefix = not provider.path and made.prefix or nil
end

local function logger_of(given, options)
  if given.log ~= nil then
    return log.resolve(given.log)
  end
  return options.log and log.from_environment(options.log)
end

--- The header fields of the caller's: those of the environment are for the
--- API, and go to no other server.
local function default_headers(options, is_elsewhere)
  local lines = not is_elsewhere and options_list.environment("OPENAI_CUSTOM_HEADERS")
  return options_list.merge(lowered(lines and header.from_lines(lines)), lowered(options.headers))
end

--- The settings of a client.
---@param given table  its options, checked
---@return oai.Settings
function settings.new(given)
  given = options_list.renamed(given)
  local options = credential.seal(options_list.resolve(given))
  options.headers, options.query = options_list.copy(given.headers), options_list.copy(given.query)
  local provider = (given.provider or given.workload_identity) and providers.take(given, options)
  local profile = given.profile and profiles.take(given.profile)
  local is_elsewhere = provider and provider.base_url or profile and profile.base_url
  if is_elsewhere then
    set_apart(given, options)
  end
  ---@type table
  local made = {
    options = options, profile = profile, is_named = profile ~= nil,
    own_headers = own_headers(options), default_headers = default_headers(options, is_elsewhere),
    query = options.query,
    logger = logger_of(given, options),
    transfer = options_list.transfer(options),
  }
  set_place(made, residency_base(given) or given.base_url or is_elsewhere or options.base_url or DEFAULT_BASE)
  set_key(made)
  made.credentials = credentials.new(options)
  if provider then
    set_provider(made, provider)
  end
  begin_plans(made)
  return made --[[@as oai.Settings]]
end

local NO_KEYS = { api_key = false, admin_api_key = false }
local PLAIN = { limit_rate = false, total_timeout = false, attempt_timeout = false }

--- The settings of requests that are not the API's: they go where their URL
--- says, with nothing of the client's, and leave no line in its log.
---@param base oai.Settings
---@return oai.Settings
function settings.bare(base)
  local made = options_list.merge(base, {
    options = options_list.merge(base.options, PLAIN), credentials = credentials.new(NO_KEYS),
    origin = "", stays = true,
  }) ---@cast made table
  made.provider, made.query, made.logger, made.plans, made.stream_plans = nil, nil, nil, nil, nil
  return made --[[@as oai.Settings]]
end

--- The keys of a copy or a call that says others than the client has.
local function other_keys(base, given, options)
  if base.provider then
    return base.credentials:beside(options, given.api_key == false)
  end
  return credentials.new(options, base.credentials)
end

--- Settings with other options; `given` is the library's own.
local function derive(base, given)
  if base.provider then
    providers.check_change(base.provider, given)
  end
  local options = options_list.merge(base.options, credential.seal(given)) ---@cast options table
  local made = options_list.merge(base, { options = options }) ---@cast made table
  made.transfer = options_list.transfer(options)
  if given.api_key ~= nil or given.admin_api_key ~= nil or given.webhook_secret ~= nil then
    made.credentials = other_keys(base, given, options)
  end
  if given.log ~= nil then
    made.logger = log.resolve(given.log)
  end
  if given.base_url then
    set_place(made, given.base_url)
  end
  return made
end

--- The settings of a copy of a client.
---@param base oai.Settings
---@param given table  the options that it has beside the client's, checked
---@return oai.Settings
function settings.with(base, given)
  given = options_list.copy(options_list.renamed(given))
  local made = derive(base, given)
  made.own_headers = own_headers(made.options)
  made.default_headers = options_list.merge(base.default_headers, lowered(given.headers))
  made.query = options_list.merge(base.query, given.query)
  begin_plans(made)
  return made
end

--- Whether a call is planned as no other is.
local function is_apart(given)
  return given.organization or given.project or given.headers or given.base_url or given.client_request_id
    or given.idempotency_key ~= nil or options_list.has_transfer(given)
end

--- The settings of a single call.
---@param base oai.Settings
---@param given table  its options, checked
---@return oai.Settings
function settings.of_call(base, given)
  given = options_list.renamed(given)
  local made = derive(base, options_list.merge(given, {}))
  made.query = options_list.merge(base.query, given.query)
  if is_apart(given) then
    made.plans, made.stream_plans = nil, nil
    made.call_headers = options_list.merge({
      ["OpenAI-Organization"] = given.organization,
      ["OpenAI-Project"] = given.project,
      ["X-Client-Request-Id"] = given.client_request_id,
    }, given.headers)
  end
  return made
end

require "oai.interpret" ()

return settings
