-- The options of a connection: its own, and those of the call that opens it.

local error_value = require "oai.error"
local extra = require "oai.call.extra"
local options_list = require "oai.options"

local options = {}

---@class oai.ConnectionOptions : oai.OpenCallOptions
---@field ping_interval? number|false  seconds without a message after which the other side is asked for a sign of life
---@field ping_timeout? number         seconds for that
---@field max_queue_bytes? integer     that may wait to go out
---@field max_queue_messages? integer  that may wait to go out
---@field on_reconnect? fun(connection: oai.Connection, told: oai.Reconnection)  the connection is made again where it
--- breaks, and this is called before what waits goes out
---@field on_reconnecting? fun(told: oai.Reconnection): oai.ReconnectionChange?  is asked before each attempt
---@field initial_delay? number        seconds before the first attempt
---@field max_delay? number            seconds before any
---@field reconnect_before? number     seconds before the server's own limit, at which the connection is made again

---@class oai.Reconnection  what is told of a connection that is made again
---@field attempt integer         counted from 1 since the last event that was no error
---@field max_attempts integer  how many there may be, by `max_retries`
---@field delay number            seconds before the attempt
---@field code? integer           with which the connection was closed; 1006 where it was not
---@field reason? string  as the other side gave it
---@field err oai.Error           why it broke
---@field unsent any[]            messages that wait, and will go out
---@field lost any[]              messages that had begun to go out: nobody knows what became of them

---@class oai.ReconnectionChange
---@field query? table    parameters of this attempt, beside those that there are
---@field headers? table  header fields of it
---@field abort? boolean  it is not made again

local OWN = {
  ping_interval = { "duration", { false } }, ping_timeout = { "duration" }, max_queue_bytes = { "count" },
  max_queue_messages = { "count" }, on_reconnect = { "function" }, on_reconnecting = { "function" },
  initial_delay = { "seconds" }, max_delay = { "seconds" }, reconnect_before = { "seconds" },
}

local MEBIBYTE = 1024 * 1024

local DEFAULTS = { ping_interval = 20, ping_timeout = 20, max_queue_bytes = MEBIBYTE, initial_delay = 0.5,
  max_delay = 8 }

local MAX_RETRIES = 5 -- of what is made again

local HANDSHAKE = 30 -- seconds for the reply

--- The options of the calls that open a connection: it is the reply that is
--- waited for, and nothing else of them goes on as long as a conversation.
local function of_call(client, rest)
  local timeout = rest.timeout or math.min(HANDSHAKE, client._settings.options.timeout)
  local base = rest.base_url and rest.base_url:gsub("^[wW][sS]([sS]?)://", "http%1://")
  return options_list.merge(rest, { timeout = timeout, base_url = base or nil })
end

--- Takes options apart. Raises for those that are none.
---@param client oai.Client
---@param name string       of the operation
---@param defaults? table   instead of ours
---@param given? table
---@return table own
---@return table call
---@return table flow  from extra.split
function options.take(client, name, defaults, given)
  local own, rest, flow = extra.split(name, OWN, given)
  if flow.on_event then
    error_value.misuse(name .. ": 'on_event' is for streams; read a connection by its events() in a task")
  end
  own = options_list.merge(options_list.merge(DEFAULTS, defaults), own)
  own.max_retries = rest.max_retries or MAX_RETRIES
  own.max_retry_delay = options_list.of_call(rest, client, "max_retry_delay")
  return own, of_call(client, rest), flow
end

--- Takes one table of parameters and options apart.
---@param name string
---@param given any
---@param fields table<string, any>  the names of parameters
---@return table params
---@return table rest
function options.apart(name, given, fields)
  if given ~= nil and type(given) ~= "table" then
    error_value.misuse(("%s: expected a table, got %s"):format(name, type(given)))
  end
  local params, rest = {}, {}
  for key, value in pairs(given or {}) do
    (fields[key] and params or rest)[key] = value
  end
  return params, rest
end

require "oai.interpret" ()

return options
