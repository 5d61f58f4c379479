-- What a server says of parts that did not come as they were sent. The API
-- says no more of it than that the sum is wrong; which parts a server names
-- are those, and where it names none it may be any. Pure.

local damage = {}

local WORDS = { "md5", "checksum", "corrupt", "digest", "integrity", "hash", "truncated", "bytes do not match" }

local REFUSED = { [400] = true, [409] = true, [422] = true }

--- Whether an error is about bytes that are not what they were.
---@param err oai.Error
---@return boolean
function damage.is_said(err)
  if not REFUSED[err.status] then
    return false
  end
  local text = table.concat({ err.message or "", tostring(err.code), tostring(err.type), tostring(err.param) }, " ")
  text = text:lower()
  for _, word in ipairs(WORDS) do
    if text:find(word, 1, true) then
      return true
    end
  end
  return false
end

--- Whether a text has a name, and not as a piece of a longer one.
local function has_name(text, name)
  return (" " .. text .. " "):find("[^%w_-]" .. name:gsub("%p", "%%%0") .. "[^%w_-]") ~= nil
end

--- The parts that an error is about, of all: by their ids, or by their place.
---@param err oai.Error
---@param ids table<string, string>  by number
---@param count integer
---@return integer[] numbers
function damage.parts(err, ids, count)
  local named, all = {}, {}
  local at = tostring(err.param):match "^part_ids[.%[](%d+)%]?$"
  for number = 1, count do
    local id = ids[("%d"):format(number)]
    if at == ("%d"):format(number - 1) or id and has_name(err.message or "", id) then
      named[#named + 1] = number
    end
    all[number] = number
  end
  return named[1] and named or all
end

require "oai.interpret" ()

return damage
