-- Values of the types in lua/oai/types, as a server could send them: by the
-- annotations that editors read, so that these are held against the library.

local annotated = {}

local classes, aliases, replies

local function read_alias(line, last)
  local name, rest = line:match "^%-%-%-@alias ([%w_.]+)%s*(.*)$"
  local member = line:match "^%-%-%-| (.+)$"
  if name then
    aliases[name] = rest
    return name
  elseif member and last then
    aliases[last] = aliases[last] == "" and member or aliases[last] .. "|" .. member
    return last
  end
  return nil
end

--- A line of a class: its beginning, or one of its fields.
local function read_class(line, class)
  local name, parents = line:match "^%-%-%-@class ([%w_.]+)%s*:?%s*(.*)$"
  if name then
    classes[name] = classes[name] or { parents = parents, fields = {} }
    return classes[name]
  end
  local key, optional, of = line:match "^%-%-%-@field ([%w_]+)(%??) (.+)$"
  if class and key and not of:find "^fun%(" then
    class.fields[#class.fields + 1] = { name = key, optional = optional == "?", type = of:gsub("  .*$", "") }
  end
  return line:find "^%-%-%-@" and class or nil
end

local function read_file(path)
  local alias, class, operation
  for line in io.lines(path) do
    alias, class = read_alias(line, alias), read_class(line, class)
    operation = line:match "^%-%-%- ([%w_.]+): %u+ /%S+$" or operation
    local returned = operation and line:match "^%-%-%-@return (.+) %w+$"
    if returned then
      replies[operation], operation = returned, nil
    end
  end
end

local function read_all()
  classes, aliases, replies = {}, {}, {}
  local listed = assert(io.popen "exec env -u LD_PRELOAD find lua/oai/types -name '*.lua'")
  for path in listed:lines() do
    read_file(path)
  end
  listed:close()
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
  return BASIC[first] ~= nil or text:find "%[%]$" or first:find '^"' or aliases[first] and is_plain(aliases[first])
end

local function add_fields(class, into, depth)
  local is_page = class.parents == "oai.Page"
  for parent in class.parents:gmatch "oai%.[%w_.]+" do
    if classes[parent] then
      add_fields(classes[parent], into, depth)
    end
  end
  for _, field in ipairs(class.fields) do
    if not field.optional or not is_page and is_plain(field.type) then
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
    return sample(aliases[name], depth)
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
