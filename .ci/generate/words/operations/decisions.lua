-- What the operations of client.decisions do.

return {
  ["decisions.create"] =
    "Asks a model questions about an input: yes or no, one of several, or a score. Returns the answers in the same "
      .. "order.",
}
