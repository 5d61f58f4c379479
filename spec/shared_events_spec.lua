-- The vectors of ../shared/vectors about the bytes of a stream: its events, and
-- how it ends. Skipped where the folder is absent.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local core = require "oai.core"
local error_value = require "oai.error"
local like = require "spec.support.like"
local shared_vectors = require "spec.support.shared_vectors"

local describe_file, plain = shared_vectors.describe, shared_vectors.plain

local function bytes_of(hex)
  return (hex:gsub("%x%x", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

local function chunks_of(case)
  if case.chunks then
    return case.chunks
  end
  local chunks = {}
  for i, hex in ipairs(case.chunks_hex or {}) do
    chunks[i] = bytes_of(hex)
  end
  return chunks
end

local function in_pieces_of(text, size)
  local chunks = {}
  for from = 1, #text, size do
    chunks[#chunks + 1] = text:sub(from, from + size - 1)
  end
  return chunks
end

local function events_of(chunks)
  local parser, events = core.sse(), {}
  for _, chunk in ipairs(chunks) do
    parser:feed(chunk)
    local data, name, id = parser:event()
    while data do
      -- oai differs: records without data are skipped
      if data ~= "" then
        events[#events + 1] = { data = data, event = name, id = id }
      end
      data, name, id = parser:event()
    end
  end
  return events
end

local function server()
  return require("spec.support.server").start { tls = true }
end

local function chat_stream(client)
  return client.chat.completions:create { model = "m", stream = true, messages = {} }
end

local function run_stream(client)
  return client.beta.threads.runs:create("thread_1", { assistant_id = "asst_1", stream = true })
end

local function stream_of(reply, open)
  local client = connect.to(server():scenario { replies = { reply } }, { max_retries = 0 })
  local stream, err = open(client)
  local items = {}
  while stream do
    local event, broke = stream:next()
    if event == nil then
      err = broke
      break
    end
    items[#items + 1] = event
  end
  return stream, items, err
end

local function without_quotes(text)
  return (text:gsub('^"(.*)"$', "%1"))
end

describe_file("sse_decoder", function(facts)
  for _, case in ipairs(facts.cases) do
    if not case.generate then -- those stand in engine/sse_spec.lua
      it(case.name, function()
        local chunks, expected = chunks_of(case), {}
        for _, event in ipairs(plain(case.events)) do
          if event.data ~= "" then
            expected[#expected + 1] = event
          end
        end
        if case.fragment then
          chunks = in_pieces_of(table.concat(chunks), case.fragment)
        end
        for _, cut in ipairs { chunks, { table.concat(chunks) }, in_pieces_of(table.concat(chunks), 1) } do
          local events = events_of(cut)
          assert.equal(#expected, #events)
          for i, event in ipairs(expected) do
            assert.same({ event.data, event.event }, { events[i].data, events[i].event })
            assert.equal(event.id or events[i].id, events[i].id)
          end
        end
      end)
    end
  end
end)

-- The parser shows its lines only as data: each gets a field name, and an
-- empty one ends an event.
describe_file("line_decoder", function(facts)
  local function with_names(chunks)
    local named, at_start = {}, true
    for i, chunk in ipairs(chunks) do
      named[i] = chunk:gsub(".", function(char)
        local is_end = char == "\n" or char == "\r"
        local prefix = at_start and not is_end and "data:" or ""
        at_start = is_end
        return prefix .. char
      end)
    end
    named[#named + 1] = "\n\n\n"
    return named
  end

  local function events_in(lines)
    local events, data = {}, nil
    for i = 1, #lines + 1 do
      local line = lines[i] or ""
      if line ~= "" then
        data = data and data .. "\n" .. line or line
      elseif data then
        events[#events + 1], data = data, nil
      end
    end
    return events
  end

  local cases = facts.cases
  for _, case in ipairs(facts.byte_cases or {}) do
    cases[#cases + 1] = case
  end
  for i, case in ipairs(cases) do
    it("case " .. i, function()
      local chunks, lines = chunks_of(case), plain(case.lines)
      local tail = table.concat(chunks):match("[^\r\n]*$")
      if not case.flush and tail ~= "" then
        lines[#lines + 1] = tail
      end
      local data = {}
      for n, event in ipairs(events_of(with_names(chunks))) do
        data[n] = event.data
      end
      assert.same(events_in(lines), data)
    end)
  end
end)

describe_file("stream_wire", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local _, items, err = stream_of({ sse = { case.wire } }, chat_stream)
      local expected, wanted = plain(case.items), plain(case.error)
      local skips = case.name == "event_without_data" -- oai differs: it is skipped
      for i, item in ipairs(expected) do -- oai differs: no envelope around an event
        expected[i] = item.event and item.data or item
      end
      assert.same(skips and { { id = 1 } } or expected, plain(items))
      if wanted and wanted.class == "APIError" then
        assert.same({ "stream", without_quotes(wanted.message), wanted.request_id },
          { err.kind, err.message, err.request_id })
        assert.same({ wanted.code, wanted.param }, { err.code, err.param })
      elseif wanted and not skips then
        assert.equal("decode", err.kind)
      elseif case.wire:find("[DONE]", 1, true) then
        assert.is_nil(err)
      else -- oai differs: an end without [DONE] is an error
        assert.equal("stream", err.kind)
      end
    end)

    it(case.name .. " of an assistant's run", function()
      local _, items = stream_of({ sse = { case.wire } }, run_stream)
      local expected = plain(case.items)
      for i, item in ipairs(expected) do -- oai differs: any event has an envelope
        expected[i] = item.event and item or { data = item }
      end
      local skips = case.name == "event_without_data" -- oai differs: it is skipped
      assert.same(skips and { { data = { id = 1 } } } or expected, plain(items))
    end)
  end
end)

describe_file("stream_wire_python", function(facts)
  -- oai differs: records without data are skipped, and a line may stand alone
  local MORE = { retry_only = { { id = "1" } }, id_then_blank = { { id = "1" }, { id = "2" } } }
  -- oai differs: what is an error by its name, or by its type, is one
  local ERRORS = { event_error_flat = "boom", agents_error_is_item = "y", error_member_string = "boom" }

  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local _, items, err = stream_of({ sse = { case.wire } }, chat_stream)
      assert.same(ERRORS[case.name] and {} or MORE[case.name] or plain(case.items), plain(items))
      local message = ERRORS[case.name] or not MORE[case.name] and case.error ~= cjson.null and case.error.message
      if message then
        assert.equal(message, err.message)
      elseif not case.wire:find("[DONE]", 1, true) then -- oai differs: an end without [DONE] is an error
        assert.equal("stream", err.kind)
      else
        assert.is_nil(err)
      end
    end)
  end
end)

describe_file("compat_streams", function(facts)
  local function reply_of(case)
    if case.body then
      return { status = case.status, json = case.body, headers = { ["content-type"] = case.content_type } }
    end
    local sse = { case.raw }
    for i, chunk in ipairs(case.chunks or {}) do
      sse[i] = "data: " .. cjson.encode(chunk) .. "\n\n"
    end
    if case.chunks and case.done ~= false then
      sse[#sse + 1] = "data: [DONE]\n\n"
    end
    return { sse = sse }
  end

  --- What a stream says by named events: its text, its calls and its usage.
  local function said_by(stream)
    local text, calls, usage = {}, {}, nil
    local done, err = pcall(function()
      for event in stream:named_events() do
        text[#text + 1] = event.type == "content.delta" and event.delta or nil
        usage = event.usage or usage
        calls[#calls + 1] = event.type == "tool_call.done" and { id = event.call_id, type = event.kind,
          ["function"] = { name = event.name, arguments = event.text } } or nil
      end
    end)
    return table.concat(text), calls, usage, not done and err or nil
  end

  for _, case in ipairs(facts.cases) do
    it(case.name .. " by named events", function()
      local client = connect.to(server():scenario { replies = { reply_of(case) } }, { max_retries = 0 })
      local stream = chat_stream(client)
      if not stream then -- no event comes
        return assert.is_table(case.body)
      end
      local text, calls, usage, err = said_by(stream)
      assert.equal(case.error ~= nil, err ~= nil)
      assert.equal(case.content or case.partial_content or "", text)
      assert.same(case.tool_calls or {}, calls)
      assert.equal(case.usage_total, usage and usage.total_tokens)
    end)
  end

  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local stream, _, err = stream_of(reply_of(case), chat_stream)
      if case.error then
        assert.is_true(error_value.is_error(err))
        local message = case.body and case.body.error and case.body.error.message
        assert.equal(message or err.message, err.message)
        if case.partial_content then
          assert.equal(case.partial_content, err.partial.choices[1].message.content)
        end
        return
      end
      assert.is_nil(err)
      local completion = stream:final()
      local message = completion.choices[1].message
      assert.equal(case.content or message.content, message.content)
      assert.is_nil(case.tool_calls and like(plain(case.tool_calls), message.tool_calls))
      assert.equal(case.usage_total, case.usage_total and completion.usage.total_tokens)
    end)
  end
end)
