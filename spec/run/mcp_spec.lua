-- Calls that the API sends to MCP servers: approved by the program, each once.

local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

local api = turns.responses

local function wiki(require_approval)
  return { { type = "mcp", server_label = "wiki", server_url = "https://mcp.example/sse",
    require_approval = require_approval } }
end

local function request(id, arguments)
  return { type = "mcp_approval_request", id = id, server_label = "wiki", name = "search",
    arguments = arguments or "{}" }
end

local function made(approval, more)
  local item = { type = "mcp_call", id = "mcp_1", server_label = "wiki", name = "search", arguments = "{}",
    output = "r", status = "completed", approval_request_id = approval }
  for field, value in pairs(more or {}) do
    item[field] = value
  end
  return item
end

local DONE = api.message "done"

local function yes()
  return true
end

local function finish(list, tools, approve)
  local client, scene = api.scene(server, list)
  local run = api.run(client, { tools = tools, approve = approve })
  local _, err = run:final()
  return run, scene, err
end

describe("calls of MCP servers", function()
  it("are made when the program approves them, and refused when it does not", function()
    for _, answer in ipairs { true, false } do
      local seen
      local run, scene = finish({ { request("r1", '{"q":1}') }, { DONE } }, wiki(), function(call)
        seen = call
        return answer, "why not"
      end)
      assert.equal("completed", run.status)
      assert.equal("approval", seen.kind)
      assert.equal("wiki", seen.server_label)
      assert.same({ q = 1 }, seen.arguments)
      local input = turns.body(scene, 2).input
      assert.equal("mcp_approval_request", input[2].type)
      assert.same({ type = "mcp_approval_response", approval_request_id = "r1", approve = answer, reason = "why not" },
        input[3])
    end
  end)

  it("are refused where no more tools may be called", function()
    local client, scene = api.scene(server, { { request "r1" }, { DONE } })
    assert(api.run(client, { tools = wiki(), max_turns = 1, at_limit = "answer" }):final())
    local answer = turns.body(scene, 2).input[3]
    assert.is_false(answer.approve)
    assert.truthy(answer.reason:find "^Not carried out: ")
  end)

  it("make the run pause where nobody decides", function()
    local run, scene = finish({ { request "r1" }, { made "r1", DONE } }, wiki())
    assert.equal("paused", run.status)
    assert.equal("r1", run.pending[1].id)
    run:approve("r1", true)
    assert.equal("completed", assert(run:final()).status)
    assert.equal(2, #scene:requests())
  end)

  it("are told apart from those of earlier turns", function()
    local _, _, err = finish({ { request "r1" }, { made "r1", request "r1" } }, wiki "always", yes)
    local message = "the id 'r1' of a request for approval was there before"
    assert.same({ "repeated_id", message }, { err.reason, err.message })
  end)

  it("count once, and only as they were approved", function()
    local asked = { request("r1", '{"q":1}') }
    local as_approved = made("r1", { arguments = '{"q":1}' })
    local cases = {
      { true, { { as_approved, DONE } } },
      { false, { { as_approved, as_approved, DONE } } },
      { false, { { made("r1", { arguments = '{"q":2}' }), DONE } } },
      { false, { { made("r1", { arguments = '{"q":1}', name = "write" }), DONE } } },
      { false, { { made("r2", { arguments = '{"q":1}' }), DONE } } },
      { false, { { made(nil, { arguments = '{"q":1}' }), DONE } } },
    }
    for i, case in ipairs(cases) do
      local run, _, err = finish({ asked, case[2][1] }, wiki "always", yes)
      assert.equal(case[1] and "completed" or "failed", run.status, "case " .. i)
      assert.equal(not case[1] and "not_approved" or nil, err and err.reason)
    end
  end)

  it("need none where the program has declared so", function()
    local rules = {
      { "never", true }, { "always", false }, { { never = { tool_names = { "search" } } }, true },
      { { never = { tool_names = { "read" } } }, false }, { { always = { tool_names = { "write" } } }, true },
      { { always = { tool_names = { "search" } } }, false }, { nil, false },
    }
    for i = 1, 7 do
      local rule = rules[i]
      local run = finish({ { made(), DONE } }, wiki(rule[1]), yes)
      assert.equal(rule[2] and "completed" or "failed", run.status, "rule " .. i)
    end
  end)

  it("are not asked for twice by the transport", function()
    local failed = { status = 500, json = {} }
    for _, case in ipairs { { wiki(), nil, 1 }, { wiki(), 1, 2 }, { {}, nil, 3 } } do
      local scene = server:scenario { replies = { failed }, repeat_last = true }
      local client = require("spec.support.connect").to(scene, { max_retry_delay = 1 })
      local _, err = api.run(client, { tools = case[1] }, { max_retries = case[2] }):final()
      assert.equal("server", err.kind)
      assert.equal(case[3], #scene:requests())
    end
  end)
end)
