-- client.responses:parse and client.chat.completions:parse: an answer as a
-- value of a schema, or an error that says what it is instead, and carries it.
-- A model that misses the shape may be asked again.

local error_value = require "oai.error"
local extra = require "oai.call.extra"
local json = require "oai.codec.json"
local lazy = require "oai.lazy"
local options_list = require "oai.options"

local chat = lazy "oai.parse.chat"
local responses = lazy "oai.parse.responses"
local usage = lazy "oai.run.usage"

local parse = {}

local OPTIONS = { ask_again = { "integer" } }

---@class oai.ParseOptions : oai.OpenCallOptions
---@field ask_again? integer  how often a model is asked again that has missed the shape: 0

--- Asks for an answer that is a value of a schema.
---@alias oai.ParsesResponse<T> fun(self, params: T, options?: oai.ParseOptions): oai.ParsedResponse<any>?, oai.Facts
--- Asks for an answer that is a value of a schema.
---@alias oai.ParsesChat<T> fun(self, params: T, options?: oai.ParseOptions): oai.ParsedCompletion<any>?, oai.Facts

---@class oai.ParsedResponse<T> : oai.ResponseObject, oai.ResponseStream  with `stream = true` the stream of one
---@field output_parsed T  the answer as a value; nil beside calls

---@class oai.ParsedMessage<T> : oai.ChatCompletionResponseMessage
---@field parsed T  the answer as a value; nil beside calls

---@class oai.ParsedChoice<T> : oai.CreateChatCompletionResponseChoicesItem
---@field message oai.ParsedMessage<T>  which has the value

---@class oai.ParsedCompletion<T> : oai.ChatCompletion, oai.ChatCompletionStream  with `stream = true` the stream of one
---@field choices oai.ParsedChoice<T>[]  each with its own

-- What a model is asked to mend.
local MENDED = { no_answer = true, not_json = true, wrong_shape = true }

local WORDS = "This cannot be used: %s. Answer again, right this time, and with nothing else."

--- An error with the facts of the reply that it is about.
local function with_facts(err, facts)
  if facts then
    err.request_id, err.attempts, err.elapsed = facts.request_id, facts.attempts, facts.elapsed
  end
  return err
end

---@class oai.Parsing  one call of `parse`
---@field self table      the resource
---@field api table       responses.lua or chat.lua
---@field plan oai.ParsePlan
---@field params table    what is sent first
---@field options? table
---@field left integer    how often may be asked again

--- The parameters that ask again: what was said in place of the answer stands
--- once, however often it is asked.
local function again_params(of, answered, words)
  local given, name = of.api.said(of.params)
  local said = json.array()
  for i, item in ipairs(given) do
    said[i] = item
  end
  if answered ~= "" then -- of which an API may take none
    said[#said + 1] = { role = "assistant", content = answered }
  end
  said[#said + 1] = { role = "user", content = words }
  return options_list.merge(of.params, { [name] = said })
end

--- Asks once; whether to ask again, and what it came to.
local function ask(of, params, used)
  local reply, facts = of.self:create(params, of.options)
  if not reply then
    return false, nil, facts
  end
  if used then
    reply.usage = type(reply.usage) == "table" and reply.usage or {}
    usage.add(reply.usage, used)
  end
  local value, err = of.api.settle(of.plan, reply)
  if value then
    return false, value, facts
  end
  with_facts(err, facts)
  return MENDED[err.kind] and err.text ~= nil, nil, err
end

--- Asks until there is an answer, or as often as may be.
local function ask_all(of)
  local again, value, facts = ask(of, of.params)
  while again and of.left > 0 do
    of.left = of.left - 1
    local params = again_params(of, facts.text, WORDS:format(facts.message))
    again, value, facts = ask(of, params, facts.completion.usage)
  end
  return value, facts
end

--- A stream whose final object is parsed.
local function open(of)
  local stream, facts = of.self:create(of.params, of.options)
  if stream and stream._is_stream then
    stream:_settle_with(function(value)
      local reply, err = of.api.settle(of.plan, value)
      return reply, err and with_facts(err, stream.response)
    end)
  end
  return stream, facts
end

local function check_again(of, operation)
  if of.left == 0 then
    return
  end
  local reason = of.params.stream and "a stream cannot be asked again" or of.api.refuses_again(of.params)
  if reason then
    error_value.misuse(("%s: option 'ask_again': %s"):format(operation, reason))
  end
end

local function call(self, api, params, options)
  error_value.check_bound(self, "parse", "client.responses:parse(...)")
  local operation = self._name .. ".parse"
  if type(params) ~= "table" then
    error_value.misuse(("%s: the parameters must be a table, got %s"):format(operation, type(params)))
  end
  if params.ask_again ~= nil then
    error_value.misuse(operation .. ": 'ask_again' is an option: options are the table after the parameters")
  end
  local own, rest, flow = extra.split(operation, OPTIONS, options)
  local sent, plan = api.prepare(params, operation)
  local of = { self = self, api = api, plan = plan, params = sent, options = rest, left = own.ask_again or 0 }
  check_again(of, operation)
  return extra.run(self._client, flow, function()
    return (sent.stream and open or ask_all)(of)
  end)
end

--- `client.responses:parse`.
---@param self table
---@param params table  those of `create`; `text_format` is a schema
---@param options? oai.ParseOptions
---@return any response
---@return any err
function parse.responses(self, params, options)
  return call(self, responses, params, options)
end

--- `client.chat.completions:parse`.
---@param self table
---@param params table  those of `create`; `response_format` may be a schema
---@param options? oai.ParseOptions
---@return any completion
---@return any err
function parse.chat(self, params, options)
  return call(self, chat, params, options)
end

require "oai.interpret" ()

return parse
