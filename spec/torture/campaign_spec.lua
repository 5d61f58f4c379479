-- A selection of the failed allocations: `make torture` runs all of them.

local campaign = require "spec.torture.campaign"

local RUNS = 8 -- of a cell, spread over all of its allocations

local function is_checked()
  return (os.getenv("LD_PRELOAD") or ""):find("libasan", 1, true) ~= nil
end

local CHECKED = "-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"

local lua = rawget(_G, "jit") and "luajit" or _VERSION:lower():gsub(" ", "")

--- The faults of some runs of a cell, for people.
local function faults_of(cell)
  local built = campaign.built or campaign.build(lua, is_checked() and CHECKED or nil)
  campaign.built = built
  local figures, lines = campaign.finish(campaign.start(built, cell)), {}
  assert.is_true(figures.runs >= RUNS / 2)
  for i, fault in ipairs(figures.faults) do
    lines[i] = ("allocation %d: %s: %s"):format(fault.n, fault.verdict, fault.text)
  end
  return lines
end

for _, allocator in ipairs { "c", "lua" } do
  for _, drive in ipairs(campaign.drives) do
    describe("memory that fails, of " .. allocator .. ", " .. drive, function()
      for _, kind in ipairs(campaign.kinds) do
        for _, mode in ipairs { "once", "on" } do
          it("is an error, and the client works on: " .. kind .. ", " .. mode, function()
            local missing = campaign.missing(lua)
            if missing then
              pending(missing)
              return
            elseif not table.concat(campaign.allocators(lua), " "):find(allocator, 1, true) then
              pending("the allocator of " .. lua .. " cannot be replaced")
              return
            end
            assert.same({}, faults_of {
              kind = kind, drive = drive, allocator = allocator, mode = mode, from = 0, most = RUNS, seconds = 10,
            })
          end)
        end
      end
    end)
  end
end
