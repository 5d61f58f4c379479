-- What the local API server remembers, asked by the library: what is made is
-- there until it is deleted.

local oai = require "oai"
local server = require("spec.support.server").start()

local client = oai.client { base_url = server:base_url_on "http", api_key = "sk-local", admin_api_key = "sk-admin" }
local organization = client.admin.organization

local PARTS = { { "beta.assistants", { model = "m" } }, { "beta.threads", {} }, { "conversations", {} },
  { "containers", { name = "c" } }, { "evals", { data_source_config = { type = "custom" }, testing_criteria = {} } },
  { "admin.organization.projects", { name = "p" } }, { "admin.organization.groups", { name = "g" } },
  { "admin.organization.invites", { email = "a@b.example", role = "reader" } },
  { "admin.organization.admin_api_keys", { name = "k" } },
  { "admin.organization.roles", { role_name = "r", permissions = { "api.read" } } } }

local function resource_of(path)
  local found = client ---@type any
  for name in path:gmatch "[%w_]+" do
    found = found[name]
  end
  return found
end

local function has(resource, name)
  return (pcall(function()
    return resource[name]
  end)) and resource[name]
end

describe("the local API server", function()
  for _, part in ipairs(PARTS) do
    it("remembers " .. part[1], function()
      local resource = resource_of(part[1])
      local made = assert(resource:create(part[2]))
      assert.equal(made.id, assert((has(resource, "retrieve") or resource.list)(resource, has(resource, "retrieve")
        and made.id or nil)).id or made.id)
      if has(resource, "list") then
        local ids = {}
        for one in resource:each() do
          ids[one.id] = true
        end
        assert.is_true(ids[made.id])
      end
      if has(resource, "delete") then
        assert.is_true(assert(resource:delete(made.id)).deleted)
        local again, err = resource:delete(made.id)
        assert.same({ nil, "not_found" }, { again, err.kind })
      end
    end)
  end

  it("keeps the items of a conversation, and those of its responses", function()
    local conversation = assert(client.conversations:create { items = { { role = "user", content = "Hello" } } })
    assert(client.responses:create { model = "m", input = "And you?", conversation = conversation.id })
    local texts = {}
    for item in conversation.items:each { order = "asc" } do
      texts[#texts + 1] = item.role
    end
    assert.same({ "user", "user", "assistant" }, texts)
  end)

  it("answers a thread's run, which takes two looks", function()
    local assistant = assert(client.beta.assistants:create { model = "m", instructions = "be kind" })
    local run = assert(client.beta.threads:create_and_run { assistant_id = assistant.id,
      thread = { messages = { { role = "user", content = "Hello" } } } })
    assert.equal("completed", assert(run:wait { interval = 0.01 }).status)
    local newest = assert(client.beta.threads.messages:list(run.thread_id)).data[1]
    assert.same({ "assistant", run.id }, { newest.role, newest.run_id })
    assert.truthy(newest.content[1].text.value:find("Hello", 1, true))
  end)

  it("knows what belongs to what", function()
    local project = assert(organization.projects:create { name = "p" })
    local account = assert(organization.projects.service_accounts:create(project.id, { name = "bot" }))
    assert.equal(account.id, assert(organization.projects.service_accounts:retrieve(project.id, account.id)).id)
    local _, err = organization.projects.service_accounts:retrieve("no", account.id)
    assert.equal(404, err.status)
    assert.equal("a", assert(client.decisions:create { model = "m", input = "x", questions = {
      { type = "choice", name = "n", choices = { { value = "a" }, { value = "b" } } } } }).answers[1].choice)
  end)
end)
