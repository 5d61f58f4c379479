-- The second value of loops over what comes alone.

local answer = require "spec.support.answer"
local connect = require "spec.support.connect"
local second = require "oai.second"
local server = require("spec.support.server").start()

local SAYS = "second_spec.lua:%d+: oai: a loop over this has one value, which comes first: "
  .. "write 'for item in %.%.%. do', without '_, ' before it$"

local MODELS = { json = { object = "list", data = { { id = "a", object = "model" }, { id = "b", object = "model" } } } }

-- What programs do with an item.
local USES = {
  function(item) return item.id end,
  function(item) item.id = 1 end,
  function(item) return tostring(item) end,
  function(item) return item .. "" end,
  function(item) return item() end,
}

describe("the second value of a loop", function()
  --- Loops over what a function gives anew each time, in the wrong way.
  local function refuses(iterate)
    for _, use in ipairs(USES) do
      local done, message = pcall(function()
        for _, item in iterate() do
          use(item)
        end
      end)
      assert.is_false(done)
      assert.truthy(tostring(message):find(SAYS), tostring(message))
    end
  end

  it("tells of the habit of pairs over lists", function()
    local client = connect.to(server:scenario { replies = { MODELS }, repeat_last = true })
    refuses(function() return client.models:list() end)
    refuses(function() return client.models:list():each() end)
    refuses(function() return client.models:each() end)
    refuses(function() return client.models:list():pages() end)
  end)

  it("tells of it over streams", function()
    local client = connect.to(server:scenario { replies = { answer.stream { "a", "b" } }, repeat_last = true })
    local function stream()
      return assert(client.chat.completions:create { model = "m", messages = {}, stream = true })
    end
    refuses(stream)
    for _, name in ipairs { "events", "text", "named_events" } do
      refuses(function()
        local one = stream()
        return one[name](one)
      end)
    end
  end)

  it("is none for who reads without a loop, nor for a second item", function()
    local client = connect.to(server:scenario { replies = { MODELS }, repeat_last = true })
    local page, each = client.models:list(), client.models:each()
    assert.equal(1, select("#", page()))
    assert.equal(1, select("#", each()))
    local count = 0
    for item, behind in page do
      count = count + 1
      assert.truthy(item.id)
      assert.equal(count == 1, behind ~= nil)
    end
    assert.equal(2, count)
    assert.equal(0, select("#", second()))
    assert.equal(0, select("#", second(nil, 1)))
    assert.equal(1, select("#", second(nil, nil)))
  end)
end)
