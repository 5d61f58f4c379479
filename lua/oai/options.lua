-- Every option once: its name, type, default, environment variable and where
-- it may be given. Nothing else in the library lists options.

local lazy = require "oai.lazy"
local value_type = require "oai.value_type"

local credential = lazy "oai.credential"
local error_value = lazy "oai.error"
local suggest = lazy "oai.suggest"

local options = {}

local SECRET = { "string", "function", "boolean", "table" }
local SECRET_TYPE = "string|false|oai.SecretPlace|fun(): string"

-- `scope`: "client" options belong to the connections and are fixed when a
-- client is made; "call" options may be given there, to `client:with` and to
-- a single call; "single" ones to a single call alone.
-- `choices`: it must be one of these.
-- `transfer`: the core takes it with each request.
-- `wire`: the transport option of the core that it is (src/engine/option.c).
-- `is_parameter`: servers have a parameter of that name, too.
-- `name_goes`: the option that a name goes into which is given in its place.
-- `type`, where `types` does not say it all, and `says` are for people: the
-- annotations and docs/options.md are made of them.
local list = {
  -- who is calling, and whom
  { name = "api_key", types = SECRET, type = SECRET_TYPE, env = "OPENAI_API_KEY", scope = "call",
    says = "the key; `{ file = path }` or `{ env = name }` says where it is, a function is called for each attempt, "
      .. "`false` sends none" },
  { name = "admin_api_key", types = SECRET, type = SECRET_TYPE, env = "OPENAI_ADMIN_KEY", scope = "call",
    says = "the key for the administration's operations" },
  { name = "webhook_secret", types = { "string", "function", "table" },
    type = "oai.WebhookSecret", env = "OPENAI_WEBHOOK_SECRET", scope = "call",
    says = "the secret that signs webhooks, or a list of them" },
  { name = "organization", types = { "string" }, env = "OPENAI_ORG_ID", scope = "call",
    says = "the organization's id" },
  { name = "project", types = { "string" }, env = "OPENAI_PROJECT_ID", scope = "call", says = "the project's id" },
  { name = "base_url", types = { "string" }, env = "OPENAI_BASE_URL", scope = "call",
    says = "where the API is, if not at `https://api.openai.com/v1`" },
  { name = "websocket_base_url", types = { "string" }, scope = "call",
    says = "where sockets are opened, if not at the base URL, such as `wss://example.com/v1`" },
  { name = "profile", types = { "string", "table" }, type = "oai.ProfileName|oai.Profile", scope = "client",
    says = "which other server it is, such as `\"ollama\"`, or in what it differs ([servers.md](servers.md))" },
  { name = "provider", types = { "table" }, type = "oai.Provider", scope = "client", is_parameter = true,
    name_goes = "profile",
    says = "who else has the API, and how it is asked there ([providers.md](providers.md))" },
  { name = "workload_identity", types = { "table" }, type = "oai.WorkloadIdentity", scope = "client",
    says = "who the machine is, by its cloud, cluster or certificate, in place of a key "
      .. "([workload_identity.md](workload_identity.md))" },
  { name = "data_residency", types = { "string" }, scope = "client",
    says = 'a region, such as `"eu"`, whose host is asked, or `"global"`' },
  { name = "headers", types = { "table" }, type = "table<string, string|number|false|string[]>",
    env = "OPENAI_CUSTOM_HEADERS", scope = "call", says = "more header fields; `false` removes one" },
  { name = "query", types = { "table" }, scope = "call", says = "more query parameters" },
  -- trying again
  { name = "max_retries", types = { "integer" }, default = 2, scope = "call",
    says = "how many times a request is tried again" },
  { name = "max_retry_delay", types = { "seconds" }, default = 60, scope = "call",
    says = "that a server may ask to wait; longer, and the call ends, or is not sent" },
  { name = "resume", types = { "boolean" }, default = true, scope = "call",
    says = "`false`: a background response's stream that breaks is not taken up again, nor a session's events" },
  { name = "idempotency_key", types = { "string", "boolean" }, type = '"auto"|string|false', scope = "call",
    says = 'by which a server knows a `POST` that is sent again: a text for a single call, `"auto"` for one that is '
      .. "made for each call, the same in all its attempts; else none is sent, since most of the API does not say that "
      .. "it looks ([errors.md](errors.md))" },
  { name = "fresh_connection", types = { "boolean" }, scope = "call", transfer = true,
    says = "`true`: no connection that was kept is used" },
  { name = "http_version", types = { "string" }, choices = { "1.1", "2" }, scope = "call", transfer = true,
    says = '`"1.1"`: never HTTP/2. `"2"`: also for what otherwise goes over HTTP/1.1: forms, bodies of more than '
      .. "1 MiB, and replies that are bytes or a file; these must say their length then, since HTTP/2 may hide that "
      .. "they were cut" },
  { name = "limit_rate", types = { "boolean" }, default = true, scope = "call",
    says = "calls in tasks wait for what the server's rate limit lets through" },
  -- time, in seconds
  { name = "connect_timeout", types = { "duration" }, default = 5, scope = "call", transfer = true,
    says = "for a connection" },
  { name = "timeout", types = { "seconds" }, default = 600, scope = "call",
    says = "in which nothing of an attempt moves; streams excepted" },
  { name = "attempt_timeout", types = { "seconds" }, scope = "call",
    says = "for a whole attempt, however it moves, until its reply is there or its stream begins" },
  { name = "first_event_timeout", types = { "seconds" }, default = 600, scope = "call",
    says = "until a stream's first event" },
  { name = "idle_timeout", types = { "seconds" }, default = 300, scope = "call",
    says = "between the events of a stream" },
  { name = "total_timeout", types = { "seconds" }, scope = "call", says = "for the whole call, retries included" },
  -- memory, in bytes
  { name = "max_reply_bytes", types = { "bytes" }, default = 1024 * 1024 * 1024, scope = "call", transfer = true,
    says = "of a whole reply that is kept in memory; the default is the most" },
  { name = "max_event_bytes", types = { "bytes" }, default = 256 * 1024 * 1024, scope = "call", transfer = true,
    says = "of one event of a stream; the default is the most" },
  -- one call
  { name = "save_to", types = { "string" }, scope = "single",
    says = "a file for the reply's body: it is replaced when all has come, and keeps its mode; a link is followed; a "
      .. "pipe or a device gets the bytes as they come; what breaks off goes on ([files.md](files.md))" },
  { name = "client_request_id", types = { "string" }, scope = "single",
    says = "sent as `X-Client-Request-Id`, which else is one of the library's making; ASCII, at most 512 characters" },
  { name = "body", types = { "table" }, scope = "single", says = "more fields of the body" },
  { name = "on_progress", types = { "function" }, type = "fun(bytes: integer, total?: integer)", scope = "single",
    says = "is told how much of a form has been sent, or else of the reply has come, and of how much if that is known: "
      .. "at most ten times a second, and at the end" },
  -- a call that is not waited for (task/init.lua)
  { name = "on_done", types = { "function" }, type = "fun(value: any, err: any)", scope = "single",
    says = "the call is not waited for; this is told of its end" },
  { name = "on_event", types = { "function" }, type = "fun(event: any)", scope = "single",
    says = "the call is not waited for; this is told of each event of its stream" },
  { name = "wait", types = { "boolean" }, scope = "single",
    says = "`false`: the call is not waited for, and returns an `oai.Task`" },
  -- the host
  { name = "loop", types = { "string", "table" }, type = '"blocking"|"uv"|"frame"|"cqueues"|"copas"|oai.Loop',
    scope = "client", says = 'who waits: a loop\'s name, or a scheduler of the program\'s own; "uv" in Neovim, '
      .. '"frame" in LÖVE, else "blocking"' },
  { name = "usage", types = { "boolean" }, scope = "client", is_parameter = true,
    says = "`true`: tokens are counted by model, in `client.usage` ([observing.md](observing.md))" },
  { name = "log", types = { "string", "function" }, type = "oai.LogLevel|fun(level: string, message: string)",
    env = "OPENAI_LOG", scope = "call",
    says = "which lines are written to stderr, or a function that gets all ([logging.md](logging.md))" },
  -- the transport
  { name = "proxy", types = { "string" }, scope = "client", wire = true,
    says = "such as `http://127.0.0.1:3128`; else the environment's" },
  { name = "no_proxy", types = { "string" }, scope = "client", wire = true,
    says = "hosts that are reached without it, separated by commas" },
  { name = "ca_file", types = { "string" }, scope = "client", wire = true,
    says = "certificates to trust, in one file" },
  { name = "ca_path", types = { "string" }, scope = "client", wire = true,
    says = "certificates to trust, in a hashed folder" },
  { name = "client_cert", types = { "string" }, scope = "client", wire = true, says = "a certificate of one's own" },
  { name = "client_key", types = { "string" }, scope = "client", wire = true, says = "the key of that certificate" },
  { name = "unix_socket", types = { "string" }, scope = "client", wire = true,
    says = "the path of the server's socket" },
  { name = "verify", types = { "boolean" }, scope = "client", wire = true,
    says = "`false`: TLS is not verified, which is never needed where `ca_file` is" },
}

-- What options were called before, which still does.
local former_names = { deadline = "total_timeout" }

-- What options are called elsewhere, or were called here.
local other_names = {
  admin_key = "admin_api_key",
  sink = "save_to", output = "save_to", file = "save_to", path = "save_to",
  retries = "max_retries",
  key = "api_key", token = "api_key", url = "base_url", endpoint = "base_url", host = "base_url",
  api_base = "base_url", base = "base_url", org = "organization", org_id = "organization",
  organization_id = "organization", project_id = "project", default_headers = "headers", default_query = "query",
  proxies = "proxy", proxy_url = "proxy", cert = "client_cert", verify_ssl = "verify", ssl_verify = "verify",
  extra_headers = "headers", extra_query = "query", extra_body = "body",
}

local by_name = {}
for _, option in ipairs(list) do
  by_name[option.name] = option
end

-- A secret is read from the environment by the core, never into a string.
local is_secret = { api_key = true, admin_api_key = true, webhook_secret = true }

--- Why a text that C is to read, a path or a host, cannot be one, or nil: it
--- would take what stands before a NUL for the whole.
local function text_refusal(value)
  return type(value) == "string" and value:find("%z") and "must not hold NUL" or nil
end

-- What libcurl puts into header lines, in some versions as it is.
local is_line = { proxy = true, no_proxy = true }

local function line_refusal(name, value)
  return is_line[name] and value:find("%c") and "must not hold a control character" or nil
end

--- Why a table does not say where a secret is, or nil when it does.
local function source_refusal(value)
  local place = value.env or value.file
  if type(place) ~= "string" then
    return "must be a string, a function, { file = path } or { env = name }"
  end
  return text_refusal(place)
end

--- Why a value of the right type cannot be that option. A key is the core's to
--- check: it may come from anywhere.
local function refusal(name, value)
  if name == "webhook_secret" then
    return credential.place_refusal(value)
  elseif not is_secret[name] then
    return text_refusal(value) or line_refusal(name, value)
  end
  return type(value) == "table" and not credential.is_sealed(value) and source_refusal(value) or nil
end

--- Why a value cannot be the key of requests, or nil when it can.
local function key_refusal(name, value, scopes)
  if name ~= "idempotency_key" or value == "auto" or value == false then
    return nil
  elseif value == true or value == "" then
    return 'must be a key, "auto" or false'
  end
  return not scopes.single and 'is that of one request: give it to a single call, or say "auto"' or nil
end

--- The names of all options: no parameter of an operation has one of them,
--- but where its line says so (call/line.lua). Not to be changed.
---@type table<string, true>
options.names = {}
for _, option in ipairs(list) do
  options.names[option.name] = not option.is_parameter or nil
end
for _, name in ipairs { "extra_headers", "extra_query", "extra_body" } do
  options.names[name] = true -- as openai-python has them among the parameters
end

--- The names of all options but these.
---@param fields table<string, true>
---@return table<string, true>
function options.names_but(fields)
  local names = {}
  for name in pairs(options.names) do
    names[name] = not fields[name] or nil
  end
  return names
end

--- Raises where an option stands among the parameters of an operation.
---@param params table
---@param where string  for the message: the operation
---@param refused? table<string, true>  the names that none may have; nil: of all options
function options.refuse_among(params, where, refused)
  refused = refused or options.names
  for name in pairs(params) do
    if refused[name] then
      error_value.misuse(("%s: '%s' is %s: options are the table after the parameters (a field of that name "
        .. "goes into the option 'body')"):format(where, name, other_names[name]
        and ("the option '%s'"):format(other_names[name]) or "an option"))
    end
  end
end

local NO_SCOPES = {}

--- What is said of a name that no option has.
local function unknown(name, scopes, names)
  local real = other_names[name]
  if real then
    return ("option '%s' is called '%s'"):format(name, real)
  end
  local hint = suggest.hint(name, names, "an option")
  if hint == "" and scopes.single then
    hint = "; parameters of the API stand in the table before the options"
  end
  return ("unknown option '%s'%s"):format(tostring(name), hint)
end

local function types_of(option)
  return option.choices and { option.choices } or option.types
end

--- What an option must be, and what a value is that is none of these.
local function mismatch(option, value)
  local types, goes = types_of(option), type(value) == "string" and option.name_goes
  return ("%s, got %s%s"):format(value_type.expected(types), value_type.got(value, types),
    goes and ("; a name goes into '%s'"):format(goes) or "")
end

--- The message about a name that no option has; nil where one has it.
---@param name any
---@param more? table<string, any>  names that are options too
---@return string?
function options.unknown(name, more)
  if more and more[name] or by_name[former_names[name] or name] then
    return nil
  end
  return unknown(name, NO_SCOPES, options.merge(by_name, more))
end

--- Whether an option is called so.
---@param name any
---@return boolean
function options.is_one(name)
  return by_name[former_names[name] or name] ~= nil or other_names[name] ~= nil
end

--- Raises unless every key of `given` is an option of these scopes and has
--- its type.
---@param given table
---@param where string  for the message, such as "client" or "files.list"
---@param scopes table<string, boolean>
function options.check(given, where, scopes)
  if type(given) ~= "table" then
    error_value.misuse(("%s: the options must be a table, got %s%s"):format(where, type(given),
      type(given) == "function" and scopes.single and "; it is called where it is { on_event = ... }, of a stream, or "
        .. "{ on_done = ... }" or ""))
  end
  for name, value in pairs(given) do
    local option = by_name[former_names[name] or name]
    if not option then
      error_value.misuse(("%s: %s"):format(where, unknown(name, scopes, by_name)))
    elseif not scopes[option.scope] then
      error_value.misuse(("%s: option '%s' cannot be given here: %s"):format(where, name,
        option.scope == "client" and "it belongs to the connections, so make a client with it"
          or "it belongs to a single call"))
    elseif not value_type.fits(value, types_of(option)) then
      error_value.misuse(("%s: option '%s' must be %s"):format(where, name, mismatch(option, value)))
    end
    local reason = refusal(name, value) or key_refusal(name, value, scopes)
    if reason then
      error_value.misuse(("%s: option '%s' %s"):format(where, name, reason))
    end
  end
end

--- Options under the names that they have now. What is given is left as it is.
---@param given table  checked
---@return table
function options.renamed(given)
  local renamed = given
  for former, name in pairs(former_names) do
    if given[former] ~= nil then
      renamed = options.copy(renamed) ---@cast renamed table
      renamed[former] = nil
      if renamed[name] == nil then
        renamed[name] = given[former]
      end
    end
  end
  return renamed
end

local function trim(text)
  return (text:gsub("^%s+", ""):gsub("%s+$", ""))
end

--- The value of an environment variable, or nil when it is unset or blank.
---@param name string
---@return string?
function options.environment(name)
  local value = os.getenv(name)
  value = value and trim(value)
  return value ~= "" and value or nil
end

local function from_environment(option)
  if not option.env or is_secret[option.name] then
    return nil
  end
  return options.environment(option.env)
end

--- The settings of a client: what was given, else the environment, else the
--- default.
---@param given table  checked
---@return table settings
function options.resolve(given)
  local settings = {}
  for _, option in ipairs(list) do
    local value = given[option.name]
    if value == nil then
      value = from_environment(option)
    end
    if value == nil then
      value = option.default
    end
    settings[option.name] = value
  end
  return settings
end

--- The fields of both tables in a new one, where `over` wins; the one that is
--- given, itself, where the other is not; nil when neither is.
---@param base table?
---@param over table?
---@return any  table?; lua-language-server takes this beside what an overload says
---@overload fun(base: table, over?: table): table
---@overload fun(base: nil, over: table): table
function options.merge(base, over)
  if type(base) ~= "table" then
    return over
  elseif not over then
    return base
  end
  local result = {}
  for name, value in pairs(base) do
    result[name] = value
  end
  for name, value in pairs(over) do
    result[name] = value
  end
  return result
end

--- A copy of a table, with the tables in it. `copies` has those that were made
--- already, by the table that each is of.
local function copy(value, copies)
  if copies[value] then
    return copies[value]
  end
  local result, mark = {}, getmetatable(value)
  copies[value] = result
  for name, item in pairs(value) do
    result[name] = type(item) == "table" and copy(item, copies) or item
  end
  return type(mark) == "table" and setmetatable(result, mark) or result
end

--- A copy of what a program gave, with the tables in it, whose marks they
--- keep: it may change its own meanwhile.
---@param value any
---@return any
function options.copy(value)
  return type(value) == "table" and copy(value, {}) or value
end

--- A copy of options that is kept: their keys are out of sight.
---@param given any
---@return any
function options.keep(given)
  return type(given) == "table" and credential.seal(options.copy(given)) or given
end

--- One option of a call, else the client's.
---@param given? table     those of the call
---@param client oai.Client
---@param name string
---@return any
function options.of_call(given, client, name)
  local value = given and given[name]
  if value == nil then
    value = client._settings.options[name]
  end
  return value
end

--- The options given whose row has this flag.
local function flagged(given, flag)
  local found = {}
  for _, option in ipairs(list) do
    if option[flag] then
      found[option.name] = given[option.name]
    end
  end
  return found
end

--- What options say of each transfer, for the core.
---@param given table
---@return table
function options.transfer(given)
  return flagged(given, "transfer")
end

--- Whether options say anything of transfers.
---@param given table
---@return boolean
function options.has_transfer(given)
  return next(flagged(given, "transfer")) ~= nil
end

--- The transport options, for the core.
---@param given table
---@return table
function options.transport(given)
  return flagged(given, "wire")
end

--- The lists themselves, for documentation and checks. Not to be changed.
options.list, options.other_names = list, other_names

require "oai.interpret" ()

return options
