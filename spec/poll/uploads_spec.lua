-- Waiting for an upload, which nothing looks at: the file that it becomes.

local connect = require "spec.support.connect"
local server = require("spec.support.server").start()

local function upload(status, file)
  return { json = { id = "upload_1", object = "upload", status = status, file = file } }
end

local function file(status, more)
  return { id = "file_1", object = "file", status = status, status_details = more }
end

--- An upload that was just completed, and what looks find.
local function completed(status, first, looks)
  local replies = { upload(status, first) }
  for i, look in ipairs(looks or {}) do
    replies[i + 1] = look.status and not look.json and { json = look } or look
  end
  local scene = server:scenario { replies = replies }
  return assert(connect.over_kept(scene).uploads:complete("upload_1", { part_ids = { "p" } })), scene
end

describe("a wait for an upload", function()
  it("is one for its file, which has its methods then", function()
    local one, scene = completed("completed", file "uploaded", { file "uploaded", { status = 503, json = {} },
      file "processed" })
    local same, facts, outcome = one:wait { interval = 0 }
    assert.equal(one, same)
    assert.equal(200, facts.status)
    assert.equal("done", outcome)
    assert.equal("processed", one.file.status)
    assert.is_function(one.file.content)
    assert.equal("/v1/files/file_1", scene:requests()[2].path)
  end)

  it("tells of the file", function()
    local one, said = completed("completed", file "uploaded", { file "uploaded", file "processed" }), {}
    assert(one:wait { interval = 0, on_progress = function(of, _, changed)
      said[#said + 1] = of.id .. " " .. of.file.status .. " " .. table.concat(changed, ",")
    end })
    assert.same({ "upload_1 processed status" }, said)
  end)

  it("fails where the file does, or the upload has", function()
    local one = completed("completed", file "uploaded", { file("error", "no JSON") })
    local _, err = one:wait { interval = 0 }
    assert.same({ "failed", "error", "it ended as 'error': no JSON", "uploads.wait", one },
      { err.kind, err.reason, err.message, err.operation, err.partial })
    one = completed "expired"
    _, err = one:wait()
    assert.same({ "failed", "expired", one }, { err.kind, err.reason, err.partial })
  end)

  it("is over at once where there is no file", function()
    for _, none in ipairs { false, "file_1", { object = "file" }, { id = "" }, { id = ".." } } do
      local one, scene = completed("completed", none)
      local same, _, outcome = one:wait()
      assert.equal(one, same)
      assert.equal("done", outcome)
      assert.equal(1, #scene:requests())
    end
  end)

  it("is an error for one that nobody has looked at", function()
    local client = connect.over_kept(server:scenario { replies = {} })
    local done, err = client.uploads:at("upload_1"):wait()
    assert.is_nil(done)
    assert.same({ "decode", "uploads.wait" }, { err.kind, err.operation })
    assert.truthy(err.message:find("wait for what create or complete has returned", 1, true))
  end)

  it("raises for one that the program has not completed", function()
    local one = completed "pending"
    local done, message = pcall(function()
      one:wait()
    end)
    assert.is_false(done)
    assert.truthy(message:find("uploads_spec.lua:%d+: oai: uploads.wait: the upload is not complete"), message)
  end)
end)
