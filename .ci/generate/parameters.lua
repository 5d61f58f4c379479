-- The parameters of an operation as a page shows them: required ones first,
-- then those that people use, then the others; and one level of what is in
-- them.

local cells = require "cells"
local fields = require "fields"
local type_sections = require "type_sections"
local words = require "words.read"

local parameters = {}

-- How many fields within a parameter are shown with it; of what has more, the
-- type is a link.
local MOST = 12

local function places(list)
  local found = {}
  for place, name in ipairs(list) do
    found[name] = place
  end
  return found
end

--- What a field is sorted by, ahead of its name.
local function rank(field, usual)
  local place = usual[field.name] or 1000
  return (field.required and 0 or field.deprecated and 20000 or 10000) + place
end

--- The parameters in the order in which they are shown.
---@param facts generate.Endpoint
---@return generate.Field[]
function parameters.in_order(facts)
  local usual, list = places(words.usual(facts.name)), {}
  for i, field in ipairs(facts.params.fields) do
    list[i] = field
  end
  table.sort(list, function(a, b)
    local first, second = rank(a, usual), rank(b, usual)
    return first < second or first == second and a.name < b.name
  end)
  return list
end

--- The classes that a type comes to, whatever aliases and lists are between.
local function add_classes(declared, of, found, suffix)
  local declaration = of.named and declared[of.named]
  if of.array then
    return add_classes(declared, of.array, found, suffix .. "[]")
  elseif declaration and declaration.node then
    return add_classes(declared, declaration.node, found, suffix)
  elseif declaration and declaration.fields then
    found[#found + 1] = { suffix = suffix, fields = declaration.fields, name = of.named }
  end
  for _, member in ipairs(of.union or {}) do
    add_classes(declared, member, found, suffix)
  end
end

--- What is in a parameter, if it is little: its fields, how it is reached, and
--- the one class that has them.
local function inner(declared, field)
  local found, lists = {}, {}
  add_classes(declared, field.node, found, "")
  for i, class in ipairs(found) do
    lists[i] = class.fields
    if class.suffix ~= found[1].suffix then
      return {}
    end
  end
  local list = fields.merged(lists)
  if #list > MOST or field.deprecated then
    return {}
  end
  return list, found[1] and found[1].suffix, found[1] and not found[2] and found[1].name
end

local function row_of(page, model, field, said)
  local of, optional = fields.content(field, fields.SENT)
  return cells.type(page, model.homes, of), cells.notes(not optional and "required", field.deprecated and "deprecated",
    said)
end

--- The rows of what is in the parameters, by dotted names.
local function inner_rows(page, model, list)
  local rows = {}
  for _, field in ipairs(list) do
    local within, suffix, class = inner(model.book.declared, field)
    for _, one in ipairs(within) do
      local said = words.field(class and class:gsub("^oai%.", "") or "", one.name)
      rows[#rows + 1] = { name = field.name .. suffix .. "." .. one.name, cells = { row_of(page, model, one, said) } }
    end
  end
  return rows
end

local function add_inner(page, model, list)
  local rows = inner_rows(page, model, list)
  if #rows == 0 then
    return
  end
  page:add('<details markdown="1"><summary>What is in them</summary>\n')
  type_sections.table(page, "field", rows, function(row)
    return row.cells[1], row.cells[2]
  end)
  page:add("</details>\n")
end

--- Adds the table of an operation's parameters.
---@param page table
---@param model table
---@param facts generate.Endpoint
function parameters.add(page, model, facts)
  local list = parameters.in_order(facts)
  type_sections.table(page, "parameter", list, function(field)
    return row_of(page, model, field, words.parameter(facts.name, field.name))
  end)
  add_inner(page, model, list)
end

return parameters
