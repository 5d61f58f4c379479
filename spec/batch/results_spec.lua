-- Results: each request has one, whatever the service gave, and whatever its
-- batch came to.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local oai = require "oai"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }
local said = require "spec.support.said"

local function jsonl(lines)
  local texts = {}
  for i, line in ipairs(lines) do
    texts[i] = type(line) == "string" and line or cjson.encode(line)
  end
  texts[#texts + 1] = ""
  return table.concat(texts, "\n")
end

local function request(id)
  return { custom_id = id, method = "POST", url = "/v1/embeddings", body = { input = "text " .. id } }
end

local function answer(id, body, status)
  return { id = "batch_req_1", custom_id = id, error = cjson.null,
    response = { status_code = status or 200, request_id = "req_" .. id, body = body or { object = "list" } } }
end

local function failure(id, code)
  return { id = "batch_req_2", custom_id = id, response = cjson.null, error = { code = code, message = "no " .. id } }
end

local IDS = { "a", "b", "c", "d" }

--- The routes of a batch with these files; its input has `IDS`.
local function routes_of(case)
  local batch = { id = "batch_1", object = "batch", status = case.status or "completed", input_file_id = "file-in",
    output_file_id = case.output and "file-out" or case.no_id, errors = case.problems and { data = case.problems },
    error_file_id = case.errors and "file-err" or case.no_id, request_counts = { total = 4 } }
  local requests = {}
  for i, id in ipairs(case.ids or IDS) do
    requests[i] = request(id)
  end
  return {
    ["GET /batches/batch_1"] = { { json = batch } },
    ["GET /files/file-in/content"] = { case.input or { body = jsonl(requests) } },
    ["GET /files/file-out/content"] = { { body = jsonl(case.output or {}) } },
    ["GET /files/file-err/content"] = { { body = jsonl(case.errors or {}) } },
  }
end

describe("the results of a batch", function()
  local here, logged = folder.each(), nil

  before_each(function()
    logged = {}
  end)

  local function run_of(case, options)
    local scene = server:scenario { routes = routes_of(case) }
    local client = connect.to(scene, {
      max_retries = 0,
      log = function(level, message)
        if level == "warn" then
          logged[#logged + 1] = message
        end
      end,
    })
    options = options or { state = here:file "job" }
    options.resume = "batch_1"
    return assert(client.batches:run(nil, options)), scene
  end

  --- The results in the order in which they come, and by id.
  local function results_of(case)
    local run = run_of(case)
    local ids, by_id = {}, {}
    local result, err = run:next()
    while result do
      assert.is_nil(by_id[result.custom_id])
      ids[#ids + 1], by_id[result.custom_id] = result.custom_id, result
      result, err = run:next()
    end
    assert.is_nil(err)
    return table.concat(ids, " "), by_id
  end

  it("are errors where a line says nothing, or says so in other forms", function()
    local ids, by_id = results_of { output = {
      { custom_id = "a", response = cjson.null, error = cjson.null }, answer("b", { message = "busy" }, "503"),
      { custom_id = "c", response = cjson.null, error = "timed out" }, answer("d", nil, "200"),
    } }
    assert.equal("a b c d", ids)
    assert.same({ "decode", "the line of this request has neither a reply nor an error" },
      { by_id.a.error.kind, by_id.a.error.message })
    assert.same({ "server", "busy", 503 }, { by_id.b.error.kind, by_id.b.error.message, by_id.b.status_code })
    assert.same({ "server", "timed out" }, { by_id.c.error.kind, by_id.c.error.message })
    assert.is_nil(by_id.d.error)
  end)

  it("come with their requests, in the service's order", function()
    local body = { object = "list", data = { { embedding = { 0.5, 2 } } } }
    local ids, by_id = results_of { output = { answer "c", answer("a", body), answer "d", answer "b" } }
    assert.equal("c a d b", ids)
    assert.same({
      custom_id = "a", status_code = 200, request_id = "req_a", response = body, request = request "a",
    }, by_id.a)
    assert.same(request "d", by_id.d.request)
  end)

  it("have exact integers and empty lists", function()
    local _, by_id = results_of { output = {
      '{"custom_id":"a","response":{"status_code":200,"body":{"n":12,"tools":[],"none":null}},"error":null}',
    } }
    assert.equal("12", tostring(by_id.a.response.n))
    assert.is_nil(by_id.a.response.none)
    assert.equal(getmetatable(oai.array()), getmetatable(by_id.a.response.tools))
    assert.is_nil(by_id.a.error)
  end)

  it("have the error of a status", function()
    local refused = { error = { message = "no such model", code = "model_not_found", param = "model" } }
    local ids, by_id = results_of {
      output = { answer "a" },
      errors = { answer("b", refused, 404), answer("c", {}, 500), answer("d", { error = "busy" }, 429) },
    }
    assert.equal("a b c d", ids)
    assert.is_true(oai.is_error(by_id.b.error))
    assert.equal("not_found", by_id.b.error.kind)
    assert.equal("model_not_found", by_id.b.error.code)
    assert.equal("oai: 404 model_not_found: no such model (request req_b)", said(by_id.b.error))
    assert.same(refused, by_id.b.response)
    assert.equal("server", by_id.c.error.kind)
    assert.equal("rate_limit", by_id.d.error.kind)
    assert.equal(429, by_id.d.status_code)
  end)

  it("have an error where the status says neither success nor failure", function()
    local _, by_id = results_of { output = { answer("a", {}, 299), answer("b", {}, 300), answer("c", {}, 199) } }
    assert.is_nil(by_id.a.error)
    assert.same({ 300, 199 }, { by_id.b.error.status, by_id.c.error.status })
  end)

  it("have the errors of a batch that expired", function()
    local ids, by_id = results_of {
      status = "expired", output = { answer "c" }, errors = { failure("a", "batch_expired"), failure("b", "other") },
    }
    assert.equal("c a b d", ids)
    assert.equal("timeout", by_id.a.error.kind)
    assert.equal("no a", by_id.a.error.message)
    assert.equal("server", by_id.b.error.kind)
    assert.equal("timeout", by_id.d.error.kind) -- of which the service says nothing
    assert.equal("batch_expired", by_id.d.error.code)
    assert.same(request "d", by_id.d.request)
    assert.is_nil(by_id.d.response)
  end)

  for status, kind in pairs { cancelled = "cancelled", expired = "timeout", failed = "bad_request" } do
    for name, no_id in pairs { ["no files"] = false, ["files without names"] = "" } do
      it("are errors when it is " .. status .. " and has " .. name, function()
        local ids, by_id = results_of { status = status, no_id = no_id or nil }
        assert.equal("a b c d", ids)
        for _, id in ipairs(IDS) do
          assert.equal(kind, by_id[id].error.kind)
          assert.equal("the batch is " .. status, by_id[id].error.message)
          assert.equal("batch_" .. status, by_id[id].error.code)
        end
      end)
    end
  end

  it("say which lines the service refused", function()
    local ids, by_id = results_of {
      status = "failed",
      problems = { { code = "limit", message = "too many tokens" },
        { code = "invalid_url", message = "wrong url", line = 2, param = "url" } },
    }
    assert.equal("a b c d", ids)
    assert.equal("too many tokens", by_id.a.error.message)
    assert.equal("limit", by_id.c.error.code)
    assert.equal("wrong url", by_id.b.error.message)
    assert.equal("url", by_id.b.error.param)
    assert.equal("bad_request", by_id.b.error.kind)
  end)

  it("are errors where the service forgot some", function()
    local ids, by_id = results_of { output = { answer "b", answer "d" } }
    assert.equal("b d a c", ids)
    assert.equal("server", by_id.c.error.kind)
    assert.equal("no_result", by_id.c.error.code)
  end)

  it("are one each, whatever lines there are", function()
    local ids = results_of {
      output = { answer "b", answer "b", answer "stranger", "", "no json", "12", "{}", answer "a" },
      errors = { answer("a", {}, 500), answer("c", {}, 500) },
    }
    assert.equal("b a c d", ids)
    assert.equal(6, #logged)
    assert.truthy(logged[1]:find("a line of batch_1 is no request's, or a second result", 1, true))
  end)

  it("have ids with any characters", function()
    local id = 'q"\\ \n\226\130\172/'
    local ids, by_id = results_of { ids = { id }, output = { answer(id) } }
    assert.equal(id, ids)
    assert.equal("text " .. id, by_id[id].request.body.input)
  end)

  it("may end without a newline, and have Windows' ones", function()
    local case = { output = { answer "a" } }
    local run = run_of(case)
    assert(run:wait())
    here:write("job.1.output.jsonl", cjson.encode(answer "a") .. "\r\n\r\n" .. cjson.encode(answer "b"))
    assert.equal("a", run:next().custom_id)
    assert.equal("b", run:next().custom_id)
  end)

  it("come without requests where the service has the input no more", function()
    local ids, by_id = results_of {
      input = { status = 404, json = { error = { message = "gone" } } },
      output = { answer "c", answer "a", answer "c" }, errors = { failure("b", "batch_expired") },
    }
    assert.equal("c a b", ids)
    assert.is_nil(by_id.a.request)
  end)

  it("can be read more than once", function()
    local run = run_of { output = { answer "a", answer "b", answer "c", answer "d" } }
    for _ = 1, 2 do
      local ids = {}
      for result in run:results() do
        ids[#ids + 1] = result.custom_id
      end
      assert.same(IDS, ids)
    end
    local ids = {}
    for result in run do
      ids[#ids + 1] = result.custom_id
    end
    assert.same(IDS, ids)
    assert.is_nil(run:next())
  end)

  it("leave no files when these had no name", function()
    local made = {}
    local tmpname = os.tmpname
    os.tmpname = function() -- luacheck: ignore 122
      made[1] = tmpname()
      return made[1]
    end
    local run = run_of({ output = { answer "a" } }, {})
    os.tmpname = tmpname -- luacheck: ignore 122
    assert.equal("a", run:next().custom_id)
    assert.is_truthy(io.open(made[1]))
    while run:next() do end
    assert.is_nil(run:next())
    for _, name in ipairs { "", ".part", ".1.input.jsonl", ".1.output.jsonl", ".1.errors.jsonl" } do
      assert.is_nil(io.open(made[1] .. name))
    end
    local done, message = pcall(run.results, run)
    assert.is_false(done)
    assert.truthy(message:find("its files have been removed", 1, true), message)
  end)

  it("say when a file is not there any more", function()
    local run = run_of { output = { answer "a" }, errors = { answer "b" } }
    assert(run:wait())
    for _, what in ipairs { "errors", "output", "input" } do
      local name = ("job.1.%s.jsonl"):format(what)
      local kept = here:read(name)
      os.remove(here:file(name))
      local read = run:results()
      collectgarbage "stop" -- it would close them
      local before = process.descriptors()
      local ok, message = pcall(read)
      local behind = process.descriptors()
      collectgarbage "restart"
      assert.is_false(ok)
      assert.truthy(tostring(message):find(name, 1, true), tostring(message))
      assert.equal(before, behind)
      here:write(name, kept)
    end
    assert.equal("a", run:next().custom_id)
  end)
end)
