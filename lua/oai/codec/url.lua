-- What must be known of a URL: that it is one, its origin (RFC 6454), and how
-- a path is joined to it. Everything else is libcurl's.

local url = {}

local DEFAULT_PORT = { http = "80", https = "443" }

---@param authority string
---@return string? host
---@return string? port  "" when there is none
local function split_host(authority)
  local host, port = authority:match("^(%[[%x:.]+%]):?(%d*)$")
  if not host then
    host, port = authority:match("^([^:@%[%]]+):?(%d*)$")
  end
  return host, port
end

---@class oai.Url
---@field origin string  "https://api.openai.com:443"
---@field host string
---@field path string    from "/" on, or ""
---@field query string   without its "?"

--- Takes an absolute http or https URL apart.
---@param text string
---@return oai.Url? parts
---@return string? reason
function url.parse(text)
  if text:find("[%z\1-\32\127]") then
    return nil, "it holds a space or a control character"
  end
  local scheme, authority, rest = text:match("^(%a+)://([^/?#]*)(.*)$") ---@cast authority string
  scheme = scheme and scheme:lower()
  if not DEFAULT_PORT[scheme] then
    return nil, "it must begin with http:// or https://"
  elseif authority:find("@", 1, true) then
    return nil, "a user name or password in it would be sent beside the key"
  end
  local host, port = split_host(authority) ---@cast port string
  if not host or (port ~= "" and tonumber(port) > 65535) then
    return nil, "its host or port is malformed"
  end
  ---@cast rest string
  local path, query = rest:match("^([^?#]*)%??([^#]*)") ---@cast path string
  ---@cast query string
  host = host:lower()
  return {
    origin = ("%s://%s:%s"):format(scheme, host, port ~= "" and port or DEFAULT_PORT[scheme]),
    host = host,
    path = path,
    query = query,
  }
end

local function hex(char)
  return ("%%%02X"):format(char:byte())
end

--- A URL, or a path, with what is no ASCII escaped behind the host, as it
--- travels. libcurl would escape some of it in ways of its versions, and what is
--- signed is what arrives.
---@param text string
---@return string
function url.escaped(text)
  local place, rest = text:match "^(%a[%w+.-]*://[^/?#]*)(.*)$"
  return (place or "") .. (rest or text):gsub("[\128-\255]", hex)
end

--- An address as messages may show it: without user, password and query.
---@param text string
---@return string
function url.shown(text)
  return (text:gsub("//.*@", "//***@"):gsub("%?.*$", "?***"))
end

--- Whether a text is an absolute URL.
---@param text string
---@return boolean
function url.is_absolute(text)
  return text:find("^%a[%w+.-]*://") ~= nil
end

--- `base` .. `path` with one slash between; a query of the base goes last.
---@param base string
---@param path string  may have a query
---@return string
function url.join(base, path)
  local before, query = base:match("^([^?#]*)%??([^#]*)") ---@cast before string
  local joined = before:gsub("/+$", "") .. (path:sub(1, 1) == "/" and "" or "/") .. path
  if query == "" then
    return joined
  end
  return joined .. (joined:find("?", 1, true) and "&" or "?") .. query
end

return url
