-- Live sessions: https://platform.openai.com/docs/api-reference/live

local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new

local sockets = lazy "oai.realtime"

---@class (partial) oai.resource.Live
---@field connect fun(self: table, given: oai.LiveOptions): oai.LiveConnection?, oai.Facts  a new session

---@class (partial) oai.resource.LiveSideband
---@field connect fun(self, session_id: string, given?: oai.LiveSidebandOptions): oai.LiveSidebandConnection?, oai.Facts
--- beside a session that goes on

---@class (partial) oai.resource.LiveForks
---@field connect fun(self: table, session_id: string, given?: oai.LiveOptions): oai.LiveConnection?, oai.Facts  a
--- session that goes on from another

return resource {
  create = "POST /live/sessions",
  --- A session over a socket: lua/oai/realtime/init.lua.
  connect = function(...)
    return sockets.connect("live", ...)
  end,
  sideband = resource {
    connect = function(...)
      return sockets.connect("live_sideband", ...)
    end,
  },
  forks = resource {
    connect = function(...)
      return sockets.connect("live_fork", ...)
    end,
  },
  sessions = resource {
    accept = { "POST /live/sessions/{session_id}/accept", returns = "empty" },
    download_recording = { "GET /live/sessions/{session_id}/content", returns = "bytes" },
    fork = "POST /live/sessions/{session_id}/fork",
    hangup = { "POST /live/sessions/{session_id}/hangup", body = false, returns = "empty" },
    refer = { "POST /live/sessions/{session_id}/refer", returns = "empty" },
    reject = { "POST /live/sessions/{session_id}/reject", returns = "empty" },
  },
}
