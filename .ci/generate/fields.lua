-- Lists of fields: their order, and several lists in one. Pure.

local node = require "node"
local sorted = require "sorted"

local fields = {}

fields.SENT = { sent = true }

---@class generate.Field
---@field name string
---@field node generate.Node
---@field required boolean
---@field nullable boolean
---@field deprecated? boolean
---@field schema? table  of one that a schema says
---@field said? string   of one that no operation has, or not so

--- Fields by name as a list, those that are required first.
---@param by_name table<string, generate.Field>
---@return generate.Field[]
function fields.in_order(by_name)
  local list = {}
  for _, required in ipairs { true, false } do
    for _, name in ipairs(sorted(by_name)) do
      if by_name[name].required == required then
        list[#list + 1] = by_name[name]
      end
    end
  end
  return list
end

--- What a field may hold, and whether it may be absent. What is only sent can
--- be null; what is returned is nil then.
---@param field generate.Field
---@param ways? table<string, boolean>  "sent", "returned"
---@return generate.Node
---@return boolean optional
function fields.content(field, ways)
  if field.nullable and ways and ways.sent and not ways.returned then
    return node.union { field.node, node.null }, not field.required
  end
  return field.node, not field.required or field.nullable
end

local function merge(known, field)
  return {
    name = field.name,
    node = node.union { known.node, field.node },
    required = known.required and field.required,
    nullable = known.nullable or field.nullable,
    deprecated = known.deprecated and field.deprecated,
    schema = known.schema,
  }
end

--- One list for values that may have the fields of any of several: required
--- is what all require.
---@param lists generate.Field[][]
---@return generate.Field[]
function fields.merged(lists)
  local by_name, counts = {}, {}
  for _, list in ipairs(lists) do
    for _, field in ipairs(list) do
      local known = by_name[field.name]
      by_name[field.name] = merge(known or field, field)
      counts[field.name] = (counts[field.name] or 0) + 1
    end
  end
  for name, field in pairs(by_name) do
    field.required = field.required and counts[name] == #lists
  end
  return fields.in_order(by_name)
end

return fields
