-- client.batches:run: what it takes, what it goes on with, and what it
-- refuses. The operations themselves are in operations_spec.lua, runs in
-- spec/batch/.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local guide = require "spec.support.guide"
local server = require("spec.support.server").start { tls = true }
local said = require "spec.support.said"

local REQUESTS = { { custom_id = "a", body = { model = "m", input = "one" } },
  { custom_id = "b", body = { model = "m", input = "two" } } }

describe("client.batches:run", function()
  local here = folder.each()
  local scene, client

  before_each(function()
    scene = server:scenario { replies = { { api = "answers" } }, repeat_last = true }
    client = connect.to(scene)
  end)

  local function options(more)
    local all = { endpoint = "/v1/embeddings", state = here:file "job", interval = 0.01 }
    for name, value in pairs(more or {}) do
      all[name] = value
    end
    return all
  end

  local function ids_of(run)
    local ids, result, err = {}, run:next()
    while result do
      ids[#ids + 1] = result.custom_id
      result, err = run:next()
    end
    assert.is_nil(err)
    table.sort(ids)
    return table.concat(ids, " ")
  end

  it("gives the result of each request", function()
    local run = assert(client.batches:run(REQUESTS, options()))
    assert.equal(0, scene:journal().requests_total)
    local seen = {}
    for result in run do
      seen[result.custom_id] = #result.response.data[1].embedding
    end
    assert.same({ a = 8, b = 8 }, seen)
  end)

  it("does without a state, and then leaves no file", function()
    local tmpname, name = os.tmpname, nil
    os.tmpname = function() -- luacheck: ignore 122
      name = tmpname()
      return name
    end
    local run = assert(client.batches:run(REQUESTS, { endpoint = "/v1/embeddings", interval = 0.01 }))
    local refused = client.batches:run({ REQUESTS[1], REQUESTS[1] }, { endpoint = "/v1/embeddings" })
    os.tmpname = tmpname -- luacheck: ignore 122
    assert.is_nil(refused)
    assert.is_nil(io.open(name))
    assert.equal("a b", ids_of(run))
    assert.is_nil(io.open(run.path))
  end)

  it("goes on without the requests", function()
    assert(assert(client.batches:run(REQUESTS, options())):wait(0) == nil)
    local before = scene:journal().requests_total
    local run = assert(client.batches:run(nil, { state = here:file "job", interval = 0.01 }))
    assert.equal("a b", ids_of(run))
    for i, request in ipairs(scene:requests()) do
      assert.is_true(i <= before or request.method == "GET")
    end
  end)

  it("does not ask for requests that it has", function()
    assert(client.batches:run(REQUESTS, options()))
    local run = assert(client.batches:run(function()
      error "it must not ask"
    end, options()))
    assert.equal("a b", ids_of(run))
  end)

  it("begins anew where the files were taken away", function()
    local run = assert(client.batches:run(REQUESTS, options()))
    run:remove()
    local again = assert(client.batches:run({ REQUESTS[1] }, options()))
    assert.are_not.equal(tostring(run), tostring(again))
    assert.equal("a", ids_of(again))
  end)

  describe("resumes", function()
    local ids

    before_each(function()
      local run = assert(client.batches:run(REQUESTS, options { max_requests = 1 }))
      run:wait(0)
      ids = run:batch_ids()
      run:remove()
      assert.equal(2, #ids)
    end)

    it("a batch by its id", function()
      local run = assert(client.batches:run(nil, { resume = ids[2], interval = 0.01 }))
      local result = run:next()
      assert.equal("b", result.custom_id)
      assert.same(REQUESTS[2].body, result.request.body)
      assert.is_nil(run:next())
    end)

    it("several, with a state of their own", function()
      assert(assert(client.batches:run(nil, { resume = ids, interval = 0.01, state = here:file "job" })):wait())
      for _, resume in ipairs { ids, false } do
        local run = assert(client.batches:run(nil, { resume = resume or nil, state = here:file "job" }))
        assert.equal("a b", ids_of(run))
      end
      local run, err = client.batches:run(nil, { resume = { ids[1] }, state = here:file "job" })
      assert.is_nil(run)
      assert.truthy(err.message:find("is of a run of other batches", 1, true), err.message)
    end)
  end)

  for name, case in pairs {
    ["requests of another number"] = { requests = { REQUESTS[1] }, says = "is of a run of other requests" },
    ["requests of another size"] = {
      requests = { REQUESTS[1], { custom_id = "b", body = {} } }, says = "is of a run of other requests",
    },
    ["another endpoint"] = {
      requests = REQUESTS, options = { endpoint = "/v1/moderations" }, says = "is of a run of /v1/embeddings",
    },
  } do
    it("does not take the state of a run for that of " .. name, function()
      assert(client.batches:run(REQUESTS, options()))
      local before = here:read "job"
      local run, err = client.batches:run(case.requests, options(case.options))
      assert.is_nil(run)
      assert.equal("bad_request", err.kind)
      assert.truthy(err.message:find(case.says, 1, true), err.message)
      assert.equal(before, here:read "job")
    end)
  end

  it("does not write over a file that is no state", function()
    here:write("job", "precious\n")
    local run, err = client.batches:run(REQUESTS, options())
    assert.is_nil(run)
    assert.truthy(err.message:find("is not the state of a run", 1, true), err.message)
    assert.equal("precious\n", here:read "job")
    assert.equal("job", here:names())
  end)

  it("returns errors of the requests, and of the disk", function()
    local run, err = client.batches:run({ REQUESTS[1], REQUESTS[1] }, options())
    assert.is_nil(run)
    assert.equal("oai: batches.run: request 2: the custom_id 'a' is there twice", said(err))
    assert.equal("", here:names())
    run, err = client.batches:run(REQUESTS, options { state = here:file "none/job" })
    assert.is_nil(run)
    assert.equal("batches.run", err.operation)
    run, err = client.batches:run(nil, options())
    assert.is_nil(run)
    assert.truthy(err.message:find("there are no requests", 1, true), err.message)
    assert.equal(0, scene:journal().requests_total)
  end)

  for name, case in pairs {
    ["a string"] = {
      arguments = { "requests.jsonl" }, says = "the requests must be an array or a function, got string",
    },
    ["both requests and ids"] = {
      arguments = { {}, { resume = "batch_1" } }, says = "give requests or 'resume', not both",
    },
    ["an unknown option"] = {
      arguments = { {}, { stat = "x" } }, says = "unknown option 'stat'; did you mean 'state'?",
    },
    ["an option of a wrong type"] = {
      arguments = { {}, { interval = "5" } }, says = "option 'interval' must be a number, got string",
    },
    ["a state file with NUL in its name"] = {
      arguments = { {}, { state = "/tmp/a\0b" } }, says = "option 'state' must not hold NUL",
    },
    ["options that are no table"] = { arguments = { {}, "x" }, says = "the options must be a table, got string" },
    ["a resume that is no id"] = {
      arguments = { nil, { resume = 12 } }, says = "option 'resume' must be the id of a batch, or a list of them",
    },
    ["an empty id"] = {
      arguments = { nil, { resume = { "" } } }, says = "an id in 'resume' must be a non-empty string",
    },
    ["a request that is none"] = {
      arguments = { { REQUESTS[1], "x" }, { endpoint = "/v1/embeddings" } },
      says = "request 2: expected a table, got string",
    },
  } do
    it("raises for " .. name .. ", and leaves no file", function()
      local tmpname, made = os.tmpname, nil
      os.tmpname = function() -- luacheck: ignore 122
        made = tmpname()
        return made
      end
      local done, message = pcall(function()
        return client.batches:run(case.arguments[1], case.arguments[2])
      end)
      os.tmpname = tmpname -- luacheck: ignore 122
      assert.is_false(done)
      assert.truthy(message:find("batches_spec.lua:%d+: oai: batches.run: "), message)
      assert.truthy(message:find(case.says, 1, true), message)
      for _, suffix in ipairs { "", ".1.input.jsonl" } do
        assert.is_nil(made and io.open(made .. suffix))
      end
    end)
  end

  it("tells of wrong requests where it goes on with others", function()
    assert(client.batches:run(REQUESTS, options()))
    local names = here:names()
    local done, message = pcall(function()
      return client.batches:run({ "x" }, options())
    end)
    assert.is_false(done)
    assert.truthy(message:find("request 1: expected a table, got string", 1, true), message)
    assert.equal(names, here:names())
  end)

  it("is called with a colon", function()
    local done, message = pcall(client.batches.run, REQUESTS)
    assert.is_false(done)
    assert.truthy(message:find("call it with a colon, as in client.batches:run(...)", 1, true), message)
  end)

  it("is known by name, to the resource alone", function()
    local done, message = pcall(function()
      return client.batches.rum
    end)
    assert.is_false(done)
    assert.truthy(message:find("did you mean 'run'?", 1, true), message)
    assert.is_nil(client.batches:at("batch_1").run)
  end)
end)

describe("docs/batches.md", function()
  local here = folder.each()

  --- The examples of docs/batches.md, with their files elsewhere and less
  --- patience.
  local function examples()
    local found = {}
    for i, code in ipairs(guide.examples "docs/batches.md") do
      found[i] = code:gsub('state = "(.-)"', function(name)
        return ("state = %q, interval = 0.01"):format(here:file(name))
      end)
    end
    return found
  end

  it("has examples that run", function()
    local outputs = {}
    for i, code in ipairs(examples()) do
      local output, status = child.run(code, { OPENAI_API_KEY = "sk-local", OPENAI_BASE_URL = server.url .. "/v1" })
      assert.equal(0, status, output)
      outputs[i] = output
    end
    assert.truthy(outputs[1]:find("waiting\t3 of 3\n", 1, true), outputs[1])
    assert.truthy(outputs[1]:find("line-1\t8\n", 1, true), outputs[1])
    assert.truthy(outputs[2]:find("request-1\t200\n", 1, true), outputs[2])
  end)
end)
