-- Public names that the code has and no annotation says, so that no page can
-- have them: functions of `oai`, fields that are worked out when they are asked
-- for, functions and methods of resources, options.

local definitions = require "oai.call.definition"
local files = require "files"
local resources = require "oai.resources"

local unsaid = {}

local FOLDER = "lua/oai/"

-- What begins a list of names that programs meet, and how one of these is
-- written there; `here`: the list's own file says what they are.
local LISTS = {
  { begins = "local loaders = {", name = "\n  ([%w_]+) = function", here = true },
  { begins = "local COMPUTED = {", name = "\n  ([%w_]+) = function", here = true },
  { begins = "local OPTIONS = {", name = "%f[%w_]([%w_]+) = {" },
  { begins = "local OWN = {", name = "%f[%w_]([%w_]+) = {" },
}

--- A list that begins at a place: the rest of its line, or all up to the line
--- that closes it.
local function body_of(text, at)
  local rest = text:match("^[^\n]*", at)
  return rest:find "}%s*$" and rest or text:sub(at, text:find("\n}", at, true))
end

--- The names in a list of a file; none where it has no such list.
---@param text string
---@param list { begins: string, name: string }
---@return string[]
function unsaid.listed(text, list)
  local found = {}
  local _, last = ("\n" .. text):find("\n" .. list.begins, 1, true)
  for name in (last and body_of(text, last) or ""):gmatch(list.name) do
    found[#found + 1] = name
  end
  return found
end

local function add_functions(found, list)
  for name, value in pairs(list) do
    if type(name) == "string" and not definitions.SETTINGS[name] and type(value) == "function" then
      found[#found + 1] = name
    end
  end
end

local function add_definition(found, definition)
  add_functions(found, definition)
  add_functions(found, definition.methods or {})
  for _, value in pairs(definition) do
    if definitions.is_one(value) then
      add_definition(found, value)
    end
  end
end

--- The functions of a definition, of what is below it, and of their objects.
---@param definition table
---@return string[]
function unsaid.of_definition(definition)
  local found = {}
  add_definition(found, definition)
  return found
end

--- Adds the names of the fields that a file's classes have.
local function add_fields(names, file)
  for _, class in ipairs(file.in_order) do
    for _, field in ipairs(class.fields) do
      names[field.name] = true
    end
  end
  return names
end

--- The names of all fields, and of the methods that pages show.
local function said_anywhere(model)
  local names = {}
  for _, file in pairs(model.files) do
    add_fields(names, file)
  end
  for _, section in pairs(model.sections) do
    for _, method in ipairs(section.list) do
      names[method.name] = true
    end
  end
  return names
end

--- What a file has and no annotation says.
local function add_missing(list, path, names, said)
  for _, name in ipairs(names) do
    if not said[name] then
      list[#list + 1] = ("%s%s.lua: no annotation says '%s'"):format(FOLDER, path, name)
    end
  end
end

local function add_listed(list, model, said)
  for path, file in pairs(model.files) do
    local text, here = files.read(FOLDER .. path .. ".lua"), add_fields({}, file)
    for _, names in ipairs(LISTS) do
      add_missing(list, path, unsaid.listed(text, names), names.here and here or said)
    end
  end
end

--- All of them, of all files.
---@param model table  what was read of the annotations
---@return string[] complaints
function unsaid.all(model)
  local list, said = {}, said_anywhere(model)
  add_listed(list, model, said)
  for name, where in pairs(resources) do
    if where == true then
      add_missing(list, "resources/" .. name, unsaid.of_definition(require("oai.resources." .. name)), said)
    end
  end
  table.sort(list)
  return list
end

return unsaid
