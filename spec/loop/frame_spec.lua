-- A game's loop without a game: turns that somebody else calls, sixty a
-- second or so, with calls that are polled and calls in tasks. What a real
-- game makes of it is in spec/examples/love_spec.lua.

local answer = require "spec.support.answer"
local cjson = require "cjson"
local connect = require "spec.support.connect"
local core = require "oai.core"
local folder = require "spec.support.folder"
local frame = require "oai.loop.frame"
local libcurl = require "spec.support.libcurl"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"
local timing = require "spec.support.timing"

local SECONDS = 20 -- until a condition is given up
local SLACK = 0.05 -- seconds for what is to cost next to nothing

local function chunk(text)
  return "data: " .. cjson.encode {
    id = "chatcmpl-1", object = "chat.completion.chunk", created = 1, model = "m",
    choices = { { index = 0, delta = { content = text } } },
  } .. "\n\n"
end

--- An answer that says something and then nothing more.
local function silence()
  return { headers = { ["content-type"] = "text/event-stream" },
    steps = { { write = chunk "hm" }, { stall = true } } }
end

local function ask(client, options)
  return client.chat.completions:create({ model = "m", messages = {}, stream = true }, options)
end

--- Frames until `condition()` holds; returns how many.
local function play(client, condition, budget)
  local limit, count = core.clock() + SECONDS, 0
  while not condition() do
    assert(core.clock() < limit, "the frames did not get there")
    client:update(budget)
    socket.sleep(0.002)
    count = count + 1
  end
  return count
end

local function until_done(request)
  return function()
    return request.done
  end
end

describe("the frame loop", function()
  local client, scene

  local function open(definition, options, listener)
    scene = server:scenario(definition)
    local all = { loop = "frame", max_retries = 0 }
    for name, value in pairs(options or {}) do
      all[name] = value
    end
    client = connect.to(scene, all, listener)
  end

  after_each(function()
    if client then
      client:close()
      client = nil
    end
  end)

  it("is on a worker, and asks nothing of its host", function()
    assert.equal("frame", frame.name)
    assert.is_true(frame.worker)
    local driver = frame.start()
    driver.hold(true)
    driver.hold(false)
    driver.stop()
  end)

  it("is updated for seconds, and nothing else", function()
    open {}
    local _, message = pcall(function()
      client:update "0.002"
    end)
    assert.truthy(message:find("frame_spec.lua:%d+: oai: client:update: expected a number of seconds, got string"),
      message)
  end)

  it("may be updated before the first call and after the end", function()
    open { replies = { { json = { object = "list", data = {} } } } }
    client:update()
    client:update(0.001)
    local request = client.models:list({}, { wait = false })
    play(client, until_done(request))
    assert.same({}, request:await().data)
    client:close()
    client:update()
  end)

  it("must not be kept waiting", function()
    open { replies = { { json = {} } }, repeat_last = true }
    local done, message = pcall(function()
      return client.models:list()
    end)
    assert.is_false(done)
    assert.truthy(tostring(message):find("the loop 'frame' must not be kept waiting", 1, true), message)
    assert.has_error(function()
      client:run()
    end)
  end)

  it("never waits in a turn #timed", function()
    open { replies = { { fault = "stall" } }, repeat_last = true }
    local request = ask(client, { wait = false })
    scene:wait(function(journal)
      return journal.requests_total == 1
    end)
    local started = core.clock()
    for _ = 1, 10 do
      client:update()
    end
    assert.is_true(timing.within(core.clock() - started, SLACK))
    assert.is_false(request.done)
  end)

  describe("polled", function()
    it("shows the text of a stream as it grows", function()
      open { replies = { answer.stream({ "O", "lá", ", ", "mun", "do" }, 0.03) } }
      local request = ask(client, { wait = false })
      assert.is_false(request.done)
      local seen = {}
      play(client, function()
        if request.text ~= seen[#seen] then
          seen[#seen + 1] = request.text
        end
        return request.done
      end)
      assert.equal("Olá, mundo", seen[#seen])
      assert.is_true(#seen >= 3, "it came all at once")
      for i = 2, #seen do
        assert.equal(seen[i - 1], seen[i]:sub(1, #seen[i - 1]))
      end
      assert.equal("Olá, mundo", request.value.choices[1].message.content)
      assert.is_nil(request.err)
    end)

    it("shows the value of a plain call", function()
      open { replies = { { json = { object = "list", data = { { id = "m-1", object = "model" } } } } } }
      local request = client.models:list({}, { wait = false })
      assert.is_nil(request.value)
      play(client, until_done(request))
      assert.equal("m-1", request.value.data[1].id)
      assert.is_nil(request.text)
    end)

    it("shows what went wrong", function()
      open { replies = { { status = 404, json = { error = { message = "no such model" } } } } }
      local request = ask(client, { wait = false })
      play(client, until_done(request))
      assert.is_nil(request.value)
      assert.equal("not_found", request.err.kind)
    end)

    it("keeps what a broken stream had given", function()
      open { replies = { { headers = { ["content-type"] = "text/event-stream" },
        steps = { { write = chunk "half" }, { wait = 0.05 }, { reset = true } } } } }
      local request = ask(client, { wait = false })
      play(client, until_done(request))
      assert.equal("half", request.text)
      assert.is_nil(request.value)
      assert.equal("half", request.err.partial.choices[1].message.content)
    end)

    it("is cancelled at once, on the wire too", function()
      open { replies = { silence() } }
      local request = ask(client, { wait = false })
      play(client, function()
        return request.text == "hm"
      end)
      request:cancel()
      assert.is_true(request.done)
      assert.equal("cancelled", request.err.kind)
      assert.equal("hm", request.text)
      scene:wait_idle()
    end)

    it("notices that time is up", function()
      open({ replies = { silence() } }, { idle_timeout = 0.1 })
      local request = ask(client, { wait = false })
      play(client, until_done(request))
      assert.equal("timeout", request.err.kind)
      scene:wait_idle()
    end)

    it("tells of events and of the end, within turns alone", function()
      open { replies = { answer.stream({ "a", "b", "c" }, 0.01) } }
      local in_turn, events, ends = false, 0, 0
      local limit = core.clock() + SECONDS
      local request = ask(client, {
        on_event = function()
          assert(in_turn)
          events = events + 1
        end,
        on_done = function(value)
          assert(in_turn and value)
          ends = ends + 1
        end,
      })
      repeat
        socket.sleep(0.002)
        in_turn = true
        client:update()
        in_turn = false
      until request.done or core.clock() > limit
      assert.same({ 4, 1 }, { events, ends }) -- the last has no text
    end)
  end)

  describe("in tasks", function()
    it("lets several streams go on at once", function()
      open { replies = { answer.stream({ "a", "b", "c", "d" }, 0.05) }, repeat_last = true }
      local said, order = {}, {}
      local tasks = {}
      for i = 1, 3 do
        tasks[i] = client:spawn(function()
          local stream = assert(ask(client))
          local event = stream:next()
          while event do
            said[i] = (said[i] or "") .. answer.text(event)
            order[#order + 1] = i
            event = stream:next()
          end
          return stream:final()
        end)
      end
      play(client, function()
        return tasks[1].done and tasks[2].done and tasks[3].done
      end)
      assert.same({ "abcd", "abcd", "abcd" }, said)
      assert.not_same({ 1, 1, 1, 1 }, { order[1], order[2], order[3], order[4] })
      assert.equal("abcd", tasks[2].value.choices[1].message.content)
    end)

    it("tells of one that failed and that nobody looked at", function()
      open { replies = {} }
      local written = {}
      local report = frame.report
      frame.report = function(message)
        written[#written + 1] = message
      end
      client:spawn(error, "the dragon")
      local failed, message = pcall(play, client, function()
        return written[1]
      end)
      frame.report = report
      assert.is_true(failed, message)
      assert.truthy(written[1]:find("the dragon", 1, true))
    end)
  end)

  describe("with a budget", function()
    local STREAMS, EVENTS = 8, 1500

    local function burst()
      local pieces = {}
      for i = 1, EVENTS do
        pieces[i] = chunk(i .. " ")
      end
      return { headers = { ["content-type"] = "text/event-stream" },
        steps = { { write = table.concat(pieces) .. "data: [DONE]\n\n" } } }
    end

    local function expected()
      local numbers = {}
      for i = 1, EVENTS do
        numbers[i] = i .. " "
      end
      return table.concat(numbers)
    end

    local here = folder.each()

    --- Asks for bursts, and waits, without a frame, until all of it is there. None
    --- is before all are asked for: who has it by then need not wait for a frame.
    local function ask_many()
      local reply = burst()
      reply.reply_after = here:file "go"
      open({ replies = { reply }, repeat_last = true }, { limit_rate = false }) -- all of them begin at once
      local requests = {}
      for i = 1, STREAMS do
        requests[i] = ask(client, { wait = false })
      end
      here:write("go", "")
      scene:wait(function(journal)
        local count = 0
        for _, request in ipairs(journal.requests) do
          count = count + (request.outcome == "complete" and 1 or 0)
        end
        return count == STREAMS
      end)
      socket.sleep(0.1)
      return requests, function()
        for _, request in ipairs(requests) do
          if not request.done then
            return false
          end
        end
        return true
      end
    end

    it("leaves to later frames what one has no time for, and loses nothing #timed", function()
      local requests, all_done = ask_many()
      local budget, longest, count = 0.001, {}, 0
      local limit = core.clock() + SECONDS
      while not all_done() do
        assert(core.clock() < limit, "it does not end")
        local started = core.clock()
        client:update(budget)
        longest[#longest + 1] = core.clock() - started
        count = count + 1
        socket.sleep(0.001)
      end
      table.sort(longest)
      local text = expected()
      for i, request in ipairs(requests) do
        assert.is_nil(request.err)
        assert.is_true(request.text == text, "stream " .. i .. " is not as it was sent")
      end
      assert.is_true(count > 5, count .. " frames")
      local typical = longest[math.ceil(#longest * 0.9)]
      assert.is_true(typical < budget + SLACK, ("nine of ten frames within %.2f ms"):format(typical * 1e3))
      assert.is_true(longest[#longest] < budget + 10 * SLACK, ("%.2f ms"):format(longest[#longest] * 1e3))
    end)

    -- One event a frame: that is so few that the worker has brought all
    -- streams long before one has ended, however little it gets of a processor.
    it("serves all streams alike", function()
      local requests = ask_many()
      play(client, function()
        for _, request in ipairs(requests) do
          if #(request.text or "") == 0 then
            return false
          end
        end
        return true
      end, 0)
      for _, request in ipairs(requests) do
        assert.is_false(request.done)
      end
    end)

    it("of nothing still goes on", function()
      open { replies = { answer.stream({ "a", "b", "c" }, 0) } }
      local request = ask(client, { wait = false })
      play(client, until_done(request), 0)
      assert.equal("abc", request.text)
    end)
  end)

  describe("before the game begins", function()
    local it_with_kept = libcurl.http2_streams and it or pending

    it_with_kept("opens the connection that the first call uses", function()
      open({ routes = { ["POST /chat/completions"] = { answer.stream { "hi" } } }, repeat_last = true,
        replies = { { status = 404, json = { error = { message = "nothing here" } } } } }, nil, "https")
      local loading = client:preconnect()
      assert.is_false(loading.done)
      play(client, until_done(loading))
      assert.is_true(loading.value)
      local request = ask(client, { wait = false })
      play(client, until_done(request))
      assert.equal("hi", request.text)
      assert.equal(1, scene:journal().connections_total)
    end)

    it("says so when there is none", function()
      client = oai.client { loop = "frame", api_key = "sk-spec", base_url = "http://127.0.0.1:1/v1" }
      local loading = client:preconnect()
      play(client, until_done(loading))
      assert.is_nil(loading.value)
      assert.equal("connection", loading.err.kind)
    end)
  end)

  it("ends all that goes on when the client is closed #timed", function()
    open { replies = { silence() }, repeat_last = true }
    local requests = {}
    for i = 1, 8 do
      requests[i] = ask(client, { wait = false })
    end
    play(client, function()
      return requests[1].text == "hm"
    end)
    local started = core.clock()
    client:close()
    assert.is_true(timing.within(core.clock() - started, SLACK + 0.2))
    for i = 1, 8 do
      assert.equal("cancelled", requests[i].err.kind)
    end
    scene:wait_idle()
  end)
end)
