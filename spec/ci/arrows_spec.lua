-- What `make check` says of who requires whom, of small trees.

local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"

if lacks("the check of who requires whom", small_tree.missing()) then
  return
end

local SECTION = [[
## Who may require whom

    init         -> call codec
    call/send    -> core task
    codec        -> cjson
    ground       = error set
    anyone       -> ground
    src/binding  -> src/engine
    src/engine   -> libcurl

## Nevers
]]

-- A tree that is as the section shows it.
local FILES = {
  ["lua/oai/init.lua"] = 'local lazy = 1 return lazy "oai.call.send", require("oai.codec.json")',
  ["lua/oai/call/send.lua"] = 'require "oai.core" -- see oai.init\nreturn lazy "oai.task"',
  ["lua/oai/task/init.lua"] = "return {}",
  ["lua/oai/codec/json.lua"] = 'local cjson = require "cjson"\nrequire "oai.set"\nreturn "\\"oai.init"',
  ["lua/oai/error.lua"] = "return {}",
  ["lua/oai/set.lua"] = 'return require "oai.error"',
  ["src/engine/engine.h"] = "",
  ["src/engine/engine.c"] = '#include <curl/curl.h>\n#include "engine.h"\n',
  ["src/binding/core.c"] = '#include "../engine/engine.h"\n',
}

local function says(changes, section)
  local files = { ["CONTRIBUTING.md"] = section or SECTION }
  for name, content in pairs(FILES) do
    files[name] = content
  end
  for name, content in pairs(changes) do
    files[name] = content
  end
  return small_tree.says(".ci/arrows/main.lua", files)
end

describe("the check of who requires whom", function()
  for _, case in ipairs {
    { "says nothing of a tree as it is shown", {}, "" },
    { "finds what is not shown", {
      ["lua/oai/codec/json.lua"] = 'require "cjson" require "oai.set" require "oai.call.send"',
    }, "codec/json requires call/send, which is not shown\n" },
    { "finds it where it is lazy", { ["lua/oai/task/init.lua"] = "local x = lazy 'oai.codec.json'" },
      "task/init requires codec/json, which is not shown\n" },
    { "finds a library of others", { ["lua/oai/task/init.lua"] = 'require "luv"' },
      "task/init requires luv, which is not shown\n" },
    { "finds it in other quotes", {
      ["lua/oai/task/init.lua"] = "require 'luv' require [[oai.codec.json]] require[=[lpeg]=]",
    }, "task/init requires codec/json, which is not shown\ntask/init requires lpeg, which is not shown\n"
      .. "task/init requires luv, which is not shown\n" },
    { "finds a room of which a file is chosen later", {
      ["lua/oai/loop/uv.lua"] = "", ["lua/oai/init.lua"] = FILES["lua/oai/init.lua"] .. ', load("oai.loop." .. name)',
    }, "init requires loop/uv, which is not shown\n" },
    { "finds a name that is put together", {
      ["lua/oai/task/init.lua"] = 'load_module("oai." .. name)',
    }, "lua/oai/task/init.lua: a module's name is put together from \"oai.\": write it out\n" },
    { "finds what is shown and is not", { ["lua/oai/codec/json.lua"] = 'require "oai.set"' },
      "codec -> cjson is shown, and nothing there requires it\n" },
    { "finds an include", { ["src/binding/core.c"] = '#include "../engine/engine.h"\n#include <curl/curl.h>\n' },
      "src/binding/core requires libcurl, which is not shown\n" },
    { "finds a circle within a room", {
      ["lua/oai/task/init.lua"] = 'require "oai.task.queue"', ["lua/oai/task/queue.lua"] = 'lazy "oai.task"',
    }, "a circle that is not named: task/init <-> task/queue\n" },
    { "lets a named circle be", {
      ["lua/oai/task/init.lua"] = 'require "oai.task.queue"', ["lua/oai/task/queue.lua"] = 'lazy "oai.task"',
    }, "", "task/queue <-> task/init: so it is" },
    { "finds a named circle that is none", {}, "no circle (any more): call/send <-> task/init\n",
      "task/init <-> call/send: so it was" },
  } do
    it(case[1], function()
      local section = SECTION:gsub("\n## Nevers", "    " .. (case[4] or "") .. "%0")
      assert.equal(case[3], says(case[2], section))
    end)
  end
end)
