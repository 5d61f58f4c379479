-- The rows of an OpenAPI file. What a file cannot say in OpenAPI's own words
-- is read where it says so all the same: x-sdk-method (the operation's name),
-- x-page (a class of pages), x-beta-header, x-accept.

local openapi = require "openapi"
local row = require "row"
local shape = require "shape"

local document = {}

local VERBS = { "get", "post", "put", "patch", "delete" }
local KINDS = { string = "s", integer = "i", number = "n", boolean = "b", array = "a" }
local ORDER = "sinbamofF"
local SUCCESS = { "200", "201", "202", "204" }

local Reader = {}
Reader.__index = Reader

-- Kinds of fields

local kinds_into

--- An object: one with fields of its own, or a map.
local function object_kind(self, schema)
  local has_fields = next(shape.object(self.file, schema).properties) ~= nil
  return not has_fields and schema.additionalProperties and "m" or "o"
end

local function kind_of(self, schema, kind)
  if kind == "string" and schema.format == "binary" then
    return "f"
  elseif kind == "array" then
    local items = {}
    kinds_into(self, schema.items or {}, items)
    return items.f and "F" or "a"
  end
  return KINDS[kind] or object_kind(self, schema)
end

--- The types that a schema names itself; what names none is an object.
local function types_of(schema)
  if type(schema.type) == "table" then
    return schema.type
  end
  return { schema.type or schema.items and "array" or schema.enum and type(schema.enum[1]) or "object" }
end

function kinds_into(self, schema, into)
  schema = self.file:resolve(schema)
  local variants = shape.variants(schema)
  if not variants and not schema.properties and #shape.parts(schema) == 1 then
    variants = shape.parts(schema)
  end
  if variants then
    for _, variant in ipairs(variants) do
      kinds_into(self, variant, into)
    end
    return
  end
  for _, kind in ipairs(types_of(schema)) do
    if kind ~= "null" then
      into[kind_of(self, schema, kind)] = true
    end
  end
end

local function kinds(self, schema)
  local into = {}
  kinds_into(self, schema, into)
  local text = ORDER:gsub(".", function(kind)
    return into[kind] and kind or ""
  end)
  return text == "s" and "" or text
end

-- Fields

local function field(self, name, schema, required)
  return row.field_text { name = name, kinds = kinds(self, schema), required = required }
end

local function parameters(self, operation)
  local list = {}
  for _, parameter in ipairs(self.file:parameters(operation, "query")) do
    list[#list + 1] = field(self, parameter.name, parameter.schema, parameter.required)
  end
  return #list > 0 and table.concat(list, " ") or nil
end

--- The objects that a body may be, each with its own required fields.
local function objects(self, schema)
  schema = self.file:resolve(schema)
  if schema.properties or not shape.variants(schema) then
    return { shape.object(self.file, schema) }
  end
  local list = {}
  for _, variant in ipairs(shape.variants(schema)) do
    for _, object in ipairs(objects(self, variant)) do
      list[#list + 1] = object
    end
  end
  return list
end

--- The fields of a body: name -> the schemas that it may have, and in how
--- many objects it is required.
local function merged(list)
  local by_name = {}
  for _, object in ipairs(list) do
    for name, property in pairs(object.properties) do
      local known = by_name[name] or { anyOf = {}, required = 0 }
      known.anyOf[#known.anyOf + 1] = property.schema
      known.required = known.required + (object.required[name] and 1 or 0)
      by_name[name] = known
    end
  end
  return by_name
end

local function body(self, schema)
  local list, texts = objects(self, schema), {}
  for name, known in pairs(merged(list)) do
    texts[#texts + 1] = field(self, name, { anyOf = known.anyOf }, known.required == #list)
  end
  table.sort(texts)
  return table.concat(texts, " ")
end

--- The content of the body that a pattern matches.
local function content(operation, pattern)
  for content_type, media in pairs(operation.requestBody and operation.requestBody.content or {}) do
    if content_type:find(pattern) then
      return media
    end
  end
  return nil
end

-- Replies

--- The first status of success, and the types of its content.
local function success(operation)
  for _, status in ipairs(SUCCESS) do
    local reply = operation.responses[status]
    if reply then
      return tonumber(status), reply.content or {}
    end
  end
  return nil, {}
end

--- Whether there is a type that is neither text, JSON nor events.
local function has_bytes(types)
  for name in pairs(types) do
    if not name:find("^text/") and not name:find("json$") and name ~= "application/sdp" then
      return true
    end
  end
  return false
end

--- What comes, by its types; JSON that is one string stands for bytes.
local function reply_of(types)
  local json = types["application/json"]
  if has_bytes(types) or json and json.schema.type == "string" then
    return "bytes"
  elseif json or types["text/event-stream"] then
    return types["text/plain"] and "json_or_text" or nil
  end
  return next(types) and "text" or "empty"
end

--- "ConversationCursorPage" -> "conversation_cursor"
local function style(class)
  local name = class:gsub("^Sync", ""):gsub("(.)Page$", "%1")
  return (name:gsub("(%w)(%u)", "%1_%2"):lower())
end

local FIELDS_OF_PAGES = { { "next_page", "next_page" }, { "next", "next_cursor" }, { "has_more", "cursor" } }

--- The style of a list, by the fields around its items: a guess.
local function guessed_page(self, types)
  local media = types["application/json"]
  local properties = media and shape.object(self.file, media.schema).properties or {}
  for _, pair in ipairs(properties.data and FIELDS_OF_PAGES or {}) do
    if properties[pair[1]] then
      return pair[2]
    end
  end
  return nil
end

local function stream_of(facts, types)
  local function has(column, name)
    return (" " .. (facts[column] or "") .. " "):find("%s" .. name .. "[:!%s]") ~= nil
  end
  if types["text/event-stream"] and not next(types, next(types)) then
    return "always"
  elseif has("query", "stream") then
    return "query"
  elseif has("body", "stream_format") then
    return "format"
  end
  return (has("body", "stream") or has("form", "stream")) and "body" or nil
end

-- Operations

local function has_header(self, operation, name)
  for _, parameter in ipairs(self.file:parameters(operation, "header")) do
    if parameter.name:lower() == name then
      return true
    end
  end
  return nil
end

local function is_admin(operation)
  for _, one in ipairs(operation.security or {}) do
    for name in pairs(one) do
      if name:find("[Aa]dmin") then
        return true
      end
    end
  end
  return nil
end

local function take_reply(self, facts, operation)
  local status, types = success(operation)
  facts.status = status ~= 200 and status or nil
  facts.reply = reply_of(types)
  facts.page = operation["x-page"] and style(operation["x-page"]) or guessed_page(self, types)
  facts.stream = stream_of(facts, types)
end

--- A body that may be JSON or a form is a form where that has files.
local function take_bodies(self, facts, operation)
  local json, form = content(operation, "^application/json"), content(operation, "^multipart/")
  local fields = form and body(self, form.schema)
  if fields and (not json or fields:find(":%a*[fF]")) then
    facts.form = fields
  else
    facts.body = json and body(self, json.schema)
  end
end

local function read(self, verb, path, operation)
  local facts = { verb:upper() .. " " .. path, name = operation["x-sdk-method"], operation = operation }
  facts.query = parameters(self, operation)
  take_bodies(self, facts, operation)
  take_reply(self, facts, operation)
  facts.admin = is_admin(operation)
  facts.beta, facts.accept = operation["x-beta-header"], operation["x-accept"]
  facts.betas = has_header(self, operation, "openai-beta")
  facts.idempotency = has_header(self, operation, "idempotency-key")
  return facts
end

-- What a file says only by names of its own.
local EXTENSIONS = { page = "x-page", beta = "x-beta-header", accept = "x-accept" }

local function is_said(facts, column)
  return not EXTENSIONS[column] or facts.operation[EXTENSIONS[column]] ~= nil
end

--- Reads a file.
---@param path string
---@return table[] rows  each with its `name`, if the file says it
---@return fun(facts: table, column: string): boolean is_said
function document.read(path)
  local self = setmetatable({ file = openapi.read(path) }, Reader)
  local rows = {}
  for template, item in pairs(self.file.root.paths) do
    for _, verb in ipairs(VERBS) do
      if item[verb] then
        rows[#rows + 1] = read(self, verb, template, item[verb])
      end
    end
  end
  table.sort(rows, function(a, b)
    return a[1] < b[1]
  end)
  return rows, is_said
end

return document
