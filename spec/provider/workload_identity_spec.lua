-- A machine's identity in place of a key: what is asked for, exchanged and
-- sent. Facts are in spec/support/facts/workload_identity.lua; how tokens are
-- kept and renewed is in keys_spec.lua.

local cjson = require "cjson"
local environment = require "spec.support.environment"
local facts = require "spec.support.facts.workload_identity"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local shared_vectors = require "spec.support.shared_vectors"
local subject = require "oai.provider.subject"
local tasks = require "spec.support.tasks"
local token = require "oai.provider.token"

local EMPTY = require("spec.support.replies").LIST
local TOKEN = { json = { access_token = "token-0123456789-a", token_type = "Bearer", expires_in = 3600 } }
local OTHER = { json = { access_token = "token-0123456789-b", token_type = "Bearer", expires_in = 3600 } }
local SUBJECT = "subject-0123456789"

local function subject_token()
  return SUBJECT
end

--- A client with an identity: tokens are exchanged and calls made at a scene.
local function at(scene, fields, options)
  local identity = { token_url = scene.base_url .. "/token", subject = subject_token }
  local given = { workload_identity = identity, base_url = scene.base_url, max_retries = 0 }
  for into, from in pairs { [identity] = facts.both, [given] = options or {} } do
    for name, value in pairs(from) do
      into[name] = value
    end
  end
  for name, value in pairs(fields or {}) do
    identity[name] = value
  end
  return oai.client(given)
end

--- A scene that has replies for exchanges and others for calls.
local function scene_of(exchanges, calls)
  return server:scenario {
    routes = { ["POST /token"] = exchanges, ["GET /models"] = calls or { EMPTY } }, repeat_last = true,
  }
end

local function paths(scene)
  local all = {}
  for i, request in ipairs(scene:requests()) do
    all[i] = request.path:match "[^/]+$" .. (request.header.authorization or ""):match ".?$"
  end
  return table.concat(all, " ")
end

local function write(text)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  return path
end

describe("a workload identity", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  it("is exchanged for a token, which is sent", function()
    local scene = scene_of { TOKEN }
    local client = at(scene, nil, { organization = "org", headers = { ["X-A"] = "1" } })
    assert(client.models:list())
    assert(client.models:list())
    local exchange, call = scene:requests()[1], scene:requests()[2]
    assert.same({
      grant_type = facts.grant, subject_token = SUBJECT, subject_token_type = facts.types.jwt,
      identity_provider_id = "idp-123", service_account_id = "sa-456",
    }, cjson.decode(exchange.body))
    assert.equal("application/json", exchange.header["content-type"])
    for _, name in ipairs { "authorization", "x-a", "openai-organization" } do
      assert.is_nil(exchange.header[name])
    end
    assert.same({ "Bearer token-0123456789-a", "org", "1" },
      { call.header.authorization, call.header["openai-organization"], call.header["x-a"] })
    assert.equal("token modelsa modelsa", paths(scene))
  end)

  for i, fact in ipairs(facts.clouds) do
    it(("of %s is asked for at its metadata server, case %d"):format(fact[1], i), function()
      local near, scene = server:scenario { replies = { fact[3] } }, scene_of { TOKEN }
      local fields = { kind = fact[1], url = near.base_url .. "/metadata" }
      for name, value in pairs(fact[2]) do
        fields[name] = value
      end
      assert(at(scene, { subject = fields }).models:list())
      local asked = near:requests()[1]
      assert.same({ "GET", fact[4], fact[5][2] }, { asked.method, asked.query, asked.header[fact[5][1]] })
      assert.is_nil(asked.header.authorization)
      local exchange = cjson.decode(scene:requests()[1].body)
      assert.same({ SUBJECT, facts.types[fact[6]] }, { exchange.subject_token, exchange.subject_token_type })
    end)
  end

  it("of a cluster is in a file, which is read for each exchange", function()
    local path = write(SUBJECT .. "\n")
    local scene = scene_of({ TOKEN, OTHER }, { EMPTY, { status = 401, json = {} }, EMPTY })
    local client = at(scene, { subject = { kind = "kubernetes", file = path } })
    assert(client.models:list())
    local file = assert(io.open(path, "w"))
    file:write "another-0123456789"
    file:close()
    assert(client.models:list())
    os.remove(path)
    assert.equal("token modelsa modelsa token modelsb", paths(scene))
    assert.equal("another-0123456789", cjson.decode(scene:requests()[4].body).subject_token)
  end)

  it("of a function may wait, and be an id token", function()
    local scene = scene_of { TOKEN }
    local client = at(scene, { token_type = "id", subject = function(request, send)
      return assert(send("GET", scene.base_url .. "/models")) and SUBJECT .. request.operation
    end })
    assert(client.models:list())
    local exchange = cjson.decode(scene:requests()[2].body)
    assert.same({ SUBJECT .. "models.list", facts.types.id }, { exchange.subject_token, exchange.subject_token_type })
  end)

  it("of a certificate is the connection's", function()
    environment.set { OPENAI_ORG_ID = "org" }
    local scene = scene_of { TOKEN }
    local base = scene:base_url_on "mtls"
    local client = at(scene, { subject = "x509", token_url = base .. "/token" }, {
      base_url = base, ca_file = server.ca_file, client_cert = server.client_cert, client_key = server.client_key,
    })
    assert(client.models:list())
    local exchange = cjson.decode(scene:requests()[1].body)
    assert.same({ facts.types.x509 }, { exchange.subject_token_type, exchange.subject_token })
    assert.equal("token modelsa", paths(scene))
    assert.equal("org", scene:requests()[2].header["openai-organization"])
  end)

  it("of a certificate has addresses of its own, unless others are given, and follows no redirect", function()
    local identity = { identity_provider_id = "i", service_account_id = "s", subject = "x509" }
    local function base(options)
      options.workload_identity, options.client_cert = identity, "c.pem"
      return tostring(oai.client(options)):match "%S+$"
    end
    assert.equal("https://mtls.api.openai.com/v1", base {})
    assert.equal("https://h/v1", base { base_url = "https://h/v1" })
    assert.equal("https://eu.api.openai.com/v1", base { data_residency = "eu" })
    environment.set { OPENAI_BASE_URL = "https://env/v1" }
    assert.equal("https://env/v1", base {})
    identity.subject = subject_token
    environment.set {}
    assert.equal("https://api.openai.com/v1", base {})
    assert.is_true(oai.client { workload_identity = { identity_provider_id = "i", service_account_id = "s",
      subject = "x509" }, client_cert = "c.pem" }._settings.stays)
  end)

  it("leaves the administration its key, where there is one", function()
    local scene = server:scenario { routes = { ["POST /token"] = { TOKEN } }, replies = { EMPTY }, repeat_last = true }
    assert(at(scene, nil, { admin_api_key = "admin-0123456789" }).admin.organization.projects:list())
    assert.equal("Bearer admin-0123456789", scene:requests()[1].header.authorization)
    local without = at(scene, nil, { admin_api_key = false })
    assert(without.admin.organization.projects:list())
    assert.equal("Bearer token-0123456789-a", scene:requests()[3].header.authorization)
  end)

  it("is renewed once when the API refuses the token, which is no retry", function()
    local scene = scene_of({ TOKEN, OTHER }, { { status = 401, json = {} }, EMPTY })
    assert(at(scene).models:list())
    assert.equal("token modelsa token modelsb", paths(scene))
    assert.equal("0", scene:requests()[4].header["x-stainless-retry-count"])
  end)

  it("is exchanged again where that failed in a way that may pass", function()
    local again = { status = 503, json = {}, headers = { ["retry-after-ms"] = "1" } }
    local scene = scene_of { again, again, TOKEN }
    assert(at(scene).models:list())
    assert.equal("token token token modelsa", paths(scene))
  end)

  it("that cannot be exchanged leaves the token in use while it holds, unless that is final", function()
    for status, calls in pairs { [503] = "token modelsa token modelsa", [400] = "token modelsa token" } do
      local failing = { status = status, json = { error = "x" }, headers = { ["x-should-retry"] = "false" } }
      local scene = scene_of { TOKEN, failing }
      local client = at(scene)
      assert(client.models:list())
      client._settings.credentials._state.token.renew_at = 0
      local value, err = client.models:list()
      assert.equal(calls, paths(scene))
      assert.same({ status == 503, status == 400 and "token_exchange" or nil },
        { value ~= nil, value == nil and err.reason or nil })
    end
  end)

  for i, fact in ipairs(facts.failures) do
    it("that is not exchanged is an error of its own, case " .. i, function()
      local scene = scene_of { fact[1] }
      local value, err = at(scene, nil, { max_retries = 2 }).models:list()
      assert.is_nil(value)
      assert.same({ "authentication", "token_exchange", fact[2], "models.list" },
        { err.kind, err.reason, err.message, err.operation })
      assert.same({ fact[3], fact[4] }, { err.code, err.cause and err.cause.status })
      assert.is_nil((err.cause and err.cause.body or ""):find(SUBJECT, 1, true))
      assert.equal("token", paths(scene))
    end)
  end

  for what, case in pairs {
    ["of no file"] = { { kind = "kubernetes", file = "/no/such/file" }, "No such file" },
    ["of a server that is not there"] = { { kind = "azure", url = "http://127.0.0.1:1/" }, "http://127.0.0.1:1/: " },
    ["of a function that says why not"] = { function()
      return nil, "not today"
    end, "not today" },
    ["of a function that returns nothing"] = { function() end, "its function gave no token" },
  } do
    it(what .. " is an error of its own", function()
      local _, err = at(scene_of { TOKEN }, { subject = case[1] }, { max_retry_delay = 0 }).models:list()
      assert.same({ "authentication", "subject_token" }, { err.kind, err.reason })
      assert.truthy(err.message:find("who the machine is cannot be told: ", 1, true))
      assert.truthy(err.message:find(case[2], 1, true), err.message)
    end)
  end

  it("leaves no token in the log, on any level", function()
    local lines = {}
    local scene = scene_of({ { status = 400, json = { error = "x", error_description = SUBJECT } } })
    local client = at(scene, nil, { log = function(_, line)
      lines[#lines + 1] = line
    end })
    client.models:list()
    local text = table.concat(lines, "\n")
    assert.truthy(text:find("the token exchange failed", 1, true), text)
    assert.is_nil(text:find(SUBJECT, 1, true))
  end)

  it("takes no longer than the call may", function()
    local scene = scene_of { { json = {}, delay = 5 } }
    local _, err = at(scene, nil, { total_timeout = 0.05 }).models:list()
    assert.same({ "authentication", "token_exchange", "timeout" }, { err.kind, err.reason, err.cause.kind })
    assert.is_true(err.elapsed < 2)
  end)

  for _, loop in ipairs(tasks.loops) do
    it("is exchanged once for many tasks, loop " .. loop, function()
      local scene = scene_of { { json = TOKEN.json, delay = 0.03 } }
      local client = at(scene, nil, { loop = loop })
      local count = tasks.run(client, loop, function()
        local items = client:map(tasks.numbers(12), function()
          return client.models:list()
        end)
        return items and #items
      end)
      assert.equal(12, count)
      assert.equal("token" .. (" modelsa"):rep(12), paths(scene))
    end)

    it("that is being exchanged is cancelled with its call, loop " .. loop, function()
      local scene = scene_of { { json = TOKEN.json, delay = 5 } }
      local client = at(scene, nil, { loop = loop })
      local task = client:spawn(function()
        return client.models:list()
      end)
      tasks.go_on(client, loop)
      task:cancel()
      local _, err = task:await()
      assert.equal("cancelled", err.kind)
    end)
  end

  for i, fact in ipairs(facts.refused) do
    it("is refused in case " .. i, function()
      local done, raised = pcall(oai.client, { workload_identity = fact[1] })
      assert.is_false(done)
      assert.truthy(tostring(raised):find(fact[2], 1, true), tostring(raised))
      assert.truthy(tostring(raised):find("workload_identity_spec", 1, true), tostring(raised))
    end)
  end

  it("and a key do not go together", function()
    for name, value in pairs { api_key = "k", provider = { name = "p" } } do
      local identity = { identity_provider_id = "i", service_account_id = "s", subject = subject_token }
      assert.is_false((pcall(oai.client, { workload_identity = identity, [name] = value })))
    end
  end)
end)

shared_vectors.describe("workload_identity", function(vectors)
  it("has the facts' exchange, at the default address", function()
    local wanted, scene = vectors.exchange.json, scene_of { TOKEN }
    assert(at(scene).models:list())
    local sent = cjson.decode(scene:requests()[1].body)
    for _, name in ipairs { "grant_type", "identity_provider_id", "service_account_id" } do
      assert.equal(wanted[name], sent[name])
    end
    assert.truthy(wanted.subject_token_type:find(facts.types.jwt .. " | " .. facts.types.id, 1, true))
    assert.equal(vectors.x509.subject_token_type, facts.types.x509)
  end)

  it("sends to the addresses that are default", function()
    local asked = {}
    local module = require "oai.provider.workload_identity"
    for _, who in ipairs { subject_token, "x509" } do
      local options = {}
      local provider = module.take({ client_cert = "c.pem", workload_identity = {
        identity_provider_id = "i", service_account_id = "s", subject = who } }, options)
      provider.credential({}, function(method, url, _, call_options)
        asked[#asked + 1] = { method, url, call_options.total_timeout, call_options.max_retries, options.base_url }
        return { access_token = "t", expires_in = 1 }
      end)
    end
    assert.same({ vectors.exchange.method, vectors.exchange.url, vectors.exchange.timeout_s, 2 }, asked[1])
    assert.same({ "POST", vectors.x509.url, 10, vectors.x509.max_exchange_retries, vectors.x509.default_base_url },
      asked[2])
  end)

  for i, case in ipairs(vectors.refresh) do
    it("renews in time, case " .. i, function()
      assert.equal(case.refresh_at, token.new("t", case.expires_in, 0, case.buffer).renew_at)
    end)
  end

  for i, case in ipairs(vectors.errors) do
    it("has an error of its own, case " .. i, function()
      local failing = { status = case.status, json = {}, headers = { ["x-should-retry"] = "false" } }
      local _, err = at(scene_of { failing }).models:list()
      assert.equal("token_exchange", err.reason)
      assert.truthy(err.message:find(("failed with status %d"):format(case.status), 1, true), err.message)
    end)
  end

  local KINDS = { k8s = "kubernetes", azure_managed_identity = "azure", gcp = "google" }

  for _, case in ipairs(vectors.providers) do
    it("knows " .. case.name, function()
      local of = subject.of(KINDS[case.name])
      assert.equal(case.token_type, of.token_type)
      if case.file then
        local _, err = of.token({}, print)
        return assert.truthy(err == nil or err.message:find(case.file, 1, true))
      end
      local value = of.token({}, function(method, url, query, options)
        assert.same({ "GET", case.url, case.query, case.headers }, { method, url, query, options.headers })
        return case.token_field and { [case.token_field] = "token-x" } or " token-x\n"
      end)
      assert.equal("token-x", value)
    end)
  end
end)
