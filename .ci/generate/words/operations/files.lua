-- What the operations of client.files do.

return {
  ["files.content"] = "Downloads a file, and returns its bytes.",
  ["files.create"] =
    "Uploads a file for batches, fine-tuning, evals or the input of a model, and returns it. Up to 512 MB; "
      .. "`files:upload` takes more.",
  ["files.delete"] = "Deletes a file for good, and returns a confirmation.",
  ["files.list"] = "Returns a page of the files that were uploaded; `purpose` narrows it to one kind.",
  ["files.retrieve"] =
    "Returns what is known of a file, such as its name, size and purpose; what is in it comes from `content`.",
}
