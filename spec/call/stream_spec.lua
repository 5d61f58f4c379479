-- Streams over a wire: what is read from them, how they end, and that ending
-- them, in whatever way, leaves nothing open.

local compat_streams = require "spec.support.facts.compat_streams"
local connect = require "spec.support.connect"
local core = require "oai.core"
local libcurl = require "spec.support.libcurl"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }
local stream_wire = require "spec.support.facts.stream_wire"

local DONE = "data: [DONE]\n\n"
local SSE = { ["content-type"] = "text/event-stream" }
local REQUEST = { model = "m", stream = true, messages = { { role = "user", content = "hi" } } }
local LIST = { json = { data = {} } }

local function chunk(content, finish_reason)
  return { data = { id = "c1", object = "chat.completion.chunk",
    choices = { { index = 0, delta = { content = content }, finish_reason = finish_reason } } } }
end

local function event_text(content, finish_reason)
  return ('data: {"id":"c1","choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":%s}]}\n\n'):format(content,
    finish_reason and '"' .. finish_reason .. '"' or "null")
end

local WHOLE = { sse = { chunk "Hel", chunk "lo", chunk(nil, "stop"), DONE } }

local function steps(...)
  return { headers = SSE, steps = { ... } }
end

local function open(reply, options, listener)
  local scene = server:scenario { replies = { reply, LIST, LIST } }
  local client = connect.to(scene, { max_retries = 0 }, listener)
  return assert(client.chat.completions:create(REQUEST, options)), scene, client
end

--- All events, and the error if the stream broke.
local function drain(stream)
  local items = {}
  while true do
    local event, err = stream:next()
    if event == nil then
      return items, err
    end
    items[#items + 1] = event
  end
end

describe("stream", function()
  it("iterates over events", function()
    local stream, scene = open(WHOLE)
    assert.equal("open", stream.status)
    local contents = {}
    for event in stream:events() do
      contents[#contents + 1] = event.choices[1].delta.content or "-"
    end
    assert.same({ "Hel", "lo", "-" }, contents)
    assert.equal("complete", stream.status)
    assert.equal("oai.Stream chat.completions.create (complete)", tostring(stream))
    local request = scene:requests()[1]
    assert.equal("text/event-stream", request.header.accept)
    assert.truthy(request.body:find('"stream":true', 1, true))
  end)

  for _, nothing in ipairs { "false", "null", '""', "0", "{}", '{"message":"","code":null}' } do
    it("takes no event for an error that says there is none: " .. nothing, function()
      local text = event_text "a" .. event_text("b", "stop")
      local stream = open(steps { write = text:gsub("data: {", 'data: {"error":' .. nothing .. ",") .. DONE })
      assert.equal("ab", assert(stream:final()).choices[1].message.content)
      assert.equal("complete", stream.status)
    end)
  end

  it("is asked for among the parameters, not in more of the body", function()
    local scene = server:scenario { replies = { WHOLE } }
    local client = connect.to(scene)
    local done, message = pcall(function()
      return client.chat.completions:create({ model = "m", messages = {} }, { body = { stream = true } })
    end)
    assert.is_false(done)
    assert.truthy(message:find "stream_spec.lua:%d+: oai: chat.completions.create: give 'stream' among the parameters",
      message)
    assert.equal(0, #scene:requests())
  end)

  it("iterates over pieces of text", function()
    local texts = {}
    for text in open(WHOLE):text() do
      texts[#texts + 1] = text
    end
    assert.same({ "Hel", "lo" }, texts)
  end)

  it("returns the object that a call without streaming returns", function()
    local completion, err = open(WHOLE):final()
    assert.is_nil(err)
    assert.equal("Hello", completion.choices[1].message.content)
    assert.equal("stop", completion.choices[1].finish_reason)
    assert.equal("chat.completion", completion.object)
    assert.equal("oai.ChatCompletion c1", tostring(completion))
  end)

  it("has the facts of its reply", function()
    local stream = open(WHOLE)
    assert.equal(200, stream.response.status)
    assert.equal("req_1", stream.response.request_id)
    stream:close()
  end)

  it("gives the object again, and nothing more, after its end", function()
    local stream = open(WHOLE)
    drain(stream)
    assert.is_nil((stream:next()))
    assert.equal("Hello", stream:final().choices[1].message.content)
    stream:close()
    assert.equal("complete", stream.status)
  end)

  it("is incomplete where the model was kept from finishing", function()
    local stream = open { sse = { chunk "Hel", chunk(nil, "length"), DONE } }
    assert.equal("Hel", stream:final().choices[1].message.content)
    assert.equal("incomplete", stream.status)
  end)

  it("is incomplete where nothing says that a choice has finished, and complete where one has", function()
    local stream = open { sse = { chunk "Hel", chunk "lo", DONE } }
    assert.equal("Hello", stream:final().choices[1].message.content)
    assert.equal("incomplete", stream.status)
    local both = { data = { object = "chat.completion.chunk", choices = { { index = 0, delta = { content = "a" } },
      { index = 1, delta = { content = "b" }, finish_reason = "stop" } } } }
    stream = open { sse = { both, DONE } }
    assert.equal("b", stream:final().choices[2].message.content)
    assert.equal("complete", stream.status)
  end)

  for _, name in ipairs { "messages", "steps" } do
    it("has no " .. name .. " unless it is a run's", function()
      local stream = open(WHOLE)
      local raised, message = pcall(function()
        return stream[name](stream)
      end)
      assert.is_false(raised)
      assert.truthy(message:find("stream_spec.lua:%d+: oai: chat.completions.create: its stream has no " .. name),
        message)
      stream:close()
    end)
  end

  it("without text says so", function()
    local scene = server:scenario { replies = { WHOLE } }
    local stream = assert(connect.to(scene).images:generate { prompt = "a cat", stream = true })
    local raised, message = pcall(function()
      return stream:text()
    end)
    assert.is_false(raised)
    assert.truthy(message:find("stream_spec.lua:%d+: oai: images.generate: its stream has no text$"), message)
    stream:close()
  end)

  local it_with_http2 = libcurl.http2_streams and it or pending

  it_with_http2("goes over HTTP/2", function()
    local stream, scene = open(WHOLE, nil, "https")
    assert.equal("Hello", stream:final().choices[1].message.content)
    assert.equal("2", scene:requests()[1].http_version)
  end)

  it("may be compressed", function()
    local stream = open { gzip = true, sse = WHOLE.sse, chunk_delay = 0.01 }
    assert.equal("Hello", stream:final().choices[1].message.content)
  end)

  it("hands events out as they arrive", function()
    local stream, scene = open(steps({ write = event_text "a" }, { stall = true }))
    assert.equal("a", stream:next().choices[1].delta.content)
    assert.equal("open", scene:requests()[1].outcome)
    stream:close()
  end)
end)

describe("stream: the bytes", function()
  for _, fact in ipairs(stream_wire) do
    it("of " .. fact.name, function()
      local stream = open(steps { write = fact.wire })
      local items, err = drain(stream)
      assert.same(fact.items, items)
      if not fact.ends then
        assert.is_nil(err)
        return
      end
      assert.is_table(err)
      for field, value in pairs(fact.ends) do
        assert.equal(value, err[field], field)
      end
      assert.is_nil(err.status)
      assert.equal("cut", stream.status)
      assert.equal("chat.completions.create", err.operation)
    end)
  end

  for _, fact in ipairs(compat_streams) do
    it("of a server with " .. fact.name, function()
      local reply
      if fact.wire then
        reply = steps { write = fact.wire }
      else
        reply = { sse = {} }
        for i, event in ipairs(fact.chunks) do
          reply.sse[i] = { data = event }
        end
        if fact.done ~= false then
          table.insert(reply.sse, DONE)
        end
      end
      local completion, err = open(reply):final()
      assert.equal(fact.kind, err and err.kind)
      local message = completion.choices[1].message
      assert.equal(fact.content, message.content)
      assert.same(fact.tool_calls, message.tool_calls)
      assert.equal(fact.usage_total, completion.usage and completion.usage.total_tokens)
      assert.equal("c1", completion.id)
      if err then
        assert.equal(fact.content, err.partial.choices[1].message.content)
      end
    end)
  end

  it("may be cut anywhere", function()
    local text = event_text("h\195\169\240\159\153\130") .. ": x\r\n\r\n" .. event_text("!", "stop") .. DONE
    local stream = open(steps { split = text, size = 1 })
    assert.equal("h\195\169\240\159\153\130!", stream:final().choices[1].message.content)
    stream = open(steps({ split = text, size = 1, every = 0.001 }), nil, "https")
    assert.equal("h\195\169\240\159\153\130!", stream:final().choices[1].message.content)
  end)

  it("may hold an event of 3 MB", function()
    local stream = open(steps({ write = 'data: {"id":"' }, { fill = 3000000 }, { write = '"}\n\n' .. DONE }))
    local items, err = drain(stream)
    assert.is_nil(err)
    assert.equal(1, #items)
    assert.equal(3000000, #items[1].id)
    assert.equal("0123456789abcdef", items[1].id:sub(-16))
  end)
end)

describe("stream: of responses", function()
  local function typed(kind, fields)
    fields.type = kind
    return { event = kind, data = fields }
  end
  local BEGUN = { id = "resp_1", object = "response", status = "in_progress" }
  local CREATED = typed("response.created", { response = BEGUN })
  local DELTA = typed("response.output_text.delta", { output_index = 0, content_index = 0, delta = "hi" })

  local function final(status)
    return { id = "resp_1", object = "response", status = status, output = { { type = "message",
      content = { { type = "output_text", text = "hi" } } } } }
  end

  for _, case in ipairs {
    { last = "completed", status = "complete" },
    { last = "incomplete", status = "incomplete" },
    { last = "failed", status = "incomplete" },
  } do
    it("ends with response." .. case.last, function()
      local scene = server:scenario { replies = { { sse = { CREATED, DELTA,
        typed("response." .. case.last, { response = final(case.last) }) } } } }
      local stream = assert(connect.to(scene).responses:create { model = "m", input = "x", stream = true })
      local texts = {}
      for text in stream:text() do
        texts[#texts + 1] = text
      end
      assert.same({ "hi" }, texts)
      assert.equal(case.status, stream.status)
      local response = stream:final()
      assert.equal(case.last, response.status)
      assert.equal("hi", response.output_text)
    end)
  end

  it("without a last event breaks, with the part that came", function()
    local scene = server:scenario { replies = { { sse = { CREATED, DELTA } } } }
    local stream = assert(connect.to(scene).responses:create { model = "m", input = "x", stream = true })
    local response, err = stream:final()
    assert.equal("stream", err.kind)
    assert.equal("resp_1", response.id)
    assert.equal("resp_1", err.partial.id)
    assert.equal("hi", response.output[1].content[1].text)
  end)

  it("may be retrieved again", function()
    local scene = server:scenario { replies = { { sse = { CREATED,
      typed("response.completed", { response = final "completed" }) } } } }
    local stream = assert(connect.to(scene).responses:retrieve("resp_1", { stream = true, starting_after = 3 }))
    assert.equal("completed", stream:final().status)
    local request = scene:requests()[1]
    assert.equal("GET", request.method)
    assert.equal("/v1/responses/resp_1", request.path)
    assert.truthy(request.query:find("stream=true", 1, true))
    assert.truthy(request.query:find("starting_after=3", 1, true))
  end)
end)

describe("stream: errors before the first event", function()
  local BAD_KEY = { error = { message = "bad key", type = "invalid_request_error", code = "invalid_api_key" } }

  it("are those of their status", function()
    local scene = server:scenario { replies = { { status = 401, json = BAD_KEY } } }
    local stream, err = connect.to(scene).chat.completions:create(REQUEST)
    assert.is_nil(stream)
    assert.equal("authentication", err.kind)
    assert.equal(401, err.status)
    assert.equal("invalid_api_key", err.code)
    assert.equal(1, err.attempts)
  end)

  it("are tried again where that is worth it", function()
    local busy = { status = 429, headers = { ["retry-after-ms"] = "1" }, json = { error = { message = "slow" } } }
    local scene = server:scenario { replies = { { fault = "reset" }, busy, WHOLE } }
    local stream, facts = connect.to(scene).chat.completions:create(REQUEST)
    assert.equal("Hello", stream:final().choices[1].message.content)
    assert.equal(3, facts.attempts)
    assert.equal("2", scene:requests()[3].header["x-stainless-retry-count"])
  end)

  it("may come as JSON with status 200", function()
    local scene = server:scenario { replies = { { json = BAD_KEY } } }
    local stream, err = connect.to(scene).chat.completions:create(REQUEST)
    assert.is_nil(stream)
    assert.equal("stream", err.kind)
    assert.equal("bad key", err.message)
    assert.equal("invalid_api_key", err.code)
    assert.equal(1, #scene:requests())
  end)

  it("in JSON with status 200 may stall", function()
    local scene = server:scenario { replies = { { headers = { ["content-type"] = "application/json" },
      steps = { { write = '{"error":' }, { stall = true } } } } }
    local options = { first_event_timeout = 0.2, max_retries = 0 }
    local stream, err = connect.to(scene).chat.completions:create(REQUEST, options)
    assert.is_nil(stream)
    assert.equal("timeout", err.kind)
    scene:wait_idle()
  end)
end)

describe("stream: what breaks it", function()
  local PART = { write = event_text "Hel" }
  local REFUSAL = { write = 'data: {"error":{"message":"no"}}\n\n' }

  for _, case in ipairs {
    { name = "a reset", reply = steps(PART, { wait = 0.2 }, { reset = true }), kind = "connection" },
    { name = "a close in mid-body", reply = steps(PART, { close = true }), kind = "connection" },
    { name = "a clean end without a terminator", reply = steps(PART), kind = "stream" },
    { name = "an error event", reply = steps(PART, REFUSAL), kind = "stream" },
    { name = "an error event, then a stall", reply = steps(PART, REFUSAL, { stall = true }), kind = "stream" },
  } do
    for _, listener in ipairs { "http", "https" } do
      it(("is %s, over %s: an error with the part that came"):format(case.name, listener), function()
        local stream, scene = open(case.reply, { max_retries = 2 }, listener)
        local completion, err = stream:final()
        assert.equal(case.kind, err.kind)
        assert.equal("Hel", completion.choices[1].message.content)
        assert.equal("Hel", err.partial.choices[1].message.content)
        assert.equal("cut", stream.status)
        assert.equal("req_1", err.request_id)
        assert.equal(1, #scene:requests(), "never sent again")
        assert.is_nil((stream:next()))
      end)
    end
  end

  it("is raised by iterators", function()
    local stream = open(steps(PART, { wait = 0.2 }, { reset = true }))
    local texts = {}
    local done, err = pcall(function()
      for text in stream:text() do
        texts[#texts + 1] = text
      end
    end)
    assert.is_false(done)
    assert.is_true(require("oai").is_error(err))
    assert.equal("connection", err.kind)
    assert.same({ "Hel" }, texts)
  end)
end)

describe("stream: time limits", function()
  local function timed(reply, options)
    local stream, scene = open(reply, options)
    local started = core.clock()
    local _, err = stream:final()
    return err, core.clock() - started, scene
  end

  it("until the first event", function()
    local comments = { ["repeat"] = 100, write = ": still here\n\n", every = 0.02 }
    for _, reply in ipairs { steps { stall = true }, steps(comments) } do
      local err, took, scene = timed(reply, { first_event_timeout = 0.25 })
      assert.equal("timeout", err.kind)
      assert.equal("no first event within 0.25 s", err.message)
      assert.is_true(took < 1.9, "took " .. took)
      scene:wait_idle()
    end
  end)

  it("until the header, with another attempt", function()
    local scene = server:scenario { replies = { { fault = "stall" }, WHOLE } }
    local stream, facts = connect.to(scene).chat.completions:create(REQUEST, { first_event_timeout = 1 })
    assert.is_table(stream, tostring(facts))
    assert.equal(2, facts.attempts)
    assert.equal("Hello", stream:final().choices[1].message.content)
  end)

  it("between events, counted on events and not on bytes", function()
    local comments = { ["repeat"] = 100, write = ": still here\n\n", every = 0.02 }
    for _, reply in ipairs {
      steps({ write = event_text "a" }, { stall = true }),
      steps({ write = event_text "a" }, comments),
      steps({ write = event_text "a" }, { ["repeat"] = 100, write = "event: ping\n\n", every = 0.02 }),
      steps({ write = event_text "a" }, { split = ("data: x"):rep(20), size = 1, every = 0.02 }),
    } do
      local err, took, scene = timed(reply, { idle_timeout = 0.25 })
      assert.equal("timeout", err.kind)
      assert.equal("no event for 0.25 s", err.message)
      assert.equal("a", err.partial.choices[1].message.content)
      assert.is_true(took >= 0.24 and took < 1.9, "took " .. took)
      scene:wait_idle()
    end
  end)

  it("between events begin anew with each", function()
    local err, took = timed(steps({ ["repeat"] = 9, write = event_text "a", every = 0.1 }, { write = DONE }),
      { idle_timeout = 0.4 })
    assert.is_nil(err)
    assert.is_true(took > 0.4, "took " .. took)
  end)

  it("do not count a slow consumer", function()
    local stream = open({ sse = WHOLE.sse }, { idle_timeout = 0.05 })
    stream:next()
    require("socket").sleep(0.2)
    assert.equal("Hello", stream:final().choices[1].message.content)
    assert.equal("complete", stream.status)
  end)

  it("of the whole call", function()
    local err, took, scene = timed(steps { ["repeat"] = 100, write = event_text "a", every = 0.02 },
      { total_timeout = 0.25 })
    assert.equal("timeout", err.kind)
    assert.equal("the total timeout of 0.25 s has passed", err.message)
    assert.is_true(took < 1.9, "took " .. took)
    assert.truthy(err.partial)
    scene:wait_idle()
  end)

  it("of an attempt do not end it", function()
    local err = timed(steps({ write = event_text "a" }, { wait = 0.3 }, { write = event_text("b", "stop") .. DONE }),
      { timeout = 0.1 })
    assert.is_nil(err)
  end)
end)

describe("stream: closing", function()
  local ENDLESS = steps({ write = event_text "a" }, { stall = true })

  for _, listener in ipairs { "http", "https1" } do
    it("frees the connection at once, over " .. listener, function()
      local stream, scene = open(ENDLESS, nil, listener)
      stream:next()
      stream:close()
      assert.equal("cut", stream.status)
      local journal = scene:wait_idle(5)
      assert.equal("aborted", journal.requests[1].outcome)
      stream:close()
      assert.is_nil((stream:next()))
      assert.equal("a", stream:final().choices[1].message.content)
    end)
  end

  local it_with_http2 = libcurl.http2_streams and it or pending

  it_with_http2("over HTTP/2 frees the stream alone", function()
    local stream, scene, client = open(ENDLESS, nil, "https")
    stream:next()
    stream:close()
    assert(client.models:list())
    local journal = scene:wait(function(journal)
      return journal.requests[1].outcome == "aborted"
    end)
    assert.equal(1, journal.connections_total)
  end)

  it("before the first event is as good", function()
    local stream, scene = open(ENDLESS)
    stream:close()
    scene:wait_idle()
    assert.is_nil((stream:final()))
  end)

  it("is done by collecting it", function()
    local scene = server:scenario { replies = { ENDLESS } }
    local client = connect.to(scene)
    local function open_and_drop()
      assert(client.chat.completions:create(REQUEST)):next()
    end
    open_and_drop()
    collectgarbage()
    collectgarbage()
    scene:wait_idle()
    client:close()
  end)

  it("is done by closing the client", function()
    local stream, scene, client = open(ENDLESS)
    stream:next()
    client:close()
    scene:wait_idle()
    local _, err = stream:next()
    assert.equal("cancelled", err.kind)
    assert.equal("a", err.partial.choices[1].message.content)
  end)

  if _VERSION >= "Lua 5.4" then
    it("is done by leaving a loop", function()
      local stream, scene = open(ENDLESS)
      for event in stream:events() do
        if event then
          break
        end
      end
      assert.equal("cut", stream.status)
      scene:wait_idle()
    end)

    it("is done by an error in a loop", function()
      local stream, scene = open(ENDLESS)
      pcall(function()
        for _ in stream:text() do
          error "enough"
        end
      end)
      assert.equal("cut", stream.status)
      scene:wait_idle()
    end)

    it("is done by a to-be-closed variable", function()
      local stream, scene = open(ENDLESS)
      assert(load "local stream <close> = ...")(stream)
      assert.equal("cut", stream.status)
      scene:wait_idle()
    end)
  end

  it("leaves the client usable", function()
    local stream, _, client = open(ENDLESS)
    stream:close()
    assert(client.models:list())
  end)

  it("is not needed after the end: the connection serves the next call", function()
    local stream, scene, client = open(WHOLE)
    stream:final()
    scene:wait(function(journal)
      return journal.requests[1].outcome == "complete"
    end)
    assert(client.models:list())
    assert.equal(1, scene:journal().connections_total)
  end)

  it("is not needed for what follows the terminator, which comes though nobody reads it", function()
    local rest = steps({ write = event_text("a", "stop") .. DONE }, { fill = 8 * 1024 * 1024 })
    local scene = server:scenario { replies = { rest, LIST }, repeat_last = true }
    local client = connect.to(scene)
    assert(assert(client.chat.completions:create(REQUEST)):final())
    scene:wait(function(journal)
      assert(client.models:list())
      return journal.requests[1].outcome == "complete"
    end)
  end)

  it("is not needed after the terminator, though the server never ends", function()
    local stream, scene, client = open(steps({ write = event_text("a", "stop") .. DONE }, { stall = true }))
    assert.equal("a", stream:final().choices[1].message.content)
    assert.equal("complete", stream.status)
    assert(client.models:list())
    client:close()
    scene:wait_idle()
  end)
end)

describe("stream: back-pressure", function()
  --- Lets what is under way go on while nobody reads it: waits for what does
  --- not come.
  local function go_on(client, seconds)
    local elsewhere = server:scenario { replies = { { fault = "stall" } } }
    local task = client:with { base_url = elsewhere.base_url }.models:list(nil, { wait = false })
    task:await(seconds)
    task:cancel()
  end

  it("keeps memory flat while nobody reads", function()
    local scene = server:scenario { replies = { steps({ write = event_text "a" }, { fill = 64 * 1024 * 1024 }), LIST } }
    local client = connect.to(scene)
    local stream = assert(client.chat.completions:create(REQUEST))
    stream:next()
    local before = process.memory()
    go_on(client, 0.4)
    local grown = process.memory() - before
    assert.is_true(grown < 8 * 1024 * 1024, "grown by " .. grown)
    assert.equal("open", scene:requests()[1].outcome)
    stream:close()
    scene:wait_idle()
  end)

  it("loses nothing", function()
    local count = 20000
    local text = event_text(("x"):rep(50))
    local stream, _, client = open(steps({ ["repeat"] = 100, write = text:rep(count / 100) },
      { write = event_text("", "stop") .. DONE }))
    go_on(client, 0.1)
    assert.equal(50 * count, #stream:final().choices[1].message.content)
  end)
end)
