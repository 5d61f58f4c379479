-- Writes the reference: a page an area, with its resources, their operations
-- and types; pages of types; and an index of all.

local function_sections = require "function_sections"
local homes = require "homes"
local line = require "oai.call.line"
local methods = require "methods"
local operation_sections = require "operation_sections"
local page_of = require "page"
local socket_sections = require "socket_sections"
local sockets = require "sockets"
local sorted = require "sorted"
local type_sections = require "type_sections"
local words = require "words.areas"

local docs = {}

-- The operations that most resources have come first, in this order.
local FIRST = { "create", "retrieve", "list", "update", "delete" }

--- The names of the operations of a resource, in order.
local function operation_keys(definition)
  local keys, list = {}, {}
  for key, value in pairs(definition) do
    keys[key] = line.target(value) and true or nil
  end
  for _, key in ipairs(FIRST) do
    list[#list + 1] = keys[key] and key
    keys[key] = nil
  end
  for _, key in ipairs(sorted(keys)) do
    list[#list + 1] = key
  end
  return list
end

--- A resource and those in it; `replies` takes the types of what they return.
local function add_resource(page, model, definition, name, replies)
  local keys, functions = operation_keys(definition), function_sections.keys(definition, name)
  if keys[1] or functions[1] or sockets.of(name) then
    page:add("## client.%s\n", name)
  end
  for _, key in ipairs(keys) do
    local facts = model.endpoints[name .. "." .. key]
    operation_sections.add(page, model, facts)
    replies[#replies + 1] = facts.reply
  end
  for _, key in ipairs(functions) do
    function_sections.add(page, model, definition, name, key)
  end
  socket_sections.add(page, model, name)
  for _, key in ipairs(methods.nested(definition)) do
    add_resource(page, model, definition[key], name .. "." .. key, replies)
  end
end

--- The types that a page describes first: replies, and the items of lists.
local function first_types(model, replies)
  local list = {}
  for _, reply in ipairs(replies) do
    local declaration = model.book.declared[reply.named]
    list[#list + 1] = reply
    list[#list + 1] = declaration and declaration.page and declaration.page.item
  end
  return list
end

--- What an area is for, and the guides that tell of it.
local function add_introduction(page, area)
  local said, guides = assert(words[area.file], area.file .. " has no words"), {}
  for i = 2, #said do
    guides[#guides + 1] = ("[%s](../%s)"):format(said[i], said[i])
  end
  local more = #guides > 0 and (" Guides: %s."):format(table.concat(guides, ", ")) or ""
  page:add("%s%s\n", said[1], more)
  page:add("`client` is what `require(\"oai\").client()` makes. `options` of a call: [options.md](../options.md). What")
  page:add("goes wrong: [errors.md](../errors.md). [All areas](README.md). For editors:")
  page:add("[lua/oai/types/%s.lua](../../lua/oai/types/%s.lua).\n", area.room, area.room)
end

local function area_text(model, area)
  local page, replies = page_of.new(area.file .. ".md", area.name), {}
  add_introduction(page, area)
  add_resource(page, model, area.definition, area.name, replies)
  type_sections.add(page, model, first_types(model, replies))
  return page:text()
end

-- What is many pages, one for each resource in the one that is named; all
-- other areas are a page each.
local IN_PAGES = { admin = "admin.organization", beta = "beta" }

--- The resource of a name such as "admin.organization".
local function definition_at(model, name)
  local first, rest = name:match("^([%w_]+)%.?(.*)$")
  local definition = model.definitions[first]
  for key in rest:gmatch("[%w_]+") do
    definition = definition[key]
  end
  return definition
end

--- The areas: a page each.
local function areas_of(model)
  local list = {}
  for _, name in ipairs(sorted(model.definitions)) do
    local parent = IN_PAGES[name]
    local definition = definition_at(model, parent or name)
    if not parent then
      list[#list + 1] = { file = name, name = name, definition = definition, room = name }
    end
    for _, key in ipairs(parent and methods.nested(definition) or {}) do
      list[#list + 1] = { file = name .. "_" .. key, name = parent .. "." .. key, definition = definition[key],
        room = name }
    end
  end
  return list
end

--- Where each operation is described.
local function operation_places(model, areas)
  local places = {}
  for name, facts in pairs(model.endpoints) do
    for _, area in ipairs(areas) do
      if name:sub(1, #area.name + 1) == area.name .. "." then
        places[name] = operation_sections.place(area.file .. ".md", facts)
      end
    end
  end
  return places
end

local function count_of(model, name)
  local count = 0
  for endpoint in pairs(model.endpoints) do
    count = count + (endpoint:sub(1, #name + 1) == name .. "." and 1 or 0)
  end
  return count
end

local function aliases_of(model, name)
  local list = {}
  for _, key in ipairs(sorted(model.entrances)) do
    local where = model.entrances[key]
    if where ~= key and where:sub(1, #name) == name then
      list[#list + 1] = ("`client.%s`"):format(key)
    end
  end
  return table.concat(list, ", ")
end

local function index_text(model, areas, type_pages)
  local page = page_of.new("README.md", "Reference")
  page:add("Every method takes the ids of its path in order, then a table of parameters, then a table of")
  page:add("[options](../options.md). It returns the value and the facts of the reply, or `nil` and")
  page:add("[an error](../errors.md). All other names are in [names.md](../names.md); the guides are listed in")
  page:add("[docs/](../README.md). What a parameter may be that is a file: [library/files.md](../library/files.md).\n")
  page:add("| area | what it is for | operations | types | shorter |")
  page:add("|---|---|---|---|---|")
  for _, area in ipairs(areas) do
    local file = ("types/%s.md"):format(area.file)
    page:add("| [`client.%s`](%s.md) | %s | %d | %s | %s |", area.name, area.file, words[area.file][1],
      count_of(model, area.name), type_pages[file] and ("[types](%s)"):format(file) or "",
      aliases_of(model, area.name))
  end
  page:add("\nTypes that several areas share: [types/shared.md](types/shared.md); those that areas of administration")
  page:add("share: [types/admin.md](types/admin.md), and areas in beta: [types/beta.md](types/beta.md).\n")
  return page:text()
end

--- The pages of types.
local function type_pages(model)
  local files = {}
  for _, home in pairs(model.homes) do
    local title = home.page:match("^types/(.*)%.md$")
    if title and not files[home.page] then
      files[home.page] = type_sections.page(model, home.page, "Types: " .. title)
    end
  end
  return files
end

--- All pages: their names in docs/reference and their texts.
---@param model table
---@return table<string, string>
function docs.files(model)
  local areas = areas_of(model)
  model.homes, model.operations = homes.of(model, areas), operation_places(model, areas)
  local files = type_pages(model)
  files["README.md"] = index_text(model, areas, files)
  for _, area in ipairs(areas) do
    files[area.file .. ".md"] = area_text(model, area)
  end
  return files
end

return docs
