-- Asks LiteLLM's proxy, whose answers are litellm.yaml's, with profiles of all
-- servers and with none: proxied.lua BASE_URL

local oai = require "oai"
local profiles = require "oai.profile"

local TEXT = "Hello there, how are you? 😀 Grüße"
local base_url = arg[1]

local function client_of(profile)
  return oai.client { base_url = base_url, api_key = "sk-peers", profile = profile, max_retries = 0 }
end

local plain = client_of()

local function asking(model)
  local messages = { { role = "developer", content = "Be brief" }, { role = "user", content = "Hi" } }
  return { model = model, messages = messages, max_completion_tokens = 50, seed = 3, user = "u" }
end

local function with(params, more)
  for name, value in pairs(more) do
    params[name] = value
  end
  return params
end

local function check_chat(profile)
  local client = client_of(profile)
  local completion = oai.check(client.chat.completions:create(asking "mock"))
  assert(completion.choices[1].message.content == TEXT)
  local stream = oai.check(client.chat.completions:stream(with(asking "mock",
    { stream_options = { include_usage = true } })))
  local content, ends = "", {}
  for event in stream:named_events() do
    content = content .. (event.type == "content.delta" and event.delta or "")
    ends[event.type] = (ends[event.type] or 0) + 1
  end
  local final = oai.check(stream:final())
  assert(stream.status == "complete" and content == TEXT and final.choices[1].message.content == TEXT)
  assert(ends["content.done"] == 1 and ends.finish == 1 and #final.choices == 1)
  assert(profile == "mistral" or final.usage.total_tokens > 0, "no usage")
end

local function check_models()
  local list = oai.check(plain.models:list())
  assert(#list.data == 4 and list.data[1].object == "model")
end

-- A status, a kind, what the message says, and the call.
local ERRORS = {
  { 429, "rate_limit", "rate limit", function()
    return plain.chat.completions:create(asking "limited")
  end },
  { 500, "server", "internal server error", function()
    return plain.chat.completions:create(asking "broken")
  end },
  { 500, "server", "Connection error", function()
    return plain.chat.completions:create(asking "nowhere")
  end },
  { 400, "bad_request", "Invalid model name", function()
    return plain.chat.completions:stream(asking "nonesuch")
  end },
  { 404, "not_found", "does not exist", function()
    return plain.models:retrieve "nonesuch"
  end },
  { 404, "not_found", "Not Found", function()
    return plain:request("POST", "/nonesuch", {})
  end },
  { 400, "bad_request", "No connected db", function()
    return plain:with({ api_key = "sk-other" }).models:list()
  end },
  { 500, "server", "Internal Server Error", function()
    return plain:with({ api_key = false }).models:list()
  end },
}

local function check_error(row)
  local value, err = row[4]()
  assert(value == nil, "no error")
  assert(err.status == row[1] and err.kind == row[2] and err.message:find(row[3], 1, true),
    ("%s %s: %s"):format(tostring(err.status), err.kind, err.message))
end

local passed, failed = 0, 0
local function try(name, check, ...)
  local well, err = pcall(check, ...)
  passed, failed = passed + (well and 1 or 0), failed + (well and 0 or 1)
  if not well then
    print(("%s: %s"):format(name, tostring(err)))
  end
end

--- Waits until it has been started, which takes long.
local function await()
  for _ = 1, 600 do
    if plain.models:list() then
      return
    end
    oai.sleep(0.2)
  end
  error "it does not start"
end

await()
try("chat", check_chat)
for name in pairs(profiles.servers) do
  try("chat as of " .. name, check_chat, name)
end
try("models", check_models)
for _, row in ipairs(ERRORS) do
  try(row[3], check_error, row)
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
