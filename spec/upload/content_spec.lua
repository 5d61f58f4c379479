-- What a file is, and its digest, in between which others go on.

local connect = require "spec.support.connect"
local content = require "oai.upload.content"
local folder = require "spec.support.folder"
local oai = require "oai"
local process = require "spec.support.process"
local tasks = require "spec.support.tasks"

describe("the content of a file", function()
  local here = folder.each()
  local client = oai.client { api_key = "sk-x" }

  it("is looked at, and the same until somebody writes", function()
    local file = assert(content.look(here:write("a", "12345")))
    assert.equal(5, file.size)
    assert.is_true(math.abs(file.changed - os.time()) < 100)
    assert.is_true(content.check(file))
    here:write("a", "12345")
    local same, err = content.check(file)
    assert.is_nil(same)
    assert.equal("io", err.kind)
    os.remove(here:file "a")
    same, err = content.check(file)
    assert.same({ nil, "io" }, { same, err.kind })
  end)

  it("has a digest, of no bytes or of many pieces", function()
    local file = assert(content.look(here:write("a", "")))
    assert.equal("d41d8cd98f00b204e9800998ecf8427e", content.md5(file, client))
    file = assert(content.look(here:write("a", ("x"):rep(1000003))))
    assert.equal(here:output("md5sum a"):match "^%x+", content.md5(file, client))
  end)

  it("is an error where it ends too early, or is gone", function()
    local file = assert(content.look(here:write("a", "12345")))
    here:write("a", "1")
    local _, err = content.md5(file, client)
    assert.same({ "io", true }, { err.kind, err.message:find "it has shrunk" ~= nil })
    os.remove(here:file "a")
    _, err = content.md5(file, client)
    assert.equal("io", err.kind)
  end)

  for _, loop in ipairs(tasks.loops) do
    it("is no more asked for by a task that was cancelled, on " .. loop, function()
      local own = oai.client { api_key = "sk-x", loop = loop }
      assert(here:run "truncate -s 1T large")
      local file = assert(content.look(here:file "large"))
      connect.run(own, function()
        local task = own:spawn(content.md5, file, own)
        assert(oai.sleep(0.01))
        assert.equal(1, process.descriptors_of(file.path))
        task:cancel()
        local _, err = task:await()
        assert.equal("cancelled", err.kind)
        assert.equal(0, process.descriptors_of(file.path))
      end)
      own:close()
    end)
  end
end)
