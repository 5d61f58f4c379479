-- What `make dist` makes: of one commit the same, byte for byte.

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local shell = require "spec.support.shell"
local small_tree = require "spec.support.small_tree"
local version = require "oai.version"

local missing = small_tree.missing() or not shell.has "zip" and "zip is not installed"
  or shell.output "git rev-parse HEAD 2>/dev/null" == "" and "this is no checkout"
if lacks("make dist", missing) then
  return
end

local function dist(into)
  return shell.output(("DIST=%s URL=https://example.org/files/oai.tar.gz .ci/dist 2>/dev/null"):format(into))
end

describe("make dist", function()
  local here = folder.new()
  local name = "oai-" .. version

  setup(function()
    dist(here:file "one")
  end)

  teardown(function()
    here:remove()
  end)

  it("makes the same of the same commit, whenever that is", function()
    here:run "sleep 1"
    dist(here:file "two")
    assert.equal("", here:output "diff -r one two 2>&1")
    assert.equal("", here:output "cd one && sha256sum --quiet -c SHA256SUMS 2>&1")
  end)

  it("has a rockspec of this version, whose source is the archive", function()
    local said = {}
    assert(load(here:read("one/" .. name .. "-1.rockspec"), "=rockspec", "t", said))()
    assert.equal(version .. "-1", said.version)
    assert.same({ url = "https://example.org/files/oai.tar.gz", dir = name }, said.source)
    assert.equal("src/binding/base64.c", said.build.modules["oai.core"].sources[1])
    assert.equal(name .. "/Makefile\n", here:output(("tar -tzf one/%s.tar.gz %s/Makefile"):format(name, name)))
  end)

  it("has a rock with both", function()
    local said = here:output(("cd one && unzip -p %s-1.src.rock %s-1.rockspec | cmp - %s-1.rockspec"):format(name, name,
      name))
    assert.equal("", said)
    assert.matches(name:gsub("%p", "%%%0") .. "%.tar%.gz", here:output(("unzip -l one/%s-1.src.rock"):format(name)))
  end)
end)
