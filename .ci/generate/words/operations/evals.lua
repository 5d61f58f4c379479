-- What the operations of client.evals do.

return {
  ["evals.create"] =
    "Sets up an eval: what its data look like, and by which criteria answers are graded. Returns it; `runs:create` "
      .. "runs it.",
  ["evals.delete"] = "Deletes an eval, and returns a confirmation.",
  ["evals.list"] = "Returns a page of the evals of the project.",
  ["evals.retrieve"] = "Returns an eval: its criteria and the form of its data.",
  ["evals.runs.cancel"] = "Stops a run that goes on, and returns it.",
  ["evals.runs.create"] =
    "Starts a run of an eval over some data and a model, and returns it; results come in the background.",
  ["evals.runs.delete"] = "Deletes a run with its results, and returns a confirmation.",
  ["evals.runs.list"] = "Returns a page of the runs of an eval.",
  ["evals.runs.output_items.list"] =
    "Returns a page of the results of a run, a row of the data each, passed or failed.",
  ["evals.runs.output_items.retrieve"] =
    "Returns one result: the sample, the model's answer, and what each grader made of it.",
  ["evals.runs.retrieve"] = "Returns a run: its status, how many rows passed, and how many tokens it took.",
  ["evals.update"] = "Changes the name or metadata of an eval, and returns it; its criteria stay.",
}
