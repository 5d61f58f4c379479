-- Small files, read and replaced whole.

local file = require "oai.file"
local folder = require "spec.support.folder"

describe("file", function()
  local here = folder.each()

  it("reads all bytes", function()
    local bytes = "a\0b\r\n\255"
    assert.equal(bytes, (file.read(here:write("a", bytes))))
    assert.equal("", (file.read(here:write("b", ""))))
  end)

  it("tells why one cannot be read", function()
    local bytes, reason, is_missing = file.read(here:file "none")
    assert.same({ nil, here:file "none" .. ": No such file or directory", true }, { bytes, reason, is_missing })
    bytes, reason, is_missing = file.read(here:file "")
    assert.is_nil(bytes)
    assert.falsy(is_missing)
    assert.truthy(reason:find("Is a directory", 1, true), reason)
  end)

  it("replaces one, or makes it", function()
    for _, bytes in ipairs { "old and long", "new\0", "" } do
      assert.is_true(file.replace(here:file "a", bytes))
      assert.equal(bytes, here:read "a")
      assert.equal("a", here:names())
    end
  end)

  it("leaves the old one where that cannot be done, and nothing else", function()
    here:write("a", "old")
    here:run "ln -s /dev/full a.part"
    local done, reason = file.replace(here:file "a", "new")
    assert.is_nil(done)
    assert.truthy(reason:find("No space left", 1, true), reason)
    assert.equal("old", here:read "a")
    assert.equal("a", here:names())
    here:run "mkdir b"
    done, reason = file.replace(here:file "b", "new")
    assert.is_nil(done)
    assert.truthy(reason:find("directory", 1, true), reason)
    assert.equal("a b", here:names())
    assert.is_nil((file.replace(here:file "none/a", "new")))
  end)
end)
