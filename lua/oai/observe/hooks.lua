-- Functions of the program's that are told of requests, by event: put on, taken
-- off and called.

local error_value = require "oai.error"
local log = require "oai.log"
local mask = require "oai.call.mask"
local nested = require "oai.nested"
local protected_call = require "oai.task.protected"
local value_type = require "oai.value_type"

local hooks = {}

local protected, call = nested.protected, protected_call.call

---@alias oai.ObservedEvent "request"|"response"|"retry"|"limit"|"stream_end"

---@class oai.HookOptions
---@field bodies? boolean  true: the function is told of bodies, too

local EVENTS = { request = true, response = true, retry = true, limit = true, stream_end = true }

local OPTIONS = { bodies = { "boolean" } }

local function body_of(told)
  if told.event == "request" then
    return told._request.body
  end
  return told._facts and told._facts.body
end

--- What a hook raises is the program's to see, once, in the log.
local function tell_fault(hook, told, fault)
  if not hook.has_failed then
    hook.has_failed = true
    log.write(told._request.settings.logger, "error", "a hook of '%s' has raised: %s", told.event, tostring(fault))
  end
end

--- Calls a hook that asks for bodies.
local function call_with_body(hook, told, by)
  local body = body_of(told)
  told.body = body and mask.text(told._request, body)
  local done, fault = protected(hook, told, by)
  told.body = nil -- the next hook may not have asked for it
  return done, fault
end

--- Calls the hooks of an event, of which there may be none; not one that has made
--- the request itself, which would be told of what it does when it is told.
---@param list? table[]
---@param told table  an oai.Observed
function hooks.emit(list, told)
  if not list then
    return
  end
  for i = 1, #list do
    local hook = list[i]
    local told_by = hook.bodies and call_with_body or protected
    local done, fault = told_by(hook, told, call)
    if not done then
      tell_fault(hook, told, fault)
    end
  end
end

local function check(name, fn, options)
  if not EVENTS[name] then
    error_value.misuse(("client:on: there is no event '%s': \"request\", \"response\", \"retry\", \"limit\" and "
      .. "\"stream_end\" are"):format(tostring(name)))
  elseif type(fn) ~= "function" then
    error_value.misuse("client:on: expected a function, got " .. type(fn))
  elseif options ~= nil and type(options) ~= "table" then
    error_value.misuse("client:on: the options must be a table, got " .. type(options))
  end
  value_type.check("client:on", "option", options or {}, OPTIONS)
end

--- A list with one hook more: another list, since a hook may put one on.
local function with(list, hook)
  local longer = {}
  for i, other in ipairs(list or {}) do
    longer[i] = other
  end
  longer[#longer + 1] = hook
  return longer
end

--- Takes a hook off. Harmless when it is.
local function take_off(shared, name, hook)
  local all, left = shared.hooks, {}
  for _, other in ipairs(all and all[name] or {}) do
    left[#left + 1] = other ~= hook and other or nil
  end
  if all then
    all[name] = left[1] and left or nil
    shared.hooks = next(all) ~= nil and all or false
  end
end

--- Has a function told of events of a client and of its copies. Returns what
--- takes it off again.
---@param shared table
---@param name oai.ObservedEvent
---@param fn fun(told: oai.Observed)
---@param options? oai.HookOptions
---@return fun() off
function hooks.on(shared, name, fn, options)
  check(name, fn, options)
  local hook = nested.new { fn = fn, bodies = options and options.bodies }
  shared.hooks = shared.hooks or {}
  shared.hooks[name] = with(shared.hooks[name], hook)
  return function()
    take_off(shared, name, hook)
  end
end

require "oai.interpret" ()

return hooks
