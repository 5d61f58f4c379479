-- What the operations of client.decisions do.

return {
  ["decisions.create"] =
    "Has a model answer questions about an input: yes or no, one of several, or a score. Returns answers in the same "
      .. "order.",
}
