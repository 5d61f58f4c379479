-- Chat: https://platform.openai.com/docs/api-reference/chat

local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new

local history = lazy "oai.history"
local parse = lazy "oai.parse"
local run = lazy "oai.run"

---@class (partial) oai.resource.ChatCompletions
---@method parse oai.ParsesChat<oai.ChatCompletionsParseParams>  a completion whose answer is a value of
--- `response_format`
---@field run fun(self: table, params: oai.ChatCompletionsRunParams, options?: oai.CallOptions): oai.ToolRun  a run by
--- chat completions

---@class (partial) oai.ChatCompletion
---@field to_message fun(self: table, options?: oai.ToMessageOptions): table?  the message to send back

return resource {
  completions = resource {
    object = "chat.completion",
    methods = {
      to_message = function(completion, _, options)
        return history.to_message(completion, options)
      end,
    },
    create = { "POST /chat/completions", stream = "chat" },
    list = { "GET /chat/completions", page = "cursor" },
    retrieve = "GET /chat/completions/{completion_id}",
    update = "POST /chat/completions/{completion_id}",
    delete = "DELETE /chat/completions/{completion_id}",

    --- A model and the functions that it may call: lua/oai/run/init.lua.
    run = function(...)
      return run.chat(...)
    end,

    --- An answer as a value of a schema: lua/oai/parse/init.lua.
    parse = function(...)
      return parse.chat(...)
    end,
    messages = resource {
      list = { "GET /chat/completions/{completion_id}/messages", page = "cursor" },
    },
  },
}
