-- Which operation of a source is which of the library. Pure.

local match = {}

--- "GET /files/{file_id}?beta=true" -> "GET /files/{}?beta=true"
local function without_ids(target)
  return (target:gsub("%b{}", "{}"))
end

-- What a path's last part, behind an id or not, makes of a verb.
local KEYS = {
  ["GET /"] = "list", ["POST /"] = "create",
  ["GET {}"] = "retrieve", ["POST {}"] = "update", ["DELETE {}"] = "delete", ["PUT {}"] = "replace",
  ["PATCH {}"] = "update",
}

--- A name for an operation that the source gives none.
---@param target string
---@return string
function match.name(target)
  local verb, path = without_ids(target):match("^(%u+) ([^%s?]+)")
  local parts, last = {}, "/"
  for part in path:gmatch("[^/]+") do
    last = part == "{}" and "{}" or "/"
    parts[#parts + 1] = part ~= "{}" and part:gsub("[^%w_]", "_") or nil
  end
  local key = KEYS[verb .. " " .. last] or verb:lower()
  local admin = parts[1] == "organization" and "admin." or ""
  return admin .. table.concat(parts, ".") .. "." .. key
end

--- The names of targets, by what they are without their ids.
local function index(targets)
  local names = {}
  for name, target in pairs(targets) do
    names[without_ids(target)] = name
  end
  return names
end

--- Rows by the names that the library has for them, or would have. Of rows
--- with one target the first counts, or what the library calls so.
---@param rows table[]  each with its `name`, if the source says one
---@param targets table<string, string>  those of the library, by names
---@return table<string, table>
function match.rows(rows, targets)
  local names, found = index(targets), {}
  for _, facts in ipairs(rows) do
    local is_known = facts.name and targets[facts.name]
    local name = is_known and facts.name or names[without_ids(facts[1])] or facts.name or match.name(facts[1])
    if not found[name] or facts.name == name then
      found[name] = facts
    end
  end
  return found
end

return match
