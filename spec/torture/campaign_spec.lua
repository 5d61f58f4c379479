-- A selection of the failures: `make torture` runs all of them.

local campaign = require "spec.torture.campaign"
local host = require "spec.support.host"

local RUNS = 2 -- of a cell, spread over all that may fail
local SECONDS = 20 -- until a run hangs: the machine may be busy

local function is_checked()
  return (os.getenv("LD_PRELOAD") or ""):find("libasan", 1, true) ~= nil
end

local CHECKED = "-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"

local lua = rawget(_G, "jit") and "luajit" or _VERSION:lower():gsub(" ", "")

local missing = campaign.missing(lua)

local built

--- The host, built for the first that wants it.
local function host_built()
  built = built or campaign.build(lua, is_checked() and CHECKED or nil)
  return built
end

--- The cells of a kind, all under way at once.
local function started(kind, allocator, drives, most)
  local cells = {}
  for _, drive in ipairs(drives or campaign.drives) do
    for _, mode in ipairs { "once", "on" } do
      cells[#cells + 1] = campaign.start(host_built(), {
        kind = kind, drive = drive, allocator = allocator, mode = mode, from = 0, most = most or RUNS,
        seconds = SECONDS,
      })
    end
  end
  return cells
end

--- The figures of a cell; of another try, where none of its allocations failed:
--- what waits three frames comes to fewer of them than were counted, on a machine
--- that is busy.
local function figures_of(one)
  local figures = campaign.finish(one)
  for _ = 1, 3 do
    if figures.runs > 0 then
      break
    end
    figures = campaign.finish(campaign.start(host_built(), one.cell))
  end
  return figures
end

--- The faults of some runs of each of them, for people.
local function faults_of(cells)
  local lines = {}
  for _, one in ipairs(cells) do
    local cell, figures = one.cell, figures_of(one)
    assert.is_true(figures.runs > 0)
    for _, fault in ipairs(figures.faults) do
      lines[#lines + 1] = ("%s, %s, %d: %s: %s"):format(cell.drive, cell.mode, fault.n, fault.verdict, fault.text)
    end
  end
  return lines
end

-- The Luas with which memory of C, descriptors and threads fail: the core is the
-- same with all others.
local FAIL_IN_CORE = { ["lua5.4"] = true, luajit = true }

--- Why an allocator is not failed here, or nil.
local function why_not(allocator)
  local is_failed = table.concat(campaign.allocators(lua), " "):find(allocator, 1, true)
  local is_elsewhere = allocator ~= "lua" and not FAIL_IN_CORE[lua]
  return missing or not is_failed and "the allocator of " .. lua .. " cannot be replaced"
    or is_elsewhere and "the core is the same with Lua 5.4 and LuaJIT, where this is tried" or nil
end

local MISSED = { c = "memory of C", lua = "memory of Lua", system = "a descriptor or a thread" }

for _, allocator in ipairs { "c", "lua", "system" } do
  describe("without " .. MISSED[allocator], function()
    if why_not(allocator) then
      it("there is an error, and the client works on", function()
        pending(why_not(allocator))
      end)
      return
    end
    for _, kind in ipairs(campaign.kinds) do
      it("there is an error, and the client works on: " .. kind, function()
        assert.same({}, faults_of(started(kind, allocator)))
      end)
    end
  end)
end

describe("without memory of Lua", function()
  for _, case in ipairs {
    { "libuv's loop has nothing left in it that keeps a client from using it", "call", "uv", 60, host.missing "uv" },
    { "a task's end is told to a scheduler of the program's own", "task", "own", 8 },
  } do
    it(case[1], function()
      local reason = why_not "lua" or case[5]
      if reason then
        pending(reason)
        return
      end
      assert.same({}, faults_of(started(case[2], "lua", { case[3] }, case[4])))
    end)
  end
end)
