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

  describe("where nothing is renamed over what is there", function()
    local rename, config = os.rename, package.config
    local refused

    before_each(function()
      package.config = "\\" .. config:sub(2) -- luacheck: ignore 122
      refused = nil
      os.rename = function(from, to) -- luacheck: ignore 122
        if to == refused or here:read(to:match "[^/]*$") then
          return nil, to .. ": File exists"
        end
        return rename(from, to)
      end
    end)

    after_each(function()
      os.rename, package.config = rename, config -- luacheck: ignore 122
    end)

    it("replaces one, whatever an earlier one has left", function()
      here:write("a", "old")
      here:write("a.old", "older")
      assert.is_true(file.replace(here:file "a", "new"))
      assert.equal("new", here:read "a")
      assert.equal("a", here:names())
    end)

    it("leaves the old one where that cannot be done", function()
      here:write("a", "old")
      local stand_in = os.rename
      os.rename = function(from, to) -- luacheck: ignore 122
        refused = from:find "%.part$" and to or nil
        return stand_in(from, to)
      end
      assert.is_nil((file.replace(here:file "a", "new")))
      assert.equal("old", here:read "a")
      assert.equal("a", here:names())
    end)
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
