-- Schemas that are made of others: a value must be of one, of all, of none.

local faults = require "oai.schema.faults"

local add = faults.add

local MESSAGES_MOST = 300 -- bytes of what is wrong for each choice

--- The faults of the one choice that is of the value's type, or nil.
local function nearest(found, path)
  local near
  for _, list in ipairs(found) do
    if list[1].path ~= path then
      if near then
        return nil
      end
      near = list
    end
  end
  return near
end

local function check_any(run, schema, value, path)
  local found = {}
  for i, choice in ipairs(schema.anyOf) do
    found[i] = run:apart(choice, value, path)
    if #found[i] == 0 then
      return
    end
  end
  local near = #found == 1 and found[1] or nearest(found, path)
  if near then
    return faults.add_all(run.faults, near)
  end
  local messages = {}
  for i, list in ipairs(found) do
    messages[i] = list[1].message
  end
  local all = table.concat(messages, ", or ")
  add(run.faults, path, #all <= MESSAGES_MOST and "is none of what it may be: " .. all
    or ("is none of the %d that it may be"):format(#messages))
end

local function check_one(run, schema, value, path)
  local fitting = 0
  for _, choice in ipairs(schema.oneOf) do
    fitting = fitting + (#run:apart(choice, value, path) == 0 and 1 or 0)
  end
  if fitting ~= 1 then
    add(run.faults, path, ("is %d of what it must be one of"):format(fitting))
  end
end

local function check_all(run, schema, value, path)
  for _, part in ipairs(schema.allOf) do
    run:value(part, value, path)
  end
end

local function check_not(run, schema, value, path)
  if #run:apart(schema["not"], value, path) == 0 then
    add(run.faults, path, "is what it must not be")
  end
end

return {
  anyOf = check_any,
  oneOf = check_one,
  allOf = check_all,
  ["not"] = check_not,
}
