-- Waits for what comes of an exchange: its news, its header, all of its body;
-- and for how long: while something moves, within the limits of the call.

local engines = require "oai.engine"
local lazy = require "oai.lazy"
local outcome = require "oai.call.outcome"
local running = require "oai.task.running"
local wait = require "oai.task.wait"

local download = lazy "oai.call.download"
local progress = lazy "oai.call.progress"
local sniff = lazy "oai.codec.sniff"

local awaiting = {}

local clock, for_news, patience = engines.clock, wait.for_news, outcome.patience

--- Sets when an attempt that begins now must be over, if nothing moves.
---@param state table  of the call
---@param now number
function awaiting.begin_attempt(state, now)
  local limit, latest = now + patience(state.request), state.deadline
  if state.attempt_timeout then
    latest = math.min(latest, now + state.attempt_timeout)
    state.attempt_end = latest
  end
  state.limit = limit < latest and limit or latest
end

--- Whether an exchange has more time, since something of it moved of late.
local function has_more_time(state, exchange)
  local idle, latest = exchange:idle(), state.attempt_end or state.deadline
  local left = patience(state.request) - idle
  if state.limit >= latest or left <= 0 then
    return false
  end
  state.limit = math.min(latest, clock() + left)
  return true
end

--- Whether what has come says enough: that of an error does, however its body
--- goes on. The core ends it as it stands.
local function has_said_enough(state, exchange)
  local status = exchange:status()
  if not status or status < 400 or state.is_cut then
    return false
  end
  state.is_cut, state.limit = true, clock() + outcome.GRACE
  return true
end

--- Why it is not waited for any longer, or nil where it is.
---@param state table
---@param exchange oai.Exchange
---@param reason? oai.WaitReason
---@return oai.Error?
function awaiting.refusal(state, exchange, reason)
  if reason then
    outcome.note_identity(state, exchange)
    exchange:close()
    return running.error_of(reason)
  elseif has_more_time(state, exchange) then
    return nil
  end
  local has_moved = exchange:status() ~= nil or exchange:progress() > 0
  exchange:expire()
  if has_said_enough(state, exchange) or state.target and download.has_part(state, exchange, has_moved) then
    return nil
  end
  return outcome.close_with(state, exchange, state.late or outcome.timed_out(state, has_moved))
end

--- Waits for news of an exchange; the error when there is no more waiting for
--- it.
---@param state table
---@param exchange oai.Exchange
---@return oai.Error?
function awaiting.news(state, exchange)
  local in_time, reason = for_news(state.shared, state.shared.engine, exchange, state.limit)
  return not in_time and awaiting.refusal(state, exchange, reason) or nil
end

--- Waits for news of an exchange, as awaiting.news does, and tells the program
--- how far it is.
---@param state table
---@param exchange oai.Exchange
---@return oai.Error?
function awaiting.told_news(state, exchange)
  local in_time, reason = for_news(state.shared, state.shared.engine, exchange,
    math.min(state.limit, clock() + progress.EVERY))
  local now = clock()
  progress.look(state.progress, exchange, now)
  return not in_time and (reason or now >= state.limit) and awaiting.refusal(state, exchange, reason) or nil
end

--- Waits for the header of a stream; nil and an error when none comes.
---@param state table
---@param exchange oai.Exchange
---@return true? arrived
---@return oai.Error? err
function awaiting.header(state, exchange)
  local wait_once = state.progress and awaiting.told_news or awaiting.news
  while true do
    -- The end is looked at first: before it a worker has noted the status.
    local complete, kind, message, retryable = exchange:outcome()
    if complete or exchange:status() then -- even if it broke: what came before is the stream's
      return true
    elseif complete == false then
      return outcome.failed(state, exchange, kind, message, retryable)
    end
    local err = wait_once(state, exchange)
    if err then
      return nil, err
    end
  end
end

--- All of the body, however it is buffered.
---@param state table
---@param exchange oai.Exchange
---@return string? body
---@return oai.Error? err
function awaiting.body(state, exchange)
  local pieces, bytes, most = {}, 0, state.request.settings.options.max_reply_bytes
  while true do
    local complete, kind, message, retryable = exchange:outcome()
    local piece = exchange:read()
    pieces[#pieces + 1], bytes = piece, bytes + #(piece or "")
    if bytes > most then
      return outcome.failed(state, exchange, "too_large", "the reply's body is larger than max_reply_bytes", false)
    elseif complete then
      return pieces[2] and table.concat(pieces) or pieces[1] or ""
    elseif complete == false then
      return outcome.failed(state, exchange, kind, message, retryable)
    end
    local err = awaiting.news(state, exchange)
    if err then
      return nil, err
    end
  end
end

--- What the first bytes of a body look like, once there are any.
---@param state table
---@param exchange oai.Exchange
---@return string? kind
---@return oai.Error? err
function awaiting.kind_of_body(state, exchange)
  while true do
    local is_over = exchange:outcome() ~= nil
    local begins = exchange:peek() or ""
    if is_over or not sniff.is_open(begins) then
      return sniff.kind(begins)
    end
    local err = awaiting.news(state, exchange)
    if err then
      return nil, err
    end
  end
end

require "oai.interpret" ()

return awaiting
