-- main.lua openapi FILE, main.lua python PATH: prints how the library's
-- endpoint lines, rows of facts and types differ from what an OpenAPI file or
-- an openai-python package says, as lines to write. README.md beside this file
-- says what is compared.

local here = arg[0]:match("^(.*)main%.lua$")
-- What is compared is the library in the current folder, with its exceptions.
package.path = "./?.lua;./lua/?.lua;./lua/?/init.lua;./.ci/facts/?.lua;" .. here .. "?.lua;" .. here
  .. "../tool/?.lua;" .. here .. "../generate/?.lua;" .. package.path

local document = require "document"
local exceptions = require "exceptions"
local library = require "library"
local match = require "match"
local operation = require "operation"
local python = require "python"
local sorted = require "sorted"

local READERS = { openapi = document.read, python = python.read }

local kind, path = arg[1], arg[2]
if not (READERS[kind] and path) then
  io.stderr:write("facts: openapi FILE, or python PATH?\n")
  os.exit(2)
end

--- A pattern of names, where `*` stands for anything.
local function pattern(text)
  return "^" .. text:gsub("%.", "%%."):gsub("%*", ".*") .. "$"
end

local applied = {}

local function is_excepted(name, column, said)
  for _, exception in ipairs(exceptions[kind]) do
    if name:find(pattern(exception[1])) and column == exception[2] and said == exception[3] then
      applied[exception] = true
      return true
    end
  end
  return false
end

--- Tells of exceptions without which nothing more would be told.
local function tell_unused()
  for _, exception in ipairs(exceptions[kind]) do
    if not applied[exception] then
      io.stderr:write(("not needed in exceptions.lua: %s, %s\n"):format(exception[1], exception[2]))
    end
  end
end

--- The targets of the library: those of its lines, and of rows without one.
local function targets(lines, rows)
  local all = {}
  for name, facts in pairs(rows) do
    all[name] = facts[1]
  end
  for name, line in pairs(lines) do
    all[name] = line.method .. " " .. line.template
  end
  return all
end

local counts = { missing = 0, changed = 0, gone = 0 }

local function tell(what, name, texts)
  if #texts > 0 then
    counts[what] = counts[what] + 1
    print(("%s: %s\n  %s"):format(what, name, table.concat(texts, "\n  ")))
  end
end

local function check(name, facts, line, known, is_said)
  local how = {
    is_said = function(column)
      return is_said(facts, column)
    end,
    is_excepted = function(column, said)
      return is_excepted(name, column, said)
    end,
  }
  tell((line or known) and "changed" or "missing", name, operation.texts(name, facts, line, known, how))
end

local function conclude()
  if counts.missing + counts.changed + counts.gone == 0 then
    print("nothing missing")
    return true
  end
  print(("%d missing, %d changed, %d gone"):format(counts.missing, counts.changed, counts.gone))
  return false
end

local function main()
  local theirs, is_said = READERS[kind](path, here)
  local lines, rows = library.read()
  local ours = targets(lines, rows)
  local matched = match.rows(theirs, ours)
  for _, name in ipairs(sorted(matched)) do
    check(name, matched[name], lines[name], rows[name], is_said)
  end
  for _, name in ipairs(sorted(ours)) do
    if not matched[name] and not is_excepted(name, "operation", "-") then
      tell("gone", name, { ours[name] .. " is not in the source" })
    end
  end
  tell_unused()
  return conclude()
end

os.exit(main())
