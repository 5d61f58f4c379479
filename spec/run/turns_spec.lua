-- The loop over both APIs, whole and streamed: what is sent turn by turn, what
-- ends it, and what becomes of calls that go wrong.

local oai = require "oai"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"
local turns = require "spec.support.turns"

local CITY = { type = "object", properties = { city = { type = "string" } }, required = { "city" },
  additionalProperties = false }

local function weather(log)
  return { description = "The weather of a city.", parameters = CITY, run = function(arguments)
    table.insert(log or {}, arguments.city)
    return "sunny in " .. arguments.city
  end }
end

for _, api in ipairs(turns.styles) do
  describe("a run by " .. api.title, function()
    local function at(id, name, arguments)
      return api.call(id, name or "get_weather", arguments or '{"city":"Oslo"}')
    end

    local DONE = { api.message "done" }

    it("answers at once where nothing is called", function()
      local client, scene = api.scene(server, { DONE })
      local run = assert(api.run(client, {}):final())
      assert.equal("completed", run.status)
      assert.equal("done", run.output_text)
      assert.equal(1, run.turns)
      assert.is_nil(turns.body(scene, 1).tools)
    end)

    it("runs what is called, and sends the outputs in the order of the calls", function()
      local log = {}
      local client, scene = api.scene(server, { { at "c1", at("c2", nil, '{"city":"Bergen"}') }, DONE })
      local run = assert(api.run(client, { tools = { get_weather = weather(log) } }):final())
      assert.equal("done", run.output_text)
      assert.same({ "Oslo", "Bergen" }, log)
      local outputs, order = api.outputs(turns.body(scene, 2))
      assert.same({ c1 = "sunny in Oslo", c2 = "sunny in Bergen" }, outputs)
      assert.same({ "c1", "c2" }, order)
      assert.equal(5, #api.history(turns.body(scene, 2)) + (api.name == "chat" and 1 or 0))
      assert.same({ "c1", "c2" }, run.attempted)
      assert.same({ "c1", "c2" }, run.completed)
    end)

    it("sums the tokens of all turns, and their details", function()
      local client = api.scene(server, { { at "c1" }, { at "c2" }, DONE })
      local run = assert(api.run(client, { tools = { get_weather = weather() } }):final())
      assert.same(api.summed(3), run.usage)
      assert.equal(3, run.turns)
    end)

    it("tells what happens, in order", function()
      local client = api.scene(server, { { at "c1" }, DONE })
      local run = api.run(client, { tools = { get_weather = weather() } })
      local texts = {}
      local told = turns.told(run, function(event)
        texts[#texts + 1] = event.type == "text" and event.text or nil
      end)
      assert.equal("turn_started reply tool_started:c1 tool_finished:c1 turn_ended turn_started "
        .. (api.is_streamed and "text text" or "text") .. " reply turn_ended", told)
      assert.equal("done", table.concat(texts))
    end)

    it("gives the text as it comes", function()
      local client = api.scene(server, { { at "c1" }, DONE })
      local pieces = {}
      for piece in api.run(client, { tools = { get_weather = weather() } }):text() do
        pieces[#pieces + 1] = piece
      end
      assert.equal("done", table.concat(pieces))
    end)

    it("lets the calls of a turn overlap, and one after another by option", function()
      local function order_with(concurrency)
        local log = {}
        local client = api.scene(server, { { at("c1", "slow"), at("c2", "quick") }, DONE })
        assert(api.run(client, { concurrency = concurrency, tools = {
          slow = { run = function()
            log[#log + 1] = "slow"
            oai.sleep(0.05)
            log[#log + 1] = "slow is over"
          end },
          quick = { run = function()
            log[#log + 1] = "quick"
          end },
        } }):final())
        return table.concat(log, ", ")
      end
      assert.equal("slow, quick, slow is over", order_with(nil))
      assert.equal("slow, slow is over, quick", order_with(1))
    end)

    it("runs a serial function alone", function()
      local log = {}
      local function named(name, serial)
        return { serial = serial, run = function()
          log[#log + 1] = name
          oai.sleep(0.02)
          log[#log + 1] = "/" .. name
        end }
      end
      local client = api.scene(server, { { at("c1", "a"), at("c2", "b"), at("c3", "c") }, DONE })
      assert(api.run(client, { tools = { a = named "a", b = named("b", true), c = named "c" } }):final())
      assert.equal("a /a b /b c /c", table.concat(log, " "))
    end)

    it("ends before the functions of the last turn have run", function()
      local log = {}
      local client, scene = api.scene(server, { { at "c1" }, { at "c2" } })
      local run = assert(api.run(client, { max_turns = 2, tools = { get_weather = weather(log) } }):final())
      assert.equal("max_turns", run.status)
      assert.same({ "Oslo" }, log)
      assert.same({ "c1" }, run.completed)
      assert.equal(2, #scene:requests())
      assert.same(api.summed(2), run.usage)
    end)

    it("asks once more without tools where that is wanted", function()
      local log = {}
      local client, scene = api.scene(server, { { at "c1" }, DONE })
      local run = assert(api.run(client, { max_turns = 1, at_limit = "answer",
        tools = { get_weather = weather(log) } }):final())
      assert.equal("completed", run.status)
      assert.equal("done", run.output_text)
      assert.same({}, log)
      assert.equal("none", turns.body(scene, 2).tool_choice)
      assert.truthy(api.outputs(turns.body(scene, 2)).c1:find "^Not carried out")
    end)

    it("tells the model what went wrong with a call, and the program why", function()
      local cases = {
        { at("c1", "nope"), "Error: there is no tool 'nope'; there are: get_weather", "unknown_tool" },
        { at("c1", nil, "{bad"), "Error: the arguments are not JSON: ", "not_json" },
        { at("c1", nil, '{"city":5}'), "Error: the arguments are not what is expected: city: expected string, got",
          "wrong_shape" },
        { at("c1", nil, '{"city":NaN}'), "Error: the arguments are not what is expected: city: ", "wrong_shape" },
        { at("c1", nil, "[1]"), "Error: the arguments are no JSON object", "not_json" },
      }
      for _, case in ipairs(cases) do
        local log = {}
        local client, scene = api.scene(server, { { case[1], at "c2" }, DONE })
        local run = assert(api.run(client, { tools = { get_weather = weather(log) } }):final())
        local outputs, order = api.outputs(turns.body(scene, 2))
        assert.equal(case[2], outputs.c1:sub(1, #case[2]))
        assert.equal("sunny in Oslo", outputs.c2)
        assert.same({ "c1", "c2" }, order)
        assert.equal("tool", run.errors[1].kind)
        assert.equal(case[3], run.errors[1].reason)
        assert.equal("c1", run.errors[1].call_id)
        assert.same({ "c2" }, run.attempted)
      end
    end)

    it("tells the model what a function raised or returned as an error, without its line", function()
      local cause = { code = 5 }
      local functions = {
        raises = { function() error "no such city" end, "Error: no such city", "raised" },
        raises_a_table = { function() error(cause) end, 'Error: {"code":5}', "raised" },
        fails = { function() return nil, "no such city" end, "Error: no such city", "failed" },
        returns_code = { function() return { x = print } end, "Error: what it returned is no JSON: x: ", "output" },
        returns_bytes = { function() return "\255" end, "Error: what it returned is no UTF-8", "output" },
      }
      for name, case in pairs(functions) do
        local client, scene = api.scene(server, { { at("c1", name) }, DONE })
        local run = assert(api.run(client, { tools = { [name] = { run = case[1] } } }):final())
        local output = api.outputs(turns.body(scene, 2)).c1
        assert.equal(case[2], output:sub(1, #case[2]), name)
        assert.equal(case[3], run.errors[1].reason, name)
        assert.same({ "c1" }, run.attempted)
        assert.same({}, run.completed)
        if name == "raises_a_table" then
          assert.equal(cause, run.errors[1].cause)
        elseif name == "raises" then
          assert.truthy(run.errors[1].cause:find "turns_spec.lua:%d+: no such city$")
        end
      end
    end)

    it("ends at the first error where that is wanted, which says what was done", function()
      local client, scene = api.scene(server, { { at "c1", at("c2", "broken") } })
      local run = api.run(client, { on_tool_error = "stop", concurrency = 1, tools = { get_weather = weather(),
        broken = { run = function()
          error "boom"
        end } } })
      local value, err = run:final()
      assert.is_nil(value)
      assert.equal("failed", run.status)
      assert.equal("tool", err.kind)
      assert.equal("boom", err.message)
      assert.same({ "c1", "c2" }, err.attempted)
      assert.same({ "c1" }, err.completed)
      assert.equal(run.reply, err.partial)
      assert.equal(1, #scene:requests())
    end)

    it("needs nothing more of the program where its last function has ended it", function()
      local client, saved, last = api.scene(server, { { at("c1", "broken") } }), 0, nil
      local run = api.run(client, { on_tool_error = "stop", save = function()
        saved = saved + 1
      end, tools = { broken = { run = function()
        oai.sleep(0.01)
        error "boom"
      end } } })
      for event in run.next, run do
        saved, last = 0, event.type
      end
      assert.same({ "failed", "boom", {} }, { run.status, run.err.message, run.pending })
      assert.same({ "tool_started", 0 }, { last, saved })
    end)

    it("looks at the whole turn before the first function runs", function()
      local log = {}
      local client = api.scene(server, { { at "c1", at("c2", "nope") } })
      local _, err = api.run(client, { on_tool_error = "stop", tools = { get_weather = weather(log) } }):final()
      assert.equal("unknown_tool", err.reason)
      assert.same({}, log)
      assert.same({}, err.attempted)
    end)

    it("has a function say what the model is told, or end the run", function()
      local client, scene = api.scene(server, { { at("c1", "broken") }, DONE })
      local function policy(err, context)
        return context.name .. ": " .. err.reason
      end
      assert(api.run(client, { on_tool_error = policy, tools = { broken = { run = error } } }):final())
      assert.equal("broken: raised", api.outputs(turns.body(scene, 2)).c1)
      client, scene = api.scene(server, { { at("c1", "broken") }, DONE })
      assert(api.run(client, { tools = { broken = { run = error, on_error = function()
        return { retry = true }
      end } } }):final())
      assert.equal('{"retry":true}', api.outputs(turns.body(scene, 2)).c1)
      client = api.scene(server, { { at("c1", "broken") } })
      local _, err = api.run(client, { tools = { broken = { run = error, on_error = function() end } } }):final()
      assert.equal("raised", err.reason)
    end)

    it("fails where an id is there twice in a turn", function()
      local twice = { at "c1", at "c1" }
      for _, list in ipairs { { twice }, { { at "c0" }, twice } } do
        local client = api.scene(server, list)
        local run = api.run(client, { tools = { get_weather = weather() } })
        local _, err = run:final()
        assert.same({ "repeated_id", "two calls of one reply have the id 'c1'" }, { err.reason, err.message })
        assert.equal(#list - 1, #err.completed)
        local other, scene = api.scene(server, { { at "c2" }, DONE })
        run = api.run(other, { tools = { get_weather = weather() }, resume = run:state() })
        assert.equal("completed", assert(run:final()).status)
        local _, order = api.outputs(turns.body(scene, 2))
        assert.same(#list == 1 and { "c2" } or { "c0", "c2" }, order)
      end
    end)

    it("answers a call with the id of one in an earlier turn like any other", function()
      local second = at("c1", nil, '{"city":"Bergen"}')
      local client, scene = api.scene(server, { { at "c1" }, { second }, { at "c1" }, DONE })
      local log = {}
      local run = assert(api.run(client, { tools = { get_weather = weather(log) } }):final())
      assert.same({ "done", { "Oslo", "Bergen", "Oslo" } }, { run.output_text, log })
      local outputs, order = api.outputs(turns.body(scene, 3))
      assert.same({ "c1", "c1" }, order)
      assert.equal("sunny in Bergen", outputs.c1)
      assert.same({ "c1", "c1", "c1" }, run.completed)
    end)

    it("answers one after it was saved, too", function()
      local client = api.scene(server, { { at "c1" } })
      local run = api.run(client, { max_turns = 1, tools = { get_weather = { parameters = CITY } } })
      run:final()
      local other, scene = api.scene(server, { { at "c1" }, DONE })
      local state = run:state()
      run = api.run(other, { tools = { get_weather = weather() }, resume = state })
      assert.equal("completed", assert(run:final()).status)
      assert.same({ "c1", "c1" }, select(2, api.outputs(turns.body(scene, 2))))
    end)

    it("gives up a function whose time is up", function()
      local client, scene = api.scene(server, { { at("c1", "hangs") }, DONE })
      local was_cancelled
      local run = assert(api.run(client, { tools = { hangs = { timeout = 0.05, run = function()
        local _, err = oai.sleep(20)
        was_cancelled = err and err.kind
        return nil, err
      end } } }):final())
      assert.equal("Error: the tool 'hangs' did not end within 0.05 s", api.outputs(turns.body(scene, 2)).c1)
      assert.equal("timeout", run.errors[1].reason)
      assert.equal("cancelled", was_cancelled)
    end)

    it("gives a function the time that it has, beside one whose time is up", function()
      local function sleeper(seconds, timeout)
        return { timeout = timeout, run = function()
          local slept, err = oai.sleep(seconds)
          return slept and "slept", err
        end }
      end
      local client, scene = api.scene(server, { { at("c1", "slow"), at("c2", "hangs"), at("c3", "free") }, DONE })
      local run = assert(api.run(client, { tools = {
        slow = sleeper(0.2, 10), hangs = sleeper(20, 0.05), free = sleeper(0.1),
      }, concurrency = 3 }):final())
      local outputs = api.outputs(turns.body(scene, 2))
      assert.same({ "slept", "slept" }, { outputs.c1, outputs.c3 })
      assert.same({ 1, "timeout" }, { #run.errors, run.errors[1].reason })
    end)

    it("gives nothing as an empty text, and a table as JSON", function()
      local client, scene = api.scene(server, { { at("c1", "nothing"), at("c2", "value"), at("c3", "number") }, DONE })
      assert(api.run(client, { tools = {
        nothing = { run = function() end },
        value = { run = function() return { b = 1, a = { true } } end },
        number = { run = function() return 7 end },
      } }):final())
      assert.same({ c1 = "", c2 = '{"a":[true],"b":1}', c3 = "7" }, (api.outputs(turns.body(scene, 2))))
    end)

    it("takes an output from elsewhere, and words for the next turn", function()
      local log = {}
      local client, scene = api.scene(server, { { at "c1", at "c2" }, DONE })
      assert(api.run(client, { tools = { get_weather = weather(log) }, on_turn = function(turn)
        if turn.number == 1 then
          assert.equal("c1", turn.calls[1].id)
          turn:supply("c1", "rain")
          turn:say "Be brief."
        end
      end }):final())
      local body = turns.body(scene, 2)
      assert.same({ c1 = "rain", c2 = "sunny in Oslo" }, (api.outputs(body)))
      assert.same({ role = "user", content = "Be brief." }, api.history(body)[#api.history(body)])
      assert.same({ "Oslo" }, log)
    end)

    it("ends where stop_when says so", function()
      local client, scene = api.scene(server, { { at "c1" } })
      local run = assert(api.run(client, { tools = { get_weather = weather() }, stop_when = function(turn)
        return turn.number == 1
      end }):final())
      assert.equal("stopped", run.status)
      assert.same({ "c1" }, run.completed)
      assert.equal(1, #scene:requests())
      run = api.run(api.scene(server, { { at "c1" } }), { tools = { get_weather = weather() }, stop_when = function()
        return true
      end })
      assert.equal(1, select(2, turns.told(run):gsub("turn_ended", "")))
      client, scene = api.scene(server, { DONE })
      assert(api.run(client, { tools = { get_weather = weather() }, resume = run:state() }):final())
      assert.equal(1, #scene:requests())
    end)

    it("tells stop_when of a turn that was gone on from", function()
      local function approved(fields)
        fields.tools = { get_weather = { needs_approval = true, run = function() end } }
        return fields
      end
      local first = assert(api.run(api.scene(server, { { at "c1" } }), approved {}):final())
      assert.equal("paused", first.status)
      local seen
      assert(api.run(api.scene(server, { DONE }), approved { resume = first:state(), approve = function()
        return true
      end, stop_when = function(turn)
        seen = turn.number
      end }):final())
      assert.equal(1, seen)
    end)

    it("is an error that holds what was done where a request fails", function()
      local client = api.scene(server, { { at "c1" }, { status = 500, json = { error = { message = "oh" } } } })
      local run = api.run(client, { tools = { get_weather = weather() } })
      local _, err = run:final()
      assert.equal("server", err.kind)
      assert.equal(500, err.status)
      assert.same({ "c1" }, err.completed)
      assert.truthy(err.where:find "turns_spec.lua:%d+")
      assert.equal(err, run.err)
    end)

    it("is an error where the reply was cut", function()
      local client = api.scene(server, { api.reply({ api.message "par" }, api.name == "chat" and
        { finish_reason = "length" } or { status = "incomplete", incomplete_details = { reason = "length" } }) })
      local run = api.run(client, {})
      local _, err = run:final()
      assert.equal("length", err.kind)
      assert.equal("length", err.reason)
      assert.truthy(api.name == "chat" or err.message:find("the response ended as 'incomplete': length", 1, true))
      assert.equal(run.reply, err.completion)
      assert.equal("par", run.output_text)
    end)

    it("is cancelled in the middle of a function, and of a reply", function()
      for _, loop in ipairs(tasks.loops) do
        local client = api.scene(server, { { at("c1", "hangs") } }, { loop = loop, max_retries = 0 })
        local run = api.run(client, { tools = { hangs = { run = function()
          return nil, select(2, oai.sleep(20))
        end } } })
        local reader = client:spawn(function()
          return run:final()
        end)
        assert.is_true(tasks.wait(client, loop, function()
          return run.attempted[1] ~= nil
        end))
        run:cancel()
        assert.is_true(tasks.wait(client, loop, function()
          return reader.done
        end))
        assert.equal("cancelled", reader.err.kind)
        assert.same({ "c1" }, reader.err.attempted)
        assert.same({}, reader.err.completed)
        assert.equal("cancelled", run.status)
        client:close()
      end
    end)

    it("stops its request when it is cancelled", function()
      local scene = server:scenario { replies = { { fault = "stall" } } }
      local client = require("spec.support.connect").to(scene, { max_retries = 0 })
      local run = api.run(client, {})
      local reader = client:spawn(function()
        return run:final()
      end)
      assert.is_true(tasks.wait(client, "blocking", function()
        return #scene:requests() == 1
      end))
      run:cancel()
      reader:await()
      assert.equal("cancelled", reader.err.kind)
      assert.is_true(tasks.wait(client, "blocking", function()
        return scene:journal().connections_open == 0
      end))
    end)

    it("is cancelled with the task that reads it", function()
      local client = api.scene(server, { { at("c1", "hangs") } })
      local was_cancelled
      local run = api.run(client, { tools = { hangs = { run = function()
        was_cancelled = select(2, oai.sleep(20)).kind
      end } } })
      local reader = client:spawn(function()
        return run:final()
      end)
      tasks.wait(client, "blocking", function()
        return run.attempted[1] ~= nil
      end)
      reader:cancel()
      reader:await()
      assert.equal("cancelled", run.status)
      assert.equal("cancelled", was_cancelled)
    end)

    it("is read by nobody where options say so", function()
      for _, loop in ipairs(tasks.loops) do
        local client = api.scene(server, { { at "c1" }, DONE }, { loop = loop, max_retries = 0 })
        local seen, result = {}, nil
        local task = api.run(client, { tools = { get_weather = weather() } }, {
          on_event = function(event)
            seen[#seen + 1] = event.type
          end,
          on_done = function(run)
            result = run
          end,
        })
        assert.is_true(tasks.wait(client, loop, function()
          return task.done
        end))
        assert.equal("done", result.output_text)
        assert.equal("done", task.text)
        assert.equal("turn_started", seen[1])
        client:close()
      end
    end)
  end)
end

describe("a run", function()
  it("raises wrong use at the program's line", function()
    local client = turns.responses.scene(server, {})
    local cases = {
      { "responses.run: option 'max_turns' must be a whole number from 1 on, got 0", { max_turns = 0 } },
      { "responses.run: option 'max_turns' must be a whole number from 1 on, got string", { max_turns = "5" } },
      { "responses.run: option 'tool_timeout' must be a number of seconds from 0.001 on, got 0", { tool_timeout = 0 } },
      { "responses.run: option 'at_limit' must be \"stop\" or \"answer\", got \"go\"", { at_limit = "go" } },
      { "tools: x: unknown field 'runs'; did you mean 'run'?", { tools = { x = { runs = print } } } },
      { "tools: a function needs a name of letters", { tools = { { run = print } } } },
      { "responses.run: the options must be a table", {}, 5 },
      { "responses.run: 'input' in the option 'body' would take the place of the run's own", {},
        { body = { input = "x" } } },
      { "unknown option 'timeut'; did you mean 'timeout'?", {}, { timeut = 5 } },
    }
    for _, case in ipairs(cases) do
      local done, message = pcall(turns.responses.run, client, case[2], case[3])
      assert.is_false(done)
      assert.truthy(message:find(case[1], 1, true), message)
      assert.truthy(message:find "turns[_spec]*.lua:%d+: oai: ", message)
    end
    local done, message = pcall(function()
      return client.chat.completions:run { model = "m", messages = {}, n = 2 }
    end)
    assert.is_false(done)
    assert.truthy(message:find("turns_spec.lua:%d+: oai: chat.completions.run: 'n' must be 1"), message)
  end)

  it("raises what is the other API's, and a dot", function()
    local client = turns.responses.scene(server, {})
    for expected, call in pairs {
      ["responses.run: call it with a colon, as in client.responses:run{...}"] = function()
        client.responses.run { model = "m" }
      end,
      ["responses.run: 'messages' is called 'input' here"] = function()
        client.responses:run { messages = {} }
      end,
      ["chat.completions.run: 'input' is called 'messages' here"] = function()
        client.chat.completions:run { input = {} }
      end,
      ["chat.completions.run: 'text_format' is called 'response_format' here"] = function()
        client.chat.completions:run { messages = {}, text_format = {} }
      end,
    } do
      local done, message = pcall(call)
      assert.is_false(done)
      assert.truthy(message:find(expected, 1, true), message)
    end
  end)

  it("raises where the parameters cannot be sent", function()
    local client = turns.responses.scene(server, {})
    local run = client.responses:run { model = "m", input = "x", timeout = 5 }
    local raised, message = pcall(run.final, run)
    assert.is_false(raised)
    assert.truthy(message:find("'timeout' is an option", 1, true), message)
    assert.equal("failed", run.status)
  end)

  it("goes on from what was said", function()
    local api = turns.responses
    local client, scene = api.scene(server, { { api.message "one" }, { api.message "two" } })
    local first = assert(api.run(client, {}):final())
    table.insert(first.items, { role = "user", content = "and?" })
    assert(api.run(client, { input = first.items }):final())
    assert.equal(3, #turns.body(scene, 2).input)
  end)
end)
