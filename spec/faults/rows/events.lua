-- A stream of events that is well framed and is not what it should be. The
-- other kinds of call do not meet these.

local w = require "spec.faults.rows.words"

local SSE = w.STATUS .. "Content-Type: text/event-stream\r\n" .. w.CLOSE .. w.END

local CHUNK = '"id":"x","object":"chat.completion.chunk","created":1,"model":"m"'
local EVENT = 'data: {' .. CHUNK .. ',"choices":[{"index":0,"delta":{"content":"a"}}]}'
local STOP = 'data: {' .. CHUNK .. ',"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
local DONE = "data: [DONE]"

--- What a call without a stream makes of none of this is not asked.
local function row(name, steps, outcome, more)
  table.insert(steps, 1, SSE)
  local r = { name, steps = steps, stream = outcome }
  for field, value in pairs(more or {}) do
    r[field] = value
  end
  return r
end

local function events(ending, ...)
  return table.concat({ ... }, ending .. ending) .. ending .. ending
end

local LF, CRLF, CR = "\n", "\r\n", "\r"
local WHOLE = { EVENT, EVENT, STOP, DONE }
local unpack = table.unpack or unpack -- luacheck: ignore

local TOO_LARGE = { kind = "limit", events = 1, megabytes = 20 }
local SMALL_EVENTS = { settings = { max_event_bytes = 4194304 } }

local rows = {
  row("lines ended by LF", { events(LF, unpack(WHOLE)), w.FIN }, w.RIGHT),
  row("lines ended by CR LF", { events(CRLF, unpack(WHOLE)), w.FIN }, w.RIGHT),
  row("lines ended by CR", { events(CR, unpack(WHOLE)), w.FIN }, w.RIGHT),
  row("lines ended by all of them", { EVENT .. "\n\r\n" .. EVENT .. "\r\r\n" .. STOP .. "\r\n\n" .. DONE .. "\n\n",
    w.FIN }, w.RIGHT),
  row("a mark of the byte order", { { write = "\239\187\191" }, events(LF, unpack(WHOLE)), w.FIN }, w.RIGHT),
  row("comments, ids and retries between",
    { ": hi\n\nid: 5\nretry: 10\n" .. EVENT .. "\n\n:\n\nevent: ping\n\n" .. events(LF, EVENT, STOP, DONE), w.FIN },
    w.RIGHT),
  row("no blank behind the colon", { (events(LF, unpack(WHOLE)):gsub("data: ", "data:")), w.FIN }, w.RIGHT),
  row("an event in two lines", { (events(LF, unpack(WHOLE)):gsub(',"choices"', ',\ndata: "choices"')), w.FIN },
    w.RIGHT),
  row("[DONE] without its end", { events(LF, EVENT, EVENT, STOP) .. "data: [DONE]", w.FIN }, w.RIGHT),
  row("[DONE] and more", { events(LF, EVENT, EVENT, STOP, DONE, EVENT, "data: no JSON"), w.FIN }, w.RIGHT),
  row("[DONE] and no end", { events(LF, unpack(WHOLE)), w.STALL }, w.RIGHT),
  row("an end without [DONE]", { events(LF, EVENT, EVENT, STOP), w.FIN }, w.RIGHT),
  row("an end without a reason", { events(LF, EVENT, EVENT), w.FIN }, w.cut("stream", 2)),
  row("an end within an event", { events(LF, EVENT, EVENT) .. 'data: {"id":', w.FIN }, w.cut("stream", 2)),
  row("no event at all", { w.FIN }, w.NO_EVENTS),
  row("an event that is no JSON", { events(LF, EVENT, "data: {no", STOP, DONE), w.FIN }, w.cut("decode", 1)),
  row("an event that is half", { events(LF, EVENT, 'data: {"id":"x"', STOP, DONE), w.FIN }, w.cut("decode", 1)),
  row("an event that is a number", { events(LF, EVENT, "data: 5", DONE), w.FIN }, w.cut("stream", 1)),
  row("an event that is an error", { events(LF, EVENT, 'data: {"error":{"message":"no","code":"x"}}'), w.FIN },
    w.cut("stream", 1)),
  row("an event with the name of an error", { events(LF, EVENT, 'event: error\ndata: {"error":{"message":"no"}}'),
    w.FIN }, w.cut("stream", 1)),
  row("HTML instead of events", { "<html>\n\ndata is here\n\n</html>\n", w.FIN }, w.NO_EVENTS),
  row("silence after an event", { EVENT .. "\n\n", w.STALL }, w.cut("timeout", 1), { patience = w.PATIENCE }),
  row("silence within an event", { EVENT .. "\n\n" .. EVENT:sub(1, 20), w.STALL }, w.cut("timeout", 1),
    { patience = w.PATIENCE }),
  row("comments for ever", { EVENT .. "\n\n", { drip = (": ping\n\n"):rep(200), every = 0.03, size = 8 } },
    w.cut("timeout", 1),
    { patience = w.PATIENCE }),
  row("bytes of an event for ever", { EVENT .. "\n\n",
    { drip = "data: " .. ("x"):rep(1000), every = 0.03, size = 5 } }, w.cut("timeout", 1),
    { patience = w.PATIENCE }),
  row("a flood of comments", { EVENT .. "\n\n", { flood = ": ping\n\n" } }, w.cut("timeout", 1),
    { settings = { idle_timeout = 0.4 } }),
  row("a line without an end", { EVENT .. "\n\ndata: ", { flood = "x" } }, TOO_LARGE, SMALL_EVENTS),
  row("an event without an end", { EVENT .. "\n\n", { flood = "data: x\n" } }, TOO_LARGE, SMALL_EVENTS),
  row("a name without an end", { EVENT .. "\n\nevent: ", { flood = "x" } }, TOO_LARGE, SMALL_EVENTS),
  row("a field without an end", { EVENT .. "\n\n", { flood = "x" } }, TOO_LARGE, SMALL_EVENTS),
}

-- Cut in every place: each piece is sent by itself.
for size = 1, 7, 3 do
  rows[#rows + 1] = row(("pieces of %d bytes"):format(size),
    { { drip = events(CRLF, unpack(WHOLE)), every = 0, size = size }, w.FIN }, w.RIGHT)
end

return { subject = "events", rows = rows }
