-- One call, attempt by attempt: hands a request to the core, waits on the
-- loop, and decides on retries and redirects. All waiting for replies is
-- here; it must not know what the values mean.

local core = require "oai.core"
local lazy = require "oai.lazy"
local options = require "oai.options"
local request_module = require "oai.call.request"
local response = require "oai.call.response"
local url = require "oai.codec.url"

local error_value = lazy "oai.error"
local log = lazy "oai.log"
local retry = lazy "oai.call.retry"

local send = {}

local MOST_REDIRECTS = 10

-- Which methods become a GET, without the body (RFC 9110, 15.4): a DELETE
-- that a 302 turned into a GET would seem to have worked.
local NONE, POST_ALONE = {}, { POST = true }
local ALL_BUT_HEAD = { POST = true, PUT = true, PATCH = true, DELETE = true }
local REDIRECTS = { [301] = POST_ALONE, [302] = POST_ALONE, [303] = ALL_BUT_HEAD, [307] = NONE, [308] = NONE }

-- What a foreign origin may see of a request's header.
local HARMLESS = { accept = true, ["content-type"] = true, ["user-agent"] = true }

--- The engine of a client, made when first needed.
---@param shared table
---@return userdata
local function engine_of(shared)
  if not shared.engine then
    if shared.closed then
      error_value.misuse("the client is closed")
    end
    shared.engine = core.engine { worker = shared.loop.worker, options = options.transport(shared.settings) }
  end
  return shared.engine
end

--- Puts the credential of one attempt into the request; false and an error
--- when there is none to be had.
local function provide_credential(state, request)
  local plan = request.plan
  if plan.own_credential then
    return true
  end
  local credential, err = state.client:_credential(request.settings, plan.admin)
  if err then
    return false, err
  end
  request.credential = credential or nil
  request.credential_prefix = "Authorization: Bearer "
  return true
end

--- The exchange of one attempt, or nil and the error that kept it from being
--- made; then nothing is sent.
local function make_exchange(state, request)
  request.headers = request_module.lines(request.plan, state.attempts)
  local exchange, reason = core.exchange(request)
  if not exchange then
    return nil, error_value.new { kind = "bad_request", message = reason }
  end
  return exchange
end

local function timed_out(state, limit)
  local overall = limit == state.deadline
  local message = overall and ("the deadline of %g s has passed"):format(state.settings.deadline)
    or ("no reply within %g s"):format(state.patience)
  return error_value.new { kind = "timeout", message = message, retryable = not overall }
end

local function transport_error(kind, message, retryable)
  return error_value.new { kind = kind, message = message, retryable = retryable }
end

--- Waits for the header (of a stream) or the end; nil and an error when
--- there is none.
local function await(state, exchange, header_only, limit)
  local wait, engine = state.shared.loop.wait, state.engine
  while true do
    if header_only and exchange:status() then
      return true -- even if it broke since: what came before is the stream's
    end
    local complete, kind, message, retryable = exchange:outcome()
    if complete then
      return true
    elseif complete == false then
      return nil, transport_error(kind, message, retryable)
    elseif not wait(engine, exchange, limit) then
      exchange:close()
      return nil, timed_out(state, limit)
    end
  end
end

--- All of the body, however it is buffered.
local function read_all(state, exchange, limit)
  local wait, engine = state.shared.loop.wait, state.engine
  local pieces = {}
  while true do
    local complete, kind, message, retryable = exchange:outcome()
    pieces[#pieces + 1] = exchange:read()
    if complete then
      return pieces[2] and table.concat(pieces) or pieces[1] or ""
    elseif complete == false then
      return nil, transport_error(kind, message, retryable)
    elseif not wait(engine, exchange, limit) then
      exchange:close()
      return nil, timed_out(state, limit)
    end
  end
end

local function is_success(status)
  return status >= 200 and status < 300
end

--- The header lines that a foreign origin may see.
local function harmless_lines(lines)
  local kept = {}
  for _, line in ipairs(lines) do
    if HARMLESS[line:match("^[^:;]+"):lower()] then
      kept[#kept + 1] = line
    end
  end
  return kept
end

--- The plan for a foreign origin: no credential, no header of the client's.
local function foreign_plan(plan)
  return { lines = harmless_lines(plan.lines), own_credential = true, counts_retries = false }
end

--- The request that a redirect asks for.
local function redirected(request, status, target)
  local following = {}
  for key, value in pairs(request) do
    following[key] = value
  end
  following.url = target
  local to, from = url.parse(target), url.parse(request.url)
  if not to or to.origin ~= from.origin then
    following.plan = foreign_plan(request.plan)
    following.credential, following.credential_prefix = nil, nil
  end
  if REDIRECTS[status][request.method] then
    following.method, following.body, following.form = "GET", nil, nil
  end
  return following
end

local function facts_of(state, status, block, body)
  return response.new(status, block, state.attempts, core.clock() - state.started, body)
end

--- Whether events follow. Servers that mean an error may answer 200 and JSON.
local function is_event_stream(facts)
  local content_type = facts.headers["content-type"]
  return is_success(facts.status) and not (content_type and content_type:lower():find("json", 1, true))
end

--- The facts of a reply to a request for a stream, which may go on; if it is
--- none, its body is read here.
local function open_reply(state, exchange, limit)
  local facts = facts_of(state, exchange:status(), exchange:headers())
  if is_event_stream(facts) then
    return exchange, facts
  end
  local err
  facts.body, err = read_all(state, exchange, limit)
  if not facts.body then
    return nil, err
  end
  return exchange, facts
end

--- One exchange. Returns the exchange and the facts of its reply, whose body
--- is there unless it is a stream's; or nil and an error.
local function exchange_once(state, request)
  local exchange, err = make_exchange(state, request)
  if not exchange then
    return nil, err
  end
  local limit = math.min(state.deadline, core.clock() + state.patience)
  state.limit = limit
  state.engine:start(exchange)
  local arrived
  arrived, err = await(state, exchange, request.stream, limit)
  if not arrived then
    return nil, err
  end
  if not request.stream then -- then it is complete
    return exchange, facts_of(state, exchange:reply())
  end
  return open_reply(state, exchange, limit)
end

--- The same, with redirects followed.
local function follow(state, request)
  for _ = 0, MOST_REDIRECTS do
    local exchange, facts = exchange_once(state, request)
    if not exchange then
      return nil, facts
    end
    local target = REDIRECTS[facts.status] and exchange:redirect()
    if not target then
      return exchange, facts
    end
    request = redirected(request, facts.status, target)
  end
  return nil, error_value.new { kind = "connection", message = "more than 10 redirects", retryable = false }
end

local function attempt(state, request)
  local provided, err = provide_credential(state, request)
  if not provided then
    return nil, err
  end
  local exchange, facts = follow(state, request)
  if not exchange then
    return nil, facts
  elseif is_success(facts.status) then
    return exchange, facts
  end
  return nil, response.to_error(facts, facts.body)
end

--- What is told of an error that ends the call.
local function finish_error(state, err, now)
  err.operation = state.name
  err.attempts = state.attempts
  err.elapsed = core.clock() - state.started
  if err.headers then
    err.retry_after = retry.server_delay(err.headers, now)
  end
  log.write(state.settings.logger, "error", "%s", tostring(err))
  return nil, err
end

local function random()
  return core.clock() * 1e6 % 997 / 997
end

--- Seconds until another attempt, or nil when the error is final.
local function delay_after(state, err, now)
  local delay = retry.delay(err, state.attempts - 1, state.settings, now, random())
  if not delay or core.clock() + delay >= state.deadline then
    return nil
  end
  return delay
end

local function new_state(client, request)
  local settings, started = request.settings, core.clock()
  return {
    client = client,
    shared = client._shared,
    engine = engine_of(client._shared),
    settings = settings,
    name = request.name,
    started = started,
    deadline = settings.deadline and started + settings.deadline or math.huge,
    patience = request.stream and settings.first_event_timeout or settings.timeout,
    attempts = 0,
  }
end

--- Sends a request until it succeeds or its error is final.
---@param client oai.Client
---@param request oai.Request
---@return userdata? exchange  its body is in `facts.body`, or still to come for a stream
---@return oai.Response|oai.Error facts
---@return table? state        for what follows: engine, deadline, loop
function send.call(client, request)
  local state = new_state(client, request)
  while true do
    state.attempts = state.attempts + 1
    local exchange, facts = attempt(state, request)
    if exchange then
      if state.settings.logger then
        log.write(state.settings.logger, "info", "%s: %d in %.3f s", request.name, facts.status, facts.elapsed)
      end
      return exchange, facts, state
    end
    local now = os.time()
    local delay = delay_after(state, facts, now)
    if not delay then
      return finish_error(state, facts, now)
    end
    log.write(state.settings.logger, "warn", "%s: %s; trying again in %.2f s", request.name, facts.message, delay)
    state.shared.loop.sleep(state.engine, delay)
  end
end

--- Seconds on the clock of the engines.
send.clock = core.clock

return send
