-- Images: the operation as it goes over the wire, and its stream.

local connect = require "spec.support.connect"
local exchange = require "spec.support.exchange"
local folder = require "spec.support.folder"
local multipart = require "spec.support.multipart"
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

describe("an image", function()
  local here = folder.each()

  local function image_of(item)
    local scene = server:scenario { replies = { { json = { created = 1, data = { item } } } } }
    return connect.to(scene).images:generate({ prompt = "a cat" }).data[1]
  end

  it("is saved from what the reply holds", function()
    local image = image_of { b64_json = "AP/+Zg==" }
    assert.equal(here:file "a.png", image:save(here:file "a.png"))
    assert.equal("\0\255\254f", here:read "a.png")
    assert.equal("a.png", here:names())
  end)

  it("is saved where a server calls the reply a list", function()
    local scene = server:scenario { replies = { { json = { object = "list", data = { { b64_json = "AAAA" } } } } } }
    local reply = assert(connect.to(scene).images:generate { prompt = "a cat" })
    assert.equal(here:file "a.png", reply.data[1]:save(here:file "a.png"))
  end)

  local function stream_of(event, options)
    local scene = server:scenario { replies = { { sse = { event } } } }
    return connect.to(scene).images:generate({ prompt = "a cat", stream = true }, options)
  end

  for what, event in pairs {
    ["a stream"] = { data = { type = "image_generation.completed", b64_json = "AP/+Zg==" } },
    ["a stream that was cut"] = { data = { type = "image_generation.partial_image", b64_json = "AP/+Zg==" } },
    ["a whole reply in an event"] = { data = { created = 1, data = { { b64_json = "AP/+Zg==" } } } },
  } do
    it("is saved from what is left of " .. what, function()
      local image = stream_of(event):final().data[1]
      assert.equal(here:file "a.png", image:save(here:file "a.png"))
      assert.equal("\0\255\254f", here:read "a.png")
    end)
  end

  it("is saved from an edit's stream, from one that nobody waits for, and from what an error holds", function()
    local task = stream_of({ data = { type = "image_generation.completed", b64_json = "AAAA" } }, { wait = false })
    assert.equal(here:file "a.png", task:await().data[1]:save(here:file "a.png"))
    local scene = server:scenario { replies = { { sse = { { data = { type = "image_edit.partial_image",
      b64_json = "AAAA" } } } } } }
    local _, err = connect.to(scene).images:edit({ prompt = "p", image = { data = "P", filename = "a.png" },
      stream = true }):final()
    assert.equal(here:file "b.png", err.partial.data[1]:save(here:file "b.png"))
  end)

  it("is saved from its URL, by a request without the key where that is another's", function()
    local other = server:scenario { replies = { { body = "\137PNG" } } }
    local elsewhere = other:base_url_on("http"):gsub("127%.0%.0%.1", "localhost") .. "/img.png"
    local scene = server:scenario { replies = { { json = { created = 1, data = { { url = elsewhere } } } } } }
    local image = connect.to(scene).images:generate({ prompt = "a cat" }).data[1]
    assert.equal(here:file "b.png", (assert(image:save(here:file "b.png"))))
    assert.equal("\137PNG", here:read "b.png")
    local request = other:requests()[1]
    assert.equal("GET", request.method)
    assert.is_nil(request.headers.authorization)
  end)

  it("is none where its URL gives a page, and a file of that name stays what it was", function()
    local html = { ["content-type"] = "text/html; charset=utf-8" }
    for said, reply in pairs {
      ["not what was asked for (a page of markup"] = { body = "<html>" },
      ["no image, but text/html; charset=utf-8: Log in"] = { body = "Log in", headers = html },
      ["no image, but application/json: {}"] = { body = "{}", headers = { ["content-type"] = "application/json" } },
      ["gone"] = { body = '{"error":"gone"}' },
      ["is empty"] = { body = "" },
    } do
      here:write("b.png", "old")
      local scene = server:scenario { replies = { { json = { data = { { url = "{{base}}/v1/files/a.png" } } } },
        reply, reply } }
      local client = connect.to(scene)
      local image = client.images:generate({ prompt = "a cat" }).data[1]
      local path, err = image:save(here:file "b.png")
      assert.is_nil(path)
      assert.truthy(err.message:find(said, 1, true), err.message)
      local task = image:save(here:file "c.png", { wait = false })
      assert.same({ nil, err.message }, { (task:await()), select(2, task:await()).message })
      assert.same({ "old", "b.png" }, { here:read "b.png", here:names() })
    end
  end)

  it("that cannot be saved gives an error", function()
    for _, case in ipairs {
      { { b64_json = "A" }, "a.png", "decode", "not base64" },
      { { revised_prompt = "x" }, "a.png", "decode", "neither" },
      { { url = "data" }, "a.png", "decode", "url is none" },
      { { b64_json = "AAAA" }, "none/a.png", "io", "cannot write" },
    } do
      local done, err = image_of(case[1]):save(here:file(case[2]))
      assert.is_nil(done)
      assert.equal(case[3], err.kind)
      assert.truthy(err.message:find(case[4], 1, true), err.message)
    end
    assert.equal("", here:names())
  end)

  it("wants a path", function()
    local image = image_of { b64_json = "AAAA" }
    assert.error_matches(function()
      image:save()
    end, "image:save: expected the path of a file, got nil")
    assert.error_matches(function()
      image.save "a.png"
    end, "image.save: call it with a colon, as in image:save%(path%)")
  end)
end)

describe("images.edit", function()
  local function png(name)
    return { data = "\137PNG " .. name, filename = name .. ".png" }
  end

  local function edited(params)
    local request = exchange.once(function(client)
      return client.images:edit(params)
    end, { created = 1, data = {} })
    assert.equal("POST /v1/images/edits", request.method .. " " .. request.path)
    return request
  end

  it("sends one image under its name", function()
    assert.same({ "image (a.png, image/png): \137PNG a", "n: 2", "prompt: p" },
      multipart.shown(edited { image = png "a", prompt = "p", n = 2 }))
  end)

  it("sends several in a list, and the mask", function()
    assert.same({ "image[] (a.png, image/png): \137PNG a", "image[] (b.png, image/png): \137PNG b",
      "mask (m.png, image/png): \137PNG m", "prompt: p", "stream: false" },
      multipart.shown(edited { image = { png "a", png "b" }, mask = png "m", prompt = "p", stream = false }))
  end)

  it("sends references as JSON, the mask as well", function()
    local params = { images = { { file_id = "file_1" }, { image_url = "https://h/a.png" } }, prompt = "p",
      mask = { file_id = "file_2" }, moderation = "low" }
    local request = edited(params)
    assert.equal("application/json", request.header["content-type"])
    assert.same(params, exchange.body(request))
  end)

  for _, case in ipairs {
    { name = "a form", params = { image = png "a", prompt = "p", stream = true } },
    { name = "JSON", params = { images = { { file_id = "file_1" } }, prompt = "p", stream = true } },
  } do
    it("streams as " .. case.name, function()
      local events = { { event = "image_edit.completed", data = { type = "image_edit.completed", b64_json = "BBBB" } } }
      local requests, image = exchange.run({ { sse = events } }, function(client)
        return assert(client.images:edit(case.params)):final()
      end)
      assert.equal("BBBB", image.data[1].b64_json)
      assert.equal("text/event-stream", requests[1].header.accept)
    end)
  end
end)
