-- The media type of a file by its name, for the parts of a form.

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

return media_type
