-- Calls over proxies: those of options and of the environment, and tunnels; with
-- real libcurl against a proxy and the local API server.

local child = require "spec.support.child"
local cjson = require "cjson"
local connect = require "spec.support.connect"
local libcurl = require "spec.support.libcurl"
local merged = require "spec.support.merged"
local oai = require "oai"
local replies = require "spec.support.replies"
local server = require("spec.support.server").start { tls = true }

local LIST = replies.LIST

describe("proxies", function()
  local proxy = require("spec.support.proxy").start()

  --- What the proxy has seen of a scene: "METHOD target".
  local function passed(scene)
    local found = {}
    for _, request in ipairs(proxy:seen()) do
      if request.target:find(scene.path .. "/", 1, true) then
        found[#found + 1] = request.method .. " " .. request.target
      end
    end
    return found
  end

  it("pass on requests", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, { proxy = proxy.url }).models:list())
    assert.same({ "GET " .. scene.base_url .. "/models" }, passed(scene))
    assert.equal("Bearer " .. connect.key, scene:requests()[1].header.authorization)
  end)

  it("open tunnels, through which the key goes unseen", function()
    local scene = server:scenario { replies = { LIST } }
    local before = #proxy:seen()
    assert(connect.to(scene, { proxy = proxy.url }, "https").models:list())
    local seen = proxy:seen()
    assert.equal(before + 1, #seen)
    assert.equal("CONNECT", seen[#seen].method)
    assert.equal("127.0.0.1:" .. server.https, seen[#seen].target)
    assert.equal(libcurl.http2 and "2" or "1.1", scene:requests()[1].http_version)
  end)

  it("are told a name and password of their own", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, { proxy = (proxy.url:gsub("//", "//me:secret@")) }).models:list())
    local seen = proxy:seen()
    assert.equal("Basic bWU6c2VjcmV0", seen[#seen].authorization)
    assert.is_nil(scene:requests()[1].header["proxy-authorization"])
  end)

  for name, options in pairs {
    ca_file = { ca_file = server.ca_file }, ca_path = { ca_path = server.ca_path }, verify = { verify = false },
  } do
    for _, listener in ipairs { "http", "https1" } do
      it(("are reached over TLS as %s says, to %s"):format(name, listener), function()
        local scene = server:scenario { replies = { LIST } }
        local client = oai.client { api_key = connect.key, base_url = scene:base_url_on(listener), max_retries = 0,
          proxy = proxy.secure_url, ca_file = options.ca_file, ca_path = options.ca_path, verify = options.verify }
        assert(client.models:list())
      end)
    end
  end

  it("are not reached over TLS when they cannot be verified", function()
    local scene = server:scenario { replies = { LIST } }
    local client = oai.client { api_key = connect.key, base_url = scene.base_url, proxy = proxy.secure_url }
    local _, err = client.models:list()
    assert.same({ "tls", 1 }, { err.kind, err.attempts })
    assert.equal(0, scene:journal().requests_total)
  end)

  it("are passed by for the hosts of no_proxy", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, { proxy = proxy.url, no_proxy = "example.com,127.0.0.1" }).models:list())
    assert.same({}, passed(scene))
  end)

  it("that do not answer are errors of kind connection", function()
    local scene = server:scenario { replies = { LIST } }
    local _, err = connect.to(scene, { proxy = "http://127.0.0.1:1", max_retries = 0 }).models:list()
    assert.equal("connection", err.kind)
    assert.equal(0, scene:journal().requests_total)
  end)

  local CALL = [[
    local client = require("oai").client { api_key = "sk-spec", base_url = %q, ca_file = %q, max_retries = 0 }
    print(client.models:list())
  ]]

  local NONE = { http_proxy = false, HTTP_PROXY = false, https_proxy = false, HTTPS_PROXY = false,
    all_proxy = false, ALL_PROXY = false, no_proxy = false, NO_PROXY = false }

  local cases = {
    { listener = "http", environment = { http_proxy = proxy.url, no_proxy = "127.0.0.1" }, passes = 0 },
    { listener = "http", environment = {}, passes = 0 },
  }

  local function add(listener, passes, names)
    for _, name in ipairs(names) do
      cases[#cases + 1] = { listener = listener, environment = { [name] = proxy.url }, passes = passes }
    end
  end

  add("http", 1, { "http_proxy", "all_proxy", "ALL_PROXY" })
  add("http", 0, { "https_proxy", "HTTPS_PROXY", "HTTP_PROXY" })
  add("https", 1, { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" })
  add("https", 0, { "http_proxy" })

  for _, case in ipairs(cases) do
    it(("come from the environment, over %s: %s"):format(case.listener, cjson.encode(case.environment)), function()
      local scene = server:scenario { replies = { LIST } }
      local before = #proxy:seen()
      local call = CALL:format(scene:base_url_on(case.listener), server.ca_file)
      local output, status = child.run(call, merged(NONE, case.environment))
      assert.truthy(output:find("oai.Page", 1, true), output)
      assert.equal(0, status)
      assert.equal(case.passes, #proxy:seen() - before)
    end)
  end
end)
