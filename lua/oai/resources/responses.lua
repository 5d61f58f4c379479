-- Responses: https://platform.openai.com/docs/api-reference/responses

local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new
local tables = require "oai.tables"
local waiting = require "oai.poll.methods"

local follow = lazy "oai.follow"
local history = lazy "oai.history"
local image = lazy "oai.image"
local parse = lazy "oai.parse"
local run = lazy "oai.run"
local sockets = lazy "oai.realtime"
local values = lazy "oai.parse.values"

--- All text the model wrote, joined.
local function output_text(response)
  local texts = {}
  for _, item in tables(response.output) do
    local content = item.type == "message" and item.content
    if type(content) == "string" then -- some servers write no parts
      texts[#texts + 1] = content
    end
    for _, part in tables(content) do
      if part.type == "output_text" and type(part.text) == "string" then
        texts[#texts + 1] = part.text
      end
    end
  end
  return table.concat(texts)
end

--- The images that the model has made, as those of `client.images` are: each
--- is what its item says, with `b64_json` for the item's `result`.
local function output_images(response)
  local images, metatable = {}, image.metatable()
  for _, item in tables(response.output) do
    if item.type == "image_generation_call" and type(item.result) == "string" then
      local one = { b64_json = item.result }
      for name, value in pairs(item) do
        one[name] = name ~= "result" and value or nil
      end
      images[#images + 1] = setmetatable(one, metatable)
    end
  end
  return images
end

--- What `parse` has made of its answer.
local function output_parsed(response)
  return values.of(response)
end

---@class (partial) oai.resource.Responses
---@method parse oai.ParsesResponse<oai.ResponsesParseParams>  a response whose answer is a value of `text_format`
---@field run fun(self: table, params: oai.ResponsesRunParams, options?: oai.CallOptions): oai.ToolRun  a run by
--- responses
---@method wait oai.WaitsForOne<oai.ResponseObject>
---@field connect fun(self: table, given?: oai.ResponsesSocketOptions): oai.ResponsesConnection?, oai.Facts  a socket
--- for responses
---@field follow fun(self: table, id: string, options?: oai.FollowOptions): oai.ResponseStream?, oai.Facts  the stream
--- of a response that runs in the background

---@class (partial) oai.resource.BetaResponses
---@method parse oai.ParsesResponse<oai.BetaResponsesParseParams>  a response whose answer is a value of `text_format`
---@field connect fun(self: table, given?: oai.ResponsesSocketOptions): oai.BetaResponsesConnection?, oai.Facts  a
--- socket for responses
---@method wait oai.WaitsForOne<oai.BetaResponse>
---@field follow fun(self: table, id: string, options?: oai.FollowOptions): oai.BetaResponseStream?, oai.Facts  the
--- stream of a response that runs in the background

---@class (partial) oai.ResponseObject
---@field output_images oai.Image[]  the images of `image_generation`; each is saved by `image:save(path)`
---@method wait oai.Waits<oai.ResponseObject>
---@field follow fun(self: table, options?: oai.FollowOptions): oai.ResponseStream?, oai.Facts  the stream of a response
--- that runs in the background
---@field to_input fun(self: table): table[]  its items as input for another response, in copies

---@class (partial) oai.BetaResponse
---@field output_images oai.Image[]  the images of `image_generation`; each is saved by `image:save(path)`
---@method wait oai.Waits<oai.BetaResponse>
---@field follow fun(self: table, options?: oai.FollowOptions): oai.BetaResponseStream?, oai.Facts  the stream of a
--- response that runs in the background
---@field to_input fun(self: table): table[]  its items as input for another response, in copies

--- A stream that was created, which may go on over cuts.
local function streamed(...)
  follow.creation(...)
end

require "oai.interpret" ()

return resource {
  object = "response",
  create = { "POST /responses", stream = "responses", streamed = streamed },
  retrieve = { "GET /responses/{response_id}", stream = "responses" },
  cancel = { "POST /responses/{response_id}/cancel", body = false },
  delete = { "DELETE /responses/{response_id}", returns = "empty" },
  compact = "POST /responses/compact",
  input_items = resource {
    list = { "GET /responses/{response_id}/input_items", page = "cursor" },
  },
  input_tokens = resource {
    count = "POST /responses/input_tokens",
  },

  --- A model and the functions that it may call: lua/oai/run/init.lua.
  run = function(...)
    return run.responses(...)
  end,

  --- An answer as a value of a schema: lua/oai/parse/init.lua.
  parse = function(...)
    return parse.responses(...)
  end,

  --- Responses over a socket: lua/oai/realtime/init.lua.
  connect = function(...)
    return sockets.connect("responses", ...)
  end,

  --- The stream of one in the background: lua/oai/follow/init.lua.
  follow = function(...)
    return follow.by_id(...)
  end,

  --- Waits for a response in the background.
  wait = waiting.wait_by_id,
  computed = { output_text = output_text, output_images = output_images, output_parsed = output_parsed },
  methods = {
    wait = waiting.wait,
    follow = function(...)
      return follow.object(...)
    end,
    to_input = function(response)
      return history.to_input(response)
    end,
  },
}
