-- The parameters of `parse` and `run`, which are written by hand: those of an operation,
-- and more.

local node = require "node"
local option_classes = require "option_classes"

local more_params = {}

local FORMAT = { node = node.union { { basic = "table" }, node.string },
  said = "a schema, or JSON Schema as a table or a text: the answer is a value of it" }
local SENT_TOOLS = { node = node.union { { named = "oai.Tools" }, { array = { basic = "table" } } } }
local OWN_TOOLS = { node = node.union { { named = "oai.Tools" }, { named = "oai.ToolTable" } } }

-- A run may go on from a state that has all of them.
local RUN = { suffix = "Run", extends = "oai.RunOptions", tools = OWN_TOOLS, is_optional = true }
local PARSE = { suffix = "Parse", tools = SENT_TOOLS }

-- Of each operation the parameter that says what its answer is to look like; and for what.
local OPERATIONS = {
  ["responses.create"] = { format = "text_format", PARSE, RUN },
  ["beta.responses.create"] = { format = "text_format", PARSE },
  ["chat.completions.create"] = { format = "response_format", PARSE, RUN },
}

local function fields_of(params, of, format)
  local own = { tools = of.tools, [format] = FORMAT }
  local list = {}
  for _, field in ipairs(params.fields) do
    if not own[field.name] then
      list[#list + 1] = { name = field.name, node = field.node, required = field.required and not of.is_optional,
        nullable = field.nullable, deprecated = field.deprecated }
    end
  end
  for name, one in pairs(own) do
    list[#list + 1] = { name = name, node = one.node, required = false, nullable = false, said = one.said }
  end
  table.sort(list, function(a, b)
    if a.required ~= b.required then
      return a.required
    end
    return a.name < b.name
  end)
  return list
end

--- All names that a class has: its fields, and the options that it is made of.
local function all_names(list, extends)
  local all = {}
  for i, field in ipairs(list) do
    all[i] = field
  end
  for name in pairs(extends and option_classes.names(extends) or {}) do
    all[#all + 1] = { name = name }
  end
  return all
end

--- Declares what else takes the parameters of an operation. The names of the types.
---@param book table
---@param line oai.Endpoint
---@param params { name: string, fields: generate.Field[] }
---@return string[]
function more_params.declare(book, line, params)
  local of_operation, names = OPERATIONS[line.name], {}
  for i, of in ipairs(of_operation or {}) do
    local list = fields_of(params, of, of_operation.format)
    names[i] = book:take((params.name:gsub("CreateParams$", of.suffix .. "Params")))
    book:declare { name = names[i], fields = list, params = true, operation = line.name, extends = of.extends,
      all = all_names(list, of.extends) }
  end
  return names
end

return more_params
