-- Agents, which beta.lua holds as client.beta.agents: stored agents, their
-- sessions, environments and automations, and the vaults with their
-- credentials. https://platform.openai.com/docs/api-reference/beta/agents

local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new
local waiting = require "oai.poll.methods"

local agent_sessions = lazy "oai.agents.sessions"
local events = lazy "oai.agents.events"
local files = lazy "oai.agents.files"

local AGENTS = "agents=v1"

---@alias oai.SessionParams oai.BetaAgentsSessionsCreateParams

---@class (partial) oai.resource.BetaAgentsSessions
--- Creates a session, and streams its first turn.
---@field stream fun(self, params: oai.SessionParams, options?: oai.AgentStreamOptions): oai.AgentTurnStream?, oai.Facts
---@method wait oai.WaitsForOne<oai.AgentSession>

---@class (partial) oai.resource.BetaAgentsSessionsTurns
---@method wait oai.WaitsForOneIn<oai.AgentSessionTurn>

---@class (partial) oai.resource.BetaAgentsSessionsSubagentsTurns
---@method wait oai.WaitsForOneInTwo<oai.BetaAgentsSessionsSubagentsAgentSessionTurn>

---@class (partial) oai.resource.BetaAgentsAutomationsInvocations
---@method wait oai.WaitsForOneIn<oai.AgentAutomationInvocation>

---@class (partial) oai.resource.BetaAgentsEnvironments
---@method wait oai.WaitsForOne<oai.AgentEnvironment>

---@class (partial) oai.resource.BetaAgentsSessionsEvents
---@overload fun(self, session_id: string, options?: oai.AgentEventsOptions): oai.AgentEvents?, oai.Facts

---@class (partial) oai.AgentSession.events
---@overload fun(self, options?: oai.AgentEventsOptions): oai.AgentEvents?, oai.Facts

---@class (partial) oai.AgentSession
---@field stream fun(self, input: any, options?: oai.AgentStreamOptions): oai.AgentTurnStream?, oai.Facts  sends
--- input, and streams the turn that it begins
---@field send fun(self, input: any, options?: oai.CallOptions): true?, oai.Facts  sends input, at which a session that
--- is at rest begins a turn
---@field answer fun(self, action: table, answer: any, options?: table): true?, oai.Facts  answers a call of a function,
--- or a request of approval
---@field cancel fun(self, options?: oai.CallOptions): true?, oai.Facts  ends the turn that goes on
--- Until it is not at work.
---@method wait oai.Waits<oai.AgentSession>

---@class (partial) oai.AgentSessionTurn
--- Until its end.
---@method wait oai.Waits<oai.AgentSessionTurn>

---@class (partial) oai.BetaAgentsSessionsSubagentsAgentSessionTurn
---@method wait oai.Waits<oai.BetaAgentsSessionsSubagentsAgentSessionTurn>

---@class (partial) oai.AgentEnvironment
--- Until it is ready.
---@method wait oai.Waits<oai.AgentEnvironment>

---@class (partial) oai.AgentAutomationInvocation
---@field wait fun(self: table, options?: oai.WaitOptions): oai.AgentAutomationInvocation?, oai.Facts  until its end

---@class (partial) oai.AgentSessionArtifact
---@field download fun(self: oai.AgentSessionArtifact, path: string, options?: oai.CallOptions): string?, oai.Facts
--- saves it as a file, which appears when all of it has come

---@class (partial) oai.resource.BetaAgentsEnvironmentsFiles
---@field upload fun(self, environment_id: string, source: any, path: string, options?: oai.CallOptions): any, oai.Facts
--- sends a file and puts it at a path of the environment

---@class (partial) oai.AgentEnvironment.files
---@field upload fun(self, source: any, path: string, options?: oai.CallOptions): any, oai.Facts  sends a file and puts
--- it at a path of the environment

local function list(path)
  return { "GET " .. path, page = "cursor" }
end

local automations = resource {
  object = "agent.automation",
  beta = AGENTS,
  create = "POST /agents/automations",
  list = list "/agents/automations",
  retrieve = "GET /agents/automations/{automation_id}",
  update = "POST /agents/automations/{automation_id}",
  delete = "DELETE /agents/automations/{automation_id}",
  pause = { "POST /agents/automations/{automation_id}/pause", body = false },
  resume = { "POST /agents/automations/{automation_id}/resume", body = false },
  invocations = resource {
    object = "agent.automation.invocation",
    methods = { wait = waiting.wait },
    wait = waiting.wait_by_id,
    beta = AGENTS,
    create = { "POST /agents/automations/{automation_id}/invocations", body = false },
    list = list "/agents/automations/{automation_id}/invocations",
    retrieve = "GET /agents/automations/{automation_id}/invocations/{invocation_id}",
  },
}

local environments = resource {
  object = "agent.environment",
  methods = { wait = waiting.wait },
  wait = waiting.wait_by_id,
  beta = AGENTS,
  create = { "POST /agents/environments", idempotency = true },
  list = list "/agents/environments",
  retrieve = "GET /agents/environments/{environment_id}",
  files = resource {
    beta = AGENTS,
    create = "POST /agents/environments/{environment_id}/files",
    list = { "GET /agents/environments/{environment_id}/files", page = "token" },
    upload = function(...)
      return files.upload(...)
    end,
  },
  templates = resource {
    object = "agent.environment.template",
    beta = AGENTS,
    create = "POST /agents/environments/templates",
    list = list "/agents/environments/templates",
    retrieve = "GET /agents/environments/templates/{environment_template_id}",
    update = "POST /agents/environments/templates/{environment_template_id}",
    delete = "DELETE /agents/environments/templates/{environment_template_id}",
  },
}

local subagents = resource {
  object = "agent.session.subagent",
  beta = AGENTS,
  list = list "/agents/sessions/{session_id}/subagents",
  retrieve = "GET /agents/sessions/{session_id}/subagents/{subagent_id}",
  items = resource {
    beta = AGENTS,
    list = list "/agents/sessions/{session_id}/subagents/{subagent_id}/items",
  },
  turns = resource {
    object = "agent.session.turn",
    methods = { wait = waiting.wait },
    wait = waiting.wait_by_id,
    beta = AGENTS,
    list = list "/agents/sessions/{session_id}/subagents/{subagent_id}/turns",
    retrieve = "GET /agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}",
    items = resource {
      beta = AGENTS,
      list = list "/agents/sessions/{session_id}/subagents/{subagent_id}/turns/{turn_id}/items",
    },
  },
}

local sessions = resource {
  object = "agent.session",
  methods = {
    stream = function(...)
      return agent_sessions.stream(...)
    end,
    send = function(...)
      return agent_sessions.send(...)
    end,
    answer = function(...)
      return agent_sessions.answer(...)
    end,
    cancel = function(...)
      return agent_sessions.cancel(...)
    end,
    wait = waiting.wait,
  },
  wait = waiting.wait_by_id,
  beta = AGENTS,
  create = { "POST /agents/sessions", stream = "agents" },
  stream = function(...)
    return agent_sessions.create(...)
  end,
  list = list "/agents/sessions",
  retrieve = "GET /agents/sessions/{session_id}",
  update = "POST /agents/sessions/{session_id}",
  delete = "DELETE /agents/sessions/{session_id}",
  artifacts = resource {
    object = "agent.session.artifact",
    methods = {
      download = function(...)
        return files.download(...)
      end,
    },
    beta = AGENTS,
    list = list "/agents/sessions/{session_id}/artifacts",
    retrieve = "GET /agents/sessions/{session_id}/artifacts/{artifact_id}",
    delete = "DELETE /agents/sessions/{session_id}/artifacts/{artifact_id}",
    content = {
      "GET /agents/sessions/{session_id}/artifacts/{artifact_id}/content",
      returns = "bytes",
      accept = "application/octet-stream",
    },
  },
  events = resource {
    beta = AGENTS,
    create = { "POST /agents/sessions/{session_id}/events", returns = "empty", idempotency = true },
    stream = { "GET /agents/sessions/{session_id}/events", stream = "followed_agents", always_streams = true },
    called = function(...)
      return events.follow(...)
    end,
  },
  items = resource {
    beta = AGENTS,
    list = list "/agents/sessions/{session_id}/items",
  },
  subagents = subagents,
  traces = resource {
    beta = AGENTS,
    list = list "/agents/sessions/{session_id}/traces",
  },
  turns = resource {
    object = "agent.session.turn",
    methods = { wait = waiting.wait },
    wait = waiting.wait_by_id,
    by_field = { subagent_id = "beta.agents.sessions.subagents.turns" },
    beta = AGENTS,
    list = list "/agents/sessions/{session_id}/turns",
    retrieve = "GET /agents/sessions/{session_id}/turns/{turn_id}",
    items = resource {
      beta = AGENTS,
      list = { "GET /agents/sessions/{session_id}/turns/{turn_id}/items", page = "conversation_cursor" },
    },
  },
}

local vaults = resource {
  object = "vault",
  beta = AGENTS,
  create = "POST /vaults",
  list = list "/vaults",
  retrieve = "GET /vaults/{vault_id}",
  update = "POST /vaults/{vault_id}",
  delete = "DELETE /vaults/{vault_id}",
  credentials = resource {
    object = "vault.credential",
    beta = AGENTS,
    create = "POST /vaults/{vault_id}/credentials",
    list = list "/vaults/{vault_id}/credentials",
    retrieve = "GET /vaults/{vault_id}/credentials/{credential_id}",
    update = "POST /vaults/{vault_id}/credentials/{credential_id}",
    delete = "DELETE /vaults/{vault_id}/credentials/{credential_id}",
  },
}

return resource {
  object = "agent",
  beta = AGENTS,
  create = "POST /agents",
  list = list "/agents",
  retrieve = "GET /agents/{agent_id}",
  update = "POST /agents/{agent_id}",
  delete = "DELETE /agents/{agent_id}",
  automations = automations,
  environments = environments,
  sessions = sessions,
  vaults = vaults,
}
