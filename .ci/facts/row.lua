-- Rows of facts, as spec/support/facts/operations.lua has them: their fields
-- read, and rows written as they would stand there. Pure.

local row = {}

--- The columns that hold fields, and all others, in the order in which they
--- are written.
row.FIELDS = { "query", "body", "form" }
row.COLUMNS = { "reply", "status", "page", "admin", "beta", "betas", "idempotency", "accept", "stream" }

local WIDTH = 120
local INDENT = "    "

---@class facts.Field
---@field name string
---@field kinds string     letters; "" is a string
---@field required boolean

--- The fields of a column.
---@param text? string  "name:kinds! name"
---@return facts.Field[]
function row.fields(text)
  local fields = {}
  for word in (text or ""):gmatch("%S+") do
    local name, kinds, required = word:match("^([^:!]+):?(%a*)(!?)$")
    assert(name, "no field: " .. word)
    fields[#fields + 1] = { name = name, kinds = kinds == "s" and "" or kinds, required = required == "!" }
  end
  return fields
end

--- A field as it stands in a column.
---@param field facts.Field
---@return string
function row.field_text(field)
  return field.name .. (field.kinds ~= "" and ":" .. field.kinds or "") .. (field.required and "!" or "")
end

--- A text in several literals, each short enough for a line.
local function broken(text)
  local lines, line = {}, ""
  for word in text:gmatch("%S+") do
    if #line + #word > WIDTH - #INDENT - 20 then
      lines[#lines + 1], line = line, ""
    end
    line = line .. word .. " "
  end
  lines[#lines + 1] = line:sub(1, -2)
  for i, part in ipairs(lines) do
    lines[i] = '"' .. part .. '"'
  end
  return table.concat(lines, "\n" .. INDENT .. "  .. ")
end

--- What a row says, in order: its target, then `name = value`.
local function parts(facts)
  local said = { ("%q"):format(facts[1]) }
  for _, name in ipairs(row.FIELDS) do
    said[#said + 1] = facts[name] and facts[name] ~= "" and name .. " = " .. broken(facts[name]) or nil
  end
  for _, name in ipairs(row.COLUMNS) do
    local value = facts[name]
    if value then
      said[#said + 1] = name .. " = " .. (type(value) == "string" and ("%q"):format(value) or tostring(value))
    end
  end
  return said
end

--- A row as it would be written.
---@param name string
---@param facts table
---@return string
function row.text(name, facts)
  local said = parts(facts)
  local flat = ("  [%q] = { %s },"):format(name, table.concat(said, ", "))
  if #flat <= WIDTH and not flat:find("\n") then
    return flat
  end
  return ("  [%q] = {\n%s%s,\n  },"):format(name, INDENT, table.concat(said, ",\n" .. INDENT))
end

return row
