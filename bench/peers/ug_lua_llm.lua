-- ug-lua-llm's side, whose folder is on the path: ug_lua_llm.lua MODE COUNT
-- BASE_URL; see README.md.

local mode, count, base = arg[1], tonumber(arg[2]), arg[3]
local client = require("ug-lua-llm").openai_compatible({ base_url = base .. "/v1", api_key = "sk-bench-0000",
  model = "gpt-4o", capabilities = { chat = true, streaming = true } })
local messages = { { role = "user", content = "hello there, say something" } }
for _ = 1, count do
  if mode == "request" then
    assert(client:chat(messages))
  else
    local seen = 0
    assert(client:stream_chat(messages, function() seen = seen + 1 end))
    assert(seen > 0)
  end
end
