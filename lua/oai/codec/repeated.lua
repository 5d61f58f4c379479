-- Decoding objects that begin alike, as the events of a chat stream do: the
-- members they share are decoded once. The result is the same as decoding
-- each alone: only a beginning that is equal byte for byte is left out, and
-- only where nothing but plain values stands in it.

local core = require "oai.core"
local json = require "oai.codec.json"

local head_of, tail_of, join, clean = core.value_head, core.value_tail, core.value_join, core.value_clean
local decode = json.decode_plain

local repeated = {}

--- The fields of a head and their number, or nil when one of them holds a
--- table: that must not be shared.
local function plain_fields(head)
  local fields = json.decode(head:sub(1, -2) .. "}")
  if type(fields) ~= "table" then
    return nil
  end
  local count = 0
  for _, value in pairs(fields) do
    if type(value) == "table" then
      return nil
    end
    count = count + 1
  end
  return fields, count
end

--- A decoder for one stream: `decode(text)` as json.decode.
---@return fun(text: string): any, string?
function repeated.decoder()
  local before, head, fields, count
  local function learn(text)
    local candidate = before and head_of(before, text)
    before, head = text, nil
    if candidate then
      fields, count = plain_fields(candidate)
      head = fields and candidate
    end
  end
  return function(text)
    local tail = head and tail_of(text, head)
    if tail then
      local done, value = pcall(decode, tail)
      if done then
        return clean(join(fields, count, value)) -- a null takes a field away
      end
    end
    learn(text)
    return json.decode(text)
  end
end

return repeated
