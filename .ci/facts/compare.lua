-- What differs between an operation of a source and the library's: a list of
-- `{ column =, said = }`, where `said` is what the source says. Pure.

local row = require "row"
local sorted = require "sorted"
local written = require "written"

local compare = {}

---@class facts.Difference
---@field column string   "page", "query.limit"
---@field said string     by the source; "-" is nothing
---@field text string     for people

local function shown(value)
  if not value or value == "" then
    return "-"
  end
  return value == true and "yes" or tostring(value)
end

local function difference(column, said, known)
  local text = ("%s: %s, not %s"):format(column, shown(said), shown(known))
  return { column = column, said = shown(said), text = text }
end

local function by_name(text)
  local found = {}
  for _, field in ipairs(row.fields(text)) do
    found[field.name] = row.field_text(field)
  end
  return found
end

--- The names in one table or the other.
local function all_names(ours, theirs)
  local all = {}
  for _, by in ipairs { ours, theirs } do
    for name in pairs(by) do
      all[name] = true
    end
  end
  return sorted(all)
end

local function field_text(column, said, known)
  if not known then
    return ("%s has got `%s`"):format(column, said)
  end
  return said and ("%s: `%s`, not `%s`"):format(column, said, known) or ("%s has lost `%s`"):format(column, known)
end

local function add_fields(list, column, said, known)
  local theirs, ours = by_name(said), by_name(known)
  for _, name in ipairs(all_names(theirs, ours)) do
    local one = theirs[name]
    if one ~= ours[name] then
      local kind = one and one:sub(#name + 1) or nil
      list[#list + 1] = {
        column = column .. "." .. name,
        said = one and (kind == "" and ":s" or kind) or "-",
        text = field_text(column, one, ours[name]),
      }
    end
  end
end

local function add_columns(list, names, said, known, is_said)
  for _, name in ipairs(names) do
    if said[name] ~= known[name] and is_said(name) then
      list[#list + 1] = difference(name, said[name], known[name])
    end
  end
end

-- What a line says, in the order in which it is told.
local LINE = {
  "target", "page", "before", "reply", "stream", "has_body", "form", "files", "list", "query", "not_options", "admin",
  "beta", "betas", "idempotency", "accept",
}

--- Compares with an endpoint line of the library.
---@param said table  a row of the source
---@param known oai.Endpoint
---@param is_said fun(column: string): boolean
---@return facts.Difference[]
function compare.lines(said, known, is_said)
  local list = {}
  add_columns(list, LINE, written.of_row(said), written.of_line(known), is_said)
  return list
end

--- Compares with a row of the library.
---@param said table
---@param known table
---@param is_said fun(column: string): boolean
---@return facts.Difference[]
function compare.rows(said, known, is_said)
  local list = {}
  if said[1] ~= known[1] then
    list[1] = difference("target", said[1], known[1])
  end
  add_columns(list, row.COLUMNS, said, known, is_said)
  for _, column in ipairs(row.FIELDS) do
    add_fields(list, column, said[column], known[column])
  end
  return list
end

return compare
