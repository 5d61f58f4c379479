-- Replies that came whole and with a status of success: what is believed, and
-- what is an error all the same.

local connect = require "spec.support.connect"
local error_value = require "oai.error"
local folder = require "spec.support.folder"
local json = require "oai.codec.json"
local oai = require "oai"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }

local MESSAGES = { { role = "user", content = "x" } }
local SSE, JSON, TEXT = "text/event-stream", "application/json", "text/plain"

local CALLS = {
  chat = function(client)
    return client.chat.completions:create { model = "m", messages = MESSAGES }
  end,
  responses = function(client)
    return client.responses:create { model = "m", input = "x" }
  end,
  embeddings = function(client)
    return client.embeddings:create { model = "m", input = "x" }
  end,
  models = function(client)
    return client.models:list()
  end,
  files = function(client)
    return client.files:list()
  end,
  remove = function(client)
    return client.files:delete "file_1"
  end,
  forget = function(client)
    return client.responses:delete "resp_1"
  end,
  content = function(client)
    return client.files:content "file_1"
  end,
  speech = function(client)
    return client.audio.speech:create { model = "m", voice = "v", input = "x" }
  end,
  film = function(client)
    return client.videos:download_content "video_1"
  end,
  transcription = function(client)
    return client.audio.transcriptions:create { model = "m", file = { data = "x", filename = "a.wav" } }
  end,
  any = function(client)
    return client:request("GET", "/x")
  end,
}

local function call(name, body, content_type, status)
  local scene = server:scenario { replies = { { body = body, status = status,
    headers = { ["content-type"] = content_type or JSON } } } }
  return CALLS[name](connect.over_kept(scene))
end

local CHUNKS = 'data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n'
  .. 'data: {"choices":[{"index":0,"delta":{"content":"lo"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
local COMPLETED = 'data: {"type":"response.completed","response":{"id":"r","status":"completed","output":[]}}\n\n'

-- A call, the body that comes with 200, what is wrong with it, and perhaps its
-- Content-Type.
local REFUSED = {
  { "chat", "", "empty" },
  { "chat", "\n", "empty" },
  { "chat", "null", "null, where an object was expected" },
  { "chat", '"upstream overloaded"', "string, where an object was expected: \"upstream overloaded\"" },
  { "chat", "7", "number, where an object was expected" },
  { "chat", "true", "boolean, where an object was expected" },
  { "chat", "[]", "array, where an object was expected" },
  { "chat", '[{"id":"x"}]', "array, where an object was expected" },
  { "chat", "<html>sign in</html>", "not JSON (%s): <html>sign in</html>", "text/html" },
  { "chat", '{"id":', "not JSON (%s): " },
  { "chat", "<html>", "not JSON (a page of markup, maybe of a proxy, or 'base_url' is not where the API is): <html>" },
  { "chat", "\31\139\8\0", "not JSON (it is compressed with gzip, and does not say so)" },
  { "chat", "{\0}\0", "not JSON (it is in UTF-16, where UTF-8 is due)" },
  { "speech", "", "empty" },
  { "speech", "<!DOCTYPE html><html>", "not what was asked for (a page of markup" },
  { "speech", "\31\139\8\0", "not what was asked for (it is compressed" },
  { "transcription", "\31\139\8\0", "not what was asked for (it is compressed", TEXT },
  { "film", "\n<html>", "not what was asked for (a page of markup" },
  { "responses", "null", "null, where an object was expected" },
  { "embeddings", "[]", "array, where an object was expected" },
  { "embeddings", 'data: {"id":1}\n\n', "a stream of events, where JSON was expected", SSE },
  { "models", '{"models":[]}', "no list: it has no array 'data'" },
  { "models", "{}", "no list" },
  { "models", '{"object":"list","models":[{"id":"a"}]}', "no list: it has no array 'data'" },
  { "models", '{"data":false}', "no list" },
  { "models", '{"data":"x"}', "no list" },
  { "models", '{"data":{"a":1}}', "no list" },
  { "models", "7", "number, where a list was expected" },
  { "remove", "", "empty" },
  { "forget", "<html>", "not JSON" },
  { "transcription", "<html>", "a page of markup, where a text was expected", "text/html" },
  { "transcription", "", "empty" },
  { "any", "<html>", "not JSON" },
}

local function escaped(text)
  return (text:gsub("[%(%)%.%[%]%-%+%*%?%^%$]", "%%%0"):gsub("%%s", ".-"))
end

-- What an error says, by a call and a body.
local REPORTED = {
  { "chat", '{"error":{"message":"m","code":502}}', { "server", "m", 502 } },
  { "chat", '{"error":{"message":"m","code":"429"}}', { "rate_limit", "m", "429" } },
  { "chat", '{"error":{"message":"m","type":"insufficient_quota"}}', { "quota", "m" } },
  { "chat", '{"error":{"message":"m","code":"invalid_api_key"}}', { "authentication", "m", "invalid_api_key" } },
  { "chat", '{"error":"m"}', { "server", "m" } },
  { "chat", '{"id":"gen-1","error":{"message":"m"},"user_id":"u"}', { "server", "m" } },
  { "chat", '{"error":{"message":"m"},"choices":[]}', { "server", "m" } },
  { "chat", '{"object":"error","message":"m","code":404}', { "not_found", "m", 404 } },
  { "chat", 'data: {"error":{"message":"m","code":404}}\n\n', { "stream", "m", 404 } },
  { "responses", '{"error":{"message":"m"}}', { "server", "m" } },
  { "models", '{"error":{"message":"m"}}', { "server", "m" } },
  { "speech", '{"error":{"message":"m"}}', { "server", "m" } },
  { "transcription", '{"error":{"message":"m"}}', { "server", "m" } },
  { "transcription", '{"error":{"message":"m"}}', { "server", "m" }, TEXT },
  { "forget", '{"error":{"message":"m"}}', { "server", "m" } },
  { "chat", '{"code":1002,"msg":"m","data":null}', { "server", "m", 1002 } },
  { "models", '{"code":429,"msg":"m","data":null}', { "rate_limit", "m", 429 } },
  { "files", '{"status":404,"message":"m"}', { "not_found", "m" } },
  { "chat", '{"id":"x","object":"","choices":null,"base_resp":{"status_code":1004,"status_msg":"m"}}',
    { "server", "m", 1004 } },
  { "models", '{"errors":[{"message":"m"}],"data":null}', { "server", "m" } },
  { "speech", '{"code":1002,"msg":"m"}', { "server", "m", 1002 } },
  { "film", '{"error":{"message":"m"}}', { "server", "m" } },
  { "any", '{"error":{"message":"m"}}', { "server", "m" } },
}

-- What is given although its form is odd.
local GIVEN = {
  { "chat", CHUNKS, "Hello", SSE },
  { "chat", CHUNKS, "Hello", JSON },
  { "chat", ": hello\n\n" .. CHUNKS, "Hello", TEXT },
  { "chat", '{"choices":[{"message":{"content":"Hello"}}],"error":{}}', "Hello" },
  { "chat", '{"choices":[{"message":{"content":"Hello"}}],"error":{"message":"late"}}', "Hello" },
}

describe("call.reply", function()
  for _, case in ipairs(REFUSED) do
    it(("refuses %q of %s"):format(case[2], case[1]), function()
      local value, err = call(case[1], case[2], case[4])
      assert.is_nil(value)
      assert.is_true(error_value.is_error(err))
      assert.same({ "decode", case[2], 200, "req_1" }, { err.kind, err.body, err.status, err.request_id })
      assert.truthy(err.operation)
      assert.truthy(err.message:find("^the reply is .*" .. escaped(case[3])), err.message)
    end)
  end

  for _, case in ipairs(REPORTED) do
    it(("reads the error in %q of %s"):format(case[2], case[1]), function()
      local value, err = call(case[1], case[2], case[4])
      assert.is_nil(value)
      assert.same(case[3], { err.kind, err.message, err.code })
      assert.equal("req_1", err.request_id)
      assert.truthy(err.body:find("m", 1, true))
    end)
  end

  for _, case in ipairs(GIVEN) do
    it(("gives the answer in %q as %s"):format(case[2]:sub(1, 60), case[4] or JSON), function()
      local value, facts = call(case[1], case[2], case[4])
      assert.is_truthy(value, tostring(facts))
      assert.equal(case[3], value.choices[1].message.content)
      assert.equal(200, facts.status)
    end)
  end

  it("gives what events of a response add up to", function()
    local value = assert(call("responses", COMPLETED, SSE))
    assert.same({ "r", "" }, { value.id, value.output_text })
    assert.equal("oai.Response r", tostring(value))
  end)

  it("keeps what came of an answer that broke off", function()
    local value, err = call("chat", 'data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n', SSE)
    assert.is_nil(value)
    assert.equal("stream", err.kind)
    assert.equal("Hel", err.partial.choices[1].message.content)
  end)

  it("is an error where a choice is one, and keeps the rest", function()
    local value, err = call("chat",
      '{"choices":[{"error":{"message":"m","code":502},"message":{"content":"Hel"},"finish_reason":"error"}]}')
    assert.is_nil(value)
    assert.same({ "server", "m", 502, "Hel" },
      { err.kind, err.message, err.code, err.partial.choices[1].message.content })
  end)

  it("takes an array for a list, and null for an empty one", function()
    for _, body in ipairs { '[{"id":"a","object":"model"}]', '{"data":[{"id":"a","object":"model"}]}' } do
      local page = assert(call("models", body))
      assert.equal("oai.Model a", tostring(page.data[1]))
    end
    for _, body in ipairs { '{"object":"list","data":null}', '{"data": null}', '{"object":"list"}', "[]", '{"data":{}}',
      '{"data":[]}' } do
      local page = assert(call("files", body))
      assert.equal(0, #page.data)
      assert.is_nil((page:next()))
    end
  end)

  --- The module, which reads texts and tells of those that it does not see to be
  --- plain replies.
  local function load_reply()
    local names, kept, decode_reply = { "oai.call.reply", "oai.call.doubt" }, {}, json.decode_reply
    json.decode_reply = function(text)
      local value = json.decode(text)
      return true, value, type(value) == "table"
    end
    for i, name in ipairs(names) do
      kept[i], package.loaded[name] = package.loaded[name], nil
    end
    package.loaded[names[2]] = { value = function() return "doubtful" end }
    local loaded = require(names[1])
    loaded.value({ returns = "text" }) -- doubt is loaded
    for i, name in ipairs(names) do
      package.loaded[name] = kept[i]
    end
    json.decode_reply = decode_reply
    return loaded
  end

  it("sees what nearly every reply is", function()
    local reply = load_reply()
    for body, is_plain in pairs {
      ['{"object":"embedding"}'] = true, ['{"object":"response","error":{"code":"x"}}'] = true,
      ['{"choices":[{"index":0}]}'] = true, ['{"object":"error"}'] = false, ['{"id":"x"}'] = false, ["[]"] = false,
      ['{"object":"x","choices":[]}'] = false, ['{"choices":[{"error":{}}]}'] = false,
      ['{"choices":[{"index":0},{"error":{}}]}'] = false, ['{"object":"x","choices":"y"}'] = false,
    } do
      local value, _, is_table = reply.value({ returns = "json" }, { _exchange = body })
      assert.same({ is_plain, is_plain and json.decode(body) or "doubtful" }, { is_table or false, value })
    end
    for body, is_plain in pairs { ['{"data":[{}]}'] = true, ['{"data":[]}'] = false, ['{"data":"x"}'] = false,
      ['{"object":"list"}'] = false } do
      local value, _, is_table = reply.value({ returns = "json", page = "x" }, { _exchange = body })
      assert.same({ is_plain, is_plain and json.decode(body) or "doubtful" }, { is_table or false, value })
    end
  end)

  it("takes no content for the answer of a DELETE", function()
    assert.same({}, (assert(call("remove", "", nil, 204))))
  end)

  it("is true where nothing is returned", function()
    for _, body in ipairs { "", "null", "\n" } do
      assert.is_true((call("forget", body)))
    end
    assert.same({ deleted = true }, (call("forget", '{"deleted":true}')))
  end)

  it("gives any JSON for a request of one's own", function()
    for body, expected in pairs { ["7"] = 7, ['"x"'] = "x", ["false"] = false, ["null"] = json.null, [""] = true } do
      assert.equal(expected, (call("any", body)))
    end
    assert.same({ 1 }, (call("any", "[1]")))
    local value = call("any", '{"object":"batch","error":{"message":"m"}}')
    assert.equal("batch", value.object)
  end)

  it("refuses bytes over HTTP/2 whose end could be a break", function()
    local function content(status, length)
      local header = { { ":status", status }, { "content-type", TEXT } }
      header[3] = length and { "content-length", length }
      local scene = server:wire { speaks = "h2", parts = { { steps = {
        { headers = header }, { data = status == "200" and "text" or "", ["end"] = true } } } } }
      local client = oai.client {
        base_url = scene.base_url, ca_file = server.ca_file, http_version = "2", api_key = "sk-spec-0123456789",
      }
      local value, err = CALLS.content(client)
      client:close()
      scene:close()
      return value, err
    end
    assert.equal("text", (content("200", "4")))
    local value, err = content "204"
    assert.same({ nil, "decode", 204 }, { value, err.kind, err.status })
    value, err = content "200"
    assert.is_nil(value)
    assert.same({ "connection", 200, "text", "files.content", 1 },
      { err.kind, err.status, err.body, err.operation, err.attempts })
  end)

  it("gives a file as it is stored, whatever it holds", function()
    for _, body in ipairs { '{"error":{"message":"m"}}', "", "<html>", "data: x\n\n" } do
      assert.equal(body, (call("content", body)))
    end
  end)

  it("takes no content for no file", function()
    for _, status in ipairs { 204, 205 } do
      local value, err = call("content", "", nil, status)
      assert.is_nil(value)
      assert.equal(("oai: files.content: %d decode: the reply is empty, where a file or a text was expected"):format(
        status), (tostring(err):gsub(" %(.*", "")))
    end
    for _, status in ipairs { 200, 201, 202, 203 } do
      assert.equal("", (call("content", "", nil, status)))
    end
  end)

  -- How bodies begin that are no sound, what is said of them, and whether more may follow.
  local NO_SOUND = {
    { "<html>", "a page of markup", true },
    { "\n <!DOCTYPE html>", "a page of markup", true },
    { "\239\187\191<?xml version='1.0'?>", "a page of markup", true }, { "\31\139\8", "compressed with gzip", true },
    { "", "is empty" }, { '{"code":5,"msg":"busy"}', "busy" }, { ' {"error":"busy"}', "busy" },
  }

  for _, drive in ipairs { "blocking", "frame" } do
    it("leaves a file as it was where it is not what was asked for, on " .. drive, function()
      local here = folder.new()
      for _, case in ipairs(NO_SOUND) do
        here:write("out", "old")
        local body = case[1] .. (case[3] and ("x"):rep(50000) or "")
        local client = connect.to(server:scenario { replies = { { body = body }, { body = body } } }, { loop = drive })
        for _, name in ipairs { "out", "new" } do
          local value, err = connect.run(client, function()
            return client.audio.speech:create({ model = "m", voice = "v", input = "x" }, { save_to = here:file(name) })
          end)
          assert.same({ nil, 200 }, { value, err.status })
          assert.truthy(err.message:find(case[2], 1, true), err.message)
          assert.equal(err.body, body:sub(1, #err.body))
          assert.is_true(#err.body >= math.min(#body, 4096))
        end
        assert.same({ "old", "out" }, { here:read "out", here:names() })
        client:close()
      end
      assert.equal(0, process.descriptors_in(here.path))
      here:remove()
    end)
  end

  it("is the file that was asked for whatever bytes it begins with, and stored files whatever they hold", function()
    local here = folder.new()
    local bodies = { "<sound>", "{sound", "\0\0\0 ftyp", "\255\251", "\239\187\191", "ID3", "\27", ("{x"):rep(30000) }
    for _, body in ipairs(bodies) do
      here:write("out", "old")
      local client = connect.over_kept(server:scenario { replies = { { body = body }, { body = "<html>" } } })
      assert.equal(here:file "out", (client.videos:download_content("v", nil, { save_to = here:file "out" })))
      assert.equal(body, here:read "out")
      assert.equal(here:file "out", (client.files:content("f", nil, { save_to = here:file "out" })))
      assert.equal("<html>", here:read "out")
    end
    assert.equal("out", here:names())
    here:remove()
  end)

  it("is none where a page broke off, whose rest has come", function()
    local here = folder.new()
    here:write("out", "old")
    local page, headers = "<html>no</html>", { etag = '"v1"', ["retry-after-ms"] = "1" }
    local begun = { { write = page:sub(1, 6) }, { close = true } }
    local replies = { { content_length = #page, headers = headers, steps = begun },
      { status = 206, body = page:sub(7), headers = { etag = '"v1"', ["content-range"] = "bytes 6-14/15" } } }
    local client = connect.over_kept(server:scenario { replies = replies })
    local value, err = client.videos:download_content("v", nil, { save_to = here:file "out", max_retries = 1 })
    assert.same({ nil, "decode", 206, 2 }, { value, err.kind, err.status, err.attempts })
    assert.same({ "old", "out" }, { here:read "out", here:names() })
    here:remove()
  end)

  it("is told where a file cannot have its name although it is what was asked for", function()
    local here = folder.new()
    local steps = { { write = "ID3" }, { wait = 0.02 }, { write = "x" } }
    local client = connect.over_kept(server:scenario { replies = { { steps = steps } } })
    local function take_name()
      here:run "mkdir -p out"
    end
    local value, err = client.audio.speech:create({ model = "m", voice = "v", input = "x" },
      { save_to = here:file "out", on_progress = take_name })
    local why = ("cannot write '%s': Is a directory"):format(here:file "out")
    assert.same({ nil, "io", nil, "audio.speech.create", why },
      { value, err.kind, err.status, err.operation, err.message })
    assert.equal("out", here:names())
    here:remove()
  end)

  it("tells a text from JSON by how it begins", function()
    assert.equal("Hello", (call("transcription", "Hello", JSON)))
    assert.equal("Hello", (call("transcription", "Hello", TEXT)))
    assert.equal("", (call("transcription", "", TEXT)))
    assert.equal("Hello", call("transcription", '{"text":"Hello"}', JSON).text)
    assert.equal('{"text":"Hello"}', (call("transcription", '{"text":"Hello"}', TEXT)))
    assert.equal("{laughs} Hello", (call("transcription", "{laughs} Hello", TEXT)))
    assert.equal("Hello", call("transcription",
      'data: {"type":"transcript.text.done","text":"Hello"}\n\n', JSON).text)
  end)
end)
