-- Writes what a client may say over each kind of socket, by the types of its
-- events, and as annotations: a method for each event, below the resources of a
-- connection.

local names = require "names"
local node = require "node"
local sorted = require "sorted"

local sockets = {}

--- The kinds of sockets: their client's events, what the other side sends, the
--- class of their connections, the file in which that stands, and whose `connect`
--- opens them. What answers in responses has `response()` as well. A fork of a
--- session is what the session is. Of what the API is to lose the events are known
--- by their names alone.
sockets.kinds = {
  { kind = "realtime", sent = "RealtimeClientEvent", returned = "RealtimeServerEvent", room = "realtime",
    class = "oai.RealtimeConnection", resource = "realtime", response = "oai.RealtimeResponse" },
  { kind = "translation", sent = "RealtimeTranslationClientEvent", returned = "RealtimeTranslationServerEvent",
    room = "realtime", class = "oai.RealtimeTranslationConnection", resource = "realtime.translations" },
  { kind = "responses", sent = "ResponsesClientEvent", returned = "ResponsesServerEvent", room = "responses",
    class = "oai.ResponsesConnection", resource = "responses", response = "oai.ResponseObject" },
  { kind = "live", sent = "LiveClientEvent", returned = "LiveServerEvent", room = "live",
    class = "oai.LiveConnection", resource = "live" },
  { kind = "live_sideband", sent = "LiveConnectClientEvent", returned = "LiveConnectServerEvent", room = "live",
    class = "oai.LiveSidebandConnection", resource = "live.sideband" },
  { kind = "responses_beta", sent = "BetaResponsesClientEvent", returned = "BetaResponsesServerEvent", room = "beta",
    class = "oai.BetaResponsesConnection", resource = "beta.responses", response = "oai.BetaResponse" },
  { kind = "realtime_beta", each_sent = "^RealtimeBetaClientEvent" },
  { kind = "live_fork", sent = "LiveForkClientEvent", returned = "LiveForkServerEvent", resource = "live.forks" },
}

--- The kind of socket that a resource opens, or nil; and the class of its
--- connection.
---@param resource string
---@return table? kind
---@return string class
function sockets.of(resource)
  for _, kind in ipairs(sockets.kinds) do
    if kind.resource == resource then
      return kind, kind.class or "oai.LiveConnection"
    end
  end
  return nil, ""
end

--- The schema with what it is made of merged.
local function whole(document, schema)
  local resolved = document:resolve(schema)
  return resolved.allOf and whole(document, resolved.allOf[1]) or resolved
end

local function constant(schema)
  return schema.const or schema.enum and #schema.enum == 1 and schema.enum[1] or nil
end

local function requires(schema, name)
  for _, required in ipairs(schema.required or {}) do
    if required == name then
      return true
    end
  end
  return false
end

--- The field of an event that carries bytes in base64; true: none does.
local function bytes_field(schema, event_type)
  local audio = schema.properties.audio
  local is_audio = audio and audio.type == "string" and requires(schema, "audio")
  return is_audio and event_type:find("%.append$") and "audio" or true
end

--- The members of a kind's union of events, or all schemas that are called so.
local function members_of(document, kind)
  local schemas, found = document.root.components.schemas, {}
  for _, name in ipairs(kind.each_sent and sorted(schemas) or {}) do
    found[#found + 1] = name:find(kind.each_sent) and schemas[name] or nil
  end
  return kind.each_sent and found or schemas[kind.sent] and schemas[kind.sent].anyOf or {}
end

--- The events of a kind, by their type, and their types in order.
local function events_of(document, kind)
  local found, order = {}, {}
  for _, member in ipairs(members_of(document, kind)) do
    local event = whole(document, member)
    local event_type = assert(constant(event.properties.type))
    found[event_type] = bytes_field(event, event_type)
    order[#order + 1] = event_type
  end
  table.sort(order)
  return found, order
end

--- The fields of an event but for its type, as a class of their own.
local function params_of(types_book, class, event_type, event)
  local declaration = types_book:declare { name = types_book:take(class .. names.camel(event_type) .. "Params"),
    fields = {} }
  for _, field in ipairs(types_book.declared[event.named].fields) do
    if field.name ~= "type" then
      table.insert(declaration.fields, field)
    end
  end
  return declaration
end

--- What one event is told by: its type, its parameters, whether bytes stand for
--- them, and whether there must be any.
local function told_by(document, types_book, class, member)
  local schema = whole(document, member)
  local event_type = constant(schema.properties.type)
  local params = params_of(types_book, class, event_type, types_book:node(member, class))
  local is_required = false
  for _, field in ipairs(params.fields) do
    is_required = is_required or field.required
  end
  return { type = event_type, params = params.name, takes_bytes = bytes_field(schema, event_type) ~= true,
    is_required = is_required }
end

--- The type of a union of events: that of its schema, unless what is in it is
--- made of more than one each.
local function union(document, types_book, schema_name)
  local list, is_plain = {}, true
  for i, member in ipairs(document.root.components.schemas[schema_name].anyOf) do
    is_plain = is_plain and not (member.allOf and member.allOf[2])
    list[i] = types_book:node(member.allOf and member.allOf[1] or member, schema_name)
  end
  if is_plain then
    return types_book:schema(schema_name).named
  end
  return types_book:declare { name = types_book.schema_names[schema_name], node = node.union(list) }.name
end

local function add_kind(document, types_book, kind, roots)
  local connection = { kind = kind, sends = {} }
  local function add_root(name, way)
    roots[#roots + 1] = { room = kind.room, name = name, way = way }
  end
  for _, member in ipairs(document.root.components.schemas[kind.sent].anyOf) do
    local sends = told_by(document, types_book, kind.class, member)
    table.insert(connection.sends, sends)
    add_root(sends.params, "sent")
  end
  table.sort(connection.sends, function(a, b)
    return a.type < b.type
  end)
  connection.sent = union(document, types_book, kind.sent)
  connection.event = union(document, types_book, kind.returned)
  add_root(connection.sent, "sent")
  add_root(connection.event, "returned")
  types_book:declare { name = types_book:take(kind.class), connection = connection, pinned = kind.room }
end

--- Declares the types of connections, and returns the types of what goes over
--- them: `{ room =, name =, way = }`.
---@param document table
---@param types_book table
---@return table[]
function sockets.declare(document, types_book)
  local roots = {}
  for _, kind in ipairs(sockets.kinds) do
    if kind.class and document.root.components.schemas[kind.sent] then
      add_kind(document, types_book, kind, roots)
    end
  end
  return roots
end

--- The nodes of a connection, by their paths: what stands below each, and what is
--- sent by it. "" is the connection.
local function tree_of(connection)
  local tree = { [""] = { below = {}, sends = {} } }
  for _, sends in ipairs(connection.sends) do
    local path = ""
    for name in sends.type:gmatch "[^.]+" do
      local parent = tree[path]
      path = path == "" and name or path .. "." .. name
      if path == sends.type then
        table.insert(parent.sends, { name = name, event = sends })
      else
        parent.below[name] = true
        tree[path] = tree[path] or { below = {}, sends = {} }
      end
    end
  end
  return tree
end

--- Writes the fields of a node for what stands below it.
local function add_below(self, class, below)
  for _, name in ipairs(sorted(below)) do
    self:add("---@field %s %s.%s", name, class, name)
  end
end

--- Writes a node: the methods that send its events.
local function add_node(self, class, path, tree)
  local full, of = class .. "." .. path, tree[path]
  local variable = names.snake(full)
  self:add("---@class %s", full)
  add_below(self, full, of.below)
  if path == "response" and self.response then
    self:add("---@overload %s", self.response)
  end
  self:add("local %s = {}\n", variable)
  for _, one in ipairs(of.sends) do
    local event = one.event
    self:add("---@param event%s %s%s", event.is_required and "" or "?", event.params,
      event.takes_bytes and "|string" or "")
    self:add("---@return true? sent\n---@return oai.Error? err\nfunction %s:%s(event) end\n", variable, one.name)
  end
end

--- Writes the class of a connection, and those of the nodes below it.
---@param self table  a writer of types
---@param declaration table
function sockets.write(self, declaration)
  local connection, class = declaration.connection, declaration.name
  local event, tree = connection.event, tree_of(connection)
  self.response = connection.kind.response and ("fun(self: %s, told?: fun(event: %s)): %s?, oai.Error?"):format(class,
    event, connection.kind.response)
  self:add("---@class %s : oai.ApiConnection", class)
  add_below(self, class, tree[""].below)
  self:add("---@field events fun(self): fun(): %s?", event)
  self:add("---@field next fun(self, seconds?: number): %s?, oai.Error?", event)
  self:add("---@field send fun(self, event: %s|string): true?, oai.Error?", connection.sent)
  self:add("---@overload fun(): %s?\n", event)
  for _, path in ipairs(sorted(tree)) do
    if path ~= "" then
      add_node(self, class, path, tree)
    end
  end
end

--- The table of all kinds, as a module.
---@param document table
---@return string
function sockets.module(document)
  local lines = {
    "-- What a client may say over each kind of socket: the types of its events, and the", "-- field that takes bytes.",
    "-- Generated by `make generate`: do not edit.", "", "return {",
  }
  for _, kind in ipairs(sockets.kinds) do
    local found, order = events_of(document, kind)
    lines[#lines + 1] = ("  %s = {"):format(kind.kind)
    for _, event_type in ipairs(order) do
      local field = found[event_type]
      lines[#lines + 1] = ('    ["%s"] = %s,'):format(event_type, field == true and "true" or ('"%s"'):format(field))
    end
    lines[#lines + 1] = "  },"
  end
  lines[#lines + 1] = "}"
  return table.concat(lines, "\n") .. "\n"
end

return sockets
