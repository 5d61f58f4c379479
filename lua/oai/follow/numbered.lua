-- A dialect whose events have numbers, where a stream may bring some of them
-- again, or lack some: each event is folded once and in order. One without a
-- number is taken as it is. Pure.

local numbered = {}

--- What is missing before an event, or nil.
local function gap(number, before)
  if number == before + 2 then
    return ("event %d of the stream is missing: %d follows %d"):format(before + 1, number, before)
  end
  return ("events %d to %d of the stream are missing: %d follows %d"):format(before + 1, number - 1, number, before)
end

local function is_number(value)
  return type(value) == "number" and value == math.floor(value)
end

--- The dialect, of whose states `sequence_number` is that of the last event.
--- No event becomes a template of others, since each is to be looked at.
---@param dialect oai.Dialect
---@return oai.Dialect
function numbered.of(dialect)
  local own = { missing = nil }

  function own.fold(state, event, _, name)
    local number, before = type(event) == "table" and event.sequence_number, state.sequence_number
    if is_number(number) and is_number(before) then
      if number <= before then
        return true
      elseif number > before + 1 then
        own.missing = gap(number, before)
        return own.missing
      end
    end
    return dialect.fold(state, event, nil, name)
  end

  function own.failure(event)
    return own.missing and { message = own.missing } or dialect.failure and dialect.failure(event)
  end

  return setmetatable(own, { __index = dialect })
end

require "oai.interpret" ()

return numbered
