-- What a hook is told, by the names that OpenTelemetry's semantic conventions
-- have for it (HTTP, URL, server, error and GenAI). Pure.

local attributes = {}

-- What GenAI's conventions call an operation; what is not here is called as
-- in this library.
local OPERATIONS = {
  ["chat.completions.create"] = "chat", ["responses.create"] = "chat", ["completions.create"] = "text_completion",
  ["embeddings.create"] = "embeddings",
}

local PORTS = { https = 443, http = 80 }

local function of_server(told, found)
  local scheme = told._request.url:match("^%a[%w+.-]*"):lower()
  local host, port = told.host:match("^(.-):(%d+)$")
  found["url.scheme"], found["url.path"], found["url.template"] = scheme, told.path, told.template
  found["server.address"], found["server.port"] = host or told.host, tonumber(port) or PORTS[scheme]
end

local function of_reply(told, found)
  local err, usage = told.error, told.usage
  found["http.response.status_code"] = told.status
  found["http.response.body.size"] = told.bytes_received
  found["error.type"] = told.status and told.status >= 400 and tostring(told.status) or err and err.kind or nil
  found["gen_ai.response.model"] = told.response_model
  found["gen_ai.usage.input_tokens"] = usage and usage.input
  found["gen_ai.usage.output_tokens"] = usage and usage.output
end

--- The attributes of a span or a measurement.
---@param told oai.Observed
---@return table<string, any>
function attributes.of(told)
  local found = {
    ["http.request.method"] = told.method,
    ["http.request.body.size"] = told.bytes_sent,
    ["http.request.resend_count"] = told.attempt > 1 and told.attempt - 1 or nil,
    ["gen_ai.operation.name"] = OPERATIONS[told.operation] or told.operation,
    ["gen_ai.provider.name"] = "openai",
    ["gen_ai.request.model"] = told.model,
  }
  of_server(told, found)
  of_reply(told, found)
  return found
end

return attributes
