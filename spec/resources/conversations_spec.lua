-- Conversations: what goes into the query of a POST, and items, which do not
-- say what they are.

local exchange = require "spec.support.exchange"

describe("conversations.items", function()
  it("are made with `include` in the query", function()
    local items = { { type = "message", role = "user", content = "hi" } }
    local request, page = exchange.once(function(client)
      return client.conversations.items:create("conv_1", { items = items, include = { "a", "b" } })
    end, { object = "list", has_more = false, first_id = "msg_1", last_id = "msg_1",
      data = { { id = "msg_1", type = "message" } } })
    assert.same({ "POST /v1/conversations/conv_1/items?include[]=a&include[]=b" }, exchange.lines { request })
    assert.same({ items = items }, exchange.body(request))
    assert.equal("oai.ConversationItem msg_1", tostring(page.data[1]))
  end)

  it("are a conversation when one is deleted", function()
    local requests, value = exchange.run({
      { json = { id = "msg_1", type = "message" } },
      { json = { id = "conv_1", object = "conversation", created_at = 1 } },
      { json = { id = "conv_1", object = "conversation.deleted", deleted = true } },
    }, function(client)
      local conversation = assert(assert(client.conversations.items:retrieve("conv_1", "msg_1")):delete())
      assert.equal("oai.Conversation conv_1", tostring(conversation))
      return conversation:delete()
    end)
    assert.same({ "GET /v1/conversations/conv_1/items/msg_1", "DELETE /v1/conversations/conv_1/items/msg_1",
      "DELETE /v1/conversations/conv_1" }, exchange.lines(requests))
    assert.is_nil(getmetatable(value))
  end)

  it("may have no methods where their class has none of the name", function()
    local _, item = exchange.once(function(client)
      return client.conversations.items:retrieve("conv_1", "msg_1")
    end, { id = "msg_1", type = "message" })
    assert.is_nil(item.update)
    assert.is_nil(item.items)
  end)
end)

describe("conversations", function()
  it("keep empty metadata an object", function()
    local request = exchange.once(function(client)
      return client.conversations:create { metadata = {} }
    end)
    assert.equal('{"metadata":{}}', request.body)
  end)
end)
