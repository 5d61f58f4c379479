-- The methods of resources and of objects, from the same lines: which ids
-- each still takes, and what it gives.

local class = require "oai.call.class"
local definitions = require "oai.call.definition"
local line = require "oai.call.line"
local sorted = require "sorted"

local methods = {}

---@class generate.Method
---@field key string           "update"
---@field kind "call"|"each"|"stream"|"at"|"refresh"
---@field ids string[]         those that are not bound
---@field facts? generate.Endpoint
---@field gives? string        the type of what `at` and `refresh` give

local function without(ids, count)
  local rest = {}
  for i = count + 1, #ids do
    rest[#rest + 1] = ids[i]
  end
  return rest
end

local function add_line(list, facts, key, bound, definition)
  local ids = without(facts.line.ids, bound)
  list[#list + 1] = { key = key, kind = "call", ids = ids, facts = facts }
  if facts.page then
    list[#list + 1] = { key = definitions.each_name(key), kind = "each", ids = ids, facts = facts }
  end
  if facts.stream and type(definition[definitions.stream_name(key)]) ~= "function" then
    list[#list + 1] = { key = definitions.stream_name(key), kind = "stream", ids = ids, facts = facts }
  end
end

local function sort(list)
  table.sort(list, function(a, b)
    return a.key < b.key
  end)
  return list
end

--- The methods of a resource of which `bound` ids are known.
---@param model table      { endpoints =, objects = }
---@param definition table
---@param name string      in full
---@param bound integer
---@return generate.Method[]
function methods.of_resource(model, definition, name, bound)
  local list = {}
  for key, value in pairs(definition) do
    local facts = line.target(value) and model.endpoints[name .. "." .. key]
    if facts then
      add_line(list, facts, key, bound, definition)
    end
  end
  local of = class.of_resource(definition, name)
  if of and #of.ids > bound then
    local gives = model.objects:of_resource(definition, name).name
    list[#list + 1] = { key = "at", kind = "at", ids = without(of.ids, bound), gives = gives }
  end
  return sort(list)
end

--- The methods of an object: those that begin with its ids.
---@return generate.Method[]
function methods.of_object(model, entry)
  local of, list = entry.class, {}
  for _, method in ipairs(methods.of_resource(model, of.definition, of.name, 0)) do
    if method.facts and definitions.takes_ids(of.definition, method.key, of.ids) then
      method.ids = without(method.ids, #of.ids)
      list[#list + 1] = method
    end
  end
  local retriever = class.retriever(of)
  if retriever then
    list[#list + 1] = { key = "refresh", kind = "refresh", ids = {}, gives = entry.name,
      facts = model.endpoints[of.name .. "." .. retriever] }
  end
  return sort(list)
end

--- The resources in a resource, by key.
---@return string[] keys
function methods.nested(definition)
  local nested = {}
  for key, value in pairs(definition) do
    nested[key] = definitions.is_one(value) or nil
  end
  return sorted(nested)
end

return methods
