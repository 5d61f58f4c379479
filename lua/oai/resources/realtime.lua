-- Realtime: https://platform.openai.com/docs/api-reference/realtime

local error_value = require "oai.error"
local json = require "oai.codec.json"
local path = require "oai.codec.path"
local lazy = require "oai.lazy"
local resource = require("oai.call.definition").new

local sockets = lazy "oai.realtime"

---@class (partial) oai.resource.Realtime
---@field connect fun(self: table, given: oai.RealtimeOptions): oai.RealtimeConnection?, oai.Facts  a session of speech
--- or text

---@class (partial) oai.resource.RealtimeTranslations
---@field connect fun(self: table, given: oai.RealtimeTranslationOptions): oai.RealtimeTranslationConnection?, oai.Facts
--- a session that translates speech

--- A part of a form that has a type and no file name.
local function part(data, content_type)
  return { data = data, content_type = content_type, filename = false }
end

local function not_json(name, where, reason)
  return error_value.new { kind = "bad_request", operation = name, message = ("session.%s: %s"):format(where, reason) }
end

--- An offer alone is the whole body; with a session they are two parts of a
--- form. A third result is the call, to `accept` or `hangup`, of which the
--- reply's Location has the id.
local function offering(create_with_session, with_session, method_of)
  local flags = { "POST /realtime/calls", raw = "sdp", content_type = "application/sdp" }
  flags.returns, flags.accept = with_session.returns, with_session.accept
  local create_alone = method_of(flags)

  local function create(self, params, options)
    if type(params) ~= "table" or params.session == nil then
      return create_alone(self, params, options)
    end
    local session, where, reason = json.encode(params.session)
    if not session then
      return nil, not_json(with_session.name, where, reason)
    end
    return create_with_session(self, {
      sdp = part(params.sdp, "application/sdp"),
      session = part(session, "application/json"),
    }, options)
  end

  return function(self, params, options)
    local answer, facts = create(self, params, options)
    local id = answer and (facts.headers.location or ""):match("^[^?#]*"):match("([^/]+)/*$")
    return answer, facts, id and not path.refusal(id) and self:at(id) or nil
  end
end

return resource {
  --- A conversation: lua/oai/realtime/init.lua.
  connect = function(...)
    return sockets.connect("realtime", ...)
  end,
  calls = resource {
    object = "realtime.call",
    create = {
      "POST /realtime/calls",
      form = { "sdp", "session" },
      returns = "text",
      accept = "application/sdp",
      around = offering,
    },
    accept = { "POST /realtime/calls/{call_id}/accept", returns = "empty" },
    hangup = { "POST /realtime/calls/{call_id}/hangup", body = false, returns = "empty" },
    refer = { "POST /realtime/calls/{call_id}/refer", returns = "empty" },
    reject = { "POST /realtime/calls/{call_id}/reject", returns = "empty" },
  },
  client_secrets = resource {
    create = "POST /realtime/client_secrets",
  },
  translations = resource {
    connect = function(...)
      return sockets.connect("translation", ...)
    end,
    client_secrets = resource {
      create = "POST /realtime/translations/client_secrets",
    },
  },
}
