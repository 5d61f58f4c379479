-- An OpenAPI file read: its operations, and its schemas with references
-- followed. Knows nothing of the library's calls.

local files = require "files"
local json = require "oai.codec.json"

local document = {}
document.__index = document

---@class contract.Operation
---@field method string           "POST"
---@field path string             "/files/{file_id}", the key of the file
---@field query table[]           parameters, in order
---@field header table[]
---@field bodies table<string, table>  schemas by content type
---@field replies table<string, table>  of success, the same

local METHODS = { "get", "post", "put", "patch", "delete" }

--- Whether a list, which may be absent, has a value.
---@param list any[]?
---@param wanted any
---@return boolean
function document.has(list, wanted)
  for _, value in ipairs(list or {}) do
    if value == wanted then
      return true
    end
  end
  return false
end

local function replies_of(described)
  local types = {}
  for status, reply in pairs(described.responses or {}) do
    for content_type, content in pairs(status:find("^2") and reply.content or {}) do
      types[content_type] = content.schema or {}
    end
  end
  return types
end

local function parameters_in(described, place)
  local found = {}
  for _, parameter in ipairs(described.parameters or {}) do
    if parameter["in"] == place then
      found[#found + 1] = parameter
    end
  end
  return found
end

local function operation(method, path, described)
  local bodies = {}
  for content_type, content in pairs((described.requestBody or {}).content or {}) do
    bodies[content_type] = content.schema
  end
  return {
    method = method:upper(),
    path = path,
    query = parameters_in(described, "query"),
    header = parameters_in(described, "header"),
    bodies = bodies,
    replies = replies_of(described),
  }
end

--- Reads a file; nil and why it is no JSON.
---@param path string
---@return table?
---@return string?
function document.read(path)
  local tree, reason = json.decode(files.read(path))
  return tree and setmetatable({ tree = tree, flat = {} }, document), reason
end

--- All operations, by method and path: "POST /files".
---@return table<string, contract.Operation>
function document:operations()
  local all = {}
  for path, item in pairs(self.tree.paths) do
    for _, method in ipairs(METHODS) do
      if item[method] then
        all[method:upper() .. " " .. path] = operation(method, path, item[method])
      end
    end
  end
  return all
end

--- The schema that a reference names.
function document:referred(reference)
  local value = self.tree
  for key in reference:gmatch("[^#/]+") do
    value = value[key]
  end
  return value
end

local function add_all(into, from)
  for key, value in pairs(from) do
    into[key] = value
  end
end

--- Two schemas that both hold.
---@param base table
---@param more table
---@return table
function document.both(base, more)
  local result = {}
  add_all(result, base)
  add_all(result, more)
  result.properties, result.required = {}, {}
  for _, schema in ipairs { base, more } do
    add_all(result.properties, schema.properties or {})
    for _, name in ipairs(schema.required or {}) do
      result.required[#result.required + 1] = name
    end
  end
  result.properties = next(result.properties) and result.properties
  return result
end

local function without(schema, key)
  local rest = {}
  add_all(rest, schema)
  rest[key] = nil
  return rest
end

--- A schema without a reference and without `allOf`.
---@param schema table
---@return table
function document:plain(schema)
  while schema["$ref"] do
    local target = self:referred(schema["$ref"])
    local beside = without(schema, "$ref")
    schema = next(beside) and document.both(target, beside) or target
  end
  if not schema.allOf then
    return schema
  end
  local whole = without(schema, "allOf")
  for _, part in ipairs(schema.allOf) do
    whole = document.both(whole, self:plain(part))
  end
  return self:plain(whole)
end

--- The alternatives of a schema, or nil.
---@param schema table  plain
---@return table[]?
function document.branches(schema)
  return schema.anyOf or schema.oneOf
end

--- Puts alternatives of alternatives in their place.
function document:flatten(branches, into)
  for _, branch in ipairs(branches) do
    local plain = self:plain(branch)
    local inner = not plain.properties and document.branches(plain)
    if inner then
      self:flatten(inner, into)
    else
      into[#into + 1] = branch
    end
  end
  return into
end

--- The alternatives, and those of them that are nothing but alternatives
--- themselves in parts: the same list each time.
---@param branches table[]
---@return table[]
function document:all_branches(branches)
  self.flat[branches] = self.flat[branches] or self:flatten(branches, {})
  return self.flat[branches]
end

--- One of its alternatives, with what holds for all of them.
---@param schema table  plain
---@param branch table
---@return table
function document:branch(schema, branch)
  local rest = without(without(without(schema, "anyOf"), "oneOf"), "default")
  return document.both(rest, self:plain(branch))
end

return document
