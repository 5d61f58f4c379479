-- The vectors of ../shared/vectors (or $OAI_SHARED/vectors) about answers that
-- are values. Skipped where the folder is absent.

local chat = require "oai.dialect.chat"
local cjson = require "cjson"
local kinds = require "oai.schema.kinds"
local oai = require "oai"
local parse_chat = require "oai.parse.chat"
local parse_responses = require "oai.parse.responses"
local partial = require "oai.parse.partial"
local shared_vectors = require "spec.support.shared_vectors"
local tables = require "oai.tables"

local describe_file = shared_vectors.describe

--- What the library reads of what the vectors hold: without nulls.
local function as_read(value)
  return oai.json.decode(oai.json.encode(value))
end

local function or_null(value)
  return value == nil and oai.null or value
end

local NO_VALUE = { no_answer = true, refusal = true, length = true, content_filter = true }

describe_file("responses_parse", function(facts)
  local s = oai.schema

  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local _, plan = parse_responses.prepare({ text_format = s.object { n = s.integer() }, tools = case.tools_sent },
        "responses.parse")
      local reply = as_read { status = case.status, output = case.output }
      local parsed, arguments = {}, {}
      local settled, err = parse_responses.settle(plan, reply)
      if case.expect.output_parsed == cjson.null and #case.expect.arguments == 0 then
        assert.is_true(NO_VALUE[err.kind]) -- oai differs: that there is no value is an error, which carries the reply
        settled = err.completion
      end
      assert.equal(reply, settled)
      for _, item in tables(reply.output) do
        for _, part in tables(item.type == "message" and item.content) do
          parsed[#parsed + 1] = or_null(part.parsed)
        end
        if item.type == "function_call" then
          arguments[#arguments + 1] = or_null(item.parsed_arguments)
        end
      end
      assert.is_true(kinds.same(case.expect.parsed, parsed))
      assert.is_true(kinds.same(case.expect.arguments, arguments))
      assert.is_true(kinds.same(or_null(case.expect.output_parsed), or_null(reply.output_parsed)))
    end)
  end
end)

local KINDS = { LengthFinishReasonError = "length", ContentFilterFinishReasonError = "content_filter" }

--- Holds the messages of a reply against those that are expected.
local function check_messages(expected, reply)
  for i, choice in ipairs(expected.choices) do
    local message = reply.choices[i].message
    assert.is_true(kinds.same(or_null(choice.message.parsed), or_null(message.parsed)))
    for at, call in ipairs(choice.message.tool_calls or {}) do
      assert.is_true(kinds.same(or_null((call["function"] or {}).parsed_arguments),
        or_null((message.tool_calls[at]["function"] or {}).parsed_arguments)))
    end
  end
end

describe_file("chat_stream_events", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local state, answer, snapshots = chat.new_state(), partial.new(chat), {}
      for _, chunk in ipairs(as_read(case.chunks)) do
        chat.fold(state, chunk)
        local value = case.params.response_format and answer:take(chunk, state)
        snapshots[#snapshots + 1] = value and oai.json.decode(oai.json.encode(value))
      end
      local reply = chat.result(state)
      local _, plan = parse_chat.prepare(as_read(case.params), "chat.completions.parse")
      local settled, err = parse_chat.settle(plan, reply)
      if case.final then
        if err then -- oai differs: arguments are held against their schema; what is refused or cut is an error
          assert.equal(reply, err.completion)
          assert.truthy(err.kind ~= "wrong_shape" or err.faults)
          assert.is_true(NO_VALUE[err.kind] or err.kind == "wrong_shape")
        else
          assert.equal(reply, settled)
          check_messages(case.final, reply)
        end
      elseif KINDS[case.error.class] then
        assert.equal(KINDS[case.error.class], err.kind)
        assert.equal(reply, err.completion)
      end
      local at = 0
      for _, event in ipairs(case.events) do
        if event.type == "content.delta" and event.parsed ~= nil then
          at = at + 1
          assert.is_true(kinds.same(event.parsed, snapshots[at]))
        end
      end
    end)
  end
end)
