-- What the operations of client.completions do.

return {
  ["completions.create"] =
    "Goes on with a text, for the few older models that know no chat, and returns the texts or a stream of them.",
}
