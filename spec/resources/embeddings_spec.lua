-- Embeddings: when vectors travel as base64, and that the caller sees numbers
-- either way. The API's own host is reached through a unix socket.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local operation = require "spec.support.operation"
local server = require("spec.support.server").start { tls = true }

local ENCODED = "AAAAPgAAIMAAAHBA"
local NUMBERS = { 0.125, -2.5, 3.75 }

local function reply(...)
  local data = {}
  for i, embedding in ipairs { ... } do
    data[i] = { object = "embedding", index = i - 1, embedding = embedding }
  end
  return { json = { object = "list", data = data } }
end

--- A client of the API's own host, whose calls arrive at the scene.
local function at_the_api(scene)
  return connect.to(scene, { base_url = "http://api.openai.com" .. scene.path .. "/v1", unix_socket = server.unix })
end

local function create(client_of, scene, params)
  local result = assert(client_of(scene).embeddings:create(params))
  return result, cjson.decode(scene:requests()[1].body)
end

describe("embeddings", function()
  operation.show(server, {
    name = "create", method = "POST", path = "/embeddings", body = { model = "m", input = "hi", dimensions = 3 },
    call = function(client)
      return client.embeddings:create { model = "m", input = "hi", dimensions = 3 }
    end,
    reply = reply(NUMBERS),
  })

  it("travel as base64 from the API itself and become numbers", function()
    local params = { model = "m", input = "hi" }
    local result, sent = create(at_the_api, server:scenario { replies = { reply(ENCODED) } }, params)
    assert.equal("base64", sent.encoding_format)
    assert.same(NUMBERS, result.data[1].embedding)
    assert.same({ model = "m", input = "hi" }, params)
  end)

  it("arrive at the API's own host", function()
    local scene = server:scenario { replies = { reply(ENCODED) } }
    create(at_the_api, scene, { model = "m", input = "hi" })
    assert.equal("api.openai.com", scene:requests()[1].header.host)
  end)

  it("travel as the server likes from other hosts", function()
    local result, sent = create(connect.to, server:scenario { replies = { reply(NUMBERS) } }, { input = "hi" })
    assert.is_nil(sent.encoding_format)
    assert.same(NUMBERS, result.data[1].embedding)
  end)

  it("that come as base64 unasked are read", function()
    local result, sent = create(connect.to, server:scenario { replies = { reply(ENCODED) } }, { input = "hi" })
    assert.is_nil(sent.encoding_format)
    assert.same(NUMBERS, result.data[1].embedding)
  end)

  it("travel as the server likes where a single call goes elsewhere", function()
    local scene = server:scenario { replies = { reply(NUMBERS) } }
    assert(at_the_api(scene).embeddings:create({ input = "hi" }, { base_url = "http://other" .. scene.path .. "/v1" }))
    local request = scene:requests()[1]
    assert.same({ "other", nil }, { request.header.host, cjson.decode(request.body).encoding_format })
  end)

  for _, format in ipairs { "float", "base64" } do
    it("are left as they come when the caller chose " .. format, function()
      local wire = format == "base64" and ENCODED or NUMBERS
      local result, sent = create(at_the_api, server:scenario { replies = { reply(wire) } },
        { input = "hi", encoding_format = format })
      assert.equal(format, sent.encoding_format)
      assert.same(wire, result.data[1].embedding)
    end)
  end

  it("may be mixed in one reply", function()
    local result = create(at_the_api, server:scenario { replies = { reply(ENCODED, { 4, 5 }, "AACAPwAAAIA=") } },
      { input = { "a", "b", "c" } })
    assert.same(NUMBERS, result.data[1].embedding)
    assert.same({ 4, 5 }, result.data[2].embedding)
    assert.equal(1, result.data[3].embedding[1])
    assert.equal(-math.huge, 1 / result.data[3].embedding[2])
  end)

  it("that are no base64 are left as they come", function()
    local result = create(at_the_api, server:scenario { replies = { reply("not base64!") } }, { input = "a" })
    assert.equal("not base64!", result.data[1].embedding)
  end)

  it("may be none", function()
    local result = create(at_the_api, server:scenario { replies = { { json = { object = "list" } } } }, { input = "a" })
    assert.is_nil(result.data)
  end)

  it("return errors as they are", function()
    local scene = server:scenario { replies = { { status = 404, json = { error = { message = "no such model" } } } } }
    local result, err = at_the_api(scene).embeddings:create { model = "x", input = "a" }
    assert.is_nil(result)
    assert.equal("not_found", err.kind)
    assert.equal("embeddings.create", err.operation)
  end)
end)
