-- A short call of an operation that works, as Lua: what it requires, and what
-- its reply shows. spec/reference_spec.lua runs all of them.

local call = require "example_call"
local definitions = require "oai.call.definition"
local fields = require "fields"
local node = require "node"

local example = {}

local PLAIN = { string = true, integer = true, number = true, boolean = true }

-- The fields that say what something is, the first of them first.
local TOLD = { "id", "name", "filename", "email", "title", "status", "deleted", "text", "type", "value", "role" }

--- Adds the fields of a type to a list: of a union, a list for each member.
local function add_lists(declared, of, lists)
  local declaration = of.named and declared[of.named]
  if declaration and declaration.node then
    add_lists(declared, declaration.node, lists)
  elseif declaration then
    lists[#lists + 1] = declaration.object and declaration.object.fields or declaration.fields
  end
  for _, member in ipairs(of.union or {}) do
    add_lists(declared, member, lists)
  end
end

--- The fields of a type that are always there and plain, by name.
local function plain_fields(model, of)
  local lists, found = {}, {}
  add_lists(model.book.declared, of, lists)
  for _, field in ipairs(fields.merged(lists)) do
    local is_plain = PLAIN[field.node.basic] or field.node.literal or field.node.union and field.node.union[1].literal
    local is_told = field.required and not field.nullable and not field.deprecated and field.name ~= "object"
    found[field.name] = is_plain and is_told or nil
  end
  return found
end

--- What is told of a value: at most two of its fields.
local function told_of(found)
  local list = {}
  for _, name in ipairs(TOLD) do
    list[#list + 1] = #list < 2 and found[name] and name or nil
  end
  local others = {}
  for name in pairs(list[1] and {} or found) do
    others[#others + 1] = name
  end
  table.sort(others, function(a, b)
    return #a < #b or #a == #b and a < b
  end)
  return list[1] and list or { others[1], others[2] }
end

--- What an example prints of a value: some of its fields, or all of it.
local function shown(model, facts, of, variable)
  local shows = call.own(facts).shows
  if shows then
    return (shows:gsub("%f[%w_]it%f[^%w_]", variable))
  elseif node.text(of) == "true" or node.text(of) == "string" then
    return variable
  end
  local list = told_of(plain_fields(model, of))
  for i, name in ipairs(list) do
    list[i] = variable .. "." .. name
  end
  return #list > 0 and table.concat(list, ", ") or ('require("oai").dump(%s)'):format(variable)
end

-- Words that no local is called by, and those that say nothing of a value.
local TAKEN = { ["end"] = true, ["function"] = true, ["repeat"] = true, string = true, table = true, type = true,
  reply = true, item = true, data = true, body = true }

--- What a local is called that holds a value of a type: by the last word of
--- the type's name.
local function variable_of(of, otherwise)
  local name = of.named and of.named:gsub("Object$", ""):gsub("Resource$", ""):gsub("Body$", "")
  local word = name and name:match "(%u%l+)%d*$"
  word = word and word:lower()
  return word and not TAKEN[word] and word or otherwise
end

local function list_code(model, facts)
  local item = facts.page.item
  local variable = variable_of(item, "item")
  local shows = shown(model, facts, item, variable)
  if facts.line.method == "GET" then
    return call.text(model, facts, definitions.each_name(facts.key), ("for %s in %%s do\n  print(%s)\nend"):format(
      variable, shows))
  end
  return call.text(model, facts, facts.key, ("local page = assert(%%s)\nfor %s in page:each() do\n  print(%s)\nend")
    :format(variable, shows))
end

local function value_code(model, facts)
  local is_saved = call.own(facts).options ~= nil
  local is_bytes = facts.line.returns == "bytes" and not is_saved
  local otherwise = is_saved and "path" or is_bytes and "bytes" or facts.line.returns == "empty" and "done" or "value"
  local variable = facts.key == "delete" and "deleted" or call.own(facts).called or variable_of(facts.reply, otherwise)
  local shows = is_bytes and "#" .. variable or shown(model, facts, facts.reply, variable)
  return call.text(model, facts, facts.key, ("local %s = assert(%%s)\nprint(%s)"):format(variable, shows))
end

local function events_code(model, facts, key)
  return call.text(model, facts, key, "for event in assert(%s) do\n  print(event.type)\nend")
end

-- Kinds of streams whose text is what one reads them for.
local TEXTS = { chat = true, completions = true, responses = true, assistants = true, transcription = true }

--- The example of a stream. One of what was created before is the same.
local function stream_code(model, facts)
  local dialect = model.book.declared[facts.stream.name].stream.dialect
  if facts.key == "retrieve" or call.own(facts).no_stream then
    return nil
  elseif TEXTS[dialect.name] then
    return call.text(model, facts, definitions.stream_name(facts.key),
      "local stream = assert(%s)\nfor piece in stream:text() do\n  io.write(piece)\nend")
  end
  return events_code(model, facts, definitions.stream_name(facts.key))
end

--- The example of an operation; and one of its stream, if it may be one.
---@param model table
---@param facts generate.Endpoint
---@return string code
---@return string? stream
function example.of(model, facts)
  if facts.page then
    return list_code(model, facts)
  elseif facts.line.always_streams then
    return events_code(model, facts, facts.key)
  end
  return value_code(model, facts), facts.stream and stream_code(model, facts)
end

return example
