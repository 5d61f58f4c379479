-- A storm: tasks started, cancelled, timed out, dropped and awaited at
-- random, against a server that does everything wrong. What must hold all
-- the same is counted: each call ends once, and no task is lost.

local answer = require "spec.support.answer"
local core = require "oai.core"
local oai = require "oai"
local select_loop = require "spec.support.select_loop"
local socket = require "socket"

local storm = {}

local SSE = { ["content-type"] = "text/event-stream" }
local EVENT = 'data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n'
local HALF = EVENT:sub(1, 30)

local function stream(...)
  return { headers = SSE, steps = { ... } }
end

-- What a GET meets.
local REPLIES = {
  { json = { ok = true } },
  { json = { ok = true }, delay = 0.01 },
  { json = { ok = true, text = ("long "):rep(2000) }, delay = 0.03 },
  { fault = "stall" },
  { fault = "reset" },
  { fault = "close" },
  { content_length = 100, steps = { { write = "{" }, { stall = true } } },
  { content_length = 100, steps = { { write = "{" }, { close = true } } },
  { steps = { { write = '{"a":' }, { wait = 0.005 }, { reset = true } } },
  { raw = "this is no HTTP at all\r\n\r\n" },
  { raw = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc" },
  { status = 200, body = "no JSON {" },
  { status = 404, json = { error = { message = "nothing" } } },
  { status = 429, json = { error = { message = "slower" } }, headers = { ["retry-after-ms"] = "5" } },
  { status = 500, body = "oops" },
  { status = 503, body = "", headers = { ["retry-after-ms"] = "10" } },
  { status = 302, headers = { location = "/nowhere" } },
  { json = { ok = true }, after_reply = "reset" },
  { json = { ok = true }, gzip = true },
  { headers = { ["content-encoding"] = "gzip" }, body = "no gzip" },
  { steps = { { fill = 300000 } } },
}

-- What a stream meets.
local STREAMS = {
  answer.stream { "a", "b", "c" },
  answer.stream({ "a", "b", "c", "d", "e" }, 0.005),
  answer.stream({ "a", "b" }, 0.03),
  answer.endless(0.002),
  stream({ ["repeat"] = 500, write = EVENT }, { write = "data: [DONE]\n\n" }),
  stream({ write = EVENT }, { stall = true }),
  stream({ stall = true }),
  stream({ write = EVENT .. HALF }, { reset = true }),
  stream({ write = EVENT .. HALF }, { close = true }),
  stream({ write = EVENT .. EVENT }),
  stream({ write = EVENT .. "data: {no JSON\n\n" }, { stall = true }),
  stream({ write = EVENT .. 'event: error\ndata: {"error":{"message":"no"}}\n\n' }),
  stream({ write = "\0\1\2 nonsense\n\n" }, { wait = 0.01 }),
  { status = 500, body = "oops" },
  { fault = "reset" },
}

--- A scene with an address for each of them.
function storm.scene(server)
  local routes = {}
  for i, reply in ipairs(REPLIES) do
    routes["GET /" .. i] = { reply }
  end
  for i, reply in ipairs(STREAMS) do
    routes[("POST /%d/chat/completions"):format(i)] = { reply }
  end
  return server:scenario { routes = routes, repeat_last = true, journal = false }
end

local Storm = {}
Storm.__index = Storm

--- A whole number from 1 to `most`, by the seed alone.
function Storm:random(most)
  self.state = (self.state * 16807) % 2147483647
  return self.state % most + 1
end

local function pick(self, list)
  return list[self:random(#list)]
end

local function new_client(self)
  self.client = oai.client {
    api_key = "sk-spec", base_url = self.base_url, loop = self.loop, max_retries = self:random(3) - 1,
    limit_rate = self:random(4) == 1, max_retry_delay = 1,
  }
end

local function options_of(self)
  local options = {}
  if self:random(2) == 1 then
    options.timeout = self:random(100) / 1000
    options.first_event_timeout = options.timeout
  end
  if self:random(3) == 1 then
    options.idle_timeout = self:random(100) / 1000
  end
  options.total_timeout = self:random(3) == 1 and self:random(100) / 1000 or 0.4
  return options
end

--- Notes something that must end once; the function to be called then.
local function expect_end(self, what)
  local entry = { what = what, ends = 0 }
  self.ledger[#self.ledger + 1] = entry
  return function()
    entry.ends = entry.ends + 1
    self.ended = self.ended + 1
  end
end

local function keep(self, task)
  self.alive[#self.alive + 1] = task
  return task
end

local function call(self)
  return self.client:request("GET", "/" .. self:random(#REPLIES), nil, options_of(self))
end

local function ask(self, options)
  local client = self.client:with { base_url = ("%s/%d"):format(self.base_url, self:random(#STREAMS)) }
  return client.chat.completions:create({ model = "m", messages = {}, stream = true }, options)
end

--- Reads some of a stream, then leaves it in one way or another.
local function read_some(self)
  local stream_or_nil = ask(self, options_of(self))
  if not stream_or_nil then
    return
  end
  for _ = 1, self:random(20) do
    if not stream_or_nil:next() then
      return
    end
  end
  if self:random(2) == 1 then
    stream_or_nil:close()
  end -- else it is dropped
end

-- What a task may do. An error that is meant begins with "planned".
local ACTIONS = {
  call,
  function(self)
    for _ = 1, self:random(4) do
      call(self)
    end
  end,
  read_some,
  function(self)
    local whole = ask(self, options_of(self))
    return whole and whole:final()
  end,
  function(self)
    call(self)
    error("planned", 0)
  end,
  function(self)
    local client, tasks = self.client, {}
    for i = 1, self:random(4) do
      tasks[i] = client:spawn(call, self)
    end
    return client:gather(tasks, { errors = self:random(2) == 1 and "collect" or "cancel" })
  end,
  function(self)
    return self.client:map({ 1, 2, 3, 4, 5 }, function()
      return call(self)
    end, { concurrency = self:random(4), errors = self:random(2) == 1 and "collect" or nil })
  end,
  function(self)
    local other = self.alive[self:random(#self.alive + 1)]
    if other and not other.done then
      return other:await(self:random(100) / 1000)
    end
  end,
  function(self)
    local thread = coroutine.running()
    self.elsewhere[#self.elsewhere + 1] = thread
    coroutine.yield("elsewhere")
    return call(self)
  end,
  function(self)
    call(self)
    local other = self.alive[self:random(#self.alive + 1)]
    if other then
      other:cancel()
    end
    return call(self)
  end,
}

local function is_planned(err)
  return type(err) == "string" and err:find("^planned") or oai.is_error(err)
end

--- A task of which nobody is told but by its own end.
local function start_task(self)
  local ended = expect_end(self, "task")
  local action = pick(self, ACTIONS)
  local entry = { ended = ended, has_returned = false }
  local watched = self.client:spawn(function()
    local value, err = action(self)
    entry.has_returned = true
    return value, err
  end)
  local watch = self.client:spawn(function()
    while not watched.done do
      local _, err = watched:await()
      if oai.is_error(err) and not watched.done then
        break -- we were cancelled ourselves
      end
    end
    watched:await(0)
  end)
  entry.watched, entry.watch = watched, watch
  self.watches[#self.watches + 1] = entry
  keep(self, watched)
end

local function note_result(self, value, err)
  if value == nil and not is_planned(err) then
    self.wrong[#self.wrong + 1] = tostring(err)
  end
end

local function start_unwaited(self)
  local ended = expect_end(self, "on_done")
  local options = options_of(self)
  local fails = self:random(10) == 1
  function options.on_done(value, err)
    ended()
    note_result(self, value, err)
  end
  if self:random(3) == 1 then
    keep(self, self.client:request("GET", "/" .. self:random(#REPLIES), nil, options))
    return
  end
  if self:random(2) == 1 then
    function options.on_event()
      if fails then
        error("planned", 0)
      end
    end
  end
  local task = ask(self, options)
  if self:random(2) == 1 then
    keep(self, task)
  end -- else it is dropped
end

local function start_polled(self)
  local options = options_of(self)
  options.wait = false
  local task = ask(self, options)
  if self:random(2) == 1 then
    keep(self, task)
    return task.text, task.value
  end
end

--- Resumes somebody who has yielded to us, and one who has not.
local function meddle(self)
  local thread = table.remove(self.elsewhere)
  if thread and coroutine.status(thread) == "suspended" then
    coroutine.resume(thread)
  end
  local other = self.alive[self:random(#self.alive + 1)]
  if other and not other.done then
    coroutine.resume(other.coroutine)
  end
end

local function cancel_some(self)
  for _ = 1, self:random(20) do
    local task = self.alive[self:random(#self.alive + 1)]
    if task then
      task:cancel()
    end
  end
end

local function forget_ended(self)
  for i = #self.alive, 1, -1 do
    if self.alive[i].done then
      table.remove(self.alive, i)
    end
  end
end

local function turn(self, seconds)
  if self.loop == "uv" then
    select_loop.step(seconds)
  elseif self.loop == "frame" then
    self.client:update(self:random(2) == 1 and 0.001 or nil)
    socket.sleep(seconds)
  elseif self.alive[1] and not self.alive[1].done then
    self.alive[1]:await(seconds)
  else
    self.client:spawn(function() end)
  end
end

--- Takes the tasks whose end their watch has seen.
local function look_after_watches(self)
  for i = #self.watches, 1, -1 do
    local entry = self.watches[i]
    if entry.watched.done then
      entry.ended()
      local _, err = entry.watched:await()
      if not entry.has_returned then
        note_result(self, nil, err)
      end
      table.remove(self.watches, i)
    end
  end
end

local MOST_ALIVE = 300

local function step(self)
  if #self.alive < MOST_ALIVE then
    for _ = 1, self:random(30) do
      pick(self, { start_task, start_unwaited, start_unwaited, start_polled })(self)
    end
  end
  if self:random(2) == 1 then
    cancel_some(self)
  end
  if self:random(3) == 1 then
    meddle(self)
  end
  if self:random(20) == 1 then
    collectgarbage()
  end
  turn(self, 0.002)
  look_after_watches(self)
  forget_ended(self)
end

--- Lets everything come to its end, but no longer than that.
local function wait_for_end(self, seconds)
  local limit = core.clock() + seconds
  while (self.alive[1] or self.watches[1]) and core.clock() < limit do
    turn(self, 0.01)
    meddle(self)
    look_after_watches(self)
    forget_ended(self)
  end
  return not (self.alive[1] or self.watches[1])
end

--- Everything that is there ends when the client is closed.
local function calm_down(self)
  wait_for_end(self, self:random(5) / 10)
  self.client:close()
  look_after_watches(self)
  self.elsewhere, self.alive = {}, {}
end

local REST = 20 -- seconds in which all is over by itself, by deadlines of a second

--- Lets it rage for so long. Several clients come and go; with the last, all
--- comes to its end before it is closed.
function Storm:rage(seconds)
  local limit = core.clock() + seconds
  while core.clock() < limit do
    new_client(self)
    local change = math.min(limit, core.clock() + 0.2 + self:random(10) / 10)
    while core.clock() < change do
      step(self)
    end
    if core.clock() >= limit and not wait_for_end(self, REST) then
      self.wrong[#self.wrong + 1] = #self.alive .. " tasks did not come to their end"
    end
    calm_down(self)
  end
end

--- Lets it rage for so long and leaves all as it is.
function Storm:break_off(seconds)
  local limit = core.clock() + seconds
  new_client(self)
  while core.clock() < limit do
    step(self)
  end
end

--- Goes on where it was left, and comes to its end.
function Storm:come_to_end(seconds)
  local limit = core.clock() + seconds
  while core.clock() < limit do
    step(self)
  end
  calm_down(self)
end

--- What is not as it must be, as text; "" where all is well.
function Storm:complaints()
  local list = {}
  for i, entry in ipairs(self.ledger) do
    if entry.ends ~= 1 then
      list[#list + 1] = ("%s %d has ended %d times"):format(entry.what, i, entry.ends)
    end
  end
  for _, err in ipairs(self.wrong) do
    list[#list + 1] = err
  end
  return table.concat(list, "\n", 1, math.min(#list, 10))
end

--- A storm to come.
---@param base_url string
---@param loop "blocking"|"frame"|"uv"  uv: as in select_loop.lua, which is to be installed before
---@param seed integer
function storm.new(base_url, loop, seed)
  return setmetatable({
    base_url = base_url, loop = loop, state = seed % 2147483646 + 1, ledger = {}, alive = {}, watches = {},
    elsewhere = {}, wrong = {}, ended = 0,
  }, Storm)
end

return storm
