-- What others say, without the secrets that were sent to them: the keys, the
-- credentials in header fields and in the query of the caller's own, and the
-- passwords of URLs. For what failed; a value that was asked for is the
-- caller's as it came.

local credential = require "oai.credential"
local failure = require "oai.call.failure"

local mask = {}

local NOTHING = {}

-- What the names of header fields and query parameters with secrets contain.
local SECRET_NAMES = { "authorization", "api%-?_?key", "token", "secret", "password", "cookie", "signature", "^key$",
  "^sig$" }

local function is_secret(name)
  for _, pattern in ipairs(SECRET_NAMES) do
    if name:lower():find(pattern) then
      return true
    end
  end
  return false
end

--- Adds the secrets in a header field: "Bearer x" is one, x; "a=x; b=y" are two.
local function add_value(secrets, value)
  secrets[#secrets + 1] = credential.temporary(value:match "^%a+ +(.+)$" or value)
  for item in value:gmatch "=([^;]+)" do
    secrets[#secrets + 1] = credential.temporary(item)
  end
end

--- Adds the keys among the protocols of a WebSocket, where browsers must have
--- them: "realtime, openai-insecure-api-key.x" has one, x.
local function add_protocols(secrets, value)
  for key in value:gmatch "key%.([^%s,]+)" do
    secrets[#secrets + 1] = credential.temporary(key)
  end
end

local function add_lines(secrets, lines)
  for _, line in ipairs(lines) do
    local name, value = line:match "^([^:;]+): (.+)$"
    if name and is_secret(name) then
      add_value(secrets, value)
    elseif name and name:lower() == "sec-websocket-protocol" then
      add_protocols(secrets, value)
    end
  end
end

--- Adds a part of a URL, without its escapes, which are found as well.
local function add_escaped(secrets, text)
  secrets[#secrets + 1] = credential.temporary((text:gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16) --[[@as integer]])
  end)))
end

local function add_query(secrets, address)
  for name, value in address:gmatch "[?&]([^=&#]+)=([^&#]+)" do
    if is_secret(name) then
      add_escaped(secrets, value)
    end
  end
end

local function add_proxy(secrets, address)
  local user = address and address:match "^(.*)@"
  if user then
    user = user:gsub("^%a[%w+.-]*://", "")
    add_escaped(secrets, user)
    add_escaped(secrets, user:match ":(.*)$" or "")
  end
end

--- Adds the credential of a request, unless it is one of the client's.
local function add_credential(secrets, own)
  for _, secret in ipairs(secrets) do
    if secret == own then
      return
    end
  end
  secrets[#secrets + 1] = own or nil
end

--- All secrets that a request carries, as credentials of the core.
local function secrets_of(request)
  local settings = request.settings
  local secrets = settings.credentials:all()
  add_credential(secrets, request.credential)
  add_lines(secrets, request.plan.lines)
  add_lines(secrets, request.signature or NOTHING)
  add_query(secrets, request.url)
  add_proxy(secrets, settings.options.proxy)
  return secrets
end

local function cover(secrets, text)
  for _, secret in ipairs(secrets) do
    text = secret:mask(text)
  end
  return text
end

--- A text of the other side's.
---@param request oai.Request
---@param text string
---@return string
function mask.text(request, text)
  return cover(secrets_of(request), text)
end

-- Bytes behind those that are shown which are looked through, too: a piece of a
-- secret that is too short to be found has less, however it is escaped.
local BESIDE = 512

--- The beginning of a text of the other side's. Where that ends a secret may be
--- cut in two, so that not all is shown that has been looked through.
---@param request oai.Request
---@param text string
---@param most integer  bytes
---@return string
function mask.beginning(request, text, most)
  local seen = mask.text(request, text:sub(1, most + BESIDE))
  if #text > most + BESIDE then
    most = math.min(most, math.max(#seen - BESIDE, 0))
  end
  return seen:sub(1, most)
end

--- The beginning of a text of the other side's, for a message: secrets become
--- shorter when they are masked.
---@param request oai.Request
---@param text string
---@return string
function mask.excerpt(request, text)
  return failure.excerpt(mask.beginning(request, text, 4 * failure.LONGEST))
end

-- Kinds of errors whose messages are libcurl's, which are short.
local OF_LIBCURL = { connection = true, tls = true, timeout = true, limit = true }

--- Masks the password of a proxy's URL, all of which a message of libcurl's may
--- hold. Not for what a server says: the time it takes grows with the cube of
--- the length.
local function without_password(message)
  return (message:gsub("[^%s'\"/]*:[^%s'\"]*@", "***@"))
end

--- The fields of a header, in place.
local function cover_fields(secrets, fields)
  local covered = {}
  for name, value in pairs(fields) do
    covered[cover(secrets, name)], fields[name] = cover(secrets, value), nil
  end
  for name, value in pairs(covered) do
    fields[name] = value
  end
end

local FIELDS = { "message", "code", "type", "param", "request_id" }

-- The bodies of errors that are covered: they may be long.
local bodies = setmetatable({}, { __mode = "k" })

--- Masks the body of an error, once.
local function cover_body(secrets, err, covered)
  if type(err.body) == "string" and bodies[err] ~= err.body then
    err.body = covered or cover(secrets, err.body)
    bodies[err] = err.body
  end
end

--- Masks what an error holds of the other side's, in place.
---@param request oai.Request
---@param err oai.Error
---@param body? string  its body, where that is masked already
---@return oai.Error err
function mask.error(request, err, body)
  local secrets = secrets_of(request)
  for _, name in ipairs(FIELDS) do
    if type(err[name]) == "string" then
      err[name] = cover(secrets, err[name])
    end
  end
  cover_body(secrets, err, body)
  cover_fields(secrets, err.headers or {})
  if not err.status and OF_LIBCURL[err.kind] then
    err.message = without_password(err.message)
  end
  return err
end

require "oai.interpret" ()

return mask
