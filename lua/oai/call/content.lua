-- How the parameters of a call become the content of its request: JSON, a form,
-- bytes, or its query. Pure.

local json = require "oai.codec.json"
local lazy = require "oai.lazy"
local options_list = require "oai.options"

local error_value = lazy "oai.error"
local form = lazy "oai.codec.form"
local query = lazy "oai.codec.query"
local profile_parameters = lazy "oai.profile.adapt"
local text = lazy "oai.codec.text"

local type = type

local option_names = options_list.names

local content = {}

local HAS_BODY = { POST = true, PUT = true, PATCH = true }

--- Whether a request of a method has a body.
---@param method string
---@return boolean?
function content.has_body(method)
  return HAS_BODY[method]
end

local function at(name, path)
  return path == "" and name or name .. ": " .. path
end

--- What is said of functions among the tools of an operation that calls none.
local function tool_hint(name, path)
  if name:find "^beta%.agents%." and path:find "tools[.[]" then
    return "; functions by name are an option of sessions:stream (docs/agents.md)"
  end
  local of = path:find "^tools[.[]" and name:match "^(.*)%.%w+$"
  return of and ("; functions are called by client.%s:run (docs/tools.md)"):format(of) or ""
end

--- The error of parameters that cannot be JSON. Invalid text is the data's
--- fault and returned; the rest is the program's, and raised.
local function encode_error(name, path, reason, has_bad_text)
  local message = ("%s: %s"):format(path == "" and "the parameters" or path, reason)
  if not has_bad_text then
    error_value.misuse(name .. ": " .. message .. tool_hint(name, path))
  end
  return nil, error_value.new { kind = "bad_request", operation = name, message = message }
end

local function plain_fields(params, file_fields)
  local plain = {}
  for name, value in pairs(params) do
    if not file_fields[name] then
      plain[name] = value
    end
  end
  return plain
end

--- Puts values into the query of a request.
---@param out table  the request
---@param values table<string, any>
function content.append_query(out, values)
  local done, result = pcall(query.append, out.url, values)
  if not done then
    if type(result) ~= "table" then
      error(result, 0)
    end
    error_value.misuse(at(out.plan.name, result[1]) .. ": " .. result[2])
  end
  out.url = result
end

--- Parts the parameters of a POST into those for the query and the rest.
local function take_query(endpoint, params)
  local for_query, rest = {}, {}
  for name, value in pairs(params) do
    (endpoint.query[name] and for_query or rest)[name] = value
  end
  return for_query, rest
end

local function add_query(out, values)
  if next(values) == nil then
    return out
  end
  local path, reason, has_bad_text = text.fault(values)
  if path then
    return encode_error(out.plan.name, path, reason, has_bad_text)
  end
  content.append_query(out, values)
  return out
end

-- How the parameters become the content of a request: each puts it into
-- `out` and returns that, or nil and an error.

local function as_query(out, _, params)
  return add_query(out, params)
end

--- The parameters with those of the option `body`.
---@param params? table
---@param options table  call options
---@return table?
function content.with_extra(params, options)
  return options.body and options_list.merge(params, options.body) or params
end

local function as_any_json(out, _, params, options)
  params = options and content.with_extra(params, options) or params
  local body, path, reason, has_bad_text = json.encode(params)
  if not body then
    return encode_error(out.plan.name, path, reason, has_bad_text)
  end
  out.body = body
  return out
end

--- The JSON of an operation. Without options it is seen meanwhile whether one
--- is among the parameters.
---@param out oai.Request
---@param endpoint oai.Endpoint
---@param params table
---@param options? table  call options
---@return oai.Request?
---@return oai.Error? err
function content.json(out, endpoint, params, options)
  if options then
    return as_any_json(out, endpoint, params, options)
  end
  local body = json.encode(params, endpoint.refused or option_names)
  if not body then
    options_list.refuse_among(params, endpoint.name, endpoint.refused)
    return as_any_json(out, endpoint, params)
  end
  out.body = body
  return out
end

--- Puts one parameter into the request as its whole content.
local function as_raw(out, endpoint, params, options)
  local body = (options and content.with_extra(params, options) or params)[endpoint.raw]
  if type(body) ~= "string" then
    error_value.misuse(("%s: %s must be a string"):format(out.plan.name, endpoint.raw))
  end
  out.body = body
  return out
end

local function as_form(out, endpoint, params, options)
  params = options and content.with_extra(params, options) or params
  local path, reason, has_bad_text = text.fault(plain_fields(params, endpoint.form))
  if path then
    return encode_error(out.plan.name, path, reason, has_bad_text)
  end
  local done, parts = pcall(form.parts, params, endpoint.form, endpoint.form_rules)
  if not done then
    if type(parts) ~= "table" then
      error(parts, 0)
    end
    error_value.misuse(at(out.plan.name, (parts[1]:gsub("%c", "?"))) .. ": " .. parts[2])
  end
  out.form = parts
  return out
end

--- Content that has some of its parameters in the query.
local function beside_query(add)
  return function(out, endpoint, params, options)
    local for_query, rest = take_query(endpoint, params)
    local done, err = add_query(out, for_query)
    if not done then
      return nil, err
    end
    return add(out, endpoint, rest, options)
  end
end

--- How parameters become content that the server of a profile calls
--- otherwise. What is in the option `body` is sent as it is.
local function adapted(add, profile, endpoint)
  local adapt = profile_parameters.of(profile, endpoint.name)
  return adapt and function(out, endpoint_, params, options)
    return add(out, endpoint_, adapt(params), options)
  end or add
end

--- How the parameters of an operation become its content.
---@param endpoint oai.Endpoint
---@param profile? table  of the server that is asked
---@return function
function content.of(endpoint, profile)
  if not content.has_body(endpoint.method) or endpoint.body == false then
    return as_query
  end
  local json_content = endpoint.name == "request" and as_any_json or content.json
  local add = endpoint.form and as_form or endpoint.raw and as_raw or json_content
  add = endpoint.query and beside_query(add) or add
  return profile and adapted(add, profile, endpoint) or add
end

require "oai.interpret" ()

return content
