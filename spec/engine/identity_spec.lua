-- The ids by which a client names its requests: each is that of one request,
-- in all of its attempts.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local core = require "oai.core"
local libcurl = require "spec.support.libcurl"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }

local function plan_with(...)
  return core.plan { method = "GET", lines = { ... } }
end

local function identity(plan, first)
  return core.exchange(plan, "http://127.0.0.1/", nil, nil, nil, first):identity()
end

local function ids_of(scene)
  local ids = {}
  for i, request in ipairs(scene:requests()) do
    ids[i] = request.header["x-client-request-id"] or "none"
  end
  return ids
end

local FAILS = { status = 500, headers = { ["retry-after-ms"] = "1" }, json = {} }
local LIST = require("spec.support.replies").LIST

describe("the core's ids of requests", function()
  it("are short, of small letters and digits, and each another", function()
    local plan, seen = plan_with(), {}
    for _ = 1, 2000 do
      local id = identity(plan)
      assert.truthy(id:find "^%w+$" and id == id:lower() and #id >= 9 and #id <= 21, id)
      assert.is_nil(seen[id])
      seen[id] = true
    end
  end)

  it("begin alike in a process, and otherwise in others", function()
    local other = child.run [[
      local core = require "oai.core"
      print(core.exchange(core.plan { method = "GET" }, "http://127.0.0.1/"):identity())
    ]]
    assert.equal(identity(plan_with()):sub(1, 8), identity(plan_with()):sub(1, 8))
    assert.not_equal(identity(plan_with()):sub(1, 8), other:sub(1, 8))
  end)

  it("begin otherwise in a child that is forked", function()
    local has_posix, posix = pcall(require, "posix")
    local fork = has_posix and (posix.fork or require("posix.unistd").fork)
    if not fork then
      pending "luaposix is not installed for this Lua"
      return
    end
    local output = child.run [[
      local posix = require "posix"
      local fork = posix.fork or require("posix.unistd").fork
      local wait = posix.wait or require("posix.sys.wait").wait
      local core = require "oai.core"
      local id = fork()
      io.write(core.exchange(core.plan { method = "GET" }, "http://127.0.0.1/"):identity():sub(1, 8), " ")
      io.stdout:flush()
      if id == 0 then
        os.exit(0)
      end
      wait(id)
    ]]
    local first, second = output:match "^(%w+) (%w+) $"
    assert.truthy(first, output)
    assert.not_equal(first, second)
  end)

  it("are those of the exchange whose request is sent again", function()
    local first = core.exchange(plan_with(), "http://127.0.0.1/")
    assert.equal(first:identity(), identity(plan_with(), first:id()))
    assert.not_equal(first:identity(), identity(plan_with()))
  end)

  it("are the plan's where that has one, or says that there is none", function()
    assert.equal("mine", identity(plan_with("A: b", "x-client-request-ID: mine", "C: d")))
    assert.equal("mine", identity(plan_with "X-Client-Request-Id: mine", 7))
    assert.equal("", identity(plan_with "X-Client-Request-Id:"))
    assert.equal("", identity(plan_with "X-Client-Request-Id;"))
    assert.truthy(identity(plan_with "X-Client-Request-Idea: mine"):find "^%w+$")
  end)
end)

describe("the id of a request", function()
  it("is sent, and told", function()
    local scene = server:scenario { replies = { LIST, LIST } }
    local client, told = connect.to(scene), {}
    for i = 1, 2 do
      local _, facts = client.models:list()
      told[i] = facts.client_request_id
    end
    assert.same(told, ids_of(scene))
    assert.not_equal(told[1], told[2])
  end)

  it("is one for all attempts, and in the error", function()
    local scene = server:scenario { replies = { FAILS, { fault = "close" }, FAILS } }
    local _, err = connect.to(scene).models:list()
    local id = err.client_request_id
    assert.same({ id, id, id, not libcurl.asks_again and id or nil }, ids_of(scene)) -- it sends one again by itself
  end)

  it("is in the text of an error that no reply has named", function()
    local scene = server:scenario { replies = { { fault = "close" } } }
    local _, err = connect.to(scene, { max_retries = 0 }).models:list()
    assert.truthy(tostring(err):find("client request " .. ids_of(scene)[1], 1, true))
    scene = server:scenario { replies = { { status = 400, headers = { ["x-request-id"] = "req_1" }, json = {} } } }
    _, err = connect.to(scene).models:list()
    assert.truthy(tostring(err):find("(request req_1", 1, true) and not tostring(err):find "client request")
  end)

  it("is told of a stream, and where that breaks", function()
    local scene = server:scenario { replies = { { sse = { { data = { choices = {} } } } } } }
    local stream = assert(connect.to(scene).chat.completions:stream { model = "m", messages = {} })
    local _, err = stream:final()
    assert.same({ stream.response.client_request_id }, ids_of(scene))
    assert.equal(stream.response.client_request_id, err.client_request_id)
  end)

  it("is the caller's, as an option or a field of the header", function()
    local scene, longest = server:scenario { replies = { FAILS, LIST, LIST, LIST, LIST } }, ("x"):rep(512)
    local client = connect.to(scene)
    local _, facts = client.models:list(nil, { client_request_id = "mine 1" })
    assert.equal("mine 1", facts.client_request_id)
    _, facts = client.models:list(nil, { headers = { ["x-client-request-ID"] = "mine 2" } })
    assert.equal("mine 2", facts.client_request_id)
    _, facts = client.models:list(nil, { headers = { ["X-Client-Request-Id"] = false } })
    assert.is_nil(facts.client_request_id)
    assert(client.models:list(nil, { client_request_id = longest }))
    assert.same({ "mine 1", "mine 1", "mine 2", "none", longest }, ids_of(scene))
  end)

  it("is refused where the API would", function()
    local client = oai.client { api_key = "k", base_url = "http://127.0.0.1:1" }
    for _, bad in ipairs { ("x"):rep(513), "ä", "a\tb", "" } do
      for _, options in ipairs { { client_request_id = bad }, { headers = { ["X-Client-Request-Id"] = bad } } } do
        assert.error_matches(function()
          client.models:list(nil, options)
        end, "the client request id must be ASCII, of 1 to 512 characters")
      end
    end
    assert.error_matches(function()
      client:with { client_request_id = "mine" }
    end, "belongs to a single call")
  end)

  it("stays with a redirect, and does not go to a foreign origin", function()
    local foreign = server:scenario { replies = { LIST, LIST } }
    local scene = server:scenario { replies = { { status = 307, headers = { location = "models?again" } }, LIST,
      { status = 307, headers = { location = foreign:base_url_on "https1" .. "/models" } } } }
    local client = connect.to(scene, { verify = false })
    local _, facts = client.models:list()
    assert.same({ facts.client_request_id, facts.client_request_id }, ids_of(scene))
    _, facts = client.models:list()
    assert.equal(ids_of(scene)[3], facts.client_request_id)
    client:request("GET", foreign:base_url_on "https1" .. "/models")
    assert.same({ "none", "none" }, ids_of(foreign))
  end)
end)
