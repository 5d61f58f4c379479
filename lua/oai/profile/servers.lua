-- Servers that speak the API, each in its own way: where they are, with which
-- key, and what must be said differently there. What a reader of replies can
-- bear with all servers is borne everywhere, and stands nowhere here.

local SHORTER = { max_completion_tokens = "max_tokens" }
local NO_DEVELOPER = { developer = "system" }

---@type table<string, oai.Profile>
return {
  ollama = {
    name = "Ollama", base_url = "http://127.0.0.1:11434/v1", key_variable = "OLLAMA_API_KEY", keyless = true,
    port = "11434", -- which nobody else has
    base64 = true, roles = NO_DEVELOPER,
    parameters = { ["chat.completions.create"] = SHORTER },
  },
  llama_cpp = {
    name = "llama.cpp", base_url = "http://127.0.0.1:8080/v1", key_variable = "LLAMA_API_KEY", keyless = true,
    base64 = true,
    copied = { ["responses.create"] = { json_schema = "text.format.schema" } },
  },
  vllm = {
    name = "vLLM", base_url = "http://127.0.0.1:8000/v1", key_variable = "VLLM_API_KEY", keyless = true,
    base64 = true, roles = NO_DEVELOPER,
  },
  lm_studio = {
    name = "LM Studio", base_url = "http://127.0.0.1:1234/v1", key_variable = "LM_API_TOKEN", keyless = true,
    roles = NO_DEVELOPER,
    parameters = { ["chat.completions.create"] = SHORTER },
  },
  openrouter = {
    name = "OpenRouter", base_url = "https://openrouter.ai/api/v1", key_variable = "OPENROUTER_API_KEY",
    hosts = { "openrouter.ai" },
  },
  groq = {
    name = "Groq", base_url = "https://api.groq.com/openai/v1", key_variable = "GROQ_API_KEY",
    hosts = { "api.groq.com" },
    parameters = { ["chat.completions.create"] = { store = false, metadata = false } },
  },
  deepseek = {
    name = "DeepSeek", base_url = "https://api.deepseek.com/v1", key_variable = "DEEPSEEK_API_KEY",
    hosts = { "api.deepseek.com" }, roles = NO_DEVELOPER,
    parameters = { ["chat.completions.create"] = SHORTER },
  },
  mistral = {
    name = "Mistral", base_url = "https://api.mistral.ai/v1", key_variable = "MISTRAL_API_KEY",
    hosts = { "api.mistral.ai" }, roles = NO_DEVELOPER,
    parameters = {
      ["chat.completions.create"] = {
        max_completion_tokens = "max_tokens", seed = "random_seed",
        stream_options = false, store = false, user = false, safety_identifier = false, -- which it refuses
      },
    },
  },
  together = {
    name = "Together", base_url = "https://api.together.xyz/v1", key_variable = "TOGETHER_API_KEY",
    hosts = { "api.together.xyz", "api.together.ai" }, roles = NO_DEVELOPER,
    parameters = { ["chat.completions.create"] = SHORTER },
  },
}
