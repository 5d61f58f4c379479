-- What hooks are told of requests: all of it, in order, and no secret.

local connect = require "spec.support.connect"
local core = require "oai.core"
local lacks = require "spec.support.lacks"
local oai = require "oai"
local server = require("spec.support.server").start()
local told_client = require "spec.support.told_client"

local ANSWER, FAILS, STREAM, ASKED = told_client.ANSWER, told_client.FAILS, told_client.STREAM, told_client.ASKED
local told_of, names_in = told_client.told_of, told_client.names_in

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
    assert.truthy(tostring(last.bytes_received):find "^%d+$") -- an integer, where Lua has them
  end)

  it("tells of a stream, and how it ended", function()
    local client = connect.to(server:scenario { replies = { STREAM, STREAM, STREAM } })
    local told = told_of(client)
    local stream = assert(client.chat.completions:stream(ASKED))
    assert.equal("request 1, response 1", names_in(told))
    assert(stream:final())
    assert.equal("request 1, response 1, stream_end 1", names_in(told))
    assert.equal(stream.response.client_request_id, told[1].client_request_id)
    assert.same({ "complete", 200, 20, "m-2026" }, { told[3].stream_status, told[3].status, told[3].usage.output,
      told[3].response_model })
    assert.is_true(told[3].seconds >= told[2].seconds)
    assert(client.chat.completions:stream(ASKED)):close()
    assert.equal("cut", told[6].stream_status)
    assert.equal(6, #told)
  end)

  it("tells of calls that have waited for the server's rate limit, and of no others", function()
    local reply = { json = ANSWER.json, headers = { ["x-ratelimit-limit-requests"] = "2",
      ["x-ratelimit-remaining-requests"] = "0", ["x-ratelimit-reset-requests"] = "600ms" } }
    local client = connect.to(server:scenario { replies = { reply, ANSWER } })
    local told = told_of(client)
    local took
    local task = client:spawn(function()
      assert(client.chat.completions:create(ASKED))
      local started = core.clock()
      assert(client.chat.completions:create(ASKED))
      took = core.clock() - started
    end)
    task:await()
    assert.equal("request 1, response 1, request 1, limit 1, response 1", names_in(told))
    local limited = told[4]
    assert.is_true(limited.waited > 0.05 and told[5].seconds <= took - limited.waited + 0.01)
    assert.same({ "chat.completions.create", "m" }, { limited.operation, limited.model })
    assert.equal(told[5].client_request_id, limited.client_request_id)
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
