-- What the operations of client.batches do.

return {
  ["batches.cancel"] =
    "Stops a batch, and returns it. It stays `cancelling` for some minutes; what is done by then is in its output "
      .. "file.",
  ["batches.create"] =
    "Starts a batch: the requests in an uploaded file, a line each, to be answered within a day. Returns the batch.",
  ["batches.list"] = "Returns a page of the batches, finished ones included.",
  ["batches.retrieve"] =
    "Returns a batch: its status, how many requests are done, and the ids of the files with results.",
}
