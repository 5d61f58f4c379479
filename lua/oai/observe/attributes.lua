-- What a hook is told, by the names that OpenTelemetry's semantic conventions
-- have for it (HTTP, URL, server, error, GenAI and OpenAI). Pure.

local attributes = {}

-- What GenAI's conventions call an operation; what is not here is called as
-- in this library.
local OPERATIONS = {
  ["chat.completions.create"] = "chat", ["responses.create"] = "chat", ["completions.create"] = "text_completion",
  ["embeddings.create"] = "embeddings",
}

-- What OpenAI's conventions call the API of an operation, which others have not.
local TYPES = { ["chat.completions.create"] = "chat_completions", ["responses.create"] = "responses" }

-- Whom the conventions have a name for: the library's providers and profiles by
-- theirs, others by their hosts.
local PROVIDERS = { azure = "azure.ai.openai", bedrock = "aws.bedrock", vertex = "gcp.vertex_ai" }
local PROFILES = { DeepSeek = "deepseek", Groq = "groq", Mistral = "mistral_ai" }
local HOSTS = {
  { "%.openai%.azure%.com$", "azure.ai.openai" }, { "%.cognitiveservices%.azure%.com$", "azure.ai.openai" },
  { "%.services%.ai%.azure%.com$", "azure.ai.openai" },
  { "^bedrock[%w-]*%.[%w-]+%.amazonaws%.com$", "aws.bedrock" }, { "^bedrock[%w-]*%.[%w-]+%.api%.aws$", "aws.bedrock" },
  { "%f[%w]aiplatform%.googleapis%.com$", "gcp.vertex_ai" }, { "^generativelanguage%.googleapis%.com$", "gcp.gemini" },
  { "^api%.x%.ai$", "x_ai" }, { "^api%.perplexity%.ai$", "perplexity" }, { "^api%.anthropic%.com$", "anthropic" },
  { "^api%.cohere%.com$", "cohere" }, { "^api%.cohere%.ai$", "cohere" },
}

local PORTS = { https = 443, http = 80 }

local function by_host(host)
  for _, known in ipairs(HOSTS) do
    if host:find(known[1]) then
      return known[2]
    end
  end
end

--- Who has the API there: "openai" of everybody that has no name of its own.
local function provider_of(settings, host)
  local provider, profile = settings.provider, settings.profile
  return provider and PROVIDERS[provider.name] or profile and PROFILES[profile.name] or by_host(host:lower())
    or "openai"
end

local function of_server(told, found)
  local scheme = told._request.url:match("^%a[%w+.-]*"):lower()
  local host, port = told.host:match("^(.-):(%d+)$")
  found["url.scheme"], found["url.path"], found["url.template"] = scheme, told.path, told.template
  found["url.full"] = ("%s://%s%s"):format(scheme, told.host, told.path)
  found["server.address"], found["server.port"] = host or told.host, tonumber(port) or PORTS[scheme]
  found["gen_ai.request.stream"] = told._request.stream and true or nil
  found["gen_ai.provider.name"] = provider_of(told._request.settings, host or told.host)
  if found["gen_ai.provider.name"] == "openai" then
    found["openai.api.type"] = TYPES[told.operation]
  end
end

local function of_usage(usage, found)
  found["gen_ai.usage.input_tokens"] = usage.input
  found["gen_ai.usage.output_tokens"] = usage.output
  found["gen_ai.usage.cache_read.input_tokens"] = usage.cached
  found["gen_ai.usage.reasoning.output_tokens"] = usage.reasoning
end

local function of_reply(told, found)
  local err, usage = told.error, told.usage
  found["http.response.status_code"] = told.status
  found["http.response.body.size"] = told.bytes_received
  found["error.type"] = told.status and told.status >= 400 and tostring(told.status) or err and err.kind or nil
  found["gen_ai.response.model"] = told.response_model
  if usage then
    of_usage(usage, found)
  end
end

--- The attributes of a span or a measurement.
---@param told oai.Observed
---@return table<string, any>
function attributes.of(told)
  local found = {
    ["http.request.method"] = told.method,
    ["http.request.body.size"] = told.bytes_sent,
    ["http.request.resend_count"] = told.attempt > 1 and told.attempt - 1 or nil,
    ["gen_ai.operation.name"] = OPERATIONS[told.operation] or told.operation,
    ["gen_ai.request.model"] = told.model,
  }
  of_server(told, found)
  of_reply(told, found)
  return found
end

return attributes
