-- The call in an example: its ids, what it requires, and some of what it may
-- take.

local literal = require "literal"
local values = require "values"
local words = require "words.read"

local call = {}

local WIDTH = 100

--- What an operation has of its own in values.lua.
---@param facts generate.Endpoint
---@return table
function call.own(facts)
  return values.operations[facts.name] or {}
end

--- The optional parameters of an example for a request that would change
--- nothing without any: the first usual one, else the first.
local function one_of(facts)
  local by_name, first = {}, nil
  for _, field in ipairs(facts.params.fields) do
    by_name[field.name] = true
    first = first or field.schema and not field.deprecated and field.name or nil
  end
  for _, name in ipairs(words.usual(facts.name)) do
    if by_name[name] then
      return name
    end
  end
  return first
end

--- The optional parameters that an example has.
local function optional_names(facts)
  local names = {}
  for _, name in ipairs(call.own(facts).also or {}) do
    names[name] = true
  end
  local is_enough = call.own(facts).also or facts.params.required or facts.line.method ~= "POST"
  names[is_enough and "" or one_of(facts) or ""] = true
  return names
end

--- The parameters, as a value of literal.lua.
local function params_of(document, facts)
  local own, list = call.own(facts), {}
  local optional = facts.params and optional_names(facts)
  for _, field in ipairs(facts.params and facts.params.fields or {}) do
    if field.required or optional[field.name] then
      local value = own[field.name] or literal.of(document, field.schema, values.parameters, field.name)
      list[#list + 1] = { field.name, value }
    end
  end
  return literal.in_order(list)
end

local function id_value(name)
  return ('"%s"'):format(values.ids[name] or name:gsub("_id$", "") .. "_abc123")
end

--- What the call is given, beside the resource: `("file-abc123")`.
local function arguments_of(document, facts, key, before)
  local own, list = call.own(facts), {}
  local params = params_of(document, facts)
  for i, name in ipairs(facts.line.ids) do
    list[i] = id_value(name)
  end
  if #params > 0 then
    list[#list + 1] = literal.text(params, "", before + #table.concat(list, ", ") + 4)
  end
  if own.options and key == facts.key then
    list[#list + 1] = #params == 0 and "nil" or nil
    list[#list + 1] = own.options
  end
  local is_alone = #list == 1 and #params > 0
  return is_alone and " " .. list[1] or "(" .. table.concat(list, ", ") .. ")"
end

local function longest_line(text)
  local longest = 0
  for line in text:gmatch "[^\n]+" do
    longest = math.max(longest, #line)
  end
  return longest
end

local function filled(frame, target, arguments)
  local before, after = frame:match "^(.-)%%s(.*)$"
  return before .. target .. arguments .. after
end

--- The code of an example. Where its line would be long, the resource has a
--- local of its own.
---@param model table
---@param facts generate.Endpoint
---@param key string    the method's name
---@param frame string  what is around the call, which is `%s`
---@return string
function call.text(model, facts, key, frame)
  local before = #frame:match "^(.-)%%s"
  local first = call.own(facts).before
  first = first and first .. "\n" or ""
  local target = ("client.%s:%s"):format(facts.resource, key)
  local code = filled(frame, target, arguments_of(model.document, facts, key, before + #target))
  if longest_line(code) <= WIDTH then
    return first .. code
  end
  local last = facts.resource:match "[%w_]+$"
  target = last .. ":" .. key
  code = filled(frame, target, arguments_of(model.document, facts, key, before + #target))
  return ("%slocal %s = client.%s\n%s"):format(first, last, facts.resource, code)
end

return call
