-- Amazon Bedrock: where calls go, who asks, and that what arrives is what was
-- signed. Facts are in spec/support/facts/bedrock.lua; signatures have a spec
-- of their own.

local child = require "spec.support.child"
local environment = require "spec.support.environment"
local facts = require "spec.support.facts.bedrock"
local merged = require "spec.support.merged"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local sigv4 = require "oai.provider.sigv4"
local tasks = require "spec.support.tasks"

local EMPTY = require("spec.support.replies").LIST
local FAILED = { status = 500, json = {}, headers = { ["retry-after-ms"] = "1" } }

local SECONDS_OF_DAYS = 86400

local function with_keys(given)
  return merged(merged({ region = "us-east-1", max_retries = 0 }, facts.keys), given)
end

local function at(scene, given)
  local all = with_keys(given)
  all.base_url = scene.base_url
  return oai.bedrock(all)
end

--- Unix seconds of what stands in X-Amz-Date: days are counted, for os.time
--- knows the machine's own time alone.
local function seconds_of(date)
  local year, month, day, hour, minute, second = date:match "^(%d%d%d%d)(%d%d)(%d%d)T(%d%d)(%d%d)(%d%d)Z$"
  year, month, day = tonumber(year), tonumber(month), tonumber(day)
  local shifted = month > 2 and month - 3 or month + 9
  year = month > 2 and year or year - 1
  local days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
    + math.floor((153 * shifted + 2) / 5) + day - 719469
  return days * SECONDS_OF_DAYS + hour * 3600 + minute * 60 + second
end

--- The signature of a request as it has arrived at a scene, whose own part of
--- the path no journal has.
local function expected(scene, request, service)
  local header, before = request.header, scene.base_url:match "//[^/]+(.*)/v1$"
  local target = before .. request.path .. (request.query ~= "" and "?" .. request.query or "")
  return sigv4.sign({
    method = request.method, url = "http://" .. header.host .. target, body = request.body, header = header,
  }, {
    access_key = facts.keys.access_key, secret = "AWS4" .. facts.keys.secret_key,
    session_token = header["x-amz-security-token"],
  }, { region = "us-east-1", service = service or "bedrock-mantle" }, seconds_of(header["x-amz-date"])).Authorization
end

local function assert_signed(scene, request, service)
  assert.equal(expected(scene, request, service), request.header.authorization)
end

describe("bedrock", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  for i, fact in ipairs(facts.places) do
    it("is at the place of case " .. i, function()
      environment.set(fact[1])
      local given = { access_key = facts.keys.access_key, secret_key = facts.keys.secret_key }
      for name, value in pairs(fact[2]) do
        given[name] = value
      end
      given.region = given.region or not (fact[1].AWS_REGION or fact[1].AWS_DEFAULT_REGION) and "r" or nil
      local client = oai.bedrock(given)
      assert.equal("oai.Client " .. fact[3], tostring(client))
      local fields = client._settings.provider.sign { method = "GET", url = fact[3] .. "/models", header = {} }
      assert.equal(fact[4], fields.Authorization:match "/([%w-]+)/aws4_request,")
    end)
  end

  for i, fact in ipairs(facts.refused) do
    it("is refused in case " .. i, function()
      local done, raised = pcall(oai.bedrock, fact[1])
      assert.is_false(done)
      assert.truthy(tostring(raised):find(fact[2], 1, true), tostring(raised))
      assert.truthy(tostring(raised):find("bedrock_spec", 1, true), tostring(raised))
    end)
  end

  describe("with Amazon's keys", function()
    it("signs what arrives: queries in any order, lists, what is escaped, texts, nothing", function()
      local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
      local client = at(scene, { session_token = "session/token+0123456789==" })
      client.responses:create { model = "m", input = "héllo 日本" }
      client.chat.completions:create { model = "m", messages = {}, stream = true }
      client.files:list { limit = 2, after = "a/b c", purpose = "ü+&=" }
      client.responses:retrieve("a/b%2F ü", { include = { "x", "y.z", "[]" }, stream = false })
      client.files:delete "file-1"
      client:request("GET", "/files?b=1&a=2&a=1&c&d[]=x&e=%c3%bc", nil, { query = { A = "1" } })
      client:request("POST", "/x//y/../z", { a = 1 })
      client:request("GET", "/x/é/..")
      client:request("GET", "/é日/x?ü=é", nil, { headers = { ["X-Amz-Target"] = "a  b", Host = "other.example" } })
      local requests = scene:requests()
      assert.equal(9, #requests)
      for _, request in ipairs(requests) do
        assert_signed(scene, request)
        assert.equal("session/token+0123456789==", request.header["x-amz-security-token"])
      end
    end)

    it("signs for the runtime, if that is where it asks", function()
      local scene = server:scenario { replies = { EMPTY } }
      assert(at(scene, { runtime = true }).models:list())
      assert_signed(scene, scene:requests()[1], "bedrock")
    end)

    it("signs each attempt, and says the time of each", function()
      local scene = server:scenario { replies = { FAILED, EMPTY } }
      assert(at(scene, { max_retries = 1 }).models:list())
      for _, request in ipairs(scene:requests()) do
        assert_signed(scene, request)
        assert.is_true(math.abs(seconds_of(request.header["x-amz-date"]) - os.time()) < 60)
      end
      assert.equal("1", scene:requests()[2].header["x-stainless-retry-count"])
    end)

    it("signs over TLS and HTTP/2 too, the content type that a call says", function()
      local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
      for _, listener in ipairs { "https", "https1" } do
        local given = with_keys { ca_file = server.ca_file }
        given.base_url = scene:base_url_on(listener)
        local client = oai.bedrock(given)
        assert(client:request("POST", "/x", { a = 1 }, { headers = { ["Content-Type"] = "application/json; a=b" } }))
      end
      for _, request in ipairs(scene:requests()) do
        request.header.host = request.header.host or request.header[":authority"]
        assert_signed(scene, request)
      end
    end)

    it("sends no form, since its bytes cannot be signed", function()
      local scene = server:scenario { replies = { EMPTY } }
      local client = at(scene, { max_retries = 2 })
      local _, err = client.files:create { file = { data = "x", filename = "f" }, purpose = "batch" }
      assert.same({ "bad_request", false }, { err.kind, err.retryable })
      assert.truthy(err.message:find("give oai.bedrock Bedrock's own key, 'token'", 1, true))
      assert.equal(0, #scene:requests())
    end)

    it("signs nothing for another origin, and follows no redirect", function()
      local other = server:scenario { replies = { EMPTY } }
      local scene = server:scenario { replies = { { status = 307, headers = { location = "{{base}}/v1/models" } } } }
      local given = with_keys { base_url = "https://elsewhere.example/v1", session_token = "session-0123456789" }
      assert(oai.bedrock(given):request("GET", other.base_url .. "/models"))
      for name in pairs(other:requests()[1].header) do
        assert.is_nil(name:find "^x%-amz" or name:find "^authorization", name)
      end
      local _, err = at(scene).models:list()
      assert.same({ 307, 1 }, { err.status, #scene:requests() })
    end)

    it("leaves no secret in errors, tables of the client, and what is closed", function()
      local scene = server:scenario { replies = { { status = 403, json = { message = "{{header:authorization}} "
        .. "{{header:x-amz-security-token}}" } } } }
      local client = at(scene, { session_token = "session-0123456789" })
      local _, err = client.models:list()
      assert.equal(403, err.status)
      local signature = scene:requests()[1].header.authorization:match "Signature=(.*)"
      for _, secret in ipairs { "session-0123456789", signature } do
        assert.is_nil((tostring(err) .. err.body):find(secret, 1, true))
      end
      client:close()
      assert.has_error(function()
        client._settings.provider.sign { method = "GET", url = "http://h/", header = {} }
      end)
    end)
  end)

  describe("with keys of a function", function()
    it("asks for them at each attempt, which may wait", function()
      local vault = server:scenario { replies = { { json = { n = 1 } } }, repeat_last = true }
      local scene = server:scenario { replies = { FAILED, EMPTY } }
      local asked = 0
      local client = oai.bedrock { region = "us-east-1", base_url = scene.base_url, max_retries = 1,
        credentials = function(told, send)
          asked = asked + 1
          assert(send("GET", vault.base_url .. "/keys"))
          return { access_key = facts.keys.access_key, secret_key = facts.keys.secret_key,
            session_token = "session-" .. told.attempt }
        end }
      assert(client.models:list())
      for i, request in ipairs(scene:requests()) do
        assert_signed(scene, request)
        assert.equal("session-" .. i, request.header["x-amz-security-token"])
      end
      assert.equal(2, asked)
    end)

    for _, loop in ipairs(tasks.loops) do
      it("goes on in tasks, loop " .. loop, function()
        local vault = server:scenario { replies = { { json = {}, delay = 0.02 } }, repeat_last = true }
        local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
        local client = oai.bedrock { region = "us-east-1", base_url = scene.base_url, loop = loop,
          credentials = function(_, send)
            assert(send("GET", vault.base_url .. "/keys"))
            return facts.keys
          end }
        local count = tasks.run(client, loop, function()
          local items = client:map(tasks.numbers(4), function()
            return client.models:list()
          end)
          return items and #items
        end)
        assert.equal(4, count)
        for _, request in ipairs(scene:requests()) do
          assert_signed(scene, request)
        end
      end)
    end
  end)

  it("with a token needs no region where there is an address, takes forms, and follows no redirect", function()
    local scene = server:scenario { replies = { { json = { id = "f", object = "file" } }, EMPTY,
      { status = 307, headers = { location = "{{base}}/v1/models" } } } }
    local client = oai.bedrock { token = "bedrock-api-key-0123", base_url = scene.base_url, max_retries = 0 }
    assert(client.files:create { file = { data = "x", filename = "f" }, purpose = "batch" })
    assert(client.models:list())
    local _, err = client.models:list()
    assert.equal(307, err.status)
    for _, request in ipairs(scene:requests()) do
      assert.equal("Bearer bedrock-api-key-0123", request.header.authorization)
      assert.is_nil(request.header["x-amz-date"])
    end
  end)

  it("with a function asks it for a token at each attempt", function()
    local scene = server:scenario { replies = { FAILED, EMPTY } }
    local client = oai.bedrock { base_url = scene.base_url, max_retries = 1, token = function(told)
      return "token-" .. told.attempt
    end }
    assert(client.models:list())
    assert.equal("Bearer token-2", scene:requests()[2].header.authorization)
  end)

  describe("without either", function()
    --- The request that a program with these variables sends, and what it prints.
    local function sent(variables, options)
      local scene = server:scenario { replies = { EMPTY } }
      local all = { AWS_REGION = "us-east-1", AWS_BEDROCK_BASE_URL = scene.base_url, HOME = "/nowhere" }
      for _, name in ipairs { "AWS_BEARER_TOKEN_BEDROCK", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE" } do
        all[name] = variables[name] or false
      end
      local output = child.run(("print(require('oai').bedrock { %s }.models:list())"):format(options or ""), all)
      return scene:requests()[1], output, scene
    end

    local OF_ENVIRONMENT = { AWS_ACCESS_KEY_ID = facts.keys.access_key,
      AWS_SECRET_ACCESS_KEY = facts.keys.secret_key, AWS_SESSION_TOKEN = "session-0123456789" }

    it("takes the environment's token, before its keys", function()
      local variables = { AWS_BEARER_TOKEN_BEDROCK = "bedrock-env-0123" }
      for name, value in pairs(OF_ENVIRONMENT) do
        variables[name] = value
      end
      local request, output = sent(variables)
      assert.equal("Bearer bedrock-env-0123", (request or {}).header.authorization, output)
    end)

    it("takes the environment's keys, also beside a blank token", function()
      OF_ENVIRONMENT.AWS_BEARER_TOKEN_BEDROCK = " "
      local request, output, scene = sent(OF_ENVIRONMENT)
      assert.truthy(request, output)
      assert_signed(scene, request)
      assert.equal("session-0123456789", request.header["x-amz-security-token"])
    end)

    it("takes the keys of Amazon's file: those of a profile", function()
      local path = os.tmpname()
      local file = assert(io.open(path, "w"))
      file:write("# a comment\n[default]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = other\n\n[ work ]\r\n",
        "aws_access_key_id=", facts.keys.access_key, "\r\n  AWS_SECRET_ACCESS_KEY = ", facts.keys.secret_key,
        "\r\n[last]\naws_access_key_id = AKIDLAST\n")
      file:close()
      local variables = { AWS_SHARED_CREDENTIALS_FILE = path, AWS_ACCESS_KEY_ID = "a", AWS_SECRET_ACCESS_KEY = "b" }
      for _, case in ipairs { { { AWS_SHARED_CREDENTIALS_FILE = path, AWS_PROFILE = "work" } },
        { variables, "profile = 'work'" } } do
        local request, output, scene = sent(case[1], case[2])
        assert.truthy(request, output)
        assert_signed(scene, request)
      end
      local other = sent { AWS_SHARED_CREDENTIALS_FILE = path }
      assert.truthy(other.header.authorization:find("Credential=AKIDOTHER/", 1, true))
      local none, message = sent(variables, "profile = 'last'")
      assert.is_nil(none)
      assert.truthy(message:find("the profile 'last' has no keys", 1, true), message)
      os.remove(path)
    end)

    it("has none, and says so", function()
      local none, message = sent {}
      assert.is_nil(none)
      assert.truthy(message:find("missing credentials: give 'token', or", 1, true), message)
    end)
  end)
end)
