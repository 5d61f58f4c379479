-- What `make check` says of the functions that CONTRIBUTING.md names.

local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"

if lacks("the check of the life of a call", small_tree.missing()) then
  return
end

local function says(text)
  return small_tree.says(".ci/life-drift.lua", {
    ["CONTRIBUTING.md"] = "## The life of one call\n\n" .. text .. "\n\n## Words\n",
    ["lua/oai/call/send.lua"] = "local function settle(a)\nend\nfunction send.call(b)\n  other()\nend\n",
    ["src/engine/engine.c"] = "static int patience (void);\n\n\nbool engine_step (struct engine *e,\n"
      .. "                  int n)\n{\n}\n",
  })
end

describe("the check of the life of one call", function()
  for text, wanted in pairs {
    ["`call/send.lua:send.call` and `call/send.lua:settle`"] = "",
    ["`src/engine/engine.c:engine_step`"] = "",
    ["`src/engine/engine.c:patience`"] = "src/engine/engine.c has no function patience\n",
    ["`call/send.lua:other`"] = "call/send.lua has no function other\n",
    ["`call/page.lua:page.new`"] = "call/page.lua is not there\n",
  } do
    it("reads " .. text, function()
      assert.equal(wanted, says(text))
    end)
  end
end)
