-- Resource objects: what the API returns gains the methods whose ids it can
-- fill. The methods live behind a metatable, so that `pairs` shows the API's
-- fields only, and a field wins over a method of its name.

local object = {}

--- The class names of the API to where their methods are: the resource, its
--- name, and how many ids its objects stand for.
local classes = require "oai.resources.classes"

--- "vector_store.file" is an oai.VectorStoreFile.
local function class_name(name)
  return "oai." .. name:gsub("^%l", string.upper):gsub("[._](%l)", string.upper)
end

local function bound_resource(client, class, ids)
  local resource = require "oai.call.resource"
  return resource.bind(client, class.definition(), class.name, ids)
end

local function own_ids(context, value)
  local ids = {}
  for i, id in ipairs(context.parents) do
    ids[i] = id
  end
  ids[#ids + 1] = value.id
  return ids
end

--- Retrieves it again, and takes the new fields in place of the old.
local function refresh(value)
  local context = getmetatable(value).context
  local fresh, facts = bound_resource(context.client, context.class, own_ids(context, value)):retrieve()
  if not fresh then
    return nil, facts
  end
  for name in pairs(value) do
    value[name] = nil
  end
  for name, field in pairs(fresh) do
    value[name] = field
  end
  return value, facts
end

local function method_of(context, key)
  local resource = require "oai.call.resource"
  local definition = context.class.definition()
  if key == "refresh" and definition.retrieve then
    return refresh
  elseif not resource.is_instance_method(definition, key, #context.parents + 1) then
    return nil
  end
  return function(value, ...)
    local bound = bound_resource(context.client, context.class, own_ids(context, value))
    return bound[key](bound, ...)
  end
end

--- What a field that the API did not send means on an object.
local function lookup(context, value, key)
  local resource = require "oai.call.resource"
  local definition = context.class.definition()
  local computed = definition.computed and definition.computed[key]
  if computed then
    return computed(value)
  elseif resource.is_resource(definition[key]) then
    return bound_resource(context.client, context.class, own_ids(context, value))[key]
  end
  local method = context.methods[key]
  if method == nil then
    method = method_of(context, key) or false
    context.methods[key] = method
  end
  return method or nil
end

local function new_metatable(client, class, label, parents)
  local context = { client = client, class = class, parents = parents, methods = {} }
  return {
    context = context,
    __name = label,
    __index = function(value, key)
      return lookup(context, value, key)
    end,
    __tostring = function(value)
      return label .. " " .. tostring(value.id)
    end,
  }
end

local function parent_values(class, values)
  local parents = {}
  for i, name in ipairs(class.parents) do
    parents[i] = values[name]
  end
  return parents
end

--- The metatable for objects of a class; those without parents share one.
local function metatable_for(client, class, object_name, values)
  if class.parents then
    return new_metatable(client, class, class_name(object_name), parent_values(class, values))
  end
  local shared = client._shared_metatables
  local metatable = shared[object_name]
  if not metatable then
    metatable = new_metatable(client, class, class_name(object_name), {})
    shared[object_name] = metatable
  end
  return metatable
end

--- Gives a decoded object its methods, if it is of a class that has any.
--- Deleted ones have none.
---@param value any
---@param client oai.Client
---@param endpoint oai.Endpoint  that returned it
---@param values table<string, string>  the ids of the request, by name
---@return any value  the same
function object.attach(value, client, endpoint, values)
  if type(value) ~= "table" or value.deleted ~= nil or getmetatable(value) then
    return value
  end
  local name = value.object or endpoint.object
  local class = type(name) == "string" and classes[name]
  if class and value.id ~= nil then
    setmetatable(value, metatable_for(client, class, name, values))
  end
  return value
end

return object
