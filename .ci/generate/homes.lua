-- Where each type is described: on the page of the one area that uses it, on a
-- page of types beside that, or on one of types that several areas share.

local markdown = require "markdown"
local node = require "node"
local rooms = require "rooms"
local shell = require "shell"
local sockets = require "sockets"
local sorted = require "sorted"

local homes = {}

-- How many types that are no replies an area's own page has room for.
local FEW = 12

-- The areas that are many pages, by how these are called.
local MANY = { "admin", "beta" }

local function belongs(name, area)
  return name == area or name:sub(1, #area + 1) == area .. "."
end

local function each_reply(declared, reply, visit)
  node.each_name(reply, function(name)
    visit(name)
    local of = declared[name] and declared[name].page
    if of then
      node.each_name(of.item, visit)
    end
  end)
end

--- What an area's operations take and return: names of types; those of the
--- values that they return are marked as replies.
local function roots_of(model, area)
  local list, replies = {}, {}
  for _, name in ipairs(sorted(model.endpoints)) do
    local facts = model.endpoints[name]
    if belongs(name, area.name) then
      list[#list + 1] = facts.params and facts.params.name
      list[#list + 1] = facts.stream and facts.stream.name
      each_reply(model.book.declared, facts.reply, function(reply)
        list[#list + 1], replies[reply] = reply, true
      end)
    end
  end
  return list, replies
end

--- What goes over the sockets of an area, and what webhooks bring.
local function more_roots(model, area, list)
  for _, kind in ipairs(sockets.kinds) do
    local connection = kind.resource and belongs(kind.resource, area.name) and kind.class
      and model.book.declared[kind.class] and model.book.declared[kind.class].connection
    for _, sends in ipairs(connection and connection.sends or {}) do
      list[#list + 1] = sends.params
    end
    list[#list + 1] = connection and connection.sent
    list[#list + 1] = connection and connection.event
  end
  if area.name == "webhooks" then
    list[#list + 1] = "oai.WebhookEvent"
  end
end

local function mark_area(model, area)
  local list, replies = roots_of(model, area)
  more_roots(model, area, list)
  for _, name in ipairs(list) do
    rooms.walk(model.book.declared, name, rooms.marker("pages", area.file))
  end
  for name in pairs(replies) do
    if model.book.declared[name] then
      rooms.marker("reply_of", area.file)(model.book.declared[name])
    end
  end
end

--- The page of types for a declaration that several areas use.
local function shared_page(users)
  for _, area in ipairs(MANY) do
    local all = true
    for _, user in ipairs(users) do
      all = all and user:sub(1, #area + 1) == area .. "_"
    end
    if all then
      return "types/" .. area .. ".md"
    end
  end
  return "types/shared.md"
end

--- The page of a type, and whether that is one of types alone.
local function page_of(declaration, areas)
  local object, users = declaration.object, sorted(declaration.pages)
  for _, area in ipairs(object and areas or {}) do
    if belongs(object.class.name, area.name) then
      return area.file .. ".md", false
    end
  end
  if #users == 1 then
    local is_reply = declaration.reply_of and declaration.reply_of[users[1]]
    return (is_reply and "" or "types/") .. users[1] .. ".md", not is_reply
  end
  return shared_page(users), true
end

--- Whether a type is described by itself: parameters are with their operation.
local function is_described(declaration)
  return declaration.pages and not declaration.params and not declaration.items and not declaration.connection
end

local function assign(model, areas)
  local found, counts = {}, {}
  for _, name in ipairs(sorted(model.book.declared)) do
    local declaration = model.book.declared[name]
    if is_described(declaration) then
      local path = page_of(declaration, areas)
      found[name] = { page = path, anchor = markdown.slug(name) }
      counts[path] = (counts[path] or 0) + 1
    end
  end
  return found, counts
end

--- Has the types of an area with few of them on the area's own page.
local function gather_few(found, counts, areas)
  for _, home in pairs(found) do
    local file = home.page:match("^types/(.*)%.md$")
    if file and counts[home.page] <= FEW and areas[file] then
      home.page = file .. ".md"
    end
  end
end

--- Adds the types of the library's own, by the headings of its pages.
local function add_library(found)
  for line in shell.lines "grep -hnE '^#+ oai\\.[A-Za-z0-9_.]+$' -H docs/library/*.md | LC_ALL=C sort" do
    local file, name = line:match "^docs/(library/[%w_]+%.md):%d+:#+ (.*)$"
    found[name] = found[name] or { page = "../" .. file, anchor = markdown.slug(name) }
  end
end

--- Where all types are described.
---@param model table
---@param areas { file: string, name: string }[]  the pages; those within others first
---@return table<string, { page: string, anchor?: string }>
function homes.of(model, areas)
  local by_file = {}
  for _, area in ipairs(areas) do
    mark_area(model, area)
    by_file[area.file] = true
  end
  local found, counts = assign(model, areas)
  gather_few(found, counts, by_file)
  add_library(found)
  found["oai.Null"], found["oai.CallOptions"] = { page = "../json.md" }, { page = "../options.md" }
  return found
end

return homes
