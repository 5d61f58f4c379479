-- What the functions do that stand beside operations and take several of them,
-- each with the guide that tells more: by their full names, or by their own
-- where that means one thing everywhere.

local WAITING = "waiting.md"

return {
  wait = { "Looks at it again and again until its work is done, and returns it as it is then.", WAITING },
  poll = { "Does what `wait` does, by the name and with the options of the API's own libraries.", WAITING },
  create_and_poll = { "Creates one, and waits until its work is done.", WAITING },

  ["files.upload"] = {
    "Sends a file of any size from the disk: in one request, or in parts side by side where it is large.", "files.md",
  },
  ["files.wait_for_processing"] = { "Waits until a file can be used: at most half an hour, by default.", WAITING },
  ["vector_stores.upload"] = {
    "Sends several files side by side, adds them to a vector store, and waits until they can be searched.", "files.md",
  },
  ["vector_stores.files.upload"] = {
    "Sends `file`, and adds it to a vector store, without waiting for it.", "files.md",
  },
  ["vector_stores.files.upload_and_poll"] = {
    "Sends `file`, adds it to a vector store, and waits until it can be searched.", "files.md",
  },
  ["vector_stores.file_batches.upload_and_poll"] = {
    "Sends `files`, a list, adds them to a vector store as one batch, and waits until that is done.", "files.md",
  },

  ["batches.run"] = {
    "Sends many requests through the Batch API: uploads them as files, waits, and gives each request its result.",
    "batches.md",
  },

  ["responses.parse"] = {
    "Creates a response whose answer is a value of a schema, and returns it with the value.", "structured_outputs.md",
  },
  ["beta.responses.parse"] = {
    "Creates a response whose answer is a value of a schema, and returns it with the value.", "structured_outputs.md",
  },
  ["chat.completions.parse"] = {
    "Creates a completion whose answer is a value of a schema, and returns it with the value.", "structured_outputs.md",
  },
  ["responses.run"] = {
    "Asks a model that may call functions of the program's, answers its calls, and goes on until it has an answer.",
    "tools.md",
  },
  ["chat.completions.run"] = {
    "Asks a model that may call functions of the program's, answers its calls, and goes on until it has an answer.",
    "tools.md",
  },
  follow = { "Reads the stream of a response that runs in the background, from its beginning or from an event on.",
    "background.md" },

  ["beta.threads.create_and_run_poll"] = { "Creates a thread, runs it, and waits until the run is done.", WAITING },
  ["beta.threads.runs.submit_tool_outputs_and_poll"] = {
    "Answers the calls of functions for which a run pauses, and waits until it is done.", WAITING,
  },

  ["beta.agents.sessions.stream"] = { "Creates a session, and reads its first turn while it goes on.", "agents.md" },
  ["beta.agents.sessions.events.called"] = {
    "Listens to all that happens in a session, also over connections that break.", "agents.md",
  },
  ["beta.agents.environments.files.upload"] = {
    "Sends a file from the disk to a path in an environment.", "agents.md",
  },

  ["webhooks.unwrap"] = { "Checks that a webhook is from the API and of now, and returns its event.", "webhooks.md" },
  ["webhooks.verify_signature"] = { "Checks that a webhook is from the API and of now.", "webhooks.md" },
  ["webhooks.subject"] = { "Fetches what an event is about, as it is now.", "webhooks.md" },
}
