-- Fine tuning: https://platform.openai.com/docs/api-reference/fine-tuning

local resource = require("oai.call.definition").new
local waiting = require "oai.poll.methods"

---@class (partial) oai.resource.FineTuningJobs
---@method wait oai.WaitsForOne<oai.FineTuningJob>

---@class (partial) oai.FineTuningJob
---@method wait oai.Waits<oai.FineTuningJob>

return resource {
  alpha = resource {
    graders = resource {
      run = "POST /fine_tuning/alpha/graders/run",
      validate = "POST /fine_tuning/alpha/graders/validate",
    },
  },
  checkpoints = resource {
    object = "fine_tuning.job.checkpoint",
    ids = { "fine_tuned_model_checkpoint" },
    permissions = resource {
      object = "checkpoint.permission",
      admin = true,
      create = { "POST /fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions", page = "none" },
      list = { "GET /fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions", page = "conversation_cursor" },
      delete = "DELETE /fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions/{permission_id}",
    },
  },
  jobs = resource {
    object = "fine_tuning.job",
    methods = { wait = waiting.wait },
    wait = waiting.wait_by_id,
    create = "POST /fine_tuning/jobs",
    list = { "GET /fine_tuning/jobs", page = "cursor" },
    retrieve = "GET /fine_tuning/jobs/{fine_tuning_job_id}",
    cancel = { "POST /fine_tuning/jobs/{fine_tuning_job_id}/cancel", body = false },
    list_events = { "GET /fine_tuning/jobs/{fine_tuning_job_id}/events", page = "cursor" },
    pause = { "POST /fine_tuning/jobs/{fine_tuning_job_id}/pause", body = false },
    resume = { "POST /fine_tuning/jobs/{fine_tuning_job_id}/resume", body = false },
    checkpoints = resource {
      list = { "GET /fine_tuning/jobs/{fine_tuning_job_id}/checkpoints", page = "cursor" },
    },
  },
}
