-- Tables to query strings, in the brackets style of every official client:
-- `a[]=1&a[]=2`, `a[b]=c`. Keys are sorted, so equal tables give equal text.

local query = {}

local function hex(char)
  return ("%%%02X"):format(char:byte())
end

-- All but unreserved characters (RFC 3986, 2.3), which are percent-encoded.
local RESERVED = "[^A-Za-z0-9%-._~]"

-- Where Lua has integers, they may be more than a float holds exactly.
local math_type = rawget(math, "type") or type

--- The shortest text that says a number, as the program's locale writes it.
local function shortest(value)
  for digits = 14, 16 do
    local text = ("%." .. digits .. "g"):format(value)
    if tonumber(text) == value then
      return text
    end
  end
  return ("%.17g"):format(value)
end

--- A number as JSON would have it: `12`, not `12.0` or `1.2e+01`, and with a
--- point whatever the locale has.
---@param value number
---@return string
function query.number(value)
  if math_type(value) == "integer" then
    return tostring(value)
  elseif value == math.floor(value) and math.abs(value) <= 2 ^ 53 then
    return ("%.0f"):format(value)
  end
  return (shortest(value):gsub("[^%d%-+e]+", "."))
end

--- Whether a table is a list: it has items, or says so.
local function is_list(value)
  return value[1] ~= nil
end

local function by_text(a, b)
  return tostring(a) < tostring(b)
end

local function sorted_keys(value)
  local keys, are_strings = {}, true
  for key in pairs(value) do
    keys[#keys + 1] = key
    are_strings = are_strings and type(key) == "string"
  end
  table.sort(keys, not are_strings and by_text or nil)
  return keys
end

local add

local function add_items(fields, name, value, around)
  if is_list(value) then
    for _, item in ipairs(value) do
      add(fields, name .. "[]", item, around)
    end
    return
  end
  for _, key in ipairs(sorted_keys(value)) do
    add(fields, name .. "[" .. tostring(key) .. "]", value[key], around)
  end
end

local function add_table(fields, name, value, around)
  if around[value] then
    error({ name, "the table contains itself" }, 0)
  end
  around[value] = true
  add_items(fields, name, value, around)
  around[value] = nil
end

--- The text of a value that is no table; nil where it says nothing.
local function text_of(name, value)
  local kind = type(value)
  if kind == "number" and value - value ~= 0 then
    error({ name, "the number is not finite" }, 0)
  elseif kind == "number" then
    return query.number(value)
  elseif kind == "string" or kind == "boolean" then
    return tostring(value)
  elseif kind ~= "userdata" then -- null says nothing in a query
    error({ name, "a " .. kind .. " cannot be sent in a query" }, 0)
  end
  return nil
end

--- Adds a value; `around` has the tables that it is in.
function add(fields, name, value, around)
  if type(value) == "table" then
    return add_table(fields, name, value, around)
  end
  local text = type(value) == "string" and value or text_of(name, value)
  if text then
    fields[#fields + 1], fields[#fields + 2] = name, text
  end
end

--- The scalars of a table, in order: a name, its text, the next name. Raises
--- `{ name, reason }` for what has no text.
---@param values table
---@return string[]
function query.fields(values)
  local fields, around = {}, { [values] = true }
  for _, key in ipairs(sorted_keys(values)) do
    add(fields, tostring(key), values[key], around)
  end
  return fields
end

--- `a=1&b%5B%5D=2`, or "" for an empty table. Null and empty tables are left
--- out.
---@param values table
---@return string
function query.encode(values)
  local fields, encoded = query.fields(values), {}
  for i = 1, #fields, 2 do
    encoded[#encoded + 1] = (fields[i]:gsub(RESERVED, hex)) .. "=" .. (fields[i + 1]:gsub(RESERVED, hex))
  end
  return table.concat(encoded, "&")
end

local function unescape(text)
  return (text:gsub("%+", " "):gsub("%%(%x%x)", function(digits)
    return string.char(tonumber(digits, 16) --[[@as integer]])
  end))
end

local function name_of(pair)
  return unescape(pair:match("^[^=]*"))
end

local function names_in(text)
  local names = {}
  for pair in text:gmatch("[^&]+") do
    names[name_of(pair)] = true
  end
  return names
end

--- Adds `values` to a URL that may have a query already; what they name
--- replaces what the URL had.
---@param url string
---@param values table
---@return string
function query.append(url, values)
  local added = query.encode(values)
  if added == "" then
    return url
  elseif not url:find("[?#]") then
    return url .. "?" .. added
  end
  local fragment = url:match("#.*$") or ""
  local path, old = url:sub(1, #url - #fragment):match("^([^?]*)%??(.*)$") ---@cast old string
  local replaced, kept = names_in(added), {}
  for pair in old:gmatch("[^&]+") do
    if not replaced[name_of(pair)] then
      kept[#kept + 1] = pair
    end
  end
  kept[#kept + 1] = added
  return path .. "?" .. table.concat(kept, "&") .. fragment
end

require "oai.interpret" ()

return query
