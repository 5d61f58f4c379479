-- Header fields: layers of tables to lines that may go on the wire, and the
-- block that came back to a table. Names are case-insensitive (RFC 9110, 5.1).

local lazy = require "oai.lazy"

local query = lazy "oai.codec.query"

local header = {}

local TOKEN = "^[A-Za-z0-9!#$%%&'*+%-.^_`|~]+$"

local NO_TEXT = { ["function"] = true, thread = true }

--- Why a field cannot be sent, or nil when it can.
local function refusal(name, value, text)
  if type(name) == "number" then
    return "has no name: header fields are { [name] = value }"
  elseif type(name) ~= "string" or not name:match(TOKEN) then
    return "is not a header name"
  elseif NO_TEXT[type(value)] then
    return "cannot be a " .. type(value)
  elseif text and text:find("[%z\r\n]") then
    return "must not hold CR, LF or NUL"
  end
  return nil
end

local function to_text(value)
  local kind = type(value)
  if kind == "table" then
    local items = {}
    for _, item in ipairs(value) do
      items[#items + 1] = to_text(item)
    end
    return table.concat(items, ", ")
  elseif kind == "number" then
    return query.number(value)
  elseif kind == "string" then
    return value
  elseif value == true then
    return "true"
  end
  return nil -- false and null: not to be sent
end

local function sorted_names(layer)
  local names = {}
  for name in pairs(layer) do
    names[#names + 1] = name
  end
  table.sort(names, function(a, b)
    return tostring(a) < tostring(b)
  end)
  return names
end

--- Adds a field; or returns why it cannot be sent.
local function put(fields, name, value)
  local text = to_text(value)
  local reason = refusal(name, value, text)
  if reason then
    return ("header '%s' %s"):format(tostring(name):gsub("%c", "?"), reason)
  end
  local key = name:lower()
  if fields[key] == nil then
    fields[#fields + 1] = key
  end
  fields[key] = { name = name, text = text }
end

--- Merges layers of `{ [name] = value }`; a later one wins, `false` or null
--- removes the field, a list is joined by commas.
---@param layers table[]
---@return table? fields  in order: keys in lower case, and by them { name, text }
---@return string? reason  why one cannot be sent, with its name
function header.merge(layers)
  local fields = {}
  for _, layer in ipairs(layers) do
    for _, name in ipairs(sorted_names(layer)) do
      local reason = put(fields, name, layer[name])
      if reason then
        return nil, reason
      end
    end
  end
  return fields
end

--- The lines of merged fields, as the core takes them.
---@param fields table
---@return string[]
function header.lines(fields)
  local lines = {}
  for _, key in ipairs(fields) do
    local field = fields[key]
    if field.text == "" then
      lines[#lines + 1] = field.name .. ";"
    else -- a name with nothing behind it keeps libcurl from adding its own
      lines[#lines + 1] = field.name .. ":" .. (field.text and " " .. field.text or "")
    end
  end
  return lines
end

---@class oai.Headers  fields by lower-case name; any case reads them
---@field [string] string
---@field private __index any
local headers_mt = {
  __index = function(fields, name)
    return type(name) == "string" and rawget(fields, name:lower()) or nil
  end,
}

--- A text from `from` on without the blanks around it. One pattern for both
--- ends would try each run of blanks within it at each of its bytes, and a
--- server may send 100 KB of them.
local function trimmed(text, from)
  return text:match("^.*[^ \t]", text:match("^[ \t]*()", from)) or ""
end

--- The fields of a header block; repeated ones are joined by ", ".
---@param block string
---@return oai.Headers
function header.parse(block)
  local fields = {}
  for line in block:gmatch("[^\r\n]+") do
    local name, from = line:match("^([^:%s]+):()")
    if name then
      local value = trimmed(line, from)
      name = name:lower()
      fields[name] = fields[name] and fields[name] .. ", " .. value or value
    end
  end
  return setmetatable(fields, headers_mt)
end

--- One field of a header block, without parsing the rest.
---@param block string
---@param name string  lower case
---@return string?
function header.find(block, name)
  local from, to = block:lower():find("\n" .. name .. ":", 1, true)
  if not from then
    return nil
  end
  return trimmed(block:match("^[^\r\n]*", to + 1), 1)
end

--- The fields in `OPENAI_CUSTOM_HEADERS`: lines `Name: value`; a line that
--- is none is passed over.
---@param text string
---@return table<string, string>
function header.from_lines(text)
  local fields = {}
  for line in text:gmatch("[^\r\n]+") do
    local name, value = line:match("^%s*([^:]-)%s*:%s*(.-)%s*$")
    if name and name:match(TOKEN) then
      fields[name] = value
    end
  end
  return fields
end

require "oai.interpret" ()

return header
