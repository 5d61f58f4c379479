-- Reads an OpenAPI file and answers what it says of an operation. Knows
-- nothing of types, of Lua's names or of the library.

local cjson = require("cjson").new()
local files = require "files"

local openapi = {}

local Document = {}
Document.__index = Document

--- Reads a file.
---@param path string
---@return table document
function openapi.read(path)
  cjson.decode_max_depth(1000)
  return setmetatable({ root = cjson.decode(files.read(path)) }, Document)
end

openapi.null = cjson.null

--- Follows a reference once.
---@param schema table
---@return table schema
---@return string? name  of the schema that was referred to
function Document:follow(schema)
  local name = schema["$ref"] and schema["$ref"]:match("^#/components/schemas/(.+)$")
  if not name then
    return schema, nil
  end
  return assert(self.root.components.schemas[name], name), name
end

--- The schema behind all references.
function Document:resolve(schema)
  local name
  repeat
    schema, name = self:follow(schema)
  until not name
  return schema
end

--- What the file says of a method on a path; a fixed query belongs to the
--- path.
function Document:operation(method, template)
  local path = self.root.paths[template]
  return path and path[method:lower()]
end

--- The parameters of an operation that stand `where` ("query", "header"):
--- `{ name =, schema =, required = }`, without the brackets of arrays.
function Document.parameters(_, operation, where)
  local found = {}
  for _, parameter in ipairs(operation.parameters or {}) do
    if parameter["in"] == where then
      local name = parameter.name:gsub("%[%]$", "")
      found[#found + 1] = { name = name, schema = parameter.schema or {}, required = parameter.required == true }
    end
  end
  return found
end

--- The content types of a request or reply that a pattern matches, in order.
local function matching(content, pattern)
  local types = {}
  for content_type in pairs(content or {}) do
    if content_type:find(pattern) then
      types[#types + 1] = content_type
    end
  end
  table.sort(types)
  return types
end

--- The schemas of a body: of JSON, and of a form.
function Document.bodies(_, operation)
  local content = operation.requestBody and operation.requestBody.content
  local schemas = {}
  for _, content_type in ipairs(matching(content, "^application/json")) do
    schemas[#schemas + 1] = content[content_type].schema
  end
  for _, content_type in ipairs(matching(content, "^multipart/")) do
    schemas[#schemas + 1] = content[content_type].schema
  end
  return schemas
end

local function success(operation, content_type)
  for _, status in ipairs { "200", "201", "202" } do
    local reply = operation.responses[status]
    local content = reply and reply.content and reply.content[content_type]
    if content then
      return content.schema
    end
  end
  return nil
end

--- The schema of a JSON reply; nil when there is none.
function Document.reply(_, operation)
  return success(operation, "application/json")
end

--- The schema of the events of a stream; nil when the file names none.
function Document.events(_, operation)
  return success(operation, "text/event-stream")
end

--- The schemas of what webhooks bring.
function Document:webhooks()
  local schemas = {}
  for _, path in pairs(self.root.webhooks or {}) do
    schemas[#schemas + 1] = self:bodies(path.post)[1]
  end
  table.sort(schemas, function(a, b)
    return a["$ref"] < b["$ref"]
  end)
  return schemas
end

return openapi
