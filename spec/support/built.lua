-- Requests as calls make them, of lines and parameters: no server is needed.

local parse = require("oai.call.line").parse
local oai = require "oai"
local request = require "oai.call.request"

local built = {}

--- A client with a key and a base URL of its own.
function built.client(options)
  local all = { api_key = "sk-0123456789-ordinary", base_url = "http://h/v1" }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return oai.client(all)
end

--- The request of an operation `things.do` with this line.
function built.of(line, params, options, client)
  local parsed = parse("things.do", line)
  return request.build(client or built.client(), parsed, parsed.template, params, options)
end

--- A request as client:request makes it.
function built.free(client, method, path, params, options)
  return request.build(client, { name = "request", method = method, template = path, ids = {}, returns = "json" }, path,
    params, options)
end

--- Header lines as fields, by their names in small letters.
function built.fields(lines)
  local fields = {}
  for _, line in ipairs(lines) do
    local name, text = line:match("^([^:;]+)[:;] ?(.*)$")
    fields[name:lower()] = text
  end
  return fields
end

--- The header fields of the request of a line.
function built.headers(line, params, options, client)
  return built.fields(built.of(line, params, options, client).plan.lines)
end

return built
