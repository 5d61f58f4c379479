-- stream:partial(): the value of an answer in JSON while it arrives.

local connect = require "spec.support.connect"
local oai = require "oai"
local partial = require "oai.parse.partial"
local server = require("spec.support.server").start()

local chat = require "oai.dialect.chat"

local function chunk(content, finish_reason, index)
  return { data = { id = "c1", object = "chat.completion.chunk",
    choices = { { index = index or 0, delta = { content = content }, finish_reason = finish_reason } } } }
end

local function open_chat(events)
  events[#events + 1] = chunk(nil, "stop")
  events[#events + 1] = "data: [DONE]\n\n"
  local client = connect.to(server:scenario { replies = { { sse = events } } }, { max_retries = 0 })
  return assert(client.chat.completions:stream { model = "m", messages = {} })
end

local function message(index, phase)
  return { data = { type = "response.output_item.added", output_index = index,
    item = { type = "message", id = "msg_" .. index, phase = phase, content = {} } } }
end

local function piece(index, text, part)
  return { data = { type = "response.output_text.delta", output_index = index, item_id = "msg_" .. index,
    content_index = part or 0, delta = text } }
end

local LAST = { data = { type = "response.completed", response = { id = "resp_1", object = "response",
  status = "completed" } } }

local function open_response(events)
  events[#events + 1] = LAST
  local client = connect.to(server:scenario { replies = { { sse = events } } }, { max_retries = 0 })
  return assert(client.responses:stream { model = "m", input = "x" })
end

--- What a stream gives, each value as it was at its time.
local function values_of(stream)
  local list = {}
  for value in stream:partial() do
    list[#list + 1] = oai.json.encode(value)
  end
  return list
end

describe("stream:partial", function()
  it("gives the value so far", function()
    local stream = open_chat { chunk "", chunk '{"a":', chunk ' "x', chunk 'y", "b', chunk '": [1, 2', chunk "]}" }
    assert.same({ "{}", '{"a":"x"}', '{"a":"xy"}', '{"a":"xy","b":[1]}', '{"a":"xy","b":[1,2]}' }, values_of(stream))
    assert.equal("complete", stream.status)
    assert.equal('{"a": "xy", "b": [1, 2]}', stream:final().choices[1].message.content)
  end)

  it("gives that of the first choice", function()
    assert.same({ "[1]" }, values_of(open_chat { chunk("[2]", nil, 1), chunk "[1]" }))
  end)

  it("gives none of what is no JSON", function()
    local stream = open_chat { chunk "Here it is: ", chunk "[1]" }
    assert.same({}, values_of(stream))
    assert.equal("complete", stream.status)
    assert.same({ "[]" }, values_of(open_chat { chunk "[", chunk "}", chunk "1]" }))
  end)

  it("gives a value that is false, or null", function()
    assert.same({ "false", "false" }, values_of(open_chat { chunk "fal", chunk "se" }))
    assert.same({ "null" }, values_of(open_chat { chunk "null" }))
  end)

  it("passes over what a model says on the way to its answer", function()
    assert.same({ "[]", "[1]" }, values_of(open_response { message(0, "commentary"), piece(0, "[7,"), piece(0, "8]"),
      message(1, "final_answer"), piece(1, "["), piece(1, "1]") }))
    assert.same({ "[1]" }, values_of(open_response { message(0), piece(0, "[1]"), message(1, "draft"),
      piece(1, "[2]") }))
  end)

  it("begins anew with each text", function()
    assert.same({ '"a"', '"b"', '"c"' }, values_of(open_response { message(0), piece(0, '"a'), piece(0, '"b', 1),
      message(1), piece(1, '"c') }))
  end)

  it("raises what breaks the stream", function()
    local stream = open_chat { chunk "[1,", { data = { error = { message = "no" } } } }
    local well, err = pcall(values_of, stream)
    assert.is_false(well)
    assert.equal("stream", err.kind)
    assert.equal("[1,", err.partial.choices[1].message.content)
  end)

  it("is not there where there is no text", function()
    local client = connect.to(server:scenario { replies = { { sse = { { data = { type = "x" } } } } } })
    assert.error_matches(function()
      assert(client.images:stream_generate { prompt = "x" }):partial()
    end, "has no text")
  end)
end)

--- Reads a text in pieces of 20 bytes: how many values there were, the last
--- one, and bytes of memory at half and at the end.
local function read(text)
  local event = { choices = { { index = 0, delta = {} } } }
  local answer, count, last, half = partial.new(chat), 0, nil, nil
  collectgarbage()
  local before = collectgarbage "count"
  for at = 1, #text, 20 do
    event.choices[1].delta.content = text:sub(at, at + 19)
    local value = answer:take(event)
    if value ~= nil then
      count, last = count + 1, value
    end
    if not half and at > #text / 2 then
      collectgarbage()
      half = collectgarbage "count" - before
    end
  end
  collectgarbage()
  return count, last, half * 1024, (collectgarbage "count" - before) * 1024
end

describe("partial values of a megabyte", function()
  local SIZE = 2 ^ 20

  it("hold a long text once, and are fewer than its pieces", function()
    local count, last, half, whole = read('{"a":"' .. ("xyz\\n"):rep(math.floor(SIZE / 5)) .. '"}')
    assert.equal(("xyz\n"):rep(math.floor(SIZE / 5)), last.a)
    assert.is_true(count > 100 and count < 2000, tostring(count))
    assert.is_true(half < SIZE and whole < 1.5 * SIZE, half .. " " .. whole)
  end)

  it("are as many as the pieces of a list, and one table that grows", function()
    local count, last = read("[" .. ('{"n":12345},'):rep(math.floor(SIZE / 12)) .. "0]")
    assert.equal(math.floor(SIZE / 12) + 1, #last)
    assert.is_true(count > SIZE / 21)
  end)

  --- How many instructions the reading of a text takes.
  local function work(text)
    local thousands = 0
    debug.sethook(function()
      thousands = thousands + 1
    end, "", 1000)
    read(text)
    debug.sethook()
    return thousands
  end

  it("take twice the work for twice the text", function()
    if rawget(_G, "jit") then
      return pending("what is compiled is not counted")
    end
    for _, unit in ipairs { '{"n":12345},', '"abc\\u00e9", ', "123456, " } do
      local once, twice = work("[" .. unit:rep(10000) .. "0]"), work("[" .. unit:rep(20000) .. "0]")
      assert.is_true(twice < 2.1 * once, ("%s: %d, then %d"):format(unit, once, twice))
    end
  end)
end)
