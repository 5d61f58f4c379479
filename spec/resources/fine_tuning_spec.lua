-- Fine-tuning: names of models with colons in paths, permissions, filters.

local connect = require "spec.support.connect"
local exchange = require "spec.support.exchange"
local oai = require "oai"

local CHECKPOINT = "ft:gpt-4o-mini-2024-07-18:org::abc123:ckpt-step-10"

describe("a fine-tuned model", function()
  it("stands in a path as it is", function()
    local requests = exchange.run({ { json = { id = CHECKPOINT, object = "model" } },
      { json = { id = CHECKPOINT, object = "model", deleted = true } } }, function(client)
      return assert(client.models:retrieve(CHECKPOINT)):delete()
    end)
    assert.same({ "GET /v1/models/" .. CHECKPOINT, "DELETE /v1/models/" .. CHECKPOINT }, exchange.lines(requests))
  end)
end)

describe("fine_tuning.checkpoints.permissions", function()
  it("take the administration's key, and know their checkpoint", function()
    local permission = { id = "cp_1", object = "checkpoint.permission", project_id = "proj_1" }
    local requests = exchange.run({
      { json = { object = "list", has_more = false, data = { permission } } },
      { json = { id = "cp_1", object = "checkpoint.permission", deleted = true } },
    }, function(client)
      local page = assert(client.fine_tuning.checkpoints.permissions:create(CHECKPOINT, { project_ids = { "proj_1" } }))
      assert.equal("oai.CheckpointPermission cp_1", tostring(page.data[1]))
      return page.data[1]:delete()
    end)
    local path = "/v1/fine_tuning/checkpoints/" .. CHECKPOINT .. "/permissions"
    assert.same({ "POST " .. path, "DELETE " .. path .. "/cp_1" }, exchange.lines(requests))
    assert.same({ project_ids = { "proj_1" } }, exchange.body(requests[1]))
    for _, request in ipairs(requests) do
      assert.equal("Bearer " .. connect.admin_api_key, request.header.authorization)
    end
  end)

  it("belong to the checkpoints of a job", function()
    local checkpoint = { id = "ftckpt_1", object = "fine_tuning.job.checkpoint", step_number = 10,
      fine_tuned_model_checkpoint = CHECKPOINT }
    local requests = exchange.run({
      { json = { id = "ftjob-1", object = "fine_tuning.job" } },
      { json = { object = "list", has_more = true, data = { checkpoint } } },
      { json = { object = "list", has_more = false, data = {} } },
      { json = { object = "list", has_more = false, data = {} } },
    }, function(client)
      local job = assert(client.fine_tuning.jobs:retrieve "ftjob-1")
      local last
      for found in job.checkpoints:each { limit = 1 } do
        last = found
      end
      return last.permissions:list()
    end)
    assert.same({
      "GET /v1/fine_tuning/jobs/ftjob-1",
      "GET /v1/fine_tuning/jobs/ftjob-1/checkpoints?limit=1",
      "GET /v1/fine_tuning/jobs/ftjob-1/checkpoints?after=ftckpt_1&limit=1",
      "GET /v1/fine_tuning/checkpoints/" .. CHECKPOINT .. "/permissions",
    }, exchange.lines(requests))
  end)
end)

describe("fine_tuning.jobs", function()
  it("are filtered by metadata, or by having none", function()
    local requests = exchange.run({ { json = { data = {} } }, { json = { data = {} } } }, function(client)
      assert(client.fine_tuning.jobs:list { metadata = { team = "a b" }, limit = 2 })
      return client.fine_tuning.jobs:list { metadata = "null" }
    end)
    assert.same({ "GET /v1/fine_tuning/jobs?limit=2&metadata[team]=a%20b", "GET /v1/fine_tuning/jobs?metadata=null" },
      exchange.lines(requests))
  end)

  it("clear what is set to null", function()
    local request = exchange.once(function(client)
      return client.fine_tuning.jobs:create { model = "m", training_file = "file_1", suffix = oai.null,
        integrations = {}, method = { type = "supervised", supervised = { hyperparameters = { n_epochs = "auto" } } } }
    end)
    assert.truthy(request.body:find('"suffix":null', 1, true))
    assert.truthy(request.body:find('"integrations":[]', 1, true))
  end)

  it("are paused, resumed and cancelled from the job, and tell their events", function()
    local job = { id = "ftjob-1", object = "fine_tuning.job" }
    local event = { id = "ftevent-1", object = "fine_tuning.job.event", message = "done" }
    local requests = exchange.run({ { json = job }, { json = job }, { json = job }, { json = job },
      { json = { object = "list", has_more = false, data = { event } } } }, function(client)
      local found = assert(client.fine_tuning.jobs:retrieve "ftjob-1")
      assert(found:pause())
      assert(found:resume())
      assert(found:cancel())
      local events = found:each_events { limit = 2 }
      assert.is_nil(getmetatable(events()))
    end)
    assert.same({ "GET /v1/fine_tuning/jobs/ftjob-1", "POST /v1/fine_tuning/jobs/ftjob-1/pause",
      "POST /v1/fine_tuning/jobs/ftjob-1/resume", "POST /v1/fine_tuning/jobs/ftjob-1/cancel",
      "GET /v1/fine_tuning/jobs/ftjob-1/events?limit=2" }, exchange.lines(requests))
  end)
end)
