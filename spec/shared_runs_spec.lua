-- The runs of other libraries in ../shared/vectors: what they sent, turn by
-- turn, and how they ended. Each case is run, or a line says which rule of it
-- is not ours. Skipped where the folder is absent.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()
local shared_vectors = require "spec.support.shared_vectors"
local turns = require "spec.support.turns"

local plain = shared_vectors.plain

local s = oai.schema

--- A reply of a vector for the local server.
local function reply_of(given)
  local reply = { status = type(given.status) == "number" and given.status or nil, json = given.json }
  if type(given.sse) == "table" then
    reply.sse = {}
    for i, event in ipairs(given.sse) do
      reply.sse[i] = { event = event.type, data = cjson.encode(event):gsub('"output":{}', '"output":[]'):gsub(
        '"annotations":{}', '"annotations":[]') }
    end
  elseif given.sse then
    reply.sse = { given.sse }
  end
  return reply
end

local function scene_of(case)
  local replies = {}
  for i, given in ipairs(case.server) do
    replies[i] = reply_of(given)
  end
  return server:scenario { replies = replies }
end

--- The outputs in a history that are errors, as a mark: texts for the model
--- are each library's own.
local function without_words(history)
  for _, item in ipairs(history) do
    local output = item.output
    if type(output) == "string" and (output:find "^Error" or output:find "^An error" or output:find "^Tool '"
      or output == "None" or output == "") then
      item.output = "words"
    end
    for _, part in ipairs(type(item.content) == "table" and item.content or {}) do
      part.annotations = nil
    end
    if item.type == "reasoning" and item.summary and next(item.summary) == nil then
      item.summary = nil
    end
  end
  return history
end

local function describe_file(name, body)
  shared_vectors.describe(name, function(facts)
    body(facts.cases)
  end)
end

--- Runs the cases that `how` has; the others are told with their reasons.
local function each(cases, how, not_ours, run)
  for _, case in ipairs(cases) do
    local name = case.name
    if not_ours[name] then
      it(name .. " is not our rule: " .. not_ours[name], function()
        assert.is_nil(how[name])
      end)
    else
      it(name, function()
        run(case, how[name] or {})
      end)
    end
  end
end

-- Responses, by openai-python and openai-node

local CITY = s.object { { "city", s.string() } }
local ZONE = s.object { { "zone", s.string() } }

local function tools_of(log, of)
  local function noting(name, fn)
    return { name = name, description = "d", strict = true, parameters = name == "get_weather" and CITY or ZONE,
      run = function(arguments)
        log[#log + 1] = { name, arguments }
        return fn(arguments)
      end }
  end
  local list = {}
  if not of.time_alone then
    list[1] = noting("get_weather", of.weather or function(arguments)
      return "sunny in " .. arguments.city
    end)
  end
  list[#list + 1] = noting("get_time", of.time or function()
    return "12:00"
  end)
  return list
end

--- The names of the tools of a request, and what is sent of the first of ours.
local function tool_names(body)
  local names = {}
  for i, tool in ipairs(body.tools or {}) do
    names[i] = tool.name or tool.type
  end
  return names
end

local function check_requests(case, scene)
  local requests = scene:requests()
  assert.equal(#case.requests, #requests)
  for i, expected in ipairs(case.requests) do
    local body = cjson.decode(requests[i].body)
    local input = type(body.input) == "string" and { { role = "user", content = body.input } } or body.input
    assert.same(without_words(plain(expected.body.input)), without_words(plain(input)))
    assert.same(tool_names(expected.body), tool_names(body))
    assert.equal(expected.body.stream or nil, body.stream)
  end
end

local function check_end(case, run, err)
  local expect = case.expect
  if expect.error and expect.message:find "max_?[sS]teps" then
    assert.equal("max_turns", run.status)
  elseif expect.error then
    assert.truthy(err)
  else
    assert.is_nil(err)
    assert.equal(expect.final_text, run.output_text)
  end
  local attempted = expect.attempted_call_ids or expect.attemptedCallIds
  if attempted and run then
    assert.same(plain(attempted), run.attempted)
    assert.same(plain(expect.completed_call_ids or expect.completedCallIds), run.completed)
  end
end

local function run_responses(case, how)
  local log, scene = {}, scene_of(case)
  local client = connect.to(scene, { max_retries = how.max_retries or 0, max_retry_delay = 1 })
  local params = plain(case.params)
  params.tools = tools_of(log, how)
  for _, tool in ipairs(case.params.tools or {}) do
    table.insert(params.tools, plain(tool))
  end
  params.on_tool_error, params.concurrency = "stop", 1
  for name, value in pairs(how.options or {}) do
    params[name] = value
  end
  if how.refused then
    return assert.has_error(function()
      client.responses:run(params, how.call)
    end)
  end
  local run = client.responses:run(params, how.call)
  if how.before then
    how.before(run)
  end
  local _, err = run:final()
  if how.after then
    run, err = how.after(run, client, params)
  end
  check_requests(case, scene)
  check_end(case, run, err)
  if type(case.tool_log[1]) == "table" and type(case.tool_log[1][2]) == "table" and not how.other_log then
    assert.same(plain(case.tool_log), log)
  end
end

local function yes()
  return true
end

local function boom()
  error "boom"
end

describe_file("responses_tool_runner", function(cases)
  each(cases, {
    second_tool_raises = { time = boom },
    max_steps_1_with_call = { options = { max_turns = 1 } },
    max_steps_0 = { options = { max_turns = 0 }, refused = true },
    http_500_then_ok_with_retries = { max_retries = 2 },
    refused_params_extra_body_input = { call = { body = { input = "y" } }, refused = true },
    refused_params_two_mcp_same_label = { refused = true },
    mcp_approved = { options = { approve = yes } },
    mcp_call_without_approval = { options = { approve = yes } },
    mcp_retries_off = { max_retries = 2 },
    result_empty_string = { time_alone = true, time = function()
      return ""
    end },
    cancelled_before_start = { before = function(run)
      run:cancel()
    end },
    stream_one_call = { options = { stream = true } },
    eager_independent_max_1 = { options = { stream = true }, other_log = true, weather = function()
      return "w"
    end, time = function()
      return "t"
    end },
    before_early_call_defer = { options = { stream = true } },
    ledger_resume_from_boundary = { options = { save = function() end }, other_log = true,
      after = function(first, client, params)
        params.resume, params.input = first:state(), { { role = "user", content = "go on" } }
        local run = client.responses:run(params)
        run:again "request"
        local _, err = run:final()
        return run, err
      end },
    budget_exceeded_no_compact = { time_alone = true, options = { max_input_bytes = 200 }, time = function()
      return ("x"):rep(300)
    end },
  }, {
    empty_output = "an answer may be empty, as in openai-agents",
    item_id_reused_across_turns = "calls go by their call_id alone, since servers like the API repeat ids of items",
    refused_params_stream = "`stream` says whether a run is streamed",
    refused_params_previous_response_id = "a run may go on from an earlier response",
    refused_params_forced_function = "a choice that forces a tool is sent in the first turn alone",
    eager_without_stream = "no function runs before the turn was looked at as a whole",
    eager_cut_before_completed = "no function runs before the turn was looked at as a whole",
    hosted_tool_undeclared = "a stored prompt may bring tools that the request does not declare",
    mcp_no_callback = "the run pauses where nobody decides",
    mcp_never_but_asked = "who is asked decides, whatever was declared",
    result_none = "nothing is an empty text",
    iterate_supply_not_allowed = "every call may get its output from elsewhere",
    busy_and_close = "there is no runner that several runs share",
    budget_compact_unknown_id = "`compact` returns what is sent, and what is wrong with that is told",
  }, run_responses)
end)

describe_file("responses_tool_runner_node", function(cases)
  each(cases, {
    max_steps_2 = { options = { max_turns = 2 } },
    idempotency_rotates = { call = { headers = { ["Idempotency-Key"] = "mine" } } },
  }, {
    result_undefined = "nothing is an empty text",
    params_tool_choice_required = "a choice that forces a tool is sent in the first turn alone",
  }, function(case, how)
    how.time_alone = true
    run_responses(case, how)
  end)
end)

-- Chat completions, by openai-node

describe_file("chat_run_tools_node", function(cases)
  each(cases, {
    usage_details_summed = {},
    tool_throws = { run = boom },
    stream_length = { stream = true },
  }, {}, function(case, how)
    local scene = scene_of(case)
    local client = connect.to(scene, { max_retries = 0 })
    local run = client.chat.completions:run { model = "m", messages = { { role = "user", content = "hi" } },
      stream = how.stream, on_tool_error = "stop", tools = { f = { run = how.run or function()
        return "r"
      end } } }
    local _, err = run:final()
    for i, expected in ipairs(case.requests) do
      assert.same(plain(expected.messages), plain(turns.body(scene, i).messages))
    end
    assert.equal(#case.requests, #scene:requests())
    if case.expect.error then
      assert.truthy(err)
      assert.truthy(err.message == case.expect.message or err.reason == "length")
    else
      assert.equal(case.expect.final, run.output_text)
      assert.same(case.expect.usage, run.usage)
    end
  end)
end)

-- Responses, by openai-agents

describe_file("openai_agents_runner", function(cases)
  local ZONES = { parameters = ZONE }

  each(cases, {
    max_concurrency_1 = { options = { concurrency = 1 } },
    tool_raises_no_handler = { options = { on_tool_error = "stop" }, run = function()
      error "secret"
    end },
    timeout_raise = { options = { on_tool_error = "stop", tool_timeout = 0.1 }, run = function()
      oai.sleep(5)
    end },
    returns_none = { run = function() end },
    needs_approval_json_resume = { needs_approval = true },
  }, {}, function(case, how)
    local scene = scene_of(case)
    local client = connect.to(scene, { max_retries = 0 })
    local function params(resume)
      local given = { model = "m", input = not resume and "hi" or nil, resume = resume, tools = { get_time = {
        parameters = ZONES.parameters, needs_approval = how.needs_approval, run = how.run or function()
          return "12"
        end } } }
      for name, value in pairs(how.options or {}) do
        given[name] = value
      end
      return given
    end
    local run = client.responses:run(params())
    local _, err = run:final()
    if how.needs_approval then
      assert.equal("paused", run.status)
      run = client.responses:run(params(run:state()))
      run:final()
      run:approve(run.pending[1].id, true)
      _, err = run:final()
    end
    for i, expected in ipairs(case.inputs) do
      assert.same(without_words(plain(expected)), without_words(plain(turns.body(scene, i).input)))
    end
    assert.equal(#case.inputs, #scene:requests())
    if case.expect.error then
      assert.truthy(err.reason == "raised" or err.reason == "timeout")
    else
      assert.equal(case.expect.final_output, run.output_text)
      assert.equal(case.expect.usage.requests, run.turns)
      assert.equal(case.expect.usage.total_tokens, run.usage.total_tokens)
    end
  end)
end)
