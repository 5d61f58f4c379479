-- An output of busted's: each file with what failed in it, each reason for
-- which something was skipped with how often, and the line that .ci/test sums
-- up, "N passed, N failed, N skipped".

local busted = require "busted"
local known = dofile ".ci/windows/known.lua"

local passed, failed, skipped = 0, 0, 0
local reasons, started = {}, {}

local function say(...)
  io.write(string.format(...), "\n")
  io.flush()
end

local function full_name(element)
  local names = {}
  while element and element.descriptor ~= "file" do
    table.insert(names, 1, element.name)
    element = busted.parent(element)
  end
  return table.concat(names, " ")
end

local function on_file(file)
  started[file] = os.time()
  say("%s", file.name)
  return nil, true
end

local function on_file_end(file)
  local seconds = os.difftime(os.time(), started[file])
  if seconds > 20 then
    say("  took %d seconds", seconds)
  end
  return nil, true
end

-- What is under way is told to whoever ends a file that hangs.
local open, under_way = io.open, os.getenv "OAI_SPEC_UNDER_WAY"

local function on_test_start(element)
  local told = open(under_way, "w")
  if told then
    told:write(full_name(element), "\n")
    told:close()
  end
  return nil, true
end

local function on_test_end(_, _, status)
  passed = passed + (status == "success" and 1 or 0)
  return nil, true
end

local function on_pending(element, _, message)
  skipped = skipped + 1
  local reason = tostring(message or element.name):gsub("^[^\n]-:%d+: ", "")
  reasons[reason] = (reasons[reason] or 0) + 1
  return nil, true
end

--- Why a failure is none here; nil: it is one.
local function excuse(name, message)
  for _, row in ipairs(known) do
    local said = tostring(message):find(row.says or row[1], 1, true)
    local named = name:find(row[1], 1, true)
    if row.says and said and named or not row.says and (said or named) then
      return row[2]
    end
  end
end

local function on_failure(element, parent, message)
  if type(message) == "table" then
    message = message.message or tostring(message)
  end
  local reason = excuse(full_name(element), message)
  if reason then
    return on_pending(element, parent, reason)
  end
  failed = failed + 1
  say("  FAIL %s: %s", full_name(element), tostring(message or element.name):gsub("\n", "\n    "))
  return nil, true
end

local function on_end()
  for reason, count in pairs(reasons) do
    say("skipped %d: %s", count, reason)
  end
  say("%d passed, %d failed, %d skipped", passed, failed, skipped)
  return nil, true
end

return function()
  busted.subscribe({ "file", "start" }, on_file)
  busted.subscribe({ "file", "end" }, on_file_end)
  busted.subscribe({ "test", "start" }, on_test_start)
  busted.subscribe({ "test", "end" }, on_test_end, { predicate = function(_, _, status)
    return status ~= "pending"
  end })
  busted.subscribe({ "pending" }, on_pending)
  busted.subscribe({ "failure" }, on_failure)
  busted.subscribe({ "error" }, on_failure)
  busted.subscribe({ "suite", "end" }, on_end)
  return { subscribe = function() end }
end
