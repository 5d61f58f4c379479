-- Requests that are wrong on purpose. A check that finds nothing in them finds
-- nothing elsewhere either; and a field whose wrong value is noticed has
-- arrived under its name, where it belongs.

local document = require "contract.document"
local sorted = require "sorted"

local wrong = {}

---@class contract.Wrong  a call that is not to pass
---@field call contract.Call
---@field finding? string  what the mock is to find: "E3015 query.nope"
---@field field? string    or the field that it is to complain of

--- What is to be found, the method, the parameters, and the operation it is
--- taken for where that is another one.
local function kinds(file)
  return {
    { "E3015 query.nope", "files.list", { nope = 1 } },
    { "E3003 query.limit", "files.list", { limit = "many" } },
    { "E3016 query.order", "files.list", { order = "up" } },
    { "E3014 query.purpose[]", "files.list", { purpose = { "batch" } } },
    { "E3002 query.start_time", "admin.organization.usage.costs", {} },
    { "E3016 query.group_by.0", "admin.organization.usage.costs", { start_time = 1, group_by = { "nope" } } },
    { "E3007 body", "chat.completions.create", { model = "text" } },
    { "E3008 body.temperature", "responses.create", { model = "text", input = "text", temperature = "hot" } },
    { "E4004 body.temperature", "responses.create", { model = "text", input = "text", temperature = 9 } },
    { "E4005 body.messages", "chat.completions.create", { model = "text", messages = {} } },
    { "E3007 body", "files.create", { purpose = "batch" } },
    { "E3016 body.purpose", "files.create", { file = file, purpose = "nope" } },
    { "E3009 body", "files.create", { file = file, purpose = "batch", nope = 1 } },
    { "path path", "files.list", {}, "models.list" },
  }
end

--- One wrong call of each kind.
---@param targets table<string, contract.Target>  by name
---@param file string  a path
---@return contract.Wrong[]
function wrong.kinds(targets, file)
  local list = {}
  for i, kind in ipairs(kinds(file)) do
    local finding, name, params, instead = kind[1], kind[2], kind[3], kind[4]
    list[i] = {
      finding = finding,
      call = {
        name = name,
        variant = "wrong on purpose",
        operation = targets[instead or name].operation,
        endpoint = targets[name].endpoint,
        ids = {},
        params = params,
      },
    }
  end
  return list
end

--- Whether what was found in a wrong call is what is wrong in it.
---@param one contract.Wrong
---@param violations contract.Violation[]
---@return boolean
function wrong.is_found(one, violations)
  for _, found in ipairs(violations) do
    local text = found.code .. " " .. found.at
    if one.finding == text or one.field and (text .. found.message):find(one.field, 1, true) then
      return true
    end
  end
  return false
end

-- Wrong values

local EVERYTHING = { "object", "array", "string", "number", "boolean" }
local NAMES = { integer = "number" }

local function add_types(types, of, schema)
  local plain = of:plain(schema)
  local given = type(plain.type) == "table" and plain.type or { plain.type }
  for _, branch in ipairs(document.branches(plain) or {}) do
    add_types(types, of, branch)
  end
  if not plain.type and not document.branches(plain) and not plain.properties and not plain.enum then
    given = EVERYTHING
  end
  for _, name in ipairs(given) do
    types[NAMES[name] or name] = true
  end
  return types
end

local IN_BODY = {
  { "object", { wrong = 1 } },
  { "boolean", true },
  { "string", "wrong" },
  { "number", 12.5 },
}
-- In a query, where all scalars are text.
local IN_QUERY = {
  { "object", { wrong = 1 } },
  { "array", { "wrong" } },
}

--- A value of a type that a schema does not allow, or nil.
local function value_of_wrong_type(of, schema, values)
  local types = add_types({}, of, schema)
  for _, pair in ipairs(values) do
    if not types[pair[1]] then
      return pair[2]
    end
  end
  return nil
end

local function copy_with(params, name, value)
  local copy = {}
  for key, given in pairs(params) do
    copy[key] = given
  end
  copy[name] = value
  return copy
end

local function changed(call, name, value)
  local copy = copy_with(call, "params", copy_with(call.params, name, value))
  copy.variant = value == nil and "without " .. name or "wrong " .. name
  return { call = copy, field = name }
end

--- The fields of a call and what the document says of them.
local function described(of, call)
  local body = call.schema and of:plain(call.schema) or {}
  local fields = {}
  for name, schema in pairs(body.properties or {}) do
    fields[name] = { schema = schema, required = document.has(body.required, name), wrong = IN_BODY }
  end
  for _, parameter in ipairs(call.operation.query) do
    local name = parameter.name:gsub("%[%]$", "")
    fields[name] = { schema = parameter.schema, required = parameter.required, wrong = IN_QUERY }
  end
  return fields
end

--- A call once for every field of its body and its query, which is of a wrong
--- type, and once for every required one, which is missing.
---@param of table  the document
---@param call contract.Call  with all fields
---@return contract.Wrong[]
function wrong.fields(of, call)
  local list, fields = {}, described(of, call)
  for _, name in ipairs(sorted(fields)) do
    local value = value_of_wrong_type(of, fields[name].schema, fields[name].wrong)
    if value ~= nil then
      list[#list + 1] = changed(call, name, value)
    end
    if fields[name].required then
      list[#list + 1] = changed(call, name, nil)
    end
  end
  return list
end

return wrong
