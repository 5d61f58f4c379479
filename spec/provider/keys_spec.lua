-- The credentials of a client with a provider: where they may be, and what
-- follows where a server refuses one; and signatures of attempts.

local core = require "oai.core"
local own_provider = require "spec.support.own_provider"
local server = require("spec.support.server").start {}

local at, sent, tokens = own_provider.at, own_provider.sent, own_provider.tokens
local EMPTY, FAILED, REFUSED = own_provider.EMPTY, own_provider.FAILED, own_provider.REFUSED

describe("a provider's credential", function()
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
end)

describe("a provider's signature", function()
  --- A client whose provider signs so.
  local function signing(scene, fields)
    return at(scene, { sign = function()
      return fields
    end })
  end

  it("is followed nowhere", function()
    local scene = server:scenario { replies = { { status = 307, headers = { location = "{{base}}/v1/models" } } } }
    local _, err = signing(scene, { Authorization = "Sig x" }).models:list()
    assert.equal(307, err.status)
    assert.equal(1, #scene:requests())
  end)

  it("is in no error, though the server repeats it", function()
    local scene = server:scenario { replies = { { status = 400, json = { error = {
      message = "{{header:authorization}} {{header:x-amz-security-token}}" } } } } }
    local _, err = signing(scene, { Authorization = "Sig signature-0123456789",
      ["X-Amz-Security-Token"] = "session-0123456789" }).models:list()
    assert.is_nil(err.message:find "0123456789")
  end)
end)
