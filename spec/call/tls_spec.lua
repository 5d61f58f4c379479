-- Calls over TLS: HTTP/2 where it is offered, who is trusted, and certificates of
-- clients; with real libcurl against the local API server.

local connect = require "spec.support.connect"
local core = require "oai.core"
local libcurl = require "spec.support.libcurl"
local oai = require "oai"
local replies = require "spec.support.replies"
local server = require("spec.support.server").start { tls = true }

local LIST = replies.LIST

describe("TLS", function()
  local it_over_http2 = libcurl.http2 and it or pending
  local it_with_http2_streams = libcurl.http2_streams and it or pending

  it_over_http2("speaks HTTP/2 where it is offered", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene, nil, "https")
    for _ = 1, 3 do
      assert(client.models:list())
    end
    for _, request in ipairs(scene:requests()) do
      assert.equal("2", request.http_version)
    end
    assert.equal(1, scene:journal().connections_total)
  end)

  it_with_http2_streams("opens streams beside calls on one HTTP/2 connection", function()
    local chunk = { data = { choices = { { index = 0, delta = { content = "a" }, finish_reason = "stop" } } } }
    local scene = server:scenario { replies = {
      { sse = { chunk, chunk, "data: [DONE]\n\n" }, chunk_delay = 0.05 }, LIST,
      { sse = { chunk, "data: [DONE]\n\n" } } } }
    local client = connect.to(scene, nil, "https")
    local first = assert(client.chat.completions:create { model = "m", stream = true })
    assert(client.models:list())
    local second = assert(client.chat.completions:create { model = "m", stream = true })
    assert.equal("a", second:final().choices[1].message.content)
    assert.equal("aa", first:final().choices[1].message.content)
    assert.equal(1, scene:journal().connections_total)
  end)

  it("speaks HTTP/1.1 where it must", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, nil, "https1").models:list())
    assert.equal("1.1", scene:requests()[1].http_version)
  end)

  for _, case in ipairs {
    { name = "goaway", steps = { { write = "{" }, { goaway = true } } },
    { name = "reset of the stream", steps = { { write = "{" }, { reset = true } } },
    { name = "reset of the connection", steps = { { write = "{" }, { reset = "connection" } } },
  } do
    it("tries again over HTTP/2 after a " .. case.name, function()
      local scene = server:scenario { replies = { { steps = case.steps }, LIST } }
      local list, facts = connect.to(scene, nil, "https").models:list()
      assert.is_table(list, tostring(facts))
      assert.equal(2, facts.attempts)
    end)
  end

  it("trusts a folder of certificates", function()
    local scene = server:scenario { replies = { LIST } }
    local client = oai.client { api_key = connect.key, base_url = scene:base_url_on "https", ca_path = server.ca_path }
    assert(client.models:list())
  end)

  for _, listener in ipairs { "https", "https1" } do
    it("sends nothing to a server it cannot verify: " .. listener, function()
      local scene = server:scenario { replies = { LIST }, repeat_last = true }
      local client = oai.client { api_key = connect.key, base_url = scene:base_url_on(listener) }
      local started = core.clock()
      local list, err = client.models:list()
      assert.is_nil(list)
      assert.equal("tls", err.kind)
      assert.equal(1, err.attempts)
      assert.is_nil(err.status)
      assert.is_true(core.clock() - started < 5)
      assert.equal(0, scene:journal().requests_total)
    end)
  end

  it("sends nothing to a server with the certificate of another", function()
    local scene = server:scenario { replies = { LIST } }
    local url = scene:base_url_on("https"):gsub("127%.0%.0%.1", "0.0.0.0") -- this machine by another name
    local _, err = connect.to(scene, { base_url = url, max_retries = 0, ca_file = server.ca_file }).models:list()
    assert.equal("tls", err.kind)
    assert.equal(0, scene:journal().requests_total)
  end)

  it("does not verify when told so", function()
    local scene = server:scenario { replies = { LIST } }
    local client = oai.client { api_key = connect.key, verify = false,
      base_url = scene:base_url_on("https") }
    assert(client.models:list())
    assert.equal("Bearer " .. connect.key, scene:requests()[1].header.authorization)
  end)

  it("says who it is with a certificate", function()
    local scene = server:scenario { replies = { LIST } }
    assert(connect.to(scene, nil, "mtls").models:list())
    assert.equal("mtls", scene:requests()[1].listener)
  end)

  it("fails where a certificate is demanded and not given", function()
    local scene = server:scenario { replies = { LIST } }
    local client = oai.client { api_key = connect.key, ca_file = server.ca_file, max_retries = 0,
      base_url = scene:base_url_on("mtls") }
    local list, err = client.models:list()
    assert.is_nil(list)
    assert.truthy(err.kind == "tls" or err.kind == "connection", err.kind)
    assert.equal(0, scene:journal().requests_total)
  end)

  for _, option in ipairs { "ca_file", "client_cert" } do
    it("tells a missing " .. option, function()
      local scene = server:scenario { replies = { LIST } }
      local _, err = connect.to(scene, { [option] = "/nowhere/at-all.pem" }, "mtls").models:list()
      assert.equal("tls", err.kind)
      assert.equal(1, err.attempts)
      assert.equal(0, scene:journal().requests_total)
    end)
  end
end)
