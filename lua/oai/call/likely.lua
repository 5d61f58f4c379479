-- What has probably caused a failure of the transport, and what to do about it:
-- put behind libcurl's words, which say what has happened. Pure.

local options_list = require "oai.options"

local likely = {}

local NO_TLS = "no TLS is spoken there: perhaps the URL is to begin with http://"
local UNTRUSTED = "this machine does not trust the certificate: 'ca_file' names one that is to be trusted"
local NOT_SO = "the server's Content-Encoding is not what it sends"
local TLS = "if TLS is spoken there, the URL is to begin with https://"

-- What TLS libraries say, as patterns.
local WORDS = {
  tls = {
    { "wrong version number", NO_TLS }, { "WRONG_VERSION_NUMBER", NO_TLS }, { "packet length too long", NO_TLS },
    { "unexpected TLS packet", NO_TLS }, { "SEC_E_INVALID_TOKEN", NO_TLS }, { "corrupt message", NO_TLS },
    { "self[- ]signed certificate", UNTRUSTED }, { "unable to get l?o?c?a?l? ?issuer", UNTRUSTED },
    { "SEC_E_UNTRUSTED_ROOT", UNTRUSTED }, { "UnknownIssuer", UNTRUSTED }, { "issuer is unknown", UNTRUSTED },
  },
  connection = { { "HTTP/0%.9", "no HTTP is spoken there" } },
  decode = { { "content unencoding", NOT_SO }, { "ontent encoding type", NOT_SO } },
}

local PROXIES = { http = { "http_proxy" }, https = { "https_proxy", "HTTPS_PROXY" } }

--- The proxy that a client has, or that the environment may have for it; and
--- the name of the option or the variable that says so.
local function proxy_of(settings)
  local given = settings.options.proxy
  if given then
    return given, "the option 'proxy'"
  end
  local scheme = settings.base_url:match "^(%a+)://" or ""
  for _, name in ipairs { PROXIES[scheme:lower()], { "all_proxy", "ALL_PROXY" } } do
    for _, variable in ipairs(name) do
      local value = options_list.environment(variable)
      if value then
        return value, "the variable " .. variable
      end
    end
  end
end

--- Whether libcurl's words are of a proxy: they say so, or have its host and
--- port, which are not those of the server.
local function is_of_proxy(message, place, base_url)
  local host, port = message:match "connect to (%S+) port (%d+)"
  if not host then
    return message:find("resolve proxy", 1, true) ~= nil or message:find(" over proxy ", 1, true) ~= nil
  end
  return place:find(host, 1, true) == 1 and place:find(port, 1, true) ~= nil
    and not base_url:find(("//%s:%s"):format(host, port), 1, true)
end

local function of_proxy(message, settings)
  local proxy, whose = proxy_of(settings)
  local place = proxy and proxy:gsub("^%a[%w+.-]*://", ""):gsub("^.*@", "") -- and nothing secret
  if place and is_of_proxy(message, place, settings.base_url) then
    return ("the proxy '%s', of %s"):format(place, whose)
  end
end

local function by_words(kind, message)
  for _, words in ipairs(WORDS[kind] or {}) do
    if message:find(words[1]) then
      return words[2]
    end
  end
end

local function of_socket(settings)
  local socket = settings.options.unix_socket
  return socket and ("over the unix socket '%s'"):format(socket)
end

--- What is said of an empty reply where no TLS was spoken.
local function of_silence(message, settings)
  return message:find("Empty reply", 1, true) and settings.base_url:find "^http://" and TLS or nil
end

-- Paths of operations, which are no part of a base URL.
local OPERATIONS = { "/chat/completions", "/completions", "/responses", "/embeddings", "/models" }

--- What is probably wrong with the base URL where a server has no such path; nil
--- where a 404 is about a model, or has a code.
---@param err oai.Error
---@param settings oai.Settings
---@return string?
function likely.of_place(err, settings)
  if err.status ~= 404 and err.status ~= 405 or type(err.code) == "string" or err.message:lower():find "model" then
    return nil
  end
  local path = settings.base_url:match "^%a+://[^/]+(.-)/?$"
  for _, operation in ipairs(OPERATIONS) do
    if path and path:sub(-#operation) == operation then
      return ("'base_url' is to be what stands before %s"):format(operation)
    end
  end
  return path == "" and "perhaps 'base_url' is to end in /v1" or nil
end

--- A message of the transport, with what has probably caused it.
---@param kind oai.ErrorKind
---@param message string
---@param settings oai.Settings
---@return string
function likely.told(kind, message, settings)
  local cause = by_words(kind, message)
  if not cause and kind == "connection" then
    cause = of_socket(settings) or of_proxy(message, settings) or of_silence(message, settings)
  end
  return cause and ("%s (%s)"):format(message, cause) or message
end

return likely
