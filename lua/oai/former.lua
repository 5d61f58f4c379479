-- What is a method of clients now and was a function of the library before:
-- it still is one, where it is said whose client is meant.

local error_value = require "oai.error"

local former = {}

local function whose(name, client)
  if type(client) ~= "table" then
    error_value.misuse(("oai.%s is a method of clients: client:%s(...)"):format(name, name))
  end
  return client
end

--- `client:map`, with the client among its options.
---@param items any[]  a list
---@param fn fun(item: any, index: integer): any, any  as `client:map` calls it
---@param options table  those of `client:map`, and `client`
---@return any[]? results  as they return it
---@return any ...         what they return beside
function former.map(items, fn, options)
  local rest, client = {}, whose("map", options and options.client)
  for name, value in pairs(options) do
    rest[name] = value
  end
  rest.client = nil
  return client:map(items, fn, rest)
end

--- `client:gather`, of the client of the first task.
---@param tasks oai.Task[]  of one client or several
---@param options? table   those of `client:gather`
---@return any[]? results  as they return it
---@return any ...         what they return beside
function former.gather(tasks, options)
  local first = type(tasks) == "table" and tasks[1]
  return whose("gather", type(first) == "table" and rawget(first, "client")):gather(tasks, options)
end

require "oai.interpret" ()

return former
