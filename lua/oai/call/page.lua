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

--- The query of the page after a reply, or nil when it was the last.
---@param style string
---@param reply table
---@param params? table
---@return table? params  a new table
---@return any cursor
function page.next_params(style, reply, params)
  local rule = STYLES[style]
  if reply.has_more == false or type(reply.data) ~= "table" then
    return nil
  elseif #reply.data == 0 and not rule.goes_on_when_empty then
    return nil
  end
  local cursor = rule.cursor(reply)
  if cursor == nil or cursor == "" then
    return nil
  end
  local following = {}
  for name, value in pairs(params or {}) do
    following[name] = value
  end
  following[rule.field] = cursor
  return following, cursor
end

---@class oai.Page
---@field data table[]
---@field has_more? boolean
local Page = {}

--- The next page, fetched now; nil after the last, `nil, err` on failure.
---@return oai.Page? page
---@return oai.Response|oai.Error|nil
function Page.next(self)
  local context = getmetatable(self).context
  local following, cursor = page.next_params(context.style, context.reply, context.params)
  if not following then
    return nil
  elseif context.seen[cursor] and context.asked ~= cursor then -- to ask again is no repetition
    return nil, error_value.new {
      kind = "decode",
      operation = context.name,
      message = ("the server repeats the cursor '%s': the list would never end"):format(tostring(cursor)),
    }
  end
  context.seen[cursor], context.asked = true, cursor
  return context.fetch(following, context.seen)
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
---@param context { style: string, params?: table, fetch: function, seen?: table, name: string }
---@return oai.Page
function page.new(reply, context)
  context.seen = context.seen or {}
  context.reply = { data = reply.data, has_more = reply.has_more, last_id = reply.last_id, next = reply.next,
    next_page = reply.next_page }
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

return page
