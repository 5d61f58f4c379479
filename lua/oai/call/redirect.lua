-- The request that a redirect asks for. What a foreign origin may see of the
-- one before is said here and nowhere else. Pure.

local options = require "oai.options"
local set = require "oai.set"
local url = require "oai.codec.url"

local redirect = {}

-- Which methods become a GET, without the body (RFC 9110, 15.4): a DELETE
-- that a 302 turned into a GET would seem to have worked.
local NONE, POST_ALONE, ALL_BUT_HEAD = {}, set { "POST" }, set { "POST", "PUT", "PATCH", "DELETE" }
local BECOME_GET = { [301] = POST_ALONE, [302] = POST_ALONE, [303] = ALL_BUT_HEAD, [307] = NONE, [308] = NONE }

-- What a foreign origin may see of a request's header.
local HARMLESS = set { "accept", "content-type", "user-agent" }

-- The line that keeps the core from naming the request.
local NO_IDENTITY = "X-Client-Request-Id:"

local function harmless_lines(lines)
  local kept = {}
  for _, line in ipairs(lines) do
    if HARMLESS[line:match("^[^:;]+"):lower()] then
      kept[#kept + 1] = line
    end
  end
  kept[#kept + 1] = NO_IDENTITY
  return kept
end

--- The plan for a foreign origin: no credential, no header of the client's.
---@param plan oai.Plan
---@return oai.Plan
local function foreign_plan(plan)
  return options.merge(plan, { lines = harmless_lines(plan.lines), own_credential = true,
    counts_retries = false }) --[[@as oai.Plan]]
end

local function is_downgrade(from, to)
  return from.origin:find("^https:") and not to.origin:find("^https:")
end

---@param status integer
---@return boolean
function redirect.is_one(status)
  return BECOME_GET[status] ~= nil
end

--- The request that a redirect with this status asks for; nil and the reason
--- when it is not followed.
---@param request oai.Request
---@param status integer
---@param target string  an absolute URL
---@return oai.Request?
---@return string? reason
function redirect.follow(request, status, target)
  local from, plan = url.parse(request.url), request.plan ---@cast from oai.Url
  local to, reason = url.parse(target)
  if not to then
    return nil, "the redirect is not followed: " .. reason
  end
  local following = options.merge(request, { url = target }) --[[@as oai.Request]]
  if BECOME_GET[status][plan.method] then
    plan = options.merge(plan, { method = "GET" }) --[[@as oai.Plan]]
    following.body, following.form = nil, nil
  elseif is_downgrade(from, to) and (following.body or following.form) then
    return nil, "the redirect is not followed: it would send the request's body without TLS"
  end
  if to.origin ~= from.origin then
    plan = foreign_plan(plan)
    following.credential = nil
  end
  following.plan = plan
  return following
end

--- Where a request goes, for people: its origin alone, since a URL may hold what
--- nobody is to see.
---@param request oai.Request
---@return string
function redirect.place(request)
  local parts = url.parse(request.url)
  return parts and parts.origin or "another place"
end

require "oai.interpret" ()

return redirect
