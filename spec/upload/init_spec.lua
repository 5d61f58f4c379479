-- client.files:upload: which way a file goes, and what it may be asked.

local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local multipart = require "spec.support.multipart"
local server = require("spec.support.server").start()

describe("client.files:upload", function()
  local here = folder.each()

  local function scene_of(options)
    local scene = server:scenario { replies = { { api = "answers" } }, repeat_last = true }
    return scene, connect.to(scene, options)
  end

  it("sends in one request what the service takes so", function()
    local scene, client = scene_of()
    local told = {}
    local path = here:write("a.jsonl", "12345")
    local file, facts = client.files:upload(path, { purpose = "batch", max_request_bytes = 5,
      expires_after = { anchor = "created_at", seconds = 60 }, on_progress = function(bytes, total)
        told[#told + 1] = ("%d of %d"):format(bytes, total)
      end })
    assert.same({ "file", 5, 200 }, { file.object, file.bytes, facts.status })
    assert.same({ "file (a.jsonl, application/jsonl): 12345", "expires_after[anchor]: created_at",
      "expires_after[seconds]: 60", "purpose: batch" }, multipart.shown(scene:requests()[1]))
    assert.same({ "5 of 5" }, told)
    assert(client.files:upload(path, { purpose = "batch", filename = "b", mime_type = "a/b" }))
    assert.equal("file (b, a/b): 12345", multipart.shown(scene:requests()[2])[1])
    assert(client.files:upload(here:write("empty", ""), { purpose = "batch" }))
    assert.equal(3, #scene:requests())
  end)

  it("sends in parts what is larger by a byte", function()
    local scene, client = scene_of()
    assert(client.files:upload(here:write("a", "12345"), { purpose = "batch", max_request_bytes = 4, part_size = 5 }))
    assert.equal(3, #scene:requests())
  end)

  it("gives each call the options of calls", function()
    local scene, client = scene_of()
    assert(client.files:upload(here:write("a", "12345"), { purpose = "batch", max_request_bytes = 1, part_size = 2,
      headers = { ["X-Ours"] = "yes" } }))
    for _, request in ipairs(scene:requests()) do
      assert.equal("yes", request.header["x-ours"])
    end
  end)

  it("need not be waited for", function()
    local _, client = scene_of()
    local task = client.files:upload(here:write("a", "12345"), { purpose = "batch", max_request_bytes = 1,
      part_size = 2, wait = false })
    assert.equal(5, assert(task:await()).bytes)
  end)

  it("is an error where there is no such file", function()
    local scene, client = scene_of()
    local file, err = client.files:upload(here:file "none", { purpose = "batch" })
    assert.is_nil(file)
    assert.same({ "io", "files.upload" }, { err.kind, err.operation })
    assert.equal(0, #scene:requests())
    file, err = client.files:upload(here.path, { purpose = "batch" })
    assert.same({ nil, "io" }, { file, err.kind })
  end)

  it("raises what a program does wrong", function()
    local _, client = scene_of()
    local function raised(...)
      local done, err = pcall(client.files.upload, ...)
      assert.is_false(done)
      return err
    end
    local files = client.files
    assert.matches("call it with a colon", raised("a", { purpose = "x" }))
    assert.matches("the path must be a string", raised(files, nil, { purpose = "x" }))
    assert.matches("the path must not hold NUL", raised(files, "a\0b", { purpose = "x" }))
    assert.matches("option 'purpose' must be a string that is not empty, got nil", raised(files, "a", {}))
    assert.matches("option 'state' must not hold NUL", raised(files, "a", { purpose = "x", state = "\0" }))
    assert.matches("option 'part_size' must be a whole number from 1 on", raised(files, "a",
      { purpose = "x", part_size = 0 }))
    assert.matches("option 'mime_type' must be a media type", raised(files, "a",
      { purpose = "x", mime_type = "a\nb/c" }))
    assert.matches("did you mean 'parallel'", raised(files, "a", { purpose = "x", paralel = 2 }))
  end)
end)
