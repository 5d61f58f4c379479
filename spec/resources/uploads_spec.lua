-- Uploads: the parts of a large file, and the object they add up to.

local exchange = require "spec.support.exchange"
local multipart = require "spec.support.multipart"

local UPLOAD = { id = "upload_1", object = "upload", status = "pending" }
local DONE = { id = "upload_1", object = "upload", status = "completed", file = { id = "file_1", object = "file" } }

describe("uploads", function()
  it("take their parts as files, in order", function()
    local requests, done = exchange.run({
      { json = UPLOAD },
      { json = { id = "part_1", object = "upload.part", upload_id = "upload_1" } },
      { json = { id = "part_2", object = "upload.part", upload_id = "upload_1" } },
      { json = DONE },
    }, function(client)
      local upload = assert(client.uploads:create {
        purpose = "batch", filename = "a.jsonl", bytes = 2 ^ 33, mime_type = "application/jsonl" })
      local parts = {}
      for i, bytes in ipairs { "a\0b\255", "c\r\n--d" } do
        parts[i] = assert(upload.parts:create { data = { data = bytes, filename = "p.bin" } }).id
      end
      return upload:complete { part_ids = parts }
    end)
    assert.same({ "POST /v1/uploads", "POST /v1/uploads/upload_1/parts", "POST /v1/uploads/upload_1/parts",
      "POST /v1/uploads/upload_1/complete" }, exchange.lines(requests))
    assert.truthy(requests[1].body:find('"bytes":8589934592[,}]'), requests[1].body)
    assert.same({ "data (p.bin, application/octet-stream): a\0b\255" }, multipart.shown(requests[2]))
    assert.same({ "data (p.bin, application/octet-stream): c\r\n--d" }, multipart.shown(requests[3]))
    assert.same({ part_ids = { "part_1", "part_2" } }, exchange.body(requests[4]))
    assert.equal("completed", done.status)
  end)

  it("are cancelled without a body", function()
    local requests = exchange.run({ { json = UPLOAD }, { json = UPLOAD } }, function(client)
      return assert(client.uploads:create { purpose = "batch" }):cancel()
    end)
    assert.equal("POST /v1/uploads/upload_1/cancel", exchange.lines(requests)[2])
    assert.equal("", requests[2].body)
  end)
end)
