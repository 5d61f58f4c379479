-- The options of what makes several calls: its own, beside those of each call
-- and those that say that it is not waited for.

local error_value = require "oai.error"
local lazy = require "oai.lazy"
local options = require "oai.options"
local suggest = require "oai.suggest"
local value_type = require "oai.value_type"

local unwaited = lazy "oai.task.unwaited"

local extra = {}

local OF_EACH_CALL = { call = true }

local NOT_WAITED = { on_done = true, on_event = true, wait = true }

--- Raises for an option that nobody has, but for a slip of one of ours.
local function check_rest(name, types, rest)
  for key in pairs(rest) do
    local real = not options.is_one(key) and suggest.nearest(key, types)
    if real then
      error_value.misuse(("%s: unknown option '%s'; did you mean '%s'?"):format(name, key, real))
    end
  end
  options.check(rest, name, OF_EACH_CALL)
end

--- Takes options apart; raises for those that are none.
---@param name string   of the operation
---@param types table<string, table>  its own: what each may be, as value_type.lua has it
---@param given? table
---@return table own
---@return table rest   those of each call, to be kept
---@return table flow  those that say that it is not waited for
function extra.split(name, types, given)
  if given ~= nil and type(given) ~= "table" then
    error_value.misuse(("%s: the options must be a table, got %s"):format(name, type(given)))
  end
  local own, rest, flow = {}, {}, {}
  for key, value in pairs(given or {}) do
    if types[key] then
      value_type.check_one(name, "option", key, value, types[key])
      own[key] = value
    elseif NOT_WAITED[key] then
      flow[key] = value
    else
      rest[key] = value
    end
  end
  check_rest(name, types, rest)
  return own, options.keep(rest), flow
end

--- Options without a field of the header that is of one request alone, and what
--- it was.
---@param rest table
---@param field string  its name, small
---@return table rest
---@return string? value
function extra.without_header(rest, field)
  local headers, found = {}, nil
  for name, value in pairs(rest.headers or {}) do
    if tostring(name):lower() == field then
      found = value or nil
    else
      headers[name] = value
    end
  end
  return rest.headers and options.merge(rest, { headers = headers }) or rest, found
end

--- Makes the calls, now or, where `flow` says so, in a task.
---@param client oai.Client
---@param flow table  from `split`
---@param make_calls fun(): any, any, any?
---@return any ...
function extra.run(client, flow, make_calls)
  if flow.on_done or flow.on_event or flow.wait == false then
    return unwaited.call(client, flow, make_calls)
  end
  return make_calls()
end

require "oai.interpret" ()

return extra
