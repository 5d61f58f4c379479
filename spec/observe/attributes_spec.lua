-- OpenTelemetry's names for what a hook is told: those of its registry, of
-- GenAI's conventions and of HTTP's.

local attributes = require "oai.observe.attributes"
local oai = require "oai"
local request = require "oai.call.request"

--- What a hook is told of a request of this client, as far as attributes go.
local function told_of(client, more)
  local endpoint = { name = "request", method = "POST", template = "/x", ids = {}, returns = "json" }
  local built = request.build(client, endpoint, "/x", { model = "m" })
  local told = { operation = "chat.completions.create", method = "POST", attempt = 1, template = "/x", model = "m",
    host = built.url:match "^%a+://([^/]*)", path = built.url:match "^%a+://[^/]*([^?]*)", _request = built }
  for name, value in pairs(more or {}) do
    told[name] = value
  end
  return told
end

local PROVIDERS = {
  openai = { oai.client { api_key = "k" }, oai.client { api_key = "k", base_url = "http://127.0.0.1:8000/v1" },
    oai.client { api_key = "k", profile = "together" }, oai.client { api_key = "k", base_url = "https://my-x.ai/v1" },
    oai.client { provider = { name = "mine", base_url = "https://example.com", credential = "k" } } },
  ["azure.ai.openai"] = { oai.azure { api_key = "k", endpoint = "https://example.com", api_version = "v" },
    oai.client { api_key = "k", base_url = "https://me.openai.azure.com/openai/v1" } },
  ["aws.bedrock"] = { oai.bedrock { token = "k", region = "us-east-1", base_url = "https://example.com" },
    oai.client { api_key = "k", base_url = "https://bedrock-mantle.us-east-1.api.aws/v1" },
    oai.client { api_key = "k", base_url = "https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1" } },
  ["gcp.vertex_ai"] = { oai.vertex { token = "t", project = "p", location = "l" },
    oai.client { api_key = "k", base_url = "https://us-central1-aiplatform.googleapis.com/v1" } },
  ["gcp.gemini"] = { oai.client { api_key = "k", base_url = "https://generativelanguage.googleapis.com/v1/openai" } },
  x_ai = { oai.client { api_key = "k", base_url = "https://api.x.ai/v1" } },
  groq = { oai.client { api_key = "k", profile = "groq" } },
  deepseek = { oai.client { api_key = "k", base_url = "https://api.deepseek.com/v1" } },
  mistral_ai = { oai.client { api_key = "k", profile = "mistral" } },
}

describe("OpenTelemetry's attributes", function()
  for name, clients in pairs(PROVIDERS) do
    it("know the provider " .. name, function()
      for _, client in ipairs(clients) do
        local found = attributes.of(told_of(client))
        assert.equal(name, found["gen_ai.provider.name"])
        assert.equal(name == "openai" and "chat_completions" or nil, found["openai.api.type"])
      end
    end)
  end

  it("are those of a reply", function()
    local told = told_of(oai.client { api_key = "k", base_url = "http://127.0.0.1:8000/v1" }, {
      attempt = 3, bytes_sent = 5, bytes_received = 6, status = 200, response_model = "m-2",
      usage = { input = 10, cached = 4, output = 20, reasoning = 5 },
    })
    told._request.stream = true
    assert.same({
      ["http.request.method"] = "POST", ["http.request.body.size"] = 5, ["http.request.resend_count"] = 2,
      ["http.response.status_code"] = 200, ["http.response.body.size"] = 6,
      ["url.scheme"] = "http", ["url.path"] = "/v1/x", ["url.template"] = "/x",
      ["url.full"] = "http://127.0.0.1:8000/v1/x", ["server.address"] = "127.0.0.1", ["server.port"] = 8000,
      ["gen_ai.operation.name"] = "chat", ["gen_ai.provider.name"] = "openai", ["gen_ai.request.model"] = "m",
      ["gen_ai.request.stream"] = true, ["gen_ai.response.model"] = "m-2", ["gen_ai.usage.input_tokens"] = 10,
      ["gen_ai.usage.output_tokens"] = 20, ["gen_ai.usage.cache_read.input_tokens"] = 4,
      ["gen_ai.usage.reasoning.output_tokens"] = 5, ["openai.api.type"] = "chat_completions",
    }, attributes.of(told))
  end)

  it("are those of a failure", function()
    local client = oai.client { api_key = "k" }
    local found = attributes.of(told_of(client, { operation = "files.list", error = { kind = "connection" } }))
    assert.same({ "connection", "files.list", 443, "api.openai.com" }, { found["error.type"],
      found["gen_ai.operation.name"], found["server.port"], found["server.address"] })
    assert.is_nil(found["openai.api.type"] or found["http.request.resend_count"])
    assert.equal("429", attributes.of(told_of(client, { status = 429 }))["error.type"])
  end)
end)
