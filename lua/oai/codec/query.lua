-- Tables to query strings, in the brackets style of every official client:
-- `a[]=1&a[]=2`, `a[b]=c`. Keys are sorted, so equal tables give equal text.

local query = {}

local function hex(char)
  return ("%%%02X"):format(char:byte())
end

--- Percent-encodes all but unreserved characters (RFC 3986, 2.3).
---@param text string
---@return string
function query.escape(text)
  return (text:gsub("[^A-Za-z0-9%-._~]", hex))
end

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

local function sorted_keys(value)
  local keys = {}
  for key in pairs(value) do
    keys[#keys + 1] = key
  end
  table.sort(keys, function(a, b)
    return tostring(a) < tostring(b)
  end)
  return keys
end

local add

local function add_items(name, value, emit, around)
  if is_list(value) then
    for _, item in ipairs(value) do
      add(name .. "[]", item, emit, around)
    end
    return
  end
  for _, key in ipairs(sorted_keys(value)) do
    add(name .. "[" .. tostring(key) .. "]", value[key], emit, around)
  end
end

local function add_table(name, value, emit, around)
  if around[value] then
    error({ name, "the table contains itself" }, 0)
  end
  around[value] = true
  add_items(name, value, emit, around)
  around[value] = nil
end

--- Adds a value; `around` has the tables that it is in.
function add(name, value, emit, around)
  local kind = type(value)
  if kind == "table" then
    add_table(name, value, emit, around)
  elseif kind == "number" and value - value ~= 0 then
    error({ name, "the number is not finite" }, 0)
  elseif kind == "number" then
    emit(name, query.number(value))
  elseif kind == "string" or kind == "boolean" then
    emit(name, tostring(value))
  elseif kind ~= "userdata" then -- null says nothing in a query
    error({ name, "a " .. kind .. " cannot be sent in a query" }, 0)
  end
end

--- Calls `emit(name, text)` for every scalar of a table, in order. Raises
--- `{ name, reason }` for what has no text.
---@param values table
---@param emit fun(name: string, value: string)
function query.each(values, emit)
  local around = { [values] = true }
  for _, key in ipairs(sorted_keys(values)) do
    add(tostring(key), values[key], emit, around)
  end
end

--- `a=1&b%5B%5D=2`, or "" for an empty table. Null and empty tables are left
--- out.
---@param values table
---@return string
function query.encode(values)
  local pairs_of = {}
  query.each(values, function(name, value)
    pairs_of[#pairs_of + 1] = query.escape(name) .. "=" .. query.escape(value)
  end)
  return table.concat(pairs_of, "&")
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
