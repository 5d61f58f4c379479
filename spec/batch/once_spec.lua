-- What must not be sent twice: lost replies, refusals, and what the service
-- has when it is asked.

local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local server = require("spec.support.server").start { tls = true }

local ANSWERS = { api = "answers" }

describe("what is sent once", function()
  local here = folder.each()

  --- A run whose uploads and creations get these replies first.
  local function run_with(files, batches, options)
    files[#files + 1], batches[#batches + 1] = ANSWERS, ANSWERS
    local scene = server:scenario { replies = { ANSWERS }, repeat_last = true,
      routes = { ["POST /files"] = files, ["POST /batches"] = batches } }
    local given = { endpoint = "/v1/embeddings", state = here:file "job", settle = 0.05, interval = 0.01,
      metadata = { case = here.path } }
    for name, value in pairs(options or {}) do
      given[name] = value
    end
    local client = connect.to(scene, { timeout = 1.5 })
    local run = assert(client.batches:run({ { body = { model = "m", input = "hi" } } }, given))
    return run, scene, client
  end

  --- "POST files, GET batches": what was sent before the batch was looked at.
  local function requests_of(scene)
    local list = {}
    for _, request in ipairs(scene:requests()) do
      local what = request.path:match "^/v1/(%w+)$"
      list[#list + 1] = what and request.method .. " " .. what
    end
    return table.concat(list, ", ")
  end

  --- Waits for a run, and checks that the service has one batch of it.
  local function check_done(run, scene, client)
    assert(run:wait(30))
    local sent, count = requests_of(scene), 0
    for batch in client.batches:each { limit = 100 } do
      count = count + (batch.metadata.case == here.path and 1 or 0)
    end
    assert.equal(1, count)
    return sent
  end

  it("is sent once", function()
    assert.equal("POST files, POST batches", check_done(run_with({}, {})))
  end)

  for name, reply in pairs {
    ["a reset"] = { api = "hears", fault = "reset" },
    ["no reply"] = { api = "hears", fault = "stall" },
    ["a busy server"] = { api = "hears", status = 503, headers = { ["retry-after-ms"] = "1" } },
    ["a time-out at the server"] = { api = "hears", status = 408, headers = { ["retry-after-ms"] = "1" } },
    ["an error of the server"] = { api = "hears", status = 500, headers = { ["retry-after-ms"] = "1" } },
    ["a conflict"] = { api = "hears", status = 409, headers = { ["retry-after-ms"] = "1" } },
  } do
    it("is found after " .. name, function()
      assert.equal("POST files, GET files, POST batches, GET batches", check_done(run_with({ reply }, { reply })))
    end)
  end

  it("is looked for on the longest pages that the service gives", function()
    local run, scene, client = run_with({ { api = "hears", fault = "reset" } }, { { api = "hears", fault = "reset" } })
    check_done(run, scene, client)
    local queries = {}
    for _, request in ipairs(scene:requests()) do
      queries[#queries + 1] = request.url:match "/files%?(.*)$" or request.url:match "/batches%?(.*)$"
    end
    assert.same({ "limit=100&order=desc&purpose=batch", "limit=100" }, { queries[1], queries[2] })
  end)

  it("is sent again when the service has nothing of it", function()
    assert.equal("POST files, GET files, POST files, POST batches, GET batches, POST batches",
      check_done(run_with({ { fault = "reset" } }, { { fault = "reset" } }, { settle = 0 })))
  end)

  it("is looked for until it must have arrived", function()
    local sent = check_done(run_with({}, { { fault = "reset" } }, { settle = 1.2 }))
    assert.truthy(sent:find("^POST files, POST batches, GET batches.*, GET batches, POST batches$"), sent)
  end)

  it("appears late, and is found", function()
    local sent = check_done(run_with({}, { { api = "hears", delay = 1.5, fault = "stall" } }, { settle = 20 }))
    assert.truthy(sent:find("^POST files, POST batches, GET batches[GET batches,]*$"), sent)
  end)

  it("is sent again when it was refused for a while", function()
    local busy = { status = 429, headers = { ["retry-after-ms"] = "1" } }
    assert.equal("POST files, POST files, POST batches, POST batches, POST batches",
      check_done(run_with({ busy }, { busy, busy })))
  end)

  it("is not sent again when it was refused for good, unless it is asked for", function()
    local run, scene, client = run_with({}, { { status = 400, json = { error = { message = "no" } } } })
    local done, err = run:wait()
    assert.is_nil(done)
    assert.equal("bad_request", err.kind)
    assert.equal("batches.create", err.operation)
    assert.equal("POST files, POST batches", requests_of(scene))
    assert.equal("POST files, POST batches, POST batches", check_done(run, scene, client))
  end)

  it("is not sent again while the service cannot be asked", function()
    local refused = { status = 403, json = { error = { message = "no lists" } } }
    local scene = server:scenario { replies = { ANSWERS }, repeat_last = true,
      routes = { ["POST /batches"] = { { fault = "reset" }, ANSWERS }, ["GET /batches"] = { refused, ANSWERS } } }
    local run = connect.to(scene).batches:run({ { body = {} } }, { endpoint = "/v1/x", state = here:file "job",
      settle = 0 })
    local done, err = run:wait()
    assert.is_nil(done)
    assert.equal("permission_denied", err.kind)
    assert.equal("POST files, POST batches, GET batches", requests_of(scene))
    run:wait(0)
    assert.equal("POST files, POST batches, GET batches, GET batches, POST batches", requests_of(scene))
  end)

  it("is uploaded again to a server that lists no files", function()
    local scene = server:scenario { replies = { ANSWERS }, repeat_last = true,
      routes = { ["POST /files"] = { { api = "hears", fault = "reset" }, ANSWERS },
        ["GET /files"] = { { status = 405 } } } }
    local run = connect.to(scene).batches:run({ { body = {} } }, { endpoint = "/v1/x", state = here:file "job" })
    run:wait(0)
    assert.equal("POST files, GET files, POST files, POST batches", requests_of(scene))
  end)

  it("ends when there were as many attempts as the client makes", function()
    local busy = { status = 503, headers = { ["retry-after-ms"] = "1" } }
    local run, scene = run_with({ busy, busy, busy }, {})
    local done, err = run:wait()
    assert.is_nil(done)
    assert.equal(503, err.status)
    assert.equal("POST files, GET files, POST files, GET files, POST files", requests_of(scene))
  end)
end)

describe("a list that is searched", function()
  local here = folder.each()

  local function page(first, ids, created_at)
    local data = {}
    for i, id in ipairs(ids) do
      data[i] = { id = id, object = "batch", input_file_id = "file-x", created_at = created_at[i] }
    end
    data[1] = first or data[1]
    return { json = { object = "list", data = data, has_more = true } }
  end

  --- How many pages are fetched of a list that never ends.
  local function pages_of(created_at)
    local lists = {}
    for i = 1, 3 do
      lists[i] = page(nil, { "a" .. i, "b" .. i }, created_at)
    end
    lists[4] = { status = 403 }
    local scene = server:scenario { routes = {
      ["POST /files"] = { { json = { id = "file-1" } } },
      ["POST /batches"] = { { fault = "reset" } },
      ["GET /batches"] = lists,
    } }
    local run = connect.to(scene, { max_retries = 1 }).batches:run({ { body = {} } },
      { endpoint = "/v1/x", state = here:file "job", settle = 0 })
    run:wait(0)
    local count = 0
    for _, request in ipairs(scene:requests()) do
      count = count + (request.method == "GET" and 1 or 0)
    end
    return count
  end

  it("is not followed to what is older than the run", function()
    local now = os.time()
    assert.equal(1, pages_of { now - 10, now - 200000 })
  end)

  it("is followed where it is not the newest first", function()
    local now = os.time()
    assert.equal(4, pages_of { now - 200000, now - 10 })
  end)

  it("is followed where all that it begins with is old", function()
    local now = os.time()
    assert.equal(4, pages_of { now - 200000, now - 200000 })
  end)

  it("is followed where it says nothing of times", function()
    assert.equal(4, pages_of {})
  end)
end)
