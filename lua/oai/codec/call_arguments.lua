-- The arguments of a call of a function as the API gives them, JSON of an object
-- in a text, out of what other servers make of that. Pure.

local json = require "oai.codec.json"

--- The text of a call's arguments: "{}" where nothing is given, or null; that of
--- an object that is none; that in a text of JSON which is a text again. Any
--- other text stays as it is. Nil for what is no text and no table.
---@param given any
---@return string? text
return function(given)
  if given == nil or given == json.null then
    return "{}"
  elseif type(given) == "table" then
    return (json.encode(given))
  elseif type(given) ~= "string" then
    return nil
  elseif not given:find "%S" or given:find "^%s*null%s*$" then
    return "{}"
  end
  local inner = given:find '^%s*"' and json.decode(given)
  return type(inner) == "string" and inner:find "^%s*{" and inner or given
end
