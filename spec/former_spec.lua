-- Names from before, which still do what they did.

local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()

describe("former names", function()
  it("are functions of the library that are methods of clients", function()
    local client = connect.to(server:scenario { replies = { { json = { object = "list", data = {} } } } })
    local given = { client = client, concurrency = 1 }
    assert.same({ 2, 4, 6 }, (oai.map({ 1, 2, 3 }, function(item)
      return 2 * item
    end, given)))
    assert.equal(client, given.client)
    local values, errors = oai.map({ 1, 2 }, function(item)
      return item == 1 and "one" or nil, "planned"
    end, { client = client, errors = "collect" })
    assert.same({ "one", nil, "planned" }, { values[1], values[2], errors[2] })
    local tasks = { client:spawn(function() return "a" end), client:spawn(function() return "b" end) }
    assert.same({ "a", "b" }, (oai.gather(tasks)))
    client:close()
  end)

  it("are options", function()
    local scene = server:scenario { replies = { { fault = "stall" } }, repeat_last = true }
    for _, place in ipairs { "client", "with", "call" } do
      local given = { deadline = 0.05 }
      local client = connect.to(scene, place == "client" and given or nil)
      client = place == "with" and client:with(given) or client
      local list, err = client.models:list(nil, place == "call" and given or nil)
      assert.is_nil(list)
      assert.equal("timeout", err.kind)
      assert.same({ deadline = 0.05 }, given)
      client:close()
    end
  end)
end)
