-- What the operations of client.vector_stores do.

return {
  ["vector_stores.create"] =
    "Makes a store in which files are searched by meaning, and returns it. Files given along are prepared in the "
      .. "background.",
  ["vector_stores.delete"] = "Deletes a store, and returns a confirmation; the files that were in it stay.",
  ["vector_stores.file_batches.cancel"] =
    "Stops adding the files of a batch to a store, and returns the batch. Files that are done stay in the store.",
  ["vector_stores.file_batches.create"] =
    "Adds many uploaded files to a store at once, and returns the batch, by which one sees how far they are.",
  ["vector_stores.file_batches.list_files"] = "Returns a page of the files of a batch, with the status of each.",
  ["vector_stores.file_batches.retrieve"] =
    "Returns a batch of files: its status, and how many files are done or have failed.",
  ["vector_stores.files.content"] = "Returns the text that was read out of a file in a store, in one page.",
  ["vector_stores.files.create"] =
    "Adds an uploaded file to a store, and returns it. It can be found once its status is `completed`.",
  ["vector_stores.files.delete"] =
    "Takes a file out of a store, and returns a confirmation. The file itself stays: `files:delete` deletes it.",
  ["vector_stores.files.list"] = "Returns a page of the files in a store; `filter` picks those of one status.",
  ["vector_stores.files.retrieve"] =
    "Returns a file as it is in a store: its status, size and attributes, or why it failed.",
  ["vector_stores.files.update"] =
    "Sets the attributes of a file in a store, by which searches can be filtered, and returns it.",
  ["vector_stores.list"] = "Returns a page of the vector stores.",
  ["vector_stores.retrieve"] = "Returns a vector store: its status, size, and how many files are ready.",
  ["vector_stores.search"] =
    "Finds the passages of a store that fit a question, and returns them with their scores, in one page.",
  ["vector_stores.update"] = "Changes the name, metadata or expiry of a store, and returns it.",
}
