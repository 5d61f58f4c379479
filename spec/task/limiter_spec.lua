-- How many calls of tasks go out, and when: against a server that enforces
-- its limits.

local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()

local MODEL = { json = { id = "m", object = "model" } }
local VECTOR = {
  json = { object = "list", data = { { index = 0, embedding = { 1 } } }, usage = { total_tokens = 9 } },
}

local function clock()
  return require("oai.core").clock()
end

local function scene_with(reply, limit)
  return server:scenario { replies = { reply }, repeat_last = true, limit = limit, journal = false }
end

local function items(count)
  local list = {}
  for i = 1, count do
    list[i] = i
  end
  return list
end

--- Seconds that so many calls take, and how many of them were refused.
local function run(scene, client, count, call)
  local started = clock()
  local results, err = oai.map(items(count), call, { concurrency = 32, client = client })
  assert(results, tostring(err))
  assert.equal(count, #results)
  return clock() - started, scene:journal().refused
end

local function retrieve(client)
  return function()
    local model, err = client.models:retrieve "m"
    return model and model.id, err
  end
end

describe("a server's rate limit", function()
  it("of requests is used up and not overstepped", function()
    local scene = scene_with(MODEL, { requests = 100, minute = 1 })
    local client = connect.to(scene)
    local seconds, refused = run(scene, client, 300, retrieve(client))
    assert.is_true(seconds >= 1.9, "too fast: " .. seconds)
    assert.is_true(seconds <= 3.5, "too slow: " .. seconds)
    assert.is_true(refused <= 15, refused .. " refused")
    client:close()
  end)

  it("of tokens is used up and not overstepped", function()
    local scene = scene_with(VECTOR, { requests = 100000, tokens = 4000, minute = 1 })
    local client = connect.to(scene)
    local seconds, refused = run(scene, client, 120, function(i)
      return #assert(client.embeddings:create { model = "e", input = ("x"):rep(380 + i % 20) }).data
    end) -- about 107 tokens each: 12,800
    assert.is_true(seconds >= 2, "too fast: " .. seconds)
    assert.is_true(seconds <= 4, "too slow: " .. seconds)
    assert.is_true(refused <= 10, refused .. " refused")
    client:close()
  end)

  it("is kept to at a thousand calls a second, whatever is rounded", function()
    local scene = scene_with(VECTOR, { requests = 100000, tokens = 2000, minute = 0.2 })
    local client = connect.to(scene):with { max_retries = 20 }
    local seconds, refused = run(scene, client, 1500, function(i)
      return #assert(client.embeddings:create { model = "e", input = "word " .. i }).data
    end) -- some 8 tokens each: 12,500, of which 2,000 are there, and 10,000 a second
    assert.is_true(seconds >= 0.9, "too fast: " .. seconds)
    assert.is_true(refused <= 15, refused .. " refused")
    client:close()
  end)

  it("that comes back at once is waited for", function()
    local scene = scene_with(MODEL, { requests = 100, minute = 1, window = true })
    local client = connect.to(scene):with { max_retries = 5 }
    local seconds, refused = run(scene, client, 250, retrieve(client))
    assert.is_true(seconds >= 1 and seconds <= 4, seconds .. " s")
    assert.is_true(refused <= 80, refused .. " refused")
    client:close()
  end)

  it("does not matter outside of tasks", function()
    local scene = scene_with(MODEL, { requests = 2, minute = 600 })
    local client = connect.to(scene, { max_retries = 0 })
    assert(client.models:retrieve "m")
    assert(client.models:retrieve "m")
    local _, err = client.models:retrieve "m"
    assert.equal("rate_limit", err.kind)
    client:close()
  end)

  it("is not looked at with limit_rate = false", function()
    local scene = scene_with(MODEL, { requests = 5, minute = 600 })
    local client = connect.to(scene, { max_retries = 0, limit_rate = false })
    local _, err = oai.map(items(20), retrieve(client), { client = client })
    assert.truthy(tostring(err):find("rate_limit", 1, true))
    client:close()
  end)

  it("keeps a call no longer than its deadline", function()
    local scene = scene_with(MODEL, { requests = 4, minute = 600 })
    local client = connect.to(scene)
    local late = 0
    local started = clock()
    local _, failure = oai.map(items(8), function()
      local model, err = client.models:retrieve("m", nil, { deadline = 0.5 })
      if not model then
        assert.equal("timeout", err.kind)
        assert.matches("deadline of 0.5 s", err.message, 1, true)
        late = late + 1
      end
      return true
    end, { client = client })
    assert.is_nil(failure)
    assert.equal(4, late)
    assert.is_true(clock() - started < 3)
    client:close()
  end)

  it("lets a cancelled task go, and the others on", function()
    local scene = scene_with(MODEL, { requests = 20, minute = 1 })
    local client = connect.to(scene)
    local tasks = {}
    for i = 1, 40 do
      tasks[i] = client:spawn(retrieve(client))
    end
    for i = 1, 40, 2 do
      tasks[i]:cancel()
    end
    for i = 2, 40, 2 do
      assert.equal("m", (tasks[i]:await()))
    end
    local _, err = tasks[39]:await()
    assert.equal("cancelled", err.kind)
    client:close()
  end)
end)

describe("a server that says only 'too many'", function()
  it("gets fewer calls at a time", function()
    local replies = {}
    for i = 1, 12 do
      replies[i] = { status = 429, headers = { ["retry-after-ms"] = "50" }, json = { error = { message = "x" } } }
    end
    replies[13] = MODEL
    local scene = server:scenario { replies = replies, repeat_last = true }
    local client = connect.to(scene, { max_retries = 20 })
    local seconds = run(scene, client, 60, retrieve(client))
    assert.is_true(seconds < 10)
    client:close()
  end)
end)

describe("a call that a rate limit refuses again and again", function()
  local REFUSED = { status = 429, headers = { ["retry-after-ms"] = "30" }, json = { error = { message = "too many" } } }

  --- What becomes of it beside calls that get through, or alone.
  local function outcome(options, others)
    local scene = server:scenario { repeat_last = true, routes = {
      ["GET /models/a"] = { REFUSED, REFUSED, REFUSED, REFUSED, MODEL },
      ["GET /models/b"] = { { json = MODEL.json, delay = 0.005 } },
    } }
    local client = connect.to(scene, options)
    local done, value, facts = false, nil, nil
    local task = client:spawn(function()
      value, facts = client.models:retrieve "a"
      done = true
    end)
    if others then
      client:spawn(function()
        while not done do
          assert(client.models:retrieve "b")
        end
      end)
    end
    task:await()
    client:run()
    client:close()
    return value, facts
  end

  it("goes on while it lets others through", function()
    local value, facts = outcome({ max_retries = 2 }, true)
    assert.equal("m", value and value.id)
    assert.equal(5, facts.attempts)
  end)

  it("fails when nothing gets through", function()
    local value, err = outcome({ max_retries = 2 }, false)
    assert.is_nil(value)
    assert.same({ "rate_limit", 3 }, { err.kind, err.attempts })
  end)

  it("fails at once where nothing is to be retried", function()
    local value, err = outcome({ max_retries = 0 }, true)
    assert.is_nil(value)
    assert.same({ "rate_limit", 1 }, { err.kind, err.attempts })
  end)
end)
