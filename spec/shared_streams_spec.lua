-- The vectors of ../shared/vectors about what the events of a stream mean: named
-- events, and the object that they add up to. Skipped where the folder is absent.

local assistants = require "oai.dialect.assistants"
local chat = require "oai.dialect.chat"
local cjson = require "cjson"
local delta = require "oai.dialect.delta"
local images = require "oai.dialect.images"
local like = require "spec.support.like"
local oai = require "oai"
local responses = require "oai.dialect.responses"
local shared_vectors = require "spec.support.shared_vectors"
local speech = require "oai.dialect.speech"
local transcription = require "oai.dialect.transcription"

local describe_file, plain = shared_vectors.describe, shared_vectors.plain

local function fold_all(dialect, events)
  local state = dialect.new_state()
  for _, event in ipairs(plain(events)) do
    dialect.fold(state, event)
  end
  return state
end

-- oai differs: nothing is parsed, and an index is not part of a final call
local NOT_OURS = { parsed = true, parsed_arguments = true, output_text = true, output_parsed = true }

local function ours(value, in_calls)
  if type(value) ~= "table" then
    return value
  end
  local result = {}
  for name, item in pairs(value) do
    if item ~= cjson.null and not NOT_OURS[name] and not (in_calls and name == "index") then
      result[name] = ours(item, in_calls or name == "tool_calls")
    end
  end
  return result
end

--- The named events of a list of the API's, from whatever JSON library.
local function named_of(kind, events)
  local accumulator, named, err = oai.accumulate(kind), {}, nil
  for _, event in ipairs(events) do
    local list, reason = accumulator:add(event)
    err = err or reason
    for _, one in ipairs(list or {}) do
      named[#named + 1] = one
    end
  end
  return named, accumulator:value(), err
end

describe_file("delta_accumulation", function(facts)
  local KNOWN = { content = true, refusal = true, tool_calls = true, function_call = true }

  for i, case in ipairs(facts.cases) do
    local field = next(case.acc) or next(case.delta)
    if KNOWN[field] then -- oai differs: numbers are not added, for there are none
      it("case " .. i, function()
        local completion = chat.result(fold_all(chat, { { choices = { { index = 0, delta = case.acc } } },
          { choices = { { index = 0, delta = case.delta } } } }))
        local message = completion.choices[1].message
        if case.error then -- oai differs: a call without an index is told by its id
          assert.equal(2, #message.tool_calls)
        else
          assert.is_nil(like(ours(case.expected), message))
        end
      end)
    end

    it("case " .. i .. " of an assistant's run", function()
      local state, object = delta.new(), {}
      delta.fold(state, object, plain(case.acc))
      delta.fold(state, object, plain(case.delta))
      delta.join(state)
      if case.error then -- oai differs: an entry without an index is a new one
        assert.equal(2, #object.tool_calls)
      else
        assert.is_nil(like(ours(case.expected), object))
      end
    end)
  end
end)

describe_file("chat_stream_events", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local state = fold_all(chat, case.chunks)
      local completion, incomplete = chat.result(state)
      if case.final then
        assert.is_nil(like(ours(case.final), completion))
        assert.is_true(chat.may_end(state))
      elseif case.error.class:find("FinishReasonError") then -- oai differs: a status, no error
        assert.is_true(incomplete)
      elseif case.error.message:find("finish_reason", 1, true) then
        assert.is_false(chat.may_end(state))
      else -- oai differs: what can be folded is
        assert.is_table(completion)
      end
    end)
  end
end)

describe_file("chat_stream_events", function(facts)
  local NAMES = { ["tool_call.delta"] = "tool_calls.function.arguments.delta",
    ["tool_call.done"] = "tool_calls.function.arguments.done" }
  local TOLD = { content = true, refusal = true, tool_call = true }

  --- A named event as the file writes it.
  local function as_theirs(event)
    local is_call = event.type:find("^tool_call") ~= nil
    return { type = NAMES[event.type] or event.type, delta = not is_call and event.delta or nil,
      snapshot = not is_call and event.delta and event.snapshot or nil,
      content = event.type == "content.done" and event.text or nil,
      refusal = event.type == "refusal.done" and event.text or nil,
      name = event.name, index = event.index, arguments = is_call and event.snapshot or nil,
      arguments_delta = is_call and event.delta or nil, parsed_arguments = event.parsed }
  end

  local function theirs(event)
    local result = plain(event)
    result.parsed = nil -- oai differs: content is parsed elsewhere, and arguments when they are whole
    result.parsed_arguments = event.type:find("done$") and result.parsed_arguments or nil
    return result
  end

  local function words_of(event)
    return ("%s %d %s"):format(event.type, event.index or 0, event.content or event.refusal or event.name
      .. event.arguments)
  end

  local function is_before(a, b)
    return words_of(a) < words_of(b)
  end

  --- The deltas in their order, and what is done in any. oai differs: a text is
  --- done when another one begins, not before what comes with the end, and not
  --- where there is none.
  local function parted(events)
    local deltas, done = {}, {}
    for _, event in ipairs(events) do
      local is_done, whole = event.type:find "done$", event.content or event.refusal
      if not is_done then
        deltas[#deltas + 1] = event
      elseif whole ~= "" then
        done[#done + 1] = event
      end
    end
    table.sort(done, is_before)
    return { deltas = deltas, done = done }
  end

  --- Whether a choice was cut. oai differs: what it was at is not done, and the
  --- others are told to their end.
  local function is_cut(case)
    for _, chunk in ipairs(case.chunks) do
      for _, choice in ipairs(chunk.choices) do
        if choice.finish_reason == "length" or choice.finish_reason == "content_filter" then
          return true
        end
      end
    end
    return false
  end

  for _, case in ipairs(facts.cases) do
    it(case.name .. " by named events", function()
      local got, want = {}, {}
      for _, event in ipairs((named_of("chat", case.chunks))) do
        if TOLD[event.type:match("^[%l_]+")] and event.kind ~= "custom" then -- oai differs: those are told, too
          got[#got + 1] = as_theirs(event)
        end
      end
      for i, event in ipairs(case.events) do
        want[i] = theirs(event)
      end
      got, want = parted(got), parted(want)
      for i, event in ipairs(got.done) do -- oai differs: arguments are parsed whether strict or not
        event.parsed_arguments = (want.done[i] or {}).parsed_arguments and event.parsed_arguments
      end
      if case.name == "tool_call_index_out_of_range" then -- oai differs: what can be folded is told
        assert.equal(1, #got.deltas)
      elseif is_cut(case) then
        for i = 1, #want.deltas do
          assert.same(want.deltas[i], got.deltas[i])
        end
      else
        assert.same(want, got)
      end
    end)
  end
end)

describe_file("responses_stream", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name .. " by named events", function()
      local named, value, err = named_of("responses", case.events)
      local got = {}
      for _, event in ipairs(named) do
        if event.delta and event.delta ~= "" and not event.type:find("^refusal") then -- oai differs: and refusals
          local is_shown = event.type == "content.delta" or event.kind == "function" -- oai differs: all have one
          got[#got + 1] = { type = event.raw.type, delta = event.delta, snapshot = is_shown and event.snapshot or nil }
        end
      end
      if case.name == "first_event_not_created" then -- oai differs: what can be folded is told
        assert.equal(1, #got)
      else
        assert.same(plain(case.delta_events), got)
      end
      if case.final then
        assert.is_nil(like(ours(case.final), value))
      elseif case.name == "error_event" then
        assert.equal(case.error.message, err.message)
      end
    end)
  end
end)

describe_file("responses_stream", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local state = fold_all(responses, case.events)
      local result, incomplete = responses.result(state)
      if case.final then
        assert.is_nil(like(ours(case.final), result))
        assert.equal(result.status ~= "completed", incomplete)
      else -- oai differs: it is the stream that breaks; there is a part
        assert.is_true(incomplete)
        assert.is_table(result)
      end
    end)
  end
end)

describe_file("responses_stream_python", function(facts)
  -- oai differs: what came is told, and an end is none only where there was none
  local GIVEN = { completed_unfinished_item = "hi", failed = "", other_response_id = "x", delta_without_item = "x" }

  for _, case in ipairs(facts.cases) do
    it(case.name .. " by named events", function()
      local named, value, err = named_of("responses", case.events)
      local text, seen, last = {}, {}, named[#named]
      for _, event in ipairs(named) do
        text[#text + 1] = event.type == "content.delta" and event.delta or nil
        -- oai differs: an item that is null is shown to the program
        local is_null = event.type == "other" and event.raw.type:find("item", 1, true)
        if seen[#seen] ~= event.raw.type and not is_null then
          seen[#seen + 1] = event.raw.type
        end
      end
      assert.is_nil(err)
      local expect = case.expect
      assert.equal(expect.output_text or GIVEN[case.name], table.concat(text))
      assert.equal(expect.status, expect.status and value.status)
      assert.equal(expect.output, expect.output and #value.output)
      assert.equal(case.name == "complete" or expect.status ~= nil or case.name:find("^completed") ~= nil
        or case.name == "other_response_id", last.type == "finish" and last.complete)
      if not expect.error then
        assert.same(case.seen, seen)
      end
    end)
  end
end)

describe_file("event_names", function(facts)
  local DIALECTS = { responses_sse = responses, images_sse = images, transcription_sse = transcription,
    speech_sse = speech, assistants_sse_event_field = assistants }

  --- An event with hardly more than its name.
  local function event_of(dialect, name)
    local event = { type = name, output_index = 0, delta = name:find("output_content", 1, true) and {} or "AAAA",
      audio = "AAAA" }
    return dialect.named and { event = name, data = { id = "x" } } or event
  end

  for key, dialect in pairs(DIALECTS) do
    for _, name in ipairs(facts[key]) do
      it(name .. " is taken", function()
        local state, event = dialect.new_state(), event_of(dialect, name)
        assert.is_nil((dialect.fold(state, event)))
        assert.same(event_of(dialect, name), event)
        dialect.result(state)
        if dialect.is_last then
          dialect.is_last(event)
        end
      end)
    end
  end
end)
