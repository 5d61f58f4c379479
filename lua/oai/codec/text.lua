-- What of parameters cannot be sent where they are not sent as JSON, which
-- would say it itself: texts that are no UTF-8, functions, tables that contain
-- themselves. Pure.

local json = require "oai.codec.json"

local text = {}

local fault_in = json.text_fault

local function step(path, key)
  if type(key) == "number" then
    return ("%s[%d]"):format(path, key)
  end
  return path == "" and tostring(key) or path .. "." .. tostring(key)
end

local NOT_UTF8 = "the text is not valid UTF-8"

local NO_TEXT = { ["function"] = true, thread = true }

--- Why a value that is no table has no text, or nil where it has one.
local function refusal(value)
  local kind = type(value)
  if kind == "string" then
    return fault_in(value) and NOT_UTF8 or nil
  elseif kind == "number" and value - value ~= 0 then
    return "the number is not finite"
  end
  return NO_TEXT[kind] and "a " .. kind .. " cannot be sent" or nil
end

--- `seen` has the tables that were looked through: true; those that the value
--- is in: false.
local function find(value, path, seen)
  if type(value) ~= "table" then
    local reason = refusal(value)
    return reason and path, reason
  elseif seen[value] ~= nil then
    return not seen[value] and path or nil, "the table contains itself"
  end
  seen[value] = false
  for key, item in pairs(value) do
    if type(key) == "string" and fault_in(key) then
      return path, NOT_UTF8
    end
    local at, reason
    if type(item) == "table" then
      at, reason = find(item, step(path, key), seen)
    elseif type(item) ~= "string" or fault_in(item) then
      reason = refusal(item)
      at = reason and step(path, key)
    end
    if reason and at then
      return at, reason
    end
  end
  seen[value] = true
  return nil
end

--- The path of what cannot be sent, such as "metadata.a" or "tags[2]", and why;
--- nil where all can. A key that is no UTF-8 is its table's fault.
---@param value any
---@return string? path
---@return string? reason
---@return boolean? has_bad_text  it is no UTF-8
function text.fault(value)
  local path, reason = find(value, "", {})
  if path then
    return path, reason, reason == NOT_UTF8
  end
end

require "oai.interpret" ()

return text
