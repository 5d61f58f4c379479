-- A reply that goes to a file: what has come of it when it breaks off is kept,
-- and the next attempt asks for the rest alone, where that is the same file for
-- sure. It must not wait.

local engines = require "oai.engine"
local error_value = require "oai.error"
local outcome = require "oai.call.outcome"
local range = require "oai.call.range"
local response = require "oai.call.response"

local download = {}

local clock, is_success = engines.clock, response.is_success

local MOST_RENEWED = 100 -- times that more of a file begins the count of retries anew

---@class oai.DownloadState  of a call whose reply goes to a file: fields of its state
---@field target oai.Target       where it goes
---@field before? oai.Range       what has come already, of which this exchange brings the rest
---@field range? oai.Range        what has come, for the next attempt
---@field late? oai.Error         why the exchange is over, whose part of the file is waited for
---@field starts_over? boolean    all of the file is asked for again
---@field is_further? boolean     the attempt has brought more of the file
---@field renewed? integer        how often the count of retries has begun anew
---@field head? string            how the file begins, where it is judged and may be a text

--- Whether the next attempt may go on with what has come of a file.
local function may_go_on(state)
  local request, target = state.request, state.target
  return request.plan.method == "GET" and request.settings.options.max_retries > 0 and not target:is_touched()
end

--- Whether an exchange that has had its time is waited for a little longer, for
--- the part of a file that it has brought: that can be taken once the core has
--- ended it, which may be on another thread.
---@param state table
---@param exchange oai.Exchange
---@param has_moved boolean
---@return boolean
function download.has_part(state, exchange, has_moved)
  local status = exchange:status()
  local is_one = state.before or status == 200 or status == 206
  if state.late or not is_one or state.limit == state.deadline or not may_go_on(state) then
    return false
  end
  state.late, state.limit = outcome.timed_out(state, has_moved), clock() + outcome.GRACE
  return true
end

--- Begins an exchange, for the rest of what has come before. That is forgotten
--- with it, unless keep_part keeps it for the next one.
---@param state table
function download.begin(state)
  state.before, state.range = state.range, nil
end

--- How much must have come for a part to be what was asked for: the rest of the
--- file whose beginning came with another reply, or all of it.
local function expected(state, request, exchange, received)
  local headers = outcome.facts(state, exchange).headers
  if state.before then
    return request.range_start and range.rest(state.before, headers)
  end
  local all = range.all(state.request, headers)
  return all == true and received or all
end

--- Returns an error where a part that completes a file is not what was asked
--- for.
local function misplaced(state, request, exchange)
  local _, _, received = exchange:progress()
  if expected(state, request, exchange, received) == received then
    return nil
  end
  state.starts_over = state.before ~= nil
  return outcome.close_with(state, exchange, error_value.new { kind = "connection", retryable = true,
    message = "what came is not the part of the file that was asked for" })
end

--- Notes how a file begins, unless that came with another exchange.
local function note_head(state, exchange, status)
  if status ~= 206 or not state.before then
    state.head = exchange:read()
  end
end

--- Keeps what has come of a file for the next exchange, where that can go on
--- with it.
local function keep_part(state, request, exchange, status)
  local _, _, received = exchange:progress()
  local part = state.before
  if status == 200 or status == 206 then
    local before = request.range_start and part
    note_head(state, exchange, status)
    part = range.of(state.request, request, outcome.facts(state, exchange), received, before)
    state.is_further = part ~= nil and received > 0
  elseif status == 416 and request.range_start then
    part, state.starts_over = nil, true
  end
  state.range = part and state.target:keep(exchange) and part or nil
end

--- The error of a success that brings no file, whose status says so; nil where
--- the core has written one.
local function no_file(state, exchange, status)
  local _, _, received = exchange:progress()
  if received > 0 or not response.brings_nothing(status) then
    return nil
  end
  local err = outcome.close_with(state, exchange, error_value.new { kind = "decode",
    message = "the reply is empty, where a file was expected" })
  err.status = status
  return err
end

--- Takes a file that has come, which gets its name from reply.lua. Returns an
--- error where it is none.
local function take_file(state, request, exchange, status)
  local err
  note_head(state, exchange, status)
  if status == 206 then
    err = misplaced(state, request, exchange)
  else
    err = no_file(state, exchange, status)
  end
  if not err then
    state.target:keep(exchange)
  end
  return err
end

--- Sees to the file of an exchange that has ended. Returns an error where there
--- is none although all has come.
---@param state table
---@param request oai.Request  as it was sent
---@param exchange oai.Exchange
---@return oai.Error?
function download.settle(state, request, exchange)
  local status = exchange:status() or 0
  if is_success(status) and exchange:outcome() then -- it is complete
    return take_file(state, request, exchange, status)
  elseif (is_success(status) or state.before) and may_go_on(state) then
    keep_part(state, request, exchange, status)
  end
  return nil
end

--- Whether all of the file is asked for again, once, since what came was no part
--- of it.
---@param state table
---@return boolean
function download.starts_over(state)
  local starts_over = state.starts_over or false
  state.starts_over = nil
  return starts_over
end

--- Begins the count of retries anew where the attempt has brought more of the
--- file; not for ever.
---@param state table
function download.renew_retries(state)
  if state.is_further and (state.renewed or 0) < MOST_RENEWED then
    state.retries, state.renewed = 0, (state.renewed or 0) + 1
  end
  state.is_further = nil
end

require "oai.interpret" ()

return download
