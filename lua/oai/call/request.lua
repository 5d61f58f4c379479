-- A call as data: endpoint, ids, parameters and options to one request table.
-- Pure: nothing is sent or read here, and nothing of the caller's is kept.

local content = require "oai.call.content"
local lazy = require "oai.lazy"
local options_list = require "oai.options"
local plans = require "oai.call.plan"

local error_value = lazy "oai.error"
local settings_module = lazy "oai.settings"

local type = type

local request = {}

local SCOPES = { call = true, single = true }
local NOTHING = {}

---@class oai.Request
---@field plan oai.Plan
---@field settings table      of the client or the call
---@field url string
---@field body? string
---@field form? table[]|userdata  parts of a multipart form; from send.lua on what the core made of them
---@field sink? "stream"|"bytes"|"socket"|oai.Target  the last made by send.lua from `save_to`
---@field save_to? string
---@field is_judged? boolean  what comes is looked at before it is that file: from endpoint.lua
---@field range_start? integer  by range.lua: how much of the file is there already
---@field on_progress? fun(bytes: integer, total?: integer)
---@field stream? table       the dialect of the stream that is asked for
---@field of? table           by stream.lua: whose methods the final object has, what is made of it, what follows a cut
---@field credential? userdata|false  by send.lua: the key that goes with it
---@field signature? string[]  by signed.lua: the header lines that a provider added last
---@field watch? function     by oai.observe: is told of the reply's value, or of a stream's end
---@field told? table         by oai.observe: what hooks are told of then
---@field upgrade? string     by upgrade.lua: it asks for a WebSocket, with this key
---@field model? string       whose limits the call counts towards

--- The settings of one call with options of its own.
local function override_settings(client, name, options)
  options_list.check(options, name, SCOPES)
  return settings_module.of_call(client._settings, options)
end

local function refuse_params(name, params)
  error_value.misuse(("%s: the parameters must be a table, got %s"):format(name, type(params)))
end

--- Raises where `stream` is neither true nor false: its reply would come whole,
--- or it would be a stream that nobody reads.
local function check_switch(endpoint, stream)
  if endpoint.stream and (type(stream) == "string" or type(stream) == "number") then
    error_value.misuse(("%s: 'stream' must be true or false, got %s"):format(endpoint.name, type(stream)))
  end
end

--- Raises where options and a stream do not go together.
local function check_stream(endpoint, stream, options)
  if endpoint.stream and options.body and options.body.stream then
    error_value.misuse(endpoint.name .. ": give 'stream' among the parameters: in 'body' it is sent, and not read")
  elseif stream and options.save_to then
    error_value.misuse(endpoint.name .. ": give 'stream' or 'save_to', not both: a stream is read, not saved")
  end
end

--- The dialect of the stream that parameters ask for; nil: they ask for none.
local function stream_of(endpoint, params)
  local is_asked = params.stream == true or params.stream_format == "sse" or endpoint.always_streams
  local stream = is_asked and endpoint.stream or nil
  if not stream and params.stream then
    check_switch(endpoint, params.stream)
  end
  return stream
end

--- The request of a call.
---@param client oai.Client
---@param endpoint oai.Endpoint
---@param path string       filled
---@param params? table
---@param options? table    call options
---@return oai.Request? request
---@return oai.Error? err   what is wrong with the data; wrong use is raised
function request.build(client, endpoint, path, params, options)
  if params == nil then
    params = NOTHING
  elseif type(params) ~= "table" then
    refuse_params(endpoint.name, params)
  end
  local settings, stream, saved = client._settings, stream_of(endpoint, params), nil
  if options ~= nil then
    settings, saved = override_settings(client, endpoint.name, options), options.save_to
    check_stream(endpoint, stream, options)
  end
  local kept = stream and settings.stream_plans or settings.plans
  local plan = not saved and kept and kept[endpoint] or plans.of(settings, endpoint, path, stream, saved)
  if (options ~= nil or plan.content ~= content.json) and endpoint.name ~= "request" then
    options_list.refuse_among(params, endpoint.name, endpoint.refused)
  end
  local url = plan.url or plans.url(settings, endpoint, path, params, options)
  local out = { plan = plan, settings = settings, url = url, sink = plan.sink, stream = stream, model = params.model }
  if options ~= nil then
    out.save_to, out.on_progress = saved, options.on_progress
  end
  if settings.query and not plan.foreign then
    content.append_query(out, settings.query)
  end
  return plan.content(out, endpoint, params, options)
end

require "oai.interpret" ()

return request
