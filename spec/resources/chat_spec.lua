-- Chat completions: each operation as it goes over the wire.

local connect = require "spec.support.connect"
local operation = require "spec.support.operation"
local server = require("spec.support.server").start { tls = true }

local MESSAGES = { { role = "user", content = "hi" } }
local COMPLETION = { object = "chat.completion", id = "c1", model = "m", metadata = { a = "b" } }

describe("chat.completions", function()
  for _, case in ipairs {
    {
      name = "create", method = "POST", path = "/chat/completions",
      call = function(client)
        return client.chat.completions:create { model = "m", messages = MESSAGES, temperature = 0.5, n = 2 }
      end,
      body = { model = "m", messages = MESSAGES, temperature = 0.5, n = 2 },
      reply = { json = COMPLETION }, value = COMPLETION,
    },
    {
      name = "list", method = "GET", path = "/chat/completions", query = "limit=2&metadata%5Ba%5D=b&order=desc",
      call = function(client)
        return client.chat.completions:list { limit = 2, order = "desc", metadata = { a = "b" } }
      end,
    },
    {
      name = "retrieve", method = "GET", path = "/chat/completions/c1",
      call = function(client)
        return client.chat.completions:retrieve "c1"
      end,
    },
    {
      name = "update", method = "POST", path = "/chat/completions/c1", body = { metadata = { a = "c" } },
      call = function(client)
        return client.chat.completions:update("c1", { metadata = { a = "c" } })
      end,
    },
    {
      name = "delete", method = "DELETE", path = "/chat/completions/c1",
      call = function(client)
        return client.chat.completions:delete "c1"
      end,
    },
    {
      name = "messages.list", method = "GET", path = "/chat/completions/c1/messages", query = "limit=3",
      call = function(client)
        return client.chat.completions.messages:list("c1", { limit = 3 })
      end,
    },
  } do
    operation.show(server, case)
  end

  it("of a stream is kept apart from its request", function()
    local request = { model = "m", messages = MESSAGES, stream = true }
    local scene = server:scenario { replies = { { sse = { "data: [DONE]\n\n" } } } }
    assert(connect.to(scene).chat.completions:create(request))
    assert.same({ model = "m", messages = MESSAGES, stream = true }, request)
  end)

  it("have the methods of their resource", function()
    local changed = { object = "chat.completion", id = "c1", metadata = { a = "c" } }
    local messages = { object = "list", data = { { id = "c1-0", content = "hi" } }, has_more = false }
    local scene = server:scenario { replies = {
      { json = COMPLETION }, { json = changed }, { json = messages }, { json = { id = "c1", deleted = true } } } }
    local completion = assert(connect.to(scene).chat.completions:create { model = "m", messages = MESSAGES })
    assert.equal("c", assert(completion:update { metadata = { a = "c" } }).metadata.a)
    assert.equal("hi", assert(completion.messages:list()).data[1].content)
    assert.is_true(assert(completion:delete()).deleted)
    local sent = {}
    for i, request in ipairs(scene:requests()) do
      sent[i] = request.method .. " " .. request.path
    end
    assert.same({ "POST /v1/chat/completions", "POST /v1/chat/completions/c1",
      "GET /v1/chat/completions/c1/messages", "DELETE /v1/chat/completions/c1" }, sent)
  end)
end)
