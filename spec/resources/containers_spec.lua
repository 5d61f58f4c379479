-- Containers: files by id or as they are, and replies that may be empty.

local exchange = require "spec.support.exchange"
local multipart = require "spec.support.multipart"

describe("containers.files.create", function()
  local function created(params)
    return exchange.once(function(client)
      return client.containers.files:create("cntr_1", params)
    end, { id = "cfile_1", object = "container.file", container_id = "cntr_1" })
  end

  it("is JSON with the id of a file", function()
    local request, file = created { file_id = "file_1" }
    assert.same({ "POST /v1/containers/cntr_1/files" }, exchange.lines { request })
    assert.equal("application/json", request.header["content-type"])
    assert.same({ file_id = "file_1" }, exchange.body(request))
    assert.equal("oai.ContainerFile cfile_1", tostring(file))
  end)

  it("is a form with a file", function()
    local request, file = created { file = { data = "a\0b", filename = "x.txt" } }
    assert.same({ "x.txt", "a\0b" }, { multipart.parts(request)[1].filename, multipart.parts(request)[1].data })
    assert.equal(1, #multipart.parts(request))
    assert.equal("oai.ContainerFile cfile_1", tostring(file))
  end)

  it("is a form with a file's path", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "wb"))
    file:write "content"
    file:close()
    local request = created { file = path }
    os.remove(path)
    assert.same({ "file (" .. path:match "[^/]+$" .. ", application/octet-stream): content" }, multipart.shown(request))
  end)
end)

describe("containers", function()
  for _, case in ipairs {
    { reply = {}, value = true },
    { reply = { status = 204 }, value = true },
    { reply = { json = { id = "cntr_1", object = "container.deleted", deleted = true } },
      value = { id = "cntr_1", object = "container.deleted", deleted = true } },
  } do
    it("are deleted, whatever the server says of it: " .. type(case.value), function()
      local requests, value = exchange.run({ case.reply }, function(client)
        return client.containers:delete "cntr_1"
      end)
      assert.same(case.value, value)
      assert.same({ "DELETE /v1/containers/cntr_1" }, exchange.lines(requests))
      assert.equal("*/*", requests[1].header.accept)
      requests, value = exchange.run({ case.reply }, function(client)
        return client.containers.files:delete("cntr_1", "cfile_1")
      end)
      assert.same(case.value, value)
      assert.same({ "DELETE /v1/containers/cntr_1/files/cfile_1" }, exchange.lines(requests))
    end)
  end

  it("hand out the bytes of their files, whatever their type is said to be", function()
    for _, content_type in ipairs { "application/json", "text/plain", "image/png" } do
      local _, bytes = exchange.run({ { body = "{\"a\":1}\0\255", headers = { ["content-type"] = content_type } } },
        function(client)
          return client.containers.files.content:retrieve("cntr_1", "cfile_1")
        end)
      assert.equal("{\"a\":1}\0\255", bytes)
    end
  end)

  it("keep an empty list of files or skills a list", function()
    local request = exchange.once(function(client)
      return client.containers:create { name = "c", file_ids = {}, skills = {}, network_policy = { type = "disabled" } }
    end)
    assert.truthy(request.body:find('"file_ids":[]', 1, true))
    assert.truthy(request.body:find('"skills":[]', 1, true))
  end)
end)
