-- LuaJIT's compiler makes nothing of what it must not. The program that is run
-- is one of its own: what runs the specs is interpreted (support/runner.lua).

local child = require "spec.support.child"

-- Runs the folds of all facts until every loop is hot, and prints the modules
-- of which the compiler made something.
local PROGRAM = [[
jit.opt.start("hotloop=5", "hotexit=2")
local copy = require "oai.dialect.copy"
local util = require "jit.util"
local started, compiled = {}, {}
jit.attach(function(what, trace, func)
  if what == "start" then
    started = {}
  elseif what == "stop" then
    for source in pairs(started) do
      compiled[source] = true
    end
  end
end, "trace")
jit.attach(function(_, func)
  started[util.funcinfo(func).source or ""] = true
end, "record")
for _ = 1, ROUNDS do
  for _, name in ipairs { "assistants", "chat", "responses" } do
    local dialect = require("oai.dialect." .. name)
    for _, fact in ipairs(require("spec.support.facts." .. name .. "_stream")) do
      local state = dialect.new_state()
      for _, event in ipairs(type(fact[2]) == "table" and fact[2] or {}) do
        pcall(dialect.fold, state, copy(event))
        pcall(dialect.result, state)
      end
    end
  end
end
local n = 0
for _ = 1, 1000 do
  n = n + 1
end
for source in pairs(compiled) do
  print(source:match("lua/(oai/.*)$") or "other")
end
print "end"
]]

local MUST_NOT = { "oai/dialect/chat.lua", "oai/dialect/copy.lua", "oai/dialect/delta.lua", "oai/dialect/responses.lua",
  "oai/dialect/pieces.lua" }

describe("interpret", function()
  if not rawget(_G, "jit") then
    it("does nothing where nothing is compiled", function()
      assert.equal(0, select("#", require "oai.interpret"()))
    end)
    return
  end

  it("keeps the compiler out of modules, and of nothing else", function()
    local output, status = child.run((PROGRAM:gsub("ROUNDS", "20")))
    assert.equal(0, status, output)
    assert.truthy(output:find("other\n", 1, true), output)
    for _, name in ipairs(MUST_NOT) do
      assert.is_nil(output:find(name, 1, true), output)
    end
  end)
end)
