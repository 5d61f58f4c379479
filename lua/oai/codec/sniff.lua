-- What a body is by how it begins, where its Content-Type cannot be believed:
-- gateways send events as JSON, errors as events and pages of HTML as either.
-- Pure.

local set = require "oai.set"

local sniff = {}

-- What a line of an event stream begins with; `error` is llama.cpp's.
local FIELDS = set { "data", "event", "id", "retry", "error" }

local function is_event_line(text, from)
  local name, colon = text:match("^(%l*)(:)", from)
  return colon ~= nil and (name == "" or FIELDS[name] == true)
end

--- Whether bytes are too few to tell what they begin: nothing, or a piece of
--- what an event stream may begin with.
---@param text string
---@return boolean
function sniff.is_open(text)
  local piece = text:match("^\239?\187?\191?[ \t\r\n]*(%l*)$")
  for field in pairs(piece and FIELDS or {}) do
    if field:sub(1, #piece) == piece then
      return true
    end
  end
  return false
end

---@alias oai.BodyKind "empty"|"json"|"events"|"markup"|"text"

--- What bytes look like, from their first that is not blank. Objects and
--- arrays alone are JSON here: every other JSON is a text too.
---@param text string  the beginning is enough
---@return oai.BodyKind
function sniff.kind(text)
  local from = text:match("^\239\187\191()") or 1 ---@type any  behind a byte order mark
  from = text:match("^[ \t\r\n]*()", from) --[[@as any]]
  local first = text:sub(from, from)
  if first == "" then
    return "empty"
  elseif first == "{" or first == "[" then
    return "json"
  elseif first == "<" then
    return "markup"
  end
  return is_event_line(text, from) and "events" or "text"
end

--- Whether bytes are two to a character.
local function is_utf16(text)
  local first, second = text:byte(1, 2)
  return second ~= nil and (first + second == 0xFE + 0xFF or (first == 0) ~= (second == 0))
end

--- Whether bytes are a page of HTML or XML, which nothing is by chance that is
--- no text.
---@param text string
---@return boolean
function sniff.is_page(text)
  local tag = text:sub(1, 64):lower():match "^\239?\187?\191?%s*<([!?%a][%-%w]*)"
  return tag ~= nil and (tag == "html" or tag == "!doctype" or tag == "?xml" or tag == "head" or tag == "body"
    or tag:sub(1, 3) == "!--")
end

--- Whether bytes are compressed with gzip.
---@param text string
---@return boolean
function sniff.is_gzip(text)
  return text:sub(1, 3) == "\31\139\8"
end

--- What may have gone wrong where bytes are not what was asked for, in
--- parentheses for a message; or nothing.
---@param text string
---@return string
function sniff.remark(text)
  if sniff.kind(text) == "markup" then
    return " (a page of markup, maybe of a proxy, or 'base_url' is not where the API is)"
  elseif sniff.is_gzip(text) then
    return " (it is compressed with gzip, and does not say so)"
  end
  return is_utf16(text) and " (it is in UTF-16, where UTF-8 is due)" or ""
end

require "oai.interpret" ()

return sniff
