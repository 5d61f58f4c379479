-- Which file each type stands in: that of the one resource that uses it, or
-- one for all. And whether it is sent, returned or both. Pure.

local node = require "node"
local sorted = require "sorted"

local rooms = {}

--- The types that a declaration is made of.
local function nodes_in(declaration)
  local nodes, page, stream = {}, declaration.page or declaration.items, declaration.stream
  for _, field in ipairs(declaration.fields or {}) do
    nodes[#nodes + 1] = field.node
  end
  nodes[#nodes + 1] = declaration.node
  nodes[#nodes + 1] = page and page.item
  nodes[#nodes + 1] = declaration.page and { named = page.items }
  nodes[#nodes + 1] = stream and stream.event
  nodes[#nodes + 1] = stream and stream.final
  nodes[#nodes + 1] = declaration.extends and { named = declaration.extends }
  return nodes
end

local function names_in(declaration)
  local found = {}
  for _, of in ipairs(nodes_in(declaration)) do
    node.each_name(of, function(name)
      found[name] = true
    end)
  end
  return found
end

--- Calls `mark(declaration)` for all that a type is made of, until it says
--- that it knew.
---@param declared table<string, table>
---@param name string
---@param mark fun(declaration: table): boolean
function rooms.walk(declared, name, mark)
  local declaration = declared[name]
  if declaration and mark(declaration) then
    for inner in pairs(names_in(declaration)) do
      rooms.walk(declared, inner, mark)
    end
  end
end

local walk = rooms.walk

--- What marks a declaration in one of its fields, a set, with a value.
---@param field string
---@param value string
---@return fun(declaration: table): boolean
function rooms.marker(field, value)
  return function(declaration)
    local known = declaration[field] or {}
    declaration[field] = known
    local new = not known[value]
    known[value] = true
    return new
  end
end

local marker = rooms.marker

local function mark_node(declared, of, mark)
  if of then
    node.each_name(of, function(name)
      walk(declared, name, mark)
    end)
  end
end

local function mark_endpoint(declared, facts)
  local room = facts.name:match("^[%w_]+")
  if facts.params then
    walk(declared, facts.params.name, marker("users", room))
    walk(declared, facts.params.name, marker("ways", "sent"))
  end
  mark_node(declared, facts.reply, marker("users", room))
  mark_node(declared, facts.reply, marker("ways", "returned"))
  for _, name in ipairs(facts.more_params) do
    walk(declared, name, marker("users", room))
    walk(declared, name, marker("ways", "sent"))
  end
  if facts.stream then
    for _, name in ipairs { facts.stream.name, facts.stream.params, facts.stream.whole } do
      walk(declared, name, marker("users", room))
      walk(declared, name, marker("ways", name == facts.stream.name and "returned" or "sent"))
    end
    local reply = declared[facts.reply.named]
    if reply then
      reply.either = true
    end
  end
end

local function mark_object(declared, entry)
  local room = entry.class.name:match("^[%w_]+")
  walk(declared, entry.name, marker("users", room))
  walk(declared, entry.name, marker("ways", "returned"))
  declared[entry.name].pinned = room
end

--- What is sent or returned elsewhere than by an endpoint: `{ room =, name =, way = }`.
local function mark_more(declared, more)
  for _, root in ipairs(more) do
    walk(declared, root.name, marker("users", root.room))
    walk(declared, root.name, marker("ways", root.way))
  end
end

local function room_of(declaration)
  local users = sorted(declaration.users or {})
  return declaration.pinned or #users == 1 and users[1] or "shared"
end

--- Puts every declared type into a room.
---@param more table[]  roots that no endpoint has
---@return table<string, table[]>  the declarations of each room, by name
function rooms.assign(model, more)
  local declared, found = model.book.declared, {}
  for _, name in ipairs(sorted(model.endpoints)) do
    mark_endpoint(declared, model.endpoints[name])
  end
  for _, name in ipairs(sorted(model.objects.by_name)) do
    mark_object(declared, model.objects.by_name[name])
  end
  mark_more(declared, more)
  for _, name in ipairs(sorted(declared)) do
    local room = room_of(declared[name])
    found[room] = found[room] or {}
    table.insert(found[room], declared[name])
  end
  return found
end

return rooms
