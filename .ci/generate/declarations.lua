-- Writes declarations in LuaCATS: classes with their fields, pages, streams,
-- other names for types.

local closed = require "closed"
local fields = require "fields"
local names = require "names"
local node = require "node"
local sockets = require "sockets"
local words = require "words.read"

local declarations = {}

local RESULT = "oai.Response|oai.Error"

--- Whether a class is there to be sent, though replies repeat it.
local function is_input(name)
  return name:find "Param$" ~= nil or name:find "Tool$" ~= nil
end

local function parents_of(declaration)
  local ways, parents = declaration.ways or {}, {}
  parents[#parents + 1] = declaration.extends
  parents[#parents + 1] = declaration.recovered and "oai.Recoverable" or nil
  parents[#parents + 1] = declaration.either and "oai.Either" or nil
  parents[#parents + 1] = declaration.only and closed.of(declaration.only, true)
  parents[#parents + 1] = declaration.all and closed.of(declaration.all)
  local is_all = not declaration.open and not declaration.extends and not declaration.all
  if ways.sent and is_all and #declaration.fields > 0 then
    parents[#parents + 1] = closed.of(declaration.fields, ways.returned and not is_input(declaration.name))
  end
  return #parents > 0 and " : " .. table.concat(parents, ", ") or ""
end

--- What is said of a field: of a parameter by its operation.
local function said_of(declaration, field)
  if declaration.params then
    return field.said or declaration.operation and words.parameter(declaration.operation, field.name)
  end
  return words.field(declaration.name:gsub("^oai%.", ""), field.name)
end

local function add_field(self, declaration, field)
  local of, optional = fields.content(field, declaration.ways)
  local notes = {}
  notes[#notes + 1] = field.deprecated and "deprecated" or nil
  notes[#notes + 1] = said_of(declaration, field)
  self:add("---@field %s%s %s%s", names.field(field.name), optional and "?" or "", node.text(of),
    #notes > 0 and "  " .. table.concat(notes, "; ") or "")
end

--- Writes a class with its fields.
---@param self table  a writer of types
---@param declaration generate.Declaration
function declarations.class(self, declaration)
  if declaration.either then
    self:add(closed.NO_CLASS)
  end
  self:add("---@class %s%s", declaration.name, parents_of(declaration))
  for _, field in ipairs(declaration.fields) do
    add_field(self, declaration, field)
  end
  if declaration.open and not declaration.extends then
    self:add("---@field [string] any")
  end
end

-- `self` has no type in these: a checker that cannot choose between a reply
-- and its stream takes both, and must let either call them.

local function add_page(self, declaration)
  local page, name = declaration.page, declaration.name
  declaration.extends = "oai.Page"
  declarations.class(self, declaration)
  self:add("---@field next fun(self): %s?, %s", name, RESULT)
  if page.before then
    self:add("---@field previous fun(self): %s?, %s", name, RESULT)
  end
  self:add("---@field pages fun(self): fun(): %s?", name)
  self:add("---@field each fun(self): %s", page.items)
  self:add("---@overload fun(): %s", node.optional(page.item))
end

local function add_items(self, declaration)
  self:add("---@class %s : oai.Items", declaration.name)
  self:add("---@field take fun(self, count: integer): %s", declaration.name)
  self:add("---@overload fun(): %s", node.optional(declaration.items.item))
end

local function add_stream(self, declaration)
  local stream = declaration.stream
  self:add("---@class %s : oai.Stream", declaration.name)
  self:add("---@field events fun(self): fun(): %s  iterates over all events; raises an error of the stream",
    node.optional(stream.event))
  self:add("---@field next fun(self): %s, oai.Error?  the next event; nil at the end, and with an error",
    node.optional(stream.event))
  self:add("---@field final fun(self): %s, oai.Error?  reads to the end: what a call without a stream returns",
    node.optional(stream.final))
  if stream.dialect.steps then
    self:add("---@field messages fun(self): oai.ThreadMessage[]")
    self:add("---@field steps fun(self): oai.ThreadRunStep[]")
  elseif stream.dialect.messages then
    self:add("---@field messages fun(self): oai.AgentSessionAssistantMessage[]")
  end
  self:add("---@overload fun(): %s", node.optional(stream.event))
end

local function add_alias(self, declaration)
  if not declaration.node.union then
    return self:add("---@alias %s %s", declaration.name, node.text(declaration.node))
  end
  self:add("---@alias %s", declaration.name)
  for _, member in ipairs(declaration.node.union) do
    self:add("---| %s", node.text(member))
  end
end

--- Writes a declaration.
---@param self table  a writer of types
---@param declaration generate.Declaration
function declarations.add(self, declaration)
  if declaration.node then
    add_alias(self, declaration)
  elseif declaration.page then
    add_page(self, declaration)
  elseif declaration.items then
    add_items(self, declaration)
  elseif declaration.stream then
    add_stream(self, declaration)
  elseif declaration.connection then
    sockets.write(self, declaration)
  else
    declarations.class(self, declaration)
  end
  self:add("")
end

return declarations
