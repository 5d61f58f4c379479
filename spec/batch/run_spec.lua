-- A run while it goes on: what it says, how it waits, on every loop, and how
-- it is ended.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local oai = require "oai"
local folder = require "spec.support.folder"
local server = require("spec.support.server").start { tls = true }

local ANSWERS = { api = "answers" }
local SECONDS = 30 -- until something is given up

local function requests(count)
  local list = {}
  for i = 1, count do
    list[i] = { body = { model = "m", input = "text " .. i } }
  end
  return list
end

local function with(base, more)
  for name, value in pairs(more or {}) do
    base[name] = value
  end
  return base
end

--- How many requests of a scene are like this pattern.
local function count_sent(scene, pattern)
  local count = 0
  for _, request in ipairs(scene:requests()) do
    count = count + ((request.method .. request.path):find(pattern) and 1 or 0)
  end
  return count
end

describe("a run of batches", function()
  local here = folder.each()

  local function options(more)
    return with({ endpoint = "/v1/embeddings", state = here:file "job", interval = 0.01, max_interval = 0.02,
      settle = 0 }, more)
  end

  --- A run on the server's own API, but for these routes.
  local function run_on(routes, count, more, client_options)
    local scene = server:scenario { replies = { ANSWERS }, repeat_last = true, routes = routes or {} }
    local client = connect.to(scene, with({ max_retries = 0 }, client_options))
    return assert(client.batches:run(requests(count or 1), options(more))), scene, client
  end

  --- A run that resumes a batch whose looks get these replies.
  local function resumed(looks, more)
    local scene = server:scenario { routes = { ["GET /batches/batch_1"] = looks } }
    local client = connect.to(scene, { max_retries = 0 })
    return assert(client.batches:run(nil, with({ resume = "batch_1", state = here:file "job", interval = 0.01 },
      more))), scene
  end

  local WORKING = { json = { id = "batch_1", object = "batch", status = "in_progress",
    request_counts = { total = 9, completed = 4, failed = 1 } } }
  local DONE = { json = { id = "batch_1", object = "batch", status = "completed",
    request_counts = { total = 9, completed = 7, failed = 2 } } }
  --- A reply that is a batch of which the server's own API knows nothing.
  local function unknown_batch(status)
    return { json = { id = "batch_0", object = "batch", status = status } }
  end
  local BUSY = { status = 503, json = { error = { message = "busy" } } }

  local CUT = { content_length = 1000, steps = { { write = "{" }, { close = true } } }

  local function count_of(run)
    local count, result, err = 0, run:next()
    while result do
      count = count + 1
      result, err = run:next()
    end
    assert.is_nil(err)
    return count
  end

  it("says what it does", function()
    local said = {}
    local run = run_on(nil, 3, {
      max_requests = 2,
      progress = function(progress)
        said[#said + 1] = ("%s %s %d/%d %d/%d"):format(progress.stage, tostring(progress.part), progress.ended,
          progress.parts, progress.completed, progress.total)
        assert.is_true(progress.elapsed >= 0 and progress.elapsed < SECONDS)
      end,
    })
    assert.matches("^oai.BatchRun %x+$", tostring(run))
    assert.same({}, run:batch_ids())
    assert.equal(run, run:wait(SECONDS))
    assert.same({
      "uploading 1 0/2 0/3", "uploaded 1 0/2 0/3", "creating 1 0/2 0/3", "created 1 0/2 0/3",
      "uploading 2 0/2 0/3", "uploaded 2 0/2 0/3", "creating 2 0/2 0/3", "created 2 0/2 0/3",
      "waiting nil 0/2 0/3", "waiting nil 0/2 0/3",
      "ended 1 1/2 2/3", "downloaded 1 1/2 2/3", "ended 2 2/2 3/3", "downloaded 2 2/2 3/3", "waiting nil 2/2 3/3",
    }, said)
    assert.equal(2, #run:batch_ids())
    local status = run:status()
    assert.equal(3, status.completed)
    assert.same(run:batch_ids(), status.batch_ids)
  end)

  it("sends what it was given, whatever becomes of the tables, and its marks", function()
    local given = {
      metadata = { team = "red" }, expires_after = { anchor = "created_at", seconds = 3600 },
      output_expires_after = { anchor = "created_at", seconds = 7200 },
    }
    local run, scene = run_on(nil, 1, given)
    given.metadata.team, given.expires_after.seconds, given.output_expires_after.seconds = "blue", 1, 1
    run:wait(0)
    local sent, key = scene:requests(), tostring(run):match "^oai.BatchRun (%S+)$"
    assert.truthy(sent[1].body:find('name="expires_after[seconds]"\r\n\r\n3600', 1, true))
    assert.truthy(sent[1].body:find(('filename="oai-run-%s-1.jsonl"'):format(key), 1, true))
    local body = require("cjson").decode(sent[2].body)
    assert.same({ team = "red", oai_run = key, oai_part = "1" }, body.metadata)
    assert.same({ anchor = "created_at", seconds = 7200 }, body.output_expires_after)
    assert.equal("24h", body.completion_window)
    assert.equal("/v1/embeddings", body.endpoint)
    assert.are_not.equal(sent[1].connection, sent[2].connection) -- nothing is lost with one that was kept
  end)

  it("looks more and more seldom, within bounds", function()
    local looks = {}
    for i = 1, 7 do
      looks[i] = WORKING
    end
    looks[8] = DONE
    local run, scene = resumed(looks, { interval = 0.1, max_interval = 0.3 })
    assert(run:wait(SECONDS))
    local sent = scene:requests()
    for i, least in ipairs { 0.1, 0.15, 0.225, 0.3, 0.3, 0.3, 0.3 } do
      local gap = sent[i + 1].received_at - sent[i].received_at
      assert.is_true(gap > least * 0.9 and gap < least + 5, ("gap %d: %g"):format(i, gap))
    end
  end)

  it("is waited for as long as one likes", function()
    local run, scene = resumed({ WORKING, WORKING, WORKING, DONE }, { interval = 0.8, max_interval = 0.8 })
    for _ = 1, 3 do -- there is time for one look only
      local done, err = run:wait(0.05)
      assert.is_nil(done)
      assert.equal("timeout", err.kind)
    end
    assert.equal(1, scene:journal().requests_total)
    assert(run:wait(SECONDS))
    assert.equal(4, scene:journal().requests_total)
    assert(run:wait(0))
    assert.equal(4, scene:journal().requests_total)
    assert.equal(7, run:status().completed)
    assert.equal(9, run:status().total)
  end)

  it("bears that the service is out of reach for a while", function()
    local said = {}
    local run = resumed({ WORKING, BUSY, CUT, { status = 429 }, WORKING, BUSY, DONE }, {
      progress = function(progress)
        said[#said + 1] = progress.err and progress.err.kind
      end,
    })
    assert(run:wait(SECONDS))
    assert.same({ "server", "connection", "rate_limit", "server" }, said)
  end)

  it("does not bear it for ever", function()
    local run = resumed({ WORKING, BUSY, BUSY, DONE }, { patience = 0.02, interval = 0.05, max_interval = 0.05 })
    local done, err = run:wait(SECONDS)
    assert.is_nil(done)
    assert.equal("server", err.kind)
    assert(run:wait(SECONDS)) -- whoever asks again is answered
  end)

  it("does not bear it before it has been reached", function()
    local run = resumed { BUSY, DONE }
    local done, err = run:wait(SECONDS)
    assert.is_nil(done)
    assert.equal("server", err.kind)
  end)

  it("bears it while batches are made, and while they are fetched", function()
    local run = run_on({
      ["POST /files"] = { ANSWERS, { fault = "reset" }, BUSY, ANSWERS },
      ["POST /batches"] = { ANSWERS, BUSY, ANSWERS },
      ["GET /files"] = { BUSY, ANSWERS, ANSWERS, ANSWERS },
    }, 2, { max_requests = 1 })
    assert.equal(2, count_of(run))
    local cut = server:scenario { routes = {
      ["GET /batches/batch_1"] = { { json = { id = "batch_1", status = "completed", output_file_id = "file-1" } } },
      ["GET /files/file-1/content"] = { CUT, BUSY, { body = '{"custom_id":"a","response":{"body":1}}\n' } },
    } }
    run = connect.to(cut, { max_retries = 0 }).batches:run(nil, { resume = "batch_1", interval = 0.01 })
    assert.same({ custom_id = "a", response = 1 }, run:next())
    assert.is_nil(run:next()) -- and removes its files
  end)

  it("takes no page for results, which are asked for again", function()
    local scene = server:scenario { routes = {
      ["GET /batches/batch_1"] = { { json = { id = "batch_1", status = "completed", output_file_id = "file-1" } } },
      ["GET /files/file-1/content"] = { { body = "<html>Sign in</html>" },
        { body = '{"custom_id":"a","response":{"body":1}}\n' } },
    }, repeat_last = true }
    local client = connect.to(scene, { max_retries = 0 })
    local asked = { resume = "batch_1", state = here:file "portal", interval = 0.01 }
    local result, err = client.batches:run(nil, asked):next()
    assert.is_nil(result)
    assert.equal("decode", err.kind)
    assert.truthy(err.message:find("no lines of JSON (a page of markup", 1, true), err.message)
    assert.same({ custom_id = "a", response = 1 }, client.batches:run(nil, asked):next())
  end)

  it("ends when there is no such batch", function()
    local missing = { status = 404, json = { error = { message = "No such batch" } } }
    local run = resumed { missing, missing }
    local done, err = run:wait(SECONDS)
    assert.is_nil(done)
    assert.equal("not_found", err.kind)
    local ok, raised = pcall(run)
    assert.is_false(ok)
    assert.equal("not_found", raised.kind)
  end)

  it("has so many batches under way at once", function()
    local most = 0
    local run, scene = run_on(nil, 5, {
      max_requests = 1, concurrency = 2,
      progress = function(progress)
        local under_way = #progress.batch_ids - progress.ended
        most = math.max(most, under_way)
      end,
    })
    assert.equal(5, count_of(run))
    assert.equal(2, most)
    assert.equal(5, count_sent(scene, "^POST/v1/batches$"))
  end)

  it("begins no other for one that could not be sent yet", function()
    local BUSIER = { status = 429 }
    for i, case in ipairs { { "POST /files", BUSY }, { "POST /batches", BUSY }, { "POST /batches", BUSIER } } do
      local begun = {}
      local run = run_on({ [case[1]] = { ANSWERS, case[2], ANSWERS, ANSWERS } }, 3, {
        max_requests = 1, concurrency = 1, state = here:file("job" .. i),
        progress = function(progress)
          if progress.stage == "uploading" and begun[#begun] ~= progress.part then
            begun[#begun + 1] = progress.part
            assert.is_true(progress.ended >= progress.part - 1)
          end
        end,
      })
      assert.equal(3, count_of(run))
      assert.same({ 1, 2, 3 }, begun)
    end
  end)

  it("goes on after an error in what it tells", function()
    local is_told = false
    local run = run_on(nil, 1, {
      progress = function()
        if not is_told then
          is_told = true
          error("planned", 0)
        end
      end,
    })
    assert.same({ false, "planned" }, { pcall(run.wait, run, 5) })
    assert.equal(run, run:wait(5))
  end)

  it("gives the results of a batch while others are under way", function()
    local run, scene = run_on(nil, 2, { max_requests = 1, concurrency = 1 })
    assert.equal("request-1", run:next().custom_id)
    assert.equal(1, run:status().ended)
    assert.equal("request-2", run:next().custom_id)
    assert.is_nil(run:next())
    assert.is_true(scene:journal().requests_total > 8)
  end)

  it("of no requests is done", function()
    local run, scene = run_on(nil, 0)
    assert(run:wait())
    assert.is_nil(run:next())
    assert.equal(0, scene:journal().requests_total)
  end)

  it("is taken away with its files", function()
    local run = run_on()
    assert(run:wait(SECONDS))
    assert.equal("job job.1.input.jsonl job.1.output.jsonl", here:names())
    run:remove()
    assert.equal("", here:names())
    for _, method in ipairs { "wait", "next", "results" } do
      local ok, message = pcall(run[method], run)
      assert.is_false(ok)
      assert.truthy(message:find(("oai: batch run:%s: its files have been removed"):format(method), 1, true), message)
    end
  end)

  it("fetches again what is gone from the disk", function()
    local run, _, client = run_on()
    assert(run:wait(SECONDS))
    for _, what in ipairs { "input", "output" } do
      local name = ("job.1.%s.jsonl"):format(what)
      local content = here:read(name)
      os.remove(here:file(name))
      local again = assert(client.batches:run(nil, { state = here:file "job" }))
      assert.equal(1, count_of(again))
      assert.equal(content, here:read(name))
    end
  end)

  it("leaves no results out that could not be read at first", function()
    local run = run_on(nil, 2, { max_requests = 1 })
    assert(run:wait(SECONDS))
    assert(os.rename(here:file "job.1.output.jsonl", here:file "elsewhere"))
    local result, err = run:next()
    assert.is_nil(result)
    assert.truthy(err.message:find("job.1.output.jsonl", 1, true), err.message)
    assert(os.rename(here:file "elsewhere", here:file "job.1.output.jsonl"))
    assert.equal(2, count_of(run))
  end)

  it("says when the disk is full", function()
    local run = run_on()
    assert.is_true(here:run "ln -s /dev/full job.part") -- under this name the state is written
    local done, err = run:wait()
    assert.is_nil(done)
    assert.equal("io", err.kind)
    assert(run:wait(SECONDS))
  end)

  it("has its batches cancelled when asked to", function()
    local run, scene = run_on(nil, 3, { max_requests = 1, concurrency = 2 })
    run:wait(0)
    assert.equal(2, #run:batch_ids())
    assert.is_true(run:cancel())
    local kinds, result = {}, run:next()
    while result do
      kinds[#kinds + 1] = ("%s %s"):format(result.custom_id, result.error.kind)
      result = run:next()
    end
    table.sort(kinds)
    assert.same({ "request-1 cancelled", "request-2 cancelled", "request-3 cancelled" }, kinds)
    assert.same({ 2, 2 }, { count_sent(scene, "/cancel$"), count_sent(scene, "^POST/v1/batches$") })
    assert.is_true(run:cancel()) -- there is nothing left to cancel
  end)

  it("may have ended before it is cancelled", function()
    local run, _, client = run_on()
    run:wait(0)
    local batch = client.batches:at(run:batch_ids()[1])
    while batch.status ~= "completed" do
      assert(batch:refresh())
    end
    assert.is_true(run:cancel())
    assert.equal(1, count_of(run))
    assert.equal(200, run:results()().status_code)
  end)

  for name, case in pairs {
    ["was heard"] = { reply = { api = "hears", fault = "reset" }, batches = 1 },
    ["was not heard"] = { reply = { fault = "reset" }, batches = 0 },
  } do
    it("is cancelled although nobody knows whether its batch is there, which " .. name, function()
      local run = run_on { ["POST /batches"] = { case.reply } }
      assert.is_nil((run:wait(0)))
      assert.is_true(run:cancel())
      assert.equal(case.batches, #run:batch_ids())
      assert.equal("cancelled", run:next().error.kind)
    end)
  end

  it("says why it cannot be cancelled", function()
    local run = run_on { ["POST /batches"] = { unknown_batch "in_progress" } } -- of which the service knows nothing
    run:wait(0)
    local done, err = run:cancel()
    assert.is_nil(done)
    assert.equal("not_found", err.kind)
  end)

  it("goes on beside others in tasks", function()
    local scene = server:scenario { replies = { ANSWERS }, repeat_last = true }
    local client, total = connect.to(scene), 0
    for i = 1, 3 do
      client:spawn(function()
        local count = count_of(assert(client.batches:run(requests(4), options { state = here:file("job" .. i) })))
        total = total + count
      end)
    end
    client:run()
    assert.equal(12, total)
  end)

  it("is read by several tasks at once, which share its results", function()
    local run, scene, client = run_on(nil, 20, { max_requests = 4 })
    local seen, shares = {}, {}
    for i = 1, 3 do
      client:spawn(function()
        shares[i] = 0
        local result, err = run:next()
        while result do
          assert.is_nil(seen[result.custom_id])
          seen[result.custom_id] = true
          shares[i] = shares[i] + 1
          oai.sleep(0.001)
          result, err = run:next()
        end
        assert.is_nil(err)
      end)
    end
    client:run()
    for i = 1, 20 do
      assert.is_true(seen["request-" .. i])
    end
    assert.equal(20, shares[1] + shares[2] + shares[3])
    assert.equal(5, count_sent(scene, "^POST/v1/batches$"))
  end)

  it("can be waited for by one task for longer than by another", function()
    local run, _, client = run_on(nil, 1, { interval = 0.5, max_interval = 0.5 })
    local patient = client:spawn(function()
      return run:wait()
    end)
    local done, err = client:spawn(function()
      return run:wait(0.2)
    end):await()
    assert.is_nil(done)
    assert.equal("timeout", err.kind)
    assert.equal(run, patient:await(SECONDS))
  end)

  for name, point in pairs { ["it sleeps"] = {}, ["a batch is made"] = { ["POST /batches"] = { ANSWERS,
    { api = "hears", fault = "stall" } } } } do
    it("is cancelled by another task while " .. name, function()
      local run, scene, client = run_on(point, 2, { max_requests = 1, interval = 0.3 }, { timeout = 1 })
      local reader = client:spawn(count_of, run)
      local wanted = point["POST /batches"] and 4 or 5
      client:spawn(function()
        while scene:journal().requests_total < wanted and #run:batch_ids() < 2 do
          oai.sleep(0.02)
        end
        assert(run:cancel())
      end)
      client:run()
      assert.equal(2, reader.value)
      for result in run:results() do
        assert.equal("cancelled", result.error.kind)
      end
      for _, id in ipairs(run:batch_ids()) do
        assert.equal("cancelled", client.batches:retrieve(id).status)
      end
      assert.equal(2, #run:batch_ids())
    end)
  end

  it("stays cancelled in another process", function()
    local run, _, client = run_on({
      ["POST /batches"] = { unknown_batch "in_progress" }, ["GET /batches/batch_0"] = { unknown_batch "cancelled" },
      ["POST /batches/batch_0/cancel"] = { { fault = "reset" }, unknown_batch "cancelling" },
    }, 2, { max_requests = 1, concurrency = 1 })
    run:wait(0)
    assert.equal("connection", select(2, run:cancel()).kind) -- and then it was killed
    local again = assert(client.batches:run(nil, { state = here:file "job", interval = 0.01 }))
    assert.equal("cancelled", again:next().error.kind)
    assert.equal("cancelled", again:next().error.kind)
    assert.is_nil(again:next())
    assert.equal(1, #again:batch_ids())
  end)

  it("is read in a task", function()
    local run, _, client = run_on(nil, 2)
    local task = client:spawn(function()
      return count_of(run)
    end)
    assert.is_false(task.done)
    assert.equal(2, task:await(SECONDS))
  end)

  it("goes on without a task that was cancelled while it slept", function()
    local run, scene, client = run_on(nil, 1, { interval = 0.5, max_interval = 0.5 })
    local task = client:spawn(function()
      return run:wait()
    end)
    while #run:batch_ids() == 0 do
      client:spawn(function()
        oai.sleep(0.01)
      end):await()
    end
    task:cancel()
    local done, err = task:await()
    assert.is_nil(done)
    assert.equal("cancelled", err.kind)
    for _, request in ipairs(scene:requests()) do
      assert.is_nil(request.path:find "cancel")
    end
    assert.equal(1, count_of(run))
  end)

  it("waits on a game's loop", function()
    local run, _, client = run_on(nil, 3, { max_requests = 2 }, { loop = "frame" })
    local task = client:spawn(function()
      return count_of(run)
    end)
    while not task.done do
      client:update()
      require("socket").sleep(0.001)
    end
    assert.equal(3, task.value)
    client:close()
  end)

  -- How a program runs `work` on each loop, whose library this Lua may lack.
  local HOSTS = {
    uv = { library = "luv", code = "client:spawn(work) require('luv').run() client:close() require('luv').run()" },
    cqueues = { library = "cqueues", code = "local queue = require('cqueues').new() queue:wrap(work) queue:loop()" },
    copas = { library = "copas", code = "require('copas').addthread(work) require('copas').loop()" },
  }

  for loop, host in pairs(HOSTS) do
    if pcall(require, host.library) then
      it("waits on the loop " .. loop, function()
        local scene = server:scenario { replies = { ANSWERS }, repeat_last = true }
        local output, status = child.run(([[
          local client = require("oai").client { api_key = "sk-spec", base_url = %q, loop = %q }
          local function work()
            local run = assert(client.batches:run({ { body = { model = "m", input = "x" } } },
              { endpoint = "/v1/embeddings", state = %q, interval = 0.01 }))
            local result, err = run:next()
            print(result and result.custom_id, err, run:next())
          end
          %s
        ]]):format(scene.base_url, loop, here:file "job", host.code))
        assert.equal("request-1\tnil\tnil\n", output)
        assert.equal(0, status)
      end)
    end
  end

  it("waits in a scheduler of the program's own", function()
    local blocking, slept = require "oai.loop.blocking", 0
    local run = run_on(nil, 1, nil, { loop = {
      worker = false, wait = blocking.wait,
      sleep = function(engine, seconds)
        slept = slept + 1
        blocking.sleep(engine, seconds)
      end,
    } })
    assert.equal(1, count_of(run))
    assert.is_true(slept > 0)
  end)
end)
