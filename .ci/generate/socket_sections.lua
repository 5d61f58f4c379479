-- The section of a page for the socket that a resource opens, and the events
-- that may be sent over it.

local cells = require "cells"
local markdown = require "markdown"
local sockets = require "sockets"
local sorted = require "sorted"
local targets = require "oai.realtime.targets"

local socket_sections = {}

--- Where the section of a resource's socket is.
---@param path string
---@param resource string
function socket_sections.place(path, resource)
  return { page = path, anchor = markdown.slug(("client.%s:connect"):format(resource)) }
end

--- The events that may be sent, each by its method.
local function add_sent(page, model, sends)
  page:add("| sent by | fields |")
  page:add("|---|---|")
  for _, event in ipairs(sends) do
    local list = {}
    for _, field in ipairs(model.book.declared[event.params].fields) do
      list[#list + 1] = ("`%s`%s"):format(field.name, field.required and " (required)" or "")
    end
    local method = ("`connection.%s`"):format((event.type:gsub("%.([%w_]+)$", ":%1")))
    page:add("| %s | %s%s |", page:link(method, model.homes[event.params]), table.concat(list, ", "),
      event.takes_bytes and "; or bytes" or "")
  end
  page:add("")
end

--- Adds the socket that a resource opens, if it opens one.
---@param page table
---@param model table
---@param name string
function socket_sections.add(page, model, name)
  local kind, class = sockets.of(name)
  local declaration = kind and model.book.declared[class]
  if not (declaration and declaration.connection) then
    return
  end
  local target = targets.rows[kind.kind]
  local params = sorted(target.fields)
  page:add("### client.%s:connect\n", name)
  page:add("`client.%s:connect%s` opens a WebSocket at `%s`: see [realtime.md](../realtime.md).", name,
    target.id and ("(%s, { ... })"):format(target.id) or " { ... }", target.path)
  page:add("Its table takes %s[options](../sockets.md#options). It",
    params[1] and cells.names(params) .. ", and " or "")
  page:add("returns `%s`, which reads %s.\n", class,
    cells.type(page, model.homes, { named = declaration.connection.event }))
  add_sent(page, model, declaration.connection.sends)
end

return socket_sections
