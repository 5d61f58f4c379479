-- Who the machine is, as others attest it: the token that a cluster, a cloud
-- or the program has for it, which is exchanged for one of the API's.

local error_value = require "oai.error"
local file = require "oai.file"
local value_type = require "oai.value_type"

local subject = {}

local SECONDS = 10 -- that a metadata server may take

---@class oai.WorkloadSubject  who the machine is
---@field kind "kubernetes"|"azure"|"google"|"x509"  who says who the machine is
---@field file? string      kubernetes: where the token is
---@field url? string       azure, google: the metadata server's
---@field resource? string  azure: for whom the token is
---@field client_id? string azure: which identity, where the machine has several; or by `object_id`, `msi_res_id`
---@field object_id? string  azure: which identity
---@field msi_res_id? string  azure: which identity
---@field audience? string  google: for whom the token is

---@class oai.SubjectKind  a kind, read: fields that it takes, and their values where they are not given
---@field fields table<string, string|false>
---@field token_type string
---@field token? fun(given: table, request: oai.ProviderRequest, send: oai.ProviderSend): string?, any

local function failed(reason, cause)
  return nil, error_value.new {
    kind = "authentication", reason = "subject_token", retryable = false, cause = cause,
    message = "who the machine is cannot be told: " .. reason,
  }
end

--- A token that came from somewhere; nil and an error where it is none.
local function checked(token, from)
  token = type(token) == "string" and token:match "^%s*(.-)%s*$" or nil
  if not token or token == "" then
    return failed(from .. " gave no token")
  end
  return token
end

--- Asks a metadata server, which is near.
local function ask(given, query, headers, request, send)
  local value, err = send("GET", given.url, query, {
    headers = headers, total_timeout = math.min(SECONDS, request.timeout or SECONDS), connect_timeout = SECONDS,
  })
  if value == nil and err.kind == "cancelled" then
    return nil, err
  elseif value == nil then
    return failed(("%s: %s"):format(given.url, err.message), err)
  end
  return value
end

local function of_kubernetes(given)
  local text, reason = file.read(given.file)
  if not text then
    return failed(reason)
  end
  return checked(text, "the file '" .. given.file .. "'")
end

local function of_azure(given, request, send)
  local reply, err = ask(given, {
    ["api-version"] = "2018-02-01", resource = given.resource, client_id = given.client_id or nil,
    object_id = given.object_id or nil, msi_res_id = given.msi_res_id or nil,
  }, { Metadata = "true" }, request, send)
  if reply == nil then
    return nil, err
  end
  return checked(type(reply) == "table" and reply.access_token, given.url)
end

--- Google's reply is the token, a text, which no other reply of the API's is.
local function of_google(given, request, send)
  local reply, err = ask(given, { audience = given.audience }, { ["Metadata-Flavor"] = "Google" }, request, send)
  local text = reply or err and err.cause and err.cause.kind == "decode" and err.cause.body
  if not text then
    return nil, err
  end
  return checked(type(text) == "string" and text:match "^%s*[%w._-]+%s*$", given.url)
end

---@type table<string, oai.SubjectKind>
local KINDS = {
  kubernetes = {
    fields = { file = "/var/run/secrets/kubernetes.io/serviceaccount/token" }, token_type = "jwt",
    token = of_kubernetes,
  },
  azure = {
    fields = {
      url = "http://169.254.169.254/metadata/identity/oauth2/token", resource = "https://management.azure.com/",
      client_id = false, object_id = false, msi_res_id = false,
    },
    token_type = "jwt", token = of_azure,
  },
  google = {
    fields = {
      url = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/identity",
      audience = "https://api.openai.com/v1",
    },
    token_type = "id", token = of_google,
  },
  x509 = { fields = {}, token_type = "x509" },
}

--- A token of the program's own.
local function of_function(fn)
  return function(_, request, send)
    local token, reason = fn(request, send) ---@type any, any
    if token == nil and error_value.is_error(reason) then
      return nil, reason
    elseif token == nil and reason then
      return failed(tostring(reason))
    end
    return checked(token, "its function")
  end
end

local function misuse(message)
  error_value.misuse("client: workload_identity: " .. message)
end

--- The values of the fields of a kind, given or not.
local function filled(name, kind, given)
  local values, types = {}, { kind = { "string" } }
  for field in pairs(kind.fields) do
    types[field] = { "string" }
  end
  value_type.check(("client: workload_identity: the subject of kind '%s'"):format(name), "field", given, types)
  for field, value in pairs(kind.fields) do
    values[field] = given[field] or value
  end
  return values
end

---@class oai.Subject
---@field token_type string   "jwt", "id" or "x509"
---@field token? fun(request: oai.ProviderRequest, send: oai.ProviderSend): string?, oai.Error?  nil: there is none, as
--- the certificate of the connection says it

--- Who the machine is, by a kind's name, a table of a kind's, or a function.
---@param given string|oai.WorkloadSubject|function
---@return oai.Subject
function subject.of(given)
  if type(given) == "function" then
    local ask_program = of_function(given)
    return { token_type = "jwt", token = function(...)
      return ask_program(nil, ...)
    end }
  end
  local fields = type(given) == "string" and { kind = given } or given ---@type any
  local kind = type(fields) == "table" and KINDS[fields.kind]
  if not kind then
    misuse("'subject' must be \"kubernetes\", \"azure\", \"google\", \"x509\", a table of such a kind, or a "
      .. "function")
  end
  ---@cast kind oai.SubjectKind
  local values = filled(fields.kind, kind, fields)
  return { token_type = kind.token_type, token = kind.token and function(...)
    return kind.token(values, ...)
  end }
end

require "oai.interpret" ()

return subject
