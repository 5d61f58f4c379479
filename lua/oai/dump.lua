-- A value as text for people who look at what came: fields in order, nulls,
-- long texts and lists cut off, nothing that looks like a secret. It calls no
-- metamethod, has the library's own objects work out all their fields, and is
-- not meant to be read by programs.

local json = require "oai.codec.json"
local on_demand = require "oai.on_demand"
local printable = require "oai.printable"

local WIDTH = 80 -- columns that a table takes on one line, at the most
local TEXT_MOST = 200 -- bytes of a text
local ITEMS_MOST, NUMBERS_MOST = 30, 6 -- of a list: of any, and of numbers
local FIELDS_MOST = 100
local DEPTH_MOST = 20

local raw_length = rawget(_G, "rawlen") or function(value) -- whose # asks no metatable of tables
  return #value
end ---@cast raw_length fun(value: table): integer

-- Names of fields with secrets, and what secrets of the API begin with.
local SECRET_NAMES = { "^authorization$", "api_?key$", "secret", "password", "^token$", "access_token", "cookie" }
local SECRET_TEXTS = { "%f[%w]sk%-[%w_-]+", "%f[%w]ek_[%w_-]+", "%f[%w]whsec_[%w_-]+", "%f[%w]Bearer +[%w._~+/-]+" }

local function is_secret(name)
  for _, pattern in ipairs(SECRET_NAMES) do
    if type(name) == "string" and name:lower():find(pattern) then
      return true
    end
  end
  return false
end

local function without_secrets(text)
  for _, pattern in ipairs(SECRET_TEXTS) do
    text = text:gsub(pattern, "***")
  end
  return text
end

--- The beginning of a text that is no longer than so many bytes, without half
--- a character.
local function beginning(text, most)
  local cut = text:sub(1, most)
  local tail = cut:match("[\192-\255][\128-\191]*$")
  if tail and not text:sub(#cut + 1):find("^[%z\1-\127\192-\255]") then
    cut = cut:sub(1, #cut - #tail)
  end
  return cut
end

local function quoted(text)
  local rest = ""
  text = without_secrets(text)
  if #text > TEXT_MOST then
    rest = ("... (%d bytes)"):format(#text)
    text = beginning(text, TEXT_MOST)
  end
  return '"' .. printable((text:gsub('["\\]', "\\%0"))) .. '"' .. rest
end

local scalars = {
  string = quoted,
  boolean = tostring,
  ["nil"] = tostring,
  number = function(value)
    return json.encode(value) or tostring(value)
  end,
}

--- What stands for a value that is no table.
local function scalar(value)
  local write = scalars[type(value)]
  return write and write(value) or value == json.null and "null" or "<" .. type(value) .. ">"
end

-- Tables ---------------------------------------------------------------------

--- The metatable of a value, if it has one that can be looked at.
local function metatable_of(value)
  local metatable = debug.getmetatable(value)
  return type(metatable) == "table" and metatable or {}
end

local function ranks_of(metatable)
  local ranks, order = {}, rawget(metatable, "__jsonorder")
  for i, name in ipairs(type(order) == "table" and order or {}) do
    ranks[name] = i
  end
  return ranks
end

--- The keys behind those of the list, in order; without what is ours alone.
local function keys_of(value, count, metatable)
  local keys, ranks = {}, ranks_of(metatable)
  local is_ours = next(metatable) ~= nil
  for key in next, value do
    local is_item = type(key) == "number" and key >= 1 and key <= count and key == math.floor(key)
    local is_private = is_ours and type(key) == "string" and key:sub(1, 1) == "_"
    if not is_item and not is_private then
      keys[#keys + 1] = key
    end
  end
  table.sort(keys, function(a, b)
    local first, second = ranks[a] or math.huge, ranks[b] or math.huge
    if first ~= second then
      return first < second
    elseif type(a) == "number" and type(b) == "number" then
      return a < b
    end
    return scalar(a) < scalar(b)
  end)
  return keys
end

local function name_of(key)
  if type(key) == "string" and key:find("^[%a_][%w_]*$") then
    return key
  end
  return "[" .. scalar(key) .. "]"
end

local written

--- The members of a table as texts, the first of them; and how many more.
local function members_of(value, metatable, above)
  local members, count = {}, raw_length(value)
  local most = type(rawget(value, 1)) == "number" and NUMBERS_MOST or ITEMS_MOST
  for i = 1, math.min(count, most) do
    members[i] = written(rawget(value, i), above)
  end
  local keys = keys_of(value, count, metatable)
  for i = 1, math.min(#keys, FIELDS_MOST) do
    local field = rawget(value, keys[i])
    local is_hidden = is_secret(keys[i]) and type(field) == "string"
    members[#members + 1] = name_of(keys[i]) .. " = " .. (is_hidden and '"***"' or written(field, above))
  end
  return members, count + #keys - #members
end

--- Members between braces, on a line if they are short.
local function joined(members, label)
  local line = label .. "{ " .. table.concat(members, ", ") .. " }"
  if #members == 0 then
    return label .. "{}"
  elseif #line <= WIDTH and not line:find("\n", 1, true) then
    return line
  end
  return label .. "{\n  " .. table.concat(members, ",\n"):gsub("\n", "\n  ") .. "\n}"
end

local MARKS = { ["oai.array"] = true, ["oai.object"] = true }

--- What a table is, where its metatable says it: "oai.Error ".
local function label_of(metatable)
  local name = rawget(metatable, "__name")
  return type(name) == "string" and not MARKS[name] and name .. " " or ""
end

--- Has an object keep what it works out only when that is asked for.
local function complete(value, metatable)
  for name in next, on_demand.of(metatable) or {} do
    local _ = value[name]
  end
end

local function table_text(value, above)
  local metatable = metatable_of(value)
  local label = label_of(metatable)
  complete(value, metatable)
  above[value] = true
  above.depth = above.depth + 1
  local members, more = members_of(value, metatable, above)
  above.depth = above.depth - 1
  above[value] = nil
  if more > 0 then
    members[#members + 1] = ("... %d more"):format(more)
  end
  return joined(members, label)
end

--- A value as text; `above` has the tables that it is in.
function written(value, above)
  if type(value) ~= "table" then
    return scalar(value)
  elseif above[value] then
    return "<a table that this is in>"
  elseif above.depth >= DEPTH_MOST then
    return "{ ... }"
  end
  return table_text(value, above)
end

--- A value as readable text: cut off where it is long, without secrets.
---@param value any  of any type
---@return string
local function dump(value)
  return written(value, { depth = 0 })
end

require "oai.interpret" ()

return dump
