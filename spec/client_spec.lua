-- Clients: options, environment and copies; where the key goes, and all the
-- places it must not be seen in.

local all_text = require "spec.support.all_text"
local child = require "spec.support.child"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local said = require "spec.support.said"

local LIST = require("spec.support.replies").LIST
local KEY = connect.key

-- What the environment of the specs themselves must not decide.
local CLEAN = {
  OPENAI_API_KEY = false, OPENAI_ADMIN_KEY = false, OPENAI_ORG_ID = false, OPENAI_PROJECT_ID = false,
  OPENAI_BASE_URL = false, OPENAI_CUSTOM_HEADERS = false, OPENAI_LOG = false,
}

--- Runs `code` in a child with `client` and a scene's base URL.
local function run(code, environment)
  local all = {}
  for name, value in pairs(CLEAN) do
    all[name] = value
  end
  for name, value in pairs(environment or {}) do
    all[name] = value
  end
  return child.run('local oai = require "oai"\n' .. code, all)
end

describe("a client's options", function()
  for _, case in ipairs {
    { options = { api_kye = "x" }, says = "client: unknown option 'api_kye'; did you mean 'api_key'?" },
    { options = { timeout = "soon" }, says = "option 'timeout' must be a number of seconds from 0 on, got string" },
    { options = { max_retries = -1 }, says = "option 'max_retries' must be a whole number from 0 on, got -1" },
    { options = { max_retries = 0 / 0 }, says = "option 'max_retries' must be" },
    { options = { headers = "X: y" }, says = "option 'headers' must be a table, got string" },
    { options = { verify = 1 }, says = "option 'verify' must be a boolean" },
    { options = { loop = "blokcing" }, says = "unknown loop 'blokcing'; did you mean 'blocking'?" },
    { options = { log = "loud" }, says = "option 'log' must be off, error, warn, info, debug, bodies or a function" },
    { options = { save_to = "x" }, says = "option 'save_to' cannot be given here" },
    { options = { data_residency = "mars" },
      says = "data_residency must be \"global\" or a region such as \"eu\", got 'mars'" },
    { options = { data_residency = "e/" }, says = "data_residency must be" },
    { options = { data_residency = "eu", base_url = "http://x/" }, says = "give 'base_url' or 'data_residency'" },
    { options = "sk-...", says = "client: the options must be a table, got string" },
    { options = { [1] = "sk-..." }, says = "client: unknown option '1'" },
  } do
    it("are checked: " .. case.says, function()
      local done, message = pcall(oai.client, case.options)
      assert.is_false(done)
      assert.truthy(message:find("^[^:]*client_spec%.lua:%d+: oai: "), message)
      assert.truthy(message:find(case.says, 1, true), message)
    end)
  end

  for _, url in ipairs { "", "api.openai.com/v1", "ftp://x/v1", "http://", "http:///v1", "http://x y/",
    "http://x:99999/", "http://u:secret@host/v1", "http://[::1/v1", "//x/v1", "http://x\r\n/v1" } do
    it(("refuse the base_url '%s'"):format(url:gsub("%c", "?")), function()
      local done, message = pcall(oai.client, { api_key = KEY, base_url = url })
      assert.is_false(done)
      assert.truthy(message:find("client: base_url", 1, true), message)
      assert.is_nil(message:find("secret", 1, true), message)
    end)
  end

  for name, url in pairs { global = "https://api.openai.com/v1", us = "https://us.api.openai.com/v1",
    eu = "https://eu.api.openai.com/v1", ae = "https://ae.api.openai.com/v1", jp = "https://jp.api.openai.com/v1",
    zz = "https://zz.api.openai.com/v1" } do
    it("know the data residency " .. name, function()
      assert.equal("oai.Client " .. url, tostring(oai.client { api_key = KEY, data_residency = name }))
    end)
  end

  it("are not changed and not kept", function()
    local scene = server:scenario { replies = { LIST } }
    local options = { api_key = KEY, base_url = scene.base_url, headers = { ["X-A"] = "1" }, query = { q = 1 } }
    local client = oai.client(options)
    options.headers["X-A"], options.query.q, options.api_key = "changed", 2, "sk-changed"
    assert(client.models:list())
    local request = scene:requests()[1]
    assert.equal("1", request.header["x-a"])
    assert.equal("Bearer " .. KEY, request.header.authorization)
  end)

  it("refuse a header that would be two", function()
    local scene = server:scenario { replies = { LIST } }
    local client = connect.to(scene, { headers = { ["X-A"] = "a\r\nX-Evil: 1" } })
    local done, message = pcall(client.models.list, client.models)
    assert.is_false(done)
    assert.truthy(message:find("models.list: header 'x-a' must not hold CR, LF or NUL", 1, true), message)
    for _, name in ipairs { "organization", "project" } do
      client = connect.to(scene, { [name] = "a\nb" })
      done = pcall(client.models.list, client.models)
      assert.is_false(done)
    end
    assert.equal(0, scene:journal().requests_total)
  end)

  for _, base in ipairs { "/v1", "/v1/", "/v1//", "/v1?api-version=1" } do
    it("join a base_url that ends in " .. base, function()
      local scene = server:scenario { replies = { LIST } }
      local client = connect.to(scene, { base_url = (scene.base_url:gsub("/v1$", base)) })
      assert(client.models:list())
      local request = scene:requests()[1]
      assert.equal("/v1/models", request.path)
      assert.equal(base:match("%?(.*)$") or "", request.query)
    end)
  end
end)

describe("a client's key", function()
  it("may come from a file", function()
    local here = folder.new()
    local scene = server:scenario { replies = { LIST } }
    local client = connect.to(scene, { api_key = { file = here:write("key", "sk-from-a-file\n") } })
    assert(client.models:list())
    here:remove()
    assert.equal("Bearer sk-from-a-file", scene:requests()[1].header.authorization)
  end)

  for _, case in ipairs {
    { name = "a missing file", key = { file = "/nowhere/key" } },
    { name = "an empty string", key = "" },
    { name = "a line end within", key = "sk-1\r\nX-Evil: 1" },
    { name = "a function that returns nothing", key = function() end },
    { name = "a function that returns an empty string", key = function()
      return ""
    end },
  } do
    it("cannot be " .. case.name, function()
      local scene = server:scenario { replies = { LIST } }
      local value, err = connect.to(scene, { api_key = case.key }).models:list()
      assert.is_nil(value)
      assert.equal("authentication", err.kind)
      assert.equal("models.list", err.operation)
      assert.is_nil(tostring(err):find("sk-1", 1, true))
      assert.equal(0, scene:journal().requests_total)
    end)
  end

  it("may be none, when that is written out", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, { api_key = false }).models:list())
    assert.is_nil(scene:requests()[1].header.authorization)
  end)

  it("is the admin key for the administration, where there is one", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local asked = 0
    local client = connect.to(scene, { admin_api_key = "sk-admin-1", api_key = function()
      asked = asked + 1
      return KEY
    end })
    assert(client:request("GET", "/organization/projects"))
    assert.equal(0, asked)
    assert(client.models:list())
    assert(connect.to(scene):request("GET", "/organization/projects"))
    local sent = {}
    for i, request in ipairs(scene:requests()) do
      sent[i] = request.header.authorization
    end
    assert.same({ "Bearer sk-admin-1", "Bearer " .. KEY, "Bearer " .. KEY }, sent)
  end)

  it("is each copy's own", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene, { admin_api_key = "sk-admin-1", api_key = "sk-first-1" })
    local function keys_of(one)
      local before = #scene:requests()
      assert(one:request("GET", "/organization/projects"))
      assert(one.models:list())
      local requests = scene:requests()
      return { requests[before + 1].header.authorization, requests[before + 2].header.authorization }
    end
    assert.same({ "Bearer sk-admin-1", "Bearer sk-first-1" }, keys_of(client))
    assert.same({ "Bearer sk-admin-2", "Bearer sk-first-1" }, keys_of(client:with { admin_api_key = "sk-admin-2" }))
    assert.same({ "Bearer sk-admin-1", "Bearer sk-first-2" }, keys_of(client:with { api_key = "sk-first-2" }))
    assert.same({ "Bearer sk-admin-1", "Bearer sk-first-1" }, keys_of(client))
  end)

  it("is a call's own where the call gives one", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene, { admin_api_key = "sk-admin-1" })
    for _, key in ipairs { "sk-admin-2", "sk-admin-3" } do
      assert(client:request("GET", "/organization/projects", nil, { admin_api_key = key }))
    end
    assert(client:request("GET", "/organization/projects"))
    local sent = {}
    for i, request in ipairs(scene:requests()) do
      sent[i] = request.header.authorization
    end
    assert.same({ "Bearer sk-admin-2", "Bearer sk-admin-3", "Bearer sk-admin-1" }, sent)
  end)

  it("raises what its function raises", function()
    local client = connect.to(server:scenario { replies = {} }, { api_key = function()
      error("vault is sealed", 0)
    end })
    local done, message = pcall(client.models.list, client.models)
    assert.is_false(done)
    assert.equal("vault is sealed", message)
  end)
end)

describe("a client's secrets", function()
  it("are in no error", function()
    local replies = { { status = 401, json = { error = { message = "no" } } }, { fault = "reset" },
      { raw = "garbage\r\n" }, { body = "no json" }, { status = 302, headers = { location = "http://127.0.0.1:1/" } } }
    for _, reply in ipairs(replies) do
      local scene = server:scenario { replies = { reply } }
      local _, err = connect.to(scene, { max_retries = 0 }).models:list()
      assert.is_true(oai.is_error(err))
      assert.is_nil(all_text(err):find(KEY, 1, true))
      assert.is_nil(all_text(err):find(KEY:sub(4, -5), 1, true))
    end
  end)

  it("are in no text of the client", function()
    local scene = server:scenario { replies = { LIST } }
    local client = connect.to(scene, { api_key = KEY })
    assert(client.models:list())
    assert.equal("oai.Client " .. scene.base_url, tostring(client))
    assert.is_nil(tostring(client.models):find(KEY, 1, true))
    assert.is_nil(tostring(require("oai.core").credential(KEY)):find(KEY:sub(1, -5), 1, true))
    assert.truthy(tostring(require("oai.core").credential(KEY)):find(KEY:sub(-4), 1, true))
  end)

  it("are in no log line", function()
    local scene = server:scenario { replies = {
      { status = 503, headers = { ["retry-after-ms"] = "1" } }, { json = { id = "x", text = "BODY-OF-REPLY" } },
      { status = 400, json = { error = { message = "bad" } } } } }
    local lines = {}
    local client = connect.to(scene, { log = function(level, message)
      lines[#lines + 1] = level .. ": " .. message
    end, headers = { ["X-Token"] = "HEADER-SECRET" } })
    assert(client.moderations:create({ input = "BODY-OF-REQUEST" }, { query = { q = "QUERY-SECRET" } }))
    client.moderations:create { input = "BODY-OF-REQUEST" }
    local text = table.concat(lines, "\n")
    assert.truthy(text:find("warn: moderations.create: ", 1, true), text)
    assert.truthy(text:find("info: moderations.create: 200 in ", 1, true), text)
    assert.truthy(text:find("error: oai: moderations.create: 400 ", 1, true), text)
    for _, secret in ipairs { KEY, "HEADER-SECRET", "QUERY-SECRET", "BODY-OF-REQUEST", "BODY-OF-REPLY" } do
      assert.is_nil(text:find(secret, 1, true), text)
    end
  end)

  it("go to no origin but the configured one", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene, { ca_file = server.ca_file })
    assert(client:request("GET", scene:base_url_on("https1") .. "/models"))
    assert(client:with({ base_url = scene:base_url_on("https1") }).models:list())
    local requests = scene:requests()
    assert.is_nil(requests[1].header.authorization)
    assert.equal("Bearer " .. KEY, requests[2].header.authorization)
  end)
end)

describe("a copy of a client", function()
  it("has other options and the same connections", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene, { headers = { ["X-A"] = "1", ["X-B"] = "1" }, query = { q = 1 },
      organization = "org_1" })
    local copy = client:with { headers = { ["x-b"] = "2", ["X-C"] = "3" }, query = { r = 2 }, api_key = "sk-copy",
      project = "proj_1" }
    assert(client.models:list())
    assert(copy.models:list())
    assert(client.models:list())
    local requests = scene:requests()
    assert.equal("2", requests[2].header["x-b"])
    assert.equal("1", requests[2].header["x-a"])
    assert.equal("3", requests[2].header["x-c"])
    assert.equal("q=1&r=2", requests[2].query)
    assert.equal("Bearer sk-copy", requests[2].header.authorization)
    assert.equal("org_1", requests[2].header["openai-organization"])
    assert.equal("proj_1", requests[2].header["openai-project"])
    for _, i in ipairs { 1, 3 } do
      assert.equal("1", requests[i].header["x-b"])
      assert.is_nil(requests[i].header["x-c"])
      assert.is_nil(requests[i].header["openai-project"])
      assert.equal("q=1", requests[i].query)
      assert.equal("Bearer " .. KEY, requests[i].header.authorization)
    end
    assert.equal(1, scene:journal().connections_total)
  end)

  it("sends what it was given, whatever becomes of the tables, and so does its origin", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local function given()
      return { headers = { ["X-A"] = { "1" }, ["X-B"] = "1" }, query = { q = { "1" } } }
    end
    local first, second = given(), given()
    local client = connect.to(scene, first)
    local copy = client:with(second)
    for _, options in ipairs { first, second } do
      options.headers["X-A"][1], options.headers["X-B"], options.headers["X-C"] = "2", "2", "2"
      options.query.q[1], options.query.r = "2", "2"
    end
    for _, made in ipairs { client, copy, client:with {} } do
      assert(made.models:list())
    end
    for _, request in ipairs(scene:requests()) do
      assert.equal("q%5B%5D=1", request.query)
      assert.same({ "1", "1" }, { request.header["x-a"], request.header["x-b"] })
      assert.is_nil(request.header["x-c"])
    end
  end)

  it("replaces a header whatever its case", function()
    for _ = 1, 20 do -- the order in a table is not ours
      local scene = server:scenario { replies = { LIST } }
      local client = connect.to(scene, { headers = { ["X-One"] = "old", ["x-two"] = "old", ["X-THREE"] = "old" } })
      assert(client:with({ headers = { ["x-one"] = "new", ["X-Two"] = "new", ["x-three"] = false } }).models:list())
      local sent = scene:requests()[1].header
      assert.same({ "new", "new" }, { sent["x-one"], sent["x-two"] })
      assert.is_nil(sent["x-three"])
    end
  end)

  it("may go elsewhere", function()
    local one, two = server:scenario { replies = { LIST } }, server:scenario { replies = { LIST } }
    local client = connect.to(one)
    assert(client:with({ base_url = two.base_url }).models:list())
    assert(client.models:list())
    assert.equal(1, #one:requests())
    assert.equal(1, #two:requests())
  end)

  it("takes no option of the connections", function()
    local client = connect.to(server:scenario { replies = {} })
    local done, message = pcall(client.with, client, { verify = false })
    assert.is_false(done)
    assert.truthy(message:find("client:with: option 'verify' cannot be given here", 1, true), message)
  end)

  it("is closed with it", function()
    local scene = server:scenario { replies = { LIST } }
    local client = connect.to(scene)
    local copy = client:with { timeout = 5 }
    assert(copy.models:list())
    client:close()
    scene:wait_idle()
    assert.is_false((pcall(copy.models.list, copy.models)))
  end)
end)

describe("a client's environment", function()
  local CALL = "print(oai.client(%s).models:list())"

  it("gives key, organisation, project, base_url and headers", function()
    local scene = server:scenario { replies = { LIST } }
    local output = run(CALL:format "", {
      OPENAI_API_KEY = " sk-environment \n", OPENAI_ORG_ID = "org_e", OPENAI_PROJECT_ID = "proj_e",
      OPENAI_BASE_URL = scene.base_url .. "/",
      OPENAI_CUSTOM_HEADERS = "X-A: 1\nX-B:two:parts\nbroken line\n  X-C :  3  \nX-Evil\r: 1",
    })
    assert.truthy(output:find("^oai.Page"), output)
    local header = scene:requests()[1].header
    assert.equal("Bearer sk-environment", header.authorization)
    assert.equal("org_e", header["openai-organization"])
    assert.equal("proj_e", header["openai-project"])
    assert.equal("1", header["x-a"])
    assert.equal("two:parts", header["x-b"])
    assert.equal("3", header["x-c"])
  end)

  it("gives way to options", function()
    local scene = server:scenario { replies = { LIST } }
    local output = run(CALL:format(([[{ api_key = "sk-option", base_url = %q, organization = "org_o",
      headers = { ["x-a"] = "option" } }]]):format(scene.base_url)), {
      OPENAI_API_KEY = "sk-environment", OPENAI_ORG_ID = "org_e", OPENAI_PROJECT_ID = "proj_e",
      OPENAI_BASE_URL = "http://127.0.0.1:1/", OPENAI_CUSTOM_HEADERS = "X-A: environment\nX-B: environment",
    })
    assert.truthy(output:find("^oai.Page"), output)
    local header = scene:requests()[1].header
    assert.equal("Bearer sk-option", header.authorization)
    assert.equal("org_o", header["openai-organization"])
    assert.equal("proj_e", header["openai-project"])
    assert.equal("option", header["x-a"])
    assert.equal("environment", header["x-b"])
  end)

  it("counts as unset when blank", function()
    local output = run("print(oai.client()) print(oai.client().models:list())", {
      OPENAI_API_KEY = "", OPENAI_BASE_URL = "  ", OPENAI_ORG_ID = "" })
    assert.truthy(output:find("oai.Client https://api.openai.com/v1", 1, true), output)
    assert.truthy(output:find("set OPENAI_API_KEY", 1, true), output)
  end)

  it("without a key makes a clear error, and nothing is sent", function()
    local scene = server:scenario { replies = { LIST } }
    local output = run(CALL:format(("{ base_url = %q }"):format(scene.base_url)))
    assert.equal("nil\toai: models.list: authentication: missing credentials: set OPENAI_API_KEY or give 'api_key' "
      .. "to oai.client", said(output:match("^[^\n]*")))
    assert.equal(0, scene:journal().requests_total)
  end)

  it("gives the admin key", function()
    local scene = server:scenario { replies = { LIST } }
    run(("oai.client({ base_url = %q }):request('GET', '/organization/users')"):format(scene.base_url),
      { OPENAI_ADMIN_KEY = "sk-admin", OPENAI_API_KEY = "sk-environment" })
    assert.equal("Bearer sk-admin", scene:requests()[1].header.authorization)
  end)

  it("makes way for the data residency", function()
    local output = run("print(oai.client { data_residency = 'eu' })", { OPENAI_BASE_URL = "http://127.0.0.1:1/" })
    assert.equal("oai.Client https://eu.api.openai.com/v1\n", output)
  end)

  it("with a base_url that is none is refused", function()
    local output = run("print(pcall(oai.client))", { OPENAI_BASE_URL = "not a url" })
    assert.truthy(output:find("^false\t.*base_url"), output)
  end)

  for _, case in ipairs {
    { level = "info", has = { "info" }, lacks = { "debug" } },
    { level = "debug", has = { "info", "warn" }, lacks = {} },
    { level = "warn", has = { "warn" }, lacks = { "info" } },
    { level = "off", has = {}, lacks = { "oai:" } },
    { level = false, has = {}, lacks = { "oai:" } },
  } do
    it("sets the log to " .. tostring(case.level) .. ", whose lines hold no secret", function()
      local scene = server:scenario { replies = { { status = 503, headers = { ["retry-after-ms"] = "1" } }, LIST } }
      local output = run(("assert(oai.client({ base_url = %q }).models:list({ secret = 'QUERY' }))")
        :format(scene.base_url), { OPENAI_LOG = case.level, OPENAI_API_KEY = KEY })
      for _, level in ipairs(case.has) do
        assert.truthy(output:find(("oai: %s: models.list"):format(level), 1, true), output)
      end
      for _, text in ipairs(case.lacks) do
        assert.is_nil(output:find(text, 1, true), output)
      end
      assert.is_nil(output:find(KEY, 1, true), output)
      assert.is_nil(output:find("QUERY", 1, true), output)
      assert.equal(2, #scene:requests())
    end)
  end
end)

describe("a client", function()
  it("asks once for a connection, without its key", function()
    local scene = server:scenario { replies = { { status = 503 } }, repeat_last = true }
    local client = connect.to(scene, { max_retries = 2 })
    assert.is_true(client:preconnect())
    local requests = scene:requests()
    assert.equal(1, #requests)
    assert.same({ "GET" }, { requests[1].method, requests[1].headers.authorization })
    client:close()
    local err
    client = oai.client { api_key = KEY, base_url = "http://127.0.0.1:1/v1", max_retries = 2 }
    assert.same({}, { (client:preconnect()) })
    err = select(2, client:preconnect())
    assert.same({ "connection", 1 }, { err.kind, err.attempts })
  end)

  it("makes no call once it is closed, and may be closed again", function()
    local client = connect.to(server:scenario { replies = { LIST } })
    local copy = client:with { timeout = 5 }
    assert(client.models:list())
    client:close()
    client:close()
    for _, closed in ipairs { client, copy } do
      local done, message = pcall(closed.models.list, closed.models)
      assert.is_false(done)
      assert.truthy(message:find("the client is closed", 1, true), message)
    end
  end)

  if _VERSION >= "Lua 5.4" then
    it("may be a to-be-closed variable", function()
      local scene = server:scenario { replies = { LIST } }
      assert(load "local client <close> = ...; assert(client.models:list())")(connect.to(scene))
      scene:wait_idle()
    end)
  end

  for name, call in pairs {
    ["methods"] = function(client)
      return client.models:list()
    end,
    ["methods with ids and options"] = function(client, i)
      return client.files:retrieve("file-" .. i, nil, { timeout = 9, headers = { ["X-A"] = tostring(i) } })
    end,
    ["requests of its own"] = function(client, i)
      return client:request(i % 2 == 0 and "GET" or "POST", "/things/" .. i, { a = 1 })
    end,
    ["copies"] = function(client)
      return client:with({ timeout = 9 }).models:list()
    end,
  } do
    it("does not grow with the calls it makes: " .. name, function()
      local client = connect.to(server:scenario { replies = { LIST }, repeat_last = true, journal = false })
      local function size_after(count)
        for i = 1, count do
          assert(call(client, i))
        end
        collectgarbage()
        collectgarbage()
        return collectgarbage "count" * 1024
      end
      local before, least = size_after(200), math.huge
      for _ = 1, 4 do -- Lua's own table of strings grows now and then
        local size = size_after(100)
        before, least = size, math.min(least, size - before)
      end
      assert.is_true(least < 100 * 100, least .. " bytes in 100 calls")
      client:close()
    end)
  end

  it("loads libcurl when it is made, and not before", function()
    local output, status = run [[
      local make = oai.client
      assert(not package.loaded["oai.core"], "the core is loaded")
      make { api_key = "sk-1" }
      assert(package.loaded["oai.core"], "the core is not loaded")
    ]]
    assert.equal(0, status, output)
  end)
end)

describe("the settings of a client", function()
  it("give a foreign origin neither header nor query", function()
    local home = server:scenario { replies = { LIST }, repeat_last = true }
    local abroad = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(home, { query = { token = "secret" }, headers = { ["X-Own"] = "1" } })
    local url = abroad.base_url:gsub("127%.0%.0%.1", "localhost") .. "/models"
    assert(client:request("GET", url, { q = 1 }))
    local request = abroad:requests()[1]
    assert.equal("q=1", request.query)
    assert.is_nil(request.header["x-own"])
    assert.is_nil(request.header.authorization)
  end)

  it("leave the fragment of a base URL away", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene, { base_url = scene.base_url .. "#part" })
    assert(client.models:list())
    assert.equal("/v1/models", scene:requests()[1].path)
  end)
end)
