-- main.lua OPENAPI TOP: writes lua/oai/types and docs below TOP, from an
-- OpenAPI file, the endpoint lines and the rows of options.

local here = arg[0]:match("^(.*)main%.lua$")
package.path = here .. "?.lua;" .. here .. "../tool/?.lua;" .. here .. "../pages/?.lua;" .. here .. "../surface/?.lua;"
  .. package.path

local book = require "book"
local docs = require "docs"
local endpoints = require "endpoints"
local files = require "files"
local kinds = require "kinds"
local node = require "node"
local openapi = require "openapi"
local options = require "options"
local reserved = require "reserved"
local resources = require "oai.resources"
local rooms = require "rooms"
local sockets = require "sockets"
local type_files = require "type_files"

--- One type for all webhooks.
local function webhook_event(document, types_book)
  local members = {}
  for _, schema in ipairs(document:webhooks()) do
    members[#members + 1] = types_book:node(schema, "oai.Webhook")
  end
  return types_book:declare { name = types_book:take("oai.WebhookEvent"), node = node.union(members) }
end

--- The types that no endpoint leads to: `{ room =, name =, way = }`.
local function more_roots(document, types_book)
  local roots = sockets.declare(document, types_book)
  roots[#roots + 1] = { room = "webhooks", name = webhook_event(document, types_book).name, way = "returned" }
  return roots
end

--- The resources of the library: their definitions, and where a client has
--- them.
local function library()
  local definitions, entrances = {}, {}
  for name, where in pairs(resources) do
    entrances[name] = where == true and name or where
    if where == true then
      definitions[name] = require("oai.resources." .. name)
    end
  end
  return definitions, entrances
end

local function write_all(folder, texts)
  for name, text in pairs(texts) do
    files.write(folder .. "/" .. name, text)
  end
end

--- Makes the folders anew, so that no page stays behind.
local function clear(top)
  for _, folder in ipairs { "lua/oai/types", "docs/reference", "docs/reference/types" } do
    local quoted = "'" .. top .. "/" .. folder .. "'"
    assert(os.execute(("rm -rf %s && mkdir -p %s"):format(quoted, quoted)))
  end
end

local function main(path, top)
  local document = openapi.read(path)
  local model = { document = document, book = book.new(document, reserved.names("lua/oai")) }
  model.endpoints, model.objects = endpoints.read(document, model.book)
  model.definitions, model.entrances = library()
  local found = rooms.assign(model, more_roots(document, model.book))
  local annotations, pages = type_files.all(model, found), docs.files(model)
  clear(top)
  write_all(top .. "/lua/oai/types", annotations)
  write_all(top .. "/docs/reference", pages)
  files.write(top .. "/lua/oai/realtime/sent.lua", sockets.module(document))
  files.write(top .. "/lua/oai/types/options.lua", options.types())
  files.write(top .. "/lua/oai/types/methods.lua", kinds.types())
  files.write(top .. "/docs/options.md", options.page())
end

if not arg[2] then
  io.stderr:write("usage: main.lua OPENAPI TOP\n")
  os.exit(2)
end
main(arg[1], arg[2])
