-- What hooks are told of requests: all of it, in order, and no secret.

local connect = require "spec.support.connect"
local lacks = require "spec.support.lacks"
local oai = require "oai"
local server = require("spec.support.server").start()

local USAGE = { prompt_tokens = 10, completion_tokens = 20, total_tokens = 30,
  prompt_tokens_details = { cached_tokens = 4 }, completion_tokens_details = { reasoning_tokens = 5 } }
local ANSWER = { headers = { ["x-request-id"] = "req_2", ["x-ratelimit-remaining-requests"] = "9" }, json = {
  object = "chat.completion", model = "m-2026", usage = USAGE,
  choices = { { index = 0, finish_reason = "stop", message = { role = "assistant", content = "hi" } } } } }
local FAILS = { status = 500, headers = { ["retry-after-ms"] = "1", ["x-request-id"] = "req_1" },
  json = { error = { message = "oops" } } }
local STREAM = { sse = {
  { data = { object = "chat.completion.chunk", model = "m-2026", choices = { { index = 0, delta = { content = "hi" },
    finish_reason = "stop" } } } },
  { data = { object = "chat.completion.chunk", model = "m-2026", choices = {}, usage = USAGE } },
  "data: [DONE]\n\n",
} }
local ASKED = { model = "m", messages = { { role = "user", content = "a word of mine" } } }

local NAMES = { "request", "response", "retry", "limit", "stream_end" }

local function told_of(client, options)
  local told, offs = {}, {}
  for i, name in ipairs(NAMES) do
    offs[i] = client:on(name, function(one)
      told[#told + 1] = one
    end, options)
  end
  return told, offs
end

local function names_in(told)
  local names = {}
  for i, one in ipairs(told) do
    names[i] = ("%s %d"):format(one.event, one.attempt)
  end
  return table.concat(names, ", ")
end

describe("client:on", function()
  it("tells of retries, in order", function()
    local scene = server:scenario { replies = { FAILS, { fault = "close" }, ANSWER } }
    local client = connect.to(scene)
    local told = told_of(client)
    local _, facts = assert(client.chat.completions:create(ASKED))
    assert.equal("request 1, response 1, retry 1, request 2, response 2, retry 2, request 3, response 3",
      names_in(told))
    for _, one in ipairs(told) do
      assert.same({ "chat.completions.create", "POST", "/chat/completions", "m", facts.client_request_id },
        { one.operation, one.method, one.template, one.model, one.client_request_id })
      assert.truthy(one.path:find "/chat/completions$" and one.host:find "^127.0.0.1:%d+$")
    end
    assert.same({ 500, "req_1", "oops" }, { told[2].status, told[2].request_id, told[3].error.message })
    assert.same({ "500", "connection" }, { told[2]:attributes()["error.type"], told[5]:attributes()["error.type"] })
    assert.equal("connection", told[5].error.kind)
    assert.is_true(told[3].delay > 0 and told[6].delay > 0)
    local last = told[8]
    assert.same({ 200, "req_2", "m-2026" }, { last.status, last.request_id, last.response_model })
    assert.same({ input = 10, cached = 4, output = 20, reasoning = 5, requests = 1 }, last.usage)
    assert.equal(9, last.rate_limit.requests.remaining)
    local spent = last.durations
    assert.is_true(spent.total > 0 and spent.first_byte > 0 and spent.first_byte <= spent.total
      and spent.total <= last.seconds)
    assert.same({ #scene:requests()[3].body, true }, { last.bytes_sent, last.bytes_received > 100 })
  end)

  it("tells of a stream, and how it ended", function()
    local client = connect.to(server:scenario { replies = { STREAM, STREAM, STREAM } })
    local told = told_of(client)
    local stream = assert(client.chat.completions:stream(ASKED))
    assert.equal("request 1, response 1", names_in(told))
    assert(stream:final())
    assert.equal("request 1, response 1, stream_end 1", names_in(told))
    assert.same({ "complete", 200, 20, "m-2026" }, { told[3].stream_status, told[3].status, told[3].usage.output,
      told[3].response_model })
    assert.is_true(told[3].seconds >= told[2].seconds)
    assert(client.chat.completions:stream(ASKED)):close()
    assert.equal("cut", told[6].stream_status)
    assert.equal(6, #told)
  end)

  it("tells of calls that have waited for the server's rate limit, and of no others", function()
    local reply = { json = ANSWER.json, headers = { ["x-ratelimit-limit-requests"] = "2",
      ["x-ratelimit-remaining-requests"] = "0", ["x-ratelimit-reset-requests"] = "100ms" } }
    local client = connect.to(server:scenario { replies = { reply, ANSWER } })
    local told = told_of(client)
    local task = client:spawn(function()
      assert(client.chat.completions:create(ASKED))
      assert(client.chat.completions:create(ASKED))
    end)
    task:await()
    assert.equal("request 1, response 1, request 1, limit 1, response 1", names_in(told))
    local limited = told[4]
    assert.is_true(limited.waited > 0.05 and told[5].seconds < 0.05)
    assert.same({ "chat.completions.create", "m" }, { limited.operation, limited.model })
    assert.equal(told[5].client_request_id, limited.client_request_id)
  end)

  it("shows nothing that is private, and of errors neither header nor body", function()
    local client = connect.to(server:scenario { replies = { FAILS, { fault = "close" }, ANSWER } })
    local told = told_of(client)
    assert(client.chat.completions:create(ASKED))
    for _, one in ipairs(told) do
      local text = oai.dump(one)
      assert.is_nil(text:find("a word of mine", 1, true) or text:find("%f[%w_]_%l") or text:find("%f[%w]body"))
    end
    local failed, broken = told[3].error, told[5].error
    assert.same({ "server", "oops", 500, "req_1" }, { failed.kind, failed.message, failed.status, failed.request_id })
    assert.is_nil(failed.body or failed.headers or broken.body)
    assert.truthy(tostring(broken):find("connection", 1, true))
  end)

  it("shows no secret of an attempt that failed, even before anybody has seen the error", function()
    local reply = { headers = { ["x-request-id"] = "the-word-of-a-header" }, content_length = 99,
      steps = { { write = "0123456789" }, { close = true } } }
    local client = connect.to(server:scenario { replies = { reply } }, { max_retries = 0,
      headers = { ["X-Api-Key"] = "the-word-of-a-header" } })
    local told = told_of(client)
    assert.is_nil(client.chat.completions:create(ASKED))
    assert.equal("***", told[2].error.request_id)
    assert.equal("***", told[2].request_id)
  end)

  it("tells of an upload and of a download", function()
    local client = connect.to(server:scenario { replies = { { json = { id = "file_1", object = "file" } },
      { body = "0123456789" } } })
    local told, path = told_of(client), os.tmpname()
    assert(client.files:create { file = { data = ("x"):rep(1000) }, purpose = "batch" })
    assert(client.files:content("file_1", nil, { save_to = path }))
    os.remove(path)
    assert.equal("request 1, response 1, request 1, response 1", names_in(told))
    assert.is_true(told[2].bytes_sent > 1000)
    assert.same({ "/files/{file_id}/content", 10 }, { told[4].template, told[4].bytes_received })
  end)

  it("shows no secret, and bodies only where they are asked for", function()
    local client = connect.to(server:scenario { replies = { ANSWER }, repeat_last = true })
    local bodies = {}
    for _, name in ipairs { "request", "response" } do
      client:on(name, function(one)
        bodies[#bodies + 1] = one.body
      end, { bodies = true })
    end
    local told = told_of(client)
    assert(client.chat.completions:create(ASKED))
    assert.truthy(bodies[1]:find("a word of mine", 1, true) and bodies[2]:find('"hi"', 1, true))
    for _, one in ipairs(told) do
      assert.is_nil(one.body)
      assert.is_nil((oai.dump(one) .. tostring(one)):find(connect.key, 1, true))
    end
  end)

  it("takes hooks off, also from within one, and tells copies", function()
    local client = connect.to(server:scenario { replies = { ANSWER }, repeat_last = true })
    local copy, count, off = client:with { max_retries = 0 }, 0, nil
    off = client:on("response", function()
      count = count + 1
      off()
      off()
    end)
    assert(copy.chat.completions:create(ASKED))
    assert(copy.chat.completions:create(ASKED))
    assert.equal(1, count)
    assert.is_false(client._shared.hooks)
  end)

  it("survives a hook that raises, and says so once", function()
    local lines = {}
    local client = connect.to(server:scenario { replies = { ANSWER }, repeat_last = true }, {
      log = function(level, line)
        lines[#lines + 1] = level == "error" and line or nil
      end,
    })
    client:on("request", function()
      error "mine"
    end)
    assert(client.chat.completions:create(ASKED))
    assert(client.chat.completions:create(ASKED))
    assert.equal(1, #lines)
    assert.truthy(lines[1]:find "a hook of 'request' has raised: .*mine")
  end)

  it("refuses what it cannot do", function()
    local client = oai.client { api_key = "k" }
    for _, wrong in ipairs { { "requests", print }, { "request" }, { "request", print, 1 } } do
      assert.has_error(function()
        client:on(wrong[1], wrong[2], wrong[3])
      end)
    end
  end)

  it("knows OpenTelemetry's names", function()
    local client = connect.to(server:scenario { replies = { ANSWER } })
    local told = told_of(client)
    assert(client.chat.completions:create(ASKED))
    local found = told[2]:attributes()
    assert.same({ "chat", "m", "m-2026", 10, 20, "POST", 200, "127.0.0.1", "/chat/completions", "http" }, {
      found["gen_ai.operation.name"], found["gen_ai.request.model"], found["gen_ai.response.model"],
      found["gen_ai.usage.input_tokens"], found["gen_ai.usage.output_tokens"], found["http.request.method"],
      found["http.response.status_code"], found["server.address"], found["url.template"], found["url.scheme"] })
    assert.is_number(found["server.port"])
  end)
end)

-- Steps of Lua's: a microsecond has about a hundred of them.
describe("being told", function()
  local function nothing() end

  --- Steps of one call, after others.
  local function steps_of(client)
    local steps = 0
    for i = 1, 4 do
      if i == 4 then
        debug.sethook(function()
          steps = steps + 1
        end, "", 1)
      end
      local done, err = client.chat.completions:create(ASKED)
      debug.sethook()
      assert(done, tostring(err))
    end
    return steps
  end

  if lacks("Lua's steps", rawget(_G, "jit") and "a Lua that counts them all") then
    return
  end

  it("costs little, and nothing where nobody is", function()
    local scene = server:scenario { replies = { ANSWER }, repeat_last = true, journal = false }
    local plain, hooked, counted = connect.to(scene), connect.to(scene), connect.to(scene, { usage = true })
    local none = steps_of(plain)
    local off = hooked:on("request", nothing)
    assert.is_true(steps_of(hooked) - none < 120)
    hooked:on("response", nothing)
    off()
    assert.is_true(steps_of(hooked) - none < 180)
    assert.is_true(steps_of(counted) - none < 180)
    plain:on("request", nothing)()
    assert.equal(none, steps_of(plain))
  end)
end)

describe("client.usage", function()
  it("counts tokens by model, of replies and streams", function()
    local client = connect.to(server:scenario { replies = { ANSWER, STREAM, ANSWER } }, { usage = true })
    assert.same({}, client.usage)
    assert(client.chat.completions:create(ASKED))
    assert(assert(client:with({ max_retries = 0 }).chat.completions:stream(ASKED)):final())
    assert.same({ ["m-2026"] = { input = 20, cached = 8, output = 40, reasoning = 10, requests = 2 } }, client.usage)
  end)

  it("is refused where nothing was counted", function()
    assert.error_matches(function()
      return oai.client({ api_key = "k" }).usage
    end, "made with { usage = true }", 1, true)
  end)
end)
