-- Decoding objects that begin alike, as the events of a chat stream do: the
-- members they share are decoded once. The result is the same as decoding
-- each alone: only a beginning that is equal byte for byte is left out, and
-- only where nothing but plain values stands in it.

local json = require "oai.codec.json"

local head_of, tail_of, join = json.head_of, json.tail_of, json.join
local decode = json.decode_plain

local repeated = {}

--- The fields of a head as a list { name, value, ... }; nil when it is none.
local function fields_of(head)
  local fields = json.decode(head:sub(1, -2) .. "}")
  if type(fields) ~= "table" then
    return nil
  end
  local list = {}
  for name, value in pairs(fields) do
    list[#list + 1] = name
    list[#list + 1] = value
  end
  return list
end

local function count_of(value)
  local count = 0
  for _ in pairs(value) do
    count = count + 1
  end
  return count
end

--- A decoder for one stream: `decode(text)` as json.decode. In `known.head`
--- are the members that a text may be given without, as core.value_tail cuts
--- them off: `decode(tail, true)`.
---@return fun(text: string, cut?: boolean): any, string?, string?  the third is the text, if it was decoded whole
---@return { head?: string } known
function repeated.decoder()
  local known = {} ---@type { head?: string }
  local before, fields, count
  local function learn(text)
    local candidate = before and head_of(before, text)
    before, known.head = text, nil
    local value, reason = json.decode(text)
    fields = candidate and type(value) == "table" and fields_of(candidate)
    if fields then
      known.head, count = candidate, count_of(value)
    end
    return value, reason, text
  end
  return function(text, cut)
    local tail = cut and text or known.head and tail_of(text, known.head)
    if tail then
      local done, value = pcall(decode, tail)
      if done then
        return join(fields, count, value)
      end
    end
    return learn(cut and repeated.whole(text, known) or text)
  end, known
end

--- The whole text of an event that was cut.
---@param tail string
---@param known { head?: string }
---@return string
function repeated.whole(tail, known)
  return known.head .. tail:sub(2)
end

return repeated
