-- What webhooks are about, by the beginnings of their types: the resource that
-- retrieves it, and the field of the event's data that is its id. What is
-- retrieved by more than that id, or not at all, is not here.

return {
  batch = "batches",
  response = "responses",
  ["fine_tuning.job"] = "fine_tuning.jobs",
  video = "videos",
  ["agent.session"] = "beta.agents.sessions",
  ["agent.environment"] = "beta.agents.environments",
  ["safety.alert"] = "safety.alerts",
}
