-- Where sockets are opened.

local facts = require "spec.support.facts.socket_urls"
local oai = require "oai"
local shared_vectors = require "spec.support.shared_vectors"
local socket_url = require "spec.support.socket_url"

local function client_of(case)
  local options = { api_key = "sk-spec" }
  for name, value in pairs(case.client or case.azure) do
    options[name] = value
  end
  return (case.azure and oai.azure or oai.client)(options)
end

describe("a socket's URL", function()
  for _, case in ipairs(facts) do
    it(("is %s"):format(case.url), function()
      local client = client_of(case)
      local given = {}
      for name, value in pairs(case.given) do
        given[name] = value
      end
      assert.equal(case.url, (socket_url(client, case.kind, case.id, given)))
      client:close()
    end)
  end

  it("has one of a model, a call and an intent", function()
    local client = oai.client { api_key = "sk-spec", base_url = "http://127.0.0.1:1/v1" }
    for _, given in ipairs { {}, { model = "m", call_id = "c" }, { call_id = "c", intent = "transcription" } } do
      local ok, err = pcall(client.realtime.connect, client.realtime, given)
      assert.is_false(ok)
      assert.matches("give exactly one of 'model', 'call_id' and 'intent'", err, 1, true)
    end
    client:close()
  end)

  it("is said in values that can be", function()
    local client = oai.client { api_key = "sk-spec", base_url = "http://127.0.0.1:1/v1", max_retries = 0 }
    for message, act in pairs {
      ["realtime.connect: parameter 'model' must be a text that is not empty, got table"] = function()
        client.realtime:connect { model = {} }
      end,
      ["realtime.connect: parameter 'model' must be a text that is not empty, got an empty one"] = function()
        client.realtime:connect { model = "" }
      end,
      ["realtime.connect: parameter 'intent' must be a text"] = function() client.realtime:connect { intent = 1 } end,
      ["live.connect: parameter 'session' must be a table, got string"] = function()
        client.live:connect { session = "x" }
      end,
      ["live.sideband.connect: parameter 'graceful_close' must be a boolean"] = function()
        client.live.sideband:connect("s", { graceful_close = "yes" })
      end,
      ["live.sideband.connect: session_id must be a non-empty string"] = function()
        client.live.sideband:connect ""
      end,
      ["live.forks.connect: session_id must not hold a '.' or '..' segment"] = function()
        client.live.forks:connect "a/../b"
      end,
    } do
      local ok, err = pcall(act)
      assert.is_false(ok)
      assert.matches(message, err, 1, true)
      assert.matches("place_spec.lua:", err, 1, true)
    end
    client:close()
  end)

  it("is no place to which a provider's credential may not go", function()
    local client = oai.azure { endpoint = "https://r.openai.azure.com", api_version = "1", api_key = "k" }
    local ok, err = pcall(client.realtime.connect, client.realtime,
      { model = "d", websocket_base_url = "wss://elsewhere.example.com" })
    assert.is_false(ok)
    assert.matches("its credential is for no other place", err, 1, true)
    client:close()
  end)
end)

--- What a case says of its client, as the library has it.
local function client_of_vector(case)
  if case.azure_dated then
    return oai.azure { endpoint = case.endpoint, base_url = case.base_url, api_version = case.api_version,
      websocket_base_url = case.websocket_base_url, api_key = "k" }, { model = case.model }
  elseif case.azure_ga then
    return oai.client { base_url = case.base_url .. "/v1", api_key = "k" }, { model = case.deployment }
  end
  return oai.client { base_url = case.base_url, websocket_base_url = case.websocket_base_url, api_key = "k" },
    { model = case.model, call_id = case.call_id, intent = case.intent }
end

shared_vectors.describe("realtime_urls", function(vectors)
  vectors = shared_vectors.plain(vectors)
  for i, case in ipairs(vectors.cases) do
    it(("%d: %s"):format(i, case.url), function()
      local client, given = client_of_vector(case)
      local built = socket_url(client, case.responses_ws and "responses" or "realtime", nil, given)
      assert.equal(case.url, (built:gsub("^http", "ws")))
      client:close()
    end)
  end

  for i, case in ipairs(vectors.errors) do
    it(("refuses %d"):format(i), function()
      local client = oai.client { api_key = "k", base_url = "http://127.0.0.1:1/v1" }
      local ok, err = pcall(socket_url, client, "realtime", nil,
        { model = case.given.model, call_id = case.given.call_id or case.given.callID })
      assert.is_false(ok)
      assert.matches("exactly one", err, 1, true)
      client:close()
    end)
  end
end)
