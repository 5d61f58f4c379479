-- Pages of lists and iteration over them. One loop serves every style; a
-- style is only where the next cursor stands and what the query calls it.

local error_value = require "oai.error"

local page = {}

local function last_id_of_data(reply)
  local last = reply.data[#reply.data]
  return last and last.id
end

-- `field`: the query parameter; `cursor`: its next value.
local STYLES = {
  cursor = { field = "after", cursor = last_id_of_data },
  conversation_cursor = {
    field = "after",
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

--- A copy of the query that asks for what follows or precedes a cursor, and
--- for nothing by the field `dropped`; nil without a cursor.
local function with_cursor(params, field, cursor, dropped)
  if cursor == nil or cursor == "" then
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
  elseif #reply.data == 0 and not rule.goes_on_when_empty then
    return nil
  end
  return with_cursor(params, rule.field, rule.cursor(reply), came_back and "before")
end

local function first_id(reply)
  local first = type(reply.data) == "table" and reply.data[1]
  return reply.first_id or first and first.id
end

--- The query of the page before a reply, or nil when it was empty.
---@param reply table
---@param params? table
---@return table? params  a new table
---@return any cursor
function page.previous_params(reply, params)
  return with_cursor(params, "before", first_id(reply), "after")
end

---@class oai.Page
---@field data table[]
---@field has_more? boolean
local Page = {}

--- Fetches a page in the direction `asked`, "next" or "previous". Cursors
--- that were seen on the way there may not come again; to ask the same page
--- again is no repetition.
local function fetch_in(context, direction, params, cursor)
  local seen = context.seen.direction == direction and context.seen or { direction = direction, cursors = {} }
  if seen.cursors[cursor] and context[direction] ~= cursor then
    return nil, error_value.new {
      kind = "decode",
      operation = context.name,
      message = ("the server repeats the cursor '%s': the list would never end"):format(tostring(cursor)),
    }
  end
  seen.cursors[cursor], context[direction] = true, cursor
  return context.fetch(params, seen)
end

--- The next page, fetched now; nil after the last, `nil, err` on failure.
---@return oai.Page? page
---@return oai.Response|oai.Error|nil
function Page.next(self)
  local context = getmetatable(self).context
  local came_back = context.seen.direction == "previous"
  local following, cursor = page.next_params(context.style, context.reply, context.params, came_back)
  if following then
    return fetch_in(context, "next", following, cursor)
  end
  return nil
end

--- The page before this one, fetched now, of a list that can be read
--- backwards; nil before the first, `nil, err` on failure.
---@return oai.Page? page
---@return oai.Response|oai.Error|nil
function Page.previous(self)
  local context = getmetatable(self).context
  if not context.before then
    error_value.misuse(("%s: this list cannot be read backwards: the API has no 'before' for it"):format(context.name))
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
  local current, started = self, false
  return function()
    if not started then
      started = true
    elseif current then
      local following, err = current:next()
      if not following and err then
        error(err, 0)
      end
      current = following
    end
    return current
  end
end

---@class oai.Items  an iterator over the items of a list
local Items = {}
Items.__index = Items
Items.__name = "oai.Items"

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
---@param count integer
---@return oai.Items
function Items.take(self, count)
  self.left = count
  return self
end

local function items(pages)
  return setmetatable({ pages = pages, at = 0, left = math.huge }, Items)
end

--- Iterates over the items of this page and those after it.
---@return oai.Items
function Page.each(self)
  return items(self:pages())
end

local function page_tostring(self)
  return ("oai.Page (%d items)"):format(type(self.data) == "table" and #self.data or 0)
end

--- Makes a page of a list reply.
---@param reply table
---@param context table  { style: string, before?: boolean, params?: table, fetch: fun, seen?: table, name: string }
---@return oai.Page
function page.new(reply, context)
  context.seen = context.seen or {}
  context.reply = { data = reply.data, has_more = reply.has_more, first_id = reply.first_id, last_id = reply.last_id,
    next = reply.next, next_page = reply.next_page }
  reply.next = nil -- the cursor of some lists; here it is a method
  return setmetatable(reply, { __index = Page, __name = "oai.Page", __tostring = page_tostring, context = context })
end

--- Iterates over the items of a list that `fetch` fetches the first page of,
--- when the first item is asked for.
---@param fetch fun(): oai.Page?, oai.Error?
---@return oai.Items
function page.each(fetch)
  local pages
  return items(function()
    if not pages then
      local first, err = fetch()
      if not first then
        error(err, 0)
      end
      pages = first:pages()
    end
    return pages()
  end)
end

require "oai.interpret" ()

return page
