-- The options of a run, which stand among the parameters of its requests:
-- their names, types and defaults.

local error_value = require "oai.error"
local options_list = require "oai.options"
local suggest = require "oai.suggest"
local value_type = require "oai.value_type"

local options = {}

---@class oai.RunOptions  all functions in it may wait
---@field max_turns? integer   10: requests, the one for the answer included
---@field at_limit? "stop"|"answer"  what follows when the last turn still calls: the run ends, or one more turn answers
--- without tools
---@field concurrency? integer  how many functions of a turn run at once; all of them
---@field on_tool_error? "tell"|"stop"|fun(err: oai.Error, context: oai.ToolContext): string?  the model is
--- told (what the function returns), or the run ends
---@field tool_timeout? number  seconds, for functions without a `timeout`
---@field approve? fun(call: oai.ToolCall, context: oai.ToolContext): boolean?, string?  may wait; true, false and
--- why, or nil: the run pauses
---@field max_input_bytes? integer   of what is sent of the history, as JSON
---@field max_input_tokens? integer  of the last request and its answer, after which the next one is no smaller
---@field compact? fun(items: table[], about: table): table[]?, any  makes less of the history where it is more; may
--- wait. Without it the run fails
---@field save? fun(state: string): boolean?, any  before and after each effect; false, or nil and an error, ends
--- the run
---@field resume? string      a state that was saved, of a run that is to go on; `input` or `messages` are then said
--- to it
---@field on_turn? fun(turn: oai.RunTurn)  after each reply, before its functions run
---@field on_tool? fun(event: oai.RunEvent)  of each function that starts, and that has finished
---@field transport? "http"|"socket"|oai.Connection  how its turns are asked for: a request each, or over one socket, on
--- which only what is new is sent; its own, or one of `client.responses:connect`
---@field stop_when? fun(turn: oai.RunTurn): boolean?  after the functions of a turn: whether the run is to end

-- What each may be.
local TYPES = {
  max_turns = { "count" }, at_limit = { { "stop", "answer" } }, concurrency = { "count" },
  on_tool_error = { { "tell", "stop" }, "function" },
  tool_timeout = { "duration" }, approve = { "function" },
  max_input_bytes = { "count" }, max_input_tokens = { "count" }, compact = { "function" }, save = { "function" },
  resume = { "string" }, on_turn = { "function" }, on_tool = { "function" },
  stop_when = { "function" }, transport = { { "http", "socket" }, "table" },
}

local DEFAULTS = { max_turns = 10, at_limit = "stop", concurrency = math.huge, on_tool_error = "tell" }

-- Every name that stands among the parameters and is none of a request's.
local NAMES = options_list.merge(TYPES, { tools = true })

local FARTHEST = 2 -- letters, between what is written and what is meant: parameters of the API are farther

--- Raises for what is no parameter of a request, as far as one can tell: a
--- value without a name, and a name that is nearly one of ours.
local function check_param(name, key, names)
  if type(key) ~= "string" then
    error_value.misuse(("%s: a value without a name stands among the parameters, at %s; write tools = { ... }"):format(
      name, tostring(key)))
  end
  local real = not names[key] and suggest.nearest(key, names, FARTHEST)
  if real then
    error_value.misuse(("%s: unknown option '%s'; did you mean '%s'? (a parameter of that name goes into the option "
      .. "'body')"):format(name, key, real))
  end
end

--- Takes the options of a run and the parameters of its requests apart; of
--- the latter there is a copy, whose tools are left out.
---@param name string  of the operation
---@param given any
---@param more? table<string, any>  a set: names that are told from parameters, too
---@return table own
---@return table params
function options.split(name, given, more)
  if type(given) ~= "table" then
    error_value.misuse(("%s: expected a table of parameters, got %s"):format(name, type(given)))
  end
  local own, params, names = {}, {}, options_list.merge(NAMES, more)
  for key, value in pairs(given) do
    if TYPES[key] then
      value_type.check_one(name, "option", key, value, TYPES[key])
      own[key] = value
    elseif key ~= "tools" then
      check_param(name, key, names)
      params[key] = options_list.copy(value)
    end
  end
  for key, value in pairs(DEFAULTS) do
    own[key] = own[key] or value
  end
  return own, params
end

-- What is often put among the options of calls, of a request's parameters.
local PARAMS = { model = true, input = true, messages = true, instructions = true, stream = true, text_format = true,
  response_format = true }

--- Raises where something of a run stands among the options of its calls.
---@param name string
---@param given any
---@param place string  where it belongs
---@param allowed? table<string, any>  a set
function options.refuse_behind(name, given, place, allowed)
  for key in pairs(type(given) == "table" and given or {}) do
    if (NAMES[key] or PARAMS[key]) and not (allowed and allowed[key]) then
      error_value.misuse(("%s: '%s' is no option of a call: it belongs %s"):format(name, key, place))
    end
  end
end

require "oai.interpret" ()

return options
