-- `make torture`: the table of all cells, or of those that KIND, DRIVE,
-- ALLOCATOR and MODE name. FROM and MOST say which allocations fail.

local campaign = require "spec.torture.campaign"

local LUA = os.getenv "LUA" or "lua5.4"
local JOBS = tonumber(os.getenv "JOBS" or 2)
local TOLD = tonumber(os.getenv "TOLD" or 6) -- faults of a cell that are shown

-- To load all modules takes thousands of allocations, most of them the Lua
-- compiler's: of those some hundred are taken.
local MOST = { load = 200 }

--- The words of a variable of the environment, or all there are.
local function wanted(name, all)
  local list = {}
  for word in (os.getenv(name) or ""):gmatch("[^,%s]+") do
    list[#list + 1] = word
  end
  return list[1] and list or all
end

local function cell_of(kind, drive, allocator, mode)
  return {
    kind = kind, drive = drive, allocator = allocator, mode = mode,
    from = tonumber(os.getenv "FROM" or 0),
    most = tonumber(os.getenv "MOST" or MOST[kind] or 0),
    seconds = tonumber(os.getenv "SECONDS" or 5),
  }
end

local function cells()
  local list = {}
  for _, kind in ipairs(wanted("KIND", campaign.kinds)) do
    for _, drive in ipairs(wanted("DRIVE", campaign.drives)) do
      for _, allocator in ipairs(wanted("ALLOCATOR", campaign.allocators(LUA))) do
        for _, mode in ipairs(wanted("MODE", campaign.modes[allocator])) do
          list[#list + 1] = cell_of(kind, drive, allocator, mode)
        end
      end
    end
  end
  return list
end

local FORMAT = "%-7s %-8s %-4s %-5s %6s %6s  %7s %8s %5s %5s %5s %5s %6s\n"

local function write_row(figures)
  local cell = figures.cell
  io.write(FORMAT:format(cell.kind, cell.drive, cell.allocator, cell.mode, figures.allocations, figures.runs,
    figures.refused, figures.survived, figures.crash, figures.leak, figures.hang, figures.wrong, figures.broken))
  for i, fault in ipairs(figures.faults) do
    if i > TOLD then
      io.write(("    ... and %d more\n"):format(#figures.faults - TOLD))
      break
    end
    io.write(("    %d: %s: %s\n"):format(fault.n, fault.verdict, fault.text:sub(1, 600)))
  end
  io.flush()
end

--- Runs JOBS cells at a time, and writes their rows in order. Returns how many
--- runs were well, and how many were not.
local function run_all(built, list)
  local under_way, passed, failed = {}, 0, 0
  for i = 1, #list + JOBS - 1 do
    under_way[i] = list[i] and campaign.start(built, list[i])
    local oldest = under_way[i - JOBS + 1]
    if oldest then
      local figures = campaign.finish(oldest)
      under_way[i - JOBS + 1] = nil
      passed = passed + figures.runs - #figures.faults
      failed = failed + #figures.faults
      write_row(figures)
    end
  end
  return passed, failed
end

local missing = campaign.missing(LUA)
if missing then
  io.stderr:write("torture: ", missing, "\n")
  os.exit(1)
end
local checked = os.getenv "CHECKED"
local built = campaign.build(LUA, checked ~= "" and checked or nil)
io.write(FORMAT:format("kind", "drive", "of", "mode", "allocs", "runs", "refused", "survived", "crash", "leak", "hang",
  "wrong", "broken"))
local passed, failed = run_all(built, cells())
io.write(("%d passed, %d failed\n"):format(passed, failed))
os.exit(failed == 0 and passed > 0 and 0 or 1)
