-- Thousands of tasks at random against a server that does everything wrong
-- (spec/support/storm.lua). SPEC_STRESS sets its seconds, SPEC_SEED its seed,
-- which is printed; what happens depends on the clock as well.

local child = require "spec.support.child"
local core = require "oai.core"
local process = require "spec.support.process"
local select_loop = require "spec.support.select_loop"
local server = require("spec.support.server").start()
local storm = require "spec.support.storm"

local SECONDS = tonumber(os.getenv "SPEC_STRESS") or 0.6
local SEED = tonumber(os.getenv "SPEC_SEED") or math.floor(core.clock() * 1e6) % 1000000
local SLACK = 1024 -- KiB of Lua's memory

describe("a storm of tasks", function()
  local scene = storm.scene(server)
  local reported

  local real = package.loaded["oai.loop.uv"]

  local function report(message)
    if not message:find("planned", 1, true) then
      reported[#reported + 1] = message
    end
  end

  before_each(function()
    reported = {}
    select_loop.install "uv"
    for _, loop in ipairs { "blocking", "frame", "uv" } do
      require("oai.loop." .. loop).report = report
    end
  end)

  after_each(function()
    for _, loop in ipairs { "blocking", "frame", "uv" } do
      require("oai.loop." .. loop).report = nil
    end
    package.loaded["oai.loop.uv"] = real
  end)

  for _, loop in ipairs { "blocking", "frame", "uv" } do
    it(("with the loop %s loses nothing and leaves nothing behind"):format(loop), function()
      local first = storm.new(scene.base_url, loop, SEED) -- what is made once is made
      first:break_off(0.1)
      first:come_to_end(0)
      first = nil -- luacheck: ignore 311
      local descriptors, threads = process.settled(process.descriptors, 0), process.threads()
      collectgarbage()
      collectgarbage()
      local memory = collectgarbage("count")
      local one = storm.new(scene.base_url, loop, SEED)
      one:rage(SECONDS)
      io.write(("  storm, loop %s, seed %d: %d calls and tasks\n"):format(loop, SEED, #one.ledger))
      assert.equal("", one:complaints(), "seed " .. SEED)
      assert.same({}, reported)
      assert.is_false(select_loop.is_alive())
      one = nil -- luacheck: ignore 311
      assert.equal(descriptors, process.settled(process.descriptors, descriptors))
      assert.equal(threads, process.threads())
      local more = collectgarbage("count") - memory
      assert.is_true(more < SLACK, ("%.0f KiB more, seed %d"):format(more, SEED))
      scene:wait_idle()
    end)
  end
end)

describe("in the middle of a storm", function()
  local scene = storm.scene(server)
  local has_posix, posix = pcall(require, "posix")

  local PRELUDE = [[
    local storm, loop = require "spec.support.storm", %q
    require("oai.loop." .. loop).report = function() end
    local one = storm.new(%q, loop, %d)
    one:break_off(%f)
  ]]

  local FORK = [[
    local unistd, wait = require "posix.unistd", require "posix.sys.wait"
    local id = unistd.fork()
    if id == 0 then
      local own = storm.new(one.base_url, loop, 7)
      own:rage(0.1)
      io.stdout:write("child:", own:complaints(), ";")
      one = nil
      collectgarbage()
      collectgarbage()
      io.stdout:flush()
      unistd._exit(0)
    end
    wait.wait(id)
    one:come_to_end(0.1)
    io.stdout:write("parent:", one:complaints(), ";")
  ]]

  local WAYS = {
    { name = "os.exit", code = "os.exit(7)", status = 7 },
    { name = "os.exit that closes the state", code = "os.exit(7, true)", status = 7 },
    { name = "the same in a task", code = "one.client:spawn(os.exit, 7, true)", status = 7 },
    { name = "the end of the program", code = "", status = 0 },
    { name = "an error", code = "error('the end', 0)", status = 1 },
    { name = "a collection, then the end", code = "one = nil collectgarbage() collectgarbage() os.exit(7, true)",
      status = 7 },
    { name = "a fork", code = FORK, status = 0, output = "child:;parent:;", forks = true },
  }

  --- Why a process that is checked cannot fork, or nil.
  local function cannot_fork(loop)
    if not has_posix or not (posix.fork or pcall(require, "posix.unistd")) then
      return "luaposix is not installed for this Lua"
    elseif loop == "frame" and (os.getenv "LD_PRELOAD" or os.getenv "SPEC_LOADER") then
      return "a sanitizer does not stand a fork beside a thread"
    end
  end

  for _, loop in ipairs { "blocking", "frame" } do
    for i, way in ipairs(WAYS) do
      it(("comes %s, loop %s"):format(way.name, loop), function()
        local missing = way.forks and cannot_fork(loop)
        if missing then
          pending(missing)
        end
        local output, status = child.run(PRELUDE:format(loop, scene.base_url, SEED + i, 0.1) .. way.code)
        assert.equal(way.status, status, output)
        if way.output then
          assert.equal(way.output, output)
        end
        scene:wait_idle()
      end)
    end
  end
end)
