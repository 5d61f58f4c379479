-- What a connection can be told by name: `connection.session:update{ ... }`
-- sends the event "session.update". Made from the types of a kind's events
-- (sent.lua), when first touched.

local base64 = require "oai.codec.base64"
local error_value = require "oai.error"
local options_list = require "oai.options"
local suggest = require "oai.suggest"

local senders = {}

--- The names below a prefix: nodes, or whole types of events.
local function names_below(events, prefix)
  local names = {}
  for event_type in pairs(events) do
    if event_type:sub(1, #prefix) == prefix then
      names[event_type:sub(#prefix + 1):match "^[^.]+"] = true
    end
  end
  return names
end

--- Raises for what a node has not.
local function refuse(node, name)
  error_value.misuse(("connection.%s has no '%s'%s"):format(node._path, tostring(name),
    suggest.hint(name, names_below(node._events, node._path .. "."), "connection." .. node._path)))
end

--- An event of a type with the fields that a program gives; bytes stand for the
--- field that takes them.
local function event_of(event_type, bytes_field, given)
  if type(bytes_field) == "string" and type(given) == "string" then
    return { type = event_type, [bytes_field] = base64.encode(given) }
  elseif given ~= nil and type(given) ~= "table" then
    error_value.misuse(("connection.%s: expected a table%s, got %s"):format(event_type,
      type(bytes_field) == "string" and " or bytes" or "", type(given)))
  end
  return options_list.merge(given, { type = event_type })
end

local Node = {}

--- The method of a node that sends an event.
local function sender(event_type, bytes_field)
  return function(node, given)
    if getmetatable(node) ~= Node then
      local path, verb = event_type:match "^(.*)%.([^.]+)$"
      error_value.misuse(("connection.%s: call it with a colon, as in connection.%s:%s(...)"):format(event_type, path,
        verb))
    end
    return node._connection:send(event_of(event_type, bytes_field, given))
  end
end

local function new(connection, events, path, answers)
  return setmetatable({ _connection = connection, _events = events, _path = path, _answers = answers }, Node)
end

--- What stands below a node: made once.
function Node.__index(node, name)
  if type(name) ~= "string" or name:sub(1, 1) == "_" then
    return nil
  end
  local path = rawget(node, "_path") .. "." .. name
  local bytes_field = node._events[path]
  local found
  if bytes_field then
    found = sender(path, bytes_field)
  elseif next(names_below(node._events, path .. ".")) then
    found = new(node._connection, node._events, path)
  else
    refuse(node, name)
  end
  rawset(node, name, found)
  return found
end

--- A node that is a method as well: `connection:response()`.
function Node.__call(node, connection, ...)
  local answer = node._answers
  if not answer then
    error_value.misuse(("connection.%s is no function"):format(node._path))
  end
  return answer(connection, ...)
end

--- What a connection has by a name at the top: a node, or nil.
---@param connection oai.Connection
---@param events table<string, string|true>  the types of what may be sent, with the field that takes bytes
---@param name string
---@param answers? function  what the node is where it is called as a method
---@return table?
function senders.node(connection, events, name, answers)
  if not next(names_below(events, name .. ".")) then
    return nil
  end
  local node = new(connection, events, name, answers)
  rawset(connection, name, node)
  return node
end

--- The names at the top.
---@param events table<string, string|true>
---@return table<string, true>
function senders.names(events)
  return names_below(events, "")
end

require "oai.interpret" ()

return senders
