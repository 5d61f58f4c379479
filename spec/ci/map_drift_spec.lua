-- What `make check` says of the map in CONTRIBUTING.md, of small trees.

local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"

if lacks("the check of the map", small_tree.missing()) then
  return
end

local MAP = [[
## The map

```
src/engine/       knows libcurl
  form.c/.h         parts
lua/oai/
  init.lua          the door
  call/             one call
    init.lua          it
    send.lua retry.lua
  types/            generated
spec/             mirrors, file for file
```
]]

local function says(map, more)
  local files = { ["CONTRIBUTING.md"] = map }
  for name in ("src/engine/form.c src/engine/form.h lua/oai/init.lua lua/oai/call/init.lua lua/oai/call/send.lua "
    .. "lua/oai/call/retry.lua lua/oai/types/x.lua " .. (more or "")):gmatch "%S+" do
    files[name] = ""
  end
  return small_tree.says(".ci/map-drift.lua", files)
end

describe("the check of the map", function()
  it("says nothing of one that is right", function()
    assert.equal("", says(MAP))
  end)

  it("finds a file that is not named, a header and a name of another room too", function()
    assert.equal("lua/oai/send.lua is not named\nsrc/engine/wipe.h is not named\n",
      says(MAP, "lua/oai/send.lua src/engine/wipe.h"))
  end)

  it("finds one that is named twice", function()
    assert.equal("lua/oai/call/retry.lua is named twice\n", says((MAP:gsub("send.lua retry.lua", "%0 retry.lua"))))
  end)

  it("finds one that is not there", function()
    assert.equal("lua/oai/call/page.lua is not there\n", says((MAP:gsub("send.lua retry.lua", "%0 page.lua"))))
  end)
end)
