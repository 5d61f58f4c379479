-- The events of what is waited for: those that were not given yet, oldest
-- first. The API lists them newest first, and keeps them all.

local tables = require "oai.tables"

local events = {}

local LIMIT = 100 -- events a page

---@class oai.PollEvents
---@field list fun(params: table, options: table): any, any
---@field seen table<any, true>  by id

--- What an event is known by: a server may give it no id.
local function key_of(event)
  return event.id or ("%s %s"):format(tostring(event.created_at), tostring(event.message))
end

--- Adds what is new on a page. Whether there was anything else.
local function add_new(self, page, fresh)
  local is_known = false
  for _, event in tables(page.data) do
    local key = key_of(event)
    if self.seen[key] then
      is_known = true
    elseif not fresh[key] then
      fresh[key] = true
      fresh[#fresh + 1] = event
    end
  end
  return is_known
end

local function time_of(event)
  return type(event.created_at) == "number" and event.created_at or 0
end

--- Brings a list that is newest first into the order of time, in which those of
--- one second keep theirs.
local function in_time(list)
  local ordered, at = {}, {}
  for i = #list, 1, -1 do
    ordered[#ordered + 1] = list[i]
    at[list[i]] = #ordered
  end
  table.sort(ordered, function(a, b)
    local first, second = time_of(a), time_of(b)
    if first ~= second then
      return first < second
    end
    return at[a] < at[b]
  end)
  return ordered
end

---@param list fun(params: table, options: table): any, any  the first page of the events
---@return oai.PollEvents
function events.new(list)
  return { list = list, seen = {} }
end

--- The events that were not given yet.
---@param self oai.PollEvents
---@param options table  of each call
---@return table[]? fresh
---@return oai.Error? err
function events.fetch(self, options)
  local fresh = {}
  local page, err = self.list({ limit = LIMIT }, options)
  while page and not add_new(self, page, fresh) do
    page, err = page:next()
  end
  if not page and err then
    return nil, err
  end
  return in_time(fresh)
end

--- Gives events to the program, each once.
---@param self oai.PollEvents
---@param fresh table[]
---@param on_event fun(event: table)
function events.give(self, fresh, on_event)
  for _, event in ipairs(fresh) do
    self.seen[key_of(event)] = true
    on_event(event)
  end
end

require "oai.interpret" ()

return events
