-- Resource objects: what the API returns gains the methods whose ids it can
-- fill. The methods live behind a metatable, so that `pairs` shows the API's
-- fields only, and a field wins over a method of its name.

local class = require "oai.call.class"
local definitions = require "oai.call.definition"
local lazy = require "oai.lazy"

local error_value = lazy "oai.error"
local suggest = lazy "oai.suggest"

local setmetatable = setmetatable

local object = {}

local NOTHING = {}

--- The type of objects of a label: "vector_store.file" is an oai.VectorStoreFile.
---@param label string
---@return string
function object.type_name(label)
  return "oai." .. label:gsub("^%l", string.upper):gsub("[._](%l)", string.upper)
end

local function copy(fields)
  local copied = {}
  for name, value in pairs(fields) do
    copied[name] = value
  end
  return copied
end

local function ids_of(context, value)
  local ids = {}
  for i = 1, #context.class.ids do
    ids[i] = class.id(context.class, value, i, context.parents)
  end
  return ids
end

--- The resource of an object's class, bound to the object's ids.
local function bound_resource(context, value)
  local of = context.class
  if type(value) ~= "table" or getmetatable(value) == nil then -- as options have none
    error_value.misuse(("a method of %s: call it with a colon, as in object:refresh()"):format(of.name))
  end
  return context.client:_bind(of.definition, of.name, ids_of(context, value))
end

local function replace_fields(value, fresh)
  for name in pairs(value) do
    value[name] = nil
  end
  for name, field in pairs(fresh) do
    value[name] = field
  end
end

--- Keeps the ids of an object in a reply that does not say them.
local function keep_ids(of, value, fresh)
  local function keep(name)
    if not class.is_id(fresh[name]) and class.is_id(rawget(value, name)) then
      fresh[name] = rawget(value, name)
    end
  end
  keep "id"
  for _, name in ipairs(of.ids) do
    keep(name)
  end
end

--- Makes the method that retrieves an object again, and puts the new fields
--- in place of the old.
local function refresh_with(context, key)
  return function(value, options)
    local bound = bound_resource(context, value)
    local fresh, facts = bound[key](bound, nil, options)
    if not fresh then
      return nil, facts
    end
    keep_ids(context.class, value, fresh)
    replace_fields(value, fresh)
    return value, facts
  end
end

--- The method that a definition has for its objects alone: its function gets
--- the object, the resource of its ids, and what the caller gives.
local function own_method(context, key)
  local own = context.class.definition.methods
  local method = own and own[key]
  return method and function(value, ...)
    return method(value, bound_resource(context, value), ...)
  end
end

local function method_of(context, key)
  local own = own_method(context, key)
  if own then
    return own
  end
  local retriever = key == "refresh" and class.retriever(context.class)
  if retriever then
    return refresh_with(context, retriever)
  elseif not definitions.takes_ids(context.class.definition, key, context.class.ids) then
    return nil
  end
  return function(value, ...)
    local bound = bound_resource(context, value)
    return bound[key](bound, ...)
  end
end

--- What is said of a name that is no doubt a slip for a method, or a method of
--- other libraries: other names may be fields that the server has left out.
local function meant(context, key)
  local definition = context.class.definition
  ---@type table<string, any>
  local names = { refresh = class.retriever(context.class) }
  for name in pairs(definition.methods or NOTHING) do
    names[name] = true
  end
  for name, value in pairs(definition) do
    names[name] = names[name] or definitions.is_one(value)
      or definitions.takes_ids(definition, name, context.class.ids) or nil
  end
  local real = suggest.slip(key, names)
  return real and ("; did you mean '%s'?"):format(real)
    or names.refresh and suggest.elsewhere(key, names, "an object")
end

--- What a field that the API did not send means on an object.
local function lookup(context, value, key)
  local definition = context.class.definition
  local computed = definition.computed and definition.computed[key]
  if computed then
    return computed(value)
  elseif definitions.is_one(definition[key]) then
    return bound_resource(context, value)[key]
  end
  local method = context.methods[key]
  if method == nil then
    method = method_of(context, key) or meant(context, key) or false
    context.methods[key] = method
  end
  if type(method) == "string" then
    error_value.misuse(("an object of %s has no '%s'%s"):format(context.class.name, key, method))
  end
  return method or nil
end

local function new_metatable(client, of, parents)
  parents = copy(parents) -- what is kept by a weak key must not hold the key
  local context = { client = client, class = of, parents = parents, methods = {} }
  local name = object.type_name(of.label)
  return {
    label = of.label,
    context = context,
    __name = name,
    __index = function(value, key)
      return lookup(context, value, key)
    end,
    __tostring = function(value)
      return name .. " " .. tostring(class.id(of, value, #of.ids, parents))
    end,
  }
end

--- Whether an object, which has no metatable yet, has all its ids; and
--- whether it takes some from its parents.
local function can_fill(of, value, parents)
  if #of.ids == 1 then
    return value.id ~= nil or value[of.ids[1]] ~= nil, false
  end
  local borrowed = false
  for i = 1, #of.ids do
    local id, is_last = class.id(of, value, i, NOTHING), i == #of.ids
    if id == nil or not is_last and not class.is_id(id) then
      if is_last or parents[of.ids[i]] == nil then
        return false
      end
      borrowed = true
    end
  end
  return #of.ids > 0, borrowed
end

-- The metatables of the objects of one request, by the request's ids.
local borrowing = setmetatable({}, { __mode = "k" })

--- Where the metatables are that objects share: those of a class have one,
--- but those that need their parents' ids one for each request.
local function metatables_of(client, parents)
  if parents == NOTHING then
    return client._shared_metatables
  end
  borrowing[parents] = borrowing[parents] or {}
  return borrowing[parents]
end

local function metatable_for(client, of, parents)
  local shared = metatables_of(client, parents)
  shared[of] = shared[of] or new_metatable(client, of, parents)
  return shared[of]
end

--- Gives an object of a class its methods, if it has all its ids. Those of an
--- endpoint are mostly of one class, whose metatable is kept then.
local function attach_methods(value, client, endpoint, values, of)
  local filled, borrowed = can_fill(of, value, values)
  if not filled then
    return
  end
  local metatable = metatable_for(client, of, borrowed and values or NOTHING)
  if endpoint.home and #of.ids == 1 and of.label == value.object then
    client._shared_metatables[endpoint] = metatable
  end
  setmetatable(value, metatable)
end

--- Gives a table that was just decoded its methods, if it is of a class that
--- has any. Deleted ones have none.
---@param value table
---@param client oai.Client
---@param endpoint oai.Endpoint  that returned it
---@param values table<string, string|number>  the ids of the request, by name
---@return table value  the same
function object.attach_new(value, client, endpoint, values)
  local usual = client._shared_metatables[endpoint]
  if usual and usual.label == value.object and value.id ~= nil and value.deleted == nil then
    return setmetatable(value, usual)
  end
  local of = value.deleted == nil and class.of(value, endpoint)
  if of then
    attach_methods(value, client, endpoint, values, of)
  end
  return value
end

--- Gives any value its methods: what may be no table, or have a metatable of
--- its own, which is left as it is.
---@param value any
---@param client oai.Client
---@param endpoint oai.Endpoint
---@param values table<string, string|number>
---@return any value
function object.attach(value, client, endpoint, values)
  if type(value) ~= "table" or getmetatable(value) then
    return value
  end
  return object.attach_new(value, client, endpoint, values)
end

--- Gives all items of a list their methods.
---@param items any
---@param client oai.Client
---@param endpoint oai.Endpoint
---@param values table<string, string|number>
function object.attach_all(items, client, endpoint, values)
  for _, item in ipairs(type(items) == "table" and items or NOTHING) do
    if type(item) == "table" and not getmetatable(item) then
      object.attach_new(item, client, endpoint, values)
    end
  end
end

--- An object of which only the ids are known yet: it has its methods, and
--- `refresh` its fields.
---@param client oai.Client
---@param of oai.Class
---@param ids string[]  all of them, in path order
---@return table
function object.at(client, of, ids)
  local parents = {}
  for i = 1, #ids - 1 do
    parents[of.ids[i]] = ids[i]
  end
  return setmetatable({ id = ids[#ids] }, new_metatable(client, of, parents))
end

require "oai.interpret" ()

return object
