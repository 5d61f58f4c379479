-- Two thousand calls in tasks that are paced together and end in every way:
-- answered, refused, broken, cancelled, raised, closed. Whatever came, the
-- limiter is as it was. SPEC_SEED sets the seed, which a failure tells.

local connect = require "spec.support.connect"
local core = require "oai.core"
local lacks = require "spec.support.lacks"
local server = require "spec.support.server"
local tasks = require "spec.support.tasks"
local timing = require "spec.support.timing"

local is_extreme = _VERSION == "Lua 5.4" or _VERSION == "Lua 5.1" and not rawget(_G, "jit")
if lacks("pacing two thousand calls #timed", not is_extreme
  and "Lua 5.1, which yields across least, and 5.4, which closes coroutines, try it") then
  return
end

local CALLS = 2000
local MOST = 100 -- tasks at once
local SECONDS = 20 -- until all are at their end
local AT_ONCE = 0.5 -- seconds
local SEED = tonumber(os.getenv "SPEC_SEED") or math.floor(core.clock() * 1e6) % 1000000

local close = rawget(coroutine, "close")
local yields_anywhere = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

local OK = { ok = true }

local function refused(headers)
  return { status = 429, headers = headers, json = { error = { message = "slower" } } }
end

local function limits(limit, remaining, reset)
  return { ["x-ratelimit-limit-requests"] = limit, ["x-ratelimit-remaining-requests"] = remaining,
    ["x-ratelimit-reset-requests"] = reset }
end

local function told(...)
  return { json = OK, headers = limits(...) }
end

local REPLIES = {
  { json = OK }, { json = OK }, { json = OK, delay = 0.01 }, told("1000", "900", "6s"), told("1000", "0", "10ms"),
  told("0", "0", "24h"), told("-1", "-1", "0"), refused { ["retry-after-ms"] = "5" }, refused(nil),
  refused(limits("1000", "0", "20ms")),
  { status = 500, body = "oops" }, { fault = "reset" }, { fault = "close" }, { fault = "stall" },
  { steps = { { write = '{"a":' }, { reset = true } } }, { raw = "this is no HTTP\r\n\r\n" },
}

local REFUSED = "/9" -- and nothing said about when

local function scene_of()
  local routes = {}
  for i, reply in ipairs(REPLIES) do
    routes["GET /" .. i] = { reply }
  end
  return server.start():scenario { routes = routes, repeat_last = true, journal = false }
end

local Soak = {}
Soak.__index = Soak

--- A whole number from 1 to `most`, by the seed alone.
function Soak:random(most)
  self.state = (self.state * 16807) % 2147483647
  return self.state % most + 1
end

local function call(self)
  return self.client:request("GET", "/" .. self:random(#REPLIES), nil, {
    timeout = 0.05, max_retries = self:random(3) - 1,
    total_timeout = self:random(4) == 1 and self:random(100) / 1000 or nil,
  })
end

--- Has a function run in a task, which is known by its coroutine too from
--- when it has begun.
local function keep(self, fn)
  local one = { is_elsewhere = false }
  one.task = self.client:spawn(function()
    one.thread = coroutine.running()
    return fn(self, one)
  end)
  self.alive[#self.alive + 1] = one
  return one.task
end

-- What a task does.
local ACTIONS = {
  call, call, call, call,
  function(self)
    call(self)
    return call(self)
  end,
  function(self)
    call(self)
    error("planned", 0)
  end,
  function(self, one)
    if yields_anywhere then
      pcall(call, self)
    end
    one.is_elsewhere = true
    coroutine.yield "elsewhere"
    one.is_elsewhere = false
  end,
  function(self)
    return keep(self, call):await(self:random(50) / 1000)
  end,
}

--- What becomes of one from without.
local function meddle(self, one)
  local what = self:random(12)
  if what == 1 then
    one.task:cancel()
  elseif what == 2 and close and one.thread and coroutine.status(one.thread) == "suspended" then
    close(one.thread)
    if one.is_elsewhere then
      one.task:await(0) -- nobody else would see it
    end
  end
end

local function look_after(self)
  for i = #self.alive, 1, -1 do
    local one = self.alive[i]
    if one.task.done then
      one.task:await() -- or its failure would be told
      table.remove(self.alive, i)
    elseif self:random(10) == 1 then
      meddle(self, one)
    end
  end
end

--- Ends those that have yielded to us.
local function answer(self)
  for _, one in ipairs(self.alive) do
    if one.is_elsewhere and coroutine.status(one.thread) == "suspended" then
      if self:random(2) == 1 then
        one.task:cancel()
      end
      coroutine.resume(one.thread)
    end
  end
end

local function start_some(self)
  while self.left > 0 and #self.alive < MOST do
    self.left = self.left - 1
    keep(self, ACTIONS[self:random(#ACTIONS)])
  end
end

--- Has the core fail now and then while `fn` runs.
local function with_shaky_core(self, fn)
  local real = core.exchange
  core.exchange = function(...) -- luacheck: ignore 122
    if self:random(30) == 1 then
      error("planned", 0)
    end
    return real(...)
  end
  local done, err = pcall(fn)
  core.exchange = real -- luacheck: ignore 122
  assert(done, err)
end

--- Lets them all come to their end. False when they do not in time.
local function soak(self)
  local limit = core.clock() + SECONDS
  repeat
    start_some(self)
    tasks.go_on(self.client, self.loop)
    look_after(self)
    answer(self)
  until self.left == 0 and not self.alive[1] or core.clock() > limit
  return not self.alive[1]
end

describe("pacing two thousand calls that end in every way #timed", function()
  for _, loop in ipairs(tasks.loops) do
    it("leaves nothing behind on the loop " .. loop, function()
      local module = require("oai.loop." .. loop)
      module.report = function() end -- of those that were closed
      finally(function()
        module.report = nil
      end)
      local scene = scene_of()
      local client = connect.to(scene, { loop = loop, log = function() end })
      local self = setmetatable({ client = client, loop = loop, state = SEED + 1, left = CALLS, alive = {} }, Soak)
      local in_time
      with_shaky_core(self, function()
        in_time = soak(self)
      end)
      assert.is_true(in_time, ("%d tasks wait, %d were not begun, seed %d"):format(#self.alive, self.left, SEED))
      local value, err, seconds = tasks.run(client, loop, function()
        client:request("GET", REFUSED, nil, { max_retries = 0 }) -- from here on one call may be under way
        return client:request("GET", "/1")
      end, 5)
      assert(value, tostring(err))
      assert.is_true(timing.within(seconds, AT_ONCE), ("%.3f s, seed %d"):format(seconds, SEED))
      client:close()
    end)
  end
end)
