-- The parameters of an operation as a server wants them that has other names
-- for some. What the program gave is left as it is. Pure.

local options_list = require "oai.options"

local adapt = {}

local type = type

--- A copy of a table, which holds the same values.
local function copied(given)
  return setmetatable(options_list.merge(given, {}), getmetatable(given))
end

--- Gives parameters the names that a server has for them, or takes out those that
--- it lacks. A parameter that the program gave by the server's name stays.
local function rename(params, names)
  local made = params
  for name, called in pairs(names) do
    if params[name] ~= nil then
      made = made == params and copied(params) or made
      made[name] = nil
      if called and params[called] == nil then
        made[called] = params[name]
      end
    end
  end
  return made
end

--- What stands at a path such as "text.format.schema"; nil: nothing.
local function standing_at(params, path)
  local value = params
  for name in path:gmatch "[^.]+" do
    value = type(value) == "table" and value[name] or nil
  end
  return value
end

local function copy_fields(params, paths)
  local made = params
  for name, path in pairs(paths) do
    local value = params[name] == nil and standing_at(params, path)
    if value then
      made = made == params and copied(params) or made
      made[name] = value
    end
  end
  return made
end

--- A list of messages with other roles; the list itself where none is another.
local function with_roles(list, roles)
  local made = list
  for i, message in ipairs(list) do
    local role = type(message) == "table" and roles[message.role]
    if role then
      made = made == list and copied(list) or made
      made[i] = copied(message)
      made[i].role = role
    end
  end
  return made
end

local LISTS = { "messages", "input" }

local function rename_roles(params, roles)
  local made = params
  for _, field in ipairs(LISTS) do
    local list = params[field]
    local changed = type(list) == "table" and with_roles(list, roles)
    if changed and changed ~= list then
      made = made == params and copied(params) or made
      made[field] = changed
    end
  end
  return made
end

--- What makes the parameters of an operation those that a profile's server
--- wants; nil where they are these.
---@param profile oai.Profile
---@param operation string
---@return (fun(params: table): table)?
function adapt.of(profile, operation)
  local names = profile.parameters and profile.parameters[operation]
  local paths, roles = profile.copied and profile.copied[operation], profile.roles and profile.roles[operation]
  if not (names or paths or roles) then
    return nil
  end
  return function(params)
    params = names and rename(params, names) or params
    params = paths and copy_fields(params, paths) or params
    return roles and rename_roles(params, roles) or params
  end
end

require "oai.interpret" ()

return adapt
