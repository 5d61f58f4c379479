-- Agents: what their endpoint lines alone do not say.

local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }

local function agents_of(...)
  local scene = server:scenario { replies = { ... } }
  return connect.over_kept(scene).beta.agents, scene
end

local function turn(id, subagent)
  return { id = id, object = "agent.session.turn", session_id = "s1", status = "completed", subagent_id = subagent }
end

describe("beta.agents", function()
  it("finds a subagent's turn where it is, whatever returned it", function()
    local turns = { turn("t1", oai.null), turn("t2", "sub1") }
    local agents, scene = agents_of({ json = { data = turns, has_more = false } }, { json = turns[1] },
      { json = turns[2] })
    local page = assert(agents.sessions.turns:list "s1")
    assert(page.data[1]:refresh())
    assert(page.data[2]:refresh())
    local requests = scene:requests()
    assert.equal("/v1/agents/sessions/s1/turns/t1", requests[2].path)
    assert.equal("/v1/agents/sessions/s1/subagents/sub1/turns/t2", requests[3].path)
  end)

  it("makes environments by a key by which a second request is known", function()
    local agents, scene = agents_of { json = { id = "e1", object = "agent.environment", status = "pending" } }
    local environment = assert(agents.environments:create { environment = { type = "openai_hosted" },
      idempotency_key = "key2" })
    assert.equal("oai.AgentEnvironment e1", tostring(environment))
    assert.equal("key2", scene:requests()[1].header["idempotency-key"])
    assert.equal('{"environment":{"type":"openai_hosted"}}', scene:requests()[1].body)
  end)

  it("reads the files of an environment page by page, by the token of the page before", function()
    local file = { object = "agent.environment.file", path = "/workspace/a" }
    local agents, scene = agents_of({ json = { data = { file }, has_more = true, ["next"] = "p2" } },
      { json = { data = { file }, has_more = false } })
    local count = 0
    for _ in agents.environments.files:each("e1", { path = "/workspace" }) do
      count = count + 1
    end
    assert.equal(2, count)
    assert.truthy(scene:requests()[2].query:find("page=p2", 1, true))
  end)
end)
