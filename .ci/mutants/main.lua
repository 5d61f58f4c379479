-- main.lua: puts small faults into the code, one at a time, in a copy of the
-- tree under build/mutants, and runs the specs that concern the file. Ends with
-- a table, and fails when a fault is found by none and is not in
-- equivalent.lua. What was found is kept there, so that a run goes on where one
-- was ended. What is done to a line is in operators.lua, which specs are whose
-- in rooms.lua, nearest first; ONLY=lua/oai/run takes those of one place. What C
-- does where there is no memory is found by `make torture`. The lines pick, not
-- their numbers, so that a SEED stays what it is. A fault that survives gets a
-- spec that fails with it, or a row in equivalent.lua that says why none can.
--
-- Specs wait most of the time. So JOBS processes (3) try mutants, each in a tree
-- of its own: one that is tried is claimed by a folder of its name. The first
-- process waits for them, and tries what is still wanted then, since some were
-- no mutants.

local here = arg[0]:match("^(.*)main%.lua$")
package.path = here .. "?.lua;" .. here .. "../tool/?.lua;" .. package.path

local core = require "core"
local equivalent = require "equivalent"
local files = require "files"
local points = require "points"
local rooms = require "rooms"
local shell = require "shell"
local specs = require "specs"

local WORKER = os.getenv("WORKER") -- its number; nil in the first process
local JOBS = tonumber(os.getenv("JOBS") or 3)
local LUA, ALL = "lua5.4", "build/mutants"
local CLAIMS, WORK = ALL .. "/claims", ALL .. "/" .. (WORKER or 1)
local TREE = WORK .. "/tree"
local SEED = os.getenv("SEED") or "1"
local COUNT = tonumber(os.getenv("COUNT") or 100)
local ONLY = os.getenv("ONLY") or ""
local IS_WIDE = os.getenv("WIDE") ~= "0"

local results = { path = ALL .. "/results", known = {} }

--- What came of a mutant, by its name.
function results:load()
  self.known = {}
  for line in files.lines(self.path) do
    local outcome, sum, by, name = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
    self.known[name] = { outcome = outcome, sum = sum, by = by }
  end
end

function results:keep(name, outcome, sum, by)
  self.known[name] = { outcome = outcome, sum = sum, by = by or "" }
  local file = assert(io.open(self.path, "ab"))
  file:write(("%s\t%s\t%s\t%s\n"):format(outcome, sum, by or "", name))
  file:close()
end

--- One that survived is tried again when anything has changed.
function results:of(name, sum)
  local known = self.known[name]
  return known and (known.outcome ~= "survived" or known.sum == sum) and known or nil
end

local function matches(text, patterns)
  for _, pattern in ipairs(patterns) do
    if text:find(pattern) then
      return true
    end
  end
  return false
end

local function all_points(texts)
  local all = {}
  for file in shell.lines("find " .. table.concat(rooms.sources, " ") .. " -name '*.c' -o -name '*.lua' | sort") do
    if file:sub(1, #ONLY) == ONLY and not matches(file, rooms.left_out) then
      texts[file] = files.read(file)
      for _, one in ipairs(points.of(file, texts[file])) do
        all[#all + 1] = not matches(one.was, rooms.lines_left_out) and one or nil
      end
    end
  end
  points.shuffle(all, SEED)
  return all
end

--- What is copied is what git knows or would add, as it is in the folder.
local COPY = [[
  mkdir -p %s && cd %s && rm -rf src lua spec .ci examples docs && cd - >/dev/null &&
  git ls-files -co --exclude-standard | while read -r file; do test ! -e "$file" || echo "$file"; done |
  tar -cf - -T - | tar -xf - -C %s
]]

local function copy_tree()
  assert(shell.run(COPY:format(TREE, TREE, TREE)))
  shell.run(("test ! -d ../shared || ln -sfn \"$(cd ../shared && pwd)\" %s/shared"):format(WORK))
end

--- Why a mutant is none, if it is none.
local function check_lua(text, mutated)
  local chunk = load(mutated)
  if not chunk then
    return "does not parse"
  end
  return string.dump(chunk, true) == string.dump(load(text), true) and "same program" or nil
end

--- Puts it into the tree; nil, and why, when it is no mutant.
local function plant(one, text, built)
  local mutated = points.apply(text, one)
  files.write(TREE .. "/" .. one.file, mutated)
  if one.file:match("%.c$") then
    return built:with(one.file)
  end
  local why_none = check_lua(text, mutated)
  return not why_none, why_none
end

--- Takes it out again.
local function uproot(one, text, built)
  files.write(TREE .. "/" .. one.file, text)
  return not one.file:match("%.c$") or built:restore()
end

--- Tries one: its outcome, and which spec found it.
local function try(one, text, suite, built)
  local planted, why_none = plant(one, text, built)
  if not planted then
    uproot(one, text, built)
    return "none", why_none
  end
  local spec, how = suite:find(one.file, IS_WIDE, function(fn)
    assert(uproot(one, text, built))
    local result = fn()
    assert(plant(one, text, built))
    return result
  end)
  assert(uproot(one, text, built))
  return spec and "found" or "survived", spec and spec .. " " .. how or ""
end

local function reasons()
  local why = {}
  for _, row in ipairs(equivalent) do
    for _, now in ipairs(type(row[3]) == "table" and row[3] or { row[3] }) do
      why[("%s: %s => %s"):format(row[1], row[2], now)] = row[4]
    end
  end
  return why
end

local function show(one, outcome, by)
  print(("%-10s %-9s %s:%d %s"):format(outcome, one.operator, one.file, one.line, by))
  if outcome == "survived" then
    print(("             - %s\n             + %s"):format(one.was, one.now))
  end
  io.stdout:flush()
end

--- A line without what kinds make of it something else.
local function bare(line)
  return (line:gsub("[%d=]", ""):gsub("true", ""):gsub("false", ""))
end

--- Whether it is one of a kind of which none can be found.
local function is_of_known_kind(one)
  for _, kind in ipairs(equivalent.kinds) do
    if one.was:find(kind[1]) and one.now:find(kind[2]) and bare(one.was) == bare(one.now) then
      return true
    end
  end
  return false
end

--- Whether nobody else tries it.
local function claim(name)
  return shell.run(("mkdir %s/%s 2>/dev/null"):format(CLAIMS, points.hash(name)))
end

local function prepare()
  copy_tree()
  local sum = shell.line(("cd %s && find src lua spec -type f | sort | xargs cat | cksum"):format(TREE))
  return { texts = {}, why = reasons(), sum = sum .. (IS_WIDE and " wide" or "") }
end

--- What comes of a mutant, and by which spec; "claimed" where another process
--- finds out.
local function outcome_of(one, run)
  results:load()
  local known = (run.why[one.name] or is_of_known_kind(one)) and { outcome = "equivalent", by = "" }
    or results:of(one.name, run.sum)
  if known then
    return known.outcome, known.by
  elseif WORKER and not claim(one.name) then
    return "claimed"
  end
  run.built = run.built or core.new(TREE, LUA)
  run.suite = run.suite or specs.new(TREE, ALL, WORK, LUA)
  local outcome, by = try(one, run.texts[one.file], run.suite, run.built)
  results:keep(one.name, outcome, run.sum, by)
  return outcome, by, "new"
end

--- Tries so many. A worker shows what it tried; the first process the others:
--- those of former runs, and those that it tried itself.
local function try_all(run, is_shown)
  local counts, total = { found = 0, survived = 0, equivalent = 0, claimed = 0 }, 0
  for _, one in ipairs(all_points(run.texts)) do
    local outcome, by, is_new = outcome_of(one, run)
    if outcome ~= "none" then
      counts[outcome], total = counts[outcome] + 1, total + 1
    end
    if outcome ~= "none" and (is_new or is_shown(one)) then
      show(one, outcome, by)
    end
    if total >= COUNT then
      break
    end
  end
  return counts
end

--- Tells of rows whose lines are no more.
local function show_stale(run)
  for _, one in ipairs(ONLY == "" and all_points({}) or {}) do
    run.why[one.name] = nil
  end
  for name in pairs(ONLY == "" and run.why or {}) do
    io.stderr:write(("mutants: equivalent.lua explains what is no more: %s\n"):format(name))
  end
end

local function work()
  try_all(prepare(), function() end)
  return true
end

--- Has the workers try; those that the first one shares its tree with are
--- over before it begins.
local function have_tried()
  local command = { "rm -rf " .. CLAIMS .. "; mkdir -p " .. CLAIMS }
  for i = 1, JOBS do
    command[#command + 1] = ("WORKER=%d lua5.4 %s &"):format(i, arg[0])
  end
  shell.run(table.concat(command, "\n") .. "\nwait")
end

local function main()
  results:load()
  local before = results.known
  have_tried()
  local run = prepare()
  local counts = try_all(run, function(one)
    local was, is = before[one.name], results.known[one.name]
    return not is or was and was.sum == is.sum
  end)
  show_stale(run)
  print(("%d found, %d survived, %d equivalent"):format(counts.found, counts.survived, counts.equivalent))
  return counts.survived == 0
end

assert(shell.run("mkdir -p " .. WORK))
os.exit((WORKER and work or main)())
