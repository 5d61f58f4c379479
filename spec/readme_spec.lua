-- Every example of the README and the guides, and every program in examples/,
-- run as they stand against the local server, in a child of the same Lua.

local child = require "spec.support.child"
local guide = require "spec.support.guide"
local shell = require "spec.support.shell"

local examples, read, run = guide.examples, guide.read, guide.run

describe("README", function()
  local all = examples("README.md")

  it("has six examples", function()
    assert.equal(6, #all)
  end)

  for i, code in ipairs(all) do
    it("example " .. i .. " runs", function()
      local output, status = run(code)
      assert.equal(0, status, output)
      assert.is_truthy(output:find("%S"), "it printed nothing")
    end)
  end
end)

-- PUC Lua 5.1 cannot wait within a `for` loop of a task.
local CAN_WAIT_IN_LOOPS = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

-- The examples of these need an editor or more patience: other specs run them, and those of the cookbook.
local ELSEWHERE = { ["docs/neovim.md"] = true, ["docs/batches.md"] = true }

local function guides()
  local found = {}
  for path in shell.output("ls docs/*.md docs/library/*.md 2>/dev/null"):gmatch "[^\n]+" do
    found[#found + 1] = not ELSEWHERE[path] and path or nil
  end
  return found
end

for _, page in ipairs(guides()) do
  describe(page, function()
    for i, code in ipairs(examples(page)) do
      local run_here = code:find "function love%." and function() end or it -- games are run by LÖVE (spec/examples)
      run_here("example " .. i .. " runs", function()
        if code:find("client:spawn", 1, true) and not CAN_WAIT_IN_LOOPS then
          return pending("Lua 5.1 cannot wait within a for loop")
        end
        local output, status = run(code)
        assert.equal(0, status, output)
        assert.is_truthy(output:find("%S"), "it printed nothing")
      end)
    end
  end)
end

describe("examples/demo.lua", function()
  it("streams from the server it is pointed at", function()
    local output, status = run(read("examples/demo.lua"))
    assert.equal(0, status, output)
    assert.is_truthy(output:find("complete, request req_", 1, true), output)
  end)

  it("starts the local stand-in without a key", function()
    if os.getenv("LD_PRELOAD") then
      return pending("node does not run with a preloaded sanitizer")
    end
    for _, none in ipairs { false, "" } do
      local output, status = child.run(read("examples/demo.lua"), { OPENAI_API_KEY = none, OPENAI_BASE_URL = false })
      assert.equal(0, status, output)
      assert.is_truthy(output:find("local stand-in", 1, true), output)
    end
  end)
end)
