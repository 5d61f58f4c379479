-- Sessions of agents: a turn and its stream, tools, answers.

local connect = require "spec.support.connect"
local core = require "oai.core"
local facts = require "spec.support.facts.agents_stream"
local json = require "oai.codec.json"
local operations = require "spec.support.operations"
local server = require("spec.support.server").start { tls = true }
local tasks = require "spec.support.tasks"

local EVENTS = "/agents/sessions/" .. facts.id .. "/events"

local function sse(events)
  local list = {}
  for i, one in ipairs(events) do
    list[i] = { event = one.type, data = one }
  end
  return { sse = list }
end

--- A session at rest whose next turn has these events; `refused` are answers to what is sent after the input.
local function scene_of(events, refused, more)
  local posted = { { status = 202 } }
  for _, reply in ipairs(refused or {}) do
    posted[#posted + 1] = reply
  end
  posted[#posted + 1] = { status = 202 }
  local routes = {
    ["GET /agents/sessions/" .. facts.id] = { { json = { id = facts.id, object = "agent.session", status = "idle" } } },
    ["GET " .. EVENTS] = { events[1] and events[1].type and sse(events) or events },
    ["POST " .. EVENTS] = posted,
  }
  for name, replies in pairs(more or {}) do
    routes[name] = replies
  end
  return server:scenario { routes = routes, repeat_last = true }
end

local function session_of(scene, options)
  local client = connect.to(scene, options or { max_retries = 0 })
  return client.beta.agents.sessions:at(facts.id), client
end

--- The requests of a scene that send something, their events and keys.
local function posts_of(scene)
  local events, keys = {}, {}
  for _, request in ipairs(scene:requests()) do
    if request.method == "POST" then
      local body = json.decode(request.body)
      events[#events + 1], keys[#keys + 1] = body.events[1], request.header["idempotency-key"]
      assert.equal(1, #body.events)
    end
  end
  return events, keys
end

local function count_different(list)
  local seen, count = {}, 0
  for _, value in ipairs(list) do
    count = count + (seen[value] and 0 or 1)
    seen[value] = true
  end
  return count
end

local function check_result(case, result, err)
  if type(case.want) == "string" then
    assert.is_nil(err)
    assert.equal(case.want, result.output_text)
    assert.equal("turn_1", result.turn.id)
    assert.equal("completed", result.turn.status)
    return
  end
  assert.is_nil(result)
  assert.equal(case.want.reason, err.reason)
  assert.equal("turn_1", err.partial.turn.id)
  assert.equal(case.want.messages or 0, #err.partial.messages)
  assert.equal(case.want.code, err.code)
  assert.equal(case.want.kind or case.want.reason == "observation_failed" and "stream" or "failed", err.kind)
  assert.equal("beta.agents.sessions.stream", err.operation)
end

--- What is sent for a case, as a list of JSON texts.
local function expected_posts(case)
  local list = { { type = "agent.session.input.message",
    input = { { role = "user", content = { { type = "input_text", text = "hello" } } } } } }
  for _, one in ipairs(case.posts or {}) do
    local copied = {}
    for name, value in pairs(one) do
      copied[name] = value
    end
    if one.output == "null" then
      copied.output = nil -- as it is decoded
    end
    list[#list + 1] = copied
  end
  return list
end

local function run_case(case, options)
  local scene = scene_of(case.events, case.refused)
  local session, client = session_of(scene, options)
  local failures = {}
  local started = core.clock()
  local stream, result, err
  local function ask()
    stream = assert(session:stream("hello", { tools = case.tools, on_tool_error = function(failure)
      failures[#failures + 1] = failure.stage
      assert.truthy(failure.error)
      assert.equal("c1 turn_1 f", ("%s %s %s"):format(failure.call_id, failure.turn_id, failure.name))
    end }))
    result, err = stream:result()
  end
  connect.run(client, ask)
  check_result(case, result, err)
  assert.is_true(core.clock() - started >= (case.waits or 0))
  local events, keys = posts_of(scene)
  assert.same(expected_posts(case), events)
  assert.equal(case.posts and 2 or 1, count_different(keys))
  assert.equal(case.failures or "", table.concat(failures, " "))
  assert.truthy(keys[1]:find("^%x+%-%x+%-4%x+%-[89ab]%x+%-%x+$"), keys[1])
  assert.not_equal("open", stream.status)
  return scene
end

describe("a turn's stream", function()
  for _, loop in ipairs { "blocking", "frame" } do
    for _, case in ipairs(facts.cases) do
      it(("has the result of %s, on the loop %s"):format(case.name, loop), function()
        run_case(case, { max_retries = 0, loop = loop })
      end)
    end
  end

  it("asks whether the session is at rest, listens, and only then sends the input", function()
    local requests = run_case(facts.cases[1]):requests()
    assert.equal(3, #requests)
    for i, expected in ipairs { "GET application/json", "GET text/event-stream", "POST */*" } do
      assert.equal(expected, requests[i].method .. " " .. requests[i].header.accept)
      assert.equal("agents=v1", requests[i].header["openai-beta"])
    end
    assert.equal("/v1" .. EVENTS, requests[2].path)
    assert.equal("/v1" .. EVENTS, requests[3].path)
  end)

  for _, case in ipairs(facts.cases) do
    it("gives each event once: " .. case.name, function()
      local stream = assert(session_of(scene_of(case.events, case.refused)):stream("hello", { tools = case.tools }))
      local names, event = {}, stream:next()
      while event do
        names[#names + 1] = event.type:gsub("^agent%.session%.", "")
        event = stream:next()
      end
      if case.seen then
        assert.equal(case.seen, table.concat(names, " "))
      end
      check_result(case, stream:result())
    end)
  end

  it("gives the text, the messages and the session", function()
    local events = facts.answered(facts.piece "hel", facts.piece "lo", facts.message "hello")
    local session = session_of(scene_of(events))
    local stream, texts = assert(session:stream "hi"), {}
    for text in stream:text() do
      texts[#texts + 1] = text
    end
    assert.same({ "hel", "lo" }, texts)
    assert.equal("complete", stream.status)
    assert.equal(200, stream.response.status)
    assert.equal("hello", stream:messages()[1].content[1].text)
    assert.equal("idle", stream:final().status)
    assert.equal("idle", stream:result().session.status)
    assert.equal(stream:result(), stream:result())
    assert.equal("oai.AgentTurnStream beta.agents.sessions.stream (complete)", tostring(stream))
    local count = 0
    for _ in assert(session:stream "hi") do
      count = count + 1
    end
    assert.equal(#events, count)
  end)

  it("tells what its events say", function()
    local events = facts.answered(facts.piece "hel", facts.piece "lo", facts.message "hello")
    local stream, types = assert(session_of(scene_of(events)):stream "hi"), {}
    for event in stream:named_events() do
      types[#types + 1] = event.type ~= "other" and event.type .. " " .. (event.snapshot or event.reason or "") or nil
    end
    assert.same({ "content.delta hel", "content.delta hello", "content.done hello", "item.done ",
      "finish completed" }, types)
    assert.equal("complete", stream.status)
  end)

  it("takes a message and a list of them, as they are when it is called", function()
    local scene = scene_of(facts.cases[1].events)
    local session = session_of(scene)
    local message = { role = "user", content = { { type = "input_text", text = "a" } } }
    assert(session:stream(message)):close()
    assert(session:stream { message, "b" }):close()
    local events = posts_of(scene)
    assert.same({ message }, events[1].input)
    assert.equal("a", events[2].input[1].content[1].text)
    assert.equal("b", events[2].input[2].content[1].text)
  end)

  it("does not begin where the session is at work", function()
    local scene = scene_of(facts.cases[1].events, nil, {
      ["GET /agents/sessions/" .. facts.id] = { { json = { id = facts.id, object = "agent.session",
        status = "in_progress" } } },
    })
    local stream, err = session_of(scene):stream "hello"
    assert.is_nil(stream)
    assert.equal("conflict", err.kind)
    assert.truthy(err.message:find("the session is 'in_progress'", 1, true), err.message)
    assert.equal("in_progress", err.partial.status)
    assert.equal(1, #scene:requests())
  end)

  it("ends its transfer where the input is refused", function()
    local stalls = { steps = { { stall = true } }, headers = { ["content-type"] = "text/event-stream" } }
    local scene = scene_of(stalls, nil, {
      ["POST " .. EVENTS] = { { status = 422, json = { error = { message = "no" } } } },
    })
    local stream, err = session_of(scene):stream "hello"
    assert.is_nil(stream)
    assert.equal("unprocessable", err.kind)
    assert.truthy(scene:wait(function(journal)
      return journal.requests[2].outcome == "aborted"
    end))
  end)

  it("sends the input again by the same key, and takes the program's", function()
    local scene = scene_of(facts.cases[1].events, nil, { ["POST " .. EVENTS] = { { status = 503 }, { status = 202 } } })
    assert(session_of(scene, { max_retries = 1 }):stream "hello"):close()
    local _, keys = posts_of(scene)
    assert.equal(2, #keys)
    assert.equal(keys[1], keys[2])
    for _, options in ipairs { { idempotency_key = "mine" }, { headers = { ["Idempotency-Key"] = "mine" } } } do
      options.tools = { f = function() end }
      scene = scene_of(facts.answered(facts.call("f", "{}"), facts.message "fine"))
      assert(assert(session_of(scene):stream("hello", options)):result())
      keys = select(2, posts_of(scene))
      assert.equal("mine", keys[1])
      assert.not_equal("mine", keys[2])
    end
  end)

  it("is closed without the turn being cancelled; asked further it is at its end", function()
    local scene = scene_of(facts.cases[1].events)
    local stream = assert(session_of(scene):stream "hello")
    assert(stream:next())
    stream:close()
    stream:close()
    assert.is_nil(stream:next())
    assert.equal("cut", stream.status)
    local _, err = stream:result()
    assert.equal("incomplete", err.reason)
    assert.equal(1, #(posts_of(scene)))
  end)

  it("calls a tool after its event was given, with copies of what is the reader's", function()
    local scene = scene_of(facts.answered(facts.call("f", { a = 1 }), facts.message "fine"))
    local called
    local stream = assert(session_of(scene):stream("hello", { tools = { f = function(arguments, call)
      called = { arguments, call }
      return "x"
    end } }))
    stream:next()
    local event = stream:next()
    assert.is_nil(called)
    event.item.arguments.a, event.item.call_id = 2, "other"
    stream:next()
    assert.equal(1, called[1].a)
    assert.equal("c1", called[2].call_id)
    assert.equal(facts.id, called[2].session_id)
    assert.equal("c1", (posts_of(scene))[2].call_id)
  end)

  it("calls each tool whose call's id is another behind a NUL, and none twice", function()
    local ids = { "c\0a", "c\0b", "c\0a" }
    local seen = require("oai.agents.tools").new(nil, { f = function() end }, nil, function() end)
    for i, id in ipairs(ids) do
      local call = seen:take { type = "agent.session.turn.item.added", turn_id = "t",
        item = { type = "function_call", name = "f", call_id = id } }
      assert.equal(i < 3 and id or nil, call and call.call_id)
    end
  end)

  it("says null for a tool that returns nothing", function()
    local scene = scene_of(facts.answered(facts.call("f", "{}")))
    assert(assert(session_of(scene):stream("hello", { tools = { f = function() end } })):result())
    assert.truthy(scene:requests()[4].body:find('"output":null', 1, true))
  end)

  it("gives up a result that is too early for the fourth time", function()
    local scene = scene_of(facts.answered(facts.call("f", "{}")),
      { facts.TOO_EARLY, facts.TOO_EARLY, facts.TOO_EARLY, facts.TOO_EARLY })
    local stream = assert(session_of(scene):stream("hello", { tools = { f = function() end } }))
    local _, err = stream:result()
    assert.equal("observation_failed", err.reason)
    assert.equal("bad_request", err.cause.kind)
    assert.equal(5, #(posts_of(scene)))
  end)

  for _, loop in ipairs(tasks.loops) do
    it("lets a tool make calls and wait, beside other tasks, on the loop " .. loop, function()
      local models = { object = "list", data = { { id = "m", object = "model" } } }
      local scene = scene_of(facts.answered(facts.call("f", "{}"), facts.message "fine"), nil,
        { ["GET /models"] = { { delay = 0.05, json = models } } })
      local session, client = session_of(scene, { max_retries = 0, loop = loop })
      local result, err = tasks.run(client, loop, function()
        return assert(session:stream("hello", { tools = { f = function()
          return assert(client.models:list()).data[1].id
        end } })):result()
      end)
      assert.is_nil(err and err.kind)
      assert.equal("fine", result.output_text)
      assert.equal("m", (posts_of(scene))[2].output)
      client:close()
    end)

    it("ends when its task is cancelled, in a tool too, on the loop " .. loop, function()
      local scene = scene_of(facts.answered(facts.call("f", "{}"), facts.message "fine"))
      local session, client = session_of(scene, { max_retries = 0, loop = loop })
      local is_called, outcome
      local task = client:spawn(function()
        outcome = { assert(session:stream("hello", { tools = { f = function()
          is_called = true
          require("oai").sleep(60)
        end } })):result() }
      end)
      assert.is_true(tasks.wait(client, loop, function()
        return is_called
      end))
      task:cancel()
      assert.is_true(tasks.wait(client, loop, function()
        return outcome ~= nil
      end))
      assert.equal("cancelled", outcome[2].kind)
      assert.equal("observation_failed", outcome[2].reason)
      assert.equal(1, #(posts_of(scene)))
      client:close()
    end)
  end

  it("is read for a program that gives on_done", function()
    local scene = scene_of(facts.cases[1].events)
    local session, client = session_of(scene, { max_retries = 0, loop = "frame" })
    local got, names = nil, {}
    session:stream("hello", { on_done = function(result, err)
      got = { result, err }
    end, on_event = function(event)
      names[#names + 1] = event.type
    end })
    assert.is_true(tasks.wait(client, "frame", function()
      return got ~= nil
    end))
    assert.equal("hi there", got[1].output_text)
    assert.equal(#facts.cases[1].events, #names)
    client:close()
  end)

  it("is an error for a program that gives on_done where it came to nothing", function()
    local session, client = session_of(scene_of { facts.turn "created", facts.session "failed" }, { loop = "frame" })
    local got
    session:stream("hello", { on_done = function(result, err)
      got = { result, err }
    end })
    assert.is_true(tasks.wait(client, "frame", function()
      return got ~= nil
    end))
    assert.is_nil(got[1])
    assert.equal("failed", got[2].reason)
    client:close()
  end)

  it("tells of wrong use at the program's line, before anything is sent", function()
    local scene = scene_of {}
    local session, client = session_of(scene)
    for message, call in pairs {
      ["stream: the input must be a text that is not empty, a message or a list of them, got ''"] = function()
        session:stream ""
      end,
      ["stream: the input must be a text that is not empty, a message or a list of them, got table"] = function()
        session:stream { 5 }
      end,
      ["stream: the input must be a text that is not empty, a message or a list of them, got nil"] = function()
        session:stream()
      end,
      ["stream: option 'tools' must be functions by name, and has a string at f"] = function()
        session:stream("x", { tools = { f = "g" } })
      end,
      ["stream: unknown option 'tolls'; did you mean 'tools'?"] = function()
        session:stream("x", { tolls = {} })
      end,
      ["stream: the parameters must be a table, got string"] = function()
        client.beta.agents.sessions:stream "x"
      end,
      ["call it with a colon"] = function()
        client.beta.agents.sessions.stream {}
      end,
      ["answer: expected a call or one of the session's required_actions, got nil"] = function()
        session:answer()
      end,
      ["answer: the call has no call_id or no turn_id"] = function()
        session:answer({}, "x")
      end,
      ["answer: the tool's result cannot be JSON"] = function()
        session:answer({ call_id = "c", turn_id = "t" }, { print })
      end,
    } do
      local _, err = pcall(call)
      assert.truthy(tostring(err):find("^spec/agents/sessions_spec%.lua:%d+: oai: "), tostring(err))
      assert.truthy(err:find(message, 1, true), err)
    end
    assert.equal(0, #scene:requests())
  end)
end)

describe("a session's creation", function()
  local function create(events, options)
    local scene = server:scenario { routes = { ["POST /agents/sessions"] = { sse(events) },
      ["POST " .. EVENTS] = { { status = 202 } } }, repeat_last = true }
    local client = connect.to(scene, { max_retries = 0 })
    return client.beta.agents.sessions:stream({ agent_id = "a1", environment = { type = "none" }, input = "hi" },
      options), scene
  end

  it("streams its first turn, whose calls the tools answer", function()
    local stream, scene = create({ facts.event("created", { session = { id = facts.id, status = "in_progress" } }),
      operations.unpack(facts.answered(facts.call("f", "{}"), facts.message "fine")) }, { tools = { f = function()
        return "x"
      end } })
    local result = assert(stream:result())
    assert.equal("fine", result.output_text)
    assert.equal(facts.id, result.session.id)
    local requests = scene:requests()
    assert.equal(2, #requests)
    assert.is_true(json.decode(requests[1].body).stream)
    assert.same({ facts.result { success = true, output = "x" } }, json.decode(requests[2].body).events)
  end)

  it("is complete where no input begins a turn", function()
    local stream = create { facts.event("created", { session = { id = facts.id, status = "idle" } }) }
    local session, err = stream:final()
    assert.is_nil(err)
    assert.equal(facts.id, session.id)
    assert.equal("complete", stream.status)
    local _, broken = stream:result()
    assert.equal("incomplete", broken.reason)
  end)
end)

describe("a session", function()
  local function sent(send)
    local scene = scene_of {}
    assert.is_true(send(session_of(scene)))
    local events, keys = posts_of(scene)
    assert.equal(1, #keys)
    assert.equal(36, #keys[1])
    return events[1]
  end

  it("takes input, and an end of its turn", function()
    assert.same({ type = "agent.session.input.cancel" }, sent(function(session)
      return session:cancel()
    end))
    assert.equal("more", sent(function(session)
      return session:send "more"
    end).input[1].content[1].text)
  end)

  it("takes answers to what it waits for", function()
    local call = { type = "function_call", turn_id = "turn_1", call_id = "c1", name = "f" }
    assert.same(facts.result { success = true, output = '{"a":1}' }, sent(function(session)
      return session:answer(call, { a = 1 })
    end))
    assert.same(facts.result { success = false, error = "no" }, sent(function(session)
      return session:answer(call, nil, { error = "no" })
    end))
    local request = { type = "mcp_approval_request", request_id = "r1", turn_id = "turn_1" }
    for answer, decision in pairs { [true] = "approve", [false] = "deny", cancel = "cancel" } do
      assert.same({ type = "agent.session.input.mcp_approval_request_result", request_id = "r1",
        response = { type = "mcp_tool_call", decision = decision } }, sent(function(session)
        return session:answer(request, answer)
      end))
    end
    assert.same({ type = "agent.session.input.computer_use_approval_request_result", request_id = "r2",
      response = { type = "browser_origin_access", decision = "allow" } }, sent(function(session)
      return session:answer({ type = "computer_use_approval_request", request_id = "r2" },
        { type = "browser_origin_access", decision = "allow" })
    end))
  end)
end)
