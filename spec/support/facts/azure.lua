-- Azure OpenAI: where calls go, and with which credential.

local ENDPOINT, VERSION = "https://r.openai.azure.com", "2024-02-01"

return {
  -- options, path, model; the URL without its query
  urls = {
    { { endpoint = ENDPOINT }, "/chat/completions", "b", ENDPOINT .. "/openai/deployments/b/chat/completions" },
    { { endpoint = ENDPOINT .. "/" }, "/embeddings", "b", ENDPOINT .. "/openai/deployments/b/embeddings" },
    { { endpoint = ENDPOINT, deployment = "c" }, "/chat/completions", "b",
      ENDPOINT .. "/openai/deployments/c/chat/completions" },
    { { endpoint = ENDPOINT, deployment = "c" }, "/chat/completions", nil,
      ENDPOINT .. "/openai/deployments/c/chat/completions" },
    { { endpoint = "https://deployments.example" }, "/images/edits", "b",
      "https://deployments.example/openai/deployments/b/images/edits" },
    { { endpoint = ENDPOINT, deployment = "deployments" }, "/audio/speech", "b",
      ENDPOINT .. "/openai/deployments/deployments/audio/speech" },
    { { base_url = "https://e.net/PTU/", deployment = "c" }, "/chat/completions", "b",
      "https://e.net/PTU/deployments/b/chat/completions" },
    { { base_url = "https://e.net/x/deployments/d" }, "/chat/completions", "b",
      "https://e.net/x/deployments/d/chat/completions" },
    { { endpoint = ENDPOINT .. "?" }, "/models", nil, ENDPOINT .. "/openai/models" },
    { { endpoint = ENDPOINT .. "/#about" }, "/models", nil, ENDPOINT .. "/openai/models" },
    { { endpoint = ENDPOINT }, "chat/completions", "b", ENDPOINT .. "/openai/deployments/b/chat/completions" },
    { { endpoint = ENDPOINT }, "/models", nil, ENDPOINT .. "/openai/models" },
    { { endpoint = ENDPOINT }, "/chat/completions", nil, ENDPOINT .. "/openai/chat/completions" },
    { { endpoint = ENDPOINT }, "/assistants", "b", ENDPOINT .. "/openai/assistants" },
    { { endpoint = ENDPOINT, deployment = "c" }, "/models", nil, ENDPOINT .. "/openai/models" },
    { { endpoint = ENDPOINT, deployment = "c" }, "/responses", "b", ENDPOINT .. "/openai/responses" },
    { { endpoint = ENDPOINT }, "/chat/completions/b", "b", ENDPOINT .. "/openai/chat/completions/b" },
    { { endpoint = ENDPOINT }, "/completions", "a/b c?d", ENDPOINT .. "/openai/deployments/a%2Fb%20c%3Fd/completions" },
  },
  version = VERSION,

  -- environment, options; fields of the header
  credentials = {
    { { AZURE_OPENAI_API_KEY = "EK", AZURE_OPENAI_AD_TOKEN = "ET" }, {}, { authorization = "Bearer ET" } },
    { { AZURE_OPENAI_API_KEY = "EK" }, {}, { ["api-key"] = "EK" } },
    { { AZURE_OPENAI_API_KEY = "EK", AZURE_OPENAI_AD_TOKEN = " " }, {}, { ["api-key"] = "EK" } },
    { { AZURE_OPENAI_AD_TOKEN = "ET" }, { api_key = "K" }, { ["api-key"] = "K" } },
    { { AZURE_OPENAI_API_KEY = "EK" }, { token = "T" }, { authorization = "Bearer T" } },
    { {}, { token = "<fn>" }, { authorization = "Bearer FN" } },
    { {}, { api_key = "<fn>" }, { ["api-key"] = "FN" } },
    { {}, { api_key = "<env>" }, { ["api-key"] = "OTHER" } },
    { { AZURE_OPENAI_API_KEY = "EK" }, { api_key = false }, {} },
    { { OPENAI_API_KEY = "OK" }, {}, "missing credentials" },
    { {}, { token = "<empty fn>" }, "is empty" },
    { {}, { token = "<nil fn>" }, "gave nothing" },
    { {}, { token = "<failing fn>" }, "has no credential: no way" },
  },

  -- options; what is raised
  refused = {
    { { endpoint = ENDPOINT, api_version = VERSION, api_key = "K", token = "T" }, "'api_key' or 'token', not both" },
    { { endpoint = ENDPOINT, api_version = VERSION, base_url = ENDPOINT }, "'endpoint' or 'base_url', not both" },
    { { api_version = VERSION }, "or set AZURE_OPENAI_ENDPOINT" },
    { { endpoint = ENDPOINT }, "or set OPENAI_API_VERSION" },
    { { endpoint = ENDPOINT, api_version = "" }, "'api_version' must be a text that is not empty, got an empty one" },
    { { endpoint = 5, api_version = VERSION }, "'endpoint' must be a text that is not empty, got 5" },
    { { endpoint = "r.azure.com", api_version = VERSION }, "is no URL that can be used" },
    { { endpoint = ENDPOINT, api_version = VERSION, provider = {} }, "it is a provider by itself" },
    { { azure_endpoint = ENDPOINT }, "azure: option 'azure_endpoint' is called 'endpoint'" },
    { { endpoint = ENDPOINT, api_version = VERSION, depolyment = "d" }, "unknown option 'depolyment'" },
    { { endpont = ENDPOINT, api_version = VERSION }, "unknown option 'endpont'; did you mean 'endpoint'?" },
    { { endpoint = ENDPOINT, api_version = VERSION, organization = "o" },
      "azure: option 'organization' is OpenAI's: Azure knows no such header" },
    { { endpoint = ENDPOINT, api_version = VERSION, project = "p" }, "azure: option 'project' is OpenAI's" },
    { { endpoint = ENDPOINT, api_version = VERSION, data_residency = "eu" }, "do not go together" },
    { "https://r.openai.azure.com", "the options must be a table" },
  },
}
