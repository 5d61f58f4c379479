-- Names that nobody else has.

local key = require "oai.key"

--- Runs a function where the system has no random bytes.
local function without_random(fn)
  local open = io.open
  io.open = function(path, ...) -- luacheck: ignore
    if path == "/dev/urandom" then
      return nil, "not there"
    end
    return open(path, ...)
  end
  local done, err = pcall(fn)
  io.open = open -- luacheck: ignore
  assert(done, err)
end

local function check()
  local seen = {}
  for _ = 1, 100 do
    local id = key.uuid()
    assert.truthy(id:find("^%x%x%x%x%x%x%x%x%-%x%x%x%x%-4%x%x%x%-[89ab]%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$"), id)
    assert.is_nil(seen[id])
    seen[id] = true
  end
  assert.equal(16, #key.hex(8))
end

describe("key", function()
  it("makes UUIDs, and hexadecimal digits", check)

  it("makes others each time where the system has no random bytes", function()
    without_random(check)
  end)
end)
