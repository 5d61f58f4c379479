-- What the operations of client.beta do.

return {
  ["beta.agents.automations.create"] =
    "Lets an agent start by itself, once or again and again at set times, and returns the automation.",
  ["beta.agents.automations.delete"] =
    "Deletes an automation, so that it no longer starts anything, and returns a confirmation.",
  ["beta.agents.automations.invocations.create"] =
    "Starts what an automation does now, whatever its times are, and returns the invocation.",
  ["beta.agents.automations.invocations.list"] = "Returns a page of an automation's starts, and what became of each.",
  ["beta.agents.automations.invocations.retrieve"] =
    "Returns one start of an automation: whether it waits, is done, has failed or was left out.",
  ["beta.agents.automations.list"] = "Returns a page of the automations, or of those of one session.",
  ["beta.agents.automations.pause"] = "Keeps an automation from starting until it is resumed, and returns it.",
  ["beta.agents.automations.resume"] = "Lets a paused automation start again at its times, and returns it.",
  ["beta.agents.automations.retrieve"] = "Returns an automation: its times, what it starts, and whether it is active.",
  ["beta.agents.automations.update"] = "Changes when an automation starts, or what it does then, and returns it.",
  ["beta.agents.create"] =
    "Stores an agent, which is a model with instructions and tools, for sessions to come, and returns it.",
  ["beta.agents.delete"] = "Deletes a stored agent, and returns a confirmation.",
  ["beta.agents.environments.create"] =
    "Makes a place in which the tools of agents run, and returns it, still pending; `wait` waits until it is ready.",
  ["beta.agents.environments.files.create"] =
    "Puts a file below `/workspace/`, an upload or bytes sent along, and returns it. The method `upload` takes one "
      .. "from the disk.",
  ["beta.agents.environments.files.list"] =
    "Returns a page of the files in an environment, below a path if one is given.",
  ["beta.agents.environments.list"] = "Returns a page of the environments.",
  ["beta.agents.environments.retrieve"] =
    "Returns an environment and its status, such as `ready`, `disconnected` or `expired`.",
  ["beta.agents.environments.templates.create"] =
    "Stores what an environment is to have, such as packages, files and skills, and returns the template.",
  ["beta.agents.environments.templates.delete"] = "Deletes a template, and returns a confirmation.",
  ["beta.agents.environments.templates.list"] = "Returns a page of the templates of environments.",
  ["beta.agents.environments.templates.retrieve"] =
    "Returns a template: the packages, files, skills and network rules of environments made of it.",
  ["beta.agents.environments.templates.update"] =
    "Changes the packages, files or skills of a template, and returns it.",
  ["beta.agents.list"] = "Returns a page of the stored agents.",
  ["beta.agents.retrieve"] = "Returns a stored agent with its model, instructions and tools.",
  ["beta.agents.sessions.artifacts.content"] =
    "Downloads a file that an agent has published in a session, and returns its bytes.",
  ["beta.agents.sessions.artifacts.delete"] = "Deletes a file that an agent has published, and returns a confirmation.",
  ["beta.agents.sessions.artifacts.list"] = "Returns a page of the files that an agent has published in a session.",
  ["beta.agents.sessions.artifacts.retrieve"] =
    "Returns what is known of a published file: its path, its size, and in which turn it came.",
  ["beta.agents.sessions.create"] =
    "Begins a session with a stored agent or one given here, and returns it or its stream; `input` begins a turn at "
      .. "once.",
  ["beta.agents.sessions.delete"] = "Deletes a session, and returns a confirmation.",
  ["beta.agents.sessions.events.create"] =
    "Sends input, results of tools or approvals to a session, or cancels its turn, and returns `true`.",
  ["beta.agents.sessions.events.stream"] =
    "Returns a stream of what goes on in a session from now on. What was missed is not told again; `session:events()` "
      .. "looks it up.",
  ["beta.agents.sessions.items.list"] =
    "Returns a page of all that was said and done in a session: messages, calls of tools and results.",
  ["beta.agents.sessions.list"] = "Returns a page of the sessions, or of those of one agent.",
  ["beta.agents.sessions.retrieve"] =
    "Returns a session: its status, and what it waits for if it waits for the program.",
  ["beta.agents.sessions.subagents.items.list"] = "Returns a page of what a subagent said and did.",
  ["beta.agents.sessions.subagents.list"] =
    "Returns a page of the subagents that the agent of a session has called in.",
  ["beta.agents.sessions.subagents.retrieve"] = "Returns a subagent, and whether it is still active.",
  ["beta.agents.sessions.subagents.turns.items.list"] =
    "Returns a page of what a subagent said and did in one of its turns.",
  ["beta.agents.sessions.subagents.turns.list"] = "Returns a page of a subagent's turns.",
  ["beta.agents.sessions.subagents.turns.retrieve"] =
    "Returns a turn of a subagent: its status, and the error if it failed.",
  ["beta.agents.sessions.traces.list"] =
    "Returns a page of records of how a session went, in the form of OpenTelemetry.",
  ["beta.agents.sessions.turns.items.list"] = "Returns a page of what was said and done in one turn of a session.",
  ["beta.agents.sessions.turns.list"] = "Returns a page of the turns of a session, each begun by an input.",
  ["beta.agents.sessions.turns.retrieve"] = "Returns a turn of a session: its status, and the error if it failed.",
  ["beta.agents.sessions.update"] = "Changes the agent, metadata, review or spending of a session, and returns it.",
  ["beta.agents.update"] = "Changes the model, instructions or tools of a stored agent, and returns it.",
  ["beta.agents.vaults.create"] = "Makes a vault, in which credentials are kept for agents, and returns it.",
  ["beta.agents.vaults.credentials.create"] =
    "Puts a credential into a vault: a token for an MCP server, or a secret environment variable. Returns it.",
  ["beta.agents.vaults.credentials.delete"] = "Deletes a credential, and returns a confirmation.",
  ["beta.agents.vaults.credentials.list"] =
    "Returns a page of the credentials in a vault; `status` picks the active or the archived ones.",
  ["beta.agents.vaults.credentials.retrieve"] = "Returns what is known of a credential; its secret is never told.",
  ["beta.agents.vaults.credentials.update"] = "Gives a credential another secret or other metadata, and returns it.",
  ["beta.agents.vaults.delete"] = "Deletes a vault, and returns a confirmation.",
  ["beta.agents.vaults.list"] = "Returns a page of the vaults; `status` picks the active or the archived ones.",
  ["beta.agents.vaults.retrieve"] = "Returns a vault; its credentials come from `credentials:list`.",
  ["beta.agents.vaults.update"] = "Changes the name or metadata of a vault, and returns it.",
  ["beta.assistants.create"] =
    "Stores an assistant, a model with instructions and tools that threads can be run with, and returns it.",
  ["beta.assistants.delete"] = "Deletes an assistant, and returns a confirmation.",
  ["beta.assistants.list"] = "Returns a page of the assistants, which can be read in both directions.",
  ["beta.assistants.retrieve"] = "Returns an assistant with its instructions and tools.",
  ["beta.assistants.update"] = "Changes the model, instructions or tools of an assistant, and returns it.",
  ["beta.chatkit.sessions.cancel"] = "Ends a ChatKit session, so that its secret no longer works, and returns it.",
  ["beta.chatkit.sessions.create"] =
    "Makes a session, whose secret a page with the ChatKit widget takes to talk to a workflow, and returns it.",
  ["beta.chatkit.threads.delete"] = "Deletes a thread with its items and files, and returns a confirmation.",
  ["beta.chatkit.threads.list"] = "Returns a page of the threads of all users, or of one.",
  ["beta.chatkit.threads.list_items"] = "Returns a page of what was said in a thread.",
  ["beta.chatkit.threads.retrieve"] = "Returns a thread: its title, status and user.",
  ["beta.realtime.sessions.create"] =
    "Makes a short-lived key and a session for the Realtime API as it was in beta, and returns both.",
  ["beta.realtime.transcription_sessions.create"] =
    "Makes a short-lived key for sessions that only transcribe, as they were in beta, and returns it with the session.",
  ["beta.responses.cancel"] =
    "Stops a response in the background that uses features in beta, and returns it as it is then.",
  ["beta.responses.compact"] =
    "Makes a long conversation shorter, items in beta included, and returns items that stand for it.",
  ["beta.responses.create"] =
    "Asks a model, with features in beta such as several agents, and returns its response or a stream of its events.",
  ["beta.responses.delete"] = "Deletes a stored response that was made with features in beta, and returns `true`.",
  ["beta.responses.input_items.list"] =
    "Returns a page of the items that a stored response was given, those of several agents included.",
  ["beta.responses.input_tokens.count"] =
    "Counts the tokens of an input that uses features in beta, without running the model.",
  ["beta.responses.retrieve"] =
    "Returns a stored response with its fields in beta, or the stream of one that runs in the background.",
  ["beta.threads.create"] =
    "Begins a thread, a conversation that the API keeps for assistants, with or without messages, and returns it.",
  ["beta.threads.create_and_run"] =
    "Begins a thread, lets an assistant answer it, and returns the run or a stream of what goes on.",
  ["beta.threads.delete"] = "Deletes a thread, and returns a confirmation.",
  ["beta.threads.messages.create"] =
    "Adds a message to a thread, and returns it; an assistant answers when a run is created.",
  ["beta.threads.messages.delete"] = "Takes a message out of a thread, and returns a confirmation.",
  ["beta.threads.messages.list"] =
    "Returns a page of the messages of a thread, the newest first if not asked otherwise.",
  ["beta.threads.messages.retrieve"] = "Returns one message of a thread.",
  ["beta.threads.messages.update"] = "Changes the metadata of a message, and returns it; its text stays.",
  ["beta.threads.retrieve"] = "Returns a thread; its messages come from `messages:list`.",
  ["beta.threads.runs.cancel"] = "Stops a run that goes on, and returns it; it is `cancelling` until it has stopped.",
  ["beta.threads.runs.create"] =
    "Lets an assistant answer a thread, and returns the run, which goes on in the background, or a stream of it.",
  ["beta.threads.runs.list"] = "Returns a page of the runs of a thread.",
  ["beta.threads.runs.retrieve"] = "Returns a run: its status, and which functions the program is to call for it.",
  ["beta.threads.runs.steps.list"] =
    "Returns a page of the steps of a run: messages that were written, and tools that were called.",
  ["beta.threads.runs.steps.retrieve"] = "Returns one step of a run.",
  ["beta.threads.runs.submit_tool_outputs"] =
    "Gives a run what its functions have returned, all at once, and returns the run, which goes on, or a stream of it.",
  ["beta.threads.runs.update"] = "Changes the metadata of a run, and returns it.",
  ["beta.threads.update"] = "Changes the metadata of a thread, or the files that its tools can use, and returns it.",
}
