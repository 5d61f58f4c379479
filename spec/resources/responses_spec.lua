-- Responses: each operation as it goes over the wire, and the objects.

local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local operation = require "spec.support.operation"
local server = require("spec.support.server").start { tls = true }

local RESPONSE = {
  id = "resp_1", object = "response", status = "completed",
  output = {
    { type = "reasoning", summary = {} },
    { type = "message", content = { { type = "output_text", text = "Hel" }, { type = "refusal", refusal = "no" } } },
    { type = "message", content = { { type = "output_text", text = "lo" } } },
  },
}

describe("responses", function()
  for _, case in ipairs {
    {
      name = "create", method = "POST", path = "/responses", body = { model = "m", input = "hi", store = false },
      call = function(client)
        return client.responses:create { model = "m", input = "hi", store = false }
      end,
    },
    {
      name = "retrieve", method = "GET", path = "/responses/resp_1", query = "include%5B%5D=a&include%5B%5D=b",
      call = function(client)
        return client.responses:retrieve("resp_1", { include = { "a", "b" } })
      end,
    },
    {
      name = "cancel", method = "POST", path = "/responses/resp_1/cancel",
      call = function(client)
        return client.responses:cancel "resp_1"
      end,
    },
    {
      name = "delete", method = "DELETE", path = "/responses/resp_1", accept = "*/*",
      call = function(client)
        return client.responses:delete "resp_1"
      end,
      reply = { status = 200 }, value = true,
    },
    {
      name = "input_items.list", method = "GET", path = "/responses/resp_1/input_items", query = "after=x&order=asc",
      call = function(client)
        return client.responses.input_items:list("resp_1", { after = "x", order = "asc" })
      end,
    },
  } do
    operation.show(server, case)
  end

  it("have their text in one piece", function()
    local scene = server:scenario { replies = { { json = RESPONSE } } }
    local response = assert(connect.to(scene).responses:create { model = "m", input = "hi" })
    assert.equal("Hello", response.output_text)
    assert.is_nil(rawget(response, "output_text"))
  end)

  it("have their images, which are saved as others are", function()
    local here = folder.new()
    local scene = server:scenario { replies = { { json = { id = "resp_1", object = "response", output = {
      { type = "image_generation_call", id = "ig_1", status = "completed", result = "AP/+Zg==", size = "8x8" },
      { type = "image_generation_call", id = "ig_2", status = "failed" },
      { type = "message", content = {} },
    } } } } }
    local response = assert(connect.to(scene).responses:create { model = "m", input = "hi" })
    local images = response.output_images
    assert.same({ { id = "ig_1", type = "image_generation_call", status = "completed", b64_json = "AP/+Zg==",
      size = "8x8" } }, images)
    assert.equal(here:file "a.png", images[1]:save(here:file "a.png"))
    assert.equal("\0\255\254f", here:read "a.png")
    assert.is_nil(rawget(response, "output_images"))
    here:remove()
  end)

  it("have no images where none was made", function()
    local scene = server:scenario { replies = { { json = RESPONSE } } }
    assert.same({}, connect.to(scene).responses:create({ model = "m", input = "hi" }).output_images)
  end)

  it("have the methods of their resource", function()
    local scene = server:scenario { replies = { { json = RESPONSE }, { json = RESPONSE },
      { json = { object = "list", data = { { id = "msg_1" } }, has_more = false } },
      { json = RESPONSE }, { status = 200 } } }
    local response = assert(connect.to(scene).responses:create { model = "m", input = "hi" })
    assert(response:cancel())
    assert.equal("msg_1", assert(response.input_items:list { limit = 1 }).data[1].id)
    assert(response:retrieve())
    assert.is_true(assert(response:delete()))
    local sent = {}
    for i, request in ipairs(scene:requests()) do
      sent[i] = request.method .. " " .. request.url
    end
    assert.same({
      "POST /v1/responses", "POST /v1/responses/resp_1/cancel", "GET /v1/responses/resp_1/input_items?limit=1",
      "GET /v1/responses/resp_1", "DELETE /v1/responses/resp_1",
    }, sent)
  end)
end)
