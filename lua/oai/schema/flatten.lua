-- A schema in other words that mean the same, before strict mode closes it:
-- what an `allOf` joins and the outermost schema refers to, put in its place.

local all_of = require "oai.schema.all_of"
local annotations = require "oai.schema.annotations"
local json = require "oai.codec.json"
local kinds = require "oai.schema.kinds"
local order = require "oai.schema.order"
local pointer = require "oai.schema.pointer"
local refusal = require "oai.schema.refusal"
local set = require "oai.set"
local traits = require "oai.schema.traits"

local refuse, join = refusal.refuse, refusal.join

local flatten = {}

-- Tables that are copied for one schema: what an `allOf` refers to may hold
-- that, and so more each time.
local COPIED_MOST = 100000

-- What the outermost schema may have and no other.
local OUTERMOST = set { "$ref", "$defs", "definitions", "$id", "$schema" }

---@class oai.SchemaFlattening
---@field root table     the whole, for `$ref`
---@field copied integer  so many tables were

local function copied(of, value, depth)
  if type(value) ~= "table" then
    return value
  elseif depth > 2 * refusal.DEPTH_MOST or of.copied > COPIED_MOST then
    refuse("", depth > 2 * refusal.DEPTH_MOST and "it is nested too deeply" or "an `allOf` has no end")
  end
  of.copied = of.copied + 1
  local copy = setmetatable({}, getmetatable(value))
  for key, item in pairs(value) do
    copy[key] = copied(of, item, depth + 1)
  end
  return copy
end

local function flatten_type(schema)
  if type(schema.type) == "table" and schema.type[1] ~= nil and schema.type[2] == nil then
    schema.type = schema.type[1]
  end
end

-- Of a value that is one of several exactly, a model that writes one of any
-- makes one or more: `check` tells.
local function take_choices(schema)
  if schema.oneOf ~= nil and schema.anyOf == nil then
    schema.anyOf, schema.oneOf = schema.oneOf, nil
  end
end

--- The schema that a branch refers to by its `$ref`. Raises where the branch has
--- keywords that would be lost.
local function target_of(of, branch, at)
  local found = pointer(of.root, branch["$ref"])
  if type(found) ~= "table" or traits.has_others(branch, "$ref") then
    refuse(at, ("`allOf` with the `$ref` %s cannot be represented in strict mode"):format(tostring(branch["$ref"])))
  end ---@cast found table
  return found
end

local join_branches

--- A copy of the schema that a branch refers to, with the branch's annotations;
--- false where a schema refers to itself.
local function resolved(of, schema, branch, at, depth)
  local target = target_of(of, branch, at)
  if target == schema then
    return false
  end
  join_branches(of, target, at, depth + 1)
  local copy = copied(of, target, 0)
  for name in pairs(target == of.root and OUTERMOST or {}) do
    copy[name] = nil
  end
  for name in pairs(annotations) do
    if branch[name] ~= nil then
      copy[name] = branch[name]
    end
  end
  return copy
end

--- The branches of an `allOf`, with schemas in place of references: one that
--- leads back to the whole says nothing.
local function branches_of(of, schema, at, depth)
  local branches = json.array()
  for _, branch in ipairs(schema.allOf) do
    if type(branch) == "table" and branch["$ref"] ~= nil then
      branch = resolved(of, schema, branch, at, depth)
    elseif type(branch) == "table" then
      join_branches(of, branch, at, depth + 1)
    end
    branches[#branches + 1] = branch or nil
  end
  return branches
end

--- Takes branches out that are there already.
local function without_repeats(list)
  local kept = json.array()
  for _, branch in ipairs(list) do
    local is_new = true
    for _, one in ipairs(kept) do
      is_new = is_new and not kinds.same(one, branch)
    end
    kept[#kept + 1] = is_new and branch or nil
  end
  return kept
end

local function merge(of, schema, at, depth)
  schema.allOf = branches_of(of, schema, at, depth)
  local all = schema.allOf
  if not traits.has_object_shape(schema) and not traits.has_object_shape(all[1]) or not all_of.merge(schema) then
    refuse(at, "`allOf` cannot be represented in strict mode: its branches are not objects that make one")
  end
end

--- Puts what the `allOf` of a schema joins in its place.
function join_branches(of, schema, at, depth)
  if type(schema.allOf) ~= "table" then
    return
  elseif depth > refusal.DEPTH_MOST then
    refuse(at, "`allOf` leads back to itself")
  end
  schema.allOf = without_repeats(schema.allOf)
  if #schema.allOf == 1 and type(schema.allOf[1]) == "table" and not traits.has_others(schema, "allOf") then
    all_of.inline(schema, schema.allOf[1])
  else
    merge(of, schema, at, depth)
  end
  join_branches(of, schema, at, depth + 1) -- that of a branch
end

--- Puts a schema and all within it in other words.
local function flatten_all(of, schema, at, depth)
  if type(schema) ~= "table" then
    return
  elseif depth == refusal.DEPTH_MOST then
    refuse("", "it is nested too deeply")
  end
  join_branches(of, schema, at, 0)
  flatten_type(schema)
  take_choices(schema)
  for _, keyword in ipairs { "$defs", "definitions", "properties", "anyOf" } do
    local list = type(schema[keyword]) == "table" and schema[keyword] or {}
    for _, name in ipairs(order(list)) do
      local place = type(name) == "number" and name - 1 or name
      flatten_all(of, list[name], join(at, keyword, tostring(place)), depth + 1)
    end
  end
  flatten_all(of, schema.items, join(at, "items"), depth + 1)
end

local function take_reference(of, root)
  local target = pointer(root, root["$ref"])
  for name in pairs(root) do
    if not OUTERMOST[name] and not annotations[name] then
      refuse("", "nothing but annotations may stand beside a `$ref` in strict mode")
    end
  end
  if type(target) ~= "table" then
    refuse("", ("`$ref` %s points to nothing in the schema"):format(tostring(root["$ref"])))
  elseif target == root then
    refuse("", "`$ref` leads back to itself")
  end
  root["$ref"] = nil
  for name, value in pairs(copied(of, target, 0)) do
    root[name] = root[name] == nil and value or root[name]
  end
end

--- Whether all that a schema says is one choice.
local function is_one_choice(schema)
  return type(schema.anyOf) == "table" and #schema.anyOf == 1 and type(schema.anyOf[1]) == "table"
    and not traits.has_object_shape(schema)
end

--- Has the outermost schema say itself what it says by a `$ref`, an `allOf` or
--- one choice: others' programs write them so.
local function flatten_root(of)
  local root = of.root
  for _ = 1, refusal.DEPTH_MOST do
    if root["$ref"] ~= nil then
      take_reference(of, root)
    elseif type(root.allOf) == "table" then
      join_branches(of, root, "", 0)
    elseif is_one_choice(root) then
      root.allOf, root.anyOf = root.anyOf, nil
    else
      return
    end
  end
  refuse("", "`$ref` leads back to itself")
end

--- A copy of a schema, and of all that is in it, in other words.
---@param schema table
---@return table
function flatten.copy(schema)
  local of = { root = {}, copied = 0 }
  of.root = copied(of, schema, 0)
  flatten_root(of)
  flatten_all(of, of.root, "", 0)
  return of.root
end

require "oai.interpret" ()

return flatten
