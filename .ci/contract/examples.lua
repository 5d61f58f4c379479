-- Example values made of schemas: all fields or only the required ones,
-- another alternative each time. The same on every run.

local document = require "contract.document"
local oai = require "oai"
local sorted = require "sorted"

local Examples = {}
Examples.__index = Examples

local examples = {}

--- A maker of examples. What it makes is set by its fields:
---   full   all fields, else the required ones and the first alternatives
---   empty  from this depth on arrays and objects without what is not required
---   null   null wherever it may be; otherwise it is nowhere
---@param of table  the document
---@param make_file fun(): string  makes a file and returns its path
function examples.new(of, make_file)
  return setmetatable({
    document = of,
    make_file = make_file,
    turns = {},  -- by list of alternatives: how often it was chosen from
    taken = 0,   -- alternatives taken so far, each counted once
    offered = 0, -- alternatives met so far
    open = {},   -- by reference: how often it is being made
    depth = 0,
    count = 0,
  }, Examples)
end

local DEEPEST = 12 -- from here on only what is required

function Examples:is_full()
  return self.full and self.depth < DEEPEST
end

--- Whether arrays and objects are to have nothing that is not required.
function Examples:is_hollow()
  return self.empty and self.depth >= self.empty
end

-- Alternatives

--- The next of a list's alternatives.
function Examples:pick(list)
  local turn = self.turns[list] or 0
  if turn == 0 then
    self.offered = self.offered + #list
  end
  if turn < #list then
    self.taken = self.taken + 1
  end
  self.turns[list] = turn + 1
  return list[turn % #list + 1]
end

--- One of them that can be made: not null, and not again what is being made.
function Examples:one_of(list)
  for i = 1, #list do
    local one = self:is_full() and self:pick(list) or list[i]
    local is_schema = type(one) == "table"
    if one ~= oai.null and not (is_schema and (one.type == "null" or self:is_within_itself(one))) then
      return one
    end
  end
  return list[1]
end

--- One of a few, in turn.
function Examples:next_of(list)
  self.count = self.count + 1
  return list[(self.full and self.count or 0) % #list + 1]
end

local function may_be_null(schema)
  local has = document.has
  if schema.nullable or has(schema.enum, oai.null) or type(schema.type) == "table" and has(schema.type, "null") then
    return true
  end
  for _, branch in ipairs(document.branches(schema) or {}) do
    if branch.type == "null" then
      return true
    end
  end
  return false
end

-- Text

local TEXT = "text"
local ENCODED = "ä text, with & of 100 %" -- what has to be encoded somewhere
local URL = "https://example.com/a?b=c"

--- Patterns are taken to be letters, and classes that may have a count.
local function from_pattern(pattern)
  local text = pattern:gsub("^%^", ""):gsub("%$$", "")
  text = text:gsub("%[(.)[^%]]*%]{(%d+)}", function(first, count)
    return first:rep(tonumber(count))
  end)
  return (text:gsub("%[(.)[^%]]*%]%+?", "%1"))
end

local function of_length(text, schema)
  local length = math.max(#text, schema.minLength or 0)
  return text:rep(math.ceil(length / #text)):sub(1, math.min(length, schema.maxLength or length))
end

local function given_texts(schema)
  local texts = { schema.minLength == nil and schema.maxLength == nil and ENCODED or of_length(TEXT, schema) }
  for _, given in ipairs { schema.default or false, schema.example or false } do
    texts[#texts + 1] = type(given) == "string" and given or nil
  end
  return texts
end

function Examples:text(schema)
  if schema.format == "binary" then
    return self.make_file()
  elseif schema.pattern then
    return from_pattern(schema.pattern)
  elseif schema.format == "uri" then
    return URL
  elseif self.full then
    return self:next_of(given_texts(schema))
  end
  return of_length(TEXT, schema)
end

-- Numbers

local function is_within(schema, value)
  local low, high, above = schema.minimum, schema.maximum, schema.exclusiveMinimum
  if type(value) ~= "number" or high and value > high or low and value < low then
    return false
  elseif type(above) == "number" then
    return value > above
  end
  return not (above and value == low)
end

--- The bounds, the default, and what of the others is between.
function Examples:number(schema, others)
  local found = {}
  for _, value in ipairs { others[1], schema.minimum or false, schema.maximum or false, schema.default or false,
    others[2], others[3] } do
    found[#found + 1] = is_within(schema, value) and value or nil
  end
  return self:next_of(found)
end

local WHOLE, PARTED = { 1, 1700000000, 20 }, { 0.5, 0.125, 1e-3 }

function Examples:whole(schema)
  return self:number(schema, WHOLE)
end

function Examples:parted(schema)
  return self:number(schema, PARTED)
end

function Examples:boolean()
  return self:next_of { true, false }
end

-- Arrays and objects

-- Fields that are arrays in one place and objects in another: of an empty
-- table a program has to say which it is.
local ARRAYS = { mark = oai.array, names = { filters = true, items = true, output = true, prompt = true } }
local OBJECTS = { mark = oai.object, names = { input = true } }

local function marked(value, kind, field)
  return next(value) == nil and kind.names[field] and kind.mark(value) or value
end

function Examples:array(schema)
  local field = self.field
  local least, most = schema.minItems or 0, schema.maxItems or math.huge
  local count = math.max(1, least)
  if self:is_hollow() then
    count = least
  elseif self:is_full() then
    count = math.max(count, math.min(2, most))
  end
  local items = {}
  for i = 1, count do
    items[i] = self:value(schema.items or {})
  end
  return marked(items, ARRAYS, field)
end

--- Whether what a field holds is being made already, twice.
function Examples:is_within_itself(schema)
  local reference = self:reference(schema) or self:reference(schema.items or {}) or "none"
  return (self.open[reference] or 0) > 1
end

--- Fields of the caller's own naming: one.
function Examples:own_field(schema)
  local more = schema.additionalProperties
  if not self:is_full() or self:is_hollow() or more == false or more == nil and schema.properties then
    return {}
  end
  return { key = self:value(type(more) == "table" and more or {}) }
end

--- Whether a field is made. `not` with `required` says of two fields that
--- they do not go together.
function Examples:is_wanted(schema, name)
  if document.has(schema.required, name) then
    return true
  end
  local refused = schema["not"] and schema["not"].required
  return self:is_full() and not self:is_hollow() and not document.has(refused, name)
    and not self:is_within_itself(schema.properties[name])
end

function Examples:object(schema)
  local field, value = self.field, self:own_field(schema)
  for _, name in ipairs(sorted(schema.properties or {})) do
    if self:is_wanted(schema, name) then
      self.field = name
      value[name] = self:value(schema.properties[name])
    end
  end
  for _, name in ipairs(schema.required or {}) do
    value[name] = value[name] == nil and TEXT or value[name] -- of no schema
  end
  return marked(value, OBJECTS, field)
end

-- Values

local by_type = {
  string = Examples.text,
  integer = Examples.whole,
  number = Examples.parted,
  boolean = Examples.boolean,
  array = Examples.array,
  object = Examples.object,
}

local function type_of(schema)
  local name = schema.type
  if type(name) == "table" then
    name = name[1] == "null" and name[2] or name[1]
  end
  return name or schema.properties and "object" or schema.items and "array" or "string"
end

--- What a schema without a reference describes.
function Examples:plain_value(schema)
  local branches = document.branches(schema)
  if self.null and may_be_null(schema) then
    return oai.null
  elseif schema.const ~= nil then
    return schema.const
  elseif schema.enum then
    return self:one_of(schema.enum)
  elseif branches and schema.properties then
    return self:plain_value(self.document:branch(schema, self:one_of(branches)))
  elseif branches then
    return self:value(self:one_of(self.document:all_branches(branches)))
  end
  return by_type[type_of(schema)](self, schema)
end

--- The reference of a schema. Of those that name no schema but the one they
--- are in, the document has one kind only.
function Examples:reference(schema)
  return schema["$ref"] or schema["$recursiveRef"] and self.anchor
end

--- An example of a schema.
---@param schema table
---@return any
function Examples:value(schema)
  local reference = self:reference(schema)
  if schema["$recursiveRef"] then
    schema = { ["$ref"] = reference }
  end
  local plain = self.document:plain(schema)
  local outer, times = self.anchor, reference and self.open[reference] or 0
  self.anchor = plain["$recursiveAnchor"] and reference or outer
  self.depth = self.depth + 1
  if reference then
    self.open[reference] = times + 1
  end
  local value = self:plain_value(plain)
  if reference then
    self.open[reference] = times
  end
  self.depth = self.depth - 1
  self.anchor = outer
  return value
end

return examples
