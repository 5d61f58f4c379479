-- main.lua NAME COMMAND FOLDER: what a language server shows in a program that uses the
-- library, in a folder whose settings name lua/ as a library: cases.lua says what it must.

local here = arg[0]:match("^(.*)main%.lua$")
package.path = here .. "?.lua;" .. here .. "../tool/?.lua;" .. package.path

local cases = require "cases"
local server = require "server"

local name, passed, failed = arg[1], 0, 0
local editor = server.start(name, arg[2], arg[3])

local function verdict(what, complaints)
  local good = #complaints == 0
  passed, failed = passed + (good and 1 or 0), failed + (good and 0 or 1)
  print(("%-5s %s: %s"):format(good and "ok" or "FAIL", name, what))
  for _, complaint in ipairs(complaints) do
    print("      " .. complaint)
  end
end

--- Writes a program; what it is, and the offset of its `|`.
local function write(code)
  local text = cases.BEGINNING .. code .. "\n"
  local place = assert(text:find("|", 1, true))
  text = text:sub(1, place - 1) .. text:sub(place + 1)
  editor:write(text)
  return text, place - 1
end

--- The names that are offered, as servers write them: `timeout?`, `timeout? = `,
--- `list(params, options)`, `"batch"`.
local function offered(code)
  local found = editor:at("completion", write(code)) or {}
  local names = {}
  for _, item in ipairs(found.items or found) do
    names[item.label:match '^"?([%w_.%-]+)' or item.label] = true
  end
  return names
end

local function complain_of_offers(case, complaints)
  local names = offered(case[1])
  for _, needed in ipairs(case.needs) do
    complaints[#complaints + 1] = not names[needed] and ("%s: does not offer %s"):format(case[1], needed) or nil
  end
  for _, other in ipairs(case.lacks or {}) do
    complaints[#complaints + 1] = names[other] and ("%s: offers %s"):format(case[1], other) or nil
  end
  for found in pairs(names) do
    complaints[#complaints + 1] = found:find "^_%l" and ("%s: offers %s"):format(case[1], found) or nil
  end
end

local function check_offers()
  local complaints = {}
  for _, case in ipairs(cases.offers) do
    complain_of_offers(case, complaints)
  end
  verdict(("offers what there is at %d places, and nothing else"):format(#cases.offers), complaints)
end

local function hover(code)
  local found = editor:at("hover", write(code))
  local contents = found and found.contents or ""
  return type(contents) == "table" and contents.value or contents
end

local function check_hovers()
  local complaints = {}
  for _, case in ipairs(cases.hovers) do
    local said = hover(case[1])
    for i = 2, #case do
      if not said:find(case[i], 1, true) then
        complaints[#complaints + 1] = ("%s: does not say '%s', but: %s"):format(case[1], case[i], said)
      end
    end
  end
  verdict(("says at %d places what it is"):format(#cases.hovers), complaints)
end

--- The names of the faults that are not reported yet: those in neither a message at their
--- line nor what that is said of.
local function missing(lines)
  local reported = {}
  for _, fault in ipairs(editor.faults) do
    local range = fault.range
    local line = lines[range.start.line + 1] or ""
    local last = range["end"].line == range.start.line and range["end"].character or -1
    reported[line] = (reported[line] or "") .. fault.message .. line:sub(range.start.character + 1, last)
  end
  local list = {}
  for _, case in ipairs(cases.faults) do
    list[#list + 1] = not (reported[case[1]] or ""):find(case[2], 1, true) and case[2] or nil
  end
  return list
end

local function check_faults()
  local lines = {}
  for line in cases.BEGINNING:gmatch "[^\n]+" do
    lines[#lines + 1] = line
  end
  for _, case in ipairs(cases.faults) do
    lines[#lines + 1] = case[1]
  end
  local text = table.concat(lines, "\n") .. "\n"
  editor:write(text)
  editor.wait(function()
    editor:at("hover", text, #text - 1)
    return #missing(lines) == 0
  end)
  verdict(("reports %d misspelt names"):format(#cases.faults), missing(lines))
end

editor.wait(function() -- until it knows the library
  return offered("client.|").chat
end)
check_offers()
check_hovers()
check_faults()
editor:close()
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0)
