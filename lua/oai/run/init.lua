-- Runs: a model and the functions that it may call, turn after turn, until it
-- answers. One loop (turns.lua) for responses and chat completions, which
-- differ in an adapter each.

local call_options = require "oai.options"
local error_value = require "oai.error"
local extra = require "oai.call.extra"
local lazy = require "oai.lazy"
local options_list = require "oai.run.options"
local run_module = require "oai.run.run"
local tools = require "oai.tools"

local run = {}

local link = lazy "oai.run.link"

local ADAPTERS = { responses = lazy "oai.run.responses", chat = lazy "oai.run.chat" }

local NONE = {}

-- Options of single calls that are those of each request of a run.
local OF_EACH = { body = { "table" } }

-- What the API does that has effects elsewhere.
local EFFECTS = { "mcp", "code_interpreter", "shell" }

local function has_effects(offered)
  for _, kind in ipairs(EFFECTS) do
    if offered:of_type(kind)[1] then
      return true
    end
  end
  return false
end

local function check_self(api, self)
  error_value.check_bound(self, api.operation, "client." .. api.operation:gsub("%.run$", ":run{...}"))
end

--- Raises for fields of the body that are a run's to write.
local function check_body(api, body)
  for _, name in ipairs { "input", "messages", "tools" } do
    if body and body[name] ~= nil then
      error_value.misuse(("%s: '%s' in the option 'body' would take the place of the run's own"):format(api.operation,
        name))
    end
  end
end

--- The socket of a run that asks over one.
local function link_of(api, params, transport)
  if transport == nil or transport == "http" then
    return nil
  elseif api.name ~= "responses" then
    error_value.misuse(("%s: 'transport' is of responses: chat completions have no socket"):format(api.operation))
  elseif params.background then
    error_value.misuse(("%s: 'background' is of requests: it cannot be over a socket"):format(api.operation))
  end
  return link.of(transport)
end

local function begin(api, self, given, options)
  check_self(api, self)
  local own, params = options_list.split(api.operation, given)
  options_list.refuse_behind(api.operation, options, "in the table before, with the parameters")
  local more, rest, flow = extra.split(api.operation, OF_EACH, options)
  check_body(api, more.body)
  local offered = tools.new(given.tools or NONE)
  local format = api.prepare(params)
  local items = api.begin(params)
  local one = run_module.new({
    _api = api, _resource = self, _client = self._client, _own = own, _tools = offered,
    _options = call_options.merge(rest, call_options.copy(more)),
    _params = params, _definitions = offered:definitions(api.name), _format = format,
    _link = link_of(api, params, own.transport), _has_effects = own.save ~= nil or has_effects(offered),
  }, items)
  return extra.run(self._client, flow --[[@as table]], function()
    return one
  end)
end

--- A run by responses. Nothing is sent before it is read.
---@param self table   client.responses
---@param given table  parameters of `create`, with the options of a run
---@param options? oai.CallOptions  of each request
---@return oai.ToolRun|oai.Task
function run.responses(self, given, options)
  return begin(ADAPTERS.responses, self, given, options)
end

--- A run by chat completions. Nothing is sent before it is read.
---@param self table   client.chat.completions
---@param given table  parameters of `create`, with the options of a run
---@param options? oai.CallOptions  of each request
---@return oai.ToolRun|oai.Task
function run.chat(self, given, options)
  return begin(ADAPTERS.chat, self, given, options)
end

return run
