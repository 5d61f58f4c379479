-- Azure OpenAI: where calls go, with which credential, and what is refused.
-- Facts are in spec/support/facts/azure.lua.

local child = require "spec.support.child"
local environment = require "spec.support.environment"
local facts = require "spec.support.facts.azure"
local oai = require "oai"
local replies = require "spec.support.replies"
local request = require "oai.call.request"
local server = require("spec.support.server").start { tls = true }
local shared_vectors = require "spec.support.shared_vectors"

local FAILED = { status = 500, json = {}, headers = { ["retry-after-ms"] = "1" } }
local ANSWER = { json = { id = "c1", object = "chat.completion", choices = {} } }

local function url_of(options, path, model, method)
  local given = { api_version = facts.version, api_key = "K" }
  for name, value in pairs(options) do
    given[name] = value
  end
  local endpoint = { name = "request", method = method or "POST", template = path, ids = {}, returns = "json" }
  return request.build(oai.azure(given), endpoint, path, { model = model }).url
end

local function at(scene, given)
  local all = { endpoint = scene.base_url:gsub("/v1$", ""), api_version = facts.version, max_retries = 0 }
  for name, value in pairs(given or {}) do
    all[name] = value
  end
  return oai.azure(all)
end

local function event(text, ...)
  return "data: " .. text:format(...) .. "\n\n"
end

local function written(given)
  local fields = {}
  for name, value in pairs(given) do
    local text = type(value) == "string" and ("%q"):format(value) or tostring(value)
    fields[#fields + 1] = name .. " = " .. (value == "<env>" and '{ env = "OAI_SPEC_OTHER" }' or text)
  end
  return table.concat(fields, ", ")
end

local PROGRAM = [[
local oai = require "oai"
local value, err = oai.azure { %s }.models:list()
print(value and "sent" or err)
]]

-- What stands for a credential that is no text.
local MAKERS = {
  ["<fn>"] = function()
    return "FN"
  end,
  ["<empty fn>"] = function()
    return " "
  end,
  ["<nil fn>"] = function() end,
  ["<failing fn>"] = function()
    return nil, "no way"
  end,
}

--- The header that a client sends with the credential of its options, and its error.
local function sent_here(given)
  local scene = server:scenario { replies = { replies.LIST } }
  local name, value = next(given)
  local _, err = at(scene, { [name] = MAKERS[value] or value }).models:list()
  return (scene:requests()[1] or {}).header, tostring(err)
end

--- The header that a program with these variables sends, or what it prints.
local function sent_by_program(variables, given)
  local scene = server:scenario { replies = { replies.LIST } }
  local all = { AZURE_OPENAI_ENDPOINT = scene.base_url:gsub("/v1$", ""), OPENAI_API_VERSION = facts.version,
    OAI_SPEC_OTHER = "OTHER" }
  for _, name in ipairs { "OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_AD_TOKEN" } do
    all[name] = variables[name] or false
  end
  local output = child.run(PROGRAM:format(written(given)), all)
  return (scene:requests()[1] or {}).header, output
end

local function assert_sent(variables, given, expected)
  local is_here = next(variables) == nil and next(given) ~= nil and not tostring(select(2, next(given))):find "env"
  local header, output
  if is_here then
    header, output = sent_here(given)
  else
    header, output = sent_by_program(variables, given)
  end
  if type(expected) == "string" then
    assert.truthy(output:find(expected, 1, true), output)
    assert.is_nil(output:find("attempts", 1, true), output)
    assert.is_nil(header)
  else
    assert.same(expected, { ["api-key"] = header["api-key"], authorization = header.authorization }, output)
  end
end

describe("azure", function()
  describe("calls", function()
    for i, fact in ipairs(facts.urls) do
      it(("go where case %d says"):format(i), function()
        assert.equal(fact[4] .. "?api-version=" .. facts.version, url_of(fact[1], fact[2], fact[3]))
      end)
    end

    it("have the query of their endpoint", function()
      local url = url_of({ endpoint = "https://h/a/?subscription=1" }, "/completions", "m")
      assert.equal("https://h/a/openai/deployments/m/completions?subscription=1&api-version=" .. facts.version, url)
    end)

    it("name no deployment where they look for completions of a model", function()
      local scene = server:scenario { replies = { replies.LIST } }
      assert(at(scene, { api_key = "K" }).chat.completions:list { model = "m" })
      assert.equal("/openai/chat/completions", scene:requests()[1].path)
      assert.truthy(scene:requests()[1].query:find("model=m", 1, true))
    end)

    it("have no deployment of dots", function()
      local done, raised = pcall(url_of, { endpoint = "https://h" }, "/completions", "..")
      assert.is_false(done)
      assert.truthy(tostring(raised):find("azure: the deployment", 1, true))
    end)

    it("take the model out of a form and out of the option 'body', and leave it where it was", function()
      local scene = server:scenario { replies = { { json = { text = "t" } }, ANSWER } }
      local client = at(scene, { api_key = "K" })
      assert(client.audio.transcriptions:create { file = { data = "x", filename = "a.mp3" }, model = "w" })
      assert(client.chat.completions:create({ messages = {} }, { body = { model = "m" } }))
      local requests = scene:requests()
      assert.equal("/openai/deployments/w/audio/transcriptions", requests[1].path)
      assert.truthy(requests[1].body:find '\r\n\r\nw\r\n')
      assert.equal("/openai/deployments/m/chat/completions", requests[2].path)
      assert.truthy(requests[2].body:find('"model":"m"', 1, true))
    end)

    it("have the api-version beside a query of their own, which goes first", function()
      local scene = server:scenario { replies = { { json = {} }, { json = {} } } }
      local client = at(scene, { api_key = "K", query = { a = "1" } })
      assert(client:request("GET", "/files?b=2"))
      assert(client:request("GET", "/files", nil, { query = { ["api-version"] = "preview" } }))
      assert.equal("b=2&a=1&api-version=2024-02-01", scene:requests()[1].query)
      assert.equal("a=1&api-version=preview", scene:requests()[2].query)
    end)

    it("of streams pass over what the content filter says late", function()
      local filter = '{"id":"","object":"","created":0,"model":"","choices":[{"index":0,"content_filter_offsets":'
        .. '{"check_offset":1},"content_filter_results":{"hate":{"filtered":false}},"finish_reason":null}]}'
      local prompt = '{"id":"","object":"","created":0,"model":"","choices":[],"prompt_filter_results":[]}'
      local piece = '{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,'
        .. '"delta":{"content":"%s"},"finish_reason":%s}]}'
      local scene = server:scenario { replies = { { sse = { event(prompt), event(piece, "a", "null"),
        event(filter), event(piece, "b", '"stop"'), event(filter), event "[DONE]" } } } }
      local stream = assert(at(scene, { api_key = "K" }).chat.completions:stream { model = "m", messages = {} })
      local texts = {}
      for text in stream:text() do
        texts[#texts + 1] = text
      end
      local final = assert(stream:final())
      assert.same({ "a", "b" }, texts)
      assert.same({ "c1", "chat.completion", "m", 1 }, { final.id, final.object, final.model, final.created })
      assert.same({ "ab", "stop" }, { final.choices[1].message.content, final.choices[1].finish_reason })
    end)
  end)

  describe("credentials", function()
    for i, fact in ipairs(facts.credentials) do
      it(("are those of case %d"):format(i), function()
        assert_sent(fact[1], fact[2], fact[3])
      end)
    end

    it("that a function makes are asked for at each attempt", function()
      local scene = server:scenario { replies = { FAILED, ANSWER } }
      local values = { "first", "second" }
      local client = at(scene, { max_retries = 1, token = function(told)
        return values[told.attempt]
      end })
      assert(client.chat.completions:create { model = "m", messages = {} })
      local requests = scene:requests()
      assert.equal("Bearer first", requests[1].header.authorization)
      assert.equal("Bearer second", requests[2].header.authorization)
    end)

    it("that hold for a time are kept so long, and renewed once when they are refused", function()
      local scene = server:scenario { replies = { ANSWER, ANSWER, { status = 401, json = {} }, ANSWER } }
      local asked = 0
      local client = at(scene, { token = function()
        asked = asked + 1
        return "token-" .. asked, 3600
      end })
      for _ = 1, 3 do
        assert(client.chat.completions:create { model = "m", messages = {} })
      end
      local sent_tokens = {}
      for i, one in ipairs(scene:requests()) do
        sent_tokens[i] = one.header.authorization:match "%d$"
      end
      assert.equal("1112", table.concat(sent_tokens))
      assert.equal(2, asked)
    end)

    for address, is_same in pairs { ["{{base:https1}}/there"] = false, ["{{base}}/here"] = true } do
      it(("go %s with a redirect to %s"):format(is_same and "along" or "not", address), function()
        local scene = server:scenario { replies = { { status = 307, headers = { location = address } }, ANSWER } }
        local client = at(scene, { api_key = "azure-key-0123456789", ca_file = server.ca_file })
        assert(client.chat.completions:create { model = "m", messages = {} })
        local requests = scene:requests()
        assert.equal(2, #requests)
        assert.equal("azure-key-0123456789", requests[1].header["api-key"])
        assert.equal(is_same and "azure-key-0123456789" or nil, requests[2].header["api-key"])
      end)
    end
  end)

  describe("options", function()
    before_each(function()
      environment.set {}
    end)
    after_each(environment.restore)

    for i, fact in ipairs(facts.refused) do
      it(("are refused in case %d"):format(i), function()
        local done, raised = pcall(oai.azure, fact[1])
        assert.is_false(done)
        assert.truthy(tostring(raised):find(fact[2], 1, true), tostring(raised))
        assert.truthy(tostring(raised):find("azure_spec", 1, true), tostring(raised))
      end)
    end

    it("that are OpenAI's own are refused of a copy too", function()
      local client = oai.azure { endpoint = "https://h", api_version = "v", api_key = "K" }
      local done, raised = pcall(client.with, client, { organization = "o" })
      assert.is_false(done)
      assert.truthy(tostring(raised):find("the provider 'azure' and the option 'organization' do not", 1, true))
    end)

    it("that are a client's go to it", function()
      local client = oai.azure { endpoint = "https://h", api_version = "v", api_key = "K", verify = false, timeout = 5 }
      assert.same({ false, 5 }, { client._settings.options.verify, client._settings.options.timeout })
    end)

    it("are the environment's", function()
      environment.set { AZURE_OPENAI_ENDPOINT = "https://e/", OPENAI_API_VERSION = "v", OPENAI_BASE_URL = "https://o",
        OPENAI_ORG_ID = "org", OPENAI_PROJECT_ID = "proj", OPENAI_CUSTOM_HEADERS = "X-A: 1" }
      local client = oai.azure()
      assert.equal("oai.Client https://e/openai", tostring(client))
      assert.is_nil(client._settings.own_headers["OpenAI-Organization"])
      assert.is_nil(client._settings.own_headers["OpenAI-Project"])
      assert.is_nil(client._settings.default_headers["x-a"])
    end)
  end)
end)

shared_vectors.describe("azure", function(vectors)
  -- oai differs: a client's base URL never has the deployment in it, and so `expected_base_url` neither
  for i, case in ipairs(vectors.url_cases) do
    it("URL " .. i, function()
      local given = shared_vectors.plain(case.client)
      assert.equal(case.expected_url, url_of({ endpoint = given.azure_endpoint, deployment = given.azure_deployment,
        base_url = given.base_url, api_version = given.api_version }, case.path, case.body.model, case.method))
    end)
  end

  for _, path in ipairs(vectors.deployment_paths.python) do
    it("has deployments in " .. path, function()
      assert.truthy(url_of({ endpoint = "https://h" }, path, "b"):find("/openai/deployments/b" .. path, 1, true))
    end)
  end

  -- oai differs: "/batches" has no model, in openai-node it is among these paths all the same

  it("cases of credentials are those of the facts", function()
    assert.equal(8, #vectors.auth_cases)
  end)
end)

shared_vectors.describe("azure_credentials", function(vectors)
  local NAMES = { azure_ad_token = "token", azure_ad_token_provider = "token", api_key = "api_key" }

  for i, case in ipairs(vectors.cases) do
    it("case " .. i, function()
      local expect, given, count = shared_vectors.plain(case.expect), {}, 0
      for name, value in pairs(case.args) do
        count = count + 1
        given[NAMES[name]] = value
      end
      if count == 2 then -- oai differs: a token and a function that makes one are the same option
        given.api_key, given.token = "K", "T"
        given.endpoint, given.api_version = "https://h", "v"
        return assert.has_error(function()
          oai.azure(given)
        end)
      elseif expect.error == "ValueError" then
        given.token = "<empty fn>"
      end
      local wanted = expect.error == "ValueError" and "is empty" or expect.error and "missing credentials"
        or { ["api-key"] = expect["api-key"], authorization = expect.authorization }
      if type(wanted) == "table" and wanted.authorization == "Bearer P" then
        wanted.authorization = "Bearer FN"
      end
      assert_sent(case.env, given, wanted)
    end)
  end
end)
