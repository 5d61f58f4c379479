-- Evals: https://platform.openai.com/docs/api-reference/evals

local resource = require("oai.call.definition").new
local waiting = require "oai.poll.methods"

---@class (partial) oai.resource.EvalsRuns
---@method wait oai.WaitsForOneIn<oai.EvalRun>

---@class (partial) oai.Eval.runs
---@method wait oai.WaitsForOne<oai.EvalRun>

---@class (partial) oai.EvalRun
---@method wait oai.Waits<oai.EvalRun>

return resource {
  object = "eval",
  create = "POST /evals",
  list = { "GET /evals", page = "cursor" },
  retrieve = "GET /evals/{eval_id}",
  update = "POST /evals/{eval_id}",
  delete = "DELETE /evals/{eval_id}",
  runs = resource {
    object = "eval.run",
    methods = { wait = waiting.wait },
    wait = waiting.wait_by_id,
    create = "POST /evals/{eval_id}/runs",
    list = { "GET /evals/{eval_id}/runs", page = "cursor" },
    retrieve = "GET /evals/{eval_id}/runs/{run_id}",
    delete = "DELETE /evals/{eval_id}/runs/{run_id}",
    cancel = { "POST /evals/{eval_id}/runs/{run_id}/cancel", body = false },
    output_items = resource {
      object = "eval.run.output_item",
      list = { "GET /evals/{eval_id}/runs/{run_id}/output_items", page = "cursor" },
      retrieve = "GET /evals/{eval_id}/runs/{run_id}/output_items/{output_item_id}",
    },
  },
}
