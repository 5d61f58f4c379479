-- What is said in a Live session, as turns: by a clock that the specs turn.

local conversation = require "spec.support.conversation"
local facts = require "spec.support.facts.live_transcript"
local oai = require "oai"
local server = require("spec.support.server").start()
local shared_vectors = require "spec.support.shared_vectors"

local TYPES = { user = "session.input_transcript.delta", assistant = "session.output_transcript.delta" }
local DURATIONS = {
  min_turn_separation = true, assistant_silence = true, backchannel_max_duration = true, backchannel_isolation = true,
}

--- An update as cases write it; ids by the order in which they appeared.
local function shown(update, at, ids)
  local segment = update.segment
  if not ids[segment.id] then
    ids[segment.id], ids.count = "s" .. ids.count, ids.count + 1
  end
  return { at = at, event = update.type, id = ids[segment.id], previous = ids[segment.previous_id],
    speaker = segment.speaker, text = segment.text, start_ms = segment.start_ms, end_ms = segment.end_ms,
    reason = update.reason }
end

--- What a program sees that pushes and ticks as a case says.
local function run(case)
  local options = {}
  for name, value in pairs(case.options) do
    options[name:gsub("_ms$", "")] = DURATIONS[name:gsub("_ms$", "")] and value / 1000 or value
  end
  local transcript, log, ids, now = oai.live_transcript(options), {}, { count = 0 }, 0
  local function note(updates)
    for _, update in ipairs(updates) do
      log[#log + 1] = shown(update, math.floor(now * 1000 + 0.5), ids)
    end
  end
  for i, step in ipairs(case.steps) do
    local at, due = step[1] / 1000, transcript:due()
    while due and due <= at do
      now = math.max(now, due)
      note(transcript:tick(now))
      due = transcript:due()
    end
    now = at
    if TYPES[step[2]] then
      note(assert(transcript:push({ type = TYPES[step[2]], delta = step[3], start_ms = step[4], end_ms = step[5],
        event_id = step[6] or "e" .. i }, now)))
    elseif step[2] == "session.closed" then
      note(transcript:push({ type = step[2], event_id = "e" .. i }, now))
    else
      note(transcript[step[2]](transcript, now))
    end
  end
  return log
end

local function check(case)
  local log
  local done, raised = pcall(function()
    log = run(case)
  end)
  if case.error then
    assert.is_false(done)
    assert.matches("the transcript is closed", raised, 1, true)
  else
    assert(done, raised)
    assert.same(case.expect, log)
  end
end

shared_vectors.describe("live_transcript_grouper", function(vectors)
  for _, given in ipairs(vectors.cases) do
    it(given.name, function()
      check(shared_vectors.plain(given))
    end)
  end
end)

--- An update as the facts have it.
local function line_of(update)
  return ("%d %s%s %s%s %d-%d %s"):format(update.at, update.id, update.previous and " after " .. update.previous or "",
    update.speaker, update.reason and " closed:" .. update.reason or "", update.start_ms, update.end_ms, update.text)
end

describe("a transcript as others make it of a user who", function()
  for _, case in ipairs(facts) do
    it(case.name, function()
      local lines = {}
      if case.error then
        check(case)
        return
      end
      for i, update in ipairs(run(case)) do
        lines[i] = line_of(update)
      end
      assert.same(case.expect, lines)
    end)
  end
end)

local function said(id, speaker, text, from, to)
  return { type = TYPES[speaker], event_id = id, delta = text, start_ms = from, end_ms = to }
end

describe("oai.live_transcript", function()
  it("refuses an event of a transcript that is not whole, and stays as it was", function()
    local transcript = oai.live_transcript()
    for _, change in ipairs { { "event_id", "" }, { "event_id" }, { "delta" }, { "start_ms", -1 }, { "start_ms", 1.5 },
      { "end_ms", 0 / 0 }, { "end_ms", 9 }, { "end_ms", "20" }, { "start_ms", 2 ^ 60 } } do
      local event = said("e", "user", "x", 10, 20)
      event[change[1]] = change[2]
      local updates, err = transcript:push(event, 0)
      assert.is_nil(updates)
      assert.equal("decode", err.kind)
    end
    assert.is_nil(transcript:due())
    assert.same({}, transcript:push(said("e", "user", "x", 10, 20), 0))
    assert.equal(0.05, transcript:due())
  end)

  it("knows an event again, however many came between", function()
    local transcript, now = oai.live_transcript(), 0
    transcript:push(said("first", "user", "one", 0, 100), now)
    transcript:tick(1)
    for i = 1, 5000 do
      transcript:push(said("e" .. i, "user", "", 0, 100), 2)
    end
    assert.same({}, transcript:push(said("first", "user", "one", 100, 200), 3))
    assert.equal("one two", transcript:push(said("last", "user", " two", 100, 200), 3)[1].segment.text)
  end)

  it("does nothing before it is due, and what is due at any clock", function()
    for _, start in ipairs { 0.1, 1764454321.123456, 12345.678 } do
      local transcript = oai.live_transcript { assistant_silence = 0.3001 }
      transcript:push(said("a", "assistant", "x", 0, 7), start)
      assert.same({}, transcript:tick(start + 0.04))
      assert.equal("segment.updated", transcript:tick(transcript:due())[1].type)
      assert.same({}, transcript:tick(start + 0.2))
      assert.equal("inactivity", transcript:tick(transcript:due())[1].reason)
      assert.is_nil(transcript:due())
    end
  end)

  it("gives each update a segment of its own", function()
    local transcript = oai.live_transcript()
    transcript:push(said("a", "user", "one", 0, 100), 0)
    local first = transcript:tick(1)[1].segment
    transcript:push(said("b", "user", " two", 100, 200), 2)
    assert.equal("one", first.text)
    assert.equal("manual", transcript:close(3)[1].reason)
    assert.same({}, transcript:close(4))
    assert.is_true(transcript.is_closed)
    assert.is_nil(transcript:due())
  end)

  it("says what is wrong", function()
    for message, act in pairs {
      ["expected a table of options"] = function() oai.live_transcript(1) end,
      ["unknown option 'assistant_silenc'"] = function() oai.live_transcript { assistant_silenc = 1 } end,
      ["'assistant_silence' must be a number of seconds"] = function()
        oai.live_transcript { assistant_silence = -1 }
      end,
      ["entry 2 is no text"] = function() oai.live_transcript { additional_acknowledgments = { "a", 2 } } end,
      ["call it with a dot"] = function() oai:live_transcript {} end,
      ["expected an event"] = function() oai.live_transcript():push "x" end,
      ["expected a time in seconds"] = function() oai.live_transcript():tick "x" end,
      ["a transcript has no 'pusch'"] = function() oai.live_transcript():pusch {} end,
    } do
      local done, raised = pcall(act)
      assert.is_false(done)
      assert.matches(message, raised, 1, true)
    end
  end)
end)

--- All that is read of a connection through a transcript: types, and the texts
--- of segments.
local function read(transcript, connection)
  local lines = {}
  local event, err = transcript:next(connection)
  while event do
    lines[#lines + 1] = event.type .. (event.segment and " " .. event.segment.text .. " " .. (event.reason or "") or "")
    event, err = transcript:next(connection)
  end
  return lines, err
end

for _, loop in ipairs(conversation.loops) do
  describe("a transcript of a connection, " .. loop, function()
    local function with(steps, fn)
      local scene = conversation.scene(server, { { steps = steps } })
      conversation.with(scene, loop, {}, function(client)
        fn(assert(client.live:connect { session = {} }))
      end)
      scene:close()
    end

    it("stands between its events", function()
      with({ { await = 1 }, { send = said("a", "user", "Hi", 0, 100) }, { send = { type = "session.other" } },
        { wait = 0.08 }, { send = said("broken", "user") }, { send = { type = "session.closed" } },
        { close = 1000 } },
        function(connection)
          local lines, err = read(oai.live_transcript(), connection)
          assert.is_nil(err)
          assert.same({ "session.input_transcript.delta", "session.other", "segment.updated Hi ",
            "session.input_transcript.delta", "session.closed", "segment.closed Hi session_closed" }, lines)
        end)
    end)

    it("ends with it, and says why", function()
      with({ { await = 1 }, { send = said("a", "user", "Hi", 0, 100) }, { close = 1011 } }, function(connection)
        local transcript = oai.live_transcript()
        local lines, err = read(transcript, connection)
        assert.same({ "session.input_transcript.delta", "segment.updated Hi ", "segment.closed Hi manual" }, lines)
        assert.equal("closed", err.kind)
        assert.is_false(pcall(transcript:events(connection)))
      end)
    end)

    it("waits as long as it is told to", function()
      with({ { await = 1 }, { send = said("a", "user", "Hi", 0, 100) }, { await = 1 } }, function(connection)
        local transcript = oai.live_transcript()
        local events = transcript:events(connection)
        assert.equal("session.input_transcript.delta", events().type)
        local _, err = transcript:next(connection, 0.001)
        assert.equal("next", err.reason)
        assert.equal("segment.updated", events().type)
        connection:close()
        assert.equal("segment.closed", events().type)
        assert.is_nil(events())
      end)
    end)
  end)
end
