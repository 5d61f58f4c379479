-- What host.c runs with memory that fails, for each kind of call on both
-- drives; and the verdict: what came of the call, and whether the same client
-- works right afterwards. Runs within the host alone, which gives `torture`.

local torture = torture -- luacheck: ignore

local PAYLOAD = ("0123456789"):rep(3000)
local FILE = torture.folder .. "/saved"
local TURNS, PATIENCE = 400, 0.001 -- of a game's loop, and seconds between two

local oai

-- What is loaded when a program has made its calls once before.
local MODULES = {
  "call.page", "call.response", "call.retry", "call.stream", "codec.form", "codec.http_date", "codec.path",
  "codec.query", "codec.rate_limit", "dialect.chat", "error", "log", "loop.blocking", "loop.frame",
  "resources.chat", "resources.files", "resources.models", "resources.responses", "suggest", "task", "task.bulk",
  "task.limiter", "task.scheduler",
}

local function load()
  oai = require "oai"
  for _, name in ipairs(MODULES) do
    require("oai." .. name)
  end
end

if torture.kind ~= "load" then
  load()
end

local function new()
  oai = oai or require "oai"
  return oai.client {
    api_key = "sk-torture-0123456789", base_url = torture.base .. "/v1", max_retries = 0,
    loop = torture.drive == "frame" and "frame" or nil,
  }
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

local function upload(client)
  local value, err = client.files:create { purpose = "batch", file = { data = PAYLOAD, filename = "a.jsonl" } }
  if value == nil then
    return nil, err
  end
  local beside = value.bytes - #PAYLOAD -- boundaries, names
  return beside > 200 and beside < 600 or false, "bytes beside the file: " .. beside
end

local function saved_size()
  local file = io.open(FILE, "rb")
  local size = file and file:seek("end")
  if file then
    file:close()
  end
  return size
end

local function save(client)
  os.remove(FILE)
  local value, err = client.files:content("f", nil, { save_to = FILE })
  local size = saved_size()
  if value == nil then
    if size then
      return false, "an error, but a file"
    end
    return nil, err
  end
  return size == 65536 or false, "the file has " .. tostring(size) .. " bytes"
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

local function map(client)
  local results, err = oai.map({ 1, 2, 3, 4, 5, 6 }, function(item)
    local value, why = ask(client)
    if not value then
      return value, why
    end
    return item
  end, { concurrency = 3, client = client })
  if not results then
    return nil, err
  end
  for i = 1, 6 do
    if results[i] ~= i then
      return false, "the map lacks item " .. i
    end
  end
  return true
end

local function sleepy(client)
  local value, err = ask(client)
  if value then
    client:spawn(function() end):await(1)
  end
  return value, err
end

local function stalled(client)
  return client:with({ base_url = torture.base .. "/stall" }).models:list()
end

-- The tasks of a run, and what is awaited when memory is there again.

local tasks, count = { false, false, false, false, false, false, false, false }, 0

local function spawn(client, call)
  local task = client:spawn(call, client)
  count = count + 1
  tasks[count] = task
  return task
end

local function all_done()
  for i = 1, count do
    if not tasks[i].done then
      return false
    end
  end
  return true
end

--- Drives until all tasks are done; raises what a turn raises.
local function drive(client)
  if torture.drive ~= "frame" then
    client:run()
    return
  end
  local turns = 0
  while not all_done() and turns < TURNS do
    client:update()
    torture.sleep(PATIENCE)
    turns = turns + 1
  end
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

--- Cancels tasks that wait, one of them for another.
local function cancel(client)
  local first = spawn(client, stalled)
  local second = spawn(client, function()
    return first:await()
  end)
  for _ = 1, 3 do
    if torture.drive == "frame" then
      client:update()
      torture.sleep(PATIENCE)
    else
      first:await(0.001)
    end
  end
  first:cancel()
  second:cancel()
  drive(client)
  local value, err = outcome()
  if value == nil and type(err) == "table" and err.kind == "cancelled" then
    return true
  end
  return value, err
end

local CALLS = {
  call = twice(ask), stream = twice(read), upload = twice(upload), save = twice(save), map = map, load = ask,
}

local function action()
  local call = CALLS[torture.kind]
  if torture.kind == "task" then
    return in_tasks { ask, read, sleepy }
  elseif torture.kind == "cancel" then
    return cancel
  elseif torture.drive == "frame" then
    return in_tasks { call }
  end
  return call
end

-- The verdict

local CLEAN_KINDS = { connection = true }

--- Whether an error says that there is no memory, or that a connection
--- failed; what else it is.
local function is_clean(err)
  if type(err) == "table" and oai.is_error(err) then
    return CLEAN_KINDS[err.kind] or tostring(err):find("memory", 1, true) ~= nil
  end
  return type(err) == "string" and err:find("memory", 1, true) ~= nil
end

local function described(err)
  if type(err) == "table" and err.kind then
    return err.kind .. ": " .. tostring(err.message)
  end
  return tostring(err)
end

--- What Lua 5.1 says of a module that there was no memory to load before: it
--- never tries again.
local function is_for_ever(err)
  return _VERSION == "Lua 5.1" and type(err) == "string" and err:find("loop or previous error loading", 1, true) ~= nil
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

--- The tasks that a failure left under way come to their ends.
local function settle(client)
  for i = 1, torture.kind == "cancel" and count or 0 do
    tasks[i]:cancel() -- to cancel may have raised
  end
  local done, err = pcall(drive, client)
  if done and not all_done() then
    return "hang\ta task is not done when memory is there again"
  elseif not done and not is_clean(err) and not is_for_ever(err)
    and not (type(err) == "table" and err.kind == "cancelled") then
    return "wrong\tto go on raises " .. described(err)
  end
  return nil
end

--- What a client must be able to do afterwards, by the name of what cannot.
local CHECKS = {
  { "a call", torture.drive == "frame" and in_tasks { ask } or ask },
  { "tasks", in_tasks { ask, read } },
  { "a map", in_tasks { map } },
}

--- What the scheduler still holds of what is over.
local function left_over(client)
  local place = client._shared.scheduler
  for _, name in ipairs { "count", "for_tasks", "unfinished" } do
    if place and place[name] ~= 0 then
      return ("the scheduler's %s is %d"):format(name, place[name])
    end
  end
  return nil
end

local function broken(client)
  for _, check in ipairs(CHECKS) do
    count = 0
    local done, value, err = pcall(check[2], client)
    if not done and is_for_ever(value) then
      return nil
    elseif not done or value ~= true then
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

--- A call that raised may have left tasks that end by themselves: theirs is
--- the verdict then, unless all is well.
local function judge_tasks(verdict)
  if count == 0 or not all_done() or torture.kind == "cancel" then
    return verdict
  end
  local later = judge(outcome())
  return later:find("^wrong") and later or verdict
end

local function run()
  torture.start()
  local done, value, err = pcall(begin)
  torture.stop()
  local verdict = done and judge(value, err) or judge_tasks(judge(nil, value))
  local unsettled = client and settle(client)
  if unsettled then
    verdict = unsettled .. " after " .. verdict
  end
  if client and not verdict:find("^wrong") and not verdict:find("^hang") then
    local fault = broken(client)
    verdict = fault and fault .. "; " .. verdict or verdict
  end
  os.remove(FILE)
  return verdict
end

return function()
  local verdict = run()
  client, tasks, count = nil, {}, 0
  return verdict
end
