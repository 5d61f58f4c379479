-- The API's objects as facts/objects.lua has them, read to tables; what a
-- reply with one looks like, and what its methods should ask the server for.

local facts = require "spec.support.facts.objects"
local operations = require "spec.support.operations"

local objects = {}

local function words_in(text)
  local words = {}
  for word in (text or ""):gmatch("%S+") do
    words[#words + 1] = word
  end
  return words
end

--- Names of operations in full: a word without a dot is of this resource.
local function in_full(resource, text)
  local names = words_in(text)
  for i, name in ipairs(names) do
    names[i] = name:find("%.") and name or resource .. "." .. name
  end
  return names
end

local function read_ids(text)
  local ids = {}
  for i, word in ipairs(words_in(text)) do
    local name, assigned, field = word:match("^([%w_]+)(=?)([%w_]*)$")
    if assigned == "" then
      field = name
    end
    ids[i] = { name = name, field = field ~= "" and field or nil }
  end
  return ids
end

--- The operations an object can call: where below it, and which.
local function read_methods(row)
  local methods = {}
  for _, key in ipairs(words_in(row.methods)) do
    methods[#methods + 1] = { below = "", key = key, name = row.resource .. "." .. key }
  end
  for part in (row.nested or ""):gmatch("[^;]+") do
    local words = words_in(part)
    for i = 2, #words do
      methods[#methods + 1] = {
        below = words[1],
        key = words[i],
        name = row.resource .. "." .. words[1] .. "." .. words[i],
      }
    end
  end
  return methods
end

---@class spec.Object
---@field object string
---@field unsaid boolean?
---@field resource string
---@field ids { name: string, field?: string }[]
---@field methods { below: string, key: string, name: string }[]
---@field one string[]    names of operations, in full
---@field many string[]

objects.all = {}
for i, row in ipairs(facts) do
  objects.all[i] = {
    object = row.object,
    unsaid = row.unsaid,
    resource = row.resource,
    ids = read_ids(row.ids),
    methods = read_methods(row),
    one = in_full(row.resource, row.one),
    many = in_full(row.resource, row.many),
  }
end

--- The object of a resource, by what it is called.
---@param object string
---@param resource string
---@return spec.Object
function objects.find(object, resource)
  for _, found in ipairs(objects.all) do
    if found.object == object and found.resource == resource then
      return found
    end
  end
  error("no object " .. object .. " of " .. resource)
end

--- "thread.run" is an oai.ThreadRun.
---@param object string
---@return string
function objects.type_name(object)
  local name = "oai."
  for word in object:gmatch("[^._]+") do
    name = name .. word:sub(1, 1):upper() .. word:sub(2)
  end
  return name
end

--- What a reply has of an object: its label and its own ids, "own-thread_id".
--- With `orphan`, the last of them only.
---@param object spec.Object
---@param orphan? boolean
---@return table
function objects.sample(object, orphan)
  local sample = { object = not object.unsaid and object.object or nil, note = "x" }
  for i, id in ipairs(object.ids) do
    if id.field and not (orphan and i < #object.ids) then
      sample[id.field] = "own-" .. id.name
    end
  end
  return sample
end

--- The ids of a call that returns an object: "asked-thread_id".
---@param name string  of the operation
---@return string[]
function objects.asked_ids(name)
  local ids = {}
  for i, id in ipairs(operations.by_name[name].ids) do
    ids[i] = "asked-" .. id
  end
  return ids
end

--- The value of each id that an object stands for, by name; some from the
--- request when it is an orphan or has no field for them.
---@param object spec.Object
---@param orphan? boolean
---@return table<string, string>
function objects.ids(object, orphan)
  local ids = {}
  for i, id in ipairs(object.ids) do
    local own = id.field and not (orphan and i < #object.ids)
    ids[id.name] = (own and "own-" or "asked-") .. id.name
  end
  return ids
end

--- The least a call of an operation needs beside its ids.
---@param operation spec.Operation
---@return table params
function objects.least_params(operation)
  local params = {}
  for _, field in ipairs(operation.form or {}) do
    if field.kinds:find "f" then
      params[field.name] = { data = "x", filename = "a.bin" }
    end
  end
  return params
end

--- Calls all methods of an object, those of nested resources too; what should
--- have arrived, as "METHOD path".
---@param object spec.Object
---@param value table   the object itself
---@param own table<string, string>  its ids
---@return string[]
function objects.call_all(object, value, own)
  local wanted = {}
  for _, method in ipairs(object.methods) do
    local operation = operations.by_name[method.name]
    local receiver, ids, extra = value, {}, {}
    for part in method.below:gmatch("[%w_]+") do
      receiver = receiver[part]
    end
    for i, id in ipairs(operation.ids) do
      ids[i] = own[id] or "extra-" .. id
      extra[#extra + 1] = not own[id] and ids[i] or nil
    end
    extra[#extra + 1] = objects.least_params(operation)
    local result, err = receiver[method.key](receiver, operations.unpack(extra))
    assert(result or operation.stream == "always" and err.kind == "stream", tostring(err)) -- replies are no events
    wanted[#wanted + 1] = operation.method .. " " .. operations.path(operation, ids)
  end
  return wanted
end

return objects
