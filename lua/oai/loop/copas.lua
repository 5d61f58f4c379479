-- Copas: one of its threads watches the engine's descriptor while something
-- waits. Calls may be made in tasks and in threads of Copas. Nothing is
-- asked of Copas but to wait until a socket can be read, so its version does
-- not matter.

local copas = require "copas"
local socket = require "socket"

local loop = { name = "copas", worker = true }

--- What looks to Copas like a socket: to receive from it is to wait until
--- the descriptor can be read.
local function as_socket(descriptor)
  local has_waited = false
  return {
    forget = function()
      descriptor = -1 -- it is about to be closed: nothing for select()
    end,
    getfd = function()
      return descriptor
    end,
    dirty = function()
      return false
    end,
    close = function() end, -- what Copas does when a thread ends; the descriptor is the engine's
    receive = function()
      has_waited = not has_waited
      if has_waited then
        return nil, "timeout"
      end
      return ""
    end,
  }
end

--- Whether a thread watches, or is about to; an error may have ended it.
local function is_watching(driver)
  return driver.watching and not (driver.watcher and coroutine.status(driver.watcher) == "dead")
end

local function watch(driver, turn)
  driver.watcher = coroutine.running()
  while driver.held do
    copas.receive(driver.readable, 1)
    if driver.held then
      turn()
    end
  end
  driver.watching = false
end

-- A thread of Copas can be woken by a socket alone: by one that it sends to
-- itself. Those that nobody waits for are kept while there is a client.
local idle_bells, clients = {}, 0

local function take_bell()
  local bell
  repeat
    bell = table.remove(idle_bells)
  until not bell or bell:getsockname() -- Copas closes what a thread read last
  if not bell then
    bell = assert(socket.udp())
    assert(bell:setsockname("127.0.0.1", 0))
    bell:settimeout(0)
  end
  return bell
end

local function ring(bell)
  bell:sendto("!", bell:getsockname())
end

local function wait_for_bell(bell)
  copas.receive(bell, 1)
  if clients > 0 then
    idle_bells[#idle_bells + 1] = bell
  else
    bell:close()
  end
end

local function close_bells()
  for _, bell in ipairs(idle_bells) do
    bell:close()
  end
  idle_bells = {}
end

--- How a thread of Copas waits until it is woken.
---@return { wait: fun(), wake: fun() }
local function suspended()
  local bell = take_bell()
  return {
    wait = function()
      wait_for_bell(bell)
    end,
    wake = function()
      ring(bell)
    end,
  }
end

local function check_thread()
  local running, is_main = coroutine.running()
  if not running or is_main then
    error("oai: the loop 'copas' needs a thread of its own: copas.addthread(function() ... end)", 0)
  end
end

--- Has Copas call `turn` whenever an engine has news.
---@param engine oai.Engine
---@param turn fun()
---@return { hold: fun(yes: boolean), stop: fun(), check: fun(), suspended: fun(): table }
function loop.start(engine, turn)
  local driver = { held = false, watching = false, watcher = false, check = check_thread, suspended = suspended }
  driver.readable = as_socket(engine:descriptor())

  local function begin() -- its first argument depends on the version
    watch(driver, turn)
  end

  --- Watches while something waits.
  function driver.hold(yes)
    driver.held = yes
    if yes and not is_watching(driver) then
      driver.watching, driver.watcher = true, false
      local done, err = pcall(copas.addthread, begin)
      if not done then
        driver.watching = false
        error(err, 0)
      end
    end
  end

  function driver.stop()
    driver.held = false
    driver.readable.forget()
    if copas.close then
      copas.close(driver.readable) -- newer versions wake the thread that waits for it
    end
    clients = clients - 1
    if clients == 0 then
      close_bells()
    end
  end

  clients = clients + 1
  return driver
end

return loop
