-- Every list of the API over three pages, by its style: read page by page,
-- iterated over, backwards where that is possible.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local operations = require "spec.support.operations"
local server = require("spec.support.server").start { tls = true }
local url = require "socket.url"

-- The query field of each style, and how the reply of page `n` says where the
-- next begins.
local STYLES = {
  cursor = {
    field = "after",
    mark = function(reply, n)
      return reply.data[#reply.data].id, n
    end,
  },
  conversation_cursor = {
    field = "after",
    mark = function(reply, n)
      reply.first_id, reply.last_id = "first-" .. n, "last-" .. n
      return reply.last_id
    end,
  },
  next_cursor = {
    field = "after",
    mark = function(reply, n)
      reply.next = "next-" .. n
      return reply.next
    end,
  },
  token = {
    field = "page",
    mark = function(reply, n)
      reply.next = "next-" .. n
      return reply.next
    end,
  },
  next_page = {
    field = "page",
    mark = function(reply, n)
      reply.object, reply.next_page = "page", "page-" .. n
      return reply.next_page
    end,
  },
  page = {
    mark = function(reply, n)
      reply.last_id, reply.next = "last-" .. n, "next-" .. n
    end,
  },
  page_orphan_token = {
    mark = function(reply, n)
      reply.next_page = "page-" .. n
    end,
  },
}

local NOT_A_FILTER = { after = true, before = true, page = true }

local function items_of(n)
  return { { id = "item-" .. 2 * n - 1, n = 2 * n - 1 }, { id = "item-" .. 2 * n, n = 2 * n } }
end

--- Three pages of two items, and the cursors that lead to the second and the
--- third.
local function three_pages(style)
  local replies, cursors = {}, {}
  for n = 1, 3 do
    local reply = { object = "list", data = items_of(n), has_more = n < 3 }
    cursors[n] = STYLES[style].mark(reply, n)
    replies[n] = { json = reply }
  end
  return replies, cursors
end

local function filters_of(operation)
  local fields = {}
  for _, field in ipairs(operation.query) do
    fields[#fields + 1] = not NOT_A_FILTER[field.name] and field or nil
  end
  for _, field in ipairs(operation.body or {}) do
    fields[#fields + 1] = field
  end
  return operations.samples(fields)
end

--- The query and the body of a request, as one text that can be compared.
local function asked(request)
  local parts = {}
  for pair in request.query:gmatch("[^&]+") do
    parts[#parts + 1] = url.unescape(pair)
  end
  table.sort(parts)
  return table.concat(parts, " ") .. " " .. request.body
end

local function with_cursor(operation, first, cursor)
  local request = { query = first.query, body = first.body }
  local pair = STYLES[operation.page].field .. "=" .. cursor
  request.query = first.query == "" and pair or first.query .. "&" .. pair
  return asked(request)
end

--- A scene of replies for an operation, with its ids and its filters.
local function open(operation, replies)
  local scene = server:scenario { replies = replies }
  local resource, key = operations.resource(connect.over_kept(scene), operation.name)
  local arguments = operations.id_samples(operation.ids)
  arguments[#arguments + 1] = filters_of(operation)
  return scene, resource, key, arguments
end

local function call(resource, key, arguments)
  return resource[key](resource, operations.unpack(arguments))
end

--- `each` beside `list`, `each_x` beside `list_x` and `x`.
local function each_name(key)
  return key == "list" and "each" or "each_" .. key:gsub("^list_", "")
end

--- Each request is the first with the cursor of the page before.
local function check_requests(operation, requests, cursors)
  for n, request in ipairs(requests) do
    assert.equal(operation.method, request.method)
    assert.equal(requests[1].path, request.path)
    if n > 1 then
      assert.equal(with_cursor(operation, requests[1], cursors[n - 1]), asked(request))
    end
  end
end

local function is_one_page(operation)
  return not STYLES[operation.page].field
end

local function check_pages(operation)
  local replies, cursors = three_pages(operation.page)
  local scene, resource, key, arguments = open(operation, replies)
  local page, count = assert(call(resource, key, arguments)), 1
  while page do
    assert.equal("item-" .. 2 * count, page.data[2].id)
    local following, err = page:next()
    assert.is_nil(not following and err or nil)
    page, count = following, following and count + 1 or count
  end
  local requests = scene:requests()
  assert.equal(is_one_page(operation) and 1 or 3, count)
  assert.equal(count, #requests)
  check_requests(operation, requests, cursors)
end

local function check_each(operation)
  local replies, cursors = three_pages(operation.page)
  local scene, resource, key, arguments = open(operation, replies)
  local count = 0
  for item in call(resource, each_name(key), arguments) do
    count = count + 1
    assert.equal(count, item.n)
  end
  local requests = scene:requests()
  assert.equal(is_one_page(operation) and 2 or 6, count)
  assert.equal(count / 2, #requests)
  check_requests(operation, requests, cursors)
end

local function check_breaking_out(operation)
  local scene, resource, key, arguments = open(operation, (three_pages(operation.page)))
  for item in call(resource, each_name(key), arguments) do
    if item.n == 2 then
      break
    end
  end
  assert.equal(1, #scene:requests())
end

local function check_repeated(operation)
  local replies = three_pages(operation.page)
  local scene, resource, key, arguments = open(operation, { replies[1], replies[2], replies[2], replies[2] })
  local done, err = pcall(function()
    for _ in call(resource, each_name(key), arguments) do -- luacheck: ignore
    end
  end)
  assert.is_false(done)
  assert.equal("decode", err.kind)
  assert.equal(operation.name, err.operation)
  assert.truthy(tostring(err):find("repeats the cursor", 1, true), tostring(err))
  assert.equal(3, #scene:requests())
end

--- The second page, then the first, then there is none.
local function check_previous(operation)
  local replies = three_pages(operation.page)
  local empty = { json = { object = "list", data = {}, has_more = false } }
  local scene, resource, key, arguments = open(operation, { replies[2], replies[1], empty, replies[2] })
  local filters, moved = arguments[#arguments], { after = "item-2" }
  for name, value in pairs(filters) do
    moved[name] = value
  end
  arguments[#arguments] = moved
  local page = assert(call(resource, key, arguments))
  local before = assert(page:previous())
  assert.equal("item-1", before.data[1].id)
  assert.same({ n = 1, nil }, { n = 1, before:previous() })
  arguments[#arguments] = filters
  assert(call(resource, key, arguments))
  local requests = scene:requests()
  local plain = requests[4].query == "" and "" or requests[4].query .. "&"
  for n, reply in ipairs { replies[2].json, replies[1].json } do
    local cursor = "before=" .. (reply.first_id or reply.data[1].id)
    assert.equal(asked { query = plain .. cursor, body = "" }, asked(requests[n + 1]))
  end
end

local function check_no_previous(operation)
  local scene, resource, key, arguments = open(operation, (three_pages(operation.page)))
  local page = assert(call(resource, key, arguments))
  local done, message = pcall(page.previous, page)
  assert.is_false(done)
  assert.truthy(message:find(operation.name .. ": this list cannot be read backwards", 1, true), message)
  assert.equal(1, #scene:requests())
end

describe("the list", function()
  local count = 0
  for _, operation in ipairs(operations.all) do
    local name = operation.name
    if operation.page then
      count = count + 1
      it(name .. " gives its pages one by one", function()
        check_pages(operation)
      end)
      it(name .. " is iterated over", function()
        check_each(operation)
      end)
      it(name .. " is fetched no further than it is read", function()
        check_breaking_out(operation)
      end)
      if not is_one_page(operation) then
        it(name .. " ends in an error when a cursor comes again", function()
          check_repeated(operation)
        end)
      end
      if operations.field(operation.query, "before") then
        it(name .. " is read backwards", function()
          check_previous(operation)
        end)
      else
        it(name .. " is not read backwards", function()
          check_no_previous(operation)
        end)
      end
    end
  end

  it("is one of 94", function()
    assert.equal(94, count)
  end)
end)

describe("a list of the wire", function()
  it("takes a null cursor for none", function()
    local reply = { object = "list", data = items_of(1), has_more = true, last_id = cjson.null, next = cjson.null,
      next_page = cjson.null }
    for _, name in ipairs { "conversations.items.list", "admin.organization.groups.list",
      "admin.organization.usage.costs" } do
      local scene, resource, key, arguments = open(operations.by_name[name], { { json = reply } })
      local page = assert(call(resource, key, arguments))
      assert.is_nil((page:next()))
      assert.equal(1, #scene:requests())
    end
  end)
end)
