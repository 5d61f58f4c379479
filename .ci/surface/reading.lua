-- What the sources say, read of the annotations: of each section its fields,
-- its methods in the order in which their file has them, and their words.

local annotations = require "annotations"
local sources = require "sources"
local types = require "types"

local reading = {}

local Reading = {}
Reading.__index = Reading

local LONG = 90

--- The first sentence of words; of a long one what stands before the first of
--- its signs. A point within a name, and three of them, end none.
---@param words string
---@return string
function reading.first_sentence(words)
  local first = words:match "^(.-[^.])%. [%u`]" or words:match "^(.-[^.])%.$" or words
  return #first > LONG and first:match "^(........-)[;:] " or first
end

--- A sentence as the words of a row: it begins small, unless it begins with a
--- name.
---@param sentence string
---@return string
function reading.as_row(sentence)
  local first, second = sentence:match "^(%u)(.)"
  if first and not second:find "%u" and not sentence:find "^%u%a*%." and not sentence:find "^Lua" then
    return first:lower() .. sentence:sub(2)
  end
  return sentence
end

--- The methods that a section has of resources and objects, in order.
local function added_of(source)
  local list = {}
  for _, row in ipairs(source.added or {}) do
    list[#list + 1] = { name = row[1], of = { doc = row[2] .. ".", params = {}, returns = {} } }
  end
  return list
end

local function is_public(name)
  return name:sub(1, 1) ~= "_" and name ~= "package"
end

--- The public fields of a section's class.
local function fields_of(self, source)
  local class, list = source.class and self.files[source.file].classes[source.class], {}
  assert(class or not source.class, "no class " .. tostring(source.class))
  for _, field in ipairs(class and class.fields or {}) do
    if not field.hidden then
      list[#list + 1] = field
    end
  end
  return list
end

--- A function that has a type in place of parameters: these, with the words of
--- their own types.
local function typed(self, of)
  local takes, gives = types.of_function(of.type or "")
  if not takes then
    return of
  end
  local params = types.params(takes)
  for _, param in ipairs(params) do
    param.words = self.aliases[param.type] and self.aliases[param.type].words or ""
  end
  return { doc = of.doc, params = params, returns = { { type = gives, words = "" } } }
end

--- The methods of a section's table: names and what is said of them.
local function methods_of(self, source)
  local file, list, seen = self.files[source.file], {}, {}
  for _, name in ipairs(source.methods and file.defined or {}) do
    local table_name, key = name:match "^([%w_]+)[.:]([%w_]+)$"
    if table_name == source.methods and is_public(key) and not seen[key] then
      seen[key] = true
      local of = file.functions[name] or { doc = "", params = {}, returns = {} }
      list[#list + 1] = { name = key, of = typed(self, of) }
    end
  end
  return list
end

--- A function of `oai`, where it is.
---@param name string
---@return table
---@return string file  that says so
function Reading:module_function(name)
  local place = self.sections.oai.functions[name]
  local field = self.field_of_oai[name]
  if not place then
    local takes, gives = types.of_function(field.type)
    local params = types.params(takes)
    params[1].words = "of the client, and of who has the API"
    return { doc = "", params = params, returns = { { type = gives, words = "" } } }, "init"
  end
  return self.files[place[1]].functions[place[2]] or error("no function " .. place[2] .. " in " .. place[1]), place[1]
end

--- A class by its name, wherever it is; or nil.
---@param name string
---@return table?
function Reading:class(name)
  return self.classes[name]
end

--- Takes what a file defines by name.
local function add_file(self, path, file)
  for _, class in ipairs(file.in_order) do
    class.file = path
    self.classes[class.name] = not class.is_partial and class or self.classes[class.name]
    self.partial[#self.partial + 1] = class.is_partial and class or nil
  end
  for name, alias in pairs(file.aliases) do
    self.aliases[name] = alias
  end
end

local function add_section(self, source)
  self.sections[source.section] = source
  source.fields = source.file and fields_of(self, source) or {}
  source.list = source.file and methods_of(self, source) or added_of(source)
end

--- All that the annotations say.
---@return table
function reading.all()
  local self = setmetatable({ files = annotations.all(), classes = {}, aliases = {}, partial = {}, sections = {},
    field_of_oai = {} }, Reading)
  for path, file in pairs(self.files) do
    add_file(self, path, file)
  end
  table.sort(self.partial, function(a, b)
    return a.name < b.name
  end)
  for _, source in ipairs(sources) do
    add_section(self, source)
  end
  for _, field in ipairs(self.sections.oai.fields) do
    self.field_of_oai[field.name] = field
  end
  return self
end

return reading
