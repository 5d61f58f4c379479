-- Media types, for the parts of a form: that of a file by its name, and what
-- is one at all (RFC 9110, 8.3.1).

local media_type = {}

local TYPES = {
  avi = "video/x-msvideo", bmp = "image/bmp", csv = "text/csv", flac = "audio/flac", gif = "image/gif",
  htm = "text/html", html = "text/html", jpeg = "image/jpeg", jpg = "image/jpeg", json = "application/json",
  jsonl = "application/jsonl", m4a = "audio/mp4", md = "text/markdown", mov = "video/quicktime", mp3 = "audio/mpeg",
  mp4 = "video/mp4", mpeg = "video/mpeg", mpga = "audio/mpeg", ogg = "audio/ogg", pdf = "application/pdf",
  png = "image/png", svg = "image/svg+xml", tar = "application/x-tar", txt = "text/plain", wav = "audio/wav",
  webm = "video/webm", webp = "image/webp", xml = "application/xml", zip = "application/zip",
}

--- The type by the file's ending, or "application/octet-stream".
---@param filename string
---@return string
function media_type.of(filename)
  local ending = filename:match("%.([%w]+)$")
  return ending and TYPES[ending:lower()] or "application/octet-stream"
end

-- Patterns, each of which also captures where it ends.
local TOKEN = "[A-Za-z0-9!#$%%&'*+%-.^_`|~]+"
local TYPE = "^" .. TOKEN .. "/" .. TOKEN .. "()"
local PLAIN = "^[ \t]*;[ \t]*" .. TOKEN .. "=" .. TOKEN .. "()"
local QUOTED = "^[ \t]*;[ \t]*" .. TOKEN .. "=\"()"
local NOTHING = "^[ \t]*;[ \t]*()"
local IN_QUOTES, ESCAPED = "^[\t\32\33\35-\91%]\94-\126\128-\255]+()", "^\\[\t\32-\126\128-\255]()"

--- Where a quoted text ends that begins before `from`, or nil.
local function end_of_quoted(text, from)
  local at = from
  while at do
    from, at = at, text:match(IN_QUOTES, at) or text:match(ESCAPED, at)
  end
  return text:match("^\"()", from)
end

--- Where a parameter ends, which may be none but for its semicolon, or nil.
local function end_of_parameter(text, from)
  local quoted = text:match(QUOTED, from)
  if quoted then
    return end_of_quoted(text, quoted)
  end
  return text:match(PLAIN, from) or text:match(NOTHING, from)
end

--- Whether a text is a media type, which may have parameters.
---@param text string
---@return boolean
function media_type.is_valid(text)
  local at = text:match(TYPE)
  while at and at <= #text do
    at = end_of_parameter(text, at)
  end
  return at ~= nil
end

return media_type
