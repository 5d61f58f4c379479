-- oai.tools: functions that a model may call, and what the API offers beside
-- them, in the order in which they are sent. Calls none of them: that is
-- lua/oai/run's.

local fields = require "oai.tools.fields"
local json = require "oai.codec.json"
local lazy = require "oai.lazy"
local options_list = require "oai.options"
local read = require "oai.schema.read"
local traits = require "oai.schema.traits"
local unknown = require "oai.unknown"

local schema = lazy "oai.schema"

local tools = {}

---@class oai.ToolSpec  what a program says of a function
---@field name? string         else the key under which it stands
---@field description? string  for the model: what it does, and when to call it
---@field parameters? table|string  a schema, or JSON Schema as a table or a text; without it the function takes nothing
---@field strict? boolean      the API holds the model to the schema, which is made strict
---@field check? false|fun(arguments: any): any, any  false: arguments are not held against the schema; or what does it
--- instead, and returns true, or nil and why not
---@field run? fun(arguments: any, context: oai.ToolContext): any, any  without it, whoever runs supplies the output
---@field timeout? number      seconds
---@field needs_approval? boolean|fun(arguments: any, context: oai.ToolContext): boolean?, string?  true: `approve` of
--- the run is asked; a function: true, false and why, or nil: the run pauses
---@field serial? boolean      nothing else runs beside it
---@field on_error? "tell"|"stop"|fun(err: oai.Error, context: oai.ToolContext): string?  see the run's `on_tool_error`
---@field type? string         "function", or "custom": it takes a text
---@field output_schema? table  what it returns, as a JSON schema
---@field defer_loading? boolean  the model is told of it when it has searched for it
---@field allowed_callers? string[]  "direct", "programmatic": who calls it
---@field async? boolean       the model goes on while it runs
---@field format? table        of a "custom" one: what its text is to look like
---@field found? oai.Tools|oai.ToolTable  of a `tool_search` of the program's: what it may have found where a run goes
--- on

--- Functions by their names, or a list of tools, or both.
---@alias oai.ToolTable table<string, oai.ToolSpec>|table[]|{ [integer]: table, [string]: oai.ToolSpec }

---@class oai.Tools
---@field package _list table[]
---@field package _by_name table<string, table>
---@field package _by_item table<string, table>  functions for items of the API's own tools
---@field private __index any
---@field private __name string
local Tools = { __name = "oai.Tools" }
Tools.__index = Tools

local refuse = fields.refuse

local LOCAL = { ["function"] = true, custom = true }

-- The parameters of a function that takes nothing.
local NOTHING = '{"type":"object","properties":{},"required":[],"additionalProperties":false}'

--- The parameters of a function as they are sent and checked.
local function parameters_of(spec)
  local given = spec.parameters
  if given ~= nil and type(given) ~= "table" and type(given) ~= "string" then
    refuse("%s: 'parameters' must be a schema, got %s", spec.name, type(given))
  end
  local got = type(given) == "table" and traits.mistaken_for(given)
  if got then
    refuse("%s: 'parameters' must be a schema, got %s", spec.name, got)
  end
  local found, reason = read(given or NOTHING, "tools")
  got = traits.without_objects(found)
  if got then
    refuse("%s: 'parameters' must be a schema of objects, got one of %s: arguments have names, as in "
      .. "s.object { { \"text\", s.string() } }", spec.name, got)
  elseif found and spec.strict then
    found, reason = schema.strict(found)
  end
  if not found then
    refuse("%s: 'parameters': %s", spec.name, type(reason) == "table" and reason.message or reason)
  end
  return options_list.copy(found)
end

local add_all

--- Takes a function into a list and under its name.
local function add_function(self, list, spec, namespace)
  fields.check(spec)
  spec.type = spec.type or "function"
  if spec.parameters == nil then
    spec.check = false -- whatever it is called with, it takes nothing of it
  end
  spec.parameters = spec.type == "function" and parameters_of(spec) or nil
  local key = namespace and namespace .. "." .. spec.name or spec.name
  if self._by_name[key] then
    refuse("two functions are called '%s'", key)
  end
  self._by_name[key] = spec
  list[#list + 1] = spec
end

-- Tools of the API whose calls are not named after them.
local CALLS = { computer_use_preview = "computer_call" }

--- Takes what the API offers into a list, as the program wrote it. One that
--- has `run` is carried out by the program.
local function add_hosted(self, list, spec)
  local sent = options_list.copy(spec)
  sent.run, sent.needs_approval, sent.timeout, sent.serial, sent.on_error, sent.found = nil, nil, nil, nil, nil, nil
  spec.sent, spec.found = sent, spec.found and tools.new(spec.found)
  if spec.run then
    spec.name = spec.name or spec.type
    fields.check_own(spec)
    self._by_item[CALLS[spec.type] or spec.type .. "_call"] = spec
  end
  list[#list + 1] = spec
end

local function add(self, list, given, name, namespace)
  if getmetatable(given) == Tools then
    refuse("what oai.tools has made stands by itself: tools = it, not { it }")
  end
  local spec = fields.read(given, name)
  if spec.type == "namespace" then
    spec.list = {}
    add_all(self, spec.list, spec.tools, spec.name)
    list[#list + 1] = spec
  elseif LOCAL[spec.type or "function"] then
    add_function(self, list, spec, namespace)
  else
    spec.name = given.name
    add_hosted(self, list, spec)
  end
end

--- Takes the tools of a table: those of its list in order, then the others by
--- name.
function add_all(self, list, given, namespace)
  local names = {}
  for i = 1, #given do
    add(self, list, given[i], nil, namespace)
  end
  for name in pairs(given) do
    names[#names + 1] = type(name) == "string" and name or nil
  end
  table.sort(names)
  for _, name in ipairs(names) do
    add(self, list, given[name], name, namespace)
  end
end

--- Two MCP servers of one label could not be told apart.
local function check_labels(self)
  local seen = {}
  for _, server in ipairs(self:of_type "mcp") do
    local label = server.server_label
    if label ~= nil and seen[label] then
      refuse("two MCP servers are called '%s'", tostring(label))
    end
    seen[label or server] = true
  end
end

--- Makes tools of a table of functions by their names, or of a list of tools,
--- whose order is that in which they are sent. What has a `type` of the API's,
--- such as "web_search", is sent as it stands.
---@param given oai.Tools|oai.ToolTable  functions by their names, or a list of tools
---@return oai.Tools
function tools.new(given)
  if getmetatable(given) == Tools then
    return given --[[@as oai.Tools]]
  elseif type(given) ~= "table" then
    refuse("expected a table, got %s", type(given))
  end
  local self = setmetatable({ _list = {}, _by_name = {}, _by_item = {} }, Tools)
  add_all(self, self._list, given, nil)
  check_labels(self)
  return self
end

local function sent_fields(spec)
  local sent = { name = spec.name, parameters = spec.parameters }
  for _, name in ipairs(fields.SENT) do
    sent[name] = spec[name]
  end
  return sent
end

local WRITES = {}

--- A tool as the responses API takes it.
function WRITES.responses(spec)
  local sent = sent_fields(spec)
  sent.type = spec.type
  return sent
end

--- A tool as chat completions take it.
function WRITES.chat(spec)
  return { type = spec.type, [spec.type] = sent_fields(spec) }
end

local function written(list, api)
  local all = json.array()
  for i, spec in ipairs(list) do
    if spec.list then
      all[i] = { type = "namespace", name = spec.name, description = spec.description, tools = written(spec.list, api) }
    else
      all[i] = spec.sent or WRITES[api](spec)
    end
  end
  return all
end

--- What a call of an API takes as its `tools`.
---@param api "responses"|"chat"  for which they are written
---@return table[]
function Tools:definitions(api)
  if not WRITES[api] then
    refuse("definitions: expected \"responses\" or \"chat\", got %s", tostring(api))
  end
  return written(self._list, api)
end

--- The function that a call names, or nil. A function of no namespace may come
--- back under its own name as one.
---@param name any  of the function
---@param namespace? any  of the function, where it has one
---@return oai.ToolSpec?
function Tools:find(name, namespace)
  if type(name) ~= "string" then
    return nil
  elseif namespace ~= nil and namespace ~= "" then
    local found = self._by_name[tostring(namespace) .. "." .. name]
    return found or namespace == name and self._by_name[name] or nil
  end
  return self._by_name[name]
end

--- Takes over functions of other tools, all or one, so that the model may call
--- them, too. They are not added to what is sent.
---@param others oai.Tools  whose functions they are
---@param only? string  "name" or "namespace.name"
---@return boolean has  that one
function Tools:adopt(others, only)
  for key, spec in pairs(others._by_name) do
    if not only or key == only then
      self._by_name[key] = self._by_name[key] or spec
    end
  end
  return only ~= nil and self:has(only)
end

--- Whether there is a function that is called so.
---@param key string  "name" or "namespace.name"
---@return boolean
function Tools:has(key)
  return self._by_name[key] ~= nil
end

--- The function for an item of the API's own tools, or nil.
---@param kind string  such as "shell_call"
---@return oai.ToolSpec?
function Tools:for_item(kind)
  return self._by_item[kind]
end

--- The names of all functions, in the order of their bytes.
---@return string[]
function Tools:names()
  local names = {}
  for key in pairs(self._by_name) do
    names[#names + 1] = key
  end
  table.sort(names)
  return names
end

--- The tools of a type, such as "mcp", as they are sent.
---@param kind string  the type
---@return table[]
function Tools:of_type(kind)
  local found = {}
  for _, spec in ipairs(self._list) do
    found[#found + 1] = spec.type == kind and (spec.sent or spec) or nil
  end
  return found
end

unknown.refuse(Tools, "tools", {}, "tools")

require "oai.interpret" ()

return tools
