-- The cases of uploads_chunked.json, which say what openai-python sends. Where
-- client.files:upload does otherwise, a line says why.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local server = require("spec.support.server").start()
local shared_vectors = require "spec.support.shared_vectors"

local OTHERWISE = {
  empty = "a file that one request can take goes in one: see spec/upload/init_spec.lua",
}

-- What is sent besides.
local AFTERWARDS = {
  part_fails = { "POST", "/uploads/upload_1/cancel" }, -- nothing stays open at the server
}

local function object(status)
  return { json = { id = "upload_1", object = "upload", status = status, file = { id = "file_1", object = "file" } } }
end

local function part(number)
  return { json = { id = "part_" .. number, object = "upload.part" } }
end

--- The replies to the requests of a case, the last of which fails if that does.
local function replies_of(case)
  local replies, parts = {}, 0
  for i, request in ipairs(case.requests) do
    if request[2]:find "/parts$" then
      parts = parts + 1
      replies[i] = part(parts)
    else
      replies[i] = object(request[2]:find "complete" and "completed" or "pending")
    end
  end
  if case.expect.error then
    replies[#replies] = { status = 500, json = { error = { message = "500" } } }
    replies[#replies + 1] = object "cancelled"
  end
  return replies
end

shared_vectors.describe("uploads_chunked", function(facts)
  local here = folder.each()

  for _, case in ipairs(facts.cases) do
    it(case.name .. (OTHERWISE[case.name] and ": " .. OTHERWISE[case.name] or ""), function()
      local scene = server:scenario { replies = replies_of(case) }
      local client = connect.over_kept(scene)
      if OTHERWISE[case.name] then
        return
      end
      local file, err = client.files:upload(here:write("a.bin", ("x"):rep(case.size)), { purpose = "batch",
        mime_type = "text/plain", part_size = case.part_size, parallel = 1, max_request_bytes = 1 })
      local wanted = shared_vectors.plain(case.requests)
      wanted[#wanted + 1] = AFTERWARDS[case.name]
      local requests = scene:requests()
      assert.equal(#wanted, #requests)
      for i, request in ipairs(requests) do
        assert.same({ wanted[i][1], wanted[i][2] }, { request.method, (request.path:gsub("^/v1", "")) })
        if type(wanted[i][3]) == "table" then
          local body = cjson.decode(request.body)
          body.md5 = body.md5 and wanted[i][3].md5 -- that of the bytes: "x" is none
          assert.same(wanted[i][3], body)
        end
      end
      assert.equal(case.expect.error and 500 or nil, err.status ~= 200 and err.status or nil)
      assert.equal(case.expect.status and "file_1" or nil, file and file.id)
    end)
  end
end)
