-- Runs faults in this process, for `make faults`, which watches it:
-- `main.lua list` writes the jobs that were asked for, a line each, and
-- `main.lua run JOB SKIP` runs the cases of one, a line each, and ends with
-- "end". `SKIP` cases of it have been run before.

local calls = require "spec.faults.calls"
local case = require "spec.faults.case"
local cut = require "spec.faults.cut"
local doubled = require "spec.faults.doubled"
local drives = require "spec.faults.drives"
local rows = require "spec.faults.rows"

local CALLS = 1000 -- over connections that die, for each protocol and number of retries
local SHARE = 50 -- of them in a job, and of cuts: waiting is done side by side, and a job has a minute

local wanted = { name = os.getenv "ONLY" or "", kind = os.getenv "KIND" or "", drive = os.getenv "DRIVE" or "" }

local function is_named(name)
  return name:find(wanted.name, 1, true) ~= nil
end

local function has_kind(row, kind)
  return case.expected(row, kind) and (wanted.kind == "" or wanted.kind == kind)
end

--- A list of cases. Each has a name and can be run, which returns what came of it,
--- and what of that is wrong.
local function cases_of_row(row, drive)
  local list = {}
  for _, kind in ipairs(calls.kinds) do
    if has_kind(row, kind) then
      list[#list + 1] = { ("%s, %s, %s"):format(row.name, kind, drive), function(server)
        return case.run(server, row, kind, drive)
      end }
    end
  end
  return list
end

local function cases_of_plan(plan)
  local name = ("doubled: %s, %d retries, %s, from %d"):format(plan.speaks, plan.retries, plan.drive, plan.seed)
  return { { name, function(server)
    return doubled.run(server, plan)
  end } }
end

local function cases_of_cuts(plan, from)
  local list = {}
  for at = from, math.min(plan.most, from + (SHARE - 1) * plan.step), plan.step do
    list[#list + 1] = { ("%s, %s, at %d"):format(plan.name, plan.drive, at), function(server)
      return cut.run(server, plan, at)
    end }
  end
  return list
end

--- Every job there is: a function that lists its cases.
local function jobs()
  local list = {}
  for _, row in ipairs(rows) do
    for _, drive in ipairs(drives.names) do
      list[#list + 1] = { name = row.name, drive = drive, cases = function()
        return cases_of_row(row, drive)
      end }
    end
  end
  for _, plan in ipairs(doubled.plans(CALLS, SHARE)) do
    list[#list + 1] = { name = "doubled: " .. plan.speaks, drive = plan.drive, cases = function()
      return cases_of_plan(plan)
    end }
  end
  for _, plan in ipairs(cut.plans()) do
    for from = 0, plan.most, SHARE * plan.step do
      list[#list + 1] = { name = plan.name, drive = plan.drive, cases = function()
        return cases_of_cuts(plan, from)
      end }
    end
  end
  return list
end

local function list_wanted()
  for number, job in ipairs(jobs()) do
    if is_named(job.name) and (wanted.drive == "" or wanted.drive == job.drive) and job.cases()[1] then
      print(number)
    end
  end
end

local function run(number, skip)
  local server = require("spec.support.server").attach(os.getenv "FAULTS_SERVER")
  io.stdout:setvbuf "no"
  local list = jobs()[number].cases()
  for i = skip + 1, #list do
    io.write(list[i][1], ": ")
    local told, complaints = list[i][2](server)
    io.write(#complaints == 0 and "passed" or "FAILED: " .. table.concat(complaints, "; "), " | ", told, "\n")
  end
  print "end"
end

if arg[1] == "list" then
  list_wanted()
else
  run(tonumber(arg[2]), tonumber(arg[3]))
end
