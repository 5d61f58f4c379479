-- Which operation of a source is which of the library. Pure.

local sorted = require "sorted"

local match = {}

--- "GET /files/{file_id}?beta=true" -> "GET /files/{}?beta=true"
local function without_ids(target)
  return (target:gsub("%b{}", "{}"))
end

-- What a verb is called, of a list of things and of one of them.
local OF_ALL = { GET = "list", POST = "create" }
local OF_ONE = { GET = "retrieve", POST = "update", PUT = "update", PATCH = "update", DELETE = "delete" }

--- The verb of a target, its path up to a last id, and whether it has that.
local function taken_apart(target)
  local verb, path = without_ids(target):match("^(%u+) ([^%s?]+)")
  local shorter = path:match("^(.*)/{}$")
  return verb, shorter or path, shorter ~= nil
end

--- The resources of the library, by the paths of their ordinary operations.
local function homes_of(targets)
  local homes = {}
  for _, name in ipairs(sorted(targets)) do
    local resource, key = name:match("^(.*)%.([%w_]+)$")
    local verb, path, is_one = taken_apart(targets[name])
    local known = homes[path]
    if key == (is_one and OF_ONE or OF_ALL)[verb] and (not known or #known > #resource) then
      homes[path] = resource
    end
  end
  return homes
end

--- The resource that a path is of: the library's, or one in its parent's.
local function resource_of(path, homes)
  path = path:gsub("/{}$", "")
  local parent, word = path:match("^(.*)/([^/]+)$")
  if homes[path] or parent == "" then
    return homes[path] or word == "organization" and "admin.organization" or word
  end
  return resource_of(parent, homes) .. "." .. word
end

--- A name for an operation that the source gives none: a guess. What is done
--- to one thing is no plural.
local function guessed(target, homes)
  local verb, path, is_one = taken_apart(target)
  local parent, word = path:match("^(.+)/([^/]+)$")
  if parent and verb == "POST" and not is_one and not homes[path] and not word:find("s$") then
    return resource_of(parent, homes) .. "." .. word
  end
  return resource_of(path, homes) .. "." .. ((is_one and OF_ONE or OF_ALL)[verb] or verb:lower())
end

--- The names of targets, by what they are without their ids.
local function index(targets)
  local known = {}
  for name, target in pairs(targets) do
    known[without_ids(target)] = name
  end
  return known
end

--- The name of a row that the library has, by its own name or its target.
local function known_name(facts, targets, known)
  return facts.name and targets[facts.name] and facts.name or known[without_ids(facts[1])]
end

--- The name of a row that the library has not: one that no other row has.
local function new_name(facts, homes, found)
  local name = facts.name or guessed(facts[1], homes)
  while found[name] do
    name = name .. "_too"
  end
  return name
end

--- Rows that the library has, by name; and those that it has not.
local function divided(rows, targets)
  local known, found, new = index(targets), {}, {}
  for _, facts in ipairs(rows) do
    local name = known_name(facts, targets, known)
    if not name then
      new[#new + 1] = facts
    elseif not found[name] or facts.name == name then
      found[name] = facts
    end
  end
  return found, new
end

--- Rows by the names that the library has for them, or would have. Of several
--- with one target the first counts, or what the library calls so. A guess may
--- be the name of what the library has elsewhere: that has moved.
---@param rows table[]  each with its `name`, if the source says one
---@param targets table<string, string>  those of the library, by names
---@return table<string, table>
function match.rows(rows, targets)
  local found, new = divided(rows, targets)
  local homes, seen = homes_of(targets), {}
  for _, facts in ipairs(new) do
    local target = without_ids(facts[1])
    if not seen[target] then
      found[new_name(facts, homes, found)] = facts
    end
    seen[target] = true
  end
  return found
end

return match
