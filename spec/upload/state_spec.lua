-- State files of uploads: read as they were written, and of which upload.

local folder = require "spec.support.folder"
local state = require "oai.upload.state"

local FIELDS = { size = 2 ^ 33 + 1, changed = 1764400000.123456, filename = "a", purpose = "p", mime_type = "t/t",
  part_size = 5 }

describe("the state of an upload", function()
  local here = folder.each()

  it("is read as it was written", function()
    local path, fresh = here:file "s", state.new(FIELDS)
    assert.is_true(state.save(path, fresh))
    assert.truthy(here:read("s"):find('"parts":{}', 1, true))
    fresh.parts["1"] = "part_1"
    assert.is_true(state.save(path, fresh))
    assert.same(fresh, state.load(path))
    assert.is_true(state.check(path, state.load(path), FIELDS))
    assert.equal("s", here:names())
  end)

  it("is nothing else", function()
    local found, err = state.load(here:write("s", "{}"))
    assert.is_nil(found)
    assert.same({ "bad_request", "files.upload" }, { err.kind, err.operation })
    assert.truthy(err.message:find("s is not the state of an upload", 1, true), err.message)
  end)

  for name, value in pairs { size = "5", changed = {}, filename = 5, purpose = false, mime_type = 1, part_size = 0,
    begun_at = "now", md5 = 5, upload_id = "../files", parts = { ["1"] = 5 } } do
    it("is none that is damaged: " .. name, function()
      local fields = state.new(FIELDS)
      fields[name] = value
      assert.is_true(state.save(here:file "s", fields))
      local found, err = state.load(here:file "s")
      assert.is_nil(found)
      assert.truthy(err.message:find("s is damaged", 1, true), err.message)
    end)
  end

  for i, parts in ipairs { { ["0"] = "p" }, { a = "p" }, { ["1"] = "" }, { "p" }, { ["1.5"] = "p" } } do
    it("is none whose parts are damaged, " .. i, function()
      local fields = state.new(FIELDS)
      fields.parts = parts
      assert.is_true(state.save(here:file "s", fields))
      assert.is_nil((state.load(here:file "s")))
    end)
  end

  it("is refused by each thing that is another", function()
    for name in pairs(FIELDS) do
      local other = {}
      for key, value in pairs(FIELDS) do
        other[key] = value
      end
      other[name] = type(other[name]) == "number" and other[name] + 1 or "other"
      local same, err = state.check("s", state.new(FIELDS), other)
      assert.equal(name == "part_size" or nil, same)
      assert.equal(name ~= "part_size" and "bad_request" or nil, err and err.kind)
    end
  end)
end)
