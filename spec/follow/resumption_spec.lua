-- A background response's stream over cuts: each event once, in order, and the
-- same object at the end, wherever and however often the connection breaks.

local background = require "spec.support.background"
local connect = require "spec.support.connect"
local retry = require "oai.call.retry"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"

local CUT, RESET, STALL = background.CUT, background.RESET, background.STALL
local events, few = background.events, background.few
local sent, reply, heard, asked = background.sent, background.reply, background.heard, background.asked

local ALL = "0 1 2 3 4 5 6"

--- What an uncut stream comes to.
local function whole_of(list)
  local scene = background.scene(server, { reply(sent(list)) })
  local stream = assert(connect.to(scene).responses:create(background.params()))
  heard(stream)
  return (stream:final())
end

--- How many events have come with so many bytes.
local function events_in(list, bytes)
  local count = 0
  while count < #list and #sent(list, 0, count) <= bytes do
    count = count + 1
  end
  return count
end

--- The stream of a creation, whose connections go so.
local function stream_of(created, found, options, params)
  local scene = background.scene(server, { created }, found)
  local client = connect.to(scene, options)
  return assert(client.responses:create(params or background.params())), scene, client
end

local function quietly(fn)
  return function()
    background.without_rest(fn)
  end
end

describe("a background response's stream", function()
  it("goes on after a cut behind each event", quietly(function()
    local expected = whole_of(events)
    for k = 1, #events - 1 do
      for _, last in ipairs { CUT, RESET, { ["end"] = true } } do
        local created = reply(sent(events, 0, k - 1), last)
        table.insert(created.steps, 2, { wait = 0.005 }) -- a reset loses what was not read
        local stream, scene = stream_of(created, { reply(sent(events, k)) })
        assert.equal(ALL, (heard(stream)))
        assert.equal("complete", stream.status)
        assert.same(expected, (stream:final()))
        assert.equal("POST GET?" .. k - 1, asked(scene))
      end
    end
  end))

  it("goes on where a server says that it has ended, and more is due", quietly(function()
    local done = "data: [DONE]\n\n"
    local stream, scene = stream_of(reply(sent(events, 0, 2) .. done, { stall = true }),
      { reply(done), reply(sent(events, 3)) })
    assert.equal(ALL, (heard(stream)))
    assert.same({ "complete", "POST GET?2 GET?2" }, { stream.status, asked(scene) })
    stream, scene = stream_of(reply(sent(events, 0, 2) .. "data: [DONE]", { ["end"] = true }),
      { reply(sent(events, 3) .. done) })
    assert.equal(ALL, (heard(stream)))
    assert.same({ "complete", "POST GET?2" }, { stream.status, asked(scene) })
  end))

  it("gives nothing twice where a server sends all once more", quietly(function()
    for k = 1, #events - 1 do
      local found = { reply(sent(events, 0, k), CUT), reply(sent(events)) }
      local stream = stream_of(reply(sent(events, 0, k - 1), CUT), found)
      assert.equal(ALL, (heard(stream)))
      assert.equal(background.text, stream:final().output_text)
    end
  end))

  -- All in one scene: as many creations, each cut a byte later than the one before; seven on two of the Luas.
  local STEP = (rawget(_G, "jit") or _VERSION == "Lua 5.4") and 1 or 7

  local function at_each_byte(last, more)
    local text, expected = sent(few), whole_of(few)
    local first, created, found = #sent(few, 0, 0), {}, {}
    for bytes = first, #text - 1, STEP do
      created[#created + 1] = reply(text:sub(1, bytes), last)
      for _, one in ipairs(more(text, bytes)) do
        found[#found + 1] = one
      end
    end
    local scene = background.scene(server, created, found)
    local client = connect.to(scene)
    for bytes = first, #text - 1, STEP do
      local stream = assert(client.responses:create(background.params()))
      local numbers, err = heard(stream)
      assert.equal("0 1 2", numbers, ("cut after %d bytes: %s"):format(bytes, tostring(err)))
      assert.equal("complete", stream.status)
      assert.same(expected, (stream:final()))
    end
    return scene
  end

  it("goes on after a cut at each byte", quietly(function()
    local scene = at_each_byte(CUT, function(_, bytes)
      return { reply(sent(few, events_in(few, bytes))) }
    end)
    local at = #sent(few, 0, 0) - STEP
    for _, request in ipairs(scene:requests()) do
      at = request.method == "POST" and at + STEP or at
      assert.equal(request.method == "POST" and "" or ("starting_after=%d&stream=true"):format(events_in(few, at) - 1),
        request.query)
    end
  end))

  it("goes on after an end at each byte, also where a server sends all once more", quietly(function()
    at_each_byte({ ["end"] = true }, function(text, bytes)
      -- The last event, unless it is so far behind its blank line that it counts.
      return bytes < #text - 2 and { reply(text) } or {}
    end)
  end))

  it("goes on after two cuts in a row, at any byte of each", quietly(function()
    at_each_byte(CUT, function(text, bytes)
      local rest = sent(few, events_in(few, bytes))
      return { reply(rest:sub(1, #rest - 1 - (bytes * 7) % #rest), CUT), reply(text) }
    end)
  end))

  for _, loop in ipairs(tasks.loops) do
    it("goes on in a task on the loop " .. loop, quietly(function()
      for k = 1, #events - 1 do
        local scene = background.scene(server, { reply(sent(events, 0, k - 1), CUT) },
          { reply(sent(events, k):sub(1, 40), CUT), reply(sent(events, k)) })
        local client = connect.to(scene, { loop = loop })
        assert.equal(ALL .. " completed", (tasks.run(client, loop, function()
          local stream = assert(client.responses:create(background.params()))
          return heard(stream) .. " " .. stream:final().status
        end)))
        client:close()
      end
    end))
  end

  it("keeps the texts, the named events and the value so far", quietly(function()
    local function cut(k)
      return (stream_of(reply(sent(events, 0, k), CUT), { reply(sent(events, k + 1)) }))
    end
    for k = 2, 5 do
      local texts, told, values = {}, {}, {}
      for text in cut(k):text() do
        texts[#texts + 1] = text
      end
      for event in cut(k):named_events() do
        told[#told + 1] = event.type .. tostring(event.snapshot or "")
      end
      for value in cut(k):partial() do
        values[#values + 1] = value.a or "none"
      end
      assert.same({ '{"a":', "1", "}" }, texts)
      assert.same({ "other", "other", "item.added", 'content.delta{"a":', 'content.delta{"a":1', 'content.delta{"a":1}',
        'content.done{"a":1}', "finish" }, told)
      assert.equal(1, values[#values])
    end
  end))

  it("is told to who does not wait", quietly(function()
    local scene = background.scene(server, { reply(sent(events, 0, 4), CUT) }, { reply(sent(events, 5)) })
    local client, numbers = connect.to(scene), {}
    local task = client.responses:create(background.params(), { on_event = function(event)
      numbers[#numbers + 1] = event.sequence_number
    end })
    assert.equal("completed", assert(task:await()).status)
    assert.equal(ALL, table.concat(numbers, " "))
    assert.equal(background.text, task.text)
  end))

  it("goes on in a run, and where it is parsed", quietly(function()
    local function client_of()
      return connect.to(background.scene(server, { reply(sent(events, 0, 4), CUT) }, { reply(sent(events, 5)) }))
    end
    local run = client_of().responses:run { model = "m", input = "i", background = true, stream = true }
    local texts = {}
    for text in run:text() do
      texts[#texts + 1] = text
    end
    assert.equal(background.text, table.concat(texts))
    assert.equal(background.text, run.output_text)
    local stream = assert(client_of().responses:parse { model = "m", input = "i", background = true, stream = true,
      text_format = { type = "object", properties = { a = { type = "integer" } }, required = { "a" },
        additionalProperties = false } })
    assert.same({ a = 1 }, assert(stream:final()).output_parsed)
  end))

  it("goes on where nothing comes for too long", quietly(function()
    local stream = stream_of(reply(sent(events, 0, 2), STALL), { reply(sent(events, 3)) }, { idle_timeout = 0.5 })
    assert.equal(ALL, (heard(stream)))
  end))

  it("goes on with the same credentials, header and query, but for what is of one request", quietly(function()
    local scene = background.scene(server, { reply(sent(events, 0, 2), CUT) }, { reply(sent(events, 3)) })
    local keys = 0
    local client = connect.to(scene, { api_key = function()
      keys = keys + 1
      return "sk-" .. keys
    end, organization = "org", headers = { ["x-client"] = "c" } })
    local params = background.params()
    params.include = { "reasoning.encrypted_content" }
    params.stream_options = { include_obfuscation = false }
    local stream = assert(client.responses:create(params, { headers = { ["x-call"] = "1", ["Idempotency-Key"] = "k" },
      query = { q = "2" } }))
    params.include[1] = "another"
    assert.equal(ALL, (heard(stream)))
    local request = scene:requests()[2]
    assert.same({ "Bearer sk-2", "org", "c", "1" }, { request.header.authorization,
      request.header["openai-organization"], request.header["x-client"], request.header["x-call"] })
    assert.is_nil(request.header["idempotency-key"])
    assert.equal("text/event-stream", request.header.accept)
    assert.equal("q=2&include[]=reasoning.encrypted_content&include_obfuscation=false&starting_after=2&stream=true",
      (request.query:gsub("%%5B", "["):gsub("%%5D", "]")))
  end))

  it("tells the log, and whose reply it reads", quietly(function()
    local lines, first = {}, reply(sent(events, 0, 2), CUT)
    local stream = stream_of(first, { reply(sent(events, 3)) }, { log = function(level, message)
      lines[#lines + 1] = level == "warn" and message or nil
    end })
    local before = stream.response
    heard(stream)
    assert.not_equal(before, stream.response)
    assert.same({ "responses.follow: the stream of r1 broke after event 2 (connection): going on" }, lines)
  end))

  it("goes on in the beta resource, with the betas", quietly(function()
    local scene = background.scene(server, { reply(sent(events, 0, 2), CUT) }, { reply(sent(events, 3)) })
    local params = background.params()
    params.betas = { "b" }
    assert.equal(ALL, (heard(assert(connect.to(scene).beta.responses:create(params)))))
    local request = scene:requests()[2]
    assert.equal("b", request.header["openai-beta"])
    assert.equal("beta=true&starting_after=2&stream=true", request.query)
  end))

  it("bears so many fruitless tries in a row, between which it rests as calls do", quietly(function()
    local refusal = background.refusal(503, "overloaded", { ["retry-after-ms"] = "1" })
    local stream, scene = stream_of(reply(sent(events, 0, 2), CUT),
      { refusal, reply("", CUT), reply(sent(events, 3, 3), CUT), { fault = "reset" }, refusal, reply(sent(events, 4)) },
      { max_retries = 3 })
    assert.equal(ALL, (heard(stream)))
    assert.equal("POST GET?2 GET?2 GET?2 GET?3 GET?3 GET?3", asked(scene))
    stream, scene = stream_of(reply(sent(events, 0, 2), CUT), { refusal }, { max_retries = 2 })
    local numbers, err = heard(stream)
    assert.equal("0 1 2", numbers)
    assert.same({ "server", 503, "responses.create", "queued" },
      { err.kind, err.status, err.operation, err.partial.status })
    assert.equal("cut", stream.status)
    assert.equal("POST GET?2 GET?2", asked(scene))
    assert.same({ nil, err }, { stream:next() })
  end))

  it("counts tries that open the stream and bring nothing, also in one after the other", quietly(function()
    local stream, scene = stream_of(reply(sent(events, 0, 2), CUT), { reply("", CUT), reply(sent(events, 1, 2), CUT),
      reply("", CUT), reply(sent(events, 3)) })
    local numbers, err = heard(stream)
    assert.same({ "0 1 2", "connection" }, { numbers, err.kind })
    assert.equal("POST GET?2 GET?2", asked(scene))
  end))

  local PAGE = { body = "<html>Back soon</html>", headers = { ["content-type"] = "text/html",
    ["openai-poll-after-ms"] = "1" } }
  local NO_STREAMS = {
    ["a page"] = PAGE, ["nothing"] = { body = "" },
    ["an error without a status"] = { json = { error = { message = "x" } } },
    ["JSON"] = { body = "7", headers = { ["content-type"] = "application/json" } },
    ["nothing, and calls it events"] = reply "",
  }

  for what, other in pairs(NO_STREAMS) do
    it("goes on where it gets " .. what .. " for a while", quietly(function()
      for _, last in ipairs { reply(sent(events, 3)), reply(sent(events)) } do
        local stream, scene = stream_of(reply(sent(events, 0, 2), CUT), { other, last }, { max_retries = 2 })
        assert.equal(ALL, (heard(stream)))
        assert.same({ "complete", "POST GET?2 GET?2" }, { stream.status, asked(scene) })
      end
    end))
  end

  it("is waited for where no try brings a stream, with patience", quietly(function()
    local whole = { json = background.whole() }
    local stream, scene = stream_of(reply(sent(events, 0, 2), CUT), { PAGE, { body = "" }, PAGE, PAGE, whole },
      { max_retries = 2 })
    assert.equal("0 1 2 * *", (heard(stream)))
    assert.same({ "complete", "POST GET?2 GET?2 GET GET GET" }, { stream.status, asked(scene) })
    assert.equal(background.text, stream:final().output_text)
  end))

  it("is waited for where streams come that bring nothing", quietly(function()
    local done = "data: [DONE]\n\n"
    local stream, scene = stream_of(reply(sent(events, 0, 2), CUT),
      { reply(done), reply("", { ["end"] = true }), { json = background.whole() } }, { max_retries = 2 })
    assert.equal("0 1 2 * *", (heard(stream)))
    assert.same({ "complete", "POST GET?2 GET?2 GET" }, { stream.status, asked(scene) })
    stream, scene = stream_of(reply(sent(events, 0, 2), { ["end"] = true }), {}, { max_retries = 0 })
    local numbers, err = heard(stream)
    assert.same({ "0 1 2", "stream" }, { numbers, err.kind })
    assert.equal("POST", asked(scene))
  end))

  it("raises what is raised meanwhile as it is", function()
    local client = connect.to(background.scene(server, { reply(sent(events, 0, 2), CUT) }))
    local backoff = retry.backoff
    retry.backoff = function() -- luacheck: ignore 122
      error("odd", 0)
    end
    local task = client:spawn(function()
      heard(assert(client.responses:create(background.params())))
    end)
    local _, err = task:await()
    retry.backoff = backoff -- luacheck: ignore 122
    assert.equal("odd", err)
    client:close()
  end)

  it("ends at once where the API refuses the caller", quietly(function()
    local stream, scene = stream_of(reply(sent(events, 0, 2), CUT), { background.refusal(401, "who are you?") })
    local _, err = heard(stream)
    assert.same({ "authentication", 401, "who are you?" }, { err.kind, err.status, err.message })
    assert.equal("POST GET?2", asked(scene))
  end))

  it("ends where events are missing", quietly(function()
    local stream = stream_of(reply(sent(events, 0, 2), CUT), { reply(sent(events, 5)) })
    local numbers, err = heard(stream)
    assert.equal("0 1 2", numbers)
    assert.equal("stream", err.kind)
    assert.equal("events 3 to 4 of the stream are missing: 5 follows 2", err.message)
    assert.equal("r1", err.partial.id)
  end))

  it("ends where the API says that something is wrong", quietly(function()
    local failure = 'data: {"type":"error","code":"server_error","message":"broken","sequence_number":3}\n\n'
    local stream, scene = stream_of(reply(sent(events, 0, 2) .. failure))
    local _, err = heard(stream)
    assert.same({ "stream", "broken" }, { err.kind, err.message })
    stream = stream_of(reply(sent(events, 0, 2) .. '{"error":{"message":"bad gateway"}}\n'))
    assert.equal("bad gateway", select(2, heard(stream)).message)
    assert.equal("POST", asked(scene))
  end))

  it("is never sent again, nor asked for where that would not be known to be right", quietly(function()
    local function is_left(text, options, params)
      local stream, scene = stream_of(reply(text, CUT), nil, options, params)
      local _, err = heard(stream)
      assert.equal("connection", err.kind)
      assert.equal("POST", asked(scene))
    end
    local foreground, kept = background.params(), sent(events, 0, 2)
    foreground.background = nil
    is_left(kept, nil, foreground)
    is_left(kept, { resume = false })
    is_left(kept, { max_retries = 0 })
    is_left("")
    is_left((kept:gsub('"background":true', '"background":false')))
    is_left((kept:gsub('"sequence_number":%d+', '"n":1')))
  end))

  it("is not taken up where the call says so, and where only the body says that it is in the background", quietly(
    function()
      local scene = background.scene(server, { reply(sent(events, 0, 2), CUT) }, { reply(sent(events, 3)) })
      local client = connect.to(scene)
      local _, err = heard(assert(client.responses:create(background.params(), { resume = false })))
      assert.equal("connection", err.kind)
      local params = { model = "m", input = "i", stream = true }
      assert.equal(ALL, (heard(assert(client.responses:create(params, { body = { background = true } })))))
      assert.equal(ALL, (heard(assert(client:with({ resume = true }).responses:create(background.params())))))
    end))

  local function is_done(task)
    return function()
      return task.done
    end
  end

  for _, loop in ipairs(tasks.loops) do
    local function rests(client, more)
      local stream, event, err
      local task = client:spawn(function()
        stream = assert(client.responses:create(background.params()))
        repeat
          event, err = stream:next()
        until event == nil
        return "ended"
      end)
      assert.is_true(tasks.wait(client, loop, function()
        return stream ~= nil and stream._request.of.again.tries.taken > 0 and (not more or more())
      end))
      return task, stream, function()
        return err
      end
    end

    it("ends at once between two tries, on the loop " .. loop, function()
      local function client_of()
        return connect.to(background.scene(server, { reply(sent(events, 0, 2), CUT) },
          { background.refusal(503) }), { loop = loop })
      end
      local client = client_of()
      local task, stream, err = rests(client)
      task:cancel()
      assert.equal("cancelled", err().kind)
      assert.equal("cut", stream.status)
      task, stream, err = rests(client)
      stream:close()
      assert.is_true(tasks.wait(client, loop, is_done(task), 0.2))
      assert.same({ "ended", "cut" }, { task.value, stream.status })
      assert.is_nil(err())
      task, stream, err = rests(client)
      client:close()
      assert.is_true(task.done)
      assert.same({ "cancelled", "cut" }, { err().kind, stream.status })
    end)

    it("ends at once while it is opened again, on the loop " .. loop, quietly(function()
      local scene = background.scene(server, { reply(sent(events, 0, 2), CUT) }, { { fault = "stall" } })
      local client = connect.to(scene, { loop = loop })
      local function is_asked()
        return asked(scene):find("GET", 1, true) ~= nil
      end
      local task, stream = rests(client, is_asked)
      stream:close()
      assert.is_true(tasks.wait(client, loop, is_done(task), 0.2))
      assert.equal("ended", task.value)
      client:close()
    end))
  end

  it("ends at the deadline of all of it", quietly(function()
    local stream = stream_of(reply(sent(events, 0, 2), CUT), { reply("", STALL) }, { total_timeout = 0.1 })
    local _, err = heard(stream)
    assert.same({ "timeout", "the total timeout of 0.1 s has passed" }, { err.kind, err.message })
  end))
end)

describe("a background response that is not streamed any more", function()
  local WAITS = { background.TOO_OLD, { headers = { ["openai-poll-after-ms"] = "1" },
    json = background.unfinished() }, { json = background.whole() } }

  --- What these replies come to after a cut.
  local function ended(found, k, options)
    return stream_of(reply(sent(events, 0, k), CUT), found, options)
  end

  it("is waited for, and its rest is recovered", quietly(function()
    for k = 0, 5 do
      local stream, scene = ended(WAITS, k, { http_version = "1.1" })
      local texts, expected = {}, whole_of(events)
      for text in stream:text() do
        texts[#texts + 1] = text
      end
      assert.equal(background.text, table.concat(texts))
      assert.same(expected, (stream:final()))
      assert.equal("complete", stream.status)
      assert.equal(200, stream.response.status)
      assert.equal("POST GET?" .. k .. " GET GET", asked(scene))
    end
  end))

  it("gives what it recovers as events that say so", quietly(function()
    assert.equal("0 1 2 3 4 * *", (heard((ended(WAITS, 4)))))
    local values, stream = {}, ended(WAITS, 3)
    for value in stream:partial() do
      values[#values + 1] = value.a or "none"
    end
    assert.equal(1, values[#values])
    local told = {}
    for event in ended(WAITS, 3):named_events() do
      told[#told + 1] = event.type .. (event.raw.recovered and "*" or "")
    end
    assert.equal("content.delta content.delta* content.done* finish*", table.concat(told, " "):match "content.*")
  end))

  it("is waited for without what is of the creation alone", quietly(function()
    local scene = background.scene(server, { reply(sent(events, 0, 4), CUT) }, WAITS)
    local params = { model = "m", input = "i", stream = true }
    local stream = assert(connect.to(scene).responses:create(params, { body = { background = true }, max_retries = 1 }))
    assert.equal("0 1 2 3 4 * *", (heard(stream)))
  end))

  it("is known by what the API says, or by what it gives in its place", quietly(function()
    local refused = { { json = background.unfinished() } }
    for i, status in ipairs { 404, 405, 409, 410, 422 } do
      refused[i + 1] = background.refusal(status)
    end
    for _, one in ipairs(refused) do
      local stream, scene = ended({ one, { json = background.whole() } }, 4)
      assert.equal("0 1 2 3 4 * *", (heard(stream)))
      assert.equal("POST GET?4 GET", asked(scene))
    end
  end))

  it("ends as what it has come to", quietly(function()
    for status, expected in pairs { failed = "failed", cancelled = "failed", incomplete = "incomplete" } do
      local stream, last = ended({ background.TOO_OLD, { json = background.whole(status) } }, 5), nil
      for event in stream do
        last = event
      end
      assert.same({ "response." .. expected, true }, { last.type, last.recovered })
      assert.same({ "incomplete", status }, { stream.status, stream:final().status })
    end
  end))

  it("is an error where it is no more, or not in time", quietly(function()
    local _, err = heard((ended({ background.TOO_OLD, background.refusal(404, "gone") }, 3)))
    assert.same({ "not_found", "gone", "responses.create" }, { err.kind, err.message, err.operation })
    assert.equal("r1", err.partial.id)
    _, err = heard((ended({ background.TOO_OLD, { json = background.unfinished() } }, 3, { total_timeout = 0.1 })))
    assert.same({ "timeout", "the total timeout of 0.1 s has passed" }, { err.kind, err.message })
  end))

  it("is left at once where its reader is cancelled", quietly(function()
    local scene = background.scene(server, { reply(sent(events, 0, 2), CUT) },
      { background.TOO_OLD, { json = background.unfinished() } })
    local client, err = connect.to(scene), nil
    local task = client:spawn(function()
      err = select(2, heard(assert(client.responses:create(background.params()))))
    end)
    assert.is_true(tasks.wait(client, "blocking", function()
      return asked(scene):find("GET?2 GET", 1, true) ~= nil
    end))
    task:cancel()
    assert.equal("cancelled", err.kind)
  end))
end)
