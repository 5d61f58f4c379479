-- What client.webhooks has beside its operations: webhooks checked with the
-- client's secret, and what they are about.

local check = require "oai.webhook.check"
local error_value = require "oai.error"
local path = require "oai.codec.path"
local subjects = require "oai.webhook.subjects"

---@class (partial) oai.resource.Webhooks
local Webhooks = {}

local function client_of(self, name)
  error_value.check_bound(self, name, ("client.%s(...)"):format((name:gsub("%.", ":"))))
  return rawget(self, "_client")
end

--- Whether a webhook is from the API and of now.
---@param body string  as it came
---@param headers table|userdata  of the request; names in any case, values texts or lists
---@param secret? oai.WebhookSecret  the client's
---@param tolerance? number  seconds that it may be old, or ahead: 300
---@return true? well  it is
---@return oai.Error? err  of kind "signature", whose `reason` says why; of kind "authentication": there is no secret
function Webhooks:verify_signature(body, headers, secret, tolerance)
  local name = "webhooks.verify_signature"
  return check.verify(name, client_of(self, name), body, headers, secret, tolerance)
end

--- The event that a webhook brings, once it is known to be from the API.
---@param body string  as it came
---@param headers table|userdata  of the request; names in any case, values texts or lists
---@param secret? oai.WebhookSecret  the client's
---@param tolerance? number  seconds that it may be old, or ahead: 300
---@return oai.WebhookEvent? event  decoded
---@return oai.Error? err  as of verify_signature; of kind "decode": it is no event
function Webhooks:unwrap(body, headers, secret, tolerance)
  local name = "webhooks.unwrap"
  return check.unwrap(name, client_of(self, name), body, headers, secret, tolerance)
end

--- The place in `subjects` of an event's type: of its longest beginning.
local function subject_of(type_name)
  while type_name and not subjects[type_name] do
    type_name = type_name:match "^(.*)%."
  end
  return subjects[type_name]
end

local function no_subject(message)
  return nil, error_value.new { kind = "bad_request", operation = "webhooks.subject", message = message }
end

--- What an event is about, as it is now.
---@param event oai.WebhookEvent  from `unwrap`
---@param options? oai.CallOptions  of the call
---@return any
---@return oai.Response|oai.Error
function Webhooks:subject(event, options)
  local value = client_of(self, "webhooks.subject") ---@type any
  if type(event) ~= "table" then
    error_value.misuse("webhooks.subject: expected an event, got " .. type(event))
  end
  local place = type(event.type) == "string" and subject_of(event.type)
  local id = type(event.data) == "table" and event.data.id
  if type(event.type) ~= "string" then
    return no_subject "the event has no 'type'"
  elseif not place then
    return no_subject(("what '%s' is about cannot be retrieved by an id alone"):format(event.type))
  elseif type(id) ~= "string" or path.refusal(id) then
    return no_subject(("the event '%s' has no 'data.id' that can be one"):format(event.type))
  end
  for name in place:gmatch "[%w_]+" do
    value = value[name]
  end
  local found, facts = value:retrieve(id, nil, options)
  return found, facts
end

return Webhooks
