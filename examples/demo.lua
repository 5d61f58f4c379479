-- What `make demo` shows: an answer that streams into the terminal, from the
-- API when OPENAI_API_KEY is set, else from the local stand-in of the specs.

local oai = require "oai"

local QUESTION = "In one or two sentences: why is Lua a pleasure?"

--- Starts the local server; it ends with this program, or after a minute.
local function start_server()
  local start = "exec 3>&1; node spec/support/server/main.js --seconds 60 --parent $PPID </dev/null >&3 & exec true"
  local output = assert(io.popen(start, "r"))
  local facts = output:read("*l")
  local port = facts and facts:match('"http":(%d+)')
  assert(port, "demo: the local server did not start; is node installed?")
  return "http://127.0.0.1:" .. port .. "/v1"
end

local function choose_client()
  if (os.getenv("OPENAI_API_KEY") or "") ~= "" then
    local client = oai.client {}
    print("Asking the API (" .. tostring(client) .. "), since OPENAI_API_KEY is set.")
    return client
  end
  print("Asking the local stand-in for the API, since OPENAI_API_KEY is not set.")
  return oai.client { api_key = "sk-local-demo", base_url = start_server() }
end

local client = choose_client()
print("> " .. QUESTION .. "\n")

local stream = assert(client.chat.completions:create {
  model = os.getenv("OPENAI_MODEL") or "gpt-4o-mini",
  messages = { { role = "user", content = QUESTION } },
  stream = true,
})
for text in stream:text() do
  io.write(text)
  io.flush()
end
print "\n"

local completion = stream:final()
print(("%s, %s, request %s"):format(completion.model, stream.status, stream.response.request_id or "-"))
client:close()
