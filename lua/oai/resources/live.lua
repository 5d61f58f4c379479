-- Live sessions, what of them is HTTP: https://platform.openai.com/docs/api-reference/live

local resource = require("oai.call.definition").new

return resource {
  create = "POST /live/sessions",
  sessions = resource {
    accept = { "POST /live/sessions/{session_id}/accept", returns = "empty" },
    download_recording = { "GET /live/sessions/{session_id}/content", returns = "bytes" },
    fork = "POST /live/sessions/{session_id}/fork",
    hangup = { "POST /live/sessions/{session_id}/hangup", body = false, returns = "empty" },
    refer = { "POST /live/sessions/{session_id}/refer", returns = "empty" },
    reject = { "POST /live/sessions/{session_id}/reject", returns = "empty" },
  },
}
