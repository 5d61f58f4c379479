-- The options of a talk, which stand among those of its runs and the
-- parameters of its requests.

local content = require "oai.talk.content"
local error_value = require "oai.error"
local load_module = require "oai.load"
local run_options = require "oai.run.options"
local set = require "oai.set"
local state = require "oai.talk.state"
local suggest = require "oai.suggest"
local tools = require "oai.tools"

local options = {}

---@class oai.TalkOptions : oai.RunOptions
---@field model? string  who answers
---@field instructions? string  what the model is told before all else
---@field tools? oai.Tools|oai.ToolTable  functions that the model may call
---@field api? "responses"|"chat"  "responses"
---@field history? "client"|"response"|"conversation"  who keeps what was said: "client", or the API, by
--- `previous_response_id` or in a conversation of its own
---@field from? string  a talk that was saved, which goes on
---@field max_input_tokens? integer  about how much is sent: the oldest rounds are left out, or `compact` is asked
---@field max_input_bytes? integer   of what is sent of the history, as JSON
---@field compact? fun(items: table[], about: table): table[]?, any  makes less of what would be sent; may wait

local APIS = { responses = true, chat = true }
local HISTORIES = { client = true, response = true, conversation = true }

-- Names of its own, beside those of a run.
local NAMES = set { "api", "history", "from", "instructions" }

local OWN = { "instructions", "max_input_tokens", "max_input_bytes", "compact" }
local BUDGET = { "max_input_tokens", "max_input_bytes", "compact" }

local function refuse(message, ...)
  error_value.misuse("talk: " .. message:format(...))
end

local function take(params, name)
  local value = params[name]
  params[name] = nil
  return value
end

--- One of a few names, or the first of them.
local function choice(params, name, names, default)
  local value = take(params, name)
  if value == nil then
    return default
  elseif not names[value] then
    refuse("there is no %s '%s'%s", name, tostring(value), suggest.hint(value, names))
  end
  return value
end

-- What stands for itself in what a talk begins with, by who keeps its history.
local KEPT_BY = { { "conversation", "conversation" }, { "previous_response_id", "response" } }

--- Who keeps the history, as far as other parameters say.
local function implied(params)
  for _, of in ipairs(KEPT_BY) do
    if params[of[1]] ~= nil then
      return of[2]
    end
  end
end

local function check_history(history, api, own, run, params)
  if history == "client" then
    return
  elseif api == "chat" then
    refuse("history = '%s' is of responses: chat completions are kept by nobody", history)
  elseif history == "response" and params.store == false then
    refuse("history = 'response' cannot be with store = false: the API has to keep the responses")
  elseif history == "conversation" and (run.at_limit == "stop" or run.stop_when) then
    refuse("history = 'conversation' cannot be with 'stop_when' or at_limit = 'stop': calls without outputs would stay "
      .. "in it")
  end
  for _, name in ipairs(BUDGET) do
    if own[name] ~= nil then
      refuse("'%s' cannot be with history = '%s': the API keeps what was said", name, history)
    end
  end
end

--- What a talk that is new begins with.
local function beginning(api, history, params)
  local begun = state.new(api.name, history)
  local opening = take(params, api.name == "chat" and "messages" or "input")
  if type(opening) == "table" and next(opening) == nil then
    begun.opening = opening
  elseif opening ~= nil then
    begun.opening = content.items("new", opening)
  end
  begun.conversation, begun.previous = take(params, "conversation"), take(params, "previous_response_id")
  return begun
end

--- What a talk that was saved goes on from.
local function saved(from, api, history, params)
  for _, name in ipairs { "input", "messages", "conversation", "previous_response_id" } do
    if params[name] ~= nil then
      refuse("'%s' and 'from' cannot both be: that has the history", name)
    end
  end
  return state.read(from, api, history)
end

local function take_own(params, run)
  local own = {}
  for _, name in ipairs(OWN) do
    own[name] = take(params, name)
    if own[name] == nil then
      own[name] = take(run, name)
    end
  end
  return own
end

--- What is given, apart: what a talk is made of, but for its client.
---@param given any
---@return table
function options.split(given)
  local run, params = run_options.split("talk", given, NAMES)
  if run.resume or run.save then
    refuse("'%s' belongs to a run: a talk has talk:save() and 'from'", run.resume and "resume" or "save")
  end
  run.at_limit = given.at_limit or "answer"
  local own, from = take_own(params, run), take(params, "from")
  local kept_by = choice(params, "history", HISTORIES, implied(params))
  local name = choice(params, "api", APIS, nil)
  local begun ---@type table?
  begun = from ~= nil and saved(from, name, kept_by, params) or nil
  local api = load_module("oai.run." .. (begun and begun.api or name or "responses"))
  begun = begun or beginning(api, kept_by or "client", params) ---@cast begun table
  check_history(begun.history, api.name, own, run, params)
  if api.name == "chat" and run.transport ~= nil and run.transport ~= "http" then
    refuse "'transport' is of responses: chat completions have no socket"
  end
  if api.name == "responses" then
    params.instructions = own.instructions
  end
  return { _own = own, _run = run, _params = params, _tools = tools.new(given.tools or {}), _api = api,
    _state = begun }
end

require "oai.interpret" ()

return options
