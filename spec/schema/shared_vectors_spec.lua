-- The vectors of ../shared/vectors (or $OAI_SHARED/vectors) about schemas and
-- JSON in pieces. Skipped where the folder is absent.

local kinds = require "oai.schema.kinds"
local oai = require "oai"
local partial_json = require "oai.codec.partial_json"
local shared_vectors = require "spec.support.shared_vectors"

local describe_file = shared_vectors.describe

--- The cases of a file once more, objects in the order in which they stand there.
local function in_order(text)
  local reader = partial_json.new { order = true, nulls = true }
  reader:add(text)
  return reader:value().cases
end

describe_file("strict_schema", function(_, text)
  for _, case in ipairs(in_order(text)) do
    it(case.name, function()
      local found, err = oai.schema.strict(case.input)
      if case.error then -- oai differs: in its own words, at the same place
        assert.is_nil(found)
        local at = case.error:match "at `(.-)`"
        assert.truthy(not at or at == "<root>" or err.message:find(at, 1, true), err and err.message)
      else
        assert.is_true(kinds.same(case.output, found))
      end
    end)
  end
end)

describe_file("partial_json", function(facts)
  for i, case in ipairs(facts.cases) do
    it("case " .. i, function()
      local reader = partial_json.new()
      for char in case.input:gmatch "." do
        reader:add(char)
        reader:value()
      end
      local value, fault = reader:value()
      if case.error then
        assert.is_true(fault ~= nil or value == nil)
      else
        assert.is_true(kinds.same(case.value, value)) -- oai differs: that no JSON follows is told beside the value
      end
    end)
  end
end)
