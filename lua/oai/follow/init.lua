-- The streams of responses in the background, which go on over cuts: of one
-- that is created, and of one that runs already.

local engines = require "oai.engine"
local error_value = require "oai.error"
local extra = require "oai.call.extra"
local line = require "oai.call.line"
local options_list = require "oai.options"
local path = require "oai.codec.path"
local resumption = require "oai.follow.resumption"

local follow = {}

---@class oai.FollowOptions : oai.OpenCallOptions
---@field after? integer  the `sequence_number` of the last event that is known; else from the first on
---@field include? string[]  as `retrieve` takes it
---@field include_obfuscation? boolean  as `retrieve` takes it

local OPTIONS = { after = { "integer" }, include = { "table" }, include_obfuscation = { "boolean" } }

--- The endpoint by which a response that exists is streamed.
local function endpoint_of(bound)
  return line.kept(bound, "follow", "retrieve")
end

--- The options of the calls that go on after the first, without those that are
--- for one call alone.
local function rest_of(options)
  local rest = options_list.merge(options or {}, {})
  for _, option in ipairs(options_list.list) do
    if option.scope == "single" then
      rest[option.name] = nil
    end
  end
  return options_list.keep((extra.without_header(rest, "idempotency-key")))
end

--- What `retrieve` takes of the parameters with which a response was created.
local function retrieve_params(params)
  local taken = { include = type(params.include) == "table" and options_list.copy(params.include) or nil }
  if type(params.stream_options) == "table" then
    taken.include_obfuscation = params.stream_options.include_obfuscation
  end
  return taken
end

--- Has the stream of a response that is created in the background taken up
--- again when it breaks.
---@param opened oai.Stream
---@param bound table
---@param params table
---@param options? table
function follow.creation(opened, bound, params, options)
  local is_background = params.background
  if options and options.body and options.body.background ~= nil then
    is_background = options.body.background
  end
  if is_background ~= true or not resumption.is_wanted(bound._client, options or {}) then
    return
  end
  opened:_go_on_by(resumption.new(bound, endpoint_of(bound), nil, retrieve_params(params), rest_of(options)))
end

--- A stream that waits for the response when it is read.
local function waiting_stream(bound, parsed, id, again, facts, deadline)
  again.only_waits = true
  local client, values = bound._client, { [parsed.ids[1]] = id }
  return client:_calls().reading(client, parsed, values, again, facts, deadline)
end

--- The stream of a response that the server refuses to stream: it waits for the
--- response, if that exists.
local function look(bound, parsed, id, again, err, deadline)
  if not resumption.is_wanted(bound._client, again.options) or not resumption.is_refused(err) then
    return nil, err
  end
  local found, facts = bound:retrieve(id, nil, again.options)
  if not found then
    return nil, facts
  end
  return waiting_stream(bound, parsed, id, again, facts, deadline), facts
end

local function begin(bound, id, own, rest)
  local parsed = endpoint_of(bound)
  local params = { include = own.include, include_obfuscation = own.include_obfuscation }
  local again = resumption.new(bound, parsed, id, params, rest)
  again.is_late = own.after ~= nil
  local deadline = engines.clock() + (again.total or math.huge)
  local opened, facts = resumption.open(again, id, own.after, rest)
  if not opened then
    opened, facts = look(bound, parsed, id, again, facts, deadline)
  end
  if opened and resumption.is_wanted(bound._client, rest) then
    opened:_go_on_by(again, own.after)
  end
  return opened, facts
end

--- `client.responses:follow(id, options)`: the stream of a response that runs
--- already.
---@param bound table  the resource
---@param ... any      the id, unless it is bound; options
---@return oai.Stream?
---@return oai.Response|oai.Error
function follow.by_id(bound, ...)
  error_value.check_bound(bound, "follow", "client.responses:follow(...)")
  local name, id, options = bound._name .. ".follow", ...
  if bound._ids[1] then
    id, options = bound._ids[1], id
  end
  path.check_id(id, name, "response_id")
  local own, rest, flow = extra.split(name, OPTIONS, options)
  own = options_list.copy(own)
  local whole = bound._client:_bind(bound._definition, bound._name)
  return extra.run(bound._client, flow, function()
    return begin(whole, id, own, rest)
  end)
end

--- `response:follow(options)`.
---@param _ table
---@param bound table
---@param options? oai.FollowOptions
---@return oai.Stream?
---@return oai.Response|oai.Error
function follow.object(_, bound, options)
  return follow.by_id(bound, options)
end

require "oai.interpret" ()

return follow
