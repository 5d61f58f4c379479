-- The resources of a client, by name: each is loaded when first touched. A
-- text says where it stands in full.

return {
  admin = true,
  assistants = "beta.assistants",
  audio = true,
  batches = true,
  beta = true,
  chat = true,
  completions = true,
  containers = true,
  content_provenance_checks = true,
  conversations = true,
  embeddings = true,
  evals = true,
  files = true,
  fine_tuning = true,
  images = true,
  models = true,
  moderations = true,
  realtime = true,
  responses = true,
  skills = true,
  threads = "beta.threads",
  uploads = true,
  vector_stores = true,
  videos = true,
}
