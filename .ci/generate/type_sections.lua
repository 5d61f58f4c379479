-- The sections of a page that describe types: a table of fields, the members
-- of a union, what an object can do.

local cells = require "cells"
local fields = require "fields"
local function_sections = require "function_sections"
local markdown = require "markdown"
local methods = require "methods"
local node = require "node"
local page_of = require "page"
local sorted = require "sorted"
local words = require "words.read"

local type_sections = {}

--- A table of fields. `row` gives the cells of one: its type, what is said of
--- it.
---@param page table
---@param title string
---@param list generate.Field[]
---@param row fun(field: generate.Field): string, string
function type_sections.table(page, title, list, row)
  page:add("| %s | type | |", title)
  page:add("|---|---|---|")
  for _, field in ipairs(list) do
    page:add("| `%s` | %s | %s |", field.name, row(field))
  end
  page:add("")
end

--- The fields of a type. What is only sent says what is required, what is
--- returned what may be absent.
local function add_fields(page, model, name, list)
  local ways = model.book.declared[name].ways or {}
  local is_sent = ways.sent and not ways.returned
  type_sections.table(page, "field", list, function(field)
    local of, optional = fields.content(field, ways)
    return cells.type(page, model.homes, of), cells.notes(is_sent and not optional and "required",
      not is_sent and optional and "may be absent", field.deprecated and "deprecated",
      words.field(name:gsub("^oai%.", ""), field.name))
  end)
end

--- A method of an object, as a link to its operation.
local function method_link(page, model, method)
  local text = ("`%s(%s)`"):format(method.key, table.concat(method.ids, ", "))
  return method.facts and page:link(text, model.operations[method.facts.name]) or text
end

--- A method that is written by hand, as a link to the function of the same name
--- that its resource has, if it has one.
local function function_link(page, entry, key)
  local text, of = ("`%s(...)`"):format(key), entry.class
  if type(of.definition[key]) ~= "function" then
    return text
  end
  return page:link(text, function_sections.place(page.path, of.name, key))
end

--- The resources in an object, as links to those of its resource.
local function nested_links(page, entry)
  local list = {}
  for i, key in ipairs(methods.nested(entry.class.definition)) do
    local heading = ("client.%s.%s"):format(entry.class.name, key)
    list[i] = page:link("`" .. key .. "`", { page = page.path, anchor = markdown.slug(heading) })
  end
  return list
end

--- What an object can do: its methods, and the resources in it. An object is on
--- the page of its resource.
local function add_abilities(page, model, entry)
  local list, definition = {}, entry.class.definition
  for _, method in ipairs(methods.of_object(model, entry)) do
    list[#list + 1] = method_link(page, model, method)
  end
  for _, key in ipairs(sorted(definition.methods or {})) do
    list[#list + 1] = function_link(page, entry, key)
  end
  page:add("Methods: %s.\n", #list > 0 and table.concat(list, ", ") or "none")
  local nested, computed = nested_links(page, entry), sorted(definition.computed or {})
  if #nested > 0 then
    page:add("Resources in it: %s.\n", table.concat(nested, ", "))
  end
  if #computed > 0 then
    page:add("Worked out by the library: %s.\n", cells.names(computed))
  end
end

local function add_page(page, model, declaration)
  page:add("A page of %s: `next`, `pages`, `each`%s, and\n", cells.type(page, model.homes, declaration.page.item),
    declaration.page.before and ", `previous`" or "")
end

local function add_stream(page, model, declaration)
  local stream = declaration.stream
  page:add("A stream of %s. It adds up to %s.\n", cells.type(page, model.homes, stream.event),
    cells.type(page, model.homes, stream.final))
end

local function is_long(of)
  return of.union and #of.union > 4
end

--- Another name for a type: what it stands for, a long union as a list.
local function add_alias(page, model, declaration)
  local of, all_literal = declaration.node, true
  for _, member in ipairs(of.union or {}) do
    all_literal = all_literal and (member.literal or member.basic) and true
  end
  if not is_long(of) or all_literal then
    return page:add("%s\n", (cells.type(page, model.homes, of):gsub("\\|", is_long(of) and "," or "or")
      :gsub(" ,", ",")))
  end
  page:add("One of:\n")
  for _, member in ipairs(of.union) do
    page:add("- %s", cells.type(page, model.homes, member))
  end
  page:add("")
end

--- The plain data of an object: what stands nested in other values.
local function data_of(model, name)
  for _, object in ipairs(sorted(model.objects.by_type)) do
    if model.book.declared[object].extends == name then
      return object
    end
  end
  return nil
end

local function add_class(page, model, declaration)
  local entry, data = declaration.object, data_of(model, declaration.name)
  if entry then
    add_abilities(page, model, entry)
  elseif declaration.page then
    add_page(page, model, declaration)
  elseif data then
    return page:add("The fields of %s, without its methods.\n", page:link("`" .. data .. "`", model.homes[data]))
  end
  local list = entry and entry.fields or declaration.fields
  if #list > 0 then
    add_fields(page, model, declaration.name, list)
  end
  if declaration.open then
    page:add("It may have other fields.\n")
  end
end

local function add_type(page, model, name)
  local declaration = model.book.declared[name]
  page:add("## %s\n", name)
  if declaration.node then
    add_alias(page, model, declaration)
  elseif declaration.stream then
    add_stream(page, model, declaration)
  else
    add_class(page, model, declaration)
  end
end

--- The types whose place is a page: those that come first, in this order, then
--- the others by name.
---@param page table
---@param model table
---@param first generate.Node[]
function type_sections.add(page, model, first)
  local added = {}
  local function add(name)
    local home = model.homes[name]
    if home and home.page == page.path and not added[name] then
      added[name] = true
      add_type(page, model, name)
    end
  end
  for _, of in ipairs(first) do
    node.each_name(of, add)
  end
  for _, name in ipairs(sorted(model.homes)) do
    add(name)
  end
end

--- The page of types, and how many there are: those of one file.
---@param model table
---@param path string
---@param title string
---@return string
function type_sections.page(model, path, title)
  local page = page_of.new(path, title)
  page:add("[All areas](../README.md).\n")
  type_sections.add(page, model, {})
  return page:text()
end

return type_sections
