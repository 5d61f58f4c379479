-- Batches: https://platform.openai.com/docs/api-reference/batches

local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new
local waiting = require "oai.poll.methods"

local batch = lazy "oai.batch"

---@class (partial) oai.resource.Batches
---@field run fun(self: table, requests?: oai.BatchRequests, options?: oai.BatchRunOptions): oai.BatchRun?, oai.Error?
--- begins a run, or goes on with the one in `options.state`; sends nothing
---@method wait oai.WaitsForOne<oai.Batch>

---@class (partial) oai.Batch
---@method wait oai.Waits<oai.Batch>

return resource {
  object = "batch",
  methods = { wait = waiting.wait },
  wait = waiting.wait_by_id,
  create = "POST /batches",
  list = { "GET /batches", page = "cursor" },
  retrieve = "GET /batches/{batch_id}",
  cancel = { "POST /batches/{batch_id}/cancel", body = false },

  --- Many requests as batches, and their results: lua/oai/batch/init.lua.
  run = function(...)
    return batch.run(...)
  end,
}
