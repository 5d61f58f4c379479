-- What the operations of client.chat do.

return {
  ["chat.completions.create"] =
    "Asks a model to answer a list of messages, and returns its answer, or a stream of it. New programs may prefer "
      .. "`responses.create`.",
  ["chat.completions.delete"] = "Deletes a completion that was kept with `store = true`, and returns a confirmation.",
  ["chat.completions.list"] =
    "Returns a page of the completions that were kept with `store = true`; all others are in no list.",
  ["chat.completions.messages.list"] = "Returns a page of the messages that a stored completion answered.",
  ["chat.completions.retrieve"] = "Returns a completion that was kept with `store = true`.",
  ["chat.completions.update"] =
    "Changes the metadata of a stored completion, which is all that can be changed, and returns it.",
}
