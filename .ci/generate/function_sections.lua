-- The sections of a page for what takes several operations: functions that
-- stand beside the lines of a resource, as the library's annotations have them.

local annotations = require "annotations"
local cells = require "cells"
local class = require "oai.call.class"
local names = require "names"
local sockets = require "sockets"
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
  return names.sorted(keys)
end

--- What is said of a function: its own words, or those of all of its name.
---@return { [1]: string, [2]: string }?
function function_sections.words(resource, key)
  return words[resource .. "." .. key] or words[key]
end

--- The arguments, by their names; those that annotations leave to all
--- resources, `a` and `id`, by the names of the ids that they are.
local function named_arguments(definition, resource, signature)
  local of = class.of_resource(definition, resource)
  local ids, list = of and of.ids or {}, {}
  for i, argument in ipairs(signature.arguments) do
    local is_id = argument.name == "a" or argument.name == "b" or argument.name == "id"
    list[i] = { name = is_id and ids[i] or argument.name, type = argument.type, optional = argument.optional }
  end
  return list
end

local function type_cell(page, model, text)
  local members = {}
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

local function call_text(resource, key, list)
  local argument_names = {}
  for i, argument in ipairs(list) do
    argument_names[i] = argument.name
  end
  local target = key == "called" and resource:gsub("%.([%w_]+)$", ":%1") or resource .. ":" .. key
  return ("client.%s(%s)"):format(target, table.concat(argument_names, ", "))
end

local function returns_text(page, model, returns)
  local texts = {}
  for i, text in ipairs(returns) do
    texts[i] = type_cell(page, model, text) .. (text:find "%?$" and " or nil" or "")
  end
  return table.concat(texts, ", ")
end

local read

local function signature_of(resource, key)
  read = read or annotations.read()
  local functions = read["oai.resource." .. names.camel(resource)] or {}
  return assert(functions[key], resource .. "." .. key .. " has no annotation")
end

--- Adds a function of a resource.
---@param page table
---@param model table
---@param definition table
---@param resource string
---@param key string
function function_sections.add(page, model, definition, resource, key)
  local signature = signature_of(resource, key)
  local list, said = named_arguments(definition, resource, signature), function_sections.words(resource, key)
  page:add("### client.%s\n", key == "called" and resource:gsub("%.([%w_]+)$", ":%1") or resource .. ":" .. key)
  if said then
    page:add("%s See [%s](../%s).\n", said[1], said[2], said[2])
  end
  page:add("    %s\n", call_text(resource, key, list))
  add_arguments(page, model, list)
  page:add("Returns %s.\n", returns_text(page, model, signature.returns))
end

return function_sections
