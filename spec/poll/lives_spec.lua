-- Each kind of object over its whole life: all its statuses, with looks that
-- fail between them, to each of its ends; in a script, in tasks, on frames.

local connect = require "spec.support.connect"
local core = require "oai.core"
local facts = require "spec.support.facts.statuses"
local host = require "spec.support.host"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"
local timing = require "spec.support.timing"

local SHORT = 0.005

-- What goes wrong with looks on the way, and is borne.
local MISHAPS = {
  { status = 503, json = { error = { message = "overloaded" } } },
  { fault = "reset" },
  { status = 429, headers = { ["retry-after-ms"] = "1" }, json = { error = { message = "slow down" } } },
  { status = 500, body = "<html>" },
}

local function list(text)
  local found = {}
  for word in (text or ""):gmatch "%S+" do
    found[#found + 1] = word
  end
  return found
end

local lived = {}
for kind, fact in pairs(facts) do
  lived[#lived + 1] = fact.target and kind or nil
end
table.sort(lived)

local function last(ids)
  return ids[#ids]
end

--- An object as the API would send it.
local function object(kind, status)
  local ids = list(facts[kind].ids)
  local one = { id = last(ids), object = kind, status = status, error = status == "failed" and
    { code = "broken", message = "it broke" } or nil }
  if kind == "thread.run" then
    one.thread_id = ids[1]
  end
  return one
end

--- The replies of a life that ends so, with mishaps in it.
local function life(kind, ending)
  local replies, seen = {}, list(facts[kind].life .. " " .. ending)
  for i, status in ipairs(seen) do
    replies[#replies + 1] = MISHAPS[(i + #kind) % #MISHAPS + 1]
    replies[#replies + 1] = { json = object(kind, status) }
  end
  return replies
end

local function resource_of(client, kind)
  local one = client
  for name in facts[kind].resource:gmatch "[^.]+" do
    one = one[name]
  end
  return one
end

--- What waits for an object by its ids.
local function waiting(client, kind, options)
  local resource, given = resource_of(client, kind), list(facts[kind].ids)
  given[#given + 1] = options
  return function()
    return resource:wait((table.unpack or unpack)(given)) -- luacheck: ignore
  end
end

--- Runs a function as a drive does: in a script, or in a task on a loop.
local function driven(client, drive, fn)
  if drive == "script" then
    return fn()
  end
  local task = client:spawn(fn)
  assert.is_true(tasks.wait(client, drive, function()
    return task.done
  end))
  return task:await()
end

local function client_for(scene, drive)
  return connect.to(scene, { max_retries = 0, loop = drive == "frame" and "frame" or "blocking" })
end

--- Runs each test on each drive, and closes its client.
local function each_drive(what, test)
  for _, drive in ipairs { "script", "blocking", "frame" } do
    it(what .. " (" .. drive .. ")", function()
      test(drive)
    end)
  end
end

local function check_looks(scene, kind, count)
  local requests = scene:requests()
  assert.equal(count, #requests)
  for _, request in ipairs(requests) do
    assert.equal("GET /v1" .. facts[kind].target, request.method .. " " .. (request.path:gsub("%?.*$", "")))
    assert.equal("true", request.header["x-stainless-poll-helper"])
    assert.equal("5", request.header["x-stainless-custom-poll-interval"])
  end
end

local function check_end(kind, ending, value, err, outcome)
  if (" " .. (facts[kind].failed or "") .. " "):find(" " .. ending .. " ", 1, true) then
    assert.is_nil(value)
    assert.same({ "failed", ending, facts[kind].resource .. ".wait", ending },
      { err.kind, err.reason, err.operation, err.partial.status })
    assert.equal(ending == "failed" and "broken" or nil, err.code)
  else
    assert.equal(ending, assert(value, tostring(err)).status)
    assert.equal(200, err.status)
    assert.equal(ending == facts[kind].needs_action and "needs_action" or "done", outcome)
  end
end

describe("the whole life of", function()
  for at, kind in ipairs(lived) do
    local drive = ({ "script", "blocking", "frame" })[at % 3 + 1]
    local fact = facts[kind]
    for _, ending in ipairs(list(fact.done .. " " .. (fact.needs_action or "") .. " " .. (fact.failed or ""))) do
      it(("%s to its end as %s (%s)"):format(kind, ending, drive), function()
        local replies = life(kind, ending)
        local scene = server:scenario { replies = replies }
        local client = client_for(scene, drive)
        check_end(kind, ending, driven(client, drive, waiting(client, kind, { interval = SHORT })))
        check_looks(scene, kind, #replies)
        client:close()
      end)
    end
  end
end)

describe("a wait on each drive #timed", function()
  each_drive("tells what has changed, look by look", function(drive)
    local function video(status, progress)
      return { json = { id = "video_1", object = "video", status = status, progress = progress } }
    end
    local scene = server:scenario { replies = { video("queued", 0), video("queued", 0), video("in_progress", 40),
      video("in_progress", 80), video "completed" } }
    local client, said = client_for(scene, drive), {}
    local value, _, outcome = driven(client, drive, waiting(client, "video", { interval = SHORT,
      on_progress = function(one, reply, changed)
        assert.equal(200, reply.status)
        said[#said + 1] = ("%s %s: %s"):format(one.status, tostring(one.progress), table.concat(changed, " "))
      end }))
    assert.equal("completed", value.status)
    assert.equal("done", outcome)
    assert.same({ "queued 0: object progress status", "in_progress 40: progress status", "in_progress 80: progress",
      "completed nil: progress status" }, said)
    client:close()
  end)

  each_drive("is over when its time is, whatever it does then", function(drive)
    for _, replies in ipairs { { { json = object("batch", "in_progress") } }, { { status = 503 } },
      { { fault = "stall" } }, { { json = object("batch", "in_progress"), delay = 0.3 } } } do
      local scene = server:scenario { replies = replies, repeat_last = true }
      local client, started = client_for(scene, drive), core.clock()
      local value, err = driven(client, drive, waiting(client, "batch", { interval = SHORT, timeout = 0.06 }))
      assert.is_nil(value)
      assert.same({ "timeout", "batches.wait", "batch_1" }, { err.kind, err.operation, err.partial.id })
      assert.is_true(timing.within(core.clock() - started, 0.3))
      client:close()
    end
  end)

  each_drive("ends at once with what will not pass", function(drive)
    for status, kind in pairs { [404] = "not_found", [401] = "authentication", [400] = "bad_request" } do
      local scene = server:scenario { replies = { { json = object("batch", "in_progress") },
        { status = status, json = { error = { message = "no" } } } } }
      local client = client_for(scene, drive)
      local value, err = driven(client, drive, waiting(client, "batch", { interval = SHORT }))
      assert.is_nil(value)
      assert.same({ kind, "in_progress" }, { err.kind, err.partial.status })
      assert.equal(2, #scene:requests())
      client:close()
    end
  end)

  for _, loop in ipairs(tasks.loops) do
    for _, how in ipairs { "its task is cancelled", "its client is closed" } do
      it(("ends at once when %s, between looks and in one (%s)"):format(how, loop), function()
        for _, first in ipairs { { json = object("batch", "in_progress") }, { fault = "stall" } } do
          local scene = server:scenario { replies = { first }, repeat_last = true }
          local client = client_for(scene, loop)
          local task = client:spawn(waiting(client, "batch", { interval = 60 }))
          assert.is_true(tasks.wait(client, loop, function()
            return #scene:requests() == 1 or task.done
          end))
          local started = core.clock()
          if how == "its task is cancelled" then
            task:cancel()
          else
            client:close()
          end
          assert.is_true(task.done)
          assert.equal("cancelled", task.err.kind)
          assert.is_true(timing.within(core.clock() - started, 0.1))
          client:close()
        end
      end)
    end
  end
end)

describe("a wait in the loop #timed", function()
  -- One wait to its end, over mishaps, one that is cancelled between looks, one
  -- whose time is up; the host goes on meanwhile.
  local PROGRAM = [[
    local ends, ticks = {}, 0
    local function note(name, task)
      local done, err, outcome = task:await()
      ends[#ends + 1] = ("%s %s %s"):format(name, done and done.status or err.kind, outcome or err.partial.status)
    end
    local function waits(name, options)
      local task = client:spawn(function() return client.batches:wait(name, options) end)
      client:spawn(note, name, task)
      return task
    end
    local function tick()
      ticks = ticks + 1
      if ticks > 1000 then
        os.exit(3)
      end
      if #ends < 3 then
        after(0.01, tick)
      end
    end
    after(0, function()
      tick()
      waits("batch_1", { interval = 0.005 })
      waits("short", { interval = 0.03, timeout = 0.6 })
      local held
      held = waits("held", { interval = 60, on_progress = function()
        after(0.01, function() held:cancel() end)
      end })
    end)
    run(function() return #ends == 3 end)
    table.sort(ends)
    say(table.concat(ends, ", "), ticks > 3)
    client:close()
  ]]

  for _, name in ipairs(host.names) do
    local missing = host.missing(name)
    it(name .. " ends as elsewhere", function()
      if missing then
        return pending(missing)
      end
      local short = {}
      for i = 1, 40 do
        short[i] = { json = { id = "short", object = "batch", status = "in_progress" } }
      end
      local output, status = host.run(name, server:scenario { routes = {
        ["GET /batches/batch_1"] = life("batch", "completed"), ["GET /batches/short"] = short,
        ["GET /batches/held"] = { { json = { id = "held", object = "batch", status = "in_progress" } } },
      } }, PROGRAM)
      assert.equal("batch_1 completed done, held cancelled in_progress, short timeout in_progress\ttrue\n", output)
      assert.equal(0, status)
    end)
  end
end)

describe("waits side by side #timed", function()
  local COUNT, EVERY, LOOKS = 200, 0.25, 4

  --- Routes of so many batches, each done at the last look.
  local function routes()
    local all = {}
    for i = 1, COUNT do
      local replies = {}
      for look = 1, LOOKS do
        replies[look] = { json = { id = "b" .. i, object = "batch", status = look < LOOKS and "in_progress"
          or "completed" } }
      end
      all["GET /batches/b" .. i] = replies
    end
    return all
  end

  it("cost one look each per interval, and nothing between", function()
    local scene = server:scenario { routes = routes() }
    local client = client_for(scene, "blocking")
    local wall, cpu = core.clock(), os.clock()
    local done = assert(client:map(tasks.numbers(COUNT), function(i)
      return client.batches:wait("b" .. i, { interval = EVERY })
    end, { concurrency = COUNT }))
    wall, cpu = core.clock() - wall, os.clock() - cpu
    assert.equal(COUNT, #done)
    assert.equal(COUNT * LOOKS, #scene:requests())
    assert.is_true(wall >= (LOOKS - 1) * EVERY, tostring(wall))
    assert.is_true(cpu < 0.7 * wall, ("%g s of CPU in %g s"):format(cpu, wall))
    client:close()
  end)

  it("do not look again at once where the program gives no pause", function()
    local scene = server:scenario { replies = { { json = object("batch", "of_a_later_api") } }, repeat_last = true }
    local client = client_for(scene, "script")
    local _, err = client.batches:wait("batch_1", { interval = 0, timeout = 0.1 })
    assert.equal("timeout", err.kind)
    assert.is_true(#scene:requests() <= 20, tostring(#scene:requests()))
    client:close()
  end)
end)
