-- The life of a request as lines of the log, level debug: what goes out, what
-- came of it. No header, body or query, and no secret: for people.

require "oai.interpret" ()

local log = require "oai.log"
local mask = require "oai.call.mask"

local trace = {}

--- An address without its query and who asks.
local function address(request)
  local url = request.url:match("^[^?#]*"):gsub("^(%a[%w+.-]*://)[^/@]*@", "%1")
  return mask.text(request, url)
end

local function size(request)
  if request.form then
    return "a form"
  end
  return request.body and ("%d bytes"):format(#request.body) or "no body"
end

--- An attempt that begins.
---@param request oai.Request
---@param attempt integer  counted from 1
function trace.begun(request, attempt)
  log.write(request.settings.logger, "debug", "%s: attempt %d: %s %s, %s", request.plan.name, attempt,
    request.plan.method, address(request), size(request))
end

--- What came of it: an answer's facts, or an error.
---@param request oai.Request
---@param attempt integer
---@param facts oai.Response|oai.Error
---@param seconds number  since it began
function trace.ended(request, attempt, facts, seconds)
  local id = facts.request_id and ", request " .. mask.text(request, tostring(facts.request_id)) or ""
  log.write(request.settings.logger, "debug", "%s: attempt %d: %s%s, after %.3f s", request.plan.name, attempt,
    tostring(facts.status or facts.kind), id, seconds)
end

return trace
