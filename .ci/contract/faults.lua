-- Named faults: violations that are not the library's. Each group says why,
-- and lists "method: where in the request". `of` narrows a group down to
-- calls whose parameters hold such a value somewhere; `seldom`, only one of
-- the list need occur.

local oai = require "oai"

--- A message whose content is a list of parts.
local function is_message(value)
  return type(value.content) == "table" and (value.type == nil or value.type == "message")
end

local function has_compound_filter(value)
  return type(value.filters) == "table" and value.filters.filters ~= nil
end

local function has_null(value)
  for _, field in pairs(value) do
    if field == oai.null then
      return true
    end
  end
  return false
end

local function has_session(value)
  return value.sdp ~= nil and value.session ~= nil
end

return {
  -- Of the file

  {
    why = "A message with a list as its content is both the short form of one and an item of that type, and oneOf "
      .. "forbids two; the short form's type is optional although it is the discriminator.",
    of = is_message,
    "beta.responses.compact: body.input",
    "beta.responses.create: body.input",
    "beta.responses.input_tokens.count: body.input",
    "conversations.create: body.items[].type",
    "conversations.items.create: body.items[].type",
    "responses.compact: body.input",
    "responses.create: body.input",
    "responses.input_tokens.count: body.input",
  },
  {
    why = "The filters within a filter are described with $recursiveRef, a word that JSON Schema 2020-12 does not "
      .. "know: it allows anything, so every filter there is two of the alternatives.",
    of = has_compound_filter,
    "beta.responses.create: body.tools[].type",
    "beta.responses.input_tokens.count: body.tools[].type",
    "evals.runs.create: body.data_source",
    "responses.create: body.tools[].type",
    "responses.input_tokens.count: body.tools[].type",
    "vector_stores.search: body.filters.filters[].type",
  },
  {
    why = "The same filters, in the tools that an item of the input lists.",
    of = has_compound_filter,
    seldom = true,
    "beta.responses.compact: body.input",
    "beta.responses.create: body.input",
    "beta.responses.input_tokens.count: body.input",
    "conversations.create: body.items[].type",
    "conversations.items.create: body.items[].type",
    "responses.compact: body.input",
    "responses.create: body.input",
    "responses.input_tokens.count: body.input",
  },
  {
    why = "Each of two alternatives of oneOf requires one field and allows both, so both together are refused.",
    of = function(value)
      return value.vector_store_ids ~= nil and value.vector_stores ~= nil
    end,
    "beta.assistants.create: body.tool_resources.file_search",
    "beta.threads.create: body.tool_resources.file_search",
    "beta.threads.create_and_run: body.thread.tool_resources.file_search",
  },
  {
    why = "oneOf has both integer and number: a whole number is both.",
    "beta.chatkit.sessions.create: body.workflow.state_variables.key",
  },
  {
    why = "oneOf has two kinds of message that overlap: any text is a text, and only one of them has named roles.",
    "evals.create: body.testing_criteria[].input[]",
    "evals.runs.create: body.data_source.input_messages.template[]",
  },
  {
    why = "oneOf has two kinds of array: one without items is both.",
    "moderations.create: body.input",
  },
  {
    why = "`nullable` is a word of OpenAPI 3.0. In 3.1 it says nothing where it stands beside alternatives, a "
      .. "reference or a list of values without null.",
    of = has_null,
    "beta.threads.create_and_run: body.model",
    "beta.threads.create_and_run: body.response_format",
    "beta.threads.create_and_run: body.tool_choice",
    "beta.threads.create_and_run: body.truncation_strategy",
    "beta.threads.runs.create: body.model",
    "beta.threads.runs.create: body.response_format",
    "beta.threads.runs.create: body.tool_choice",
    "beta.threads.runs.create: body.truncation_strategy",
    "chat.completions.create: body.prediction",
    "chat.completions.create: body.top_logprobs",
    "completions.create: body.prompt",
    "images.generate: body.background",
    "images.generate: body.model",
    "images.generate: body.moderation",
    "images.generate: body.output_format",
    "images.generate: body.quality",
    "images.generate: body.response_format",
    "images.generate: body.size",
    "images.generate: body.style",
    "realtime.calls.accept: body.tracing",
    "realtime.client_secrets.create: body.session",
    "vector_stores.update: body.expires_after",
  },

  -- Of the mock

  {
    why = "The file gives this part of the form the type application/json, and so it is sent; the mock takes every "
      .. "part of a form for text.",
    of = has_session,
    "realtime.calls.create: body.session",
  },
  {
    why = "Numbers in a form are text. The mock reads them as the numbers of an object, but not of one that is an "
      .. "alternative.",
    of = function(value)
      return value.type == "server_vad"
    end,
    "audio.transcriptions.create: body.chunking_strategy",
  },
}
