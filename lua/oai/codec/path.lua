-- Path templates: `/files/{file_id}` and ids to a path that cannot lead
-- anywhere else. Ids are percent-encoded; a `.` or `..` segment is refused.

local lazy = require "oai.lazy"
local number_text = require("oai.codec.query").number

local error_value = lazy "oai.error"

local path = {}

-- What may stand unencoded: RFC 3986's pchar, and in a query or fragment
-- also "/" and "?". A query's own "&", "=" and "+" are always encoded.
local UNSAFE = {
  path = "[^A-Za-z0-9%-._~!$&'()*+,;=:@]",
  query = "[^A-Za-z0-9%-._~!$'()*,;:@/?]",
  fragment = "[^A-Za-z0-9%-._~!$&'()*+,;=:@/?]",
}

local function hex(char)
  return ("%%%02X"):format(char:byte())
end

local function to_text(value)
  local kind = type(value)
  if kind == "string" or kind == "boolean" then
    return tostring(value)
  elseif kind == "number" then
    return number_text(value)
  elseif kind == "userdata" then
    return "null"
  end
  return nil
end

local function fill(template, values, component)
  local missing
  local filled = template:gsub("{([%w_]+)}", function(name)
    local text = to_text(values[name])
    missing = missing or not text and name
    return text and text:gsub(UNSAFE[component], hex)
  end)
  return filled, missing
end

local function is_dots(segment)
  local plain = segment:gsub("%%2[eE]", ".")
  return plain == "." or plain == ".."
end

local function has_dot_segment(filled)
  for segment in filled:gmatch("[^/]+") do
    if is_dots(segment) then
      return true
    end
  end
  return false
end

--- Fills a template.
---@param template string
---@param values table<string, any>
---@return string? path
---@return string? reason  when it is refused
function path.expand(template, values)
  local rest, fragment = template:match("^([^#]*)(#?.*)$") ---@cast rest string
  local before, query = rest:match("^([^?]*)(%??.*)$")
  local filled, missing = fill(before, values, "path")
  local query_filled, query_missing = fill(query, values, "query")
  local fragment_filled, fragment_missing = fill(fragment, values, "fragment")
  missing = missing or query_missing or fragment_missing
  if missing then
    return nil, missing .. " is missing"
  end
  if has_dot_segment(filled) then
    return nil, "it would hold a '.' or '..' segment"
  end
  return filled .. query_filled .. fragment_filled
end

--- What a value is that is no id, and where the id may be found.
local function got(id, name)
  if id == "" then
    return "an empty one"
  elseif type(id) ~= "table" then
    return type(id)
  elseif name and id[name] ~= nil then
    return ("a table with '%s'; ids stand before the parameters"):format(name)
  end
  return type(id.id) == "string" and "a table with an 'id'; give that" or "table"
end

--- Why an id cannot stand in a path, or nil when it can. Stricter than
--- `expand`: servers and proxies may decode an id before they split it, so
--- none of its parts may be dots either.
---@param id any
---@param name? string  of the id, such as "file_id"
---@return string?
function path.refusal(id, name)
  if type(id) == "number" then
    return id - id ~= 0 and "must be a finite number" or nil
  elseif type(id) ~= "string" or id == "" then
    return "must be a non-empty string, got " .. got(id, name)
  end
  local plain = id:gsub("%%2[eE]", "."):gsub("%%2[fF]", "/"):gsub("\\", "/")
  for part in plain:gmatch("[^/]+") do
    if part == "." or part == ".." then
      return "must not hold a '.' or '..' segment"
    end
  end
  if id:find("[%z\1-\31\127]") then
    return "must not hold a control character"
  end
  return nil
end

--- Raises where an id cannot stand in a path.
---@param id any
---@param called string  what it was given to, such as "files.delete"
---@param name string    of the id, such as "file_id"
function path.check_id(id, called, name)
  local reason = path.refusal(id, name)
  if reason then
    error_value.misuse(("%s: %s %s"):format(called, name, reason))
  end
end

return path
