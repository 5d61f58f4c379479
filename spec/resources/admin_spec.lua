-- Administration: what the general specs of operations cannot say. Whose key
-- is sent, filters of several kinds, keys that are shown once.

local connect = require "spec.support.connect"
local exchange = require "spec.support.exchange"
local server = require("spec.support.server").start { tls = true }

describe("admin.organization.audit_logs", function()
  it("are filtered by time, by lists and by a flag", function()
    local request = exchange.once(function(client)
      return client.admin.organization.audit_logs:list {
        effective_at = { gt = 1, lte = 5 }, project_ids = { "p1", "p2" }, event_types = { "api_key.created" },
        actor_emails = { "a+b@example.com" }, tenant_only = true,
      }
    end)
    assert.same({
      "GET /v1/organization/audit_logs?actor_emails[]=a%2Bb%40example.com&effective_at[gt]=1&effective_at[lte]=5"
        .. "&event_types[]=api_key.created&project_ids[]=p1&project_ids[]=p2&tenant_only=true",
    }, exchange.lines { request })
  end)

  it("have fields whose names are no identifiers", function()
    local _, page = exchange.once(function(client)
      return client.admin.organization.audit_logs:list()
    end, { object = "list", data = { { id = "log_1", type = "api_key.created", ["api_key.created"] = { id = "k" } } } })
    assert.equal("k", page.data[1]["api_key.created"].id)
    assert.is_nil(getmetatable(page.data[1]))
  end)
end)

describe("admin.organization.usage", function()
  it("is asked for by time, project and flag", function()
    local request = exchange.once(function(client)
      return client.admin.organization.usage:completions { start_time = 1, project_ids = { "p1", "p2" },
        group_by = { "model" }, batch = false }
    end)
    assert.same({
      "GET /v1/organization/usage/completions?batch=false&group_by[]=model&project_ids[]=p1&project_ids[]=p2"
        .. "&start_time=1",
    }, exchange.lines { request })
  end)

  it("goes on over time in which nothing was used", function()
    local requests, sum = exchange.run({
      { json = { object = "page", has_more = true, next_page = "p2", data = { { object = "bucket", results = {} } } } },
      { json = { object = "page", has_more = true, next_page = "p3", data = {} } },
      { json = { object = "page", has_more = false, data = { { object = "bucket", results = { { amount = 5 } } } } } },
    }, function(client)
      local buckets = 0
      for bucket in client.admin.organization.usage:each_costs { start_time = 1, limit = 1 } do
        buckets = buckets + 1
        assert.equal("bucket", bucket.object)
      end
      return buckets
    end)
    assert.equal(2, sum)
    assert.same({
      "GET /v1/organization/costs?limit=1&start_time=1",
      "GET /v1/organization/costs?limit=1&page=p2&start_time=1",
      "GET /v1/organization/costs?limit=1&page=p3&start_time=1",
    }, exchange.lines(requests))
  end)
end)

describe("the administration's key", function()
  local function sent_with(options)
    local scene = server:scenario { replies = { { json = { data = {} } } }, repeat_last = true }
    local client = connect.to(scene, options)
    assert(client.admin.organization.projects:list())
    assert(client.fine_tuning.checkpoints.permissions:list "ft:m")
    assert(client.fine_tuning.jobs:list())
    local keys = {}
    for i, request in ipairs(scene:requests()) do
      keys[i] = request.header.authorization
    end
    client:close()
    return keys
  end

  it("is for the administration and for permissions of checkpoints", function()
    assert.same({ "Bearer sk-admin", "Bearer sk-admin", "Bearer " .. connect.key },
      sent_with { admin_api_key = "sk-admin" })
  end)

  it("may be missing: then the only key is sent", function()
    local key = "Bearer " .. connect.key
    assert.same({ key, key, key }, sent_with())
  end)
end)

describe("admin.organization", function()
  it("shows a new key once, in the object it belongs to", function()
    local requests, account = exchange.run({
      { json = { id = "svc_acct_1", object = "organization.project.service_account", name = "bot",
        api_key = { object = "organization.project.service_account.api_key", id = "key_1", value = "sk-new" } } },
      { json = { id = "key_2", object = "organization.project.service_account.api_key", value = "sk-newer" } },
    }, function(client)
      local made = assert(client.admin.organization.projects.service_accounts:create("proj_1", { name = "bot" }))
      assert.equal("sk-newer", assert(made.api_keys:create { name = "k", scopes = {} }).value)
      return made
    end)
    assert.equal("sk-new", account.api_key.value)
    assert.equal("oai.OrganizationProjectServiceAccount svc_acct_1", tostring(account))
    assert.equal("POST /v1/organization/projects/proj_1/service_accounts/svc_acct_1/api_keys",
      exchange.lines(requests)[2])
    assert.truthy(requests[2].body:find('"scopes":[]', 1, true))
  end)

  it("activates certificates by lists of ids, and returns them", function()
    local reply = { object = "organization.project.certificate.activation",
      data = { { id = "cert_1", object = "organization.project.certificate", active = true } } }
    local requests, page = exchange.run({ { json = reply }, { json = { object = "certificate" } } }, function(client)
      local project = client.admin.organization.projects:at "proj_1"
      local page = assert(project.certificates:activate { certificate_ids = { "cert_1" } })
      assert(page.data[1]:update { name = "x" })
      return page
    end)
    assert.equal("organization.project.certificate.activation", page.object)
    assert.same({ "POST /v1/organization/projects/proj_1/certificates/activate",
      "POST /v1/organization/certificates/cert_1" }, exchange.lines(requests))
    assert.same({ certificate_ids = { "cert_1" } }, exchange.body(requests[1]))
  end)

  it("knows a member of a group by the ids of the reply that added it", function()
    local requests = exchange.run({ { json = { object = "group.user", user_id = "user_1", group_id = "group_1" } },
      { json = { object = "group.user.deleted", deleted = true } } }, function(client)
      local member = assert(client.admin.organization.groups.users:create("group_1", { user_id = "user_1" }))
      assert.equal("oai.GroupUser user_1", tostring(member))
      return member:delete()
    end)
    assert.equal("DELETE /v1/organization/groups/group_1/users/user_1", exchange.lines(requests)[2])
  end)

  it("updates and lists rate limits by names of their own", function()
    local limit = { id = "rl-gpt", object = "project.rate_limit", model = "gpt" }
    local requests = exchange.run({ { json = { object = "list", data = { limit } } }, { json = limit } },
      function(client)
        local project = client.admin.organization.projects:at "proj_1"
        local found = project.rate_limits:each_rate_limits { limit = 1 }()
        return found:update_rate_limit { max_requests_per_1_minute = 5 }
      end)
    assert.same({ "GET /v1/organization/projects/proj_1/rate_limits?limit=1",
      "POST /v1/organization/projects/proj_1/rate_limits/rl-gpt" }, exchange.lines(requests))
  end)

  it("tells roles of the organisation from those of a project", function()
    local role = { id = "role_1", object = "role" }
    local requests = exchange.run({ { json = role }, { json = role }, { json = role }, { json = role } },
      function(client)
        local organization = client.admin.organization
        assert(assert(organization.roles:retrieve "role_1"):update { description = "x" })
        return assert(organization.projects.roles:retrieve("proj_1", "role_1")):update { permissions = {} }
      end)
    assert.same({ "GET /v1/organization/roles/role_1", "POST /v1/organization/roles/role_1",
      "GET /v1/projects/proj_1/roles/role_1", "POST /v1/projects/proj_1/roles/role_1" }, exchange.lines(requests))
    assert.equal('{"permissions":[]}', requests[4].body)
  end)
end)
