-- Values of the types in lua/oai/types, as a server could send them: by the
-- annotations that editors read, so that these are held against the library.

local shell = require "spec.support.shell"
local tool = require "spec.support.tool"

local annotated = {}

local classes, aliases, replies

local function read_all()
  local found = tool("surface", "annotations").read(shell.output "cat lua/oai/types/*.lua")
  classes, aliases, replies = found.classes, found.aliases, {}
  for _, method in pairs(found.functions) do
    local operation = method.doc:match "([%w_.]+): %u+ /%S"
    if operation then
      replies[operation] = method.returns[1].type
    end
  end
end

--- A type without what stands around it; the first of several.
local function first_of(text)
  local depth, quoted = 0, false
  for at = 1, #text do
    local char = text:sub(at, at)
    quoted = (char == '"') ~= quoted
    depth = depth + (not quoted and (char:find "[<({]" and 1 or char:find "[>)}]" and -1) or 0)
    if char == "|" and depth == 0 and not quoted then
      return text:sub(1, at - 1)
    end
  end
  return text
end

local BASIC = {
  string = "text", integer = 1, number = 0.5, boolean = true, any = "text", ["true"] = true, ["false"] = false,
}

local sample

--- Whether a type is of plain values, or lists: what may be there though it
--- need not.
local function is_plain(text)
  local first = first_of(text)
  return BASIC[first] ~= nil or text:find "%[%]$" or first:find '^"' or aliases[first] and is_plain(aliases[first].type)
end

local function add_fields(class, into, depth)
  local is_page = class.parents[1] == "oai.Page"
  for _, parent in ipairs(class.parents) do
    if classes[parent] then
      add_fields(classes[parent], into, depth)
    end
  end
  for _, field in ipairs(class.fields) do
    local is_there = not field.optional or not is_page and is_plain(field.type)
    if is_there and not field.type:find "^fun%(" then
      into[field.name] = sample(field.type, depth + 1)
    end
  end
  if is_page then
    into.has_more, into.next, into.next_page, into.next_cursor = false, nil, nil, nil
  end
  return into
end

local function of_name(name, depth)
  if BASIC[name] ~= nil then
    return BASIC[name]
  elseif aliases[name] then
    return sample(aliases[name].type, depth)
  elseif classes[name] then
    return add_fields(classes[name], {}, depth)
  end
  return name:find "^table" and { text = 0.5 } or nil
end

--- A value of a type, as it is written in an annotation.
function sample(text, depth)
  text = first_of(text:gsub("%?$", ""))
  local items = text:match "^(.*)%[%]$"
  if items then
    return depth < 12 and { sample(items, depth) } or {}
  elseif text:find '^"' then
    return text:sub(2, -2)
  end
  return tonumber(text) or of_name(text:match "^%((.*)%)$" and first_of(text:sub(2, -2)) or text, depth)
end

--- What an operation returns, as its annotation says; nil of what is not there.
---@param operation string  "files.create"
---@return any
function annotated.reply(operation)
  if not classes then
    read_all()
  end
  return replies[operation] and sample(replies[operation], 0)
end

return annotated
