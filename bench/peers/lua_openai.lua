-- lua-openai's side, whose folder is on the path: lua_openai.lua MODE COUNT
-- BASE_URL; see README.md.

local mode, count, base = arg[1], tonumber(arg[2]), arg[3]
local client = require("openai").new("sk-bench-0000")
client.api_base = base .. "/v1"
local messages = { { role = "user", content = "hello there, say something" } }
for _ = 1, count do
  local seen = 0
  local status = client:chat(messages, { model = "gpt-4o", stream = mode == "stream" or nil },
    mode == "stream" and function() seen = seen + 1 end or nil)
  assert(status == 200 and (mode == "request" or seen > 0))
end
