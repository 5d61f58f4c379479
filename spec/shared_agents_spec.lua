-- The vectors of ../shared/vectors about a turn of an agent's session. Skipped
-- where the folder is absent.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local shared_vectors = require "spec.support.shared_vectors"

local describe_file, plain = shared_vectors.describe, shared_vectors.plain

local function server()
  return require("spec.support.server").start { tls = true }
end

-- What the tools of the vectors return, and what their results are answered
-- first.
local TOOLS = { get_weather = function(arguments)
  return "sunny in " .. arguments.city
end }
local RETURNED = { tool_returns_none = false }
local TOO_EARLY = { status = 400, json = { error = { code = "invalid_request_error",
  message = "Unknown pending tool call: c1" } } }
local REFUSED = { pending_call_race_twice = { TOO_EARLY, TOO_EARLY },
  other_400_is_raised = { { status = 400, json = { error = { message = "no" } } } } }

local function agent_scene(case)
  local session, list, posted = "/agents/sessions/asess_1", {}, { { status = 202 } }
  for i, event in ipairs(case.events) do
    list[i] = { event = event.type, data = event }
  end
  for _, reply in ipairs(REFUSED[case.name] or {}) do
    posted[#posted + 1] = reply
  end
  posted[#posted + 1] = { status = 202 }
  return server():scenario { repeat_last = true, routes = {
    ["GET " .. session] = { { json = { id = "asess_1", object = "agent.session", status = "idle" } } },
    ["GET " .. session .. "/events"] = { { sse = list } }, ["POST " .. session .. "/events"] = posted,
  } }
end

local function check_agent_requests(case, requests)
  local keys, count = {}, 0
  assert.equal(#case.requests, #requests)
  for i, expected in ipairs(case.requests) do
    local request_i = requests[i]
    assert.equal(expected.method .. " /v1" .. expected.path, request_i.method .. " " .. request_i.path)
    assert.equal(expected.headers.accept, request_i.header.accept)
    assert.equal(expected.headers["openai-beta"], request_i.header["openai-beta"])
    assert.same(plain(expected.body), request_i.body ~= "" and plain(cjson.decode(request_i.body)) or nil)
    local key = request_i.header["idempotency-key"]
    assert.equal(expected.headers["idempotency-key"] ~= nil, key ~= nil)
    if key and not keys[key] then
      keys[key], count = true, count + 1
    end
  end
  assert.equal(case.distinct_idempotency_keys, count)
end

local function check_agent_result(expected, result, err)
  if expected.error then
    assert.equal(expected.reason, err.reason)
    assert.equal(expected.turn_id, err.partial.turn.id)
    assert.equal(#expected.messages, #err.partial.messages)
  elseif expected.turn then
    assert.equal(expected.output_text, result.output_text)
    assert.equal(expected.turn .. " " .. expected.status, result.turn.id .. " " .. result.turn.status)
  end
end

describe_file("agents_session_stream", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      if case.name:find("^output_type") then
        return pending("no output is parsed here")
      end
      local scene, seen, failures = agent_scene(case), {}, {}
      local session = connect.to(scene, { max_retries = 0 }).beta.agents.sessions:at "asess_1"
      local stream = assert(session:stream("hello", { tools = { get_weather = TOOLS.get_weather, f = function()
        return RETURNED[case.name] == nil and "x" or nil
      end }, on_tool_error = function(failure)
        failures[#failures + 1] = failure.stage
      end }))
      local event = stream:next()
      while event do
        seen[#seen + 1] = event.type
        event = stream:next()
      end
      check_agent_result(case.expect, stream:result())
      check_agent_requests(case, scene:requests())
      assert.same(plain(case.seen or seen), seen)
      assert.equal(#(case.on_tool_error or {}), #failures)
    end)
  end
end)
