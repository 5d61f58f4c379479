-- What begins something and waits for it, by the names of the API's own
-- libraries.

local connect = require "spec.support.connect"
local core = require "oai.core"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"
local timing = require "spec.support.timing"

local QUICK = { interval = 0 }

local function reply(object, id, status, more)
  local json = { object = object, id = id, status = status }
  for name, value in pairs(more or {}) do
    json[name] = value
  end
  return { json = json }
end

local function client_of(replies, options)
  local scene = server:scenario(replies.routes and replies or { replies = replies })
  return options and connect.to(scene, options) or connect.over_kept(scene), scene
end

local function sent_to(scene)
  local lines = {}
  for i, request in ipairs(scene:requests()) do
    lines[i] = request.method .. " " .. request.path:gsub("^/v1", "")
  end
  return lines
end

local function file(status)
  return reply("vector_store.file", "file_1", status)
end

local function run(status)
  return reply("thread.run", "run_1", status, { thread_id = "thread_1" })
end

describe("create_and_poll", function()
  for name, case in pairs {
    ["vector_stores.files"] = {
      begin = function(client)
        return client.vector_stores.files:create_and_poll("vs_1", { file_id = "file_1", attributes = { a = 1 } }, QUICK)
      end,
      replies = { file "in_progress", file "in_progress", file "completed" }, status = "completed",
      sent = { "POST /vector_stores/vs_1/files", "GET /vector_stores/vs_1/files/file_1",
        "GET /vector_stores/vs_1/files/file_1" },
      body = { file_id = "file_1", attributes = { a = 1 } },
    },
    ["vector_stores.files of an object"] = {
      begin = function(client)
        return client.vector_stores:at("vs_1").files:create_and_poll({ file_id = "file_1" }, { poll_interval_ms = 0 })
      end,
      replies = { file "in_progress", file "completed" }, status = "completed",
      sent = { "POST /vector_stores/vs_1/files", "GET /vector_stores/vs_1/files/file_1" },
      body = { file_id = "file_1" },
    },
    ["vector_stores.file_batches"] = {
      begin = function(client)
        return client.vector_stores.file_batches:create_and_poll("vs_1", { file_ids = { "f1", "f2" } }, QUICK)
      end,
      replies = { reply("vector_store.files_batch", "b1", "in_progress"),
        reply("vector_store.files_batch", "b1", "completed") }, status = "completed",
      sent = { "POST /vector_stores/vs_1/file_batches", "GET /vector_stores/vs_1/file_batches/b1" },
      body = { file_ids = { "f1", "f2" } },
    },
    ["beta.threads.runs"] = {
      begin = function(client)
        return client.beta.threads.runs:create_and_poll("thread_1", { assistant_id = "a" }, QUICK)
      end,
      replies = { run "queued", run "in_progress", run "requires_action" }, status = "requires_action",
      sent = { "POST /threads/thread_1/runs", "GET /threads/thread_1/runs/run_1", "GET /threads/thread_1/runs/run_1" },
      body = { assistant_id = "a" },
    },
    ["beta.threads.create_and_run_poll"] = {
      begin = function(client)
        return client.beta.threads:create_and_run_poll({ assistant_id = "a" }, QUICK)
      end,
      replies = { run "queued", run "completed" }, status = "completed",
      sent = { "POST /threads/runs", "GET /threads/thread_1/runs/run_1" }, body = { assistant_id = "a" },
    },
    ["beta.threads.runs.submit_tool_outputs_and_poll"] = {
      begin = function(client)
        return client.beta.threads.runs:submit_tool_outputs_and_poll("thread_1", "run_1",
          { tool_outputs = { { tool_call_id = "c", output = "5" } } }, QUICK)
      end,
      replies = { run "queued", run "completed" }, status = "completed",
      sent = { "POST /threads/thread_1/runs/run_1/submit_tool_outputs", "GET /threads/thread_1/runs/run_1" },
      body = { tool_outputs = { { tool_call_id = "c", output = "5" } } },
    },
    ["a run, submit_tool_outputs_and_poll"] = {
      begin = function(client)
        return client.beta.threads.runs:at("thread_1", "run_1"):submit_tool_outputs_and_poll({ tool_outputs = {} },
          QUICK)
      end,
      replies = { run "queued", run "completed" }, status = "completed",
      sent = { "POST /threads/thread_1/runs/run_1/submit_tool_outputs", "GET /threads/thread_1/runs/run_1" },
      body = { tool_outputs = {} },
    },
    videos = {
      begin = function(client)
        return client.videos:create_and_poll({ prompt = "a cat" }, QUICK)
      end,
      replies = { reply("video", "v", "queued"), reply("video", "v", "completed") }, status = "completed",
      sent = { "POST /videos", "GET /videos/v" },
    },
  } do
    it("of " .. name, function()
      local client, scene = client_of(case.replies)
      local value, facts = case.begin(client)
      assert.equal(case.status, assert(value, tostring(facts)).status)
      assert.same(case.sent, sent_to(scene))
      assert.is_nil(scene:requests()[1].header["x-stainless-poll-helper"])
      assert.equal("true", scene:requests()[2].header["x-stainless-poll-helper"])
      if case.body then
        assert.same(case.body, require("cjson").decode(scene:requests()[1].body))
      end
    end)
  end

  it("has one time-out over all of it #timed", function()
    local client, scene = client_of { { json = { id = "v", object = "video", status = "queued" }, delay = 0.1 } }
    local value, err = client.videos:create_and_poll({ prompt = "a" }, { timeout = 0.12, interval = 60 })
    assert.is_nil(value)
    assert.equal("timeout", err.kind)
    assert.is_true(#scene:requests() <= 2)
    client = client_of { { fault = "stall" } }
    local started = core.clock()
    value, err = client.videos:create_and_poll({ prompt = "a" }, { max_wait_seconds = 0.06 })
    assert.is_nil(value)
    assert.same({ "timeout", "videos.create" }, { err.kind, err.operation })
    assert.is_true(timing.within(core.clock() - started, 0.5))
  end)

  it("gives the error of what could not begin, or has failed, or cannot be looked at", function()
    local client = client_of { { status = 400, json = { error = { message = "no" } } } }
    local _, err = client.videos:create_and_poll({ prompt = "a" }, QUICK)
    assert.same({ "bad_request", "videos.create" }, { err.kind, err.operation })
    client = client_of { run "queued", reply("thread.run", "run_1", "failed", { last_error = { code = "rate",
      message = "too much" } }) }
    _, err = client.beta.threads:create_and_run_poll({ assistant_id = "a" }, QUICK)
    assert.same({ "failed", "failed", "rate", "it ended as 'failed': too much", "beta.threads.create_and_run_poll" },
      { err.kind, err.reason, err.code, err.message, err.operation })
    client = client_of { { json = { status = "queued" } } }
    _, err = client.videos:create_and_poll({ prompt = "a" }, QUICK)
    assert.same({ "decode", "queued" }, { err.kind, err.partial.status })
    client = client_of { { json = { id = "a/../b", object = "video", status = "queued" } } }
    _, err = client.videos:create_and_poll({ prompt = "a" }, QUICK)
    assert.same({ "decode", "a/../b" }, { err.kind, err.partial.id })
  end)

  it("raises for what is no parameter", function()
    local client = client_of {}
    for message, params in pairs {
      ["the parameters must be a table, got string"] = "a",
      ["what is waited for is not streamed"] = { stream = true },
      ["'poll_interval_ms' is an option: options are the table after the parameters"] = { poll_interval_ms = 1 },
    } do
      local done, said = pcall(function()
        client.videos:create_and_poll(params)
      end)
      assert.is_false(done)
      assert.truthy(said:find("beginning_spec%.lua:%d+: oai: videos%.create_and_poll: "), said)
      assert.truthy(said:find(message, 1, true), said)
    end
  end)
end)

describe("upload and upload_and_poll", function()
  local SENT = reply("file", "file_1", "processed")

  it("send a file, and add it to the store", function()
    local client, scene = client_of { SENT, file "in_progress", file "completed" }
    local one = assert(client.vector_stores.files:upload_and_poll("vs_1", { attributes = { a = "b" },
      file = { data = "text", filename = "a.txt" } }, QUICK))
    assert.equal("completed", one.status)
    assert.same({ "POST /files", "POST /vector_stores/vs_1/files", "GET /vector_stores/vs_1/files/file_1" },
      sent_to(scene))
    assert.truthy(scene:requests()[1].body:find("assistants", 1, true))
    assert.same({ file_id = "file_1", attributes = { a = "b" } }, require("cjson").decode(scene:requests()[2].body))
    client, scene = client_of { SENT, file "in_progress" }
    one = assert(client.vector_stores.files:upload("vs_1", { file = { data = "text", filename = "a.txt" } }))
    assert.equal("in_progress", one.status)
    assert.equal(2, #scene:requests())
  end)

  it("give the file that was sent where it could not be added", function()
    local client = client_of { SENT, { status = 404, json = { error = { message = "no store" } } } }
    local _, err = client.vector_stores.files:upload_and_poll("vs_1", { file = { data = "t", filename = "a" } }, QUICK)
    assert.same({ "not_found", "file_1" }, { err.kind, err.partial.id })
    client = client_of { { status = 400, json = { error = { message = "no file" } } } }
    _, err = client.vector_stores.files:upload("vs_1", { file = { data = "t", filename = "a" } })
    assert.same({ "bad_request", "files.create" }, { err.kind, err.operation })
  end)
end)

describe("upload_and_poll of several files", function()
  local function files(count)
    local list = {}
    for i = 1, count do
      list[i] = { data = ("x"):rep(i), filename = i .. ".txt" }
    end
    return list
  end

  local function batch(status)
    return reply("vector_store.files_batch", "b1", status, { file_counts = { failed = 0 } })
  end

  --- A store; the id of each file is its number in order of arrival. `gate`:
  --- none is answered before there is a file of that name.
  local function store(options, gate)
    local sent = {}
    for i = 1, 12 do
      sent[i] = { json = { id = "file_" .. i, object = "file" }, reply_after = gate }
    end
    return client_of({ routes = { ["POST /files"] = sent, ["POST /vector_stores/vs_1/file_batches"] = { batch
      "in_progress" }, ["GET /vector_stores/vs_1/file_batches/b1"] = { batch "in_progress", batch "completed" } } },
      options)
  end

  for _, drive in ipairs { "script", "blocking", "frame" } do
    it("sends so many at a time, and adds them in order: " .. drive, function()
      local client, scene = store { max_retries = 0, loop = drive == "frame" and "frame" or "blocking" }
      local function upload()
        return client.vector_stores.file_batches:upload_and_poll("vs_1", { files = files(12), file_ids = { "old" } },
          QUICK)
      end
      local done, err
      if drive == "script" then
        done, err = upload()
      else
        done, err = tasks.run(client, drive, upload)
      end
      assert.equal("completed", assert(done, tostring(err)).status)
      local requests = scene:requests()
      assert.equal(12 + 3, #requests)
      local added = require("cjson").decode(requests[13].body).file_ids
      assert.equal(13, #added)
      assert.equal("old", added[1])
      client:close()
    end)
  end

  for most, concurrency in pairs { [5] = false, [2] = 2 } do
    it(("has %d under way at once"):format(most), function()
      local gate = os.tmpname()
      os.remove(gate)
      local client, scene = store({ max_retries = 0, limit_rate = false }, gate)
      local task = client:spawn(function()
        return client.vector_stores.file_batches:upload_and_poll("vs_1", { files = files(12) },
          { interval = 0, max_concurrency = concurrency or nil })
      end)
      assert.is_true(tasks.wait(client, "blocking", function()
        return #scene:requests() >= most
      end))
      tasks.go_on(client, "blocking")
      assert.equal(most, #scene:requests())
      assert(io.open(gate, "w")):close()
      assert.equal("completed", assert(task:await()).status)
      os.remove(gate)
      client:close()
    end)
  end

  it("sends what the files were at the call", function()
    local client, scene = store({ max_retries = 0 })
    local list = files(2)
    local task = client.vector_stores.file_batches:upload_and_poll("vs_1", { files = list },
      { interval = 0, max_concurrency = 1, wait = false })
    list[2].data = "changed meanwhile"
    assert(task:await())
    assert.is_nil(scene:requests()[2].body:find("changed", 1, true))
    client:close()
  end)

  it("keeps what was sent where one fails", function()
    local client = client_of({ routes = { ["POST /files"] = { { json = { id = "f1", object = "file" } },
      { status = 400, json = { error = { message = "no" } } } } } }, { max_retries = 0 })
    local done, err = client.vector_stores.file_batches:upload_and_poll("vs_1", { files = files(4) },
      { max_concurrency = 1 })
    assert.is_nil(done)
    assert.equal("bad_request", err.kind)
    assert.same({ file_ids = { "f1" } }, err.partial)
    client:close()
  end)

  it("does not go on without a file whose id the server does not say", function()
    local client = client_of({ routes = { ["POST /files"] = { { json = { id = "f1", object = "file" } },
      { json = { object = "file" } } } } }, { max_retries = 0 })
    local done, err = client.vector_stores.file_batches:upload_and_poll("vs_1", { files = files(3) },
      { max_concurrency = 1 })
    assert.is_nil(done)
    assert.same({ "decode", "the reply has no id of a file", { file_ids = { "f1" } } },
      { err.kind, err.message, err.partial })
    client = client_of({ { json = { object = "file" } } }, { max_retries = 0 })
    err = select(2, client.vector_stores.files:upload("vs_1", { file = { data = "t", filename = "a" } }))
    assert.equal("decode", err.kind)
  end)

  it("keeps the ids of all, those that were sent before too, where they cannot be added", function()
    local client = client_of({ routes = { ["POST /files"] = { { json = { id = "f1", object = "file" } } },
      ["POST /vector_stores/vs_1/file_batches"] = { { status = 400, json = { error = { message = "no" } } } } } },
      { max_retries = 0 })
    local done, err = client.vector_stores.file_batches:upload_and_poll("vs_1", { files = files(1),
      file_ids = { "old" } })
    assert.is_nil(done)
    assert.same({ "bad_request", { file_ids = { "old", "f1" } } }, { err.kind, err.partial })
    client:close()
  end)

  it("raises for no files, for what is none, and for no concurrency", function()
    local client = client_of({}, { max_retries = 0 })
    for message, call in pairs {
      ["'files' must be a list of files; for those that were sent there is create_and_poll"] = function()
        client.vector_stores.file_batches:upload_and_poll("vs_1", { files = {} })
      end,
      ["option 'max_concurrency' must be a whole number from 1 on, got 0"] = function()
        client.vector_stores.file_batches:upload_and_poll("vs_1", { files = files(1) }, { max_concurrency = 0 })
      end,
      ["'max_concurrency' is an option"] = function()
        client.vector_stores.file_batches:upload_and_poll("vs_1", { files = files(1), max_concurrency = 2 })
      end,
      ["files[2] must be the path of a file, an open file or a table, got boolean"] = function()
        client.vector_stores.file_batches:upload_and_poll("vs_1", { files = { "a", true } })
      end,
      ["'files' is no list: files[2] is nil, and there is more in it"] = function()
        client.vector_stores.file_batches:upload_and_poll("vs_1", { files = { "a", nil, "b" } })
      end,
      ["'file_ids' is no list: file_ids[1] is nil"] = function()
        client.vector_stores.file_batches:upload_and_poll("vs_1", { files = { "a" }, file_ids = { nil, "b" } })
      end,
      ["files[1] must be the path of a file, and is empty"] = function()
        client.vector_stores.file_batches:upload_and_poll("vs_1", { files = { "" } })
      end,
      ["files.upload: 'file' must be the path of a file, and holds NUL"] = function()
        client.vector_stores.files:upload("vs_1", { file = "a\0b" })
      end,
      ["'files' is no list: files[2] is nil"] = function()
        client.vector_stores:upload("vs_1", { "a", nil, "b", attributes = { a = 1 } })
      end,
      ["'file_ids' must be a list of ids, got string"] = function()
        client.vector_stores.file_batches:upload_and_poll("vs_1", { files = files(1), file_ids = "file_1" })
      end,
      ["files.upload_and_poll: 'file' must be the path of a file, an open file or a table, got nil"] = function()
        client.vector_stores.files:upload_and_poll("vs_1", { files = files(1) })
      end,
      ["files.upload: 'file' must be the path"] = function() client.vector_stores.files:upload("vs_1", {}) end,
      ["create_and_poll: one argument too many: the options follow the parameters"] = function()
        client.videos:create_and_poll({}, nil, { timeout = 1 })
      end,
    } do
      local done, said = pcall(call)
      assert.is_false(done)
      assert.truthy(tostring(said):find("^spec/poll/beginning_spec%.lua:%d+: oai: "), said)
      assert.truthy(tostring(said):find(message, 1, true), said)
    end
    client:close()
  end)

  it("says where the program was when one cannot be sent", function()
    local client = client_of({}, { max_retries = 0 })
    local _, err = client.vector_stores.file_batches:upload_and_poll("vs_1", { files = { "/nowhere" } })
    assert.equal("io", err.kind)
    assert.truthy(err.where and err.where:find "beginning_spec%.lua:%d+$", err.where)
    client:close()
  end)
end)
