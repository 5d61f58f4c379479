-- Keeps count of what the calls came to, and says it in the end.

local ledger = {}

local Ledger = {}
Ledger.__index = Ledger

--- "responses.create: body.tools[].type"
local function title(violation)
  return violation.call.name .. ": " .. violation.at:gsub("%.%d+", "[]")
end

--- Whether a value holds such a table anywhere.
local function holds(value, is_such)
  if type(value) ~= "table" then
    return false
  elseif is_such(value) then
    return true
  end
  for _, field in pairs(value) do
    if holds(field, is_such) then
      return true
    end
  end
  return false
end

--- A ledger that knows these faults.
---@param faults table[]  contract.faults
function ledger.new(faults)
  return setmetatable({ faults = faults, met = {}, told = {}, passed = 0, failed = 0, excused = 0 }, Ledger)
end

--- Calls `visit(group, name)` for every named fault.
function Ledger:each_fault(visit)
  for _, group in ipairs(self.faults) do
    for _, name in ipairs(group) do
      visit(group, name)
    end
  end
end

function Ledger:pass()
  self.passed = self.passed + 1
end

--- Says what failed, once, and how often in the end.
function Ledger:fail(what, detail)
  self.failed = self.failed + 1
  if not self.told[what] then
    print(("FAIL  %s: %s"):format(what, detail))
  end
  self.told[what] = (self.told[what] or 0) + 1
end

--- Whether a violation is a named fault.
function Ledger:is_named(violation)
  local called, found = title(violation), false
  self:each_fault(function(group, name)
    if name == called and (not group.of or holds(violation.call.params, group.of)) then
      self.met[group] = self.met[group] or {}
      self.met[group][name] = true
      found = true
    end
  end)
  return found
end

--- Takes what was found in the request of a call.
---@param call contract.Call
---@param violations contract.Violation[]
---@param reply_fault? string
function Ledger:take(call, violations, reply_fault)
  for _, violation in ipairs(violations) do
    if not self:is_named(violation) then
      self:fail(title(violation), ("%s (%s, %s)"):format(violation.message, violation.code, call.variant))
      return
    end
  end
  if reply_fault then
    self:fail(call.name, ("%s (%s)"):format(reply_fault, call.variant))
  else
    self:pass()
    self.excused = self.excused + (violations[1] and 1 or 0)
  end
end

--- Named faults that did not show: they are to be struck off.
function Ledger:check_faults()
  self:each_fault(function(group, name)
    local met = self.met[group]
    if met and (met[name] or group.seldom) then
      self:pass()
    else
      self:fail(name, "a named fault that no longer occurs: " .. group.why)
    end
  end)
end

return ledger
