-- One call, attempt by attempt: hands a request to the core, waits for its
-- reply, and decides on retries and redirects. It must not know what the values
-- mean.

local awaiting = require "oai.call.awaiting"
local core = require "oai.core"
local engines = require "oai.engine"
local lazy = require "oai.lazy"
local options = require "oai.options"
local outcome = require "oai.call.outcome"
local plans = require "oai.call.plan"
local response = require "oai.call.response"
local running = require "oai.task.running"
local wait = require "oai.task.wait"

local for_news, sleep = wait.for_news, wait.sleep

local download = lazy "oai.call.download"
local error_value = lazy "oai.error"
local form_codec = lazy "oai.codec.form"
local log = lazy "oai.log"
local mask = lazy "oai.call.mask"
local observe = lazy "oai.observe"
local progress = lazy "oai.call.progress"
local likely = lazy "oai.call.likely"
local limiter = lazy "oai.task.limiter"
local range = lazy "oai.call.range"
local redirect = lazy "oai.call.redirect"
local retry = lazy "oai.call.retry"
local retry_after = lazy "oai.codec.retry_after"
local signed = lazy "oai.call.signed"
local upgrade = lazy "oai.call.upgrade"

local send = {}

local clock, is_success = engines.clock, response.is_success
local close_with, facts_of, failed = outcome.close_with, outcome.facts, outcome.failed

local MOST_REDIRECTS = 10
local OF_A_PLACE = { connection = true, tls = true, timeout = true } -- kinds of errors to which it matters where
local NEVER = math.huge

-- What the core makes requests by, of the plans that calls share.
local made_of = setmetatable({}, { __mode = "k" })

local function make_plan(plan)
  local made = core.plan(plan)
  made_of[plan] = made
  return made
end

--- The id that the next exchange of a call will have.
local function identify(state, request)
  local like = core.exchange(made_of[request.plan] or make_plan(request.plan), request.url, nil, nil, nil, state.first)
  state.first = state.first or like:id()
  return response.identity(like)
end

--- The error of a redirect that is not followed.
local function redirect_error(facts, reason, kind)
  return response.annotate(error_value.new { kind = kind, message = reason, body = facts.body }, facts)
end

--- Whether events follow. A Content-Type of events is believed here, since
--- the stream sees what else comes; by any other, the first bytes tell.
local function is_event_stream(state, exchange, facts)
  if not is_success(facts.status) then
    return false
  end
  local content_type = facts.headers["content-type"]
  if content_type and content_type:lower():find("event-stream", 1, true) then
    return true
  end
  local kind, err = awaiting.kind_of_body(state, exchange)
  return kind == "events", err
end

--- The facts of a reply to a request for a stream, which may go on; if it is
--- none, its body is read here.
local function open_stream(state, exchange)
  local arrived, err = awaiting.header(state, exchange)
  if not arrived then
    return nil, err
  end
  if state.progress and state.form then
    progress.look_last(state.progress, exchange)
  end
  local facts = facts_of(state, exchange)
  local has_events, broken = is_event_stream(state, exchange, facts)
  if not has_events and not broken then
    facts.body, broken = awaiting.body(state, exchange)
  end
  if broken then
    return nil, broken
  end
  return exchange, facts
end

--- The reply to a request for a WebSocket that has changed the protocol, if to
--- what was asked for.
local function take_upgrade(state, exchange, request, facts)
  local reason = upgrade.refusal(request, facts)
  if reason then
    return nil, close_with(state, exchange, error_value.new { kind = "protocol", message = reason })
  end
  return exchange, facts
end

--- The facts of a reply to a request for a WebSocket: one that agrees, and the
--- exchange goes on; or any other, which has been read.
local function open_socket(state, exchange, request)
  local arrived, err = awaiting.header(state, exchange)
  if not arrived then
    return nil, err
  end
  local facts = facts_of(state, exchange)
  if facts.status == 101 then
    return take_upgrade(state, exchange, request, facts)
  end
  facts.body, err = awaiting.body(state, exchange)
  if err then
    return nil, err
  elseif facts.status <= 299 then
    return nil, response.annotate(error_value.new { kind = "protocol", body = facts.body,
      message = "the server has answered as if it knew no WebSockets" }, facts)
  end
  return exchange, facts
end

--- The facts of a whole reply.
local function whole_reply(state, exchange)
  local shared = state.shared
  local engine = shared.engine
  while true do
    local in_time, why = for_news(shared, engine, exchange, state.limit)
    local err = not in_time and awaiting.refusal(state, exchange, why)
    if err then
      return nil, err
    end
    local status, at, message, retryable = exchange:reply()
    if status then
      return exchange, response.whole(status, exchange, state.attempts, at - state.started, state.request.credential)
    elseif status == false then
      return failed(state, exchange, at, message, retryable) -- of what kind it is, not when
    end
  end
end

--- The facts of a whole reply that goes to a file, or of which the program is
--- told while it comes, and at its end if it is a success.
local function watched_reply(state, exchange, request)
  if state.target then
    download.begin(state)
  end
  local wait_once, err = state.progress and awaiting.told_news or awaiting.news, nil
  while not err and exchange:outcome() == nil do
    err = wait_once(state, exchange)
  end
  err = err or state.target and download.settle(state, request, exchange)
  if err then
    return nil, err
  end
  local status, at, message, retryable = exchange:reply()
  if not status and state.late then
    return nil, close_with(state, exchange, state.late)
  elseif not status then
    return failed(state, exchange, at, message, retryable)
  elseif state.progress and is_success(status) then
    progress.look_last(state.progress, exchange)
  end
  return exchange, response.whole(status, exchange, state.attempts, at - state.started, state.request.credential)
end

--- One exchange. Returns the exchange and the facts of its reply, whose body
--- is there unless it is a stream's; or nil and an error.
local function exchange_once(state, request)
  if state.shared.closed then
    return nil, running.closed()
  end
  local plan = request.plan
  local exchange, reason = core.exchange(made_of[plan] or make_plan(plan), request.url, request.body or request.form,
    request.sink, request.credential, state.first)
  if not exchange then
    return nil, error_value.new { kind = "bad_request", message = reason }
  end
  if request.on_progress then
    state.progress = progress.of_exchange(request.on_progress, exchange, request.form ~= nil, clock())
    state.progress.before = request.range_start
  end
  state.shared.engine:start(exchange)
  if request.stream then
    return open_stream(state, exchange)
  elseif request.upgrade then
    return open_socket(state, exchange, request)
  end
  return ((state.progress or state.target) and watched_reply or whole_reply)(state, exchange, request)
end

--- Why an attempt was not made, which does not count as one.
local function not_sent(state, reason)
  state.attempts = state.attempts - 1
  if reason then
    return running.error_of(reason)
  end
  local message = ("the total timeout of %g s has passed before the rate limit let the call through"):format(
    state.request.settings.options.total_timeout)
  return error_value.new { kind = "timeout", message = message, retryable = false }
end

--- One exchange of a call beside others, which waits until the server's rate
--- limit lets it through.
local function in_its_turn(state, request)
  local pace = limiter.of(state.shared, state.shared.engine, request)
  if not pace then
    return exchange_once(state, request)
  end
  local asked = clock()
  local slot, reason = pace:enter(state.task, request, state.deadline)
  if not slot then
    return nil, not_sent(state, reason)
  end
  local sent, passed = clock(), state.passed or pace.passed
  if state.shared.hooks then
    observe.limit(state, request, sent - asked, identify)
  end
  awaiting.begin_attempt(state, sent)
  local exchange, facts = exchange_once(state, request)
  pace:leave(slot, facts, sent)
  state.passed, state.has_moved = pace.passed, pace.passed > passed
  return exchange, facts
end

--- The request that a redirecting reply asks for; nil and an error when it
--- is not followed.
local function following_of(request, facts, exchange, followed)
  local target = exchange:redirect()
  if request.plan.stays then
    return nil, redirect_error(facts, "the redirect is not followed: none is where this goes", "connection")
  elseif not target then
    return nil, redirect_error(facts, "the redirect is not followed: it says no address that can be used", "connection")
  elseif followed == MOST_REDIRECTS then
    return nil, redirect_error(facts, ("more than %d redirects"):format(MOST_REDIRECTS), "limit")
  end
  local following, reason = redirect.follow(request, facts.status, target)
  return following, not following and redirect_error(facts, reason, "connection") or nil
end

--- One exchange, of which somebody wants to be told.
local function send_told(state, request, send_once)
  return observe.attempt(state, request, send_once, identify)
end

--- An error with what explains it: the place to which redirects led, or what is
--- probably wrong with the one that was given.
local function explained(state, err, request, followed)
  local is_there, told = err.status or OF_A_PLACE[err.kind], nil
  if is_there and followed > 0 then
    told = "behind a redirect to " .. redirect.place(request)
  elseif err.status then
    told = likely.of_place(err, state.request.settings)
  end
  if told then
    err.message = ("%s (%s)"):format(err.message, told)
  end
  return nil, err
end

--- The error that a reply is, whose body may be long: it is masked once.
local function error_of(request, facts)
  local body = mask.text(request, facts.body)
  return mask.error(request, response.to_error(facts, body), body)
end

--- What becomes of a reply that is no success: a redirect is followed, and what
--- is none is an error. Returns as exchange_once does.
local function settle(state, request, exchange, facts)
  local followed = 0
  while exchange and not is_success(facts.status) do
    outcome.note_identity(state, exchange)
    if not redirect.is_one(facts.status) then
      return explained(state, error_of(state.request, facts), request, followed)
    end
    local following, err = following_of(request, facts, exchange, followed)
    if not following then
      return nil, err
    end
    request, followed = following, followed + 1
    if state.target and state.attempts > 1 then
      request = range.request(state.range, request)
    end
    local is_told = request.settings.logger or state.shared.hooks
    exchange, facts = (is_told and send_told or exchange_once)(state, request, exchange_once)
  end
  if not exchange then
    return explained(state, facts, request, followed)
  end
  facts.client_request_id, facts._place = state.identity, redirect.place(request)
  return exchange, facts
end

--- The request with another plan, for the attempts after the first.
local function adapted(state, request)
  local plan, changes = request.plan, nil
  if plan.counts_retries then
    changes = { lines = plans.lines(plan, state.attempts) }
  end
  if state.is_silent then -- nothing came over the connection that it went out on
    changes = options.merge(changes, { transfer = options.merge(plan.transfer, { fresh_connection = true }) })
  end
  request = changes and options.merge(request, { plan = options.merge(plan, changes) }) or request
  return state.range and range.request(state.range, request) or request
end

--- The request as this attempt sends it; nil and an error where its provider
--- has no signature for it.
local function fit(state, request)
  if state.attempts > 1 then
    request = adapted(state, request)
    request = request.upgrade and upgrade.again(request) or request
  end
  if request.plan.signed then
    return signed.request(state, request)
  end
  return request
end

--- Whether a request that was refused may go out once more, with another
--- credential.
local function is_renewed(state, facts)
  local is_one = not state.is_renewed and not (state.target and state.target:is_touched())
    and state.request.settings.credentials:renews(state.request, state, facts)
  if is_one then
    state.is_renewed = true
    awaiting.begin_attempt(state, clock())
  end
  return is_one
end

--- Gives a request its credential. Returns an error where none is had.
local function take_credential(state, request)
  local plan = request.plan
  if plan.own_credential then
    return nil
  end
  local credential, err = request.settings.credentials:of(plan.admin, request, state)
  if err then
    return err
  end
  request.credential = credential or nil
  if plan.provider then -- which may have waited for it
    awaiting.begin_attempt(state, clock())
  end
  return nil
end

--- One attempt. Returns as exchange_once does.
---@return oai.Exchange? exchange
---@return any facts  or the error
local function attempt(state, request)
  local plan, err = request.plan, take_credential(state, request)
  if not err and (state.attempts > 1 or plan.signed) then
    request, err = fit(state, request)
  end
  if err then
    return nil, err
  end
  local send_once = state.task and in_its_turn or exchange_once
  local is_told = request.settings.logger or state.shared.hooks
  local exchange, facts = (is_told and send_told or send_once)(state, request, send_once)
  local status = exchange and facts.status
  if not status or status == 101 or status >= 200 and status < 300 then
    return exchange, facts
  elseif plan.provider and is_renewed(state, facts) then
    return attempt(state, state.request)
  end
  return settle(state, request, exchange, facts)
end

--- What is told of an error that ends the call.
local function finish_error(state, err)
  if state.form then
    state.form:close()
  end
  if state.target then
    state.target:close()
  end
  err.operation = state.request.plan.name
  err.client_request_id = err.client_request_id or state.identity
  err.attempts = state.attempts
  err.elapsed = clock() - state.started
  if err.headers then
    err.retry_after = retry_after.seconds(err.headers, os.time())
  end
  log.write(state.request.settings.logger, "error", "%s", tostring(err))
  return nil, err
end

--- Seconds until another attempt by the count of retries, or nil when the error
--- is final. That the server's rate limit let others through instead is not
--- counted.
local function delay_of_retry(state, err, now)
  local given, retries = state.request.settings.options, state.retries or 0
  local is_overtaken = state.has_moved and err.kind == "rate_limit" and given.max_retries > 0
  if is_overtaken then
    retries = math.min(retries, given.max_retries - 1)
  end
  local delay = retry.delay(err, retries, given, now, engines.random())
  if not delay or clock() + delay >= state.deadline then
    return nil
  end
  state.retries = (state.retries or 0) + (is_overtaken and 0 or 1)
  return delay
end

--- Seconds until another attempt, or nil when the error is final. Retries of
--- what goes to a file are counted since the last that brought more of it, and
--- one that asks for all again after a part was refused is none.
local function delay_after(state, err, now)
  if state.target then
    if state.target:is_touched() then
      return nil -- a pipe that has the beginning must not get it again
    elseif download.starts_over(state) then
      return clock() < state.deadline and 0 or nil
    end
    download.renew_retries(state)
  end
  return delay_of_retry(state, err, now)
end

--- A call while it is made: six fields, to which a task's adds one; beyond eight
--- the table would be twice as large. Others are there where they are needed:
--- `attempt_timeout` and `attempt_end`, `retries`, of those that `max_retries`
--- allows, `task`, `form`, `target`; after a failure `first`, the exchange that
--- was, and `identity`, its id.
local function new_state(shared, request)
  local given, started = request.settings.options, clock()
  local whole, each = given.total_timeout, given.attempt_timeout
  local deadline = whole and started + whole or NEVER
  -- As outcome.patience has it, without the call.
  local limit = started + (request.stream and given.first_event_timeout or given.timeout)
  local state = {
    request = request,
    shared = shared,
    started = started,
    deadline = deadline,
    limit = limit < deadline and limit or deadline, -- when the attempt must be over, if nothing moves
    attempts = 1,
  }
  if each then
    state.attempt_timeout = each
    awaiting.begin_attempt(state, started)
  end
  return state
end

--- Takes what a form sends, for all attempts: nothing that becomes of its
--- files afterwards is sent. Returns an error about one of them.
local function take_form(state, request)
  local form, reason, is_misuse = core.form(request.form)
  if is_misuse then
    error_value.misuse(("%s: %s"):format(request.plan.name, reason))
  elseif not form then
    return error_value.new { kind = "io", message = form_codec.unopened(reason) }
  end
  state.form, request.form = form, form
  return nil
end

--- Looks where the reply is saved, for all attempts. Returns an error when
--- that cannot be written.
local function take_target(state, request)
  local target, reason = core.target(request.save_to, request.is_judged)
  if not target then
    return error_value.new { kind = "io", message = reason }
  end
  state.target, request.sink = target, target
  return nil
end

--- Gets what all attempts need: whether a task calls, and what is sent or
--- where the reply goes. Returns an error where that is not had.
local function prepare(state, request)
  local caller = wait.caller(state.shared, state.shared.engine)
  if not caller then
    return running.cancelled()
  elseif caller ~= true then
    state.task = caller
  end
  return request.form and take_form(state, request) or request.save_to and take_target(state, request)
end

--- Waits until a failed call may be tried again; nil then, else its error.
local function await_another(state, request, err)
  mask.error(request, err)
  local delay = delay_after(state, err, os.time())
  state.is_silent, state.is_cut, state.late = err.kind == "timeout" and not err.status, false, nil
  if not delay then
    return err
  end
  if state.shared.hooks then
    observe.retry(state, request, err, delay)
  end
  log.write(request.settings.logger, "warn", "%s: %s; trying again in %.2f s", request.plan.name, err.message, delay)
  local slept, reason = sleep(state.shared, state.shared.engine, delay)
  return not slept and running.error_of(reason) or nil
end

--- Sends a request until it succeeds or its error is final.
---@param client oai.Client
---@param request oai.Request
---@return oai.Exchange? exchange  with the whole reply, or one whose stream is still to come
---@return oai.Response|oai.Error facts
---@return table? state        for what follows: request, shared, deadline, limit
function send.call(client, request)
  local shared = client._shared
  local err
  if not shared.engine then
    err = select(2, engines.of(shared))
  end
  local state = new_state(shared, request)
  err = err or prepare(state, request)
  if err then
    state.attempts = 0
  end
  while not err do
    local exchange, facts = attempt(state, request)
    if exchange then
      if state.form then
        state.form:close()
      end
      return exchange, facts, state
    end
    err = await_another(state, request, facts)
    if not err then
      state.attempts = state.attempts + 1
      awaiting.begin_attempt(state, clock())
    end
  end
  return finish_error(state, err)
end

require "oai.interpret" ()

return send
