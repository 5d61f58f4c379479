-- What the operations of client.content_provenance_checks do.

return {
  ["content_provenance_checks.create"] =
    "Looks for signs that an image or a recording was made by OpenAI, and returns what it finds. None found proves "
      .. "nothing.",
}
