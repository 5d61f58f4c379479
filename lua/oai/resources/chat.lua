-- Chat: https://platform.openai.com/docs/api-reference/chat

local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new

local run = lazy "oai.run"

---@class (partial) oai.resource.ChatCompletions
---@field run fun(self: table, params: oai.RunOptions|table, options?: oai.CallOptions): oai.ToolRun

return resource {
  completions = resource {
    object = "chat.completion",
    create = { "POST /chat/completions", stream = "chat" },
    list = { "GET /chat/completions", page = "cursor" },
    retrieve = "GET /chat/completions/{completion_id}",
    update = "POST /chat/completions/{completion_id}",
    delete = "DELETE /chat/completions/{completion_id}",

    --- A model and the functions that it may call: lua/oai/run/init.lua.
    run = function(...)
      return run.chat(...)
    end,
    messages = resource {
      list = { "GET /chat/completions/{completion_id}/messages", page = "cursor" },
    },
  },
}
