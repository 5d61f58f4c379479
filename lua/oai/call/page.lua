-- Lists: the calls that give their pages, and iteration over them. One loop
-- serves every style; a style is only where the next cursor stands and what
-- the query calls it.

local counted = require "oai.counted"
local endpoint = require "oai.call.endpoint"
local error_value = require "oai.error"
local lazy = require "oai.lazy"
local object = require "oai.call.object"
local options_list = require "oai.options"
local unpack = require "oai.unpack"

local suggest = lazy "oai.suggest"
local unknown = lazy "oai.unknown"
local unwaited = lazy "oai.task.unwaited"

local page = {}

local function id_of(item)
  return type(item) == "table" and item.id or nil
end

local function last_id_of_data(reply)
  return id_of(reply.data[#reply.data]) or #reply.data == 0 and reply.last_id or nil
end

---@class oai.PageStyle
---@field field? string   the query parameter
---@field is_id? boolean  its value is the id of an item
---@field goes_on_when_empty? boolean
---@field cursor fun(reply: table): any  its next value

---@type table<string, oai.PageStyle>
local STYLES = {
  cursor = { field = "after", is_id = true, cursor = last_id_of_data },
  conversation_cursor = {
    field = "after",
    is_id = true,
    cursor = function(reply)
      return reply.last_id
    end,
  },
  next_cursor = {
    field = "after",
    cursor = function(reply)
      return reply.next
    end,
  },
  token = {
    field = "page",
    cursor = function(reply)
      return reply.next
    end,
  },
  next_page = {
    field = "page",
    goes_on_when_empty = true, -- a time bucket may hold nothing
    cursor = function(reply)
      return reply.next_page
    end,
  },
  none = {
    cursor = function()
      return nil
    end,
  },
}

local CURSORS = { string = true, number = true }

--- A copy of the query that asks for what follows or precedes a cursor, and
--- for nothing by the field `dropped`; nil without a cursor.
local function with_cursor(params, field, cursor, dropped)
  if not CURSORS[type(cursor)] or cursor == "" then
    return nil
  end
  local moved = {}
  for name, value in pairs(params or {}) do
    moved[name] = value
  end
  if dropped then
    moved[dropped] = nil
  end
  moved[field] = cursor
  return moved, cursor
end

--- The query of the page after a reply, or nil when it was the last.
---@param style string
---@param reply table
---@param params? table
---@param came_back? boolean  the reply was asked for as a previous page: what follows it is known to be there
---@return table? params  a new table
---@return any cursor
function page.next_params(style, reply, params, came_back)
  local rule = STYLES[style]
  if reply.has_more == false and not came_back or type(reply.data) ~= "table" then
    return nil
  elseif #reply.data == 0 and reply.has_more ~= true and not rule.goes_on_when_empty then
    return nil
  end
  return with_cursor(params, rule.field, rule.cursor(reply), came_back and "before")
end

local function first_id(reply)
  return reply.first_id or type(reply.data) == "table" and id_of(reply.data[1]) or nil
end

--- The query of the page before a reply, or nil when it was empty.
---@param reply table
---@param params? table
---@return table? params  a new table
---@return any cursor
function page.previous_params(reply, params)
  return with_cursor(params, "before", first_id(reply), "after")
end

---@class oai.List  what all pages of a list share: how they are asked for
---@field resource table
---@field parsed oai.Endpoint
---@field values table<string, string|number>  the ids
---@field options? oai.CallOptions

---@class oai.Page
---@field data table[]  its items
---@field has_more? boolean  whether more follow; a server may leave it out
local Page = {}

local function decode_error(context, message, cursor)
  return error_value.new {
    kind = "decode", operation = context.list.parsed.name, message = message:format(tostring(cursor)),
  }
end

local function repetition(context, cursor)
  return nil, decode_error(context, "the server repeats the cursor '%s': the list would never end", cursor)
end

--- Takes the items out of a page that lie before it in its direction: a server
--- that knows no cursors sends them again, with the one that was asked after.
---@param data table[]
local function drop_known(data, direction, cursor)
  for place, item in ipairs(data) do
    if id_of(item) == cursor then
      local first, last = place + 1, #data
      if direction == "previous" then
        first, last = 1, place - 1
      end
      for i = 1, #data do
        data[i] = first <= last and data[first] or nil
        first = first + 1
      end
      return true
    end
  end
  return false
end

--- Whether a page that was fetched was there before: by its items, or by the cursor
--- behind them. Items that an earlier page had are taken out of it.
local function is_repeated(context, direction, found, seen)
  local style = context.list.parsed.page
  local rule, cursor = STYLES[style], context[direction]
  local repeats = rule.is_id and type(found.data) == "table" and drop_known(found.data, direction, cursor)
  if repeats and found.data[1] == nil then
    return true
  elseif direction == "previous" then
    return false
  end
  local reply = getmetatable(found).context.reply
  local _, following = page.next_params(style, reply, nil)
  return following ~= nil and seen.cursors[following] == true
end

--- Asks for a page; `seen` has the cursors of those before it.
local function fetch(list, params, seen)
  local reply, facts = endpoint.call(list.resource, list.parsed, list.values, params, list.options)
  if type(reply) ~= "table" then
    return reply, facts
  end
  object.attach_all(reply.data, list.resource._client, list.parsed, list.values)
  return page.new(reply, list, params, seen), facts
end

--- Fetches a page in a direction, "next" or "previous". Cursors that were seen
--- on the way there may not come again; to ask the same page again is no
--- repetition.
local function fetch_in(context, direction, params, cursor)
  local seen = context.seen.direction == direction and context.seen or { direction = direction, cursors = {} }
  if seen.cursors[cursor] and context[direction] ~= cursor then
    return repetition(context, cursor)
  end
  seen.cursors[cursor], context[direction] = true, cursor
  local found, facts = fetch(context.list, params, seen)
  if not found or not is_repeated(context, direction, found, seen) then
    return found, facts
  elseif direction == "next" and STYLES[context.list.parsed.page].is_id and found.has_more ~= true then
    return nil -- the server sends all of the list, whatever is asked for
  end
  return repetition(context, cursor)
end

--- The next page, fetched now; nil after the last, `nil, err` on failure.
---@return oai.Page? page
---@return oai.Response|oai.Error|nil
function Page.next(self)
  local context = getmetatable(self).context
  local style, came_back = context.list.parsed.page, context.seen.direction == "previous"
  local following, cursor = page.next_params(style, context.reply, context.params, came_back)
  if following then
    return fetch_in(context, "next", following, cursor)
  elseif context.reply.has_more == true and STYLES[style].field then
    return nil, decode_error(context, "the server says that there is more of the list, but not after which cursor")
  end
  return nil
end

--- The page before this one, fetched now, of a list that can be read
--- backwards; nil before the first, `nil, err` on failure.
---@return oai.Page? page
---@return oai.Response|oai.Error|nil
function Page.previous(self)
  local context = getmetatable(self).context
  local parsed = context.list.parsed
  if not parsed.before then
    error_value.misuse(("%s: this list cannot be read backwards: the API has no 'before' for it"):format(parsed.name))
  end
  local preceding, cursor = page.previous_params(context.reply, context.params)
  if not preceding then
    return nil
  end
  local found, facts = fetch_in(context, "previous", preceding, cursor)
  if found and not (type(found.data) == "table" and found.data[1]) then
    return nil
  end
  return found, facts
end

--- Iterates over this page and those after it. Raises the error of a page
--- that cannot be fetched.
---@return fun(): oai.Page?
function Page.pages(self)
  local current, started = self, false ---@type oai.Page?, boolean
  return function()
    if not started then
      started = true
    elseif current then
      local following, err = current:next()
      if not following and err then
        error_value.raise(err)
      end
      current = following
    end
    return current
  end
end

---@class oai.Items  an iterator over the items of a list
---@field package pages fun(): oai.Page?
---@field package page? oai.Page   the one that is read
---@field package at integer       the place in it of the item before
---@field package left number      so many may still be given
---@field package started? boolean
---@field private __index any
---@field private __name string
local Items = {}
Items.__index = Items
Items.__name = "oai.Items"

---@private
function Items.__call(self)
  if self.left == 0 then
    return nil
  elseif not self.started then
    self.started = true
    self.page = self.pages()
  end
  while self.page do
    local item = self.page.data and self.page.data[self.at + 1]
    if item ~= nil then
      self.at = self.at + 1
      self.left = self.left - 1
      return item
    end
    self.page, self.at = self.pages(), 0
  end
  return nil
end

--- At most `count` items; no page is fetched for more.
---@param count integer  how many at most
---@return oai.Items
function Items.take(self, count)
  self.left = count
  return self
end

---@return any items
local function items(pages)
  return setmetatable({ pages = pages, at = 0, left = math.huge }, Items)
end

--- Iterates over the items of this page and those after it.
---@return oai.Items
function Page.each(self)
  return items(self:pages())
end

--- The next item in a `for` loop over the page itself, which begins anew
--- where the loop does. Raises the error of a page that cannot be fetched.
---@param before any  the item before; nil where the loop begins
---@return any item
local function item_after(self, _, before)
  local context = getmetatable(self).context
  if before == nil or not context.items then
    context.items = self:each()
  end
  return context.items()
end

-- Fields of a list may be absent. Only what is no doubt a slip raises.
setmetatable(Page, { __index = function(_, key)
  if key == 1 and unknown.is_ipairs(key) then
    error_value.misuse "a page is no list for ipairs: its items are page.data, those of all pages 'for item in page do'"
  end
  local real = suggest.slip(key, Page)
  local hint = real and ("; did you mean '%s'?"):format(real) or suggest.elsewhere(key, Page, "a page")
  if hint then
    error_value.misuse(("a page has no '%s'%s"):format(key, hint))
  end
  return nil
end })

local function page_tostring(self)
  return ("oai.Page (%s)"):format(counted(type(self.data) == "table" and #self.data or 0, "item"))
end

--- Makes a page of a list reply.
---@param reply table
---@param list oai.List
---@param params any   what was asked for
---@param seen table   the cursors of the pages before; empty: it is the first
---@return oai.Page
function page.new(reply, list, params, seen)
  local context = { list = list, params = params, seen = seen }
  context.reply = { data = reply.data, has_more = reply.has_more, first_id = reply.first_id, last_id = reply.last_id,
    next = reply.next, next_page = reply.next_page }
  for name in pairs(Page) do
    reply[name] = nil -- `next` is the cursor of some lists; here they are methods
  end
  return setmetatable(reply, {
    __index = Page, __call = item_after, __name = "oai.Page", __tostring = page_tostring, context = context,
  })
end

--- The first page of a list. What is given is kept for its further pages.
---@param resource table     of a client
---@param parsed oai.Endpoint
---@param values table<string, string|number>  the ids, by name
---@param params any
---@param options? oai.CallOptions
---@return any page
---@return oai.Response|oai.Error|nil facts  none beside a task
function page.list(resource, parsed, values, params, options)
  if options and endpoint.is_unwaited(options) then
    return unwaited.call(resource._client, options, function(rest)
      return page.list(resource, parsed, values, params, rest)
    end)
  end
  options = options and options_list.keep(options)
  local list = { resource = resource, parsed = parsed, values = values, options = options }
  return fetch(list, options_list.copy(params), {})
end

--- The method of a list: `method(self, ids..., params, options)`.
---@param parsed oai.Endpoint
---@return fun(self: table, ...): any, oai.Response|oai.Error|nil
function page.method(parsed)
  return function(self, ...)
    return page.list(self, parsed, endpoint.arguments(self, parsed, ...))
  end
end

--- Iterates over the items of a list of which `list(...)` gives the first page,
--- when the first item is asked for.
---@param list fun(...): oai.Page?, oai.Error?
---@param ... any
---@return oai.Items
function page.each(list, ...)
  local pages
  local arguments, count = { ... }, select("#", ...)
  return items(function()
    if not pages then
      local first, err = list(unpack(arguments, 1, count))
      if not first then
        error_value.raise(err)
      end
      pages = first:pages()
    end
    return pages()
  end)
end

require "oai.interpret" ()

return page
