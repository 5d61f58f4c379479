-- Values that come whole, and more than once: the last that says something
-- counts. What says less than the one before it takes nothing away.

local copy = require "oai.dialect.copy"
local kind = require "oai.dialect.kind"

local latest = {}

--- Whether a value says nothing: it is empty, zero, or made of such values.
---@param value any
---@return boolean
function latest.is_nothing(value)
  if value == nil or value == "" or value == 0 then
    return true
  elseif type(value) ~= "table" then
    return false
  end
  for _, item in pairs(value) do
    if not latest.is_nothing(item) then
      return false
    end
  end
  return true
end

-- Fields that hold for a time: a later object without such a field says that it
-- holds no more.
local PASSING = { status = true, error = true, incomplete_details = true, last_error = true, required_action = true }

--- Whether two entries of lists are the same one, at two times.
local function is_same(now, before)
  if not kind.is_object(now) or not kind.is_object(before) or now.type == nil then
    return false
  end
  return (before.type == nil or before.type == now.type) and (before.id == nil or now.id == nil or before.id == now.id)
end

--- Whether a value is no text, list or object. Where one of these has come,
--- it is a mistake.
---@param value any
---@return boolean
function latest.is_bare(value)
  return type(value) ~= "string" and type(value) ~= "table"
end

--- What is to stand in a field of which something is known already.
local function later(now, before)
  if before == nil then
    return now
  elseif latest.is_nothing(now) or latest.is_bare(now) and not latest.is_bare(before) then
    return before
  elseif type(now) ~= "table" or type(before) ~= "table" then
    return now
  elseif now[1] == nil then
    return before[1] == nil and latest.fill(now, before) or now
  end
  for place, item in ipairs(now) do
    if is_same(item, before[place]) then
      latest.fill(item, before[place])
    end
  end
  return now
end

--- Puts into an object what it leaves out of what it was before. Both are
--- ours to change.
---@param now table
---@param before table
---@return table now
function latest.fill(now, before)
  for field, value in pairs(before) do
    if not PASSING[field] then
      now[field] = later(now[field], value)
    end
  end
  return now
end

--- Makes an object what it is now, in its place: what that leaves out stays.
--- Both are ours to change.
---@param object table
---@param now table
function latest.renew(object, now)
  for field in pairs(PASSING) do
    object[field] = now[field]
  end
  for field, value in pairs(now) do
    object[field] = later(value, object[field])
  end
end

--- Puts a newer value into a field, unless it says nothing. No part of the
--- value is kept.
---@param object table
---@param field string
---@param value any
function latest.put(object, field, value)
  local before = rawget(object, field)
  if value == before then
    return
  elseif kind.is_object(value) and kind.is_object(before) then
    for name, item in pairs(value) do
      if before[name] ~= item then
        latest.put(before, name, item)
      end
    end
  else
    object[field] = later(copy(value), before)
  end
end

require "oai.interpret" ()

return latest
