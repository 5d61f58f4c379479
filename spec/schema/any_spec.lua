-- Schemas and values of any kind: what comes is true, a fault or an error, and
-- never one of Lua's own.

local oai = require "oai"

local s = oai.schema

local KEYWORDS = { "type", "enum", "const", "properties", "required", "additionalProperties", "items", "prefixItems",
  "anyOf", "oneOf", "allOf", "not", "$ref", "$defs", "minimum", "multipleOf", "minLength", "maxItems", "minProperties",
  "uniqueItems", "pattern", "format", "title", "default", "x" }
local WORDS = { "object", "array", "string", "number", "null", "#", "#/$defs/a", "#/properties/a", "a", "^a*$",
  "(", "date" }

--- Numbers that are the same in each run.
local function dice(seed)
  return function(most)
    seed = (seed * 16807) % 2147483647
    return seed % most + 1
  end
end

local any

local function any_list(roll, depth)
  local made = oai.array()
  for i = 1, roll(3) do
    made[i] = any(roll, depth - 1)
  end
  return made
end

local function any_object(roll, depth)
  local made = oai.object()
  for _ = 1, roll(5) do
    made[roll(4) > 1 and KEYWORDS[roll(#KEYWORDS)] or WORDS[roll(#WORDS)]] = any(roll, depth - 1)
  end
  return made
end

function any(roll, depth)
  local kind = roll(depth > 0 and 9 or 4)
  if kind == 1 then
    return WORDS[roll(#WORDS)]
  elseif kind == 2 then
    return (roll(9) - 3) / 2
  elseif kind == 3 then
    return roll(2) == 1
  end
  return kind == 4 and oai.null or (kind < 7 and any_list or any_object)(roll, depth)
end

describe("oai.schema, whatever it is given", function()
  for seed = 1, 20 do
    it("holds out, seed " .. seed, function()
      local roll, strict = dice(seed * 7919), 0
      for _ = 1, 150 do
        local schema, value = any_object(roll, 5), any(roll, 4)
        schema.type = roll(3) == 1 and "object" or schema.type
        local well, faults = s.check(schema, value)
        assert.is_true(well == true or #faults > 0 and tostring(faults) ~= "")
        local found, err = s.strict(schema)
        assert.is_true(found ~= nil or err.kind == "bad_schema")
        if found then
          strict = strict + 1
          assert.equal(oai.json.encode(found), oai.json.encode(assert(s.strict(found))))
        end
        assert.equal(found ~= nil, (s.strict(oai.json.encode(schema))) ~= nil)
      end
    end)
  end
end)
