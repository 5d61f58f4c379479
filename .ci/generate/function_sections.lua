-- The sections of a page for what takes several operations: functions that
-- stand beside the lines of a resource, as the library's annotations have them.

local annotations = require "annotations"
local cells = require "cells"
local class = require "oai.call.class"
local markdown = require "markdown"
local names = require "names"
local sockets = require "sockets"
local sorted = require "sorted"
local types = require "types"
local words = require "words.functions"

local function_sections = {}

--- The names of a resource's functions, in order; "called" is the resource
--- itself.
---@param definition table
---@param resource string
---@return string[]
function function_sections.keys(definition, resource)
  local keys = {}
  for key, value in pairs(definition) do
    local is_socket = key == "connect" and sockets.of(resource)
    keys[key] = not is_socket and type(value) == "function" or nil
  end
  return sorted(keys)
end

--- What is said of a function: its own words, or those of all of its name.
---@return { [1]: string, [2]: string }?
function function_sections.words(resource, key)
  return words[resource .. "." .. key] or words[key]
end

-- The names that annotations of several resources have for what are ids of
-- each.
local IDS = { of = true, sub = true, id = true }

--- The arguments, by the names of a resource's ids where those are meant.
local function named_arguments(definition, resource, params)
  local of = class.of_resource(definition, resource)
  local ids, list = of and of.ids or {}, {}
  for i, argument in ipairs(params) do
    local name = IDS[argument.name] and ids[i] or argument.name
    list[i] = { name = name, type = argument.type, optional = argument.optional }
  end
  return list
end

--- The parameters of an operation, and what it is given besides.
local function cell_of_more(page, model, declaration)
  local name = declaration.operation
  local operation = page:link(("`%s`"):format(name:match "[%w_]+$"), model.operations[name])
  return "those of " .. operation .. (declaration.extends
    and " and " .. cells.type(page, model.homes, { named = declaration.extends }) or "")
end

local function type_cell(page, model, text)
  local members, declaration = {}, model.book.declared[text]
  if declaration and declaration.params and declaration.operation then
    return cell_of_more(page, model, declaration)
  end
  for plain in text:gsub("%?$", ""):gmatch "[^|]+" do
    members[#members + 1] = { named = plain }
  end
  return cells.type(page, model.homes, { union = members })
end

local function add_arguments(page, model, list)
  page:add("| argument | type | |")
  page:add("|---|---|---|")
  for _, argument in ipairs(list) do
    page:add("| `%s` | %s | %s |", argument.name, type_cell(page, model, argument.type),
      argument.optional and "" or "required")
  end
  page:add("")
end

local function heading(resource, key)
  return "client." .. (key == "called" and resource:gsub("%.([%w_]+)$", ":%1") or resource .. ":" .. key)
end

local function call_text(resource, key, list)
  local argument_names = {}
  for i, argument in ipairs(list) do
    argument_names[i] = argument.name
  end
  return ("%s(%s)"):format(heading(resource, key), table.concat(argument_names, ", "))
end

local function returns_text(page, model, returns)
  local texts = {}
  for i, text in ipairs(returns) do
    texts[i] = type_cell(page, model, text) .. (text:find "%?$" and " or nil" or "")
  end
  return table.concat(texts, ", ")
end

--- The type of a function of a class that is written in parts: of one of its
--- fields, or, for "called", of a call of its own.
local function type_in(found, class_name, key)
  for _, file in pairs(found) do
    for _, of in ipairs(file.in_order) do
      local fields = of.is_partial and of.name == class_name and of.fields or {}
      for _, field in ipairs(fields) do
        if field.name == key then
          return field.type
        end
      end
      if of.name == class_name and key == "called" then
        return of.called
      end
    end
  end
  return nil
end

--- The type that an alias of functions stands for: `oai.WaitsForOne<oai.File>`.
local function expanded(found, of)
  local name, argument = of:match "^([%w_.]+)<(.*)>$"
  for _, file in pairs(found) do
    local alias = file.aliases[name]
    if alias then
      return types.filled(alias.type, argument)
    end
  end
  return of
end

--- What a type of a function takes and returns; of several, in order.
local function of_type(of)
  local takes, gives = types.of_function(of)
  local returns = {}
  while gives and gives ~= "" do
    returns[#returns + 1], gives = types.take(gives)
    gives = gives:match "^, *(.*)$"
  end
  return types.params(takes), returns
end

--- What a function of a module that is a resource's takes and returns.
local function of_function(found, name)
  for _, file in pairs(found) do
    local annotated, returns = file.functions[name], {}
    for i, one in ipairs(annotated and annotated.returns or {}) do
      returns[i] = one.type
    end
    if annotated then
      return annotated.params, returns
    end
  end
  error(name .. " has no annotation")
end

local found

--- What a function of a resource takes and returns, as annotations say.
local function signature_of(resource, key)
  found = found or annotations.all()
  local camel = names.camel(resource)
  local of = type_in(found, "oai.resource." .. camel, key)
  if of then
    return of_type(expanded(found, of))
  end
  return of_function(found, camel .. ":" .. key)
end

--- Where the section of a function is.
---@param path string
---@param resource string
---@param key string
function function_sections.place(path, resource, key)
  return { page = path, anchor = markdown.slug(heading(resource, key)) }
end

--- Adds a function of a resource.
---@param page table
---@param model table
---@param definition table
---@param resource string
---@param key string
function function_sections.add(page, model, definition, resource, key)
  local params, returns = signature_of(resource, key)
  local list, said = named_arguments(definition, resource, params), function_sections.words(resource, key)
  page:add("### %s\n", heading(resource, key))
  if said then
    page:add("%s See [%s](../%s).\n", said[1], said[2], said[2])
  end
  page:add("    %s\n", call_text(resource, key, list))
  add_arguments(page, model, list)
  page:add("Returns %s.\n", returns_text(page, model, returns))
end

return function_sections
