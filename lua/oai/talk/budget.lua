-- How much of its history a talk sends: where that is too much, the oldest
-- rounds are left out, or the program makes less of it. Instructions and what
-- a talk was begun with are always sent.

local error_value = require "oai.error"
local rounds = require "oai.talk.rounds"
local run_budget = require "oai.run.budget"

local budget = {}

--- What is to be sent, measured. What is asked anew is not counted twice.
---@param last integer
local function measure(self, asked, last)
  local state, own = self._state, self._own
  local tokens = state.tokens + rounds.estimate(asked) ---@type number
  for i = math.max(last + 1, state.first --[[@as integer]]), #state.rounds do
    tokens = tokens - state.rounds[i].tokens
  end
  local bytes = rounds.bytes(rounds.sent(state, last)) + rounds.bytes(asked)
  return { bytes = bytes, tokens = math.max(0, tokens), max_bytes = own.max_input_bytes,
    max_tokens = own.max_input_tokens }
end

local function is_over(about)
  return about.max_bytes and about.bytes > about.max_bytes
    or about.max_tokens and about.tokens > about.max_tokens
end

local function failed(kind, reason, message, cause)
  return nil, error_value.new { kind = kind, reason = reason, message = message, cause = cause, operation = "talk" }
end

--- What the program makes of a list, in a task that ends with who waits for it.
--- Nil and why not.
local function ask(self, items, about)
  local one = self._client:spawn(self._own.compact, items, about)
  local list, err = one:await()
  if not one.done then
    one:cancel()
    return nil, nil, err
  elseif one.raised then
    return nil, "'compact' has raised: " .. tostring(err), err
  end
  return list, list == nil and err ~= nil and "'compact' has failed: " .. tostring(err) or nil, err
end

--- Has the program make less of what is sent. May wait.
local function compacted(self, about, last)
  local state = self._state
  local items = {}
  for i, item in ipairs(state.summary) do
    items[i] = item
  end
  items = rounds.items(state, state.first, last, items)
  local list, fault, cause = ask(self, items, about)
  if list == nil and not fault and cause then
    return nil, cause -- who waits was cancelled
  end
  fault = fault or run_budget.fault(self._api, list)
  if fault then
    return failed("failed", "compact", fault, cause)
  end ---@cast list table[]
  rounds.replace(state, last, list)
  return true
end

--- What is still too much when nothing is left to leave out.
local function check_bytes(self, asked, last)
  local about = measure(self, asked, last)
  if about.max_bytes and about.bytes > about.max_bytes then
    return failed("limit", "max_input", ("%d bytes are to be sent, and 'max_input_bytes' is %d"):format(about.bytes,
      about.max_bytes))
  end
  return true
end

--- Sees to it that no more is sent than may be.
---@param self oai.Talk
---@param asked table[]
---@param last integer  the round behind which they come
---@return boolean? fits
---@return oai.Error? err
function budget.fit(self, asked, last)
  local own = self._own
  if not (own.compact or own.max_input_bytes or own.max_input_tokens) then
    return true
  end
  local about = measure(self, asked, last)
  local has_limit = about.max_bytes or about.max_tokens
  if own.compact and last > 0 and (not has_limit or is_over(about)) then
    local done, err = compacted(self, about, last)
    if not done then
      return nil, err
    end
  elseif not own.compact then
    while self._state.first <= last and is_over(measure(self, asked, last)) do
      rounds.drop_first(self._state)
    end
  end
  return check_bytes(self, asked, last)
end

require "oai.interpret" ()

return budget
