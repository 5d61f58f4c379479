-- Resources of a client: definitions bound to it and to the ids of their
-- parents. A method is made of its line when it is first touched.

local definitions = require "oai.call.definition"
local endpoint = require "oai.call.endpoint"
local lazy = require "oai.lazy"
local line = require "oai.call.line"
local object = require "oai.call.object"
local unknown = require "oai.unknown"
local unpack = require "oai.unpack"

local class = lazy "oai.call.class"
local error_value = lazy "oai.error"
local options = lazy "oai.options"
local page = lazy "oai.call.page"
local path = lazy "oai.codec.path"
local suggest = lazy "oai.suggest"

local resource = {}

local NO_IDS = {}

local Bound = { __name = "oai.Resource" }

local function refuse_dot(name)
  error_value.misuse(("%s: call it with a colon, as in %s(...)"):format(name, (name:gsub("%.([%w_]+)$", ":%1"))))
end

--- Raises where a method was called with a dot: what it got first is no resource.
local function check_self(self, name)
  if type(self) ~= "table" or not rawget(self, "_client") then
    refuse_dot("client." .. name)
  end
end

-- Options about one reply, of which many pages have none.
local OF_ONE_REPLY = { "save_to", "wait", "on_done", "on_event" }

local function refuse_single(name, given)
  for _, option in ipairs(type(given) == "table" and OF_ONE_REPLY or NO_IDS) do
    if given[option] ~= nil and given[option] ~= true then
      error_value.misuse(("%s: option '%s' cannot be given here: there is a reply for each page"):format(name, option))
    end
  end
end

--- `each(...)` beside a list's method, which takes `ids` ids: the same
--- arguments, all items.
local function each_method(name, list, ids)
  return function(self, ...)
    check_self(self, name)
    local arguments, count = { ... }, select("#", ...)
    local bound = rawget(self, "_ids") or NO_IDS
    local at = ids - #bound + 2
    refuse_single(name, arguments[at])
    arguments[at] = options.keep(arguments[at])
    arguments = options.copy(arguments)
    return page.each(list, self, unpack(arguments, 1, count))
  end
end

-- What asks an operation for its stream.
local SWITCHES = { speech = { stream_format = "sse" } }
local SWITCH = { stream = true }

--- `stream(...)` beside the method of an operation, which takes `ids` ids:
--- the same arguments, among whose parameters its stream is asked for.
---@param ids integer
---@param name string  the full one
local function stream_method(call, ids, switch, name)
  return function(self, ...)
    check_self(self, name)
    local arguments, count = { ... }, select("#", ...)
    local bound = rawget(self, "_ids") or NO_IDS
    local at = ids - #bound + 1
    local params = arguments[at]
    if params == nil or type(params) == "table" then -- else the call says what is wrong
      arguments[at] = setmetatable(options.merge(params or NO_IDS, switch), getmetatable(params))
    end
    return call(self, unpack(arguments, 1, count < at and at or count))
  end
end

--- `at(ids...)`: an object by its ids, without asking the server for it.
local function at_method(self, ...)
  local of = class.of_resource(self._definition, self._name) ---@cast of oai.Class
  local ids, given = {}, { ... }
  for i, name in ipairs(of.ids) do
    ids[i] = self._ids[i] or given[i - #self._ids]
    path.check_id(ids[i], self._name .. ".at", name)
  end
  return object.at(self._client, of, ids)
end

local make_method

local function line_method(definition, full_name, key)
  if line.target(definition[key]) then
    local parsed = line.parse(full_name .. "." .. key, definition[key], definition)
    return (parsed.page and page or endpoint).method(parsed)
  elseif type(definition[key]) == "function" then
    return definition[key] -- more than one operation
  elseif key == "at" and definition.object then
    return at_method
  end
  local operation = definitions.streamed(definition, key)
  if operation then
    local switch = SWITCHES[definition[operation].stream] or SWITCH
    return stream_method(make_method(definition, full_name, operation), #line.ids(definition[operation]), switch,
      full_name .. "." .. key)
  end
  local list = definitions.list_of(definition, key)
  if list then
    local ids = line.ids(definition[list])
    return each_method(full_name .. "." .. key, make_method(definition, full_name, list), #ids)
  end
end

-- The methods made so far, by definition: they are the same for all clients.
local made = setmetatable({}, { __mode = "k" })

function make_method(definition, full_name, key)
  if definitions.SETTINGS[key] then
    return nil
  end
  local methods = made[definition]
  if not methods then
    methods = {}
    made[definition] = methods
  end
  methods[key] = methods[key] or line_method(definition, full_name, key)
  return methods[key]
end

function Bound.__index(self, key)
  if unknown.is_probe(key) then
    return nil
  end
  local definition, name = self._definition, self._name
  local value = make_method(definition, name, key)
  if not value and definitions.is_one(definition[key]) then
    value = resource.bind(self._client, definition[key], name .. "." .. key, self._ids)
  end
  if not value then
    error_value.misuse(("client.%s.%s does not exist%s"):format(name, tostring(key),
      suggest.hint(key, definitions.names(definition), "client." .. name)))
  end
  rawset(self, key, value)
  return value
end

--- Whether a value is what a resource stands in: another one, an object of the
--- API, or a client.
local function can_hold(value)
  local metatable = type(value) == "table" and getmetatable(value)
  return metatable and (metatable == Bound or metatable.context ~= nil or metatable.__name == "oai.Client") or false
end

--- Which method was probably meant where a resource itself is called.
local function way_in(definition, name)
  local inner = not definition.create and definition.completions
  local has = definition.create or type(inner) == "table" and inner.create
  return has and ("; see client.%s%s:create"):format(name, inner and ".completions" or "") or ""
end

--- A resource that is called as a method of what it stands in, as in
--- `session:events()`.
function Bound.__call(self, holder, ...)
  local called, name = self._definition.called, self._name
  if not called then
    error_value.misuse(("client.%s is a resource, and no function%s"):format(name, way_in(self._definition, name)))
  elseif not can_hold(holder) then
    refuse_dot(name)
  end
  return called(self, ...)
end

function Bound.__tostring(self)
  return "oai resource client." .. self._name
end

--- A resource of a client.
---@param client oai.Client
---@param definition table   from `new`
---@param name string        the full one
---@param ids? string[]      of its parents, in path order
---@return table
function resource.bind(client, definition, name, ids)
  return setmetatable({ _client = client, _definition = definition, _name = name, _ids = ids or NO_IDS }, Bound)
end

require "oai.interpret" ()

return resource
