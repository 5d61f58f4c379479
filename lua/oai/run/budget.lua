-- How much a run may send: where its history is more, the program makes less
-- of it. The whole history stays with the run.

local ending = require "oai.run.ending"
local hook = require "oai.run.hook"
local json = require "oai.codec.json"

local budget = {}

--- Puts an item behind what was said, and behind what is sent of that.
---@param self oai.ToolRun
---@param item table
function budget.add(self, item)
  local state = self._state
  state.items[#state.items + 1] = item
  if state.context then
    state.context[#state.context + 1] = item
  end
end

--- What is sent of all that was said.
---@param self oai.ToolRun
---@return table[]
function budget.items(self)
  return self._state.context or self._state.items
end

local function bytes_of(items)
  local text = json.encode(json.array(items))
  return text and #text or 0
end

--- How much there is to send, and what is too much of it; nil where nothing is.
local function excess(self)
  local own, items = self._own, budget.items(self)
  local bytes = (own.max_input_bytes or own.compact) and bytes_of(items) --[[@as integer]]
  local about = { bytes = bytes, tokens = self._state.tokens, max_bytes = own.max_input_bytes,
    max_tokens = own.max_input_tokens, turn = self._state.turn }
  if own.max_input_bytes and bytes > own.max_input_bytes then
    return about, ("%d bytes are to be sent, and 'max_input_bytes' is %d"):format(bytes, own.max_input_bytes)
  elseif own.max_input_tokens and about.tokens > own.max_input_tokens then
    return about, ("%d tokens are to be sent, and 'max_input_tokens' is %d"):format(about.tokens, own.max_input_tokens)
  end
end

local function fail(self, kind, reason, message, cause)
  local err = ending.error(self, kind, reason, message)
  err.cause = cause
  ending.fail(self, err)
end

--- A call without an output or an output without a call, by its id; nil where
--- there is none: the API takes neither.
local function unpaired(api, items)
  local calls = {}
  for _, item in ipairs(items) do
    local called, answered = api.ids(item)
    for _, id in ipairs(called) do
      calls[id] = true
    end
    if answered and not calls[answered] then
      return answered
    elseif answered then
      calls[answered] = nil
    end
  end
  return (next(calls))
end

--- Why a list cannot be sent in place of another, or nil.
---@param api table    run/responses.lua, run/chat.lua
---@param items any    what `compact` has returned
---@return string?
function budget.fault(api, items)
  if type(items) ~= "table" then
    return "'compact' returned no list but a " .. type(items)
  end
  for i, item in ipairs(items) do
    if type(item) ~= "table" then
      return ("'compact' returned a %s at %d"):format(type(item), i)
    end
  end
  local id = unpaired(api, items)
  return id and ("'compact' has parted the call '%s' from its output"):format(id)
end

--- Has the program make less of what is to be sent.
local function compacted(self, about)
  local items = {}
  for i, item in ipairs(budget.items(self)) do
    items[i] = item
  end
  local values = hook.call(self, "compact", nil, self._own.compact, items, about)
  if not values then
    return nil
  end
  local value, cause = values[1], values[2]
  local is_given = value ~= nil or cause == nil
  local message = not is_given and "'compact' has failed: " .. tostring(cause) or budget.fault(self._api, value)
  if message then
    fail(self, "failed", "compact", message, not is_given and cause or nil)
    return nil
  end
  return value
end

--- Sees to it that no more is sent than may be. The run fails where that cannot
--- be done.
---@param self oai.ToolRun
function budget.fit(self)
  if self._params.conversation ~= nil then
    return -- the API has it all, and has its own ways
  end
  local about, message = excess(self)
  local items = message and self._own.compact and compacted(self, about)
  if message and not self._own.compact then
    fail(self, "limit", "max_input", message)
  elseif items then
    self._state.context, self._state.tokens = items, 0
    local _, still = excess(self)
    if still then
      fail(self, "limit", "max_input", still)
    end
  end
end

require "oai.interpret" ()

return budget
