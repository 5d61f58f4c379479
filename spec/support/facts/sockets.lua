-- When a connection is made again, and after how long: the codes with which it
-- was closed, and what comes of it.

local sockets = {}

--- By close codes: whether it may be otherwise the next time.
sockets.passing = {
  [1000] = false, [1001] = true, [1002] = false, [1003] = false, [1004] = false, [1005] = true, [1006] = true,
  [1007] = false, [1008] = false, [1009] = false, [1010] = false, [1011] = true, [1012] = true, [1013] = true,
  [1014] = false, [1015] = true, [3000] = false, [4000] = false, [4999] = false,
}

--- The defaults.
sockets.defaults = { max_retries = 5, initial_delay = 0.5, max_delay = 8, max_queue_bytes = 1048576 }

--- The options of all cases below.
sockets.options = { initial_delay = 0.02, max_delay = 0.05 }

local function told(...)
  local list = {}
  for attempt, code in ipairs { ... } do
    list[attempt] = { attempt = attempt, code = code }
  end
  return list
end

--- Each connection sends an event and is closed with a code; `{ code, false }`: without an event. The one after the
--- last of these is closed with 1000. `handler`: false: there is none; "raises": what it does. What is to come of it:
--- `connections`, what the handler is `told`, the `delays` at their longest, how many `events` the reader gets, and
--- whether it `ends` "clean" or by the last "close".
sockets.reconnections = {
  { name = "one that fails, then well", codes = { 1011 }, max_retries = 3, connections = 2, told = told(1011),
    delays = { 0.02 }, events = 2, ends = "clean" },
  { name = "1000 is final", codes = { 1000 }, max_retries = 3, connections = 1, told = {}, delays = {}, events = 1,
    ends = "clean" },
  { name = "no handler, no connection", codes = { 1011 }, max_retries = 3, handler = false, connections = 1,
    told = {}, delays = {}, events = 1, ends = "close" },
  { name = "the handler raises", codes = { 1011 }, max_retries = 3, handler = "raises", connections = 1,
    told = told(1011), delays = { 0.02 }, events = 1, ends = "close" },
  { name = "those without an event add up",
    codes = { { 1011, false }, { 1011, false }, { 1011, false }, { 1011, false }, { 1011, false }, { 1011, false } },
    max_retries = 3, connections = 4, told = told(1011, 1011, 1011), delays = { 0.02, 0.04, 0.05 }, events = 0,
    ends = "close" },
}

return sockets
