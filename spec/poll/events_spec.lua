-- The events of a fine-tuning job while it is waited for: each once, in order,
-- whatever goes wrong with a look.

local connect = require "spec.support.connect"
local events = require "oai.poll.events"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"

local JOB, EVENTS = "GET /fine_tuning/jobs/ftjob_1", "GET /fine_tuning/jobs/ftjob_1/events"

local function job(status)
  return { json = { id = "ftjob_1", object = "fine_tuning.job", status = status } }
end

local function event(i)
  return { object = "fine_tuning.job.event", id = "ev_" .. i, created_at = 100 + math.floor(i / 2), message = "m" .. i }
end

--- A page of the events from `last` down to `first`, newest first.
local function page(last, first, has_more)
  local data = {}
  for i = last, first, -1 do
    data[#data + 1] = event(i)
  end
  return { json = { object = "list", data = data, has_more = has_more or false } }
end

local function range(from, to)
  local list = {}
  for i = from, to do
    list[#list + 1] = "m" .. i
  end
  return list
end

local BROKEN = { status = 503, json = { error = { message = "later" } } }

local function waited(client, got, more)
  local options = { interval = 0, timeout = 10, on_event = function(one)
    got[#got + 1] = one.message
  end }
  for name, value in pairs(more or {}) do
    options[name] = value
  end
  return client.fine_tuning.jobs:wait("ftjob_1", options)
end

describe("events of a job", function()
  for _, drive in ipairs { "script", "blocking", "frame" } do
    it("are given once, oldest first, page by page, over looks that fail: " .. drive, function()
      local scene = server:scenario { routes = {
        [JOB] = { job "queued", job "running", BROKEN, job "running", job "running", job "succeeded", job "succeeded" },
        [EVENTS] = {
          page(0, 1), -- none yet
          page(7, 5, true), page(4, 2, true), page(1, 1),
          page(9, 7, true),
          page(13, 11, true), BROKEN, -- lost between two pages
          BROKEN, -- and at the end
          page(14, 12, true), page(11, 9, true),
        },
      } }
      local client = connect.to(scene, { max_retries = 0, loop = drive == "frame" and "frame" or "blocking" })
      local got = {}
      local function wait()
        return waited(client, got)
      end
      local run = drive == "script" and wait or function()
        return tasks.run(client, drive, wait)
      end
      local done, err = run()
      assert.equal("succeeded", assert(done, tostring(err)).status)
      assert.same(range(1, 14), got)
      assert.equal("100", scene:requests()[2].url:match "limit=(%d+)")
      client:close()
    end)
  end

  it("are given up to a job's failure", function()
    local scene = server:scenario { routes = {
      [JOB] = { { json = { id = "ftjob_1", object = "fine_tuning.job", status = "failed", error = {
        code = "bad_data", message = "the file", param = "training_file" } } } },
      [EVENTS] = { page(2, 1) },
    } }
    local got = {}
    local _, err = waited(connect.over_kept(scene), got)
    assert.same({ "failed", "failed", "bad_data", "training_file" }, { err.kind, err.reason, err.code, err.param })
    assert.same(range(1, 2), got)
  end)

  it("end a wait that cannot have them", function()
    local scene = server:scenario { routes = { [JOB] = { job "running" }, [EVENTS] = { { status = 403, json = {} } } } }
    local _, err = waited(connect.over_kept(scene), {})
    assert.equal("permission_denied", err.kind)
    assert.equal("running", err.partial.status)
  end)

  it("are not asked for where nobody wants them", function()
    local scene = server:scenario { routes = { [JOB] = { job "running", job "succeeded" } } }
    assert(connect.over_kept(scene).fine_tuning.jobs:wait("ftjob_1", { interval = 0 }))
    assert.equal(2, #scene:requests())
  end)

  it("leave a wait as what the program raises does", function()
    local scene = server:scenario { routes = { [JOB] = { job "running" }, [EVENTS] = { page(3, 1) } } }
    local client, seen = connect.over_kept(scene), 0
    local done, message = pcall(waited, client, {}, { on_event = function()
      seen = seen + 1
      error "enough"
    end })
    assert.is_false(done)
    assert.truthy(message:find("enough", 1, true))
    assert.equal(1, seen)
  end)
end)

--- Lists that are their pages, and what is new in them.
local function fetched(...)
  local pages = { ... }
  for i, one in ipairs(pages) do
    one.next = function()
      return pages[i + 1]
    end
  end
  return function()
    return pages[1]
  end
end

local function messages(list)
  local said = {}
  for i, one in ipairs(list) do
    said[i] = one.message
  end
  return said
end

describe("events", function()
  it("of a server that lists the oldest first are in order too", function()
    local one = events.new(fetched { data = { event(1), event(4), event(8) } })
    assert.same({ "m1", "m4", "m8" }, messages(events.fetch(one, {})))
  end)

  it("come once where two pages overlap, and where they have no ids", function()
    local bare = { created_at = 7, message = "bare" }
    local one = events.new(fetched({ data = { event(9), event(8) } }, { data = { event(8), event(6), bare, bare } },
      { data = "none" }))
    local fresh, given = assert(events.fetch(one, {})), {}
    assert.same({ "bare", "m6", "m8", "m9" }, messages(fresh))
    events.give(one, fresh, function(event_given)
      given[#given + 1] = event_given.message
    end)
    assert.same(messages(fresh), given)
    assert.same({}, events.fetch(one, {}))
  end)
end)
