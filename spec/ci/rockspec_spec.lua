-- What `make check` says of the rockspec, of small trees.

local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"

if lacks("the check of the rockspec", small_tree.missing()) then
  return
end

local ROCKSPEC = [[
package = "oai"
build = {
  type = "builtin",
  modules = {
    ["oai"] = "lua/oai/init.lua",
    ["oai.call.send"] = "lua/oai/call/send.lua",
    ["oai.core"] = {
      sources = {
        "src/binding/core.c",
        "src/engine/form.c",
      },
      defines = {
        "_GNU_SOURCE",
        "CURL_DISABLE_TYPECHECK",
      },
      libraries = {
        "curl",
        "pthread",
        "m",
        "dl",
      },
      libdirs = {
        "$(CURL_LIBDIR)",
      },
    },
  },
}
]]

--- The files of a tree with this rockspec, and more.
local function tree(rockspec, more)
  local files = { ["oai-scm-1.rockspec"] = rockspec }
  for name in ("src/binding/core.c src/engine/form.c lua/oai/init.lua lua/oai/call/send.lua "
    .. (more or "")):gmatch "%S+" do
    files[name] = ""
  end
  return files
end

local function says(rockspec, more)
  return small_tree.says(".ci/rockspec.lua", tree(rockspec, more), "check")
end

describe("the check of the rockspec", function()
  it("says nothing of one that is right", function()
    assert.equal("", says(ROCKSPEC))
  end)

  it("finds a module and a source that are not listed", function()
    assert.matches("^oai%.call%.page: [^\n]* says nil, the tree lua/oai/call/page%.lua\n", says(ROCKSPEC,
      "lua/oai/call/page.lua"))
    assert.matches("oai%.core%.sources%.1: [^\n]* says src/binding/core%.c, the tree src/binding/base64%.c\n",
      says(ROCKSPEC, "src/binding/base64.c"))
  end)

  it("finds a module that is not there, and one under another name", function()
    local listed = ROCKSPEC:gsub('%["oai.call.send"%]', '["oai.call.sent"] = "lua/oai/call/sent.lua", %0')
    assert.matches("^oai%.call%.sent: [^\n]*, the tree nothing\n$", says(listed))
    local misnamed = ROCKSPEC:gsub("oai.call.send", "oai.send")
    assert.matches("oai%.send: [^\n]*, the tree nothing\n", says(misnamed))
  end)

  it("finds a list that is no Lua", function()
    local merged = ROCKSPEC:gsub('"oai.call.send"%]', '"oai.call"].send"]')
    assert.matches("^%S*oai%-scm%-1%.rockspec:6: .*make rockspec writes its list anew\n$", says(merged))
  end)

  it("finds modules among what is said of the core", function()
    local line = '    ["oai.call.send"] = "lua/oai/call/send.lua",\n'
    local merged = ROCKSPEC:gsub(line:gsub("%p", "%%%0"), ""):gsub('%["oai.core"%] = {\n', "%0" .. line)
    local said = says(merged)
    assert.matches("oai%.call%.send: [^\n]* says nil, the tree", said)
    assert.matches("oai%.core%.oai%.call%.send: [^\n]*, the tree nothing", said)
  end)

  it("finds what is listed twice, or in no order", function()
    local twice = ROCKSPEC:gsub('    %["oai.call.send"[^\n]*\n', "%0%0")
    assert.equal("oai-scm-1.rockspec is not as make rockspec writes it\n", says(twice))
  end)

  it("is satisfied by what it writes, whatever was there", function()
    local merged = ROCKSPEC:gsub('"oai.call.send"%]', '"oai.call"].send"]')
    local said = small_tree.says(".ci/rockspec.lua", tree(merged), "write && cat oai-scm-1.rockspec")
    assert.equal(ROCKSPEC, said)
  end)
end)
