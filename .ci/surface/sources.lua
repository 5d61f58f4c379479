-- What a program meets of the library: each a section of docs/names.md, in this
-- order, and a part of a page of docs/library.
--
-- `file`: below lua/oai, where it is annotated. `class`: whose fields are
-- public. `methods`: how that file calls the table that has the methods.
-- `called`: what stands before a method where it is called. `functions`: where
-- those of `oai` are that the file names alone. `note`: what stands before the
-- section's rows. `added`: methods that resources and objects have beside their
-- operations, of which several files say what they do each.

return {
  { section = "oai", file = "init", class = "oai", called = "oai.", functions = {
    client = { "client", "client.new" }, azure = false, bedrock = false, vertex = false,
    check = { "error", "error_module.check" }, is_error = { "error", "error_module.is_error" },
    sleep = { "task/sleep", "sleep" }, array = { "codec/json", "json.array" }, object = { "codec/json", "json.object" },
    data_url = { "data_url", "data_url" }, accumulate = { "accumulate", "return" },
    live_transcript = { "transcript/init", "new" }, cost = { "observe/tokens", "tokens.cost" },
    dump = { "dump", "dump" }, similarity = { "similarity", "similarity" }, tools = { "tools/init", "tools.new" },
    map = { "former", "former.map" }, gather = { "former", "former.gather" },
  } },
  { section = "json", file = "json", methods = "json", called = "oai.json." },
  { section = "base64", file = "base64", methods = "base64", called = "oai.base64." },
  { section = "schema", file = "schema/init", methods = "schema", called = "schema." },
  { section = "webhooks", file = "webhook/init", methods = "webhooks", called = "oai.webhooks.",
    note = "Of `oai`, without a client, and of a client, beside its endpoints." },
  { section = "webhooks of a client", file = "webhook/resource", methods = "Webhooks", called = "client.webhooks:" },
  { section = "client", file = "client", class = "oai.Client", methods = "methods", called = "client:" },
  { section = "stream", file = "call/stream", class = "oai.Stream", methods = "Stream", called = "stream:" },
  { section = "connection", file = "socket/connection", class = "oai.Connection", methods = "methods",
    called = "connection:", note = "A conversation both ways ([sockets.md](sockets.md))." },
  { section = "connection of the API", file = "realtime/methods", class = "oai.ApiConnection", methods = "methods",
    called = "connection:",
    note = "What those of Realtime, Live and Responses have besides ([realtime.md](realtime.md)), beside a method for "
      .. "each event that may be sent, such as `connection.session:update{}`." },
  { section = "lane", file = "lanes/lane", class = "oai.Lane", methods = "Lane", called = "lane:",
    note = "Of a socket of Responses ([realtime.md](realtime.md))." },
  { section = "turn stream", file = "agents/turn_stream", class = "oai.AgentTurnStream", methods = "TurnStream",
    called = "stream:", note = "Of an agent's turn ([agents.md](agents.md))." },
  { section = "agent events", file = "agents/events", class = "oai.AgentEvents", methods = "Events",
    called = "events:", note = "Of an agent's session, as `session:events()` gives them ([agents.md](agents.md))." },
  { section = "named event", file = "events/texts", class = "oai.NamedEvent", called = "event." },
  { section = "answers", note = "Of `client.responses`, `client.chat.completions` and others, and of what they return.",
    added = {
    { "parse", "asks for an answer as a value of a schema ([structured_outputs.md](structured_outputs.md))" },
    { "run", "a run: functions that a model calls, turn after turn ([tools.md](tools.md)); of batches: thousands of "
      .. "requests ([batches.md](batches.md))" },
    { "output_images", "of a response: the images that the model has made ([images.md](images.md))" },
    { "to_input", "of a response: its items as input for another ([history.md](history.md))" },
    { "to_message", "of a completion: its message, to be sent back" },
    { "connect", "opens a socket of the API ([realtime.md](realtime.md))" },
  } },
  { section = "files", note = "Of `client.files`, `client.vector_stores` and others ([files.md](files.md)).", added = {
    { "upload", "sends a file of any size, in one request or in parts; of a vector store: sends files, adds them, and "
      .. "waits; of its files: sends one, and adds it" },
    { "save", "of an image: writes it to a file" },
  } },
  { section = "waiting", note = "Of objects and resources whose work takes its time ([waiting.md](waiting.md)).",
    added = {
    { "wait", "waits until the work is done: `object:wait()`, or by ids from the resource" },
    { "poll", "`wait` of a resource, by the name and with the options of the API's own libraries" },
    { "create_and_poll", "creates, and waits" },
    { "create_and_run_poll", "of threads: creates one, runs it, and waits" },
    { "submit_tool_outputs_and_poll", "of an assistant's runs: answers, and waits" },
    { "upload_and_poll", "sends files, adds them to a vector store, and waits" },
    { "follow", "of responses in the background: the stream of one that runs already "
      .. "([background.md](background.md))" },
    { "wait_for_processing", "of files: `wait`, for half an hour" },
  } },
  { section = "sessions of agents", note = "Of sessions, and of what they leave ([agents.md](agents.md)).",
    added = {
    { "stream", "sends input, and streams the turn that it begins" },
    { "send", "sends input" },
    { "answer", "answers a call of a function, or a request of approval" },
    { "cancel", "ends the turn that goes on" },
    { "download", "of an artifact: saves it as a file" },
  } },
  { section = "accumulator", file = "accumulate", class = "oai.Accumulator", methods = "Accumulator",
    called = "accumulator:" },
  { section = "transcript", file = "transcript/init", class = "oai.LiveTranscript", methods = "Transcript",
    called = "transcript:", note = "Of a Live session ([transcripts.md](transcripts.md))." },
  { section = "page", file = "call/page", class = "oai.Page", methods = "Page", called = "page:" },
  { section = "items", file = "call/page", class = "oai.Items", methods = "Items", called = "items:" },
  { section = "health", file = "health", methods = "health", called = "health.",
    note = "Of `require \"oai.health\"`, in Neovim ([neovim.md](neovim.md#install))." },
  { section = "task", file = "task/init", class = "oai.Task", methods = "Task", called = "task:" },
  { section = "response", file = "call/response", class = "oai.Response", called = "facts." },
  { section = "error", file = "error", class = "oai.Error", called = "err." },
  { section = "tools", file = "tools/init", class = "oai.Tools", methods = "Tools", called = "tools:" },
  { section = "run", file = "run/run", class = "oai.ToolRun", methods = "Run", called = "run:" },
  { section = "turn", file = "run/turn", class = "oai.RunTurn", methods = "Turn", called = "turn:" },
  { section = "talk", file = "talk/init", class = "oai.Talk", methods = "Talk", called = "talk:" },
  { section = "batch run", file = "batch/run", class = "oai.BatchRun", methods = "Run", called = "run:" },
}
