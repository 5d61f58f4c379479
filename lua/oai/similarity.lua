-- oai.similarity: how alike two texts are, by their embedding vectors.

local error_value = require "oai.error"
local json = require "oai.codec.json"

--- Raises for one of the two arguments, and says what it should be.
local function refuse(place, what)
  error_value.misuse(("oai.similarity: the %s argument must be a vector, a list of numbers, got %s"):format(place,
    what))
end

--- What a table is that does not begin with a number.
local function described(value)
  if type(value[1]) == "nil" and type(value.embedding) == "table" then
    return "an object that has one: give its 'embedding'"
  elseif type(value[1]) == "nil" then
    return "a table without numbers"
  end
  return "a list of " .. type(value[1]) .. "s"
end

--- The numbers of a vector, which may have come as base64.
---@return number[]
local function numbers_of(value, place)
  if type(value) == "string" then
    value = json.vector(value) or refuse(place, "a string that is not one in base64")
  elseif type(value) ~= "table" then
    refuse(place, type(value))
  elseif type(value[1]) ~= "number" then
    refuse(place, described(value))
  end
  return value
end

local function check_number(x, place, at)
  if type(x) ~= "number" then
    refuse(place, ("a %s at %d"):format(type(x), at))
  end
end

--- The sums of the products of two vectors: with each other, and each with
--- itself.
local function products(a, b)
  local ab, aa, bb = 0.0, 0.0, 0.0
  for i = 1, #a do
    local x, y = a[i], b[i]
    if type(x) ~= "number" or type(y) ~= "number" then
      check_number(x, "first", i)
      check_number(y, "second", i)
    end
    ab, aa, bb = ab + x * y, aa + x * x, bb + y * y
  end
  return ab, aa, bb
end

--- How alike two texts are, by their embedding vectors: the cosine of the
--- angle between these, from -1 to 1, which is 0 where one of them is nothing
--- but zeros. Raises where they are not of one length, as those of different
--- models or `dimensions`.
---@param a number[]|string  such as `reply.data[1].embedding`; or base64, as `encoding_format = "base64"` has it
---@param b number[]|string  another one, of the same model
---@return number cosine
local function similarity(a, b)
  a, b = numbers_of(a, "first"), numbers_of(b, "second")
  if #a ~= #b then
    error_value.misuse(("oai.similarity: the vectors have %d and %d numbers: those of one model and of the same "
      .. "'dimensions' can be compared"):format(#a, #b))
  end
  local ab, aa, bb = products(a, b)
  local length = math.sqrt(aa) * math.sqrt(bb)
  return length > 0 and math.max(-1, math.min(1, ab / length)) or 0.0
end

return similarity
