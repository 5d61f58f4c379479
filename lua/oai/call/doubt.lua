-- The values of replies of which reply.lua cannot tell at once that they are what
-- the operation returns: found in another form, or an error. Also bytes, texts,
-- and the replies to client:request.

local choices = require "oai.dialect.choices"
local error_value = require "oai.error"
local failure = require "oai.call.failure"
local json = require "oai.codec.json"
local kind_of_value = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local mask = require "oai.call.mask"
local response = require "oai.call.response"
local sniff = require "oai.codec.sniff"
local source = require "oai.call.source"
local stream = require "oai.call.stream"

local doubt = {}

local is_list, is_object = kind_of_value.is_list, kind_of_value.is_object

--- An error about a reply that came.
local function new_error(facts, request, fields)
  fields.operation = request.plan.name
  fields.body = facts.body
  return nil, mask.error(request, response.annotate(error_value.new(fields), facts))
end

local function refused(facts, request, reason)
  local body = facts.body
  local said = body ~= "" and ": " .. mask.excerpt(request, body) or ""
  reason = facts._place and ("%s (behind a redirect to %s)"):format(reason, facts._place) or reason
  return new_error(facts, request, { kind = "decode", message = "the reply is " .. reason .. said })
end

--- An error about a reply that is no JSON, for a reason.
local function refused_text(facts, request, reason)
  local remark = sniff.remark(facts.body)
  return refused(facts, request, "not JSON" .. (remark ~= "" and remark or " (" .. reason .. ")")) -- 5.1 formats no NUL
end

-- What the API and servers like it call errors to which they give no status.
local KINDS = {
  authentication_error = "authentication", insufficient_quota = "quota", invalid_api_key = "authentication",
  invalid_request_error = "bad_request", model_not_found = "not_found", not_found_error = "not_found",
  permission_error = "permission_denied", rate_limit_error = "rate_limit", rate_limit_exceeded = "rate_limit",
}

--- The kind of an error that came with a status of success: its code may be
--- the status that it should have had, and so may its own status.
local function kind_of(fields, value)
  local status = tonumber(fields.code) or tonumber(value.status)
  if status and status >= 400 and status <= 599 then
    return failure.kind(status, fields.code, fields.type)
  end
  return KINDS[fields.code] or KINDS[fields.type] or "server"
end

local function reported(facts, request, value, partial)
  local fields = failure.fields(value)
  fields.kind, fields.partial = kind_of(fields, value), partial
  return new_error(facts, request, fields)
end

-- Fields that replies have in which an `error` is one field among others, or
-- which hold an answer all the same.
local CONTENT = { "choices", "data", "output", "text" }

local function has_content(value)
  for _, name in ipairs(CONTENT) do
    if not latest.is_nothing(value[name]) then
      return true
    end
  end
  return type(value.object) == "string" and value.object ~= "error" and value.object ~= ""
end

--- Whether a table is an error, and nothing else.
local function is_error(value)
  return is_object(value) and (failure.is_one(value.error) or value.object == "error") and not has_content(value)
end

--- Whether an object has a list in a field of its own, which is not empty.
local function has_other_list(value)
  for _, other in pairs(value) do
    if type(other) == "table" and other[1] ~= nil then
      return true
    end
  end
  return false
end

--- The object that a list is, however a server gives it; nil when it is none.
local function list_of(value, facts)
  if not is_object(value) then
    return { object = "list", data = value }
  elseif is_list(value.data) then
    return value
  elseif value.data == nil and not has_other_list(value)
    and (value.object == "list" or facts.body:find('"data"%s*:%s*null')) then
    value.data = json.array()
    return value
  end
  return nil
end

--- Whether a table that came in place of what the API returns is an error, in
--- the API's words or in those of others.
local function is_failure(value)
  return is_error(value) or is_object(value) and not has_content(value) and failure.is_told(value)
end

--- A table as what the operation returns, or nil, an error.
local function as_returned(endpoint, facts, request, value)
  if is_failure(value) then
    return reported(facts, request, value)
  elseif endpoint.page then
    local list = list_of(value, facts)
    if list then
      return list
    end
    return refused(facts, request, "no list: it has no array 'data'")
  elseif not is_object(value) then
    return refused(facts, request, "an array, where an object was expected")
  end
  return value
end

--- What events add up to that came although none were asked for.
local function from_events(endpoint, facts, request, state)
  request.stream = endpoint.stream
  local events = stream.new(source.of_text(facts.body .. "\n\n"), facts, state, request)
  local value, err = events:final()
  if err then
    return nil, err
  end
  return value
end

--- The value of a reply that is no table: none that an operation returns, but
--- events may add up to one.
local function from_other(endpoint, facts, request, state, decoded)
  local kind, value = sniff.kind(facts.body), decoded.value
  if kind == "empty" then
    if facts.status == 204 and endpoint.method == "DELETE" then
      return json.object()
    end
    return refused(facts, request, "empty, where JSON was expected")
  elseif not decoded.done and kind == "events" then
    if endpoint.stream then
      return from_events(endpoint, facts, request, state)
    end
    return refused(facts, request, "a stream of events, where JSON was expected")
  elseif not decoded.done then
    return refused_text(facts, request, decoded.reason)
  end
  return refused(facts, request, ("a %s, where %s was expected"):format(
    value == nil and "null" or type(value), endpoint.page and "a list" or "an object"))
end

--- True and the value of a body that is JSON; false, nil, and why it is none.
local function decode(facts)
  if not rawget(facts, "body") then
    local done, value = json.decode_reply(facts._exchange)
    if done then
      return true, value
    end
  end
  local value, reason = json.decode(facts.body)
  return reason == nil, value, reason
end

-- How the value of each kind of reply is had; each returns it, or nil and an
-- error.
local VALUES = {}

--- An object or a list.
function VALUES.json(endpoint, facts, request, state)
  local done, value, reason = decode(facts)
  if type(value) ~= "table" then
    return from_other(endpoint, facts, request, state, { done = done, value = value, reason = reason })
  end
  local wrong = choices.failure(value)
  if wrong then
    return reported(facts, request, { error = wrong }, value)
  end
  return as_returned(endpoint, facts, request, value)
end

--- Any JSON, for client:request.
function VALUES.any(_, facts, request)
  local done, value, reason = decode(facts)
  if done and value == nil then
    return json.null
  elseif done and not (type(value) == "table" and is_error(value)) then
    return value
  elseif done then
    return reported(facts, request, value)
  elseif sniff.kind(facts.body) == "empty" then
    return true
  end
  return refused_text(facts, request, reason)
end

--- Nothing, which is `true`; some servers say something.
function VALUES.empty(_, facts, request)
  local value, err = VALUES.any(nil, facts, request)
  if err then
    return nil, err
  end
  return type(value) == "table" and value or true
end

local function media_type(facts)
  return (facts.headers["content-type"] or ""):lower()
end

local BODILESS = { [204] = true, [205] = true }

--- Whether only the end of its HTTP/2 stream told where a body ends: libcurl
--- takes one that was broken off without an error for whole.
local function has_open_end(facts)
  return facts._block:find "^HTTP/2" and facts.headers["content-length"] == nil and not BODILESS[facts.status]
end

local PLAIN = { [""] = true, identity = true, none = true } -- as libcurl, too, understands them

--- Why bytes may have been cut, which nothing in them would tell: a kind of
--- error, and how the reply comes; or nil.
local function cut_unseen(facts)
  local encoding = facts.headers["content-encoding"] or ""
  if not PLAIN[encoding:lower()] then
    return "decode", ("comes compressed (%s), which was not asked for"):format(encoding)
  elseif has_open_end(facts) then
    return "connection", "comes over HTTP/2 and does not say its length"
  end
  return nil
end

--- Whether what is asked for is made by the API: sound, films, archives. A file
--- of somebody's may hold anything.
local function is_made(endpoint)
  local path = endpoint.template
  return endpoint.method ~= "GET"
    or endpoint.returns == "bytes" and not path:find("/files/", 1, true) and not path:find("/artifacts/", 1, true)
end

--- What is wrong with what the API should have made: words for it, or the error
--- that it is; or nil.
local function misfit(endpoint, body)
  if body == "" then
    return (endpoint.returns == "bytes" or endpoint.returns == "image") and "empty" or nil
  elseif sniff.is_page(body) or endpoint.method ~= "GET" and sniff.is_gzip(body) then
    return "not what was asked for" .. sniff.remark(body)
  end
  local said = sniff.kind(body) == "json" and json.decode(body)
  if type(said) == "table" and (failure.is_one((said[1] or said).error) or is_failure(said)) then
    return nil, said
  end
end

--- Bytes or text, unless they may have been cut, or are an error where only
--- what the API makes is returned.
function VALUES.bytes(endpoint, facts, request)
  local kind, reason = cut_unseen(facts)
  if kind then
    return new_error(facts, request, {
      kind = kind, message = ("the reply %s: whether it is whole cannot be told"):format(reason),
    })
  end
  local wrong, said
  if facts.body == "" and response.brings_nothing(facts.status) then
    wrong = "empty, where a file or a text was expected"
  elseif is_made(endpoint) then
    wrong, said = misfit(endpoint, facts.body)
  end
  if wrong then
    return refused(facts, request, wrong)
  elseif said then
    return reported(facts, request, said)
  end
  return facts.body
end

VALUES.text = VALUES.bytes

--- JSON or a text, by how it begins.
function VALUES.json_or_text(endpoint, facts, request, state)
  local kind, type_ = sniff.kind(facts.body), media_type(facts)
  local is_json = type_ == "" or type_:find("json", 1, true) ~= nil
  if kind == "json" and is_json then
    return VALUES.json(endpoint, facts, request, state)
  elseif kind == "events" and endpoint.stream then
    return from_events(endpoint, facts, request, state)
  elseif kind == "markup" or kind == "empty" and is_json then
    return refused(facts, request, kind == "empty" and "empty" or "a page of markup, where a text was expected")
  end
  return VALUES.bytes(endpoint, facts, request)
end

--- The value of a reply: a table, bytes, a text, or `true`.
---@param endpoint oai.Endpoint
---@param facts oai.Response
---@param request oai.Request  whose secrets an error must not repeat
---@param state table          from send.call
---@return any value
---@return oai.Error? err
function doubt.value(endpoint, facts, request, state)
  return VALUES[endpoint.returns](endpoint, facts, request, state)
end

--- Whether a reply that goes to a file is judged before it is one: the API
--- makes what is in it.
---@param endpoint oai.Endpoint
---@return boolean
function doubt.judges(endpoint)
  return endpoint.returns == "bytes" and is_made(endpoint) or endpoint.returns == "image"
end

-- Media types, as patterns, of what a proxy or a portal says in place of an image.
local PAGES = { "^text/html", "^application/json", "^%l+/xml" }

--- What an image's URL has given that is none, by its media type; or nil.
local function page_of_image(facts)
  for _, pattern in ipairs(PAGES) do
    if media_type(facts):find(pattern) then
      return ("no image, but %s"):format(facts.headers["content-type"])
    end
  end
end

--- What is wrong with a reply that is judged, and of which nothing but a file is
--- left: an error, or nil.
---@param endpoint oai.Endpoint
---@param facts oai.Response
---@param request oai.Request
---@param head string  how it begins: an error is short
---@return oai.Error?
function doubt.saved(endpoint, facts, request, head)
  local wrong, said = misfit(endpoint, head)
  if not wrong and not said and endpoint.returns == "image" then
    wrong = page_of_image(facts)
  end
  if not wrong and not said then
    return nil
  end
  facts.body = head
  local _, err = (said and reported or refused)(facts, request, said or wrong)
  return err
end

--- The error of a reply that cannot be the file that it was to be.
---@param facts oai.Response
---@param request oai.Request
---@param reason string
---@return oai.Error
function doubt.unsaved(facts, request, reason)
  local _, err = new_error(facts, request, { kind = "io", message = reason })
  err.status = nil -- it is one of success, and the server's
  return err
end

require "oai.interpret" ()

return doubt
