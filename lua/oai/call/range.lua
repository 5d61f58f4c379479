-- The rest of a file whose reply broke off: what is asked for of it, where that
-- is the same file for sure, and whether an answer is that rest. Pure.
--
-- A range is asked of the very address that the beginning came from, which a
-- redirect may have led to: what a server calls a version of one address may
-- be something else at another (RFC 9110, 8.8.1).

local http_date = require "oai.codec.http_date"
local options = require "oai.options"

local range = {}

-- How much older than a reply a file must be, in seconds, that its date tells
-- it from all others: it may change twice within one, and clocks differ.
local OLD = 60

---@class oai.Range  what has come of a file, and what it is
---@field bytes integer     that have come
---@field total? number     all of its bytes, where that was said
---@field address string    without the query, where signatures of a day stand
---@field validator string  what If-Range says
---@field etag? string
---@field modified? string

local function address_of(request)
  return (request.url:match("^[^?#]*"))
end

--- What names the version of a file so that no other has the name, or nil.
local function validator_of(headers)
  local etag, modified = headers.etag, headers["last-modified"]
  if etag then
    return etag:match('^"[^"%c ]*"$')
  end
  local changed = modified and http_date.parse(modified)
  local sent = changed and headers.date and http_date.parse(headers.date)
  return sent and sent - changed >= OLD and modified or nil
end

local function is_range_line(line)
  local name = line:match("^[^:;]*"):lower()
  return name == "range" or name == "if-range"
end

--- Whether a program asks for a part of a file itself, or for something else
--- than a file is.
---@param request oai.Request
---@return boolean
local function is_whole(request)
  for _, line in ipairs(request.plan.lines) do
    if is_range_line(line) then
      return false
    end
  end
  return request.plan.method == "GET"
end

--- What is to be asked for when a reply has broken off after `received` bytes;
--- nil: all of it.
---@param given oai.Request    as the program asks
---@param request oai.Request  as it was sent
---@param facts oai.Response    of its status, 200 or 206
---@param received integer
---@param before? oai.Range     what there was before
---@return oai.Range?
function range.of(given, request, facts, received, before)
  local headers = facts.headers
  received = math.floor(received)
  if facts.status == 206 then
    local is_rest = before and range.rest(before, headers)
    return is_rest and options.merge(before, { bytes = before.bytes + received }) --[[@as oai.Range]] or nil
  elseif received == 0 or (headers["accept-ranges"] or ""):lower() == "none" or not is_whole(given) then
    return nil
  end
  local validator = validator_of(headers)
  return validator and { bytes = received, total = tonumber(headers["content-length"]), address = address_of(request),
    validator = validator, etag = headers.etag, modified = headers["last-modified"] } or nil
end

local function lines_without(lines)
  local kept = {}
  for _, line in ipairs(lines) do
    if not is_range_line(line) then
      kept[#kept + 1] = line
    end
  end
  return kept
end

--- The request for the rest, if it goes to where the beginning came from; else
--- for all.
---@param of oai.Range?
---@param request oai.Request
---@return oai.Request
function range.request(of, request)
  local goes_on = of and of.address == address_of(request)
  if not goes_on and not request.range_start then
    return request
  end
  local lines = lines_without(request.plan.lines)
  if goes_on then ---@cast of oai.Range
    lines[#lines + 1] = ("Range: bytes=%d-"):format(of.bytes)
    lines[#lines + 1] = "If-Range: " .. of.validator
  end
  local made = options.merge(request, { plan = options.merge(request.plan, { lines = lines }) })
  made.range_start = goes_on and of and of.bytes or nil
  return made --[[@as oai.Request]]
end

--- How much a reply of status 206 must have that nobody has asked for: all of
--- the file. Nil: it is a part; true: one that the program has asked for.
---@param given oai.Request  as the program asks
---@param headers oai.Headers
---@return number|true|nil
function range.all(given, headers)
  if not is_whole(given) then
    return true
  end
  local to, length = (headers["content-range"] or ""):lower():match("^bytes +0+%-(%d+)/(%d+)$")
  local total = tonumber(length)
  return total and tonumber(to) == total - 1 and total or nil
end

--- Whether a reply of status 206 begins where the rest does, goes to the end,
--- and is of this version. Servers that do not know If-Range send any.
---@param of oai.Range
---@param headers oai.Headers
---@return number? length  of the rest
function range.rest(of, headers)
  local from, to, length = (headers["content-range"] or ""):lower():match("^bytes +(%d+)%-(%d+)/(%d+)$")
  local first, last, total = tonumber(from), tonumber(to), tonumber(length)
  local is_rest = first == of.bytes and last == total - 1 and (of.total or total) == total
  local modified = headers["last-modified"] or of.modified
  return is_rest and headers.etag == of.etag and modified == of.modified and total - first or nil
end

require "oai.interpret" ()

return range
