-- The resources of a client, by name. Each is loaded when first touched.

return {
  chat = true,
  completions = true,
  embeddings = true,
  files = true,
  images = true,
  models = true,
  moderations = true,
  responses = true,
}
