-- Images: the operation as it goes over the wire, and its stream.

local connect = require "spec.support.connect"
local operation = require "spec.support.operation"
local server = require("spec.support.server").start { tls = true }

describe("images", function()
  operation.show(server, {
    name = "generate", method = "POST", path = "/images/generations", body = { prompt = "a cat", n = 1 },
    call = function(client)
      return client.images:generate { prompt = "a cat", n = 1 }
    end,
    reply = { json = { created = 1, data = { { b64_json = "AAAA" } } } },
    value = { created = 1, data = { { b64_json = "AAAA" } } },
  })

  local PARTIAL = { event = "image_generation.partial_image",
    data = { type = "image_generation.partial_image", b64_json = "AAA=", partial_image_index = 0 } }
  local COMPLETED = { event = "image_generation.completed",
    data = { type = "image_generation.completed", b64_json = "BBBB", created_at = 1, size = "1024x1024" } }

  it("stream as they grow", function()
    local scene = server:scenario { replies = { { sse = { PARTIAL, COMPLETED } } } }
    local stream = assert(connect.to(scene).images:generate { prompt = "a cat", stream = true })
    local kinds = {}
    for event in stream:events() do
      kinds[#kinds + 1] = event.type
    end
    assert.same({ "image_generation.partial_image", "image_generation.completed" }, kinds)
    assert.same({ created = 1, size = "1024x1024", data = { { b64_json = "BBBB" } } }, stream:final())
  end)

  it("that are cut leave the part that came", function()
    local scene = server:scenario { replies = { { sse = { PARTIAL } } } }
    local stream = assert(connect.to(scene).images:generate { prompt = "a cat", stream = true })
    local image, err = stream:final()
    assert.equal("stream", err.kind)
    assert.equal("AAA=", image.data[1].b64_json)
  end)
end)
