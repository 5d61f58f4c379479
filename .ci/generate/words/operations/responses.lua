-- What the operations of client.responses do.

return {
  ["responses.cancel"] =
    "Stops a response that runs in the background, and returns it as it is then. Others cannot be stopped so.",
  ["responses.compact"] =
    "Makes a long conversation shorter, and returns items that stand for it as the input of the next response.",
  ["responses.create"] =
    "Asks a model, with tools, files and earlier turns if wanted, and returns its response or a stream of its events.",
  ["responses.delete"] = "Deletes a stored response, and returns `true`.",
  ["responses.input_items.list"] = "Returns a page of the items that a stored response was given as its input.",
  ["responses.input_tokens.count"] = "Counts the tokens of an input without running the model, and returns the count.",
  ["responses.retrieve"] =
    "Returns a response that was stored; of one in the background, also the stream of its events from any number on.",
}
