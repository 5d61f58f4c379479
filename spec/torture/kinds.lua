-- What host.c runs with memory that fails, for each kind of call on each
-- drive; and the verdict: what came of the call, and whether the same client
-- works right afterwards. Runs within the host alone, which gives `torture`.

local torture = torture -- luacheck: ignore

local PAYLOAD = ("0123456789"):rep(3000)
local SAVED, SENT, KEY = torture.folder .. "/saved", torture.folder .. "/sent", torture.folder .. "/key"
local FRAME = 0.001 -- seconds between two turns of a game

local is_hosted = torture.drive ~= "blocking" -- calls are made in tasks

local oai

-- What is loaded when a program has made its calls once before.
local MODULES = {
  "call.mask", "call.page", "call.response", "call.retry", "call.stream", "codec.form", "codec.http_date",
  "codec.path", "codec.query", "codec.rate_limit", "codec.url", "dialect.chat", "error", "log", "loop.blocking",
  "loop.frame", "printable", "resources.chat", "resources.files", "resources.models", "resources.responses",
  "socket", "suggest", "task", "task.bulk", "task.failures", "task.limiter", "task.scheduler",
  "task.script", "task.unwaited",
}

local function load()
  oai = require "oai"
  for _, name in ipairs(MODULES) do
    require("oai." .. name)
  end
  require("oai.call.retry").backoff = function()
    return FRAME
  end
end

-- The loop of a host, in place of libuv's: it waits for descriptors, and only
-- while it is told to.
local held = {}

local host = { name = "host", worker = true }

function host.start(engine, turn)
  local driver = { turn = turn, descriptor = engine:descriptor() }

  function driver.hold(yes)
    held[driver] = yes or nil
  end

  function driver.stop()
    held[driver] = nil
  end

  return driver
end

local uv = torture.drive == "uv" and require "luv"
if torture.drive == "host" then
  package.loaded["oai.loop.uv"] = host
elseif uv then
  require "oai.loop.uv"
end

-- A scheduler of the program's own, which simply blocks.
local own = torture.drive == "own" and require "oai.loop.blocking"

local LOOPS = {
  frame = "frame", host = "uv", uv = "uv", own = own and { wait = own.wait, sleep = own.sleep, worker = false },
}

if torture.kind ~= "load" then
  load()
end

local function new()
  oai = oai or require "oai"
  return oai.client {
    api_key = "sk-torture-0123456789", base_url = torture.base .. "/v1", max_retries = 0,
    loop = LOOPS[torture.drive],
  }
end

local function at(client, place, options)
  options = options or {}
  options.base_url = torture.base .. place
  return client:with(options)
end

-- What a call does. Each returns true for the right value, `nil, err`, or
-- false and what is wrong.

local MESSAGES = { { role = "user", content = "hello" } }

local function ask(client)
  local value, err = client.responses:create { model = "m", input = MESSAGES, temperature = 0.5 }
  if value == nil then
    return nil, err
  end
  return value.output[1].content[1].text == "hello \"there\"" and value.score == 0.25 or false, "another value"
end

local function read(client)
  local stream, err = client.chat.completions:create { model = "m", messages = MESSAGES, stream = true }
  if not stream then
    return nil, err
  end
  local pieces, event = {}
  repeat
    event, err = stream:next()
    local delta = event and event.choices[1] and event.choices[1].delta.content
    pieces[#pieces + 1] = delta
  until not event
  if err then
    return nil, err
  end
  local text, final = table.concat(pieces), stream:final()
  if stream.status ~= "complete" then
    return false, "no error, but the stream is " .. stream.status
  end
  return text == "one two three" and final.choices[1].message.content == text or false, "another text: " .. text
end

local function upload(client, file)
  local value, err = client.files:create { purpose = "batch", file = file }
  if value == nil then
    return nil, err
  end
  local beside = value.bytes - #PAYLOAD -- boundaries, names
  return beside > 200 and beside < 600 or false, "bytes beside the file: " .. beside
end

local function uploads(client)
  local value, err = upload(client, { data = PAYLOAD, filename = "a.jsonl" })
  if not value then
    return value, err
  end
  return upload(client, SENT)
end

local function saved_size()
  local file = io.open(SAVED, "rb")
  local size = file and file:seek("end")
  if file then
    file:close()
  end
  return size
end

local function save(client)
  os.remove(SAVED)
  local value, err = client.files:content("f", nil, { save_to = SAVED })
  local size = saved_size()
  if value == nil then
    if size then
      return false, "an error, but a file"
    end
    return nil, err
  end
  return size == 65536 or false, "the file has " .. tostring(size) .. " bytes"
end

--- A reply after a redirect.
local function moved(client)
  return ask(at(client, "/moved"))
end

--- The error of a server that is busy, after two attempts.
local function busy(client)
  local value, err = at(client, "/busy", { max_retries = 1, api_key = { file = KEY } }).models:list()
  if value == nil and err.kind == "server" then
    return err.attempts == 2 or false, "attempts: " .. tostring(err.attempts)
  end
  return value, err
end

local function retried(client)
  local value, err = moved(client)
  if not value then
    return value, err
  end
  return busy(client)
end

--- Five items of pages of two. Raises, as iterators do.
local function pages(client)
  local each, count = client.files:each():take(5), 0
  while each() do
    count = count + 1
  end
  return count == 5 or false, "items: " .. count
end

local function twice(call)
  return function(client)
    local value, err = call(client)
    if not value then
      return value, err
    end
    return call(client)
  end
end

--- Opens a connection.
local function connect(client, path, options)
  options.ping_interval = false
  return require("oai.socket").connect(client, { name = "torture.connect", path = path, options = options })
end

--- The number in the next event of a connection.
local function number_from(connection)
  local event, err = connection:next(5)
  if event == nil then
    return nil, err
  end
  return event.n
end

--- A conversation, until the other side says that it is over.
local function converse(client)
  local connection, err = connect(client, "/talk", {})
  for i = 1, connection and 2 or 0 do
    local n, sent
    sent, err = connection:send { type = "ask", n = i, text = PAYLOAD }
    if sent then
      n, err = number_from(connection)
    end
    if n == nil then
      return nil, err
    elseif n ~= i then
      return false, "another event"
    end
  end
  local said
  if connection then
    said, err = connection:send { type = "bye" }
  end
  if said then
    said, err = number_from(connection)
    return said == nil and err == nil or said, err
  end
  return nil, err
end

--- A connection that breaks after each event, and is made again.
local function broken_off(client)
  local connection, err = connect(client, "/cut", { initial_delay = FRAME, max_delay = FRAME,
    on_reconnect = function(other)
      other:send { type = "restored" }
    end })
  for _ = 1, connection and 2 or 0 do
    local n
    n, err = number_from(connection)
    if n == nil then
      return nil, err and err.kind == "closed" and err.cause or err
    end
  end
  if not connection then
    return nil, err
  end
  return connection:close()
end

local ITEMS = { 1, 2, 3, 4, 5, 6 }

local function map_over(client, errors)
  return client:map(ITEMS, function(item)
    local value, why = ask(client)
    if not value then
      return value, why
    end
    return item
  end, { concurrency = 3, errors = errors })
end

local function map(client)
  local results, err = map_over(client)
  if not results then
    return nil, err
  end
  for i in ipairs(ITEMS) do
    if results[i] ~= i then
      return false, "the map lacks item " .. i
    end
  end
  return true
end

--- Each item has its result or its error.
local function collect(client)
  local results, errors = map_over(client, "collect")
  if not results then
    return nil, errors
  end
  local failed
  for i in ipairs(ITEMS) do
    failed = failed or errors[i]
    if results[i] ~= i and not errors[i] then
      return false, "the map lacks item " .. i
    end
  end
  if failed then
    return nil, failed
  end
  return true
end

local function slow(client)
  return at(client, "/slow").models:list()
end

--- Waits a moment for a task that takes longer, whatever became of its call.
local function sleepy(client)
  local value, err = ask(client)
  client:spawn(slow, client):await(FRAME)
  return value, err
end

--- Waits a moment for a task that waits for this one.
local function doze(client)
  local me = require("oai.task.running").task()
  client:spawn(function()
    me:await(2 * FRAME)
  end):await(FRAME)
end

--- Goes on, whatever became of its first call.
local function persistent(client)
  local value, err = ask(client)
  doze(client)
  local again, why = ask(client)
  if not value then
    return value, err
  end
  return again, why
end

local function limited(client)
  return ask(at(client, "/limited"))
end

local function stalled(client)
  return at(client, "/stall").models:list()
end

local function gather(client)
  local results, err = client:gather {
    client:spawn(ask, client), client:spawn(read, client), client:spawn(sleepy, client),
  }
  return results and results[3], err
end

-- The tasks of a run, and what is awaited when memory is there again.

local tasks, count = { false, false, false, false, false, false, false, false }, 0

local function note(task)
  count = count + 1
  tasks[count] = task
  return task
end

local function spawn(client, call)
  return note(client:spawn(call, client))
end

local function all_done()
  for i = 1, count do
    if not tasks[i].done then
      return false
    end
  end
  return true
end

-- How the program of a drive goes on: each returns false when it cannot.

local go_on = {}

function go_on.blocking(client)
  client:run()
  return false
end

function go_on.frame(client)
  client:update()
  torture.sleep(FRAME)
  return true
end

local TURNS_WITHOUT = 20 -- of a host, until there is memory again

local without, turn_error = 0, nil

--- Calls within one another: Lua keeps the memory that these take.
local function descend(depth)
  if depth > 0 then
    descend(depth - 1)
  end
end

--- Does what a host does, and gives memory back after so many failures.
local function have_turns(act)
  local before = torture.failures()
  local goes_on = act()
  without = torture.failures() > before and without + 1 or 0
  if without == TURNS_WITHOUT then
    torture.stop()
  end
  return goes_on
end

--- What a turn raises ends many a host's loop, so it counts as a fault, unless
--- Lua had no memory to call it.
local function turn(driver)
  if pcall(descend, 3) then
    local done, err = pcall(driver.turn)
    turn_error = turn_error or not done and err or nil
  end
end

function go_on.host()
  return have_turns(function()
    local driver = next(held)
    if driver and torture.poll(driver.descriptor, all_done() and 0 or torture.left()) then
      turn(driver)
    end
    return driver ~= nil
  end)
end

function go_on.own()
  return not all_done()
end

function go_on.uv()
  return have_turns(function()
    return uv.run(all_done() and "nowait" or "once")
  end)
end

--- Drives until all tasks are done; raises what a turn raises.
local function drive(client)
  repeat
    local goes_on = go_on[torture.drive](client)
  until all_done() or torture.left() <= 0 or not goes_on
end

--- What came of the tasks: the first that is not right.
local function outcome()
  for i = 1, count do
    if not tasks[i].done then
      error("hang", 0)
    end
    local value, err = tasks[i]:await()
    if value ~= true then
      return value, err
    end
  end
  return true
end

--- Runs calls in tasks.
local function in_tasks(calls)
  return function(client)
    for _, call in ipairs(calls) do
      spawn(client, call)
    end
    drive(client)
    return outcome()
  end
end

local function is_cancelled(err)
  return type(err) == "table" and err.kind == "cancelled"
end

--- Whether all tasks were cancelled.
local function cancelled_outcome()
  local value, err = outcome()
  if value == nil and is_cancelled(err) then
    return true
  end
  return value, err
end

--- Starts tasks that wait, one of them for another.
local function begin_waiting(client)
  local first = spawn(client, stalled)
  spawn(client, function()
    return first:await()
  end)
  for _ = 1, 3 do
    if torture.drive == "frame" then
      client:update()
      torture.sleep(FRAME)
    elseif is_hosted then
      torture.sleep(FRAME)
    else
      first:await(FRAME)
    end
  end
end

local function cancel(client)
  begin_waiting(client)
  tasks[1]:cancel()
  tasks[2]:cancel()
  drive(client)
  return cancelled_outcome()
end

local function close(client)
  begin_waiting(client)
  client:close()
  return cancelled_outcome()
end

-- How often each task's end was told.

local told = { 0, 0, 0 }

local function tell(index)
  return function()
    told[index] = told[index] + 1
  end
end

local function ignore() end

--- Calls that are not waited for.
local function later(client)
  note(client.responses:create({ model = "m", input = MESSAGES }, { on_done = tell(1) }))
  note(client.chat.completions:create({ model = "m", messages = MESSAGES, stream = true },
    { on_event = ignore, on_done = tell(2) }))
  note(client.files:list(nil, { wait = false, on_done = tell(3) }))
  drive(client)
  for i = 1, 3 do
    local value, err = tasks[i]:await()
    if not tasks[i].done then
      error("hang", 0)
    elseif value == nil then
      return nil, err
    end
  end
  return tasks[2].text == "one two three" or false, "another text: " .. tostring(tasks[2].text)
end

--- Whether an end was not told once, when all is over.
local function untold()
  for i = 1, torture.kind == "later" and count or 0 do
    if told[i] ~= 1 then
      return ("wrong\tthe end of call %d was told %d times"):format(i, told[i])
    end
  end
  return nil
end

local CALLS = {
  call = twice(ask), stream = twice(read), upload = uploads, save = twice(save), retry = retried, pages = pages,
  map = map, collect = collect, gather = gather, load = ask, socket = twice(converse), again = broken_off,
}

local TASKS = {
  task = in_tasks { ask, read, sleepy }, alone = in_tasks { persistent },
  line = in_tasks { twice(limited), twice(limited), twice(limited) },
  cancel = cancel, close = close, later = later,
}

local function action()
  local call = CALLS[torture.kind]
  return TASKS[torture.kind] or is_hosted and in_tasks { call } or call
end

-- The verdict

local CLEAN_KINDS = { connection = true, limit = true }
local REASONS = { "memory", "Too many open files", "No file descriptors available", -- by glibc, by musl
  "Resource temporarily unavailable" }

--- Whether an error says what was missing, or that a connection failed.
local function is_clean(err)
  if type(err) == "table" and oai.is_error(err) and CLEAN_KINDS[err.kind] then
    return true
  end
  local text = type(err) == "string" and err or oai.is_error(err) and tostring(err) or ""
  for _, reason in ipairs(REASONS) do
    if text:find(reason, 1, true) then
      return true
    end
  end
  return false
end

local function described(err)
  if type(err) == "table" and err.kind then
    return err.kind .. ": " .. tostring(err.message)
  end
  return tostring(err)
end

--- What came of it, when it did not raise: value, err; when it did: nil, err.
local function judge(value, err)
  if value == true then
    return "survived"
  elseif value == nil and is_clean(err) then
    return "refused\t" .. described(err)
  elseif value == nil and err == "hang" then
    return "hang\ta task is not done"
  end
  return "wrong\t" .. tostring(value) .. ", " .. described(err)
end

--- What may have raised is done once more.
local REPEATED = {
  cancel = function()
    for i = 1, count do
      tasks[i]:cancel()
    end
  end,
  close = function(client)
    client:close()
  end,
}

--- The tasks that a failure left under way come to their ends.
local function settle(client)
  local again = REPEATED[torture.kind]
  if again then
    again(client)
  end
  local done, err = pcall(torture.kind == "close" and ignore or drive, client)
  if done and not all_done() then
    return "hang\ta task is not done when memory is there again"
  elseif not done and not is_clean(err) and not is_cancelled(err) then
    return "wrong\tto go on raises " .. described(err)
  end
  return untold()
end

--- What a client must be able to do afterwards, by the name of what cannot.
local CHECKS = {
  { "a call", is_hosted and in_tasks { ask } or ask },
  { "tasks", in_tasks { ask, read } },
  { "a map", in_tasks { map } },
}

--- What the scheduler still holds when all tasks are over.
local function left_over(client)
  local scheduler = client._shared.scheduler
  while scheduler and scheduler.unfinished > 0 and torture.left() > 0 and go_on[torture.drive](client) do
    torture.sleep(FRAME)
  end
  for _, name in ipairs { "count", "for_tasks", "unfinished" } do
    if scheduler and scheduler[name] ~= 0 then
      return ("the scheduler's %s is %d"):format(name, scheduler[name])
    end
  end
  return nil
end

local function broken(client)
  for _, check in ipairs(torture.kind == "close" and {} or CHECKS) do
    count = 0
    local done, value, err = pcall(check[2], client)
    if not done or value ~= true then
      return "broken\t" .. check[1] .. ": " .. (done and described(err) or "raised " .. described(value))
    end
  end
  count = 0
  local left = left_over(client)
  local closed, err = pcall(client.close, client)
  if not closed then
    return "broken\tclose raised " .. described(err)
  end
  return left and "broken\t" .. left
end

local act = action()

local client

-- Made before memory fails, as is what it needs itself.
local function begin()
  client = new()
  return act(client)
end

local HAS_OWN_OUTCOME = { cancel = true, close = true, later = true }

--- A call that raised may have left tasks that end by themselves: theirs is
--- the verdict then, unless all is well.
local function judge_tasks(verdict)
  if count == 0 or not all_done() or HAS_OWN_OUTCOME[torture.kind] then
    return verdict
  end
  local better = judge(outcome())
  return better:find("^wrong") and better or verdict
end

local function write(name, text)
  local file = assert(io.open(name, "wb"))
  file:write(text)
  file:close()
end

write(SENT, PAYLOAD)
write(KEY, "sk-torture-9876543210")

local function run()
  torture.start()
  local done, value, err = pcall(begin)
  torture.stop()
  local verdict = done and judge(value, err) or judge_tasks(judge(nil, value))
  local unsettled = client and settle(client)
  if unsettled then
    verdict = unsettled .. " after " .. verdict
  end
  if turn_error then
    verdict = "wrong\ta turn raised " .. described(turn_error)
  end
  if client and not verdict:find("^wrong") and not verdict:find("^hang") then
    local fault = broken(client)
    verdict = fault and fault .. "; " .. verdict or verdict
  end
  os.remove(SAVED)
  return verdict
end

return function()
  local verdict = run()
  client, tasks, count, held = nil, {}, 0, {}
  return verdict
end
