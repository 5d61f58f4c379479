-- Calls that are not waited for: `on_done`, `on_event`, `wait = false`.

local addresses = require "spec.support.addresses"
local answer = require "spec.support.answer"
local core = require "oai.core"
local server = require("spec.support.server").start()

local get, ask = addresses.get, addresses.ask

local function pack(...)
  return { n = select("#", ...), ... }
end

describe("on_done", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  it("gets the value and the facts of a reply, once, after the call has returned", function()
    local calls, returned = {}, false
    local task = get(client, "quick", { on_done = function(...)
      assert(returned)
      calls[#calls + 1] = pack(...)
    end })
    returned = true
    client:run()
    assert.equal(1, #calls)
    assert.is_true(calls[1][1].ok)
    assert.equal(200, calls[1][2].status)
    assert.is_true(task.done)
    assert.is_true(task.value.ok)
  end)

  it("gets nil and the error", function()
    local value, err = "none", nil
    get(client, "missing", { on_done = function(...)
      value, err = ...
    end })
    client:run()
    assert.is_nil(value)
    assert.equal("not_found", err.kind)
  end)

  it("gets the whole object of a stream", function()
    local value, facts
    ask(client, { on_done = function(...)
      value, facts = ...
    end })
    client:run()
    assert.equal("abcd", value.choices[1].message.content)
    assert.equal(200, facts.status)
  end)

  it("gets the error of a stream that broke, with what there was", function()
    scene = addresses.scene(server, { ["POST /chat/completions"] = { { headers = { ["content-type"] =
      "text/event-stream" }, steps = { { write = 'data: {"choices":[{"index":0,"delta":{"content":"half"}}]}\n\n' },
      { reset = true } } } } })
    client = addresses.client(scene)
    local value, err = "none", nil
    ask(client, { on_done = function(...)
      value, err = ...
    end })
    client:run()
    assert.is_nil(value)
    assert.equal("connection", err.kind)
    assert.equal("half", err.partial.choices[1].message.content)
  end)

  it("gets a page that goes on", function()
    scene = addresses.scene(server, { ["GET /models"] = { { json = { object = "list", data = { { id = "m" } } } } } })
    client = addresses.client(scene)
    local ids = {}
    client.models:list({}, { on_done = function(page)
      for _, model in ipairs(page.data) do
        ids[#ids + 1] = model.id
      end
    end })
    client:run()
    assert.same({ "m" }, ids)
  end)

  it("gets the error of a call that could not be made", function()
    local values = {}
    client.files:create({ purpose = "batch", file = { path = "/nowhere/at/all" } }, { on_done = function(...)
      values = pack(...)
    end })
    client:run()
    assert.is_nil(values[1])
    assert.truthy(tostring(values[2]):find("/nowhere/at/all", 1, true))
  end)

  it("may make further calls of its kind", function()
    local log = {}
    get(client, "quick", { on_done = function()
      log[#log + 1] = "first"
      get(client, "slow", { on_done = function()
        log[#log + 1] = "second"
        client:spawn(function()
          assert(get(client, "quick"))
          log[#log + 1] = "third"
        end)
      end })
    end })
    client:run()
    assert.same({ "first", "second", "third" }, log)
  end)

  it("may wait where the loop may", function()
    local value
    get(client, "quick", { on_done = function()
      value = assert(get(client, "slow")).ok
    end })
    client:spawn(get, client, "slower")
    client:run()
    assert.is_true(value)
  end)

  it("is called once when the call is cancelled, before cancel returns", function()
    local calls = {}
    local task = get(client, "stall", { on_done = function(...)
      calls[#calls + 1] = pack(...)
    end })
    task:cancel()
    assert.equal(1, #calls)
    assert.is_nil(calls[1][1])
    assert.equal("cancelled", calls[1][2].kind)
    client:run()
    client:close()
    assert.equal(1, #calls)
  end)

  it("may be awaited as well", function()
    local count = 0
    local task = get(client, "slow", { on_done = function()
      count = count + 1
    end })
    assert.is_true(task:await().ok)
    assert.equal(1, count)
  end)

  it("goes with ids, copies and other options", function()
    local seen
    scene = addresses.scene(server, { ["GET /models/m"] = { { json = { id = "m", object = "model" } } } })
    client = addresses.client(scene)
    client:with({ headers = { ["X-One"] = "1" } }).models:retrieve("m", nil, {
      headers = { ["X-Two"] = "2" },
      on_done = function(model)
        seen = model.id
      end,
    })
    client:run()
    assert.equal("m", seen)
    local header = scene:requests()[1].header
    assert.equal("1", header["x-one"])
    assert.equal("2", header["x-two"])
  end)

  it("must be a function", function()
    local raised, message = pcall(get, client, "quick", { on_done = "print" })
    assert.is_false(raised)
    assert.truthy(message:find("option 'on_done' must be a function, got string", 1, true), message)
  end)

  it("keeps wrong use an error of the line that calls", function()
    for _, options in ipairs { { on_done = function() end }, { wait = false } } do
      local raised, message = pcall(function()
        return client.chat.completions:create("no table", options)
      end)
      assert.is_false(raised)
      assert.truthy(message:find("unwaited_spec.lua:%d+: oai: chat.completions.create: "), message)
      options.unknown = 1
      raised, message = pcall(function()
        return client.models:list({}, options)
      end)
      assert.is_false(raised)
      assert.truthy(message:find("unwaited_spec.lua:%d+: oai: models.list: unknown option 'unknown'"), message)
    end
    client:run()
  end)
end)

describe("on_event", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  it("gets every event, in order, and on_done comes after", function()
    local log = {}
    ask(client, {
      on_event = function(event)
        log[#log + 1] = answer.text(event)
      end,
      on_done = function(value)
        log[#log + 1] = "done " .. value.choices[1].message.content
      end,
    })
    client:run()
    assert.equal("abcd|done abcd", table.concat(log, "", 1, #log - 1) .. "|" .. log[#log])
  end)

  it("gets several events in a turn", function()
    local pieces = {}
    for i = 1, 500 do
      pieces[i] = "x"
    end
    scene = addresses.scene(server, { ["POST /chat/completions"] = { answer.stream(pieces) } })
    client = addresses.client(scene, { loop = "frame" })
    local turns, most, in_turn, total = 0, 0, 0, 0
    local task = ask(client, { on_event = function(event)
      in_turn = in_turn + 1
      total = total + #answer.text(event)
    end })
    local limit = core.clock() + 20
    while not task.done and core.clock() < limit do
      in_turn = 0
      client:update()
      turns = turns + (in_turn > 0 and 1 or 0)
      most = math.max(most, in_turn)
      require("socket").sleep(0.005)
    end
    assert.is_true(task.done)
    assert.equal(500, total)
    assert.is_true(most > 5, "at most " .. most .. " in a turn")
    assert.is_true(turns < 500)
  end)

  it("that raises ends the call, and closes its connection", function()
    local err
    local task = ask(client, {
      on_event = function()
        error("not this", 0)
      end,
      on_done = function(_, reason)
        err = reason
      end,
    }, true)
    client:run()
    assert.equal("not this", err)
    assert.equal("not this", task.err)
    scene:wait_idle()
  end)

  it("may cancel the call: nothing comes after", function()
    local task, count, ends = nil, 0, 0
    task = ask(client, {
      on_event = function()
        count = count + 1
        if count == 2 then
          task:cancel()
        end
      end,
      on_done = function(_, err)
        assert(err.kind == "cancelled")
        ends = ends + 1
      end,
    }, true)
    client:run()
    assert.same({ 2, 1 }, { count, ends })
    scene:wait_idle()
  end)

  it("may wait for other calls", function()
    local seen = {}
    ask(client, { on_event = function(event)
      assert(get(client, "quick"))
      seen[#seen + 1] = answer.text(event)
    end })
    client:run()
    assert.equal("abcd", table.concat(seen))
  end)

  it("is not called where there is no stream", function()
    local count = 0
    local task = get(client, "quick", { on_event = function()
      count = count + 1
    end })
    client:run()
    assert.equal(0, count)
    assert.is_true(task.value.ok)
  end)

  it("whose call fails unseen is reported", function()
    ask(client, { on_event = function()
      error("not this", 0)
    end })
    local raised, err = pcall(client.run, client)
    assert.is_false(raised)
    assert.equal("not this", err)
  end)
end)

describe("wait = false", function()
  local client, scene

  addresses.each(server, function(...)
    client, scene = ...
  end)

  it("returns what shows the value when it is there", function()
    local request = get(client, "slow", { wait = false })
    assert.is_false(request.done)
    assert.is_nil(request.value)
    assert.is_nil(request.text)
    client:run()
    assert.is_true(request.done)
    assert.is_true(request.value.ok)
    assert.is_nil(request.err)
  end)

  --- The texts that a stream had while it came.
  local function texts_of(request)
    local seen = { request.text }
    while not request.done do
      client:spawn(function() end)
      request:await(0.01)
      if request.text ~= seen[#seen] then
        seen[#seen + 1] = request.text
      end
    end
    return seen
  end

  it("shows the text of a stream as it grows", function()
    local tries, seen = 0
    repeat -- on a busy machine pieces may come together
      local request = ask(client, { wait = false })
      tries, seen = tries + 1, texts_of(request)
      assert.equal("abcd", request.text)
      assert.equal("abcd", request.value.choices[1].message.content)
    until #seen >= 3 or tries == 10
    assert.is_true(#seen >= 3, table.concat(seen, ","))
  end)

  it("shows the text whenever it is asked for, however much has come since", function()
    for every = 1, 7 do
      local count, expected, request = 0, "", nil
      request = ask(client, { on_event = function(event)
        count, expected = count + 1, expected .. answer.text(event)
        if count % every == 0 then
          assert.equal(expected, request.text)
        end
      end })
      client:run()
      assert.is_nil(request.err)
      assert.equal("abcd", request.text)
    end
  end)

  it("shows the error, and what there was before", function()
    local request = ask(client, { wait = false, total_timeout = 0.2 }, true)
    client:run()
    assert.is_nil(request.value)
    assert.equal("timeout", request.err.kind)
    assert.truthy(request.text:find("^word word "))
    scene:wait_idle()
  end)

  it("is cancelled at once", function()
    local request = ask(client, { wait = false }, true)
    while (request.text or "") == "" do
      request:await(0.01)
    end
    local text = request.text
    request:cancel()
    assert.equal("cancelled", request.err.kind)
    assert.equal(text, request.text)
    scene:wait_idle()
  end)

  it("may be awaited and gathered", function()
    local one, two = get(client, "slow", { wait = false }), get(client, "quick", { wait = false })
    local results = client:gather { one, two }
    assert.is_true(results[1].ok and results[2].ok)
  end)

  it("of true is a call that waits", function()
    assert.is_true(get(client, "quick", { wait = true }).ok)
  end)
end)
