-- Amazon's signature of a request, version 4: which header fields an attempt
-- needs so that Amazon's services know who sent it. libcurl's own is wrong for
-- queries that are not in order, for lists and for what is escaped in a path.
-- Pure.

local digest = require "oai.codec.digest"

local sigv4 = {}

local ALGORITHM = "AWS4-HMAC-SHA256"

--- What stands before a secret access key where it is a credential.
sigv4.PREFIX = "AWS4"

local function hex(char)
  return ("%%%02X"):format(char:byte())
end

local function escaped(text)
  return (text:gsub("[^A-Za-z0-9%-._~]", hex))
end

local function unescaped(text)
  return (text:gsub("%+", " "):gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16) --[[@as integer]])
  end))
end

--- A path without segments of dots and empty ones, escaped once more, as all
--- services but one want it.
local function canonical_path(path)
  local segments = {}
  for segment in path:gmatch "[^/]+" do
    if segment == ".." then
      segments[#segments] = nil
    elseif segment ~= "." then
      segments[#segments + 1] = escaped(segment)
    end
  end
  local last = segments[1] and path:find "/%.?%.?$" and "/" or ""
  return "/" .. table.concat(segments, "/") .. last
end

--- Texts in the order of their bytes, whatever the program's locale has.
local function in_order(texts)
  local keys = {}
  for _, text in ipairs(texts) do
    keys[text] = digest.hex(text)
  end
  table.sort(texts, function(a, b)
    return keys[a] < keys[b]
  end)
  return texts
end

--- A query with its parameters in order: first by their names, then by their
--- values. "=" stands before all that a name may have behind a shorter one, but
--- for "-", "." and digits, so a byte that none has separates them meanwhile.
local function canonical_query(query)
  local pairs_of = {}
  for pair in query:gmatch "[^&]+" do
    local name, value = pair:match "^([^=]*)=?(.*)$"
    pairs_of[#pairs_of + 1] = escaped(unescaped(name)) .. "\1" .. escaped(unescaped(value))
  end
  return (table.concat(in_order(pairs_of), "&"):gsub("\1", "="))
end

local DEFAULT_PORT = { http = "80", https = "443" }

--- The parts of an address: what the field Host says, the path, the query.
local function parts_of(address)
  local scheme, host, rest = address:match "^(%a+)://([^/?#]*)([^#]*)"
  local path, query = rest:match "^([^?]*)%??(.*)$"
  local port = host:match ":(%d+)$"
  if port and port == DEFAULT_PORT[scheme:lower()] then
    host = host:sub(1, -#port - 2)
  end
  return host, path, query
end

local function trimmed(value)
  return (value:gsub("^%s+", ""):gsub("%s+$", ""):gsub("%s+", " "))
end

--- Whether a field of a request's header is signed. Amazon refuses a request
--- that has a field of its own which is not.
local function is_signed(name, value)
  return value ~= "" and (name == "content-type" or name:find "^x%-amz%-" ~= nil)
end

--- The fields that are signed: those that the signature adds, and those of the
--- request that must be.
local function fields_of(given, own)
  local fields = {}
  for name, value in pairs(given) do
    if is_signed(name, value) then
      fields[name] = value
    end
  end
  for name, value in pairs(own) do
    fields[name] = value
  end
  return fields
end

--- Fields as they are signed: their names in order, and their lines.
local function signed_fields(fields)
  local names, lines = {}, {}
  for name in pairs(fields) do
    names[#names + 1] = name
  end
  for i, name in ipairs(in_order(names)) do
    lines[i] = name .. ":" .. trimmed(fields[name]) .. "\n"
  end
  return table.concat(names, ";"), table.concat(lines)
end

--- The key of a day, a region and a service.
local function signing_key(secret, day, region, service)
  local key = secret
  for _, text in ipairs { day, region, service, "aws4_request" } do
    key = digest.hmac(key, text)
  end
  return key
end

---@class oai.Sigv4Keys
---@field access_key string
---@field secret string|userdata  "AWS4" and the secret access key; or that as a credential of the core
---@field session_token? string

---@class oai.Sigv4Request
---@field method string
---@field url string
---@field body? string
---@field header? table<string, string>  its fields, by names in lower case

---@class oai.Sigv4Place
---@field region string
---@field service string

--- The header fields that sign a request.
---@param request oai.Sigv4Request
---@param keys oai.Sigv4Keys
---@param place oai.Sigv4Place
---@param now integer  Unix seconds
---@return table<string, string> fields
---@return string canonical  what is signed, for comparisons
function sigv4.sign(request, keys, place, now)
  local time = os.date("!%Y%m%dT%H%M%SZ", now) --[[@as string]]
  local hash = digest.hex(digest.sha256(request.body or ""))
  local host, path, query = parts_of(request.url)
  local header = request.header or {}
  local names, lines = signed_fields(fields_of(header, {
    host = header.host ~= "" and header.host or host, ["x-amz-date"] = time, ["x-amz-content-sha256"] = hash,
    ["x-amz-security-token"] = keys.session_token,
  }))
  local canonical = table.concat({
    request.method, canonical_path(path), canonical_query(query), lines, names, hash,
  }, "\n")
  local day = time:sub(1, 8)
  local scope = table.concat({ day, place.region, place.service, "aws4_request" }, "/")
  local to_sign = table.concat({ ALGORITHM, time, scope, digest.hex(digest.sha256(canonical)) }, "\n")
  local signature = digest.hmac(signing_key(keys.secret, day, place.region, place.service), to_sign)
  ---@type table
  local fields = {
    Authorization = ("%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"):format(ALGORITHM, keys.access_key, scope,
      names, digest.hex(signature)),
    ["X-Amz-Date"] = time, ["X-Amz-Content-Sha256"] = hash, ["X-Amz-Security-Token"] = keys.session_token,
  }
  return fields, canonical
end

require "oai.interpret" ()

return sigv4
