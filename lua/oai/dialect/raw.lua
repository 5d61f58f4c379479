-- A stream of which nothing is known: events as they come, to the end of the
-- connection. For client:request.

---@class oai.RawDialect : oai.Dialect
local raw = { name = "raw" }

function raw.new_state()
  return {}
end

function raw.may_end()
  return true
end

--- Keeps the last event only.
function raw.fold(state, event)
  state.last = type(event) == "table" and event or state.last
end

---@return table? last
---@return boolean incomplete
function raw.result(state)
  return state.last, false
end

return raw
