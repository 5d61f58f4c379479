-- The vectors of the folder that lies beside the checkout (spec/support/shared.lua):
-- what others' programs take and make of it. They may be absent.

local busted = require "busted"
local cjson = require "cjson"
local shared = require "spec.support.shared"

local shared_vectors = {}

--- A block about one file; skipped where it is absent.
---@param name string  such as "sse_decoder"
---@param body fun(facts: table, text: string)
function shared_vectors.describe(name, body)
  busted.describe("shared vectors: " .. name, function()
    local facts, text = shared("vectors/" .. name)
    if facts then
      body(facts, text --[[@as string]])
    else
      busted.pending("are not there")
    end
  end)
end

--- A copy of a value without what is null in it.
---@param value any
---@return any
function shared_vectors.plain(value)
  if value == cjson.null then
    return nil
  elseif type(value) ~= "table" then
    return value
  end
  local result = {}
  for key, item in pairs(value) do
    result[key] = shared_vectors.plain(item)
  end
  return result
end

return shared_vectors
