-- What is taken of a provider, what does not go together with one, and what
-- one of a program's own may do. Facts of Azure and others are in their specs.

local connect = require "spec.support.connect"
local environment = require "spec.support.environment"
local oai = require "oai"
local request_module = require "oai.call.request"
local server = require("spec.support.server").start { tls = true }

local EMPTY = require("spec.support.replies").LIST

local function client_of(provider, options)
  local given = { provider = provider, max_retries = 0 }
  for name, value in pairs(options or {}) do
    given[name] = value
  end
  return oai.client(given)
end

--- A client of a provider at a scene.
local function at(scene, provider, options)
  provider.name, provider.base_url = provider.name or "own", scene.base_url
  return client_of(provider, options)
end

local function raised_by(fn, ...)
  local done, raised = pcall(fn, ...)
  assert.is_false(done)
  assert.truthy(tostring(raised):find("init_spec", 1, true), tostring(raised))
  return tostring(raised)
end

local KEYED = { name = "p", base_url = "https://h/v1", credential = "secret-0123456789" }
local SIGNING = { name = "p", sign = function() end }

local REFUSED = {
  { { provider = {} }, "a provider needs a name" },
  { { provider = { name = 5 } }, "field 'name' must be a string, got 5" },
  { { provider = { name = "p", pat = 1 } }, "client: the provider: unknown field 'pat'; did you mean 'path'?" },
  { { provider = { name = "p", path = "x" } }, "field 'path' must be a function, got string" },
  { { provider = { name = "p", credential = 5 } },
    "field 'credential' must be a function, a string or a table, got 5" },
  { { provider = { name = "p", credential = { fil = "x" } } }, "field 'credential' must be a string, a" },
  { { provider = { name = "p", header = "a: b" } }, "field 'header' names no header field" },
  { { provider = { name = "p", base_url = "h" } }, "is no URL that can be used" },
  { { provider = KEYED, api_key = "k" }, "the provider 'p' and the option 'api_key' do not go together" },
  { { provider = KEYED, admin_api_key = "k" }, "'admin_api_key' do not go together" },
  { { provider = SIGNING, api_key = "k" }, "'api_key' do not go together" },
  { { provider = KEYED, base_url = "https://o/v1" }, "'base_url' do not go together" },
  { { provider = KEYED, data_residency = "eu" }, "'data_residency' do not go together" },
  { { provider = { name = "p", refuses = { "organization" } }, organization = "o" }, "'organization' do not go" },
  { { provider = { name = "p", refuses = { "organisation" } } },
    "field 'refuses': unknown option 'organisation'; did you mean 'organization'?" },
  { { provider = { name = "p", refresh_before = 0 / 0 } }, "'refresh_before' must be a number of seconds from 0 on" },
  { { provider = { name = "p", refuses = { "key" } } }, "field 'refuses': option 'key' is called 'api_key'" },
  { { provider = { name = "p", refuses = { organization = true } } }, "'refuses' must be a list of names of options" },
  { { provider = { name = "p", refresh_before = -1 } }, "'refresh_before' must be a number of seconds from 0 on" },
  { { provider = KEYED, workload_identity = {} }, "'provider' or 'workload_identity', not both" },
  { { provider = "azure" }, "option 'provider' must be a table, got string" },
}

describe("a provider", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  for i, fact in ipairs(REFUSED) do
    it(("is refused in case %d: %s"):format(i, fact[2]), function()
      local raised = raised_by(oai.client, fact[1])
      assert.truthy(raised:find(fact[2], 1, true), raised)
    end)
  end

  it("is read when the client is made: its table may change, and is left as it was", function()
    local scene = server:scenario { replies = { EMPTY } }
    local provider = { credential = "secret-0123456789", headers = { ["X-A"] = "1" }, query = { a = "1" } }
    local client = at(scene, provider)
    assert.equal("secret-0123456789", provider.credential)
    provider.credential, provider.headers["X-A"], provider.query.a = "other", "2", "2"
    assert(client.models:list())
    local request = scene:requests()[1]
    assert.equal("Bearer secret-0123456789", request.header.authorization)
    assert.same({ "1", "a=1" }, { request.header["x-a"], request.query })
  end)

  it("says header and query, over which what the client and a call are given goes", function()
    local scene = server:scenario { replies = { EMPTY, EMPTY } }
    local client = at(scene, { headers = { ["X-A"] = "p", ["X-B"] = "p" }, query = { a = "p", b = "p" } },
      { headers = { ["x-b"] = "c" }, query = { b = "c" } })
    assert(client.models:list())
    assert(client.models:list(nil, { headers = { ["X-A"] = false }, query = { a = "1" } }))
    local first, second = scene:requests()[1], scene:requests()[2]
    assert.same({ "p", "c", "a=p&b=c" }, { first.header["x-a"], first.header["x-b"], first.query })
    assert.same({ "c", "a=1&b=c" }, { second.header["x-b"], second.query })
    assert.is_nil(second.header["x-a"])
  end)

  it("with an address uses nothing that the environment says of OpenAI", function()
    environment.set { OPENAI_BASE_URL = "https://env/v1", OPENAI_ORG_ID = "org", OPENAI_PROJECT_ID = "proj",
      OPENAI_CUSTOM_HEADERS = "X-Env: 1" }
    local scene = server:scenario { replies = { EMPTY } }
    assert(at(scene, { credential = "secret-0123456789" }).models:list())
    local header = scene:requests()[1].header
    assert.same({}, { header["openai-organization"], header["openai-project"], header["x-env"] })
  end)

  it("with an address sends no key of the environment's", function()
    local scene = server:scenario { replies = { EMPTY } }
    local run = require("spec.support.child").run
    local output = run(([[print(require("oai").client { provider = { name = "p", base_url = %q } }.models:list())]])
      :format(scene.base_url), { OPENAI_API_KEY = "sk-env-0123456789", OPENAI_ADMIN_KEY = "sk-adm-0123456789" })
    assert.truthy(output:find("oai.Page", 1, true), output)
    assert.is_nil(scene:requests()[1].header.authorization)
  end)

  it("without an address leaves the API where it is, and without a credential the key", function()
    local scene = server:scenario { replies = { EMPTY } }
    local client = client_of({ name = "p", path = function(method, path, params)
      return ("/%s%s/%s"):format(method, path, params.limit)
    end }, { base_url = scene.base_url, api_key = connect.key })
    assert(client.files:list { limit = 2 })
    assert.equal("/v1/GET/files/2", scene:requests()[1].path)
    assert.equal("Bearer " .. connect.key, scene:requests()[1].header.authorization)
  end)

  it("makes the path of each call, also of one with ids, of a form, of a page and of client:request", function()
    local scene = server:scenario { replies = { { json = { id = "f", object = "file" } }, EMPTY, EMPTY, EMPTY } }
    local client = at(scene, { path = function(_, path)
      return "/x" .. path
    end })
    client.files:retrieve "a/b"
    client.files:create { file = { data = "x", filename = "f" }, purpose = "batch" }
    client.files:list()
    client:request("GET", "y?a=1")
    local paths = {}
    for i, request in ipairs(scene:requests()) do
      paths[i] = request.path:gsub("^/v1", "") .. request.query
    end
    assert.same({ "/x/files/a%2Fb", "/x/files", "/x/files", "/x/ya=1" }, paths)
  end)

  it("that makes no path is told", function()
    local client = client_of { name = "p", base_url = "http://127.0.0.1:1", path = function() end }
    assert.truthy(raised_by(function()
      client.models:list()
    end):find("models.list: the provider 'p' made a nil of the path", 1, true))
  end)

  for i, made in ipairs { "/a b", "/a\nb", "/a\0" } do
    it(("that makes a path that none can be is told, %d"):format(i), function()
      local client = client_of { name = "p", base_url = "http://127.0.0.1:1", path = function()
        return made
      end }
      assert.truthy(raised_by(function()
        client.models:list()
      end):find("the provider 'p' made a path with a space or a control character of '/models'", 1, true))
    end)
  end

  it("has its path escaped where that is no ASCII", function()
    local client = client_of { name = "p", base_url = "http://h/\195\169", path = function()
      return "/\195\188?\195\188=1"
    end }
    local endpoint = { name = "request", method = "GET", template = "/x", ids = {}, returns = "json" }
    assert.equal("http://h/%C3%A9/%C3%BC?%C3%BC=1", request_module.build(client, endpoint, "/x").url)
  end)

  for _, made in ipairs { "models", "", "http://evil.example/x", "@evil.example/x" } do
    it(("that makes '%s' of a path is told, and nothing is sent"):format(made), function()
      local asked = 0
      local client = client_of { name = "p", base_url = "http://127.0.0.1:1", credential = function()
        asked = asked + 1
        return "secret-0123456789"
      end, path = function()
        return made
      end }
      assert.truthy(raised_by(function()
        client.models:list()
      end):find(("models.list: the provider 'p' made '%s' of the path '/models': it must begin with '/'")
        :format(made), 1, true))
      assert.equal(0, asked)
    end)
  end

  for name, value in pairs { base_url = "http://other/v1", api_key = "sk-other-0123456789" } do
    it("allows no other " .. name .. " of a copy or a call", function()
      local client = client_of(KEYED)
      for _, act in ipairs { function()
        client:with { [name] = value }
      end, function()
        client.models:list(nil, { [name] = value })
      end } do
        assert.truthy(raised_by(act):find("the provider 'p' and the option '" .. name .. "'", 1, true))
      end
    end)
  end

  it("goes on with a copy, which may have other options", function()
    local scene = server:scenario { replies = { EMPTY, EMPTY } }
    local client = at(scene, { credential = "secret-0123456789", header = "x-key", path = function(_, path)
      return "/x" .. path
    end })
    assert(client:with { timeout = 5, webhook_secret = "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=" }.models:list())
    assert(client.models:list(nil, { webhook_secret = "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTA=" }))
    for _, request in ipairs(scene:requests()) do
      assert.same({ "secret-0123456789", "/v1/x/models" }, { request.header["x-key"], request.path })
      assert.is_nil(request.header.authorization)
    end
  end)

  it("gives way to a credential of the caller's in the header", function()
    local scene = server:scenario { replies = { EMPTY, EMPTY } }
    local asked = 0
    local client = at(scene, { header = "X-Key", credential = function()
      asked = asked + 1
      return "secret-0123456789"
    end })
    assert(client.models:list(nil, { headers = { ["x-key"] = "own" } }))
    assert(client.models:list(nil, { headers = { authorization = "Own own" } }))
    assert.same({ "own" }, { scene:requests()[1].header["x-key"], scene:requests()[2].header["x-key"] })
    assert.equal(0, asked)
  end)

  it("sees nothing of a request to another origin, which has nothing of its", function()
    local scene = server:scenario { replies = { EMPTY } }
    local client = client_of({ name = "p", base_url = "https://elsewhere.example/v1", headers = { ["X-A"] = "1" },
      query = { a = "1" }, credential = error, sign = error, path = error })
    assert(client:request("GET", scene.base_url .. "/models"))
    local request = scene:requests()[1]
    assert.same({ "" }, { request.query, request.header.authorization, request.header["x-a"] })
  end)

  describe("with redirects", function()
    it("has none followed where it says so", function()
      local moved = { status = 307, headers = { location = "{{base}}/v1/models" } }
      local scene = server:scenario { replies = { moved, EMPTY } }
      local value, err = at(scene, { redirects = false, credential = "secret-0123456789" }).models:list()
      assert.is_nil(value)
      assert.same({ 307, "connection" }, { err.status, err.kind })
      assert.truthy(err.message:find("not followed", 1, true))
      assert.equal(1, #scene:requests())
    end)

    for _, stream in ipairs { false, true } do
      it("has its credential nowhere else, " .. (stream and "for a stream" or "for a call"), function()
        local scene = server:scenario { replies = { { status = 307, headers = { location = "{{base:https1}}/v1/x" } },
          { json = { id = "c" } } } }
        local client = at(scene, { header = "x-key", credential = "secret-0123456789", headers = { ["X-A"] = "1" } },
          { ca_file = server.ca_file })
        client.chat.completions:create { model = "m", messages = {}, stream = stream }
        local first, second = scene:requests()[1].header, scene:requests()[2].header
        assert.same({ "secret-0123456789", "1" }, { first["x-key"], first["x-a"] })
        assert.same({}, { second["x-key"], second["x-a"], second.authorization })
      end)
    end
  end)

  it("has its secret in no table of a client's", function()
    local client = client_of(KEYED)
    local seen = { [_G] = true, [package.loaded] = true, [KEYED] = true }
    local function look(value)
      if type(value) == "string" then
        assert.is_nil(value:find("secret-0123456789", 1, true))
      elseif type(value) == "table" and not seen[value] then
        seen[value] = true
        for key, item in next, value do
          look(key)
          look(item)
        end
      end
    end
    look(client)
  end)

  it("has its secret in no error, though the server repeats it", function()
    local scene = server:scenario { replies = { { status = 400,
      json = { error = { message = "no: {{header:x-key}}" } } } } }
    local _, err = at(scene, { header = "x-key", credential = function()
      return "secret-0123456789"
    end }).models:list()
    assert.equal("no: ***", err.message)
    assert.is_nil(err.body:find("secret-0123456789", 1, true))
  end)

  it("is not asked where no key is to be sent, as by what opens a connection ahead", function()
    local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
    local client = at(scene, { credential = error, sign = error })
    assert(client:preconnect())
    assert(client.models:list(nil, { api_key = false }))
    assert(client:with { api_key = false }.models:list())
    for _, request in ipairs(scene:requests()) do
      assert.is_nil(request.header.authorization)
    end
  end)

  it("has no secret once the client is closed, which it is told", function()
    local closed = 0
    local client = client_of { name = "p", base_url = "https://h/v1", credential = "secret-0123456789",
      close = function()
        closed = closed + 1
      end }
    client:close()
    assert.equal(1, closed)
    assert.is_nil((client._settings.provider.credential.open()))
  end)
end)
