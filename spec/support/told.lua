-- Events folded as a stream folds them: from their texts, of which a dialect
-- learns what most are like.

local core = require "oai.core"
local json = require "oai.codec.json"

local told = {}

--- Folds an event's text; the event, and whether it was like the one before.
---@param dialect oai.Dialect
---@param state table
---@param text string   the data of an event
---@param name? string
---@return table event
---@return boolean was_like
function told.fold(dialect, state, text, name)
  local parser = core.sse()
  parser:feed((name and "event: " .. name .. "\n" or "") .. "data: " .. text .. "\n\n")
  local data, event, piece = parser:event(state.template)
  if data == true then
    dialect.more(state, piece, event)
    return event, true
  end
  local decoded = assert(json.decode(data))
  dialect.fold(state, decoded, data, name)
  return decoded, false
end

--- Folds the texts of events; the state, and how many were like the one before.
---@param dialect oai.Dialect
---@param texts string[]
---@param name? string
---@return table state
---@return integer count
function told.fold_all(dialect, texts, name)
  local state, count = dialect.new_state(), 0
  for _, text in ipairs(texts) do
    local _, was_like = told.fold(dialect, state, text, name)
    count = count + (was_like and 1 or 0)
  end
  return state, count
end

return told
