-- What the benchmarks' servers answer: a reply and a stream as the API sends
-- them, and files of them for the server in C.

local oai = require "oai"

local replies = {}

--- The header of the API's replies.
replies.headers = {
  ["x-request-id"] = "req_0123456789abcdef0123456789abcdef",
  ["openai-organization"] = "org",
  ["openai-processing-ms"] = "123",
  ["openai-version"] = "2020-10-01",
  ["x-ratelimit-limit-requests"] = "10000",
  ["x-ratelimit-limit-tokens"] = "10000",
  ["x-ratelimit-remaining-requests"] = "9999",
  ["x-ratelimit-remaining-tokens"] = "9999",
  ["x-ratelimit-reset-requests"] = "6ms",
  ["x-ratelimit-reset-tokens"] = "6ms",
  ["strict-transport-security"] = "max-age=1",
  ["cf-cache-status"] = "DYNAMIC",
  ["x-content-type-options"] = "nosniff",
  server = "cloudflare",
  ["cf-ray"] = "abc",
  ["alt-svc"] = "h3=x",
}

--- About 1 KB as JSON.
replies.completion = {
  id = "chatcmpl-abc", object = "chat.completion", created = 1700000000, model = "gpt-4o-2024-08-06",
  choices = { {
    index = 0, finish_reason = "stop", logprobs = oai.null,
    message = { role = "assistant", content = ("x"):rep(400), refusal = oai.null, annotations = oai.array() },
  } },
  usage = {
    prompt_tokens = 10, completion_tokens = 20, total_tokens = 30,
    prompt_tokens_details = { cached_tokens = 0, audio_tokens = 0 },
    completion_tokens_details = {
      reasoning_tokens = 0, audio_tokens = 0, accepted_prediction_tokens = 0, rejected_prediction_tokens = 0,
    },
  },
  service_tier = "default", system_fingerprint = "fp_0123456789",
}

--- A chunk of 289 bytes, as the API writes it.
local CHUNK = '{"id":"chatcmpl-abcdefghijklmnopqrstuvwxyz","object":"chat.completion.chunk","created":1700000000,'
  .. '"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_abcdef",'
  .. '"choices":[{"index":0,"delta":{"content":"token"},"logprobs":null,"finish_reason":%s}],"obfuscation":"a"}'

--- An event of a stream, the last one with a reason.
---@param reason? string
---@return string
function replies.chunk(reason)
  return "data: " .. CHUNK:format(reason and '"' .. reason .. '"' or "null") .. "\n\n"
end

--- A stream of so many events.
---@param events integer
---@return string
function replies.stream(events)
  return replies.chunk():rep(events - 1) .. replies.chunk "stop" .. "data: [DONE]\n\n"
end

--- Writes a whole reply into a file, for the server in C: it leaves the
--- processor's caches alone, as an API on another machine does.
---@param path string
---@param media_type string
---@param body string
function replies.write(path, media_type, body)
  local lines = { "HTTP/1.1 200 OK", "Content-Type: " .. media_type, "Content-Length: " .. #body }
  for name, value in pairs(replies.headers) do
    lines[#lines + 1] = name .. ": " .. value
  end
  local file = assert(io.open(path, "wb"))
  assert(file:write(table.concat(lines, "\r\n"), "\r\n\r\n", body))
  assert(file:close())
end

return replies
