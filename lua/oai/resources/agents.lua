-- Agents, which beta.lua holds as client.beta.agents: stored agents, their
-- sessions, environments and automations, and the vaults with their
-- credentials. https://platform.openai.com/docs/api-reference/beta/agents

local resource = require("oai.call.definition").new

local AGENTS = "agents=v1"

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
    beta = AGENTS,
    create = { "POST /agents/automations/{automation_id}/invocations", body = false },
    list = list "/agents/automations/{automation_id}/invocations",
    retrieve = "GET /agents/automations/{automation_id}/invocations/{invocation_id}",
  },
}

local environments = resource {
  object = "agent.environment",
  beta = AGENTS,
  create = { "POST /agents/environments", idempotency = true },
  list = list "/agents/environments",
  retrieve = "GET /agents/environments/{environment_id}",
  files = resource {
    beta = AGENTS,
    create = "POST /agents/environments/{environment_id}/files",
    list = { "GET /agents/environments/{environment_id}/files", page = "token" },
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
  beta = AGENTS,
  create = { "POST /agents/sessions", stream = "agents" },
  list = list "/agents/sessions",
  retrieve = "GET /agents/sessions/{session_id}",
  update = "POST /agents/sessions/{session_id}",
  delete = "DELETE /agents/sessions/{session_id}",
  artifacts = resource {
    object = "agent.session.artifact",
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
    elsewhere = { subagent_id = "beta.agents.sessions.subagents.turns" },
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
