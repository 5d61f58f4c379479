-- What the library's own annotations say of functions that stand beside the
-- lines of a resource: their arguments, and what they return.

local annotations = {}

local function files()
  local pipe = assert(io.popen "find lua/oai -name '*.lua' ! -path '*/types/*' | sort")
  local list = {}
  for path in pipe:lines() do
    list[#list + 1] = path
  end
  pipe:close()
  return list
end

--- The parts of a list that are parted by commas outside of brackets.
local function split(text)
  local parts, depth, from = {}, 0, 1
  for at = 1, #text do
    local char = text:sub(at, at)
    depth = depth + (char:find "[<({]" and 1 or char:find "[>)}]" and -1 or 0)
    if char == "," and depth == 0 then
      parts[#parts + 1], from = text:sub(from, at - 1), at + 1
    end
  end
  parts[#parts + 1] = text:sub(from)
  for i, part in ipairs(parts) do
    parts[i] = part:match "^%s*(.-)%s*$"
  end
  return parts
end

--- A type of a function, read: `fun(self, path: string): oai.File?, oai.Facts`.
local function read_signature(text)
  local inside, after = text:match "^fun(%b()):?%s*(.*)$"
  if not inside then
    return nil
  end
  local arguments = {}
  for _, argument in ipairs(split(inside:sub(2, -2))) do
    local name, optional, of = argument:match "^([%w_]+)(%??):?%s*(.*)$"
    if name ~= "self" then
      arguments[#arguments + 1] = { name = name, optional = optional == "?", type = of }
    end
  end
  return { arguments = arguments, returns = split((after:gsub("  .*$", ""))) }
end

local Reader = {}
Reader.__index = Reader

function Reader:add(class, key, signature)
  if signature then
    self.found[class] = self.found[class] or {}
    self.found[class][key] = signature
  end
end

--- A line of annotations within a class, or one of those of a function.
function Reader:read_annotation(line)
  self.class = line:match "^%-%-%-@class %(partial%) ([%w_.]+)" or self.class
  local key, of = line:match "^%-%-%-@field ([%w_]+) (.+)$"
  local called = line:match "^%-%-%-@overload (fun%(.+)$"
  local name, optional, argument = line:match "^%-%-%-@param ([%w_]+)(%??) (%S+)"
  if self.class and (key or called) then
    self:add(self.class, key or "called", { text = of or called })
  elseif name then
    table.insert(self.arguments, { name = name, optional = optional == "?", type = argument })
  elseif line:find "^%-%-%-@return" then
    table.insert(self.returns, line:match "^%-%-%-@return (%S+)")
  end
end

--- A line of code: the table that is the class, or one of its functions.
function Reader:read_code(line)
  local variable = line:match "^local (%u[%w_]*) = {}"
  local owner, key = line:match "^function ([%w_]+):([%w_]+)%("
  if variable and self.class then
    self.variables[variable] = self.class
  elseif owner and self.variables[owner] then
    self:add(self.variables[owner], key, { arguments = self.arguments, returns = self.returns })
  end
  self.class, self.arguments, self.returns = nil, {}, {}
end

function Reader:read_file(path)
  self.class, self.arguments, self.returns, self.variables = nil, {}, {}, {}
  for line in io.lines(path) do
    local alias, of = line:match "^%-%-%-@alias ([%w_.]+)<T> (.+)$"
    if alias then
      self.aliases[alias] = of
    elseif line:find "^%-%-%-" then
      self:read_annotation(line)
    else
      self:read_code(line)
    end
  end
end

--- A type with what it is another name for.
function Reader:expand(text)
  local alias, of = text:match "^([%w_.]+)<(.-)>"
  local stands_for = alias and self.aliases[alias]
  return stands_for and stands_for:gsub("%f[%w]T%f[^%w]", (of:gsub("%%", "%%%%"))) or text
end

--- All of them: by the class of a resource, then by the function's name;
--- "called" is a call of the resource itself.
---@return table<string, table<string, { arguments: table[], returns: string[] }>>
function annotations.read()
  local self = setmetatable({ found = {}, aliases = {} }, Reader)
  for _, path in ipairs(files()) do
    self:read_file(path)
  end
  for _, functions in pairs(self.found) do
    for key, signature in pairs(functions) do
      functions[key] = signature.text and read_signature(self:expand(signature.text)) or signature
    end
  end
  return self.found
end

return annotations
