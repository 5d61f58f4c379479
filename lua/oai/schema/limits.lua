-- Bounds that a schema sets to numbers, texts, lists and objects. Each says
-- what is wrong with a value, and nothing of one that is of another type.

local counted = require "oai.counted"
local formats = require "oai.schema.formats"
local json = require "oai.codec.json"
local kinds = require "oai.schema.kinds"
local lazy = require "oai.lazy"

local pattern = lazy "oai.schema.pattern"

local NEARLY = 1e-9

local function count_fields(value)
  local count = 0
  for _ in pairs(value) do
    count = count + 1
  end
  return count
end

--- Characters of a text.
local function length(text)
  local _, rest = text:gsub("[\128-\191]", "")
  return #text - rest
end

local function number(name, holds)
  return function(value, bound)
    if type(bound) ~= "number" then
      return "the schema's bound is no number"
    elseif type(value) == "number" and not holds(value, bound) then
      return ("must be %s %.14g, is %.14g"):format(name, bound, value)
    end
  end
end

local function sized(is, size, name, holds)
  return function(value, bound)
    if type(bound) ~= "number" then
      return "the schema's bound is no number"
    elseif is(value) and not holds(size(value), bound) then
      local wanted = counted(bound, name)
      return ("must have %s %s, has %d"):format(holds(0, 1) and "at most" or "at least", wanted, size(value))
    end
  end
end

local function at_least(value, bound)
  return value >= bound
end

local function at_most(value, bound)
  return value <= bound
end

local function raw_length(value)
  return #value
end

local function is_multiple(value, of)
  local times = value / of
  return math.abs(times - math.floor(times + 0.5)) <= NEARLY * math.max(1, math.abs(times))
end

local function has_twice(list)
  for i = 1, #list do
    for j = i + 1, #list do
      if kinds.same(list[i], list[j]) then
        return true
      end
    end
  end
  return false
end

local limits = {
  minimum = number("at least", at_least),
  maximum = number("at most", at_most),
  exclusiveMinimum = number("more than", function(value, bound)
    return value > bound
  end),
  exclusiveMaximum = number("less than", function(value, bound)
    return value < bound
  end),
  multipleOf = number("a multiple of", is_multiple),
  minLength = sized(kinds.is.string, length, "character", at_least),
  maxLength = sized(kinds.is.string, length, "character", at_most),
  minItems = sized(kinds.is.array, raw_length, "item", at_least),
  maxItems = sized(kinds.is.array, raw_length, "item", at_most),
  minProperties = sized(kinds.is.object, count_fields, "field", at_least),
  maxProperties = sized(kinds.is.object, count_fields, "field", at_most),
  uniqueItems = function(value, wanted)
    if wanted and kinds.is.array(value) and has_twice(value) then
      return "has an item twice"
    end
  end,
  pattern = function(value, source)
    local found, reason
    if type(value) == "string" then
      found, reason = pattern.find(source, value)
    end
    if reason then
      return ("the schema's pattern cannot be checked: %s"):format(reason)
    elseif found == false then
      return ("does not match the pattern %s"):format(json.encode(source))
    end
  end,
  format = function(value, name)
    local is = formats[name]
    if not is then
      return ("the schema's format '%s' is not known"):format(tostring(name))
    elseif type(value) == "string" and not is(value) then
      return "is no " .. name
    end
  end,
}

require "oai.interpret" ()

return limits
