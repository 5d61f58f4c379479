-- What the API says of objects that are waited for:
--
--   resource   whose objects they are, and `ids`, those of their paths, the own last
--   statuses   what the API's file lists; `more`: what it does not list, and its guides have
--   done, needs_action, failed   the statuses that end a wait so; any other goes on
--   life       the statuses of one after another, from its beginning to the last before the end
--   unknown    what a status is that the API does not have yet, unless it goes on
--   without    what it means that there is no status: nothing that is known, but where it says so
--   target     the path on which it is looked at
--
-- spec/poll/shared_spec.lua holds the statuses against their source.

return {
  ["agent.automation.invocation"] = {
    resource = "beta.agents.automations.invocations", ids = "auto_1 inv_1",
    target = "/agents/automations/auto_1/invocations/inv_1", statuses = "queued completed failed skipped",
    life = "queued", done = "completed skipped", failed = "failed",
  },
  ["agent.environment"] = {
    resource = "beta.agents.environments", ids = "env_1", target = "/agents/environments/env_1",
    statuses = "pending ready connected disconnected suspended expired failed", life = "pending",
    done = "ready connected", failed = "disconnected suspended expired failed", unknown = "done",
  },
  ["agent.session"] = {
    resource = "beta.agents.sessions", ids = "sess_1", target = "/agents/sessions/sess_1",
    statuses = "idle in_progress requires_action failed budget_reached", life = "in_progress", done = "idle",
    needs_action = "requires_action", failed = "failed budget_reached", unknown = "done",
  },
  ["agent.session.turn"] = {
    resource = "beta.agents.sessions.turns", ids = "sess_1 turn_1", target = "/agents/sessions/sess_1/turns/turn_1",
    statuses = "queued in_progress waiting completed failed cancelled", life = "queued in_progress waiting",
    done = "completed", failed = "failed cancelled",
  },
  batch = {
    resource = "batches", ids = "batch_1", target = "/batches/batch_1",
    statuses = "validating failed in_progress finalizing completed expired cancelling cancelled",
    life = "validating in_progress finalizing cancelling", done = "completed", failed = "failed expired cancelled",
  },
  ["eval.run"] = {
    resource = "evals.runs", ids = "eval_1 run_1", target = "/evals/eval_1/runs/run_1", statuses = "",
    more = "queued in_progress completed failed canceled cancelled", life = "queued in_progress", done = "completed",
    failed = "failed canceled cancelled",
  },
  file = { without = "done",
    resource = "files", ids = "file_1", target = "/files/file_1", statuses = "uploaded processed error",
    more = "deleted", life = "uploaded", done = "processed", failed = "error deleted",
  },
  ["fine_tuning.job"] = {
    resource = "fine_tuning.jobs", ids = "ftjob_1", target = "/fine_tuning/jobs/ftjob_1",
    statuses = "validating_files queued running succeeded failed cancelled", more = "paused",
    life = "validating_files queued running", done = "succeeded", needs_action = "paused", failed = "failed cancelled",
  },
  response = { without = "done",
    resource = "responses", ids = "resp_1", target = "/responses/resp_1",
    statuses = "completed failed in_progress cancelled queued incomplete", life = "queued in_progress",
    done = "completed incomplete", failed = "failed cancelled",
  },
  ["thread.run"] = {
    resource = "beta.threads.runs", ids = "thread_1 run_1", target = "/threads/thread_1/runs/run_1",
    statuses = "queued in_progress requires_action cancelling cancelled failed completed incomplete expired",
    life = "queued in_progress cancelling", done = "completed incomplete", needs_action = "requires_action",
    failed = "cancelled failed expired",
  },
  upload = { -- which nothing looks at: see spec/poll/uploads_spec.lua
    resource = "uploads", ids = "upload_1", statuses = "pending completed cancelled expired", done = "completed",
    needs_action = "pending", failed = "cancelled expired",
  },
  vector_store = {
    resource = "vector_stores", ids = "vs_1", target = "/vector_stores/vs_1",
    statuses = "expired in_progress completed", life = "in_progress", done = "completed", failed = "expired",
  },
  ["vector_store.file"] = {
    resource = "vector_stores.files", ids = "vs_1 file_1", target = "/vector_stores/vs_1/files/file_1",
    statuses = "in_progress completed cancelled failed", life = "in_progress", done = "completed",
    failed = "cancelled failed",
  },
  ["vector_store.files_batch"] = {
    resource = "vector_stores.file_batches", ids = "vs_1 vsfb_1", target = "/vector_stores/vs_1/file_batches/vsfb_1",
    statuses = "in_progress completed cancelled failed", life = "in_progress", done = "completed",
    failed = "cancelled failed",
  },
  video = {
    resource = "videos", ids = "video_1", target = "/videos/video_1",
    statuses = "queued in_progress completed failed", life = "queued in_progress", done = "completed",
    failed = "failed",
  },
}
