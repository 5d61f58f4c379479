-- What the operations of client.files do.

return {
  ["files.content"] = "Downloads a file, and returns its bytes.",
  ["files.create"] =
    "Uploads a file for batches, fine-tuning, evals or the input of a model, and returns it. `files:upload` takes "
      .. "larger ones.",
  ["files.delete"] = "Deletes a file, takes it out of all vector stores, and returns a confirmation.",
  ["files.list"] = "Returns a page of the files that were uploaded; `purpose` narrows it to one kind.",
  ["files.retrieve"] =
    "Returns what is known of a file, such as its name, size and purpose; what is in it comes from `content`.",
}
