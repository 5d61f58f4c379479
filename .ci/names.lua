-- Prints public names that docs/names.md does not have, and names there that
-- are no more: functions and fields of `oai`, and methods and fields of what
-- calls return. What begins with "_" is not public.

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("a")
  file:close()
  return text
end

-- `class`: whose annotated fields are public; `methods`: how the file calls
-- the table that has the methods.
local SOURCES = {
  { section = "oai", file = "init", class = "oai" },
  { section = "schema", file = "schema/init", methods = "schema" },
  { section = "webhooks", file = "webhook/init", methods = "webhooks" },
  { section = "webhooks of a client", file = "webhook/resource", methods = "Webhooks" },
  { section = "client", file = "client", class = "oai.Client", methods = "methods" },
  { section = "stream", file = "call/stream", class = "oai.Stream", methods = "Stream" },
  { section = "connection", file = "socket/connection", class = "oai.Connection", methods = "methods" },
  { section = "connection of the API", file = "realtime/methods", methods = "methods" },
  { section = "lane", file = "lanes/lane", class = "oai.Lane", methods = "Lane" },
  { section = "turn stream", file = "agents/turn_stream", class = "oai.AgentTurnStream", methods = "TurnStream" },
  { section = "agent events", file = "agents/events", class = "oai.AgentEvents", methods = "Events" },
  { section = "named event", file = "events/texts", class = "oai.NamedEvent" },
  { section = "accumulator", file = "accumulate", methods = "Accumulator" },
  { section = "transcript", file = "transcript/init", class = "oai.LiveTranscript", methods = "Transcript" },
  { section = "page", file = "call/page", class = "oai.Page", methods = "Page" },
  { section = "items", file = "call/page", methods = "Items" },
  { section = "task", file = "task/init", class = "oai.Task", methods = "Task" },
  { section = "response", file = "call/response", class = "oai.Response" },
  { section = "error", file = "error", class = "oai.Error" },
  { section = "tools", file = "tools/init", class = "oai.Tools", methods = "Tools" },
  { section = "run", file = "run/run", class = "oai.ToolRun", methods = "Run" },
  { section = "talk", file = "talk/init", class = "oai.Talk", methods = "Talk" },
  { section = "turn", file = "run/turn", class = "oai.RunTurn", methods = "Turn" },
  { section = "batch run", file = "batch/run", class = "oai.BatchRun", methods = "Run" },
}

local function fields_of(text, class, found)
  local fields = text:match("%-%-%-@class " .. class:gsub("%.", "%%.") .. "%f[^%w.][^\n]*\n(.-)\nlocal ") or ""
  for field, rest in fields:gmatch("%-%-%-@field ([%w_]+)([^\n]*)") do
    found[field] = not rest:find("not for programs", 1, true) or nil
  end
end

--- The public names of a source.
local function names_of(source)
  local text, found = read("lua/oai/" .. source.file .. ".lua"), {}
  if source.class then
    fields_of(text, source.class, found)
  end
  if source.methods then
    for name in text:gmatch("\nfunction " .. source.methods .. "[.:]([%w_]+)") do
      found[name] = true
    end
    for name in text:gmatch("\n" .. source.methods .. "%.([%w_]+) = ") do
      found[name] = true
    end
  end
  local public = {}
  for name in pairs(found) do
    public[name] = name:sub(1, 1) ~= "_" and name ~= "package" or nil
  end
  return public
end

--- The names that a section of the page explains, by its rows.
local function documented(page, section)
  local found, text = {}, page:match("\n## " .. section .. "\n(.-)\n## ") or page:match("\n## " .. section .. "\n(.*)$")
  for cell in (text or ""):gmatch("\n| ([^|]+) |") do
    for name in cell:gmatch("`([%w_]+)`") do
      found[name] = true
    end
  end
  return found
end

local function missing(names, from, message)
  local list = {}
  for name in pairs(names) do
    list[#list + 1] = not from[name] and name or nil
  end
  table.sort(list)
  for _, name in ipairs(list) do
    print(message:format(name))
  end
end

--- The kinds of errors, which have a page of their own.
local function check_kinds()
  local kinds = {}
  for kind in (read "lua/oai/error.lua":match "%-%-%-@alias oai.ErrorKind\n(.-)\n\n"):gmatch '%-%-%-| "([%w_]+)"' do
    kinds[kind] = true
  end
  local rows = documented(read "docs/errors.md" .. "\n## ", "Kinds")
  rows.kind = nil -- the heading
  missing(kinds, rows, "docs/errors.md, Kinds: `%s` is not there")
  missing(rows, kinds, "docs/errors.md, Kinds: `%s` is no kind of error")
end

check_kinds()

local page = read("docs/names.md") .. "\n## "
for _, source in ipairs(SOURCES) do
  local names, rows = names_of(source), documented(page, source.section)
  missing(names, rows, "docs/names.md, " .. source.section .. ": `%s` is not there")
  missing(rows, names, "docs/names.md, " .. source.section .. ": `%s` is no public name")
end
