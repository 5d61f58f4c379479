-- What is wrong with a value, fault by fault, each with its place.

local FAULTS_MOST = 20 -- of a list: more help nobody, a model least

---@class oai.SchemaFault
---@field path string     "a.b[2]"; "" for the value itself
---@field message string  "expected a string, got a number"
---@field private __name string
local Fault = {}
Fault.__name = "oai.SchemaFault"

---@private
function Fault.__tostring(self)
  return (self.path ~= "" and self.path .. ": " or "") .. self.message
end

---@class oai.SchemaFaults  a list of faults; one line as text
---@field [integer] oai.SchemaFault
---@field private __name string
local Faults = {}
Faults.__name = "oai.SchemaFaults"

---@private
function Faults.__tostring(self)
  local lines = {}
  for i, fault in ipairs(self) do
    lines[i] = tostring(fault)
  end
  return table.concat(lines, "; ")
end

---@private
function Faults.__concat(a, b)
  return tostring(a) .. tostring(b)
end

local faults = {}

---@return oai.SchemaFaults
function faults.new()
  return setmetatable({}, Faults)
end

--- Adds a fault, while there is room for more.
---@param list oai.SchemaFaults
---@param path string
---@param message string
function faults.add(list, path, message)
  if #list < FAULTS_MOST then
    list[#list + 1] = setmetatable({ path = path, message = message }, Fault)
  end
end

--- Adds all faults of another list.
---@param list oai.SchemaFaults
---@param others oai.SchemaFaults
function faults.add_all(list, others)
  for _, fault in ipairs(others) do
    faults.add(list, fault.path, fault.message)
  end
end

return faults
