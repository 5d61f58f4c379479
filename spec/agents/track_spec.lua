-- What a listener knows of a session.

local facts = require "spec.support.facts.agents_stream"
local track = require "oai.agents.track"

local function item(id, moment, turn_id)
  return facts.event("turn.item." .. moment, { turn_id = turn_id or "turn_1",
    item = { id = id, type = "message", turn_id = turn_id or "turn_1" } })
end

local function known(events)
  local one = track.new(facts.id)
  for _, event in ipairs(events) do
    assert.is_true(one:take(event))
  end
  return one
end

describe("agents.track", function()
  it("knows the last item before the first that is not done, and forgets those before it", function()
    local one = known { item("a", "added"), item("a", "done"), item("b", "done") }
    assert.equal("b", one:last_item())
    assert.equal(1, #one.items)
    assert.is_nil(one.by_id.a)
    one = known { item("a", "done"), item("b", "added"), item("c", "done") }
    assert.equal("a", one:last_item())
    one:take(item("b", "done"))
    assert.equal("c", one:last_item())
    assert.is_nil(known { item("a", "added"), item("b", "done") }:last_item())
    assert.is_nil(track.new(facts.id):last_item())
  end)

  it("holds few items, however many there were", function()
    local one = track.new(facts.id)
    for i = 1, 5000 do
      one:take(item("a" .. i, "added"))
      one:take(item("a" .. i, "done"))
    end
    assert.equal(1, #one.items)
  end)

  it("knows whether a turn goes on", function()
    for _, case in ipairs {
      { {}, false }, { { facts.session "idle" }, false }, { { facts.session "in_progress" }, true },
      { { facts.turn "created" }, true }, { { facts.session "idle", facts.turn "created" }, true },
      { { facts.turn "created", facts.turn "completed" }, false },
      { { facts.turn "created", facts.session "requires_action" }, false },
      { { facts.turn "created", facts.session "failed" }, false },
      { { facts.turn("created", { id = "turn_2", subagent_id = "sub_1" }) }, false },
    } do
      assert.equal(case[2], known(case[1]):is_at_work())
    end
  end)

  it("tells of what is not known", function()
    local one = known { facts.session "in_progress", facts.turn "created", item("a", "added"), item("b", "done") }
    assert.is_nil(one:item_event { id = "b" })
    assert.is_nil(one:item_event { id = "a", status = "in_progress" })
    assert.equal("agent.session.turn.item.done", one:item_event({ id = "a", status = "completed" }).type)
    assert.equal("agent.session.turn.item.added", one:item_event({ id = "c", status = "in_progress" }).type)
    assert.is_nil(one:turn_event { id = "turn_1", status = "in_progress" })
    assert.is_nil(one:turn_event { id = "turn_1", status = "waiting" })
    assert.equal("agent.session.turn.failed", one:turn_event({ id = "turn_1", status = "failed" }).type)
    assert.equal("agent.session.turn.created", one:turn_event({ id = "turn_2", status = "queued" }).type)
    assert.is_nil(one:session_event { status = "in_progress" })
    assert.equal("agent.session.idle", one:session_event({ status = "idle" }).type)
    assert.is_nil(one:session_event {})
  end)

  it("takes an event once, also where it was told of in another way", function()
    local one = known { facts.session "in_progress" }
    local event = facts.turn "created"
    assert.is_true(one:take(event))
    assert.is_false(one:take(event))
    assert.is_true(one:take(one:session_event { status = "idle" }))
    assert.is_false(one:take(facts.session "idle"))
    assert.is_true(one:take(facts.session "idle"))
    assert.is_true(one:take(one:session_event { status = "failed" }))
    assert.is_true(one:take(facts.session "in_progress"))
    assert.is_true(one:take(facts.session "failed"))
    assert.is_true(one:take { type = "error", event_id = "x" })
    assert.is_true(one:take { type = "error" })
  end)

  it("takes ids as they are, with a NUL in them too", function()
    local one = track.new(facts.id)
    for _, moment in ipairs { "added", "done" } do
      one:take(one:item_event { id = "a\0" .. moment, status = moment == "added" and "in_progress" or "completed" })
      assert.is_true(one:take(item("a\0other", moment)))
      assert.is_false(one:take(item("a\0" .. moment, moment)))
    end
    one:take(one:turn_event { id = "t\0one", status = "queued" })
    assert.is_true(one:take(facts.turn("created", { id = "t\0other" })))
    assert.is_false(one:take(facts.turn("created", { id = "t\0one" })))
  end)
end)
