-- The plugin that `make nvim` makes of a checkout, where Neovim and plugin
-- managers have plugins.

local editor = require "spec.support.editor"
local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local shell = require "spec.support.shell"

if lacks("make nvim", editor.missing()) then
  return
end

local SAYS = "io.write(require([[oai]])._VERSION, [[ ]], (select(3, require([[oai.core]]).versions())), [[ ]], "
  .. "debug.getinfo(require([[oai]]).client, [[S]]).source)"

describe("make nvim", function()
  local here = folder.new()
  local plugin = here:file "site/pack/managed/start/oai"

  setup(function()
    assert.is_true(here:run("mkdir -p " .. plugin))
    shell.output(("cp -r lua %s/ && rm -f %s/lua/oai/core.so"):format(plugin, plugin))
    assert.equal("", shell.output(("LUADIR=%s/lua LIBDIR=%s/lua STRIP=strip .ci/install core "
      .. "build/luajit/oai/core.so 2>&1"):format(plugin, plugin)))
  end)

  teardown(function()
    here:remove()
  end)

  --- What Neovim says, which knows no paths of this process.
  local function nvim(options)
    return shell.output(("cd / && env -u LUA_PATH -u LUA_CPATH NVIM_LOG_FILE=/dev/null timeout 60 nvim -u NONE -i NONE "
      .. "-n --headless %s -c 'lua %s' -c quit 2>&1 </dev/null"):format(options, SAYS))
  end

  it("is found in a package of Neovim's own, where plugin managers put it, too", function()
    local said = nvim(("--cmd 'set packpath^=%s' -c packloadall"):format(here:file "site"))
    assert.matches("^(%d+%.%d+%.%d+) %1 @", said)
    assert.truthy(said:find("@" .. plugin .. "/lua/oai/", 1, true), said)
  end)

  it("is found on the runtimepath", function()
    assert.matches("^(%d+%.%d+%.%d+) %1 @", nvim(("--cmd 'set runtimepath^=%s'"):format(plugin)))
  end)
end)
