-- Asks, and prints the answer while it arrives.
local oai = require "oai"
local client = oai.client {}

local stream = assert(client.responses:stream {
  model = "gpt-4o-mini",
  input = "Why is Lua a pleasure?",
})
for text in stream:text() do
  io.write(text):flush()
end
print()
