-- The API's operations as facts/operations.lua has them, read to tables; and
-- parameters of every kind to call them with.

local facts = require "spec.support.facts.operations"

local operations = {}

--- `unpack`, whatever this Lua calls it.
operations.unpack = rawget(table, "unpack") or rawget(_G, "unpack")

local ORDINARY = { status = 200, reply = "json" }

local function read_field(text)
  local name, kinds, required = text:match("^([%w_]+):?(%a*)(!?)$")
  return { name = name, kinds = kinds ~= "" and kinds or "s", required = required == "!" }
end

local function read_fields(text)
  local fields = {}
  for field in (text or ""):gmatch("%S+") do
    fields[#fields + 1] = read_field(field)
  end
  return fields
end

local function ids_in(path)
  local ids = {}
  for id in path:gmatch("{([%w_]+)}") do
    ids[#ids + 1] = id
  end
  return ids
end

---@class spec.Operation
---@field name string
---@field method string
---@field target string   the path with what query it always has
---@field path string     without it
---@field fixed? string   that query
---@field ids string[]
---@field query spec.Field[]
---@field body? spec.Field[]  of JSON
---@field form? spec.Field[]  multipart
---@field reply string
---@field status integer

---@class spec.Field
---@field name string
---@field kinds string    letters, as facts/operations.lua explains them
---@field required boolean

local function read(name, row)
  local operation = setmetatable({ name = name }, { __index = ORDINARY })
  for column, value in pairs(row) do
    operation[column] = value
  end
  operation.method, operation.target = row[1]:match("^(%u+) (%S+)$")
  operation.path, operation.fixed = operation.target:match("^([^?]+)%??(.*)$")
  operation.ids = ids_in(operation.path)
  operation.query = read_fields(row.query)
  operation.body = row.body and read_fields(row.body)
  operation.form = row.form and read_fields(row.form)
  return operation
end

local by_name, all = {}, {}
for name, row in pairs(facts) do
  by_name[name] = read(name, row)
  all[#all + 1] = by_name[name]
end
table.sort(all, function(a, b)
  return a.name < b.name
end)

--- All of them, by name, and in the order of their names.
operations.by_name = by_name
operations.all = all

--- The field of that name among fields, or nil.
---@param fields? spec.Field[]
---@param name string
---@return spec.Field?
function operations.field(fields, name)
  for _, field in ipairs(fields or {}) do
    if field.name == name then
      return field
    end
  end
  return nil
end

-- Every byte there is, twice the first: a file is no text.
local BYTES = {}
for byte = 0, 255 do
  BYTES[#BYTES + 1] = string.char(byte)
end
BYTES = table.concat(BYTES) .. "\r\n\0"

local function file(name, number)
  return {
    data = BYTES .. name .. number,
    filename = ("%s-%d.bin"):format(name, number),
    content_type = "application/x-spec",
  }
end

-- A value of each kind.
local SAMPLES = {
  s = function(name)
    return name .. " &=+\195\169"
  end,
  i = function()
    return 1700000000
  end,
  n = function()
    return 0.25
  end,
  b = function(name)
    return name ~= "stream"
  end,
  a = function()
    return { "one", "two" }
  end,
  m = function()
    return { key = "value" }
  end,
  o = function()
    return { gt = 1, lte = 5 }
  end,
  f = function(name)
    return file(name, 1)
  end,
  F = function(name)
    return { file(name, 1), file(name, 2) }
  end,
}

--- The kind of a field that a sample has: the first, or the last.
---@param field spec.Field
---@param last? boolean
---@return string
function operations.kind(field, last)
  return last and field.kinds:sub(-1) or field.kinds:sub(1, 1)
end

--- A value for each of these fields, of its first or its last kind.
---@param fields? spec.Field[]
---@param last? boolean
---@param into? table
---@return table params
function operations.samples(fields, last, into)
  local params = into or {}
  for _, field in ipairs(fields or {}) do
    params[field.name] = SAMPLES[operations.kind(field, last)](field.name)
  end
  return params
end

--- Whether a field takes more than one kind.
---@param fields? spec.Field[]
---@return boolean
function operations.varies(fields)
  for _, field in ipairs(fields or {}) do
    if #field.kinds > 1 then
      return true
    end
  end
  return false
end

--- The ids of a call: one of each name, with what has to be encoded in a path.
---@param ids string[]
---@return string[]
function operations.id_samples(ids)
  local samples = {}
  for i, name in ipairs(ids) do
    samples[i] = "ft:" .. name .. "/1"
  end
  return samples
end

--- The path of an operation with these ids in it, below the server's "/v1".
---@param operation spec.Operation
---@param ids string[]
---@return string
function operations.path(operation, ids)
  local at = 0
  local path = operation.path:gsub("{[%w_]+}", function()
    at = at + 1
    return (ids[at]:gsub("/", "%%2F"):gsub(" ", "%%20"))
  end)
  return "/v1" .. path
end

--- The resource of a name such as "chat.completions.list", and the name of
--- its method.
---@param client oai.Client
---@param name string
---@return table resource
---@return string key
function operations.resource(client, name)
  local resource, key = client, name:match("[%w_]+$")
  for part in name:gmatch("([%w_]+)%.") do
    resource = resource[part]
  end
  return resource, key
end

--- Calls an operation by its name: ids, then parameters and options.
---@param client oai.Client
---@param name string
---@param ids string[]
---@param params? table
---@param options? table
function operations.call(client, name, ids, params, options)
  local resource, key = operations.resource(client, name)
  local arguments = {}
  for i, id in ipairs(ids) do
    arguments[i] = id
  end
  arguments[#ids + 1], arguments[#ids + 2] = params, options
  return resource[key](resource, operations.unpack(arguments, 1, #ids + 2))
end

return operations
