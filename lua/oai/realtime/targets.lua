-- What kinds of sockets there are: where each is opened, with which parameters,
-- and what is sent first.

local error_value = require "oai.error"
local lanes = require "oai.lanes"
local path_codec = require "oai.codec.path"
local value_type = require "oai.value_type"

local targets = {}

---@class oai.SocketTarget
---@field name string    of the operation
---@field path string    a template
---@field kind string    its events, in sent.lua
---@field fields table<string, "query"|"first"|"lanes"|"calls"|"betas">  its parameters: part of the URL, of the first
--- event, limits, functions that the model calls, part of the header
---@field headers? table
---@field id? string     the name of the id in the path
---@field first? string  the type of the event that is sent as soon as it is open
---@field check? fun(name: string, params: table, options: table, client: oai.Client)
---@field forgets? boolean     what waits when it breaks is not for the session that is begun then
---@field lifetime? number  seconds that the server lets it live
---@field has_responses? boolean  it answers in responses; else a session speaks as it goes
---@field has_lanes? boolean    several at once
---@field queue? integer    bytes that may wait to go out, unless an option says otherwise

local MINUTE = 60

--- A Realtime connection is of a model, of a call, or transcribes.
local function check_realtime(name, params)
  local given = 0
  for _, field in ipairs { "model", "call_id", "intent" } do
    given = given + (params[field] ~= nil and 1 or 0)
  end
  if given ~= 1 then
    error_value.misuse(name .. ": give exactly one of 'model', 'call_id' and 'intent' (\"transcription\")")
  elseif params.tools ~= nil and params.intent ~= nil then
    error_value.misuse(name .. ": what transcribes calls no 'tools'")
  end
end

local function check_model(name, params)
  if type(params.model) ~= "string" or params.model == "" then
    error_value.misuse(name .. ": give 'model', the name of one")
  end
end

--- A translation is of a model, and the API's own.
local function check_translation(name, params, options, client)
  local query, provider = options.query, client._settings.provider
  check_model(name, params)
  if options.intent ~= nil or type(query) == "table" and query.intent ~= nil then
    error_value.misuse(name .. ": a translation has no 'intent'")
  elseif provider and provider.base_url then
    error_value.misuse(name .. ": providers have no translations: ask the API, by a client without 'provider'")
  end
end

local LIVE_QUEUE = 2 * 1024 * 1024

---@type table<string, oai.SocketTarget>
local rows = {}

rows.realtime = {
  name = "realtime.connect", path = "/realtime", kind = "realtime", check = check_realtime,
  fields = { model = "query", call_id = "query", intent = "query" }, lifetime = 60 * MINUTE, has_responses = true,
}

rows.translation = {
  name = "realtime.translations.connect", path = "/realtime/translations", kind = "translation",
  check = check_translation, fields = { model = "query" }, lifetime = 60 * MINUTE, forgets = true,
}

rows.responses = {
  name = "responses.connect", path = "/responses", kind = "responses", fields = {}, lifetime = 60 * MINUTE,
  has_responses = true, has_lanes = true,
}

rows.responses_beta = {
  name = "beta.responses.connect", path = "/responses", kind = "responses_beta", fields = { betas = "betas" },
  lifetime = 60 * MINUTE, has_responses = true, has_lanes = true,
}

rows.realtime_beta = {
  name = "beta.realtime.connect", path = "/realtime", kind = "realtime_beta", check = check_model,
  fields = { model = "query" }, headers = { ["OpenAI-Beta"] = "realtime=v1" }, lifetime = 60 * MINUTE,
  has_responses = true,
}

rows.live = {
  name = "live.connect", path = "/live/sessions", kind = "live", fields = { session = "first" },
  first = "session.start", queue = LIVE_QUEUE,
}

rows.live_sideband = {
  name = "live.sideband.connect", path = "/live/sessions/{session_id}/attach", kind = "live_sideband",
  id = "session_id", fields = { graceful_close = "query" }, queue = LIVE_QUEUE,
}

rows.live_fork = {
  name = "live.forks.connect", path = "/live/sessions/{session_id}/fork", kind = "live_fork", id = "session_id",
  fields = { session = "first" }, first = "session.start", queue = LIVE_QUEUE,
}

for name in pairs(lanes.options) do
  rows.responses.fields[name], rows.responses_beta.fields[name] = "lanes", "lanes"
end

-- The functions that a model may call, and options of runs that are for these, too.
local CALLS = { "tools", "max_turns", "concurrency", "on_tool_error", "tool_timeout", "approve", "on_tool" }

for _, name in ipairs(CALLS) do
  for _, kind in ipairs { "realtime", "responses", "responses_beta" } do
    rows[kind].fields[name] = "calls"
  end
end

--- By the names of their kinds.
targets.rows = rows

--- The header fields of a target.
---@param target oai.SocketTarget
---@param betas any  their names: a list, or a text
---@return table?
function targets.headers(target, betas)
  local names = type(betas) == "table" and table.concat(betas, ",") or betas or ""
  return names ~= "" and { ["OpenAI-Beta"] = names } or target.headers
end

--- The path of a target.
---@param target oai.SocketTarget
---@param id any
---@return string
function targets.path(target, id)
  if not target.id then
    return target.path
  end
  local reason = path_codec.refusal(id)
  if reason then
    error_value.misuse(("%s: %s %s"):format(target.name, target.id, reason))
  end
  return path_codec.expand(target.path, { [target.id] = id }) --[[@as string]]
end

local TYPES = { model = { "text" }, call_id = { "text" }, intent = { "text" }, session = { "table" },
  graceful_close = { "boolean" } }

--- The parameters that are of the URL, and those of the first event.
---@param target oai.SocketTarget
---@param params table
---@return table query
---@return table first
---@return table lanes
---@return table calls
function targets.split(target, params)
  ---@type table<string, table<string, any>>
  local parts = { query = {}, first = {}, lanes = {}, calls = {}, betas = {} }
  for field, part in pairs(target.fields) do
    local value, types = params[field], TYPES[field]
    if value ~= nil and types then
      value_type.check_one(target.name, "parameter", field, value, types)
    end
    parts[part][field] = value
  end
  if parts.calls.tools == nil and next(parts.calls) then
    error_value.misuse(("%s: '%s' is nothing without 'tools'"):format(target.name, (next(parts.calls))))
  end
  return parts.query, parts.first, parts.lanes, parts.calls
end

require "oai.interpret" ()

return targets
