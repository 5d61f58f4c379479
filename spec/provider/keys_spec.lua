-- Credentials that a provider's function makes: when it is asked, by how many
-- calls at a time, what its failures come to; and signatures of attempts.

local core = require "oai.core"
local oai = require "oai"
local server = require("spec.support.server").start {}
local tasks = require "spec.support.tasks"

local EMPTY = { json = { object = "list", data = {} } }
local FAILED = { status = 500, json = {}, headers = { ["retry-after-ms"] = "1" } }
local REFUSED = { status = 401, json = { error = { message = "expired", code = "invalid_token" } } }

--- A client of a provider at a scene.
local function at(scene, provider, options)
  local given = { provider = provider, max_retries = 0 }
  provider.name, provider.base_url = "own", scene.base_url
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  return oai.client(given)
end

--- The last letter of each request's credential, in order.
local function sent(scene)
  local all = {}
  for i, request in ipairs(scene:requests()) do
    all[i] = request.header.authorization:match ".$"
  end
  return table.concat(all)
end

--- What makes tokens that hold for so long: token-1, token-2, ...
local function tokens(seconds)
  local made = { asked = 0 }
  function made.next()
    made.asked = made.asked + 1
    return "token-" .. made.asked, seconds
  end
  return made
end

describe("a provider's credential", function()
  it("is asked for at each attempt, and told of it", function()
    local scene = server:scenario { replies = { FAILED, EMPTY } }
    local told = {}
    local client = at(scene, { credential = function(request)
      told[#told + 1] = request
      return "token-" .. request.attempt
    end }, { max_retries = 1, total_timeout = 20 })
    assert(client.models:list { a = 1 })
    assert.equal("12", sent(scene))
    assert.same({ "models.list", "GET", scene.base_url .. "/models?a=1", 1 },
      { told[1].operation, told[1].method, told[1].url, told[1].attempt })
    assert.is_true(told[1].timeout <= 20 and told[2].timeout < told[1].timeout)
    assert.is_nil(told[1].body)
  end)

  it("is kept where its function says how long, by the client, its copies and calls", function()
    local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
    local made = tokens(3600)
    local client = at(scene, { credential = made.next })
    for _, one in ipairs { client, client:with { timeout = 5 }, client } do
      assert(one.models:list(nil, { timeout = 6 }))
    end
    assert.same({ "111", 1 }, { sent(scene), made.asked })
  end)

  it("is renewed in time", function()
    local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
    local made = tokens(100)
    local client = at(scene, { credential = made.next, refresh_before = 30 })
    local started = core.clock()
    assert(client.models:list())
    local held = client._settings.credentials._state.token
    assert.is_true(held.renew_at >= started + 70 and held.renew_at < core.clock() + 70)
    held.renew_at = core.clock()
    assert(client.models:list())
    assert.equal("12", sent(scene))
  end)

  it("that comes too late is not sent", function()
    local scene = server:scenario { replies = { EMPTY } }
    local client = at(scene, { credential = function(told)
      local limit = core.clock() + told.timeout
      repeat until core.clock() > limit
      return "token-1"
    end }, { total_timeout = 0.01 })
    local _, err = client.models:list()
    assert.same({ "timeout", 0 }, { err.kind, #scene:requests() })
  end)

  it("may be where else keys are, and behind what the header needs", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write "file-secret-0123\n"
    file:close()
    for _, case in ipairs { { { file = path }, "x-key" }, { function()
      return { file = path }
    end } } do
      local scene = server:scenario { replies = { EMPTY } }
      assert(at(scene, { credential = case[1], header = case[2] }).models:list())
      local header = scene:requests()[1].header
      assert.equal("file-secret-0123", case[2] and header["x-key"] or header.authorization:match "^Bearer (.*)$")
    end
    os.remove(path)
  end)

  local SECONDS = "the provider 'own' gave a credential, and behind it no number of seconds from 0 on: "

  for what, case in pairs {
    ["nothing"] = { nil, nil, "the provider 'own' gave nothing by its function 'credential'" },
    ["a reason"] = { nil, "the vault is sealed", "the provider 'own' has no credential: the vault is sealed" },
    ["a number"] = { 5, nil, "the provider 'own' gave no credential, but a number" },
    ["no place"] = { { fil = "x" }, nil, "the provider 'own' gave no credential, but a table" },
    ["an empty text"] = { "", nil, "the provider 'own' has a credential that is empty" },
    ["nothing for a time"] = { nil, 3600, "the provider 'own' gave nothing by its function 'credential'" },
    ["for a text"] = { "k", "3600", SECONDS .. "string" },
    ["for less than no time"] = { "k", -5, SECONDS .. "-5" },
    ["for no number"] = { "k", 0 / 0, SECONDS .. tostring(0 / 0) },
    ["for a table"] = { "k", {}, SECONDS .. "table" },
    ["two lines"] = { "a\nb", nil, "the provider 'own' has a credential that holds a control character" },
  } do
    it("that is " .. what .. " is an error, and nothing is sent", function()
      local scene = server:scenario { replies = { EMPTY } }
      local client = at(scene, { credential = function()
        return case[1], case[2]
      end }, { max_retries = 2 })
      local value, err = client.models:list()
      assert.is_nil(value)
      assert.same({ "authentication", case[3], 1 }, { err.kind, err.message, err.attempts })
      assert.equal(0, #scene:requests())
    end)
  end

  it("is made by requests of its own, in which nothing is the client's, on the same origin too", function()
    local scene = server:scenario { replies = { { json = { token = "token-7" } }, EMPTY } }
    local client = at(scene, { headers = { ["X-A"] = "1" }, query = { a = "1" }, credential = function(_, send)
      local reply = assert(send("POST", scene.base_url .. "/token", { grant = "x" }, { headers = { ["X-B"] = "2" } }))
      return reply.token, 60
    end }, { organization = "org" })
    assert(client.models:list())
    local first = scene:requests()[1]
    assert.same({ "POST", "", '{"grant":"x"}', "2" }, { first.method, first.query, first.body, first.header["x-b"] })
    for _, name in ipairs { "authorization", "x-a", "openai-organization", "x-stainless-retry-count" } do
      assert.is_nil(first.header[name])
    end
    assert.equal("7", scene:requests()[2].header.authorization:match ".$")
  end)

  it("is not asked for over a redirect", function()
    local scene = server:scenario { replies = { { status = 307, headers = { location = "{{base}}/elsewhere" } } } }
    local client = at(scene, { credential = function(_, send)
      return send("POST", scene.base_url .. "/token", {})
    end })
    local _, err = client.models:list()
    assert.same({ 307, "connection" }, { err.status, err.kind })
    assert.equal(1, #scene:requests())
  end)

  describe("that is refused", function()
    it("is renewed once, which is no retry, also for a stream and a form", function()
      for _, call in ipairs {
        function(client)
          return client.models:list()
        end,
        function(client)
          return client.chat.completions:create { model = "m", messages = {}, stream = true }
        end,
        function(client)
          return client.files:create { file = { data = "x", filename = "f" }, purpose = "batch" }
        end,
      } do
        local scene = server:scenario { replies = { REFUSED, { json = { object = "list", data = {} } } } }
        local made = tokens(3600)
        call(at(scene, { credential = made.next }))
        assert.equal("12", sent(scene))
        assert.equal("0", scene:requests()[2].header["x-stainless-retry-count"])
        assert.equal(scene:requests()[1].body and #scene:requests()[1].body, scene:requests()[2].body
          and #scene:requests()[2].body)
      end
    end)

    it("twice is an error", function()
      local scene = server:scenario { replies = { REFUSED }, repeat_last = true }
      local made = tokens(3600)
      local client = at(scene, { credential = made.next }, { max_retries = 2 })
      local _, err = client.models:list()
      assert.same({ 401, "authentication" }, { err.status, err.kind })
      assert.equal("12", sent(scene))
      client.models:list()
      assert.equal("1223", sent(scene))
    end)

    it("is not renewed where it is made for each attempt, or is always the same", function()
      for _, credential in ipairs { "token-x", function()
        return "token-x"
      end } do
        local scene = server:scenario { replies = { REFUSED }, repeat_last = true }
        at(scene, { credential = credential }).models:list()
        assert.equal("x", sent(scene))
      end
    end)

    it("is as its provider says, if that says anything", function()
      local scene = server:scenario { replies = { { status = 403, json = {} }, REFUSED }, repeat_last = true }
      local told = {}
      local client = at(scene, { credential = tokens(3600).next, unauthorized = function(request, facts)
        told[#told + 1] = request.operation .. " " .. facts.status
        return facts.status == 403
      end })
      client.models:list()
      assert.equal("12", sent(scene))
      client.models:list()
      assert.equal("122", sent(scene))
      assert.same({ "models.list 403", "models.list 401" }, told)
      client.models:list()
      assert.equal("1222", sent(scene))
    end)

    it("after a retry keeps the retry's count", function()
      local scene = server:scenario { replies = { FAILED, REFUSED, FAILED,
        EMPTY } }
      assert(at(scene, { credential = tokens(3600).next }, { max_retries = 2 }).models:list())
      local counts = {}
      for i, request in ipairs(scene:requests()) do
        counts[i] = request.header["x-stainless-retry-count"]
      end
      assert.same({ "0", "1", "1", "2" }, counts)
    end)
  end)

  it("that cannot be renewed is used while it holds, unless that is final", function()
    for status, expected in pairs { [503] = "11", [403] = "1" } do
      local failing = server:scenario { replies = { { status = status, json = {} } }, repeat_last = true }
      local has_one = false
      local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
      local client = at(scene, { credential = function(_, send)
        if has_one then
          return send("POST", failing.base_url .. "/token", nil, { max_retries = 0 })
        end
        has_one = true
        return "token-1", 100
      end })
      assert(client.models:list())
      client._settings.credentials._state.token.renew_at = 0
      local _, err = client.models:list()
      assert.equal(expected, sent(scene))
      assert.equal(status == 403 and 403 or 200, err.status)
    end
  end)

  it("is asked for again where who asked is no more, in a coroutine of the program's", function()
    local scene = server:scenario { replies = { EMPTY } }
    local made = tokens(3600)
    local client = at(scene, { credential = function()
      local token, seconds = made.next()
      return made.asked == 1 and error("oops", 0) or token, seconds
    end })
    local thread = coroutine.create(function()
      return client.models:list()
    end)
    assert.is_false((coroutine.resume(thread)))
    local started = core.clock()
    assert(client.models:list())
    assert.is_true(core.clock() - started < 10)
    assert.equal("2", sent(scene))
  end)

  for _, loop in ipairs(tasks.loops) do
    describe("in tasks, loop " .. loop .. ",", function()
      --- Calls in `count` tasks. How many have succeeded, and errors.
      local function call_in_tasks(client, count, options)
        local all, failed = {}, {}
        for i = 1, count do
          all[i] = client:spawn(function()
            return client.models:list(nil, options)
          end)
        end
        assert.is_true(tasks.wait(client, loop, function()
          for _, one in ipairs(all) do
            if not one.done then
              return false
            end
          end
          return true
        end))
        for _, one in ipairs(all) do
          local value, err = one:await()
          failed[#failed + 1] = not value and err or nil
        end
        return count - #failed, failed
      end

      local function slow(delay, made)
        return function(_, send)
          local token, seconds = made.next()
          local other = server:scenario { replies = { { json = {}, delay = delay } } }
          local reply, err = send("GET", other.base_url .. "/wait")
          return reply and token, reply and seconds or err
        end
      end

      it("is asked for by one of many, and the others wait", function()
        local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
        local made = tokens(3600)
        local client = at(scene, { credential = slow(0.05, made) }, { loop = loop })
        local started = core.clock()
        assert.equal(10, (call_in_tasks(client, 10)))
        assert.is_true(core.clock() - started < 3)
        assert.same({ ("1"):rep(10), 1 }, { sent(scene), made.asked })
      end)

      it("that is refused to many is renewed by one", function()
        local replies = {}
        for i = 1, 5 do
          replies[i] = REFUSED
        end
        replies[6] = EMPTY
        local scene = server:scenario { replies = replies, repeat_last = true }
        local made = tokens(3600)
        local client = at(scene, { credential = slow(0.05, made) }, { loop = loop, limit_rate = false })
        assert.equal(5, (call_in_tasks(client, 5)))
        assert.equal(("1"):rep(5) .. ("2"):rep(5), sent(scene))
        assert.equal(2, made.asked)
      end)

      it("is asked for by another when the one that did is cancelled", function()
        local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
        local made = tokens(3600)
        local client = at(scene, { credential = slow(0.2, made) }, { loop = loop })
        local first = client:spawn(function()
          return client.models:list()
        end)
        local second = client:spawn(function()
          return client.models:list()
        end)
        tasks.go_on(client, loop)
        first:cancel()
        assert.is_true(tasks.wait(client, loop, function()
          return second.done
        end))
        local _, err = first:await()
        assert.equal("cancelled", err.kind)
        assert(second:await())
        assert.same({ "2", 2 }, { sent(scene), made.asked })
      end)

      it("is waited for no longer than a call may take", function()
        local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
        local client = at(scene, { credential = slow(0.5, tokens(3600)) }, { loop = loop })
        local first = client:spawn(function()
          return client.models:list()
        end)
        tasks.go_on(client, loop)
        local _, errors = call_in_tasks(client, 2, { total_timeout = 0.05 })
        assert.same({ "timeout", "timeout" }, { errors[1].kind, errors[2].kind })
        first:cancel()
        first:await()
      end)

      it("is asked for again after its function has raised", function()
        local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
        local made = tokens(3600)
        local client = at(scene, { credential = function()
          local token, seconds = made.next()
          return made.asked == 1 and error("oops", 0) or token, seconds
        end }, { loop = loop })
        local first = client:spawn(function()
          return client.models:list()
        end)
        local _, raised, err = pcall(first.await, first)
        assert.truthy(tostring(raised or err):find("oops", 1, true))
        assert.equal(3, (call_in_tasks(client, 3)))
        assert.same({ "222", 2 }, { sent(scene), made.asked })
      end)
    end)
  end
end)

describe("a provider's signature", function()
  --- A client whose provider signs, and what that was told.
  local function signing(scene, fields, options)
    local told = {}
    local client = at(scene, { sign = function(request)
      told[#told + 1] = request
      return fields(request)
    end }, options)
    return client, told
  end

  it("is made of what is sent, for each attempt, and of nothing else", function()
    local scene = server:scenario { replies = { FAILED, { json = { id = "c" } } } }
    local client, told = signing(scene, function(request)
      return { Authorization = "Sig " .. request.attempt .. #request.body, ["content-type"] = "application/other" }
    end, { max_retries = 1 })
    assert(client.chat.completions:create { model = "m", messages = {} })
    for i, request in ipairs(scene:requests()) do
      assert.equal(told[i].body, request.body)
      assert.equal(scene.base_url .. "/chat/completions", told[i].url)
      assert.equal("Sig " .. i .. #request.body, request.header.authorization)
      assert.equal("application/other", request.header["content-type"])
      assert.same({ "application/json", tostring(i - 1) },
        { told[i].header["content-type"], told[i].header["x-stainless-retry-count"] })
    end
  end)

  it("is told of a form, whose bytes are not there yet", function()
    local scene = server:scenario { replies = { { json = { id = "f", object = "file" } } } }
    local client, told = signing(scene, function()
      return {}
    end)
    assert(client.files:create { file = { data = "x", filename = "f" }, purpose = "batch" })
    assert.is_true(told[1].form)
    assert.is_nil(told[1].body)
    assert.is_nil(scene:requests()[1].header.authorization)
  end)

  it("that cannot be made is an error", function()
    local scene = server:scenario { replies = { EMPTY } }
    local _, err = signing(scene, function()
      return nil, "no key"
    end).models:list()
    assert.same({ "authentication", "the provider 'own' could not sign the request: no key" },
      { err.kind, err.message })
    assert.equal(0, #scene:requests())
  end)

  for _, given in ipairs { "Sig x", 5, true, print } do
    it("that is a " .. type(given) .. " is an error", function()
      local scene = server:scenario { replies = { EMPTY } }
      local _, err = signing(scene, function()
        return given
      end).models:list()
      local message = ("the provider 'own' gave a %s by its function 'sign': it returns a table of header fields, "
        .. "such as { Authorization = signature }, or nil and a reason"):format(type(given))
      assert.same({ "authentication", message }, { err.kind, err.message })
      assert.equal(0, #scene:requests())
    end)
  end

  it("is followed nowhere", function()
    local scene = server:scenario { replies = { { status = 307, headers = { location = "{{base}}/v1/models" } } } }
    local _, err = signing(scene, function()
      return { Authorization = "Sig x" }
    end).models:list()
    assert.equal(307, err.status)
    assert.equal(1, #scene:requests())
  end)

  it("is in no error, though the server repeats it", function()
    local scene = server:scenario { replies = { { status = 400, json = { error = {
      message = "{{header:authorization}} {{header:x-amz-security-token}}" } } } } }
    local _, err = signing(scene, function()
      return { Authorization = "Sig signature-0123456789", ["X-Amz-Security-Token"] = "session-0123456789" }
    end).models:list()
    assert.is_nil(err.message:find "0123456789")
  end)
end)
