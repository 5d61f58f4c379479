-- Streams of servers that are compatible in their own way, and the completion
-- that comes of each. `done = false`: no terminator follows the chunks.

local function chunk(delta, finish_reason, more)
  local event = {
    id = "c1", object = "chat.completion.chunk", created = 1, model = "m",
    choices = { { index = 0, delta = delta, finish_reason = finish_reason } },
  }
  for name, value in pairs(more or {}) do
    event[name] = value
  end
  return event
end

local CALL = { id = "a1", type = "function", ["function"] = { name = "w", arguments = '{"p":1}' } }

return {
  {
    name = "tool calls whose index starts at 1",
    chunks = {
      chunk { tool_calls = { { index = 1, id = "a1", type = "function",
        ["function"] = { name = "w", arguments = '{"p":1}' } } } },
      chunk({}, "tool_calls"),
    },
    tool_calls = { CALL },
  },
  {
    name = "a content filter's report before the first chunk",
    chunks = {
      { id = "", object = "", created = 0, model = "", prompt_filter_results = { { prompt_index = 0 } } },
      chunk { role = "assistant", content = "hi" },
      chunk({}, "stop"),
    },
    content = "hi", id = "c1",
  },
  {
    name = "usage in a last chunk",
    chunks = {
      chunk { role = "assistant", content = "hi" },
      chunk({}, "stop"),
      { id = "c1", object = "chat.completion.chunk", created = 1, model = "m",
        usage = { prompt_tokens = 1, completion_tokens = 2, total_tokens = 3 } },
    },
    content = "hi", usage_total = 3,
  },
  {
    name = "usage before chunks without it",
    chunks = {
      chunk({ role = "assistant", content = "hi" }, nil,
        { usage = { prompt_tokens = 1, completion_tokens = 1, total_tokens = 2 } }),
      chunk({}, "stop"),
    },
    content = "hi", usage_total = 2,
  },
  {
    name = "neither terminator nor finish_reason",
    chunks = { chunk { role = "assistant", content = "x" } },
    done = false, content = "x", kind = "stream",
  },
  {
    name = "no terminator behind the finish_reason", -- all there is to come has come
    chunks = { chunk { role = "assistant", content = "x" }, chunk({}, "stop") },
    done = false, content = "x",
  },
  {
    name = "records to keep the connection alive",
    wire = ": OPENROUTER PROCESSING\n\nretry: 3000\n\nevent: ping\n\n"
      .. 'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m",'
      .. '"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    content = "x",
  },
}
