-- What the operations of client.fine_tuning do.

return {
  ["fine_tuning.alpha.graders.run"] =
    "Grades one sample, to see what a grader makes of it, and returns the reward with what led to it.",
  ["fine_tuning.alpha.graders.validate"] = "Checks a grader before it is used in a job, and returns it.",
  ["fine_tuning.checkpoints.permissions.create"] =
    "Lets other projects use a checkpoint of a fine-tuned model, and returns a permission for each.",
  ["fine_tuning.checkpoints.permissions.delete"] =
    "Takes a project's permission for a checkpoint away, and returns a confirmation.",
  ["fine_tuning.checkpoints.permissions.list"] = "Returns a page of the projects that may use a checkpoint.",
  ["fine_tuning.jobs.cancel"] = "Ends a job at once, before it is done, and returns it.",
  ["fine_tuning.jobs.checkpoints.list"] =
    "Returns a page of the checkpoints of a job, each of which can be used as a model.",
  ["fine_tuning.jobs.create"] =
    "Starts to train a model of your own on an uploaded file of examples, and returns the job, which goes on in the "
      .. "background.",
  ["fine_tuning.jobs.list"] = "Returns a page of the fine-tuning jobs.",
  ["fine_tuning.jobs.list_events"] =
    "Returns a page of what has happened in a job: messages and figures of its training.",
  ["fine_tuning.jobs.pause"] = "Halts a job that runs, and returns it; `resume` lets it go on.",
  ["fine_tuning.jobs.resume"] = "Lets a paused job go on, and returns it.",
  ["fine_tuning.jobs.retrieve"] = "Returns a job: its status, and the name of the model once it is done.",
}
