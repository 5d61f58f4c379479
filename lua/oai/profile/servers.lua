-- Servers that speak the API, each in its own way: where they are, with which
-- key, and what must be said differently there. What a reader of replies can
-- bear with all servers is borne everywhere, and stands nowhere here. Left out
-- of a request is only what its server refuses and no answer depends on.

local CHAT, RESPONSES = "chat.completions.create", "responses.create"
local SHORTER = { [CHAT] = { max_completion_tokens = "max_tokens" } }
local SYSTEM = { developer = "system" }
local NO_DEVELOPER = { [CHAT] = SYSTEM, [RESPONSES] = SYSTEM }

---@class oai.ServerProfile : oai.Profile
---@field hosts? string[]  by which it is recognised
---@field port? string     by which it is recognised on this machine

---@type table<string, oai.ServerProfile>
return {
  ollama = {
    name = "Ollama", base_url = "http://127.0.0.1:11434/v1", key_variable = "OLLAMA_API_KEY", keyless = true,
    port = "11434", -- which nobody else has
    base64 = true, roles = NO_DEVELOPER, parameters = SHORTER,
  },
  llama_cpp = {
    name = "llama.cpp", base_url = "http://127.0.0.1:8080/v1", key_variable = "LLAMA_API_KEY", keyless = true,
    base64 = true,
    copied = { [RESPONSES] = { json_schema = "text.format.schema" } },
  },
  vllm = {
    name = "vLLM", base_url = "http://127.0.0.1:8000/v1", key_variable = "VLLM_API_KEY", keyless = true,
    base64 = true, roles = NO_DEVELOPER,
  },
  lm_studio = {
    name = "LM Studio", base_url = "http://127.0.0.1:1234/v1", key_variable = "LM_API_TOKEN", keyless = true,
    roles = NO_DEVELOPER, parameters = SHORTER,
  },
  openrouter = {
    name = "OpenRouter", base_url = "https://openrouter.ai/api/v1", key_variable = "OPENROUTER_API_KEY",
    hosts = { "openrouter.ai" },
  },
  groq = {
    name = "Groq", base_url = "https://api.groq.com/openai/v1", key_variable = "GROQ_API_KEY",
    hosts = { "api.groq.com" },
    parameters = {
      [CHAT] = { store = false, metadata = false, safety_identifier = false, prompt_cache_key = false },
    },
  },
  deepseek = {
    name = "DeepSeek", base_url = "https://api.deepseek.com/v1", key_variable = "DEEPSEEK_API_KEY",
    hosts = { "api.deepseek.com" }, roles = NO_DEVELOPER, parameters = SHORTER,
  },
  mistral = {
    name = "Mistral", base_url = "https://api.mistral.ai/v1", key_variable = "MISTRAL_API_KEY",
    hosts = { "api.mistral.ai", "api.eu.mistral.ai", "api.us.mistral.ai" }, roles = { [CHAT] = SYSTEM },
    parameters = {
      [CHAT] = { max_completion_tokens = "max_tokens", seed = "random_seed",
        store = false, user = false, safety_identifier = false, stream_options = false },
    },
  },
  together = {
    name = "Together", base_url = "https://api.together.xyz/v1", key_variable = "TOGETHER_API_KEY",
    hosts = { "api.together.xyz", "api.together.ai" }, roles = NO_DEVELOPER, parameters = SHORTER,
  },
}
