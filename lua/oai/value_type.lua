-- What a value that a program gives may be: Lua's types and narrower ones, by
-- their names, or one of a few values, in a table. Options and fields of all
-- kinds are held against lists of these.

local lazy = require "oai.lazy"

local error_value = lazy "oai.error"
local suggest = lazy "oai.suggest"

local value_type = {}

local function is_number(value)
  return type(value) == "number" and value == value
end

local function is_whole(value)
  return is_number(value) and value == math.floor(value)
end

local is_type = {
  any = function()
    return true
  end,
  text = function(value)
    return type(value) == "string" and value ~= ""
  end,
  integer = function(value)
    return is_whole(value) and value >= 0 and value < math.huge
  end,
  count = function(value)
    return is_whole(value) and value >= 1
  end,
  bytes = function(value)
    return is_whole(value) and value >= 1
  end,
  seconds = function(value)
    return is_number(value) and value >= 0
  end,
  duration = function(value) -- libcurl counts milliseconds, and 0 of them as for ever
    return is_number(value) and value >= 0.001
  end,
}

local said = {
  boolean = "a boolean", number = "a number", string = "a string", table = "a table", ["function"] = "a function",
  text = "a text that is not empty",
  integer = "a whole number from 0 on",
  count = "a whole number from 1 on",
  bytes = "a whole number of bytes from 1 on",
  seconds = "a number of seconds from 0 on",
  duration = "a number of seconds from 0.001 on",
}

local function is_of(value, name)
  if type(name) == "table" then
    for _, choice in ipairs(name) do
      if value == choice then
        return true
      end
    end
    return false
  end
  local check = is_type[name]
  if check then
    return check(value)
  end
  return type(value) == name
end

--- Whether a value is of one of these types.
---@param value any
---@param types table  names of types, and tables of values
---@return boolean
function value_type.fits(value, types)
  for _, name in ipairs(types) do
    if is_of(value, name) then
      return true
    end
  end
  return false
end

local function quoted(value)
  return type(value) == "string" and ('"%s"'):format(value) or tostring(value)
end

--- All that types allow, a word for each; what people do not write is left out.
local function words_of(types)
  local words = {}
  for _, name in ipairs(types) do
    for _, choice in ipairs(type(name) == "table" and name or {}) do
      words[#words + 1] = quoted(choice)
    end
    words[#words + 1] = said[name]
  end
  return words
end

--- What a value must be, for messages: "a string, a table or a function".
---@param types table
---@return string
function value_type.expected(types)
  local words = words_of(types)
  local last = table.remove(words)
  return words[1] and table.concat(words, ", ") .. " or " .. last or last
end

--- What a value is that fits none of its types, for messages. A text is shown
--- only where it should have been one of a few: it may be a secret.
---@param value any
---@param types table
---@return string
function value_type.got(value, types)
  if type(value) == "number" then
    return tostring(value)
  elseif value == "" then
    return "an empty one"
  end
  for _, name in ipairs(types) do
    if type(name) == "table" and type(value) ~= "table" then
      return quoted(value)
    end
  end
  return type(value)
end

--- Raises unless a value is of one of its types.
---@param where string  for the message: what was called
---@param noun string   what it is: "option" or "field"
---@param name any      of the value
---@param value any
---@param types table
function value_type.check_one(where, noun, name, value, types)
  if not value_type.fits(value, types) then
    error_value.misuse(("%s: %s '%s' must be %s, got %s"):format(where, noun, tostring(name),
      value_type.expected(types), value_type.got(value, types)))
  end
end

--- Raises unless all that is given has names that there are, and is of the
--- types that it may be.
---@param where string
---@param noun string
---@param given table
---@param types table<any, table>  by name
function value_type.check(where, noun, given, types)
  for name, value in pairs(given) do
    if not types[name] then
      error_value.misuse(("%s: unknown %s '%s'%s"):format(where, noun, tostring(name), suggest.hint(name, types)))
    end
    value_type.check_one(where, noun, name, value, types[name])
  end
end

require "oai.interpret" ()

return value_type
