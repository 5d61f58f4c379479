-- Lanes: several responses at once over one socket.

local conversation = require "spec.support.conversation"
local core = require "oai.core"
local lanes = require "oai.lanes"
local scenes = require "spec.support.socket_scenes"
local server = require("spec.support.server").start()
local shared_vectors = require "spec.support.shared_vectors"

local function with(loop, endpoint, options, fn)
  local scene = conversation.scene(server, { endpoint })
  conversation.with(scene, loop, {}, function(client)
    local connection = assert(client.responses:connect(options))
    fn(connection, client)
    connection:close()
  end)
  scene:close()
end

local function delta(id, text)
  return { send = { type = "response.output_text.delta", output_index = 0, content_index = 0, item_id = "m",
    delta = text, stream_id = id } }
end

for _, loop in ipairs(conversation.loops) do
  describe("lanes, " .. loop, function()
    it("have a response each, read in whatever order", function()
      local said = { { text = "First one.", wait = 0.002 }, { text = "Second.", wait = 0.001 } }
      with(loop, scenes.responses { said = said }, {}, function(connection)
        local a, b = assert(connection:lane "a"), assert(connection:lane "b")
        assert(a:create { model = "m", input = "1" })
        assert(b:create { model = "m", input = "2" })
        local second = assert(b:final())
        assert.equal("Second.", second.output_text)
        local pieces, next_piece = {}, a:text() -- Lua 5.1 cannot wait within a 'for' loop
        local piece = next_piece()
        while piece do
          pieces[#pieces + 1] = piece
          piece = next_piece()
        end
        assert.equal("First one.", table.concat(pieces))
        assert.equal("completed", assert(a:final()).status)
        assert.equal(a.response_id, a:final().id)
        assert.is_false(a.is_open)
      end)
    end)

    it("are brought events by a task that reads the connection itself", function()
      local steps = { { await = 1 } }
      for i = 1, 20 do
        steps[i + 1] = delta("a", i .. " ")
      end
      steps[#steps + 1] = { send = { type = "response.completed", stream_id = "a",
        response = { id = "r", status = "completed" } } }
      with(loop, { steps = steps }, {}, function(connection, client)
        local lane = assert(connection:lane "a")
        local reader = client:spawn(function()
          local event
          repeat
            event = connection:next()
          until not event
        end)
        assert(lane:create { model = "m" })
        local event, err = lane:next(5)
        while lane.is_open and event do
          event, err = lane:next(5)
        end
        assert.is_nil(err)
        assert.equal("r", lane.response_id)
        connection:close()
        reader:await()
      end)
    end)

    it("go on from one another", function()
      with(loop, scenes.responses { said = { { text = "One." }, { text = "Two." } } }, {}, function(connection)
        local lane = assert(connection:lane())
        assert(lane:create { model = "m", input = "1" })
        assert(lane:final())
        assert(lane:create { model = "m", input = "2", previous_response_id = lane.response_id })
        assert.equal("Two.", assert(lane:final()).output_text)
      end)
    end)

    it("end with the error of theirs", function()
      local boom = { type = "error", code = "x", message = "boom", stream_id = "a" }
      with(loop, { steps = { { await = 1 }, { send = boom }, { await = 1 } } }, {}, function(connection)
        local a = assert(connection:lane "a")
        assert(a:create { model = "m" })
        local value, err = a:final()
        assert.is_nil(value)
        assert.equal("stream", err.kind)
        assert.equal("x", err.code)
        assert.matches("boom", err.message, 1, true)
        assert.is_false(pcall(function()
          for _ in a:events() do end
        end))
        assert.equal("open", connection.status)
      end)
    end)

    it("end with the connection", function()
      with(loop, { steps = { { await = 2 }, delta("a", "x"), { close = 1000 } } }, {}, function(connection)
        local a, b = assert(connection:lane "a"), assert(connection:lane "b")
        assert(a:create { model = "m" })
        assert(b:create { model = "m" })
        local value, err = a:final()
        assert.equal("closed", err.kind)
        assert.is_table(value) -- as far as it came
        value, err = b:final()
        assert.is_nil(value)
        assert.equal("closed", err.kind)
      end)
    end)

    it("that nobody reads fail alone where they are to", function()
      local steps = { { await = 2 } }
      for _ = 1, 6 do
        steps[#steps + 1] = delta("a", "x")
      end
      for _, step in ipairs { delta("b", "BB"), { send = { type = "response.completed", stream_id = "b",
        response = { id = "r_b", object = "response", status = "completed", output = { { type = "message", id = "m",
          content = { { type = "output_text", text = "BB" } } } } } } }, { await = 1 } } do
        steps[#steps + 1] = step
      end
      with(loop, { steps = steps }, { max_events_per_lane = 3, isolate_lane_overflow = true }, function(connection)
        local a, b = assert(connection:lane "a"), assert(connection:lane "b")
        assert(a:create { model = "m" })
        assert(b:create { model = "m" })
        assert.equal("BB", assert(b:final()).output_text)
        local _, err = a:final()
        assert.equal("limit", err.kind)
        assert.equal("lane", err.reason)
        assert.matches("lane 'a' than max_events_per_lane allows", err.message, 1, true)
        assert.equal("open", connection.status)
      end)
    end)

    it("that nobody reads end all where nothing else is said", function()
      local steps = { { await = 2 } }
      for _ = 1, 6 do
        steps[#steps + 1] = delta("a", "x")
      end
      steps[#steps + 1] = { await = 1 }
      with(loop, { steps = steps }, { max_events_per_lane = 3 }, function(connection)
        local a, b = assert(connection:lane "a"), assert(connection:lane "b")
        assert(a:create { model = "m" })
        assert(b:create { model = "m" })
        local _, err = b:final()
        assert.equal("limit", err.kind)
        assert.equal("closed", connection.status)
      end)
    end)

    it("end with an error that says of no lane, where one alone waits", function()
      local no = { type = "error", error = { message = "no" } }
      with(loop, { on = { ["response.create"] = { { send = no }, { close = 1000 } } } }, nil,
        function(connection)
          assert(connection:lane "b")
          local lane = assert(connection:lane "a")
          assert(lane:create { model = "m" })
          local response, err = lane:final()
          assert.is_nil(response)
          assert.same({ "stream", "no" }, { err.kind, err.message })
        end)
    end)

    it("are asked again after what could not be asked", function()
      with(loop, scenes.responses { said = { text = "x" } }, nil, function(connection)
        local lane = assert(connection:lane "a")
        assert.is_false((pcall(lane.create, lane, { model = print })))
        local sent, err = lane:create { model = "\255" }
        assert.is_nil(sent)
        assert.equal("bad_request", err.kind)
        assert(lane:create { model = "m" })
        assert.equal("x", assert(lane:final()).output_text)
      end)
    end)

    local function created(lane, id)
      return { send = { type = "response.created", stream_id = lane, response = { id = id, object = "response",
        status = "in_progress" } } }
    end

    local function completed(lane, id, text, kind)
      return { send = { type = kind or "response.completed", stream_id = lane, response = { id = id,
        object = "response", status = "completed", output = { { type = "message", id = "m", content = {
        { type = "output_text", text = text } } } } } } }
    end

    local function failure(lane, fields)
      local event = { type = "error", stream_id = lane, error = { message = "boom", code = "x" } }
      for name, value in pairs(fields or {}) do
        event[name] = value
      end
      return { send = event }
    end

    it("take no late event of a response that was left for one of the next", function()
      with(loop, { steps = { { await = 2 }, created("a", "old"), delta("a", "x"), delta("a", "x"), delta("a", "x"),
        delta("a", "x"), completed("b", "b1", "BB"), { await = 1 }, delta("a", "late"), completed("a", "old", "late"),
        created("a", "new"), delta("a", "fresh"), completed("a", "new", "fresh"), { await = 1 } } },
        { max_events_per_lane = 3, isolate_lane_overflow = true }, function(connection)
          local a, b = assert(connection:lane "a"), assert(connection:lane "b")
          assert(a:create { model = "m" })
          assert(b:create { model = "m" })
          assert(b:final())
          assert.equal("limit", select(2, a:final()).kind)
          assert(a:create { model = "m" })
          local next_piece, text = a:text(), "" -- Lua 5.1 cannot wait within a 'for' loop
          for _ = 1, 2 do
            local piece = next_piece()
            text = text .. (piece or "")
          end
          assert.equal("fresh", text)
          assert.equal("new", a:final().id)
        end)
    end)

    it("are told once that a response has failed", function()
      with(loop, { steps = { { await = 1 }, created("a", "old"), failure "a",
        completed("a", "old", "", "response.failed"), { await = 1 }, created("a", "new"), completed("a", "new",
        "fresh"), { await = 1 }, failure "a", { await = 1 },
        completed("a", "next", "more"), { await = 1 } } }, {}, function(connection)
          local a = assert(connection:lane "a")
          assert(a:create { model = "m" })
          assert.matches("boom", select(2, a:final()).message, 1, true)
          assert(a:create { model = "m" })
          assert.equal("fresh", assert(a:final()).output_text)
          assert(a:create { model = "m" })
          assert.matches("boom", select(2, a:final()).message, 1, true) -- one that was refused before it began
          assert(a:create { model = "m" })
          assert.equal("more", assert(a:final()).output_text)
        end)
    end)

    it("that were closed leave nothing to others, nor to one of their name", function()
      with(loop, { steps = { { await = 2 }, created("a", "old"), delta("a", "x"), created("b", "b1"),
        completed("b", "b1", "BB"), { await = 2 }, delta("a", "late"), created(nil, "d1"),
        completed("a", "old", "late"), created("a", "new"), completed("a", "new", "fresh"),
        completed(nil, "d1", "default"), { await = 1 } } }, {}, function(connection)
          local a, b, default = assert(connection:lane "a"), assert(connection:lane "b"), assert(connection:lane())
          assert(a:create { model = "m" })
          assert(b:create { model = "m" })
          assert(a:next())
          a:close()
          assert(b:final())
          assert(default:create { model = "m" })
          a = assert(connection:lane "a")
          assert(a:create { model = "m" })
          assert.equal("default", assert(default:final()).output_text)
          assert.equal("fresh", assert(a:final()).output_text)
        end)
    end)

    it("that were closed when all of their response had come leave all that follows to the next", function()
      with(loop, { steps = { { await = 2 }, created("a", "old"), completed("a", "old", "over"), created("b", "b1"),
        completed("b", "b1", "BB"), { await = 1 }, delta("a", "x"), completed("a", "new", "fresh"), { await = 1 } } },
        {}, function(connection)
          local a, b = assert(connection:lane "a"), assert(connection:lane "b")
          assert(a:create { model = "m" })
          assert(b:create { model = "m" })
          assert(b:final())
          a:close()
          a = assert(connection:lane "a")
          assert(a:create { model = "m" })
          assert.equal("x", assert(a:next()).delta)
          assert.equal("fresh", assert(a:final()).output_text)
        end)
    end)

    -- What comes of a response that a lane was left with, however it was left, and
    -- then of the next one, which may come whole in one event.
    for how, begins in pairs { ["before any of it came"] = false, ["while it came"] = true } do
      local late = begins and { completed("a", "old", "late") } or { delta("a", "x"), completed("a", "old", "late"),
        created("a", "new") }

      local function steps_of(middle)
        local steps = { { await = begins and 1 or 2 }, begins and created("a", "old") or nil }
        for _, list in ipairs { middle, late, { completed("a", "new", "fresh"), { await = 1 } } } do
          for _, step in ipairs(list) do
            steps[#steps + 1] = step
          end
        end
        return { steps = steps }
      end

      it("that were closed have the next drop what comes late: " .. how, function()
        with(loop, steps_of { begins and { await = 1 } or nil }, {}, function(connection)
          local a = assert(connection:lane "a")
          assert(a:create { model = "m" })
          if begins then
            assert(a:next())
          end
          a:close()
          a = assert(connection:lane "a")
          assert(a:create { model = "m" })
          assert.equal("fresh", assert(a:final()).output_text)
        end)
      end)

      for left, closes in pairs { [""] = false, [" and were closed"] = true } do
        it(("that failed%s drop what comes late: %s"):format(left, how), function()
          with(loop, steps_of { { send = "{" }, { await = 1 } }, {}, function(connection)
            local a = assert(connection:lane "a")
            assert(a:create { model = "m" })
            if not begins then
              assert(connection:send { type = "go on" })
            end
            local _, err = a:final()
            assert.equal("decode", err.kind)
            if closes then
              a:close()
              a = assert(connection:lane "a")
            end
            assert(a:create { model = "m" })
            assert.equal("fresh", assert(a:final()).output_text)
          end)
        end)
      end
    end

    it("share an error that names none of them", function()
      with(loop, { steps = { { await = 1 }, created("a", "a1"), { await = 1 }, failure(), { await = 1 },
        created("b", "b1"), failure(), { await = 1 } } }, {}, function(connection)
          local a, b = assert(connection:lane "a"), assert(connection:lane "b")
          assert(a:create { model = "m" })
          assert(a:next())
          assert(b:create { model = "m" })
          assert.equal("x", select(2, b:final()).code) -- the one of which nothing has come
          assert.is_true(a.is_open)
          assert(b:create { model = "m" })
          assert.equal("x", select(2, b:final()).code)
          assert.equal("x", select(2, a:final()).code) -- all of which something has come
        end)
    end)

    it("say what a reply of the status would be", function()
      with(loop, { steps = { { await = 1 }, failure("a", { status = 429, headers = { ["Retry-After"] = "7" } }),
        { await = 1 }, failure("a", { status = 400 }), { await = 1 } } }, {}, function(connection)
          local a = assert(connection:lane "a")
          assert(a:create { model = "m" })
          local _, err = a:final()
          assert.same({ "rate_limit", 429, "x", "7" }, { err.kind, err.status, err.code, err.headers["retry-after"] })
          assert(a:create { model = "m" })
          assert.equal("bad_request", select(2, a:final()).kind)
        end)
    end)

    it("wait for an event as long as they are told to", function()
      with(loop, { steps = { { await = 2 }, completed("a", "r", "done"), { await = 1 } } }, {}, function(connection)
        local a = assert(connection:lane "a")
        assert(a:create { model = "m" })
        local _, err = a:next(0.005)
        assert.same({ "timeout", "next", "no event within 0.005 s" }, { err.kind, err.reason, err.message })
        assert.is_true(a.is_open)
        assert(connection:send { type = "go on" })
        assert.equal("done", assert(a:final()).output_text)
      end)
    end)

    it("all fail of what is no JSON, and the connection goes on", function()
      with(loop, { steps = { { await = 2 }, created("a", "a1"), { send = "{" }, { await = 1 },
        created("a", "a2"), completed("a", "a2", "again"), { await = 1 } } }, {}, function(connection)
          local a, b = assert(connection:lane "a"), assert(connection:lane "b")
          assert(a:create { model = "m" })
          assert(b:create { model = "m" })
          assert.equal("decode", select(2, b:final()).kind)
          assert.equal("response.created", assert(a:next()).type)
          assert.is_true(a.is_open)
          assert(a:next(0.005) == nil)
          a:close()
          a = assert(connection:lane "a")
          assert(a:create { model = "m" })
          assert.equal("again", assert(a:final()).output_text)
        end)
    end)

    it("say what is wrong with them", function()
      with(loop, scenes.responses { said = { text = "x" } }, { max_lanes = 2 }, function(connection)
        local a = assert(connection:lane "a")
        assert(connection:lane())
        local _, err = connection:lane "c"
        assert.equal("limit", err.kind)
        assert.matches("2 lanes are open already", err.message, 1, true)
        for message, act in pairs {
          ["lane 'a' is open already"] = function() connection:lane "a" end,
          ["lane without an id is open already"] = function() connection:lane() end,
          ["a lane's id is one to 256 ASCII letters"] = function() connection:lane "a b" end,
          ["is one to 256 ASCII"] = function() connection:lane(("x"):rep(257)) end,
          ["'stream_id' is that of another lane"] = function() a:create { stream_id = "b" } end,
          ["nothing was asked in it"] = function() a:final() end,
          ["argument 'seconds' must be a number of seconds from 0 on, got string"] = function() a:next "x" end,
          ["a lane has no 'creat'"] = function() a:creat {} end,
        } do
          local ok, raised = pcall(act)
          assert.is_false(ok)
          assert.matches(message, raised, 1, true)
        end
        a:close()
        a:close()
        assert(connection:lane "c")
      end)
    end)
  end)
end

describe("lanes of a connection that is made again", function()
  for _, loop in ipairs(conversation.loops) do
    it("fail, but for those whose question waits; later ones are heard, " .. loop, function()
      local function done(text)
        return { send = { type = "response.completed", stream_id = "{{event:stream_id}}", response = { id = text,
          object = "response", status = "completed", output = { { type = "message", id = "m", content = {
          { type = "output_text", text = text } } } } } } }
      end
      local scene = conversation.scene(server, { { steps = { { await = 1 }, delta("a", "x"), { close = 1012 } } },
        { on = { ["response.create"] = { { done "kept" }, { done "again" } } } } })
      conversation.with(scene, loop, {}, function(client)
        local waiting
        local connection = assert(client.responses:connect { initial_delay = 0.001, on_reconnecting = function()
          if not waiting.is_open then
            assert(waiting:create { model = "m" })
          end
        end, on_reconnect = function() end })
        local a = assert(connection:lane "a")
        waiting = assert(connection:lane "w")
        assert(a:create { model = "m" })
        local _, err = a:final()
        assert.equal(1012, err.code)
        assert.equal("kept", assert(waiting:final()).output_text)
        assert(a:create { model = "m" })
        assert.equal("again", assert(a:final()).output_text)
        connection:close()
      end)
      scene:close()
    end)

    it("keep what was asked after the other side had closed it, " .. loop, function()
      local scene = conversation.scene(server, { { steps = { { close = 1012 } } },
        scenes.responses { said = { text = "kept" } } })
      conversation.with(scene, loop, {}, function(client)
        local connection = assert(client.responses:connect { initial_delay = 0.001, on_reconnect = function() end })
        local a = assert(connection:lane "a")
        scene:wait(function(journal)
          return journal.requests[1].socket.close_sent ~= nil
        end)
        local sent = a:create { model = "m" }
        local response, err
        if sent then
          response, err = a:final()
        end
        if not response then -- nobody could know whether it had arrived
          assert.is_true(not sent or err.code == 1012)
          assert(a:create { model = "m" })
          response = assert(a:final())
        end
        assert.equal("kept", response.output_text)
        connection:close()
      end)
      assert.equal(1, #conversation.texts(scene, 2))
      scene:close()
    end)
  end
end)

describe("lanes in tasks", function()
  it("are read side by side", function()
    local said = {}
    for i = 1, 20 do
      said[i] = { text = ("answer %d of twenty"):format(i), wait = 0.001 }
    end
    local scene = conversation.scene(server, { scenes.responses { said = said } })
    conversation.with(scene, "blocking", {}, function(client)
      local connection = assert(client.responses:connect())
      local started = core.clock()
      local texts = {}
      local list = {}
      for i = 1, 20 do
        list[i] = client:spawn(function()
          local lane = assert(connection:lane("l" .. i))
          assert(lane:create { model = "m", input = tostring(i) })
          local text = assert(lane:final()).output_text
          texts[#texts + 1] = text
          lane:close()
        end)
      end
      for _, task in ipairs(list) do
        local _, err = task:await()
        assert.is_nil(err)
      end
      table.sort(texts)
      local expected = {}
      for i = 1, 20 do
        expected[i] = said[i].text
      end
      table.sort(expected)
      assert.same(expected, texts)
      assert.is_true(core.clock() - started < 20)
      connection:close()
    end)
    scene:close()
  end)

  it("are left by a task that is cancelled, and read on by another", function()
    local scene = conversation.scene(server, { scenes.responses { said = { text = "late answer", wait = 0.02 } } })
    conversation.with(scene, "blocking", {}, function(client)
      local connection = assert(client.responses:connect())
      local lane = assert(connection:lane "a")
      assert(lane:create { model = "m", input = "1" })
      local first = client:spawn(function()
        return lane:final()
      end)
      local second = client:spawn(function()
        first:cancel()
        return lane:final()
      end)
      assert.equal("late answer", assert(second:await()).output_text)
      connection:close()
    end)
    scene:close()
  end)
end)

describe("the limits of lanes", function()
  it("have names, and types", function()
    assert.is_false(pcall(lanes.new, "x", { max_lane = 1 }))
    assert.is_false(pcall(lanes.new, "x", { max_lanes = 1.5 }))
    assert.equal(3, lanes.new("x", { max_lanes = 3 }).limits.max_lanes)
    assert.equal(64, lanes.new("x", {}).limits.max_lanes)
  end)
end)

-- What others raise for what a program does wrong, and what they call errors.
local KINDS = { ResponsesWebSocketBufferError = "limit", ResponsesWebSocketError = "stream" }

--- What a program does wrong, by what a case calls it.
local WRONG = {
  again = function(connection) return connection:lane "a" end,
  ["bad id"] = function(connection) return connection:lane "a b" end,
  long = function(connection) return connection:lane(("x"):rep(257)) end,
  ["too many"] = function(connection)
    for i = 1, 4 do
      local lane, err = connection:lane("more" .. i)
      if not lane then
        return nil, err
      end
    end
  end,
  send = function(connection)
    return connection:lane("another"):create { stream_id = "elsewhere" }
  end,
}

local function check_wrong(connection, name, kind)
  local done, value, err = pcall(WRONG[name], connection)
  if KINDS[kind] then
    assert.is_nil(value)
    assert.equal(KINDS[kind], err.kind)
  else
    assert.is_false(done, name)
  end
end

--- The steps of a server that sends this.
local function steps_of(sent)
  local steps = {}
  for i, event in ipairs(sent) do
    steps[i] = event == "WAIT" and { await = 1 } or { send = event }
  end
  steps[#steps + 1] = { await = 1 }
  return steps
end

--- Opens the lanes of a case, and asks in those in which it asks.
local function asked(connection, case)
  local open = {}
  for _, event in ipairs(case.server_sends) do
    local id = type(event) == "table" and event.stream_id
    open[id] = id and (open[id] or assert(connection:lane(id))) or nil
  end
  for _, sent in ipairs(case.client_sent) do
    assert(open[sent.stream_id]:create { model = sent.model, input = sent.input })
  end
  if case.isolate_lane_overflow then -- what overflows has come once the other lane is read
    assert(open.b:final())
  end
  return open
end

shared_vectors.describe("responses_websocket_lanes", function(vectors)
  for _, given in ipairs(vectors.cases) do
    local case = shared_vectors.plain(given)
    it(case.name, function()
      local limits = { isolate_lane_overflow = case.isolate_lane_overflow }
      for name, value in pairs(case.limits) do
        limits[name] = value
      end
      with("blocking", { steps = steps_of(given.server_sends) }, limits, function(connection)
        local open = asked(connection, case)
        local first = next(open) == nil and assert(connection:lane "a")
        for _, entry in ipairs(case.log) do
          local lane = open[entry[1]] or entry[1] == "final" and open.a
          if not lane then
            check_wrong(connection, entry[1], entry[2])
          elseif KINDS[entry[2]] then
            local _, err = lane:final()
            assert.equal(KINDS[entry[2]], err.kind)
          else
            assert.equal(entry[2], assert(lane:final()).output_text)
          end
        end
        assert.is_true(first == false or not first.is_open)
      end)
    end)
  end
end)
