-- The life of a request as lines of the log, level debug: what goes out, what
-- came of it. No header, query or secret; bodies on level "bodies": what is
-- sent but for forms, and what errors say.

local counted = require "oai.counted"
local log = require "oai.log"
local mask = require "oai.call.mask"

local trace = {}

local BODY_MOST = 16384 -- bytes

local function write_body(request, sign, body)
  local logger = request.settings.logger
  if body and log.wants(logger, "bodies") then
    local seen = mask.beginning(request, body, BODY_MOST)
    log.write(logger, "bodies", "%s %s%s", sign, seen, #body > BODY_MOST and "..." or "")
  end
end

--- An address without its query and who asks.
local function address(request)
  local url = request.url:match("^[^?#]*"):gsub("^(%a[%w+.-]*://)[^/@]*@", "%1")
  return mask.text(request, url)
end

local function size(request)
  if request.range_start then
    return ("from byte %d on"):format(request.range_start)
  elseif request.form then
    return "a form"
  end
  return request.body and counted(#request.body, "byte") or "no body"
end

--- An attempt that begins.
---@param request oai.Request
---@param attempt integer  counted from 1
function trace.begun(request, attempt)
  log.write(request.settings.logger, "debug", "%s: attempt %d: %s %s, %s", request.plan.name, attempt,
    request.plan.method, address(request), size(request))
  write_body(request, ">", request.body)
end

--- How the time of an attempt was spent, as far as it is known.
local function parts(times)
  if not times or not times[4] or times[4] == 0 then
    return ""
  end
  return (" (connected %.3f s, TLS %.3f s, first byte %.3f s)"):format(times[2] / 1e6, times[3] / 1e6, times[4] / 1e6)
end

--- What came of it: an answer's facts, or an error.
---@param request oai.Request
---@param attempt integer
---@param facts oai.Response|oai.Error
---@param seconds number  since it began
---@param times? integer[]  microseconds, as the core has measured them
function trace.ended(request, attempt, facts, seconds, times)
  local id = facts.request_id and ", request " .. mask.text(request, tostring(facts.request_id)) or ""
  log.write(request.settings.logger, "debug", "%s: attempt %d: %s%s, after %.3f s%s", request.plan.name, attempt,
    tostring(facts.status or facts.kind), id, seconds, parts(times))
  if log.wants(request.settings.logger, "bodies") and not (facts.status and facts.status < 300) then
    write_body(request, "<", facts.body)
  end
end

require "oai.interpret" ()

return trace
