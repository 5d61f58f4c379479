-- Profiles: how one is chosen, what it says of where calls go and with which
-- key, and what is no profile. What each server's says is in servers_spec.lua.

local child = require "spec.support.child"
local environment = require "spec.support.environment"
local oai = require "oai"
local profiles = require "oai.profile"
local settings = require "oai.settings"
local text_of = require "spec.support.text_of"

local REFUSED = {
  { { profile = "olama" }, "client: unknown profile 'olama'; did you mean 'ollama'?" },
  { { profile = "LM Studio" }, "client: unknown profile 'LM Studio'; did you mean 'lm_studio'?" },
  { { profile = "llama.cpp" }, "did you mean 'llama_cpp'?" },
  { { profile = "azure_openai_service" }, "client: unknown profile 'azure_openai_service'$" },
  { { profile = 5 }, "option 'profile' must be a string or a table, got 5" },
  { { profile = { rols = {} } }, "client: the profile: unknown field 'rols'; did you mean 'roles'?" },
  { { profile = { hosts = {} } }, "client: the profile: unknown field 'hosts'" },
  { { profile = { base64 = "yes" } }, "client: the profile: field 'base64' must be a boolean, got string" },
  { { profile = { parameters = { store = false } } }, "'parameters' must have a table for each operation" },
  { { profile = { roles = { developer = "system" } } }, "'roles' must have a table for each operation" },
  { { profile = { copied = { "a" } } }, "'copied' must have a table for each operation" },
  { { profile = "groq", data_residency = "eu" }, "client: give 'profile' or 'data_residency', not both" },
}

-- Base URLs, and the profile that is recognised.
local PLACES = {
  { "https://api.openai.com/v1", nil }, { "https://eu.api.openai.com/v1", nil },
  { "https://api.groq.com/openai/v1", "Groq" }, { "https://API.Groq.com/openai/v1", "Groq" },
  { "https://api.groq.com.example.net/v1", nil }, { "https://groq.com/v1", nil },
  { "https://openrouter.ai/api/v1", "OpenRouter" }, { "https://api.deepseek.com", "DeepSeek" },
  { "https://api.mistral.ai/v1", "Mistral" }, { "https://api.eu.mistral.ai/v1", "Mistral" },
  { "https://api.together.ai/v1", "Together" },
  { "http://localhost:11434/v1", "Ollama" }, { "http://127.0.0.1:11434/v1", "Ollama" },
  { "http://[::1]:11434/v1", "Ollama" }, { "http://192.168.1.2:11434/v1", nil },
  { "http://localhost:8080/v1", nil }, { "http://localhost:8000/v1", nil }, { "http://localhost:1234/v1", nil },
}

local OWN = { ["https://api.openai.com/v1"] = true, ["https://eu.api.openai.com/v1"] = true }

local function name_of(made)
  return made.profile and made.profile.name
end

describe("a profile", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  for i, fact in ipairs(REFUSED) do
    it(("is refused in case %d: %s"):format(i, fact[2]), function()
      local done, raised = pcall(oai.client, fact[1])
      assert.is_false(done)
      raised = tostring(raised)
      assert.truthy(raised:find(fact[2], 1, true) or raised:find(fact[2]), raised)
    end)
  end

  for _, fact in ipairs(PLACES) do
    it(("is %s at %s"):format(fact[2] or "none", fact[1]), function()
      local made = settings.new { base_url = fact[1] }
      assert.equal(fact[2], name_of(made))
      local profile = made.profile
      assert.equal(OWN[fact[1]] or profile and profile.base64 or false, made.base64)
    end)
  end

  it("says where calls go, unless that is given", function()
    environment.set { OPENAI_BASE_URL = "http://other:1/v1" }
    assert.equal("http://127.0.0.1:11434/v1", settings.new({ profile = "ollama" }).base_url)
    local made = settings.new { profile = "vllm", base_url = "http://gpu:8000/v1" }
    assert.same({ "http://gpu:8000/v1", "vLLM", true }, { made.base_url, name_of(made), made.base64 })
    assert.equal("http://other:1/v1", settings.new({ profile = { base64 = true } }).base_url)
  end)

  it("of the program's own is kept as it was when it was given", function()
    local given = { name = "Mine", base_url = "http://h/v1", roles = { x = { developer = "system" } } }
    local made = settings.new { profile = given }
    given.roles.x.developer = "user"
    assert.same({ "Mine", "http://h/v1", "system" }, { name_of(made), made.base_url, made.profile.roles.x.developer })
  end)

  it("that is named stays where copies and calls go elsewhere; one that is recognised does not", function()
    local named = settings.new { profile = "ollama", api_key = false }
    local known = settings.new { base_url = "https://api.groq.com/openai/v1", api_key = false }
    for _, derive in ipairs { settings.with, settings.of_call } do
      assert.equal("Ollama", name_of(derive(named, { base_url = "http://gpu:1/v1" })))
      assert.equal("Ollama", name_of(derive(named, { base_url = "https://api.groq.com/openai/v1" })))
      assert.is_nil(name_of(derive(known, { base_url = "http://gpu:1/v1" })))
      assert.equal("Mistral", name_of(derive(known, { base_url = "https://api.mistral.ai/v1" })))
      assert.equal("Groq", name_of(derive(known, { timeout = 1 })))
    end
  end)

  it("that is named keeps what the environment says of OpenAI from its server", function()
    environment.set { OPENAI_ORG_ID = "org", OPENAI_PROJECT_ID = "proj", OPENAI_CUSTOM_HEADERS = "X-A: 1" }
    local made = settings.new { profile = "groq" }
    assert.is_nil(made.own_headers["OpenAI-Organization"])
    assert.is_nil(made.own_headers["OpenAI-Project"])
    assert.is_nil((made.default_headers or {})["x-a"])
    made = settings.new { profile = "groq", organization = "mine" }
    assert.equal("mine", made.own_headers["OpenAI-Organization"])
    made = settings.new { profile = { keyless = true } } -- where the environment says
    assert.equal("org", made.own_headers["OpenAI-Organization"])
    assert.equal("1", made.default_headers["x-a"])
  end)

  it("is not loaded for the API itself", function()
    local output, status = child.run([[
      local oai = require "oai"
      oai.client { base_url = "https://api.openai.com/v1" }
      oai.client { base_url = "https://eu.api.openai.com/v1" }
      print(package.loaded["oai.profile"])
    ]], {})
    assert.equal(0, status, output)
    assert.equal("nil", output:match "%S+")
  end)

  it("names are those of the type", function()
    local text, count = text_of "lua/oai/profile/init.lua", 0
    for _ in pairs(profiles.servers) do
      count = count + 1
    end
    for name in text:gmatch '\n%-%-%-| "([%w_]+)"' do
      count = count - 1
      assert.is_table(profiles.servers[name], name)
    end
    assert.equal(0, count)
  end)
end)

-- Options; the key that is sent, by the last letters of its variable's value.
local KEYS = {
  { "profile = 'groq'", "sk-...groq" },
  { "profile = 'mistral'", "set MISTRAL_API_KEY or give 'api_key'" },
  { "profile = 'ollama'", "false" },
  { "profile = 'vllm'", "sk-...vllm" },
  { "profile = 'vllm', api_key = 'sk-0123456789-own'", "sk-...-own" },
  { "profile = 'vllm', api_key = false", "false" },
  { "profile = { base_url = 'http://h/v1', keyless = true }", "false" },
  { "profile = { base_url = 'http://h/v1' }", "sk-...open" },
  { "profile = { base_url = 'http://h/v1', key_variable = 'GROQ_API_KEY' }", "sk-...groq" },
  { "profile = { base_url = 'http://h/v1', key_variable = 'NO_SUCH_KEY' }", "set NO_SUCH_KEY or give" },
  { "base_url = 'https://api.groq.com/openai/v1'", "sk-...groq" },
  { "base_url = 'https://api.mistral.ai/v1'", "sk-...open" },
  { "base_url = 'http://localhost:11434/v1'", "sk-...open" },
  { "base_url = 'http://h/v1'", "sk-...open" },
  { "profile = 'groq'", "false", "true" }, -- the administration's key is for the API
  { "profile = 'groq', admin_api_key = 'sk-0123456789-admn'", "sk-...admn", "true" },
}

describe("the key of a profile", function()
  local code = { 'local oai = require "oai"' }
  for _, fact in ipairs(KEYS) do
    code[#code + 1] = ("do local key, err = oai.client({ %s })._settings.credentials:of(%s)\n"):format(fact[1],
      fact[3] or "false") .. "print(tostring(key == nil and err or key):match '[^\\n]*') end"
  end
  local output = child.run(table.concat(code, "\n"), { OPENAI_API_KEY = "sk-0123456789-open",
    OPENAI_ADMIN_KEY = "sk-0123456789-admin", GROQ_API_KEY = "sk-0123456789-groq", VLLM_API_KEY = "sk-0123456789-vllm",
    MISTRAL_API_KEY = " ", OLLAMA_API_KEY = false, OPENAI_BASE_URL = false })
  local lines = {}
  for line in output:gmatch "[^\n]+" do
    lines[#lines + 1] = line
  end

  for i, fact in ipairs(KEYS) do
    it(("is %s for { %s }"):format(fact[2], fact[1]), function()
      assert.truthy(lines[i] and lines[i]:find(fact[2], 1, true), lines[i] or output)
    end)
  end

  it("is missing only where it is needed", function()
    local needy = child.run('print(select(2, require("oai").client({ base_url = "http://localhost:11434/v1" })'
      .. '._settings.credentials:of(false)))', { OPENAI_API_KEY = false, OLLAMA_API_KEY = false })
    assert.equal("nil", needy:match "%S+")
  end)
end)
