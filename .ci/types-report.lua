-- types-report LIBRARY.json SAMPLES.json TWICE: what emmylua_check found,
-- printed as far as it must not be there, and what it had to find and did not;
-- and the names in TWICE, which types of the library share.

local cjson = require "cjson"

local HINT = 4

local passed, failed = 0, 0

local function verdict(name, complaints)
  if #complaints == 0 then
    passed = passed + 1
    return print("ok    " .. name)
  end
  failed = failed + 1
  print("FAIL  " .. name .. "\n      " .. table.concat(complaints, "\n      "))
end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

--- What was found, hints left out: `{ file =, line =, code =, message = }`.
local function findings(path)
  local found = {}
  for _, entry in ipairs(cjson.decode(read(path))) do
    for _, diagnostic in ipairs(entry.diagnostics) do
      if diagnostic.severity < HINT then
        found[#found + 1] = { file = entry.file, line = math.tointeger(diagnostic.range.start.line) + 1,
          code = diagnostic.code, message = diagnostic.message }
      end
    end
  end
  return found
end

local function described(finding)
  return ("%s:%d: %s [%s]"):format(finding.file, finding.line, finding.message, finding.code)
end

--- What is marked in a file, as `-- ! code code`: line and code.
local function marks_of(path)
  local marks, line = {}, 0
  for text in io.lines(path) do
    line = line + 1
    for code in (text:match("%-%- ! ([%a%- ]+)$") or ""):gmatch("%S+") do
      marks[("%d %s"):format(line, code)] = true
    end
  end
  return marks
end

local function check_library(path)
  local complaints = {}
  for _, finding in ipairs(findings(path)) do
    complaints[#complaints + 1] = described(finding)
  end
  verdict("nothing in the library, the examples, those of the README and of the cookbook", complaints)
end

local function check_right(found)
  local complaints = {}
  for _, finding in ipairs(found) do
    if not finding.file:find("spec/types/wrong.lua", 1, true) and finding.file:find("spec/types/", 1, true) then
      complaints[#complaints + 1] = described(finding)
    end
  end
  verdict("nothing in spec/types/right.lua", complaints)
end

local function check_wrong(found)
  local complaints, marks = {}, marks_of("spec/types/wrong.lua")
  for _, finding in ipairs(found) do
    if finding.file:find("spec/types/wrong.lua", 1, true) then
      local key = ("%d %s"):format(finding.line, finding.code)
      if marks[key] == nil then
        complaints[#complaints + 1] = described(finding)
      end
      marks[key] = marks[key] ~= nil and "found" or nil
    end
  end
  for key, state in pairs(marks) do
    if state ~= "found" then
      complaints[#complaints + 1] = "not found: spec/types/wrong.lua:" .. key
    end
  end
  table.sort(complaints)
  verdict("every fault of spec/types/wrong.lua", complaints)
end

local function check_names(path)
  local complaints = {}
  for name in io.lines(path) do
    complaints[#complaints + 1] = name
  end
  verdict("no name that two types have", complaints)
end

check_library(arg[1])
check_names(arg[3])
local samples = findings(arg[2])
check_right(samples)
check_wrong(samples)
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0)
