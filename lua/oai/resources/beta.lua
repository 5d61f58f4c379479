-- Beta: https://platform.openai.com/docs/api-reference/beta

local resource = require("oai.call.definition").new
local agents = require "oai.resources.agents"
local lazy = require "oai.lazy"
local responses = require "oai.resources.responses"
local waiting = require "oai.poll.methods"

local sockets = lazy "oai.realtime"

---@class (partial) oai.resource.BetaRealtime
---@field connect fun(self: table, given: oai.RealtimeTranslationOptions): oai.ApiConnection?, oai.Facts  a session of
--- the API before its release

---@class (partial) oai.resource.BetaThreads
---@method create_and_run_poll oai.Begins<oai.ThreadRun, oai.BetaThreadsCreateAndRunParams>

---@class (partial) oai.resource.BetaThreadsRuns
---@method wait oai.WaitsForOneIn<oai.ThreadRun>
---@method poll oai.PollsOneIn<oai.ThreadRun>
---@method create_and_poll oai.BeginsIn<oai.ThreadRun, oai.BetaThreadsRunsCreateParams>
---@method submit_tool_outputs_and_poll oai.BeginsInTwo<oai.ThreadRun, oai.BetaThreadsRunsSubmitToolOutputsParams>

---@class (partial) oai.Thread.runs
---@method wait oai.WaitsForOne<oai.ThreadRun>
---@method poll oai.PollsOne<oai.ThreadRun>
---@method create_and_poll oai.Begins<oai.ThreadRun, oai.BetaThreadsRunsCreateParams>
---@method submit_tool_outputs_and_poll oai.BeginsIn<oai.ThreadRun, oai.BetaThreadsRunsSubmitToolOutputsParams>

---@class (partial) oai.ThreadRun
---@method wait oai.Waits<oai.ThreadRun>
---@method submit_tool_outputs_and_poll oai.Begins<oai.ThreadRun, oai.BetaThreadsRunsSubmitToolOutputsParams>

return resource {
  agents = agents,
  assistants = resource {
    object = "assistant",
    beta = "assistants=v2",
    create = "POST /assistants",
    list = { "GET /assistants", page = "cursor", before = true },
    retrieve = "GET /assistants/{assistant_id}",
    update = "POST /assistants/{assistant_id}",
    delete = "DELETE /assistants/{assistant_id}",
  },
  realtime = resource {
    --- A conversation as it was before: lua/oai/realtime/init.lua.
    connect = function(...)
      return sockets.connect("realtime_beta", ...)
    end,
    sessions = resource {
      beta = "assistants=v2",
      create = "POST /realtime/sessions",
    },
    transcription_sessions = resource {
      beta = "assistants=v2",
      create = "POST /realtime/transcription_sessions",
    },
  },
  threads = resource {
    object = "thread",
    beta = "assistants=v2",
    create = "POST /threads",
    retrieve = "GET /threads/{thread_id}",
    update = "POST /threads/{thread_id}",
    delete = "DELETE /threads/{thread_id}",
    create_and_run = { "POST /threads/runs", stream = "assistants" },
    create_and_run_poll = waiting.create_and_run_poll,
    messages = resource {
      object = "thread.message",
      beta = "assistants=v2",
      create = "POST /threads/{thread_id}/messages",
      list = { "GET /threads/{thread_id}/messages", page = "cursor", before = true },
      retrieve = "GET /threads/{thread_id}/messages/{message_id}",
      update = "POST /threads/{thread_id}/messages/{message_id}",
      delete = "DELETE /threads/{thread_id}/messages/{message_id}",
    },
    runs = resource {
      object = "thread.run",
      methods = { wait = waiting.wait, submit_tool_outputs_and_poll = waiting.answer_and_wait },
      wait = waiting.wait_by_id,
      poll = waiting.poll_by_id,
      create_and_poll = waiting.create_and_poll,
      submit_tool_outputs_and_poll = waiting.submit_tool_outputs_and_poll,
      beta = "assistants=v2",
      create = { "POST /threads/{thread_id}/runs", stream = "assistants", query = { "include" } },
      list = { "GET /threads/{thread_id}/runs", page = "cursor", before = true },
      retrieve = "GET /threads/{thread_id}/runs/{run_id}",
      update = "POST /threads/{thread_id}/runs/{run_id}",
      cancel = { "POST /threads/{thread_id}/runs/{run_id}/cancel", body = false },
      submit_tool_outputs = { "POST /threads/{thread_id}/runs/{run_id}/submit_tool_outputs", stream = "assistants" },
      steps = resource {
        object = "thread.run.step",
        beta = "assistants=v2",
        list = { "GET /threads/{thread_id}/runs/{run_id}/steps", page = "cursor", before = true },
        retrieve = "GET /threads/{thread_id}/runs/{run_id}/steps/{step_id}",
      },
    },
  },
  chatkit = resource {
    sessions = resource {
      object = "chatkit.session",
      beta = "chatkit_beta=v1",
      create = "POST /chatkit/sessions",
      cancel = { "POST /chatkit/sessions/{session_id}/cancel", body = false },
    },
    threads = resource {
      object = "chatkit.thread",
      beta = "chatkit_beta=v1",
      list = { "GET /chatkit/threads", page = "conversation_cursor", before = true },
      retrieve = "GET /chatkit/threads/{thread_id}",
      delete = "DELETE /chatkit/threads/{thread_id}",
      list_items = { "GET /chatkit/threads/{thread_id}/items", page = "conversation_cursor", before = true },
    },
  },
  responses = resource {
    object = "response",
    betas = true,
    create = { "POST /responses?beta=true", stream = "responses", streamed = responses.create.streamed },
    retrieve = { "GET /responses/{response_id}?beta=true", stream = "responses" },
    delete = { "DELETE /responses/{response_id}?beta=true", returns = "empty" },
    cancel = { "POST /responses/{response_id}/cancel?beta=true", body = false },
    compact = "POST /responses/compact?beta=true",
    computed = responses.computed,
    methods = responses.methods,
    parse = responses.parse,
    wait = responses.wait,
    follow = responses.follow,
    --- Responses over a socket: lua/oai/realtime/init.lua.
    connect = function(...)
      return sockets.connect("responses_beta", ...)
    end,
    input_items = resource {
      betas = true,
      list = { "GET /responses/{response_id}/input_items?beta=true", page = "cursor" },
    },
    input_tokens = resource {
      betas = true,
      count = "POST /responses/input_tokens?beta=true",
    },
  },
}
