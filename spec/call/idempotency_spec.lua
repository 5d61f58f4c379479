-- The option idempotency_key: by what a server knows a POST that is sent again.

local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()

local FAILS = { status = 500, headers = { ["retry-after-ms"] = "1" }, json = {} }
local OK = { json = { id = "x", object = "response" } }
local UUID = "^%x+%-%x+%-4%x+%-%x+%-%x+$"

local function keys_of(scene)
  local keys = {}
  for i, request in ipairs(scene:requests()) do
    keys[i] = request.header["idempotency-key"] or "none"
  end
  return keys
end

local function sent(options, use, ...)
  local scene = server:scenario { replies = { ... }, repeat_last = true }
  use(connect.to(scene, options))
  return keys_of(scene)
end

local function ask(client, options)
  assert(client.responses:create({ model = "m", input = "hi" }, options))
end

describe("idempotency_key", function()
  it("is not sent where nobody asks for it", function()
    assert.same({ "none", "none" }, sent(nil, ask, FAILS, OK))
  end)

  it("is one for each call and all of its attempts, of POSTs alone", function()
    local keys = sent({ idempotency_key = "auto" }, function(client)
      ask(client)
      ask(client)
      assert(client.responses:retrieve "x")
      ask(client, { idempotency_key = false })
    end, FAILS, FAILS, OK)
    assert.equal(6, #keys)
    assert.truthy(keys[1]:find(UUID) and keys[4]:find(UUID))
    assert.same({ keys[1], keys[1], keys[1], keys[4], "none", "none" }, keys)
    assert.not_equal(keys[1], keys[4])
  end)

  it("is given to a single call, or made for it", function()
    assert.same({ "mine", "mine", "none" }, sent(nil, function(client)
      ask(client, { idempotency_key = "mine" })
      ask(client)
    end, FAILS, OK))
    assert.truthy(sent(nil, function(client)
      ask(client, { idempotency_key = "auto" })
    end, OK)[1]:find(UUID))
  end)

  it("is also of uploads, and a field of the header wins", function()
    local keys = sent({ idempotency_key = "auto" }, function(client)
      assert(client.files:create { file = { data = "x" }, purpose = "batch" })
      ask(client, { headers = { ["Idempotency-Key"] = "mine" } })
    end, FAILS, { json = { id = "file_1", object = "file" } }, OK)
    assert.truthy(keys[1]:find(UUID))
    assert.same({ keys[1], keys[1], "mine" }, keys)
  end)

  it("is another in each turn of a run", function()
    local CALLS = { json = { object = "response", status = "completed", output = {
      { type = "function_call", id = "fc", call_id = "c1", name = "f", arguments = "{}" } } } }
    local DONE = { json = { object = "response", status = "completed", output = {
      { type = "message", role = "assistant", content = { { type = "output_text", text = "hi" } } } } } }
    local keys = sent({ idempotency_key = "auto" }, function(client)
      local tools = { f = { description = "f", parameters = oai.schema.object {}, run = function()
        return "ok"
      end } }
      assert(client.responses:run({ model = "m", input = "hi", tools = tools }):final())
    end, CALLS, DONE)
    assert.equal(2, #keys)
    assert.truthy(keys[1]:find(UUID) and keys[2]:find(UUID))
    assert.not_equal(keys[1], keys[2])
  end)

  it("is refused where it would be that of several requests", function()
    assert.error_matches(function()
      oai.client { api_key = "k", idempotency_key = "mine" }
    end, 'client: option \'idempotency_key\' is that of one request: give it to a single call, or say "auto"', 1, true)
    for _, bad in ipairs { true, "" } do
      assert.error_matches(function()
        oai.client { api_key = "k", idempotency_key = bad }
      end, 'must be a key, "auto" or false', 1, true)
    end
  end)

  it("is a parameter where the API says so, and an option there, too", function()
    local scene = server:scenario { replies = { { status = 204 } }, repeat_last = true }
    local events = connect.to(scene).beta.agents.sessions.events
    assert(events:create("s1", { events = {}, idempotency_key = "one" }))
    assert(events:create("s1", { events = {} }, { idempotency_key = "two" }))
    assert.same({ "one", "two" }, keys_of(scene))
  end)
end)
