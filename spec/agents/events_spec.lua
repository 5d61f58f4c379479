-- The events of a session, over cuts of the connection.

local background = require "spec.support.background"
local connect = require "spec.support.connect"
local facts = require "spec.support.facts.agents_stream"
local json = require "oai.codec.json"
local server = require("spec.support.server").start { tls = true }
local tasks = require "spec.support.tasks"

local SESSION = "/agents/sessions/" .. facts.id

local function data_of(event)
  return "data: " .. json.encode(event) .. "\n\n"
end

--- A reply of these events, and then what else is to happen.
local function reply_of(events, last)
  local steps = {}
  for _, one in ipairs(events) do
    steps[#steps + 1] = { write = data_of(one) }
  end
  steps[#steps + 1] = { wait = 0.02 }
  steps[#steps + 1] = last
  return { headers = { ["content-type"] = "text/event-stream" }, steps = steps }
end

local RESET, STALL = { reset = true }, { stall = true }

local function item(id, status, turn_id)
  return { type = "message", id = id, turn_id = turn_id or "turn_1", role = "assistant", status = status or "completed",
    content = {} }
end

local function added(id)
  return facts.event("turn.item.added", { turn_id = "turn_1", output_index = 0, item = item(id, "in_progress") })
end

local function done(id)
  return facts.event("turn.item.done", { turn_id = "turn_1", output_index = 0, item = item(id) })
end

local function list(items)
  return { { json = { object = "list", data = items, has_more = false } } }
end

local function turn(status, id)
  return { json = { id = id or "turn_1", object = "agent.session.turn", session_id = facts.id, status = status } }
end

--- A scene of a session: what each connection to its events is answered, its
--- status, and replies to what is below it.
local function scene_of(connections, status, more)
  local routes = {
    ["GET " .. SESSION .. "/events"] = connections,
    ["GET " .. SESSION] = { { json = { id = facts.id, object = "agent.session", status = status } } },
  }
  for name, replies in pairs(more or {}) do
    routes["GET " .. SESSION .. name] = replies
  end
  return server:scenario { routes = routes, repeat_last = true }
end

local function session_of(scene, options)
  local client = connect.to(scene, options or { max_retries = 0 })
  return client.beta.agents.sessions:at(facts.id), client
end

local function words_of(event)
  local about = event.item and event.item.id or event.turn and event.turn.id
  return ("%s%s%s"):format(event.type:gsub("^agent%.session%.", ""), about and " " .. about or "",
    event.recovered and "*" or "")
end

--- All events, as words; a star marks those that were recovered.
local function heard(events)
  local words, event, err = {}, events:next()
  while event do
    words[#words + 1] = words_of(event)
    event, err = events:next()
  end
  return table.concat(words, ", "), err
end

local function paths_of(scene)
  local paths = {}
  for _, request in ipairs(scene:requests()) do
    paths[#paths + 1] = request.path:gsub("^/v1/agents/sessions/" .. facts.id, "") .. (request.query ~= ""
      and "?" .. request.query or "")
  end
  return table.concat(paths, " ")
end

-- A turn that is cut after its first item, and goes on over another connection.
local BEGINNING = { facts.session "in_progress", facts.turn "created", added "m1", done "m1", added "m2" }
local REST = { facts.turn "completed", facts.session "idle" }

local function cut_scene(last, missed, more)
  return scene_of({ reply_of(BEGINNING, last), reply_of(REST) }, "in_progress", more or {
    ["/items"] = list(missed), ["/turns/turn_1"] = { turn "in_progress" },
  })
end

describe("session:events", function()
  it("gives each event once until the server ends it", function()
    local once = facts.message("once", { event_id = "e1" })
    local scene = scene_of { reply_of(facts.answered(once, once)) }
    local session = session_of(scene)
    local found, response = session:events()
    assert.equal("open", found.status)
    assert.equal(200, response.status)
    assert.equal("turn.created turn_1, turn.item.done it_once, turn.completed turn_1, idle", (heard(found)))
    assert.equal("complete", found.status)
    assert.is_nil(found:next())
    assert.equal("/events", paths_of(scene))
    assert.equal("oai.AgentEvents " .. facts.id .. " (complete)", tostring(found))
  end)

  it("takes the id where none is bound, and what the operation takes", function()
    local scene = scene_of { reply_of { facts.session "idle" } }
    local _, client = session_of(scene)
    local events = assert(client.beta.agents.sessions:events(facts.id, { include_obfuscation = false,
      headers = { ["x-one"] = "1" } }))
    assert.equal("idle", (heard(events)))
    assert.equal("/events?include_obfuscation=false", paths_of(scene))
    assert.equal("1", scene:requests()[1].header["x-one"])
  end)

  for what, last in pairs { ["is cut"] = RESET, ["ends"] = { ["end"] = true } } do
    it("goes on where the connection " .. what .. " in the middle of a turn", function()
      local scene = cut_scene(last, { item "m2", item "m3" })
      local events = assert(session_of(scene):events())
      assert.equal("in_progress, turn.created turn_1, turn.item.added m1, turn.item.done m1, turn.item.added m2, "
        .. "turn.item.done m2*, turn.item.done m3*, turn.completed turn_1, idle", (heard(events)))
      assert.equal("complete", events.status)
      assert.equal("/events /events /items?after=m1&order=asc /turns/turn_1 ", paths_of(scene))
    end)
  end

  it("reads all pages of what was missed", function()
    local scene = cut_scene(RESET, nil, {
      ["/items"] = { { json = { data = { item "m2" }, has_more = true } }, { json = { data = { item "m3" },
        has_more = false } } },
      ["/turns/turn_1"] = { turn "in_progress" },
    })
    local words = heard(assert(session_of(scene):events()))
    assert.truthy(words:find("turn.item.done m2*, turn.item.done m3*, turn.completed", 1, true), words)
    assert.truthy(paths_of(scene):find("/items?after=m2&order=asc", 1, true))
  end)

  it("tells of the turn, the next one and the session as they are by now, each in its order", function()
    local scene = scene_of({ reply_of(BEGINNING, RESET), reply_of { facts.session "idle" } }, "requires_action", {
      ["/items"] = list { item "m2", item("m3", nil, "turn_2"), item("m4", "in_progress", "turn_2") },
      ["/turns/turn_1"] = { turn "completed" }, ["/turns/turn_2"] = { turn("waiting", "turn_2") },
    })
    assert.equal("in_progress, turn.created turn_1, turn.item.added m1, turn.item.done m1, turn.item.added m2, "
      .. "turn.item.done m2*, turn.completed turn_1*, turn.item.done m3*, turn.item.added m4*, requires_action*, idle",
      (heard(assert(session_of(scene):events()))))
  end)

  it("gives what it recovers as the API gives it", function()
    local scene = scene_of({ reply_of(BEGINNING, RESET), reply_of {} }, "idle", {
      ["/items"] = list { item "m2" }, ["/turns/turn_1"] = { turn "completed" },
    })
    local events, found = assert(session_of(scene):events()), {}
    local event = events:next()
    while event do
      found[#found + 1] = event.recovered and event or nil
      event = events:next()
    end
    assert.same({ type = "agent.session.turn.item.done", session_id = facts.id, turn_id = "turn_1",
      item = item "m2", recovered = true }, found[1])
    assert.same({ type = "agent.session.turn.completed", session_id = facts.id, turn_id = "turn_1",
      turn = turn("completed").json, recovered = true }, found[2])
    assert.same({ type = "agent.session.idle", session_id = facts.id, recovered = true,
      session = { id = facts.id, object = "agent.session", status = "idle" } }, found[3])
    assert.equal("complete", events.status)
  end)

  it("gives nothing twice that came in time as well", function()
    local scene = scene_of({ reply_of(BEGINNING, RESET), reply_of { done "m2", facts.turn "completed",
      facts.session "idle", facts.session "in_progress", facts.session "idle" } }, "idle", {
      ["/items"] = list { item "m2" }, ["/turns/turn_1"] = { turn "completed" },
    })
    local words = heard(assert(session_of(scene):events()))
    assert.equal("turn.item.done m2*, turn.completed turn_1*, idle*, in_progress, idle",
      words:match "turn%.item%.done m2.*")
  end)

  it("asks for the items of the turn where it heard of none", function()
    local scene = scene_of({ reply_of({ facts.session "in_progress", facts.turn "created" }, RESET), reply_of(REST) },
      "in_progress", { ["/turns/turn_1/items"] = list { item "m1" }, ["/turns/turn_1"] = { turn "in_progress" } })
    assert.equal("in_progress, turn.created turn_1, turn.item.done m1*, turn.completed turn_1, idle",
      (heard(assert(session_of(scene):events()))))
    assert.truthy(paths_of(scene):find("/turns/turn_1/items?order=asc", 1, true))
  end)

  it("asks for the newest turn where it heard of nothing", function()
    local scene = scene_of({ { headers = { ["content-type"] = "text/event-stream" }, steps = { RESET } },
      reply_of(REST) }, "in_progress", {
      ["/turns"] = list { turn("in_progress").json }, ["/turns/turn_1/items"] = list { item "m1" },
      ["/turns/turn_1"] = { turn "in_progress" },
    })
    assert.equal("turn.in_progress turn_1*, turn.item.done m1*, in_progress*, turn.completed turn_1, idle",
      (heard(assert(session_of(scene):events()))))
  end)

  it("leaves what subagents do to them", function()
    local below = facts.turn("created", { id = "turn_2", subagent_id = "sub_1" })
    local theirs = facts.event("turn.item.done", { turn_id = "turn_2", output_index = 0,
      item = item("x1", nil, "turn_2") })
    local scene = scene_of({ reply_of({ facts.session "in_progress", facts.turn "created", done "m1", below, theirs },
      RESET), reply_of(REST) }, "in_progress", { ["/items"] = list {}, ["/turns/turn_1"] = { turn "in_progress" } })
    heard(assert(session_of(scene):events()))
    assert.truthy(paths_of(scene):find("/items?after=m1&order=asc /turns/turn_1 ", 1, true), paths_of(scene))
  end)

  it("ends at the first cut where it is not to go on", function()
    local scene = cut_scene(RESET)
    local events = assert(session_of(scene):events { resume = false })
    local words, err = heard(events)
    assert.truthy(words:find("added m2$"), words)
    assert.equal("connection", err.kind)
    assert.equal("in_progress", err.partial.status)
    assert.equal("cut", events.status)
    assert.equal("/events", paths_of(scene))
    local _, again = events:next()
    assert.equal(err, again)
  end)

  it("gives up after so many cuts in a row", function()
    local scene = scene_of({ reply_of(BEGINNING, RESET), { status = 503 } }, "in_progress")
    local _, err = heard(assert(session_of(scene):events { resume = 2 }))
    assert.equal("server", err.kind)
    assert.equal("/events /events /events", paths_of(scene))
  end)

  it("bears five cuts in a row, where nothing else is said", function()
    for client_options, most in pairs { [{ max_retries = 0 }] = 5, [{ max_retries = 0, resume = false }] = 0 } do
      local scene = scene_of({ reply_of(BEGINNING, RESET), { status = 503 } }, "in_progress")
      local _, err = background.without_rest(function()
        return heard(assert(session_of(scene, client_options):events()))
      end)
      assert.equal(most > 0 and "server" or "connection", err.kind)
      assert.equal("/events" .. (" /events"):rep(most), paths_of(scene))
    end
  end)

  it("bears cuts that are not in a row", function()
    local scene = scene_of({ reply_of(BEGINNING, RESET), reply_of({ done "m2" }, RESET), reply_of({ done "m3" }, RESET),
      reply_of(REST) }, "in_progress", { ["/items"] = list {}, ["/turns/turn_1"] = { turn "in_progress" } })
    local words, err = heard(assert(session_of(scene):events { resume = 1 }))
    assert.is_nil(err)
    assert.truthy(words:find("done m2, turn.item.done m3, turn.completed turn_1, idle", 1, true), words)
  end)

  it("goes on as often as it may where nothing was heard yet", function()
    local scene = scene_of({ reply_of({}, RESET), reply_of { facts.session "idle" } }, "idle", { ["/turns"] = list {} })
    local _, err = heard(assert(session_of(scene):events { resume = 1 }))
    assert.is_nil(err)
    assert.equal(2, select(2, paths_of(scene):gsub("/events", "")))
    assert.matches("/turns?limit=1&order=desc", paths_of(scene), 1, true)
  end)

  it("bears what is no answer in place of the events, and of what was missed", function()
    local page = { body = "<html>Back soon</html>", headers = { ["content-type"] = "text/html" } }
    local scene = scene_of({ reply_of(BEGINNING, RESET), page, { body = "" }, reply_of(REST) }, "in_progress",
      { ["/items"] = { page, list({ item "m2" })[1] }, ["/turns/turn_1"] = { turn "in_progress" } })
    local words, err = background.without_rest(function()
      return heard(assert(session_of(scene):events { resume = 4 }))
    end)
    assert.is_nil(err)
    assert.truthy(words:find("turn.item.added m2, turn.item.done m2*, turn.completed turn_1, idle", 1, true), words)
    assert.equal(5, select(2, paths_of(scene):gsub("/events", "")))
  end)

  it("ends where the session is no more", function()
    local scene = scene_of({ reply_of(BEGINNING, RESET), { status = 404, json = { error = { message = "gone" } } } },
      "in_progress")
    local _, err = heard(assert(session_of(scene):events()))
    assert.equal("not_found", err.kind)
    assert.equal("/events /events", paths_of(scene))
    scene = cut_scene(RESET, nil, { ["/items"] = { { status = 403, json = { error = { message = "no" } } } } })
    _, err = heard(assert(session_of(scene):events()))
    assert.equal("permission_denied", err.kind)
    scene = scene_of { { status = 404, json = { error = { message = "none" } } } }
    local events, none = session_of(scene):events()
    assert.is_nil(events)
    assert.equal("not_found", none.kind)
  end)

  it("ends at an event that is larger than it may be", function()
    local scene = cut_scene(RESET)
    local words, err = heard(assert(session_of(scene):events { max_event_bytes = 100 }))
    assert.equal("", words)
    assert.same({ "limit", "too_large" }, { err.kind, err.reason })
    assert.equal("/events", paths_of(scene))
  end)

  it("looks whether the connection lives where nothing happens for long, as often as need be #timed", function()
    local scene = scene_of({ reply_of({ facts.session "idle" }, STALL), reply_of({}, STALL), reply_of({}, STALL),
      reply_of { facts.session "in_progress", facts.session "idle" } }, "idle", { ["/turns"] = list {} })
    local words, err = heard(assert(session_of(scene):events { resume = 1, idle_timeout = 0.5,
      first_event_timeout = 0.5 }))
    assert.is_nil(err)
    assert.equal("idle, in_progress, idle", words)
  end)

  it("ends at its total_timeout", function()
    local scene = scene_of({ reply_of({ facts.session "in_progress" }, STALL) }, "in_progress")
    local _, err = heard(assert(session_of(scene):events { total_timeout = 0.1 }))
    assert.equal("timeout", err.kind)
    assert.equal("/events", paths_of(scene))
  end)

  it("is closed at once", function()
    local scene = scene_of { reply_of({ facts.session "in_progress" }, STALL) }
    local events = assert(session_of(scene):events())
    assert(events:next())
    events:close()
    events:close()
    assert.is_nil(events:next())
    assert.equal("cut", events.status)
    assert.truthy(scene:wait(function(journal)
      return journal.requests[1].outcome == "aborted"
    end))
  end)

  it("is iterated over, and raises what ends it", function()
    local session, client = session_of(scene_of { reply_of { facts.session "idle" } })
    local count = 0
    for event in assert(session:events()):events() do
      assert.equal("agent.session.idle", event.type)
      count = count + 1
    end
    assert.equal(1, count)
    count = 0
    for _ in assert(client.beta.agents.sessions:events(facts.id)) do
      count = count + 1
    end
    assert.equal(1, count)
    local events = assert(session_of(cut_scene(RESET)):events { resume = false })
    local fine, err = pcall(function()
      for _ in events do
        count = count + 1
      end
    end)
    assert.is_false(fine)
    assert.equal("connection", err.kind)
  end)

  it("is told by named events, over a cut, after which what is done is whole", function()
    local whole = item "m2"
    whole.content = { { type = "output_text", text = "Lua, and tables" } }
    local function piece(text)
      return facts.event("turn.output_text.delta", { turn_id = "turn_1", item_id = "m2", output_index = 0,
        content_index = 0, delta = text })
    end
    local begun = { facts.turn "created", added "m2", piece "Lua", piece ", and" }
    local scene = scene_of({ reply_of(begun, RESET), reply_of(REST) }, "in_progress", { ["/items"] = list { whole },
      ["/turns/turn_1/items"] = list { whole }, ["/turns/turn_1"] = { turn "in_progress" } })
    local events, told = assert(session_of(scene):events()), {}
    assert.equal("turn.created turn_1", words_of(events:next()))
    for event in events:named_events() do
      told[#told + 1] = ("%s %s%s"):format(event.type, tostring(event.snapshot or event.reason or event.item_id),
        event.raw.recovered and "*" or "")
    end
    assert.same({ "item.added m2", "content.delta Lua", "content.delta Lua, and", "content.done Lua, and tables*",
      "item.done m2*", "other nil*", "finish completed", "other nil" }, told)
    assert.equal("complete", events.status)
  end)

  it("raises by named events what ends it", function()
    local events = assert(session_of(cut_scene(RESET)):events { resume = false })
    local fine, err = pcall(function()
      local next_event = events:named_events()
      repeat until next_event() == nil
    end)
    assert.same({ false, "connection" }, { fine, err.kind })
  end)

  for _, loop in ipairs(tasks.loops) do
    it("goes on in a task on the loop " .. loop, function()
      local scene = cut_scene(RESET, { item "m2" })
      local session, client = session_of(scene, { max_retries = 0, loop = loop })
      local words = tasks.run(client, loop, function()
        return (heard(assert(session:events())))
      end)
      assert.truthy(words:find("done m2*, turn.completed turn_1, idle", 1, true), words)
      client:close()
    end)
  end

  for _, loop in ipairs(tasks.loops) do
    it("ends when its task is cancelled between two tries, on the loop " .. loop, function()
      local session, client = session_of(scene_of({ reply_of(BEGINNING, RESET), { status = 503 } }, "in_progress"),
        { max_retries = 0, loop = loop })
      local events, event, err
      local task = client:spawn(function()
        events = assert(session:events())
        repeat
          event, err = events:next()
        until event == nil
      end)
      assert.is_true(tasks.wait(client, loop, function()
        return events ~= nil and events._tries.taken > 0
      end))
      task:cancel()
      assert.equal("cancelled", err.kind)
      assert.equal("cut", events.status)
      client:close()
    end)
  end

  it("is listened to for a program that gives on_event", function()
    local session, client = session_of(cut_scene(RESET, { item "m2" }), { max_retries = 0, loop = "frame" })
    local words, got = {}, nil
    session:events { on_event = function(event)
      words[#words + 1] = words_of(event)
    end, on_done = function(last, err)
      got = { last, err }
    end }
    assert.is_true(tasks.wait(client, "frame", function()
      return got ~= nil
    end))
    assert.equal("idle", got[1].status)
    assert.equal(8, #words)
    client:close()
  end)

  it("stands beside the resource of its name", function()
    local session = session_of(scene_of { reply_of { facts.session "idle" } })
    assert.equal("agent.session.idle", assert(session.events:stream()):next().type)
    assert.equal("agent.session.idle", assert(session.events(session)):next().type)
  end)

  it("tells of wrong use at the program's line", function()
    local session, client = session_of(scene_of {})
    for message, call in pairs {
      ["beta.agents.sessions.events: session_id must be a non-empty string"] = function()
        client.beta.agents.sessions:events()
      end,
      ["beta.agents.sessions.events: option 'resume' must be a boolean or a number, got string"] = function()
        session:events { resume = "yes" }
      end,
      ["beta.agents.sessions.events: call it with a colon, as in beta.agents.sessions:events(...)"] = function()
        session.events { resume = false }
      end,
      ["beta.agents.sessions.events: call it with a colon"] = function()
        session.events(setmetatable({}, {}))
      end,
      ["client.beta.agents.sessions.items is a resource, and no function"] = function()
        session:items()
      end,
      ["client.files is a resource, and no function"] = function()
        client:files()
      end,
      ["the events of a session has no 'nxt'; did you mean 'next'?"] = function()
        return assert(session_of(scene_of { reply_of {} }):events()).nxt
      end,
    } do
      local _, err = pcall(call)
      assert.truthy(tostring(err):find("^spec/agents/events_spec%.lua:%d+: oai: "), tostring(err))
      assert.truthy(err:find(message, 1, true), err)
    end
  end)
end)
