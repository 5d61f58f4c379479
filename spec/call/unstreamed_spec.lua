-- Streams that were asked for and did not come as one: answers that came
-- whole, errors, pages of HTML.

local connect = require "spec.support.connect"
local server = require("spec.support.server").start()

local MESSAGES = { { role = "user", content = "x" } }
local SSE, JSON = "text/event-stream", "application/json"
local WAV = { data = "x", filename = "a.wav" }

local CALLS = {
  chat = function(client)
    return client.chat.completions:create { model = "m", messages = MESSAGES, stream = true }
  end,
  completions = function(client)
    return client.completions:create { model = "m", prompt = "x", stream = true }
  end,
  responses = function(client)
    return client.responses:create { model = "m", input = "x", stream = true }
  end,
  transcription = function(client)
    return client.audio.transcriptions:create { model = "whisper-1", file = WAV, stream = true }
  end,
  speech = function(client)
    return client.audio.speech:create { model = "tts-1", voice = "v", input = "x", stream_format = "sse" }
  end,
  images = function(client)
    return client.images:generate { prompt = "x", stream = true }
  end,
  run = function(client)
    return client.beta.threads.runs:create("thread_1", { assistant_id = "a", stream = true })
  end,
  any = function(client)
    return client:request("POST", "/x", { stream = true })
  end,
}

local function open(name, body, content_type)
  local scene = server:scenario { replies = { { body = body, headers = { ["content-type"] = content_type or JSON } } } }
  return CALLS[name](connect.over_kept(scene))
end

--- The stream's final object, its error, and all of its text.
local function read(name, body, content_type)
  local stream, err = open(name, body, content_type)
  if not stream then
    return nil, err
  end
  local texts = {}
  err = nil
  if name == "chat" or name == "completions" or name == "responses" or name == "transcription" then
    local done, raised = pcall(function()
      for text in stream:text() do
        texts[#texts + 1] = text
      end
    end)
    err = not done and raised or nil
  end
  local value, final_err = stream:final()
  return value, err or final_err, table.concat(texts), stream
end

local CALLING = '{"id":"c","object":"chat.completion","choices":[{"index":0,"finish_reason":"tool_calls","message":'
  .. '{"role":"assistant","content":"Hello","tool_calls":[{"id":"1","type":"function","function":{"name":"f",'
  .. '"arguments":"{}"}},{"id":"2","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}'
local RESPONSE = '{"id":"r","object":"response","status":"completed","output":[{"type":"message","content":'
  .. '[{"type":"output_text","text":"Hel"},{"type":"output_text","text":"lo"}]}]}'

describe("call.unstreamed", function()
  for _, content_type in ipairs { JSON, SSE } do
    it("gives a completion that came whole, as " .. content_type, function()
      local value, err, text, stream = read("chat", CALLING, content_type)
      assert.is_nil(err)
      assert.same({ "Hello", "complete", "c" }, { text, stream.status, value.id })
      local message = value.choices[1].message
      assert.equal("Hello", message.content)
      assert.same({ "1", "2" }, { message.tool_calls[1].id, message.tool_calls[2].id })
      assert.is_nil(message.tool_calls[3])
    end)

    it("gives a response that came whole, as " .. content_type, function()
      local value, err, text, stream = read("responses", RESPONSE, content_type)
      assert.is_nil(err)
      assert.same({ "Hello", "Hello", "complete" }, { text, value.output_text, stream.status })
    end)
  end

  it("gives a legacy completion that came whole", function()
    local value, err, text = read("completions", '{"choices":[{"index":0,"text":"Hello","finish_reason":"stop"}]}')
    assert.is_nil(err)
    assert.same({ "Hello", "Hello" }, { text, value.choices[1].text })
  end)

  it("gives the text of a model that does not stream transcriptions", function()
    for body, content_type in pairs { ['{"text":"Hello","duration":2}'] = JSON, ["Hello"] = "text/plain" } do
      local value, err, text, stream = read("transcription", body, content_type)
      assert.is_nil(err)
      assert.same({ "Hello", "Hello", "complete" }, { text, value.text, stream.status })
    end
  end)

  it("gives the sound of a model that does not stream speech", function()
    local stream = assert(open("speech", "\1\2\3\255", "audio/mpeg"))
    local sound = {}
    for bytes in stream:audio() do
      sound[#sound + 1] = bytes
    end
    assert.equal("\1\2\3\255", table.concat(sound))
    assert.equal("\1\2\3\255", stream:final().audio)
    assert.equal("complete", stream.status)
  end)

  it("gives images that came whole", function()
    local value, err = read("images", '{"created":7,"data":[{"b64_json":"QQ=="},{"b64_json":"Qg=="}],"size":"s"}')
    assert.is_nil(err)
    assert.same({ 7, "QQ==", "Qg==", "s" },
      { value.created, value.data[1].b64_json, value.data[2].b64_json, value.size })
  end)

  it("gives a run that came whole", function()
    local value, err = read("run", '{"id":"run_1","object":"thread.run","status":"completed"}')
    assert.is_nil(err)
    assert.equal("run_1", value.id)
  end)

  it("gives the value of a request of one's own", function()
    local value, err = read("any", '{"a":1}')
    assert.is_nil(err)
    assert.same({ a = 1 }, value)
  end)

  it("streams what is called JSON and is events, as it arrives", function()
    local scene = server:scenario { replies = { { headers = { ["content-type"] = JSON }, steps = {
      { write = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n' }, { stall = true },
    } } } }
    local stream = assert(CALLS.chat(connect.to(scene)))
    assert.equal("a", stream:next().choices[1].delta.content)
    stream:close()
  end)

  it("waits for bytes that tell what comes", function()
    local scene = server:scenario { replies = { { headers = { ["content-type"] = "text/plain" }, steps = {
      { write = "\n" }, { wait = 0.05 }, { write = "\nda" }, { wait = 0.05 },
      { write = 'ta: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n' },
    } } } }
    assert.equal("a", assert(CALLS.chat(connect.to(scene))):final().choices[1].message.content)
  end)

  it("reads all of a text that comes in pieces", function()
    local scene = server:scenario { replies = { { headers = { ["content-type"] = "text/plain" }, steps = {
      { write = "\n" }, { wait = 0.05 }, { write = "\nda" }, { wait = 0.05 }, { write = "y" }, { wait = 0.05 },
      { write = " after day" } } } } }
    assert.equal("\n\nday after day", assert(CALLS.transcription(connect.to(scene))):final().text)
  end)

  local ERROR = '{"error":{"message":"does not fit","code":400,"type":"t"}}'
  -- By name: the body of a reply, its Content-Type, and the text that is read of it.
  for what, case in pairs {
    ["JSON"] = { ERROR, JSON },
    ["JSON in place of events"] = { ERROR, SSE },
    ["JSON over several lines"] = { '{\n  "error": {\n'
      .. '    "message": "does not fit",\n    "code": 400,\n    "type": "t"\n  }\n}', SSE },
    ["JSON as text"] = { ERROR, "text/plain" },
    ["JSON after an event"] = { 'data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n' .. ERROR, SSE, "Hel" },
    ["a field of its own"] = { 'error: {"message":"does not fit","code":400,"type":"t"}\n\ndata: [DONE]\n\n', SSE },
    ["a field of its own after events"] = { 'data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n'
      .. 'error: {"message":"does not fit","code":400,"type":"t"}\n\ndata: [DONE]\n\n', SSE, "Hel" },
  } do
    it("reads an error that is " .. what, function()
      local value, err, _, stream = read("chat", case[1], case[2])
      assert.same({ "stream", "does not fit", 400, "t" }, { err.kind, err.message, err.code, err.type })
      assert.truthy(err.body:find("does not fit", 1, true))
      assert.equal("req_1", err.request_id)
      assert.equal(case[3], value and value.choices[1].message.content)
      assert.equal(case[3] and "cut" or nil, case[3] and stream.status)
    end)
  end

  for _, content_type in ipairs { "text/html", SSE, JSON } do
    it("is an error that has the page which came as " .. content_type, function()
      local value, err = read("chat", "<html><title>Sign in</title></html>", content_type)
      assert.is_nil(value)
      assert.equal("stream", err.kind)
      assert.truthy(err.body:find("Sign in", 1, true))
    end)
  end

  local HE, LLO = '{"choices":[{"index":0,"delta":{"content":"He"}}]}',
    '{"choices":[{"index":0,"delta":{"content":"llo"},"finish_reason":"stop"}]}'
  for what, case in pairs {
    ["lines of their own"] = { HE .. "\n" .. LLO .. "\n", "application/x-ndjson" },
    ["lines of their own as events"] = { HE .. "\n" .. LLO .. "\n", SSE },
    ["a list"] = { ("[%s,%s]"):format(HE, LLO), JSON },
  } do
    it("reads events that come on " .. what, function()
      local value, err, text, stream = read("chat", case[1], case[2])
      assert.is_nil(err)
      assert.same({ "Hello", "Hello", "complete" }, { text, value.choices[1].message.content, stream.status })
    end)
  end

  it("says what was expected where a text came", function()
    local _, err = read("chat", "Ollama is running", "text/plain")
    assert.equal("the reply is no stream: Ollama is running", err.message)
    _, err = read("chat", '{"code":7,"msg":"no such model"}', JSON)
    assert.same({ "no such model", 7 }, { err.message, err.code })
  end)

  for _, body in ipairs { "data: [DONE]\n\n", "", ": nothing\n\ndata: [DONE]\n\n", "data: null\n\ndata: [DONE]\n\n" } do
    for _, name in ipairs { "chat", "completions", "responses", "transcription", "images", "run", "any" } do
      it(("is an error where nothing was said in %q of %s"):format(body, name), function()
        local value, err = read(name, body, SSE)
        assert.is_nil(value)
        assert.equal("stream", err.kind)
      end)
    end
  end

  it("goes on after null", function()
    local value, err, text = read("chat", 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\ndata: null\n\n'
      .. 'data: {"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n', SSE)
    assert.is_nil(err)
    assert.same({ "ab", "ab" }, { text, value.choices[1].message.content })
  end)

  it("takes a last event that no blank line ended", function()
    local value, err, text, stream = read("chat",
      'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}', SSE)
    assert.is_nil(err)
    assert.same({ "a", "a", "complete" }, { text, value.choices[1].message.content, stream.status })
  end)
end)
