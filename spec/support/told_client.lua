-- A client that is told of its requests: scenes, and what hooks were told.

local told_client = {}

told_client.USAGE = { prompt_tokens = 10, completion_tokens = 20, total_tokens = 30,
  prompt_tokens_details = { cached_tokens = 4 }, completion_tokens_details = { reasoning_tokens = 5 } }
told_client.ANSWER = { headers = { ["x-request-id"] = "req_2", ["x-ratelimit-remaining-requests"] = "9" }, json = {
  object = "chat.completion", model = "m-2026", usage = told_client.USAGE,
  choices = { { index = 0, finish_reason = "stop", message = { role = "assistant", content = "hi" } } } } }
told_client.FAILS = { status = 500, headers = { ["retry-after-ms"] = "1", ["x-request-id"] = "req_1" },
  json = { error = { message = "oops" } } }
told_client.STREAM = { sse = {
  { data = { object = "chat.completion.chunk", model = "m-2026", choices = { { index = 0, delta = { content = "hi" },
    finish_reason = "stop" } } } },
  { data = { object = "chat.completion.chunk", model = "m-2026", choices = {}, usage = told_client.USAGE } },
  "data: [DONE]\n\n",
} }
told_client.ASKED = { model = "m", messages = { { role = "user", content = "a word of mine" } } }

local NAMES = { "request", "response", "retry", "limit", "stream_end" }

--- What is told of a client from now on.
function told_client.told_of(client, options)
  local told, offs = {}, {}
  for i, name in ipairs(NAMES) do
    offs[i] = client:on(name, function(one)
      told[#told + 1] = one
    end, options)
  end
  return told, offs
end

function told_client.names_in(told)
  local names = {}
  for i, one in ipairs(told) do
    names[i] = ("%s %d"):format(one.event, one.attempt)
  end
  return table.concat(names, ", ")
end

return told_client
