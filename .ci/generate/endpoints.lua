-- The endpoint lines and what the OpenAPI file says of them: parameters,
-- reply, pages, stream. Matches them by method and path.

local fields = require "fields"
local lines = require "spec.support.lines"
local more_params = require "more_params"
local names = require "names"
local node = require "node"
local object_types = require "objects"
local shape = require "shape"
local sorted = require "sorted"

local endpoints = {}

-- Facts that neither the lines nor the file have.
local EVENTS = {
  assistants = "AssistantStreamEvent", agents = "AgentSessionEvent", followed_agents = "AgentSessionEvent",
}
local FINAL = {
  speech = { basic = "{ audio: string, usage?: table }" }, followed_agents = { named = "oai.AgentSession" },
}
-- Operations, by the beginning of their names, that the API's own libraries say
-- are on their way out, where the file does not.
-- Kinds of streams, some events of which the library looks up that were missed.
local RECOVERED = { agents = true, followed_agents = true, responses = true }
local DEPRECATED = { "audio.translations.", "beta.threads.", "images.create_variation" }
local MORE_RESULTS = { ["realtime.calls.create"] = "oai.RealtimeCall?" }

---@class generate.Page
---@field name string          of its type
---@field items string         of the type of `each`
---@field item generate.Node
---@field before? boolean

---@class generate.Stream
---@field name string          of its type
---@field params string        of the parameters that ask for it
---@field whole string         of those that do not

---@class generate.Endpoint
---@field name string          "vector_stores.files.update"
---@field resource string      "vector_stores.files"
---@field key string           "update"
---@field line oai.Endpoint
---@field params? { name: string, fields: generate.Field[], required: boolean }
---@field reply generate.Node
---@field third? string        one more result
---@field deprecated boolean
---@field page? generate.Page
---@field stream? generate.Stream
---@field more_params string[]  the types of parameters of what else takes its own

local Reader = {}
Reader.__index = Reader

--- The fields of the body; what only some content types have is optional.
local function body_fields(self, operation, name)
  local all, by_name = {}, {}
  for _, schema in ipairs(self.document:bodies(operation)) do
    all[#all + 1] = self.book:fields(shape.object(self.document, schema), name)
  end
  for _, field in ipairs(fields.merged(all)) do
    by_name[field.name] = field
  end
  return by_name
end

local function add_parameters(self, by_name, parameters, name)
  for _, parameter in ipairs(parameters) do
    by_name[parameter.name] = {
      name = parameter.name,
      node = self.book:node(parameter.schema, name .. names.camel(parameter.name)),
      required = parameter.required,
      nullable = false,
      schema = parameter.schema,
    }
  end
end

--- A header of the beta operations is the parameter `betas`: a list, or the
--- header's text. New names keep coming.
local function add_betas(self, by_name, operation, name)
  local header = self.document:parameters(operation, "header")[1]
  if header then
    local items = header.schema.items and self.book:node(header.schema.items, name .. "Betas") or node.string
    local list = { array = node.union { node.string, items } }
    by_name.betas = { name = "betas", node = node.union { list, node.string }, required = false, nullable = false }
  end
end

--- The key by which the API knows a request that is sent again.
local function add_idempotency_key(by_name)
  by_name.idempotency_key = { name = "idempotency_key", node = node.string, required = false, nullable = false }
end

--- The parameters of an endpoint; nil when it has none.
local function params_of(self, line, operation)
  local name = "oai." .. names.camel(line.name) .. "Params"
  local by_name = body_fields(self, operation, name)
  add_parameters(self, by_name, self.document:parameters(operation, "query"), name)
  if line.betas then
    add_betas(self, by_name, operation, name)
  elseif line.idempotency then
    add_idempotency_key(by_name)
  end
  local list = fields.in_order(by_name)
  if #list == 0 then
    return nil
  end
  self.book:declare { name = self.book:take(name), fields = list, params = true, operation = line.name }
  return { name = name, fields = list, required = list[1].required }
end

--- The fields of a list: its items, and what is around them.
local function fields_around(self, object, item, name)
  local list = { { name = "data", node = { array = item }, required = true, nullable = false } }
  object.properties.data = nil
  for _, field in ipairs(self.book:fields(object, name)) do
    list[#list + 1] = field
  end
  return list
end

--- A list that is no page: its items have methods, if they are objects.
local function list_reply(self, line, schema)
  local object = shape.object(self.document, schema)
  local data = object.properties.data
  local items = data and self.document:resolve(data.schema).items
  local of = items and shape.constant(self.document, (object.properties.object or {}).schema) == "list"
    and self.objects:type_of(line, items)
  if not of then
    return nil
  end
  local name = self.book:take("oai." .. names.camel(line.name) .. "Reply")
  self.book:declare { name = name, fields = fields_around(self, object, { named = of.name }, name) }
  return { named = name }
end

--- The type of a value that an endpoint returns.
local function value_of(self, line, schema, name)
  local of = self.objects:type_of(line, schema)
  if of then
    return { named = of.name }
  end
  return self.book:node(schema, name)
end

local function json_reply(self, line, operation)
  local schema = self.document:reply(operation)
  if not schema then
    return node.any
  end
  return list_reply(self, line, schema) or value_of(self, line, schema, "oai." .. names.camel(line.name) .. "Reply")
end

local PLAIN = { bytes = node.string, text = node.string, empty = { literal = "true" } }

local function reply_of(self, line, operation)
  if PLAIN[line.returns] then
    return PLAIN[line.returns]
  elseif line.returns == "json_or_text" then
    return node.union { json_reply(self, line, operation), node.string }
  end
  return json_reply(self, line, operation)
end

--- What a page is called: after its items, or its endpoint where these have
--- no name of their own.
local function page_base(line, item)
  local base = "oai." .. names.camel(line.name)
  return item.named and item.named ~= base .. "Item" and item.named or base
end

local function declare_page(self, line, object, item)
  local base = page_base(line, item)
  local page = { item = item, before = line.before }
  page.name = self.book:take(base .. "Page", "Backward")
  page.items = self.book:take(base .. "Items", "Backward")
  object.properties.next = nil -- the cursor of some lists; here it is a method
  self.book:declare { name = page.name, fields = fields_around(self, object, item, page.name), page = page }
  self.book:declare { name = page.items, fields = {}, items = page }
  return page
end

--- The type of an endpoint's pages: one for lists of the same items with the
--- same fields.
local function page_of(self, line, operation)
  local schema = self.document:reply(operation)
  local object = shape.object(self.document, schema)
  local items = self.document:resolve(object.properties.data.schema).items
  local item = value_of(self, line, items, "oai." .. names.camel(line.name) .. "Item")
  local key = ("%s %s %s"):format(node.text(item), table.concat(sorted(object.properties), " "), line.before)
  self.pages[key] = self.pages[key] or declare_page(self, line, object, item)
  return self.pages[key]
end

--- Says of all events in a type that they may have been looked up.
local function mark_recovered(self, of)
  local declaration = self.book.declared[of.named]
  for _, member in ipairs(declaration and declaration.node and declaration.node.union or {}) do
    mark_recovered(self, member)
  end
  if declaration then
    declaration.recovered = declaration.fields and true
  end
end

--- The events of a stream: as the file says, or as it says of another stream
--- that adds up to the same; else the replies themselves.
local function events_of(self, line, operation, final)
  local name = line.stream.name
  local key = name .. " " .. node.text(final)
  local schema = self.document:events(operation)
  if schema then
    self.events[key] = self.book:node(schema, "oai." .. names.camel(line.name) .. "Event")
  elseif EVENTS[name] then
    self.events[key] = self.book:schema(EVENTS[name])
  end
  if RECOVERED[name] then
    mark_recovered(self, self.events[key])
  end
  return self.events[key] or final
end

--- The fields of a list but for the one by which a call asks for a stream; and that.
local function split_stream(line, list)
  local name, rest, field = line.stream.name == "speech" and "stream_format" or "stream", {}, nil
  for _, one in ipairs(list) do
    if one.name == name then
      field = one
    else
      rest[#rest + 1] = one
    end
  end
  return rest, assert(field, line.name)
end

--- Declares what of the parameters of a call asks for a stream, and what does not. By
--- whether the field is there, and not by its value, checkers tell them apart:
--- emmylua_check has no values yet where it first looks at a call.
local function stream_params(self, line, params)
  local rest, field = split_stream(line, params.fields)
  local function declare(suffix, declaration)
    declaration.name = self.book:take("oai." .. names.camel(line.name) .. suffix)
    declaration.extends, declaration.params, declaration.operation = params.name, true, line.name
    return self.book:declare(declaration).name
  end
  local asks = { name = field.name, node = field.node, required = true, nullable = field.nullable }
  return declare("StreamParams", { fields = { asks } }), declare("WholeParams", { fields = { rest[1] }, only = rest })
end

--- What a stream is called: after the object it adds up to.
local function stream_name(self, line, final)
  local is_object = final.named and self.objects.by_type[final.named]
  return (is_object and final.named:gsub("Object$", "") or "oai." .. names.camel(line.name)) .. "Stream"
end

local function declare_stream(self, line, event, final)
  local name = self.book:take(stream_name(self, line, final))
  self.book:declare { name = name, fields = {}, stream = { final = final, event = event, dialect = line.stream } }
  return name
end

--- The type of an endpoint's stream: one for the same events that add up to
--- the same.
local function stream_type(self, line, operation, reply)
  local final = FINAL[line.stream.name] or line.returns == "json_or_text" and json_reply(self, line, operation) or reply
  local event = events_of(self, line, operation, final)
  local key = node.text(event) .. " " .. node.text(final)
  self.streams[key] = self.streams[key] or declare_stream(self, line, event, final)
  return self.streams[key]
end

--- Whether the API is to lose an operation.
local function is_deprecated(name, operation)
  for _, beginning in ipairs(DEPRECATED) do
    if name:sub(1, #beginning) == beginning then
      return true
    end
  end
  return operation.deprecated == true
end

--- Everything about one endpoint.
local function read(self, line)
  local operation = self.document:operation(line.method, line.template)
  assert(operation, ("%s: the OpenAPI file has no %s %s"):format(line.name, line.method, line.template))
  local facts = { name = line.name, line = line, third = MORE_RESULTS[line.name],
    deprecated = is_deprecated(line.name, operation) }
  facts.resource, facts.key = line.name:match("^(.*)%.([%w_]+)$")
  facts.params = params_of(self, line, operation)
  facts.more_params = facts.params and more_params.declare(self.book, line, facts.params) or {}
  if line.page then
    facts.page = page_of(self, line, operation)
    facts.reply = { named = facts.page.name }
  else
    facts.reply = reply_of(self, line, operation)
  end
  if line.always_streams then
    facts.reply = { named = stream_type(self, line, operation, facts.reply) }
  elseif line.stream then
    facts.stream = { name = stream_type(self, line, operation, facts.reply) }
    facts.stream.params, facts.stream.whole = stream_params(self, line, facts.params)
  end
  return facts
end

--- The names of objects come first: schemas make way for them.
local function find_objects(self, all)
  for _, name in ipairs(sorted(all)) do
    local line = all[name]
    local operation = self.document:operation(line.method, line.template)
    local schema = operation and line.returns == "json" and self.document:reply(operation)
    if schema then
      self.objects:type_of(line, schema)
      local data = shape.object(self.document, schema).properties.data
      local items = data and self.document:resolve(data.schema).items
      if items then
        self.objects:type_of(line, items)
      end
    end
  end
end

local function find_own_objects(self)
  local definitions = {}
  lines.each_resource(function(definition, name)
    definitions[name] = definition
  end)
  for _, name in ipairs(sorted(definitions)) do
    self.objects:of_resource(definitions[name], name)
  end
end

--- Reads all endpoints, by name; declares their types.
---@return table<string, generate.Endpoint>
---@return table objects
function endpoints.read(document, types)
  local self = setmetatable({ document = document, book = types, pages = {}, streams = {}, events = {} }, Reader)
  self.objects = object_types.new(document, types)
  local all, found = lines.all(), {}
  find_objects(self, all)
  find_own_objects(self)
  for _, name in ipairs(sorted(all)) do
    found[name] = read(self, all[name])
  end
  self.objects:declare()
  return found, self.objects
end

return endpoints
