-- types-report CHECKER LIBRARY.json[:...] SAMPLES.json [TWICE]: what a checker found,
-- printed as far as it must not be there, and what it had to find and did not; and the
-- names in TWICE, which types of the library share. CHECKER is "emmylua", by whose names
-- spec/types/wrong.lua says what is to be found; of any other the line counts.

local cjson = require "cjson"

local HINT = 4

-- Lines of pages that show what is said of a mistake.
local MISTAKES = { "client.chats", "client.models.retrieve, client.models, nil" }

-- What emmylua_check 0.20 finds where nothing is.
local OLD = {
  ["local rest = oai.check(client.responses:follow(id, { after = seen }))"] = true, -- of what a loop sets
  ["  for _, item in ipairs(response.output) do"] = true, -- and of what it has set until its end
  ["local legs = animal.output_parsed.legs"] = true, -- of a value, the declared type of which is another one's
}

-- What lua-language-server finds where a stream, which it takes for possible, has a method of
-- that name.
local OF_SERVER = { ["  input = transcription.text,"] = true }

-- What lua-language-server says of programs, rightly: that the API is to lose what a page or a
-- sample uses; and that functions of the host, such as love.update, are several pages', each
-- of which is a program by itself.
local OF_PROGRAMS = { deprecated = true, ["duplicate-set-field"] = true }

local checker = arg[1]
local is_old = checker:find "^emmylua_check" ~= nil
local passed, failed = 0, 0

local function verdict(name, complaints)
  name = checker .. ": " .. name
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

--- What is in a report: of emmylua_check a list of files, of lua-language-server a table
--- of what is wrong in each.
local function files_in(path)
  local files = {}
  for key, entry in pairs(cjson.decode(read(path))) do
    files[#files + 1] = { name = entry.file or key:gsub("^file://", ""), diagnostics = entry.diagnostics or entry }
  end
  table.sort(files, function(a, b)
    return a.name < b.name
  end)
  return files
end

local function line_of(path, number)
  local count = 0
  for text in io.lines(path) do
    count = count + 1
    if count == number then
      return text
    end
  end
  return ""
end

--- Whether a file is the library's own code, which programs' checkers do not look at.
local function is_own(path)
  return path:find("/lua/oai/", 1, true) and not path:find("/lua/oai/types/", 1, true)
end

--- Whether what was found is that the API may leave a field out, which a page prints or
--- goes through as if it were there.
local function is_of_nil(finding)
  return finding.file:find("/documented/", 1, true) and finding.message:find "but found `[^`]*%?`" ~= nil
end

--- Whether what was found is meant to be there: a page's mistake; what files of the
--- library do with fields that are private to it.
local function is_meant(finding)
  local text = line_of(finding.file, finding.line)
  if is_old and (is_own(finding.file) or OLD[text]) or is_of_nil(finding) then
    return true
  elseif finding.file:find("/lua/oai/", 1, true) then
    return finding.message:find("is private", 1, true) ~= nil
  elseif checker == "lua-language-server" and (OF_SERVER[text] or OF_PROGRAMS[finding.code]) then
    return true
  end
  for _, mistake in ipairs(MISTAKES) do
    if text:find(mistake, 1, true) then
      return true
    end
  end
  return false
end

--- What was found, hints left out: `{ file =, line =, code =, message = }`.
local function findings(paths)
  local found = {}
  for path in paths:gmatch "[^:]+" do
    for _, file in ipairs(files_in(path)) do
      for _, diagnostic in ipairs(file.diagnostics) do
        if diagnostic.severity < HINT then
          found[#found + 1] = { file = file.name, line = math.tointeger(diagnostic.range.start.line) + 1,
            code = diagnostic.code, message = diagnostic.message }
        end
      end
    end
  end
  return found
end

local function described(finding)
  return ("%s:%d: %s [%s]"):format(finding.file, finding.line, (finding.message:gsub("\n.*", "")), finding.code)
end

--- What a finding, or a mark, is known by.
local function key_of(line, code)
  return checker == "emmylua" and ("%d %s"):format(line, code) or tostring(line)
end

--- What is marked in a file, as `-- ! code code`: line and code.
local function marks_of(path)
  local marks, line = {}, 0
  for text in io.lines(path) do
    line = line + 1
    local plus, codes = text:match("%-%- !(%+?) ([%a%- ]+)$")
    for code in (codes or ""):gmatch("%S+") do
      marks[key_of(line, code)] = is_old and plus == "+" and "found" or true
    end
  end
  return marks
end

local function check_library(paths)
  local complaints = {}
  for _, finding in ipairs(findings(paths)) do
    complaints[#complaints + 1] = not is_meant(finding) and described(finding) or nil
  end
  verdict("nothing in the library, the examples and those of all pages", complaints)
end

local function check_right(found)
  local complaints = {}
  for _, finding in ipairs(found) do
    local name = finding.file:match "/spec/types/(.*)$"
    if name and name ~= "wrong.lua" and not is_meant(finding) then
      complaints[#complaints + 1] = described(finding)
    end
  end
  verdict("nothing in spec/types/right.lua", complaints)
end

local function check_wrong(found)
  local complaints, marks = {}, marks_of("spec/types/wrong.lua")
  for _, finding in ipairs(found) do
    if finding.file:find("spec/types/wrong.lua", 1, true) then
      local key = key_of(finding.line, finding.code)
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

check_library(arg[2])
if arg[4] then
  check_names(arg[4])
end
local samples = findings(arg[3])
check_right(samples)
check_wrong(samples)
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0)
