-- The fields of one tool, as a program writes them: which there are, which of
-- them are sent, and what each may be. Pure.

local error_value = require "oai.error"
local options_list = require "oai.options"
local suggest = require "oai.suggest"
local value_type = require "oai.value_type"

local fields = {}

-- Fields of a function that are the library's alone, and those that are sent.
local OWN = {
  run = { "function" }, timeout = { "number" }, serial = { "boolean" }, check = { { false }, "function" },
  needs_approval = { "boolean", "function" }, on_error = { { "tell", "stop" }, "function" },
}
fields.SENT = { "description", "strict", "output_schema", "defer_loading", "allowed_callers", "async", "format" }
local KNOWN = { name = true, parameters = true, type = true }
for name in pairs(OWN) do
  KNOWN[name] = true
end
for _, name in ipairs(fields.SENT) do
  KNOWN[name] = true
end

--- Raises for a tool that cannot be one.
---@param message string
---@param ... any
function fields.refuse(message, ...)
  error_value.misuse("tools: " .. message:format(...))
end

--- Raises for fields of the library's own that are not what they may be.
---@param spec table
function fields.check_own(spec)
  for field, types in pairs(OWN) do
    if spec[field] ~= nil then
      value_type.check_one("tools: " .. spec.name, "field", field, spec[field], types)
    end
  end
end

--- Raises for what is no field of a function: tools within tools, for instance.
local function refuse_field(spec, field)
  if spec.name == "tools" and type(spec[field]) == "table" then
    fields.refuse("'tools' is taken for the name of a function: give what is in it, without a table around it")
  end
  fields.refuse("%s: unknown field '%s'%s", spec.name, tostring(field), suggest.hint(field, KNOWN, "a tool"))
end

--- Raises for what is no function that a model can call.
---@param spec table
function fields.check(spec)
  if type(spec.name) ~= "string" or not spec.name:find "^[%w_-]+$" then
    fields.refuse("a function needs a name of letters, digits, '_' and '-', got %s", tostring(spec.name))
  end
  for field in pairs(spec) do
    if not KNOWN[field] then
      refuse_field(spec, field)
    end
  end
  fields.check_own(spec)
end

--- A function as the chat API has it, taken flat.
local function flat(given)
  local inner = given["function"] or given.custom
  if type(inner) ~= "table" then
    return given
  end
  local spec = options_list.merge(given, inner) --[[@as table]]
  spec["function"], spec.custom, spec.type = nil, nil, given.type
  return spec
end

--- The fields of a tool, of its own and with its name.
---@param given any
---@param name? string  under which it stands
---@return table
function fields.read(given, name)
  if type(given) ~= "table" and name and KNOWN[name] then
    fields.refuse("'%s' is a field of one tool, which stands in a list or under its name: { { name =, run = } } or "
      .. "{ get_weather = { run = } }", name)
  elseif type(given) ~= "table" then
    fields.refuse("%sa tool must be a table, got %s; such as { description =, parameters =, run = }",
      name and name .. ": " or "", type(given))
  end
  local spec = {}
  for field, value in pairs(flat(given)) do
    spec[field] = value
  end
  spec.name = spec.name or name
  return spec
end

require "oai.interpret" ()

return fields
