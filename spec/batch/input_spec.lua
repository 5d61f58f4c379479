-- Requests as JSONL: the lines, the ids, the limits, and what is refused
-- before anything is sent.

local cjson = require "cjson"
local folder = require "spec.support.folder"
local input = require "oai.batch.input"

local NO_LIMITS = { max_requests = math.huge, max_bytes = math.huge, max_inputs = math.huge }

local function limits(given)
  return setmetatable(given, { __index = NO_LIMITS })
end

local function body(i)
  return { model = "m", input = "text " .. i }
end

describe("the requests of a run", function()
  local here, path = folder.each(), nil

  before_each(function()
    path = here:file "job"
  end)

  local function write(requests, given, endpoint)
    return input.write(path, requests, endpoint or "/v1/embeddings", limits(given or {}))
  end

  local function lines(part)
    local list = {}
    for line in (here:read(("job.%d.input.jsonl"):format(part)) or ""):gmatch "([^\n]*)\n" do
      list[#list + 1] = cjson.decode(line)
    end
    return list
  end

  --- How many requests each part has.
  local function counts(parts)
    local list = {}
    for i, part in ipairs(parts) do
      assert.equal(i, part.number)
      assert.equal("written", part.stage)
      assert.equal(part.requests, #lines(i))
      assert.equal(part.bytes, #here:read(("job.%d.input.jsonl"):format(i)))
      list[i] = part.requests
    end
    return list
  end

  it("are lines of JSON", function()
    local parts, endpoint = write { { custom_id = "a", body = body(1) }, { body = { stop = {}, text = "1\n2" } } }
    assert.equal("/v1/embeddings", endpoint)
    assert.same({ 2 }, counts(parts))
    assert.same({ custom_id = "a", method = "POST", url = "/v1/embeddings", body = body(1) }, lines(1)[1])
    assert.same({ custom_id = "request-2", method = "POST", url = "/v1/embeddings",
      body = { stop = {}, text = "1\n2" } }, lines(1)[2])
    assert.truthy(here:read("job.1.input.jsonl"):find('"stop":[]', 1, true))
  end)

  it("go to the url of the first, when no endpoint was given", function()
    local parts, endpoint = input.write(path, {
      { url = "/v1/responses", method = "POST", body = {} }, { body = {} },
    }, nil, NO_LIMITS)
    assert.same({ 2 }, counts(parts))
    assert.equal("/v1/responses", endpoint)
    assert.equal("/v1/responses", lines(1)[2].url)
  end)

  it("may be none", function()
    assert.same({}, (write {}))
    assert.equal("", here:names())
  end)

  it("come from what is called, one by one, and are not kept", function()
    local i, alive = 0, setmetatable({}, { __mode = "k" })
    local parts = write(setmetatable({}, {
      __call = function()
        i = i + 1
        if i > 5000 then
          return nil
        end
        local request = { body = body(i) }
        alive[request] = true
        if i % 500 == 0 then
          collectgarbage()
          local count = 0
          for _ in pairs(alive) do
            count = count + 1
          end
          assert.is_true(count < 10, count)
        end
        return request
      end,
    }))
    assert.same({ 5000 }, counts(parts))
  end)

  it("are split where a batch has as many as it may", function()
    local requests = {}
    for i = 1, 7 do
      requests[i] = { body = body(i) }
    end
    assert.same({ 3, 3, 1 }, counts((write(requests, { max_requests = 3 }))))
    assert.equal("request-7", lines(3)[1].custom_id)
  end)

  it("are split where a file is as large as it may be", function()
    local requests = {}
    for i = 1, 6 do
      requests[i] = { body = body(i) }
    end
    local size = write(requests)[1].bytes / 6
    assert.same({ 2, 2, 2 }, counts((write(requests, { max_bytes = 2 * size }))))
    assert.same({ 1, 1, 1, 1, 1, 1 }, counts((write(requests, { max_bytes = 2 * size - 1 }))))
  end)

  it("are as large as a file may be, or too large for any", function()
    local size = write({ { body = body(1) } })[1].bytes
    assert.same({ 1 }, counts((write({ { body = body(1) } }, { max_bytes = size }))))
    local parts, err = write({ { body = body(1) } }, { max_bytes = size - 1 })
    assert.is_nil(parts)
    assert.truthy(err.message:find("too large for any batch", 1, true))
  end)

  it("are split where a batch has as many inputs as it may", function()
    local requests = {
      { body = { input = { "a", "b" } } }, { body = { input = "c" } }, { body = { input = { "d" } } },
      { body = { input = { 1, 2, 3, 4 } } }, { body = { input = { { 1, 2 }, { 3 }, { 4 } } } },
    }
    assert.same({ 2, 2, 1 }, counts((write(requests, { max_inputs = 3 }))))
    assert.same({ 5 }, counts((write(requests, { max_inputs = 3 }, "/v1/moderations"))))
  end)

  for name, case in pairs {
    ["two of one id"] = {
      requests = { { custom_id = "a", body = {} }, { custom_id = "b", body = {} }, { custom_id = "a", body = {} } },
      says = "request 3: the custom_id 'a' is there twice",
    },
    ["two of one id, far apart"] = {
      requests = { { custom_id = "a", body = {} }, { custom_id = "b", body = {} }, { custom_id = "a", body = {} } },
      limits = { max_requests = 1 }, says = "request 3: the custom_id 'a' is there twice",
    },
    ["an id like those that are made"] = {
      requests = { { body = {} }, { custom_id = "request-7", body = {} } },
      says = "request 2: the custom_id 'request-7' looks like those that are made",
    },
    ["an id like those that are made, first"] = {
      requests = { { custom_id = "request-2", body = {} }, { body = {} } },
      says = "request 2: the custom_id 'request-2' looks like those that are made",
    },
    ["invalid text"] = {
      requests = { { body = { messages = { { content = "\255" } } } } },
      says = "request 1: body.messages[1].content: ",
    },
    ["an invalid id"] = { requests = { { custom_id = "\255", body = {} } }, says = "request 1: custom_id: " },
    ["one that is too large"] = {
      requests = { { body = {} }, { body = { input = ("x"):rep(200) } } }, limits = { max_bytes = 200 },
      says = "request 2: it is too large for any batch",
    },
    ["one of too many inputs"] = {
      requests = { { body = { input = { "a", "b", "c" } } } }, limits = { max_inputs = 2 },
      says = "request 1: it is too large for any batch",
    },
  } do
    it("are refused with " .. name .. ", and nothing is left behind", function()
      local parts, err = write(case.requests, case.limits)
      assert.is_nil(parts)
      assert.equal("bad_request", err.kind)
      assert.equal(case.says, err.message:sub(1, #case.says))
      assert.equal("", here:names())
    end)
  end

  it("may have ids like those that are made, when all have one", function()
    local parts = write { { custom_id = "request-2", body = {} }, { custom_id = "request-1", body = {} } }
    assert.same({ 2 }, counts(parts))
  end)

  for name, case in pairs {
    ["no table"] = { 12, "expected a table, got number" },
    ["no body"] = { { model = "m" }, "it has no body" },
    ["an id that is a number"] = { { custom_id = 1, body = {} }, "custom_id must be a non-empty string" },
    ["an empty id"] = { { custom_id = "", body = {} }, "custom_id must be a non-empty string" },
    ["a method that is no string"] = { { method = 1, body = {} }, "method must be a string" },
    ["another url"] = { { url = "/v1/responses", body = {} },
      "its url is '/v1/responses', the run's endpoint '/v1/embeddings'" },
    ["a function"] = { { body = { a = print } }, "body.a: " },
  } do
    it("are wrong with " .. name .. ", and leave nothing behind", function()
      local parts, err, raised = write { { body = {} }, case[1] }
      assert.is_nil(parts or err)
      assert.truthy(raised:find("input_spec.lua:%d+: oai: batches.run: request 2: "), raised)
      assert.truthy(raised:find(case[2], 1, true), raised)
      assert.equal("", here:names())
    end)
  end

  it("are wrong without an endpoint", function()
    local _, _, raised = input.write(path, { { body = {} } }, nil, NO_LIMITS)
    assert.truthy(raised:find("it has no url, and the run no 'endpoint'", 1, true), raised)
  end)

  it("are none without an endpoint either", function()
    for _, none in ipairs { {}, function() end } do
      local parts, err, raised = input.write(path, none, nil, NO_LIMITS)
      assert.is_nil(parts or err)
      assert.truthy(raised:find("there is no request that has a url, and the run has no 'endpoint'", 1, true), raised)
    end
    assert.equal("", here:names())
  end)

  it("are told from what is none", function()
    for says, value in pairs { number = 5, string = "a.jsonl", ["a table with named fields"] = { input = "x" } } do
      assert.equal(says, input.mistaken(value))
    end
    for _, value in ipairs { {}, { { body = {} } }, function() end, setmetatable({}, { __call = function() end }) } do
      assert.is_nil(input.mistaken(value))
    end
  end)

  it("say when they cannot be written", function()
    local parts, err = input.write(here:file "none/job", { { body = {} } }, "/v1/x", NO_LIMITS)
    assert.is_nil(parts)
    assert.truthy(err.message:find("none/job.1.input.jsonl", 1, true), err.message)
  end)

  it("are measured without being written", function()
    local requests = { { body = body(1) }, { body = body(2) } }
    local parts = write(requests)
    local count, bytes = input.size(parts)
    local again_count, again_bytes = input.size(input.measure(requests, "/v1/embeddings", NO_LIMITS))
    assert.same({ 2, parts[1].bytes }, { count, bytes })
    assert.same({ count, bytes }, { again_count, again_bytes })
    assert.is_nil(input.measure(function() end, "/v1/embeddings", NO_LIMITS))
    assert.is_nil(input.measure(nil, nil, NO_LIMITS))
  end)
end)

describe("the id in a line", function()
  for text, id in pairs {
    ['{"custom_id":"a b","method":"POST"}'] = "a b",
    ['{"custom_id":"a\\"b","method":"POST"}'] = 'a"b',
    ['{"method":"POST", "custom_id" : "x"}'] = "x",
    ['{"custom_id":"\\u00e9"}'] = "\195\169",
  } do
    it("is read: " .. text, function()
      assert.equal(id, input.id(text))
    end)
  end

  it("may be missing", function()
    for _, text in ipairs { "{}", "", "[", '"custom_id"', '{"custom_id":1}' } do
      assert.is_nil(input.id(text))
    end
  end)
end)
