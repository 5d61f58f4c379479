-- Models: each operation as it goes over the wire.

local connect = require "spec.support.connect"
local operation = require "spec.support.operation"
local server = require("spec.support.server").start { tls = true }

describe("models", function()
  for _, case in ipairs {
    {
      name = "list", method = "GET", path = "/models",
      call = function(client)
        return client.models:list()
      end,
    },
    {
      name = "retrieve", method = "GET", path = "/models/ft:gpt-4o:acme::abc%2F1",
      call = function(client)
        return client.models:retrieve "ft:gpt-4o:acme::abc/1"
      end,
    },
    {
      name = "delete", method = "DELETE", path = "/models/m",
      call = function(client)
        return client.models:delete "m"
      end,
    },
  } do
    operation.show(server, case)
  end

  it("come in one page", function()
    local scene = server:scenario { replies = { { json = { object = "list", has_more = true,
      data = { { id = "a", object = "model" }, { id = "b", object = "model" } } } } } }
    local ids = {}
    for model in connect.to(scene).models:each() do
      ids[#ids + 1] = tostring(model)
    end
    assert.same({ "oai.Model a", "oai.Model b" }, ids)
    assert.equal(1, #scene:requests())
  end)

  it("have the methods of their resource", function()
    local scene = server:scenario { replies = {
      { json = { id = "a", object = "model" } }, { json = { id = "a", object = "model", deleted = true } } } }
    local model = assert(connect.to(scene).models:retrieve "a")
    assert.is_true(assert(model:delete()).deleted)
    local request = scene:requests()[2]
    assert.equal("DELETE /v1/models/a", request.method .. " " .. request.path)
  end)
end)
