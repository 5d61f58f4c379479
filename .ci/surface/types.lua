-- Where a type ends in a line of an annotation, and the names in it.

local types = {}

local CLOSES = { [")"] = true, [">"] = true, ["}"] = true, ["]"] = true }
local OPENS = { ["("] = true, ["<"] = true, ["{"] = true, ["["] = true }

--- The place behind a bracket that opens at `at`, and all that is in it.
local function past_bracket(text, at)
  local depth = 0
  repeat
    local char = text:sub(at, at)
    if char == '"' then
      at = assert(text:find('"', at + 1, true), "a string without an end: " .. text)
    end
    depth = depth + (OPENS[char] and 1 or CLOSES[char] and -1 or 0)
    at = at + 1
    assert(at <= #text + 1, "a bracket without an end: " .. text)
  until depth == 0
  return at
end

local past_union

--- The place behind what a function returns, where it says so.
local function past_returns(text, at)
  local first = text:match("^: *()", at)
  while first do
    at = past_union(text, first)
    first = text:match("^, *()[%w_.({\"]", at)
  end
  return at
end

local function past_one(text, at)
  local char = text:sub(at, at)
  if char == '"' then
    return assert(text:find('"', at + 1, true), "a string without an end: " .. text) + 1
  elseif OPENS[char] then
    return past_bracket(text, at)
  elseif text:find("^fun[(<]", at) then
    return past_returns(text, past_bracket(text, text:match("^fun%b<>()", at) or at + 3))
  end
  local after = text:match("^[%w_.%-]+()", at) or error("no type: " .. text:sub(at))
  return text:sub(after, after) == "<" and past_bracket(text, after) or after
end

function past_union(text, at)
  at = past_one(text, at)
  while true do
    if text:find("^%[%]", at) then
      at = at + 2
    elseif text:find("^%?", at) then
      at = at + 1
    elseif text:find("^ %- nil", at) then
      at = at + #" - nil"
    elseif text:find("^|", at) then
      at = past_one(text, at + 1)
    else
      return at
    end
  end
end

--- A type with which a text begins, and what is behind it.
---@param text string
---@return string type
---@return string rest
function types.take(text)
  local after = past_union(text, 1)
  return text:sub(1, after - 1), text:sub(after)
end

--- What a function's type takes and gives, as it stands there: "(self, id:
--- string)" and "oai.File?, oai.Facts". Nil for what is no function.
---@param of string
---@return string? takes
---@return string? gives
function types.of_function(of)
  local first = of:match "^fun()%(" or of:match "^fun%b<>()%("
  if not first then
    return nil
  end
  local after = past_bracket(of, first)
  return of:sub(first, after - 1), (of:sub(after):gsub("^: *", ""))
end

local PARAMETERS = { "T", "P" }

--- The type that an alias stands for, with types in place of its parameters.
---@param of string     "fun(self): T?"
---@param given string  "oai.File", of several "oai.File, oai.FilesCreateParams"
---@return string
function types.filled(of, given)
  local values, count = {}, 0
  for value in given:gmatch "[^ ,]+" do
    count = count + 1
    values[PARAMETERS[count]] = value
  end
  return (of:gsub("%f[%w]%u%f[^%w]", values))
end

--- What a function takes, but for `self`: a list as that of annotated parameters.
---@param takes string  from `of_function`
---@return table[]
function types.params(takes)
  local list, at, rest = {}, 1, takes:sub(2, -2)
  while at <= #rest do
    local name, optional, after = rest:match("^ *([%w_.]+)(%??)()", at)
    local typed = rest:match("^: *()", after)
    at = typed and past_union(rest, typed) or after
    list[#list + 1] = name ~= "self" and { name = name, optional = optional ~= "", words = "",
      type = typed and rest:sub(typed, at - 1) or "any" } or nil
    at = rest:match("^, *()", at) or #rest + 1
  end
  return list
end

return types
