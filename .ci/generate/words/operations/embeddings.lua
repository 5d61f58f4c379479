-- What the operations of client.embeddings do.

return {
  ["embeddings.create"] =
    "Turns texts into vectors, by which texts of like meaning can be found, and returns one for each text.",
}
