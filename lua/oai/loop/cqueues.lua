-- cqueues: one of its coroutines watches the engine's descriptor while
-- something waits. Calls may be made in tasks and in coroutines of cqueues.

local condition = require "cqueues.condition"
local cqueues = require "cqueues"

local loop = { name = "cqueues", worker = true }

--- Whether a coroutine watches, or is about to; an error may have ended it.
local function is_watching(driver)
  return driver.watching and not (driver.watcher and coroutine.status(driver.watcher) == "dead")
end

local function watch(driver, descriptor, turn)
  driver.watcher = coroutine.running()
  while driver.held do
    cqueues.poll(descriptor)
    if driver.held then
      turn()
    end
  end
  driver.watching = false
end

local function check_running()
  local running = cqueues.running()
  if not running then
    error("oai: the loop 'cqueues' needs a coroutine of its own: queue:wrap(function() ... end)", 0)
  end
  return running
end

--- How a coroutine of cqueues waits until it is woken.
---@return { wait: fun(), wake: fun() }
local function suspended()
  local woken = condition.new()
  return {
    wait = function()
      woken:wait()
    end,
    wake = function()
      woken:signal()
    end,
  }
end

--- Has cqueues call `turn` whenever an engine has news.
---@param engine oai.Engine
---@param turn fun()
---@return { hold: fun(yes: boolean), stop: fun(), check: fun(), suspended: fun(): table }
function loop.start(engine, turn)
  local descriptor = { pollfd = engine:descriptor(), events = "r" }
  local driver = { held = false, watching = false, watcher = false, check = check_running, suspended = suspended }

  --- Watches while something waits.
  function driver.hold(yes)
    if yes and not is_watching(driver) then
      check_running():wrap(watch, driver, descriptor, turn)
      driver.watching, driver.watcher = true, false
    end
    driver.held = yes
  end

  function driver.stop()
    driver.held = false
    cqueues.cancel(descriptor.pollfd) -- it is about to be closed
  end

  return driver
end

return loop
