-- Endpoint lines read: "POST /files/{file_id}" with its flags to a table
-- that says all of an operation. Pure.

local lazy = require "oai.lazy"
local options = require "oai.options"
local set = require "oai.set"

local line = {}

---@class oai.Endpoint
---@field name string            "vector_stores.files.retrieve"
---@field method string
---@field template string        "/vector_stores/{vector_store_id}/files/{file_id}"
---@field ids string[]           the names in the template, in order
---@field path string|false      the template, where there are none
---@field page? string           its style, for a list (call/page.lua)
---@field before? boolean        a list that can be read backwards
---@field form? table<string, boolean>   a multipart form; which fields are files
---@field form_rules? table      { json =, reference =, paths =, list = }, see codec/form.lua
---@field is_adapted? boolean     what is called depends on the parameters: endpoint.lua looks at them
---@field without_file? oai.Endpoint  what is called when no parameter is a file
---@field raw? string            the parameter that is the whole body
---@field content_type? string   of that body
---@field stream? table          the dialect of its stream (dialect/)
---@field always_streams? boolean  it has no other reply than a stream
---@field returns "json"|"json_or_text"|"bytes"|"text"|"empty"|"any"|"image"  any: JSON of whatever kind
---@field sink? "bytes"           where nothing in a reply would tell that it was cut
---@field query? table<string, boolean>  fields of a POST that go into the query
---@field not_options? table<string, boolean>  its parameters that are called as options are
---@field refused? table<string, true>  the names of options that none of its parameters has; nil: of all
---@field body? boolean          false: a POST that has none
---@field admin? boolean         the admin key; nil: as the path says
---@field beta? string           the OpenAI-Beta header
---@field betas? boolean         a list of betas may be among the parameters
---@field idempotency? boolean   an idempotency_key may be among the parameters
---@field accept? string
---@field object? string|string[]  what a reply is that does not say
---@field home? table            the resource it belongs to
---@field around? function       makes the method: of the plain one, the line, and what makes one of another line
---@field streamed? function      is told of each stream, with the resource, the parameters and the options
---@field finish? function       gives a reply, and what a stream adds up to, more than the methods of its class
---@field template_is_path boolean  false: it may be an absolute URL

-- Flags that are taken as they are, and those of them that a resource may give
-- for all its lines; any other name in a resource is a line's.
local FLAGS = {
  "page", "before", "returns", "body", "raw", "content_type", "admin", "beta", "betas", "accept", "object", "around",
  "idempotency", "always_streams", "finish", "streamed",
}
local BYTES = set { "bytes", "text", "json_or_text" }
local FOR_ALL_LINES = set { "admin", "beta", "betas", "object" }

--- The ids of a template, in order.
local function ids_in(template)
  local ids = {}
  for name in template:gmatch("{([%w_]+)}") do
    ids[#ids + 1] = name
  end
  return ids
end

--- The method and the template of a line; nil when it is none.
---@param value any
---@return string? method
---@return string? template
function line.target(value)
  local text = type(value) == "table" and value[1] or value
  if type(text) ~= "string" then
    return nil
  end
  return text:match("^(%u+) (/%S*)$")
end

--- The ids that a line takes, in path order; none when it is no line.
---@param value any
---@return string[]
function line.ids(value)
  local _, template = line.target(value)
  return ids_in(template or "")
end

local function take_flags(parsed, flags, defaults)
  for _, flag in ipairs(FLAGS) do
    if flags[flag] ~= nil then
      parsed[flag] = flags[flag]
    elseif FOR_ALL_LINES[flag] then
      parsed[flag] = defaults[flag]
    end
  end
end

--- A form's operation with a JSON body instead.
---@return oai.Endpoint
local function without_form(parsed)
  local copy = {}
  for name, value in pairs(parsed) do
    copy[name] = value
  end
  copy.form, copy.form_rules = nil, nil
  return copy --[[@as oai.Endpoint]]
end

--- The names that no parameter of an operation may have, where these are not
--- those of all options.
local function refused(parsed)
  if not parsed.not_options and not parsed.idempotency then
    return nil
  end
  return options.names_but(options.merge(parsed.not_options, { idempotency_key = parsed.idempotency }))
end

--- Parses a line: "POST /files", or a table that begins with one and has
--- flags.
---@param name string
---@param value string|table
---@param home? table  its resource, whose flags hold for all lines
---@return oai.Endpoint
function line.parse(name, value, home)
  local flags = type(value) == "table" and value or {}
  local method, template = line.target(value)
  ---@type table<string, any>
  local parsed = { name = name, method = method, template = template, ids = ids_in(template), returns = "json" }
  parsed.home, parsed.template_is_path = home, true
  parsed.path = #parsed.ids == 0 and template
  take_flags(parsed, flags, home or {})
  parsed.sink = BYTES[parsed.returns] and "bytes" or nil
  parsed.form = flags.form and set(flags.form)
  parsed.form_rules = flags.form
  parsed.query = flags.query and set(flags.query)
  parsed.not_options = flags.not_options and set(flags.not_options)
  parsed.refused = refused(parsed)
  parsed.stream = flags.stream and lazy("oai.dialect." .. flags.stream)
  if flags.form and flags.form.json then
    parsed.without_file = without_form(parsed)
  end
  parsed.is_adapted = (parsed.betas or parsed.idempotency or parsed.without_file) and true or nil
  return parsed --[[@as oai.Endpoint]]
end

-- Endpoints that were read, by definition and name.
local kept = setmetatable({}, { __mode = "k" })

--- The endpoint of a resource's line, under a name of its own; read once.
---@param bound table  a resource
---@param name string  the last part of the name
---@param key string   of the line
---@return oai.Endpoint
function line.kept(bound, name, key)
  local definition = bound._definition
  local endpoints = kept[definition] or {}
  kept[definition] = endpoints
  endpoints[name] = endpoints[name] or line.parse(bound._name .. "." .. name, definition[key], definition)
  return endpoints[name]
end

require "oai.interpret" ()

return line
