-- State files: whole or not there, and never in place of somebody else's.

local folder = require "spec.support.folder"
local state_file = require "oai.state_file"

local KIND = { operation = "things.do", mark = "a_thing", version = 1, called = "the state of a thing",
  fields = { count = { "integer", "nil" } }, is_sound = function(fields)
    return fields.more ~= "wrong"
  end }

local function state(parts, more)
  return { a_thing = 1, parts = parts, more = more }
end

describe("a state file", function()
  local here = folder.each()

  it("is read as it was written", function()
    for _, parts in ipairs { { "a" }, { "a", "b" } } do
      assert.is_true(state_file.save(KIND, here:file "s", state(parts)))
      assert.same(state(parts), state_file.load(KIND, here:file "s"))
      assert.equal("s", here:names())
    end
  end)

  it("is nil where there is none", function()
    local found, err = state_file.load(KIND, here:file "s")
    assert.same({}, { found, err })
  end)

  it("takes no notice of one that was left half written", function()
    here:write("s.part", '{"a_thing":1,"par')
    assert.is_nil(state_file.load(KIND, here:file "s"))
    assert.is_true(state_file.save(KIND, here:file "s", state { "a" }))
    assert.equal("s", here:names())
  end)

  for name, content in pairs {
    ["a file of lines"] = '{"custom_id":"a"}\n{"custom_id":"b"}\n',
    ["another object"] = '{"id":"batch_1","parts":[]}',
    ["of another version"] = '{"a_thing":99,"parts":[]}',
    ["without parts"] = '{"a_thing":1}',
    ["an empty file"] = "",
    ["a number"] = "12",
    ["a list"] = "[]",
  } do
    it("is not " .. name, function()
      local found, err = state_file.load(KIND, here:write("s", content))
      assert.is_nil(found)
      assert.same({ "bad_request", "things.do", here:file "s" .. " is not the state of a thing" },
        { err.kind, err.operation, err.message })
      assert.equal(content, here:read "s")
    end)
  end

  for name, content in pairs {
    ["holds a value of another type"] = '{"a_thing":1,"parts":[],"count":"2"}',
    ["holds what cannot be gone on with"] = '{"a_thing":1,"parts":[],"count":2,"more":"wrong"}',
  } do
    it("is none that " .. name, function()
      local found, err = state_file.load(KIND, here:write("s", content))
      assert.is_nil(found)
      assert.same({ "bad_request", here:file "s" .. " is damaged: it holds what the state of a thing does not" },
        { err.kind, err.message })
      assert.equal(content, here:read "s")
    end)
  end

  it("is no folder", function()
    local found, err = state_file.load(KIND, here.path)
    assert.is_nil(found)
    assert.same({ "io", "things.do" }, { err.kind, err.operation })
    assert.truthy(err.message:find(here.path, 1, true), err.message)
  end)

  it("says why it cannot be written", function()
    local done, err = state_file.save(KIND, here:file "none/s", state {})
    assert.is_nil(done)
    assert.same({ "io", "things.do" }, { err.kind, err.operation })
    assert.truthy(err.message:find("none/s", 1, true), err.message)
    done, err = state_file.save(KIND, here:file "s", state({}, { a = "\255" }))
    assert.is_nil(done)
    assert.same({ "bad_request", "things.do" }, { err.kind, err.operation })
    assert.truthy(err.message:find("more.a", 1, true), err.message)
  end)

  it("stays as it was when the disk is full, which closing the file may tell first", function()
    assert.is_true(state_file.save(KIND, here:file "s", state { "a" }))
    here:run "ln -s /dev/full s.part"
    local done, err = state_file.save(KIND, here:file "s", state { "b" })
    assert.is_nil(done)
    assert.truthy(err.message:find("No space left", 1, true), err.message)
    assert.same(state { "a" }, state_file.load(KIND, here:file "s"))
  end)
end)
