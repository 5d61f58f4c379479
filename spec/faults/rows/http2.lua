-- HTTP/2, frame by frame: streams and connections that end in every state,
-- floods, windows, and frames that are not allowed.

local libcurl = require "spec.support.libcurl"
local merged = require "spec.support.merged"
local w = require "spec.faults.rows.words"

local OK = { { ":status", "200" }, { "content-type", "{{type}}" } }
local SIZED = { OK[1], OK[2], { "content-length", "{{length}}" } }
local HEADERS, WITH_LENGTH = { headers = OK }, { headers = SIZED }
local HALF, REST, BODY = { data = "{{half}}" }, { data = "{{rest}}", ["end"] = true },
  { data = "{{body}}", ["end"] = true }
local GOOD = { reply = {} }
local NONE = 0
local unpack = table.unpack or unpack -- luacheck: ignore
local ELSEWHERE = { retried = true } -- with the right value

-- No file and no bytes are taken over HTTP/2 without a length: libcurl takes
-- a stream that was broken off without an error, or by a frame that is not
-- allowed, for whole. A file is refused with the header, bytes when they have
-- come. JSON and events tell themselves that they were cut.
local UNSIZED = { kind = "connection", status = w.PERHAPS }

-- libcurl since 8.0 tells who breaks the protocol that the connection is over,
-- and reads on until that ends it: most servers do at once, and of one that
-- does not, as here, the program has a time-out. Either is tried again.
local BROKEN = { kind = "connection", or_kind = "timeout", status = w.PERHAPS, retried = true, requests = w.PERHAPS }
local BROKEN_STREAM = { kind = "connection", or_kind = "timeout", events = 1 }

--- An outcome with libcurl since 8.0, and the one before.
local function since_8(outcome, before)
  return libcurl.shows_broken_http2 and outcome or before
end

local function frame(kind, fields)
  local step = { frame = kind }
  for name, value in pairs(fields or {}) do
    step[name] = value
  end
  return step
end

local rows = {}

local function add(name, steps, outcome, more)
  local row = { name, speaks = "h2", steps = steps, outcome = outcome }
  for field, value in pairs(more or {}) do
    row[field] = value
  end
  rows[#rows + 1] = row
end

--- A reply without a length that is whole.
local function add_unsized(name, steps, outcome, more)
  add(name, steps, outcome, merged({ save = UNSIZED, bytes = UNSIZED }, more))
end

local function sized(steps)
  local copy = { unpack(steps) }
  copy[1] = WITH_LENGTH
  return copy
end

--- A reply without a length that does not come to its end after so many
--- events, with an error that libcurl shows; files and bytes get one with a
--- length besides.
local function add_cut(name, steps, events, more)
  local outcome = more and more.outcome or w.RETRIED
  add(name, steps, outcome, merged({ stream = w.cut(outcome.kind, events), save = UNSIZED }, more))
  add(name .. ", of a length", sized(steps), outcome,
    merged(more or {}, { call = false, stream = false, upload = false, list = false }))
end

--- A frame that is not allowed within a body, after an event.
local function add_broken_within(name, steps, more)
  add(name, steps, BROKEN, merged({ stream = BROKEN_STREAM, save = UNSIZED }, more))
  add(name .. ", of a length", sized(steps), BROKEN,
    merged(more or {}, { call = false, stream = false, upload = false, list = false }))
end

--- A fault that libcurl does not show.
local function add_hidden(name, steps, events, more)
  add(name, steps, w.NO_JSON,
    merged({ stream = w.cut("stream", events), save = UNSIZED, bytes = UNSIZED }, more))
  add(name .. ", of a length", sized(steps), w.RETRIED,
    merged(more or {}, { call = false, stream = false, upload = false, list = false }))
end

-- A stream that is ended in every state, for every reason.
local reasons = { "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "REFUSED_STREAM", "CANCEL", "ENHANCE_YOUR_CALM",
  "HTTP_1_1_REQUIRED", 9999 }
for _, reason in ipairs(reasons) do
  local rst = { rst = reason }
  local add_broken = reason == "NO_ERROR" and add_hidden or add_cut
  add("RST_STREAM " .. reason .. " after the request", { rst }, w.RETRIED)
  add_broken("RST_STREAM " .. reason .. " after the header", { HEADERS, w.READ, rst }, 0)
  add_broken("RST_STREAM " .. reason .. " within the body", { HEADERS, HALF, w.READ, rst }, 1)
  add("RST_STREAM " .. reason .. " within a body with a length", { WITH_LENGTH, HALF, w.READ, rst }, w.RETRIED,
    { stream = w.cut("connection", 1), save = false, bytes = false })
end

-- A connection that is to end, in every state.
for _, reason in ipairs { "NO_ERROR", "INTERNAL_ERROR" } do
  local unseen, seen = { goaway = reason, last = "none" }, { goaway = reason }
  add("GOAWAY " .. reason .. " that has not looked at it", { unseen, w.READ, w.FIN }, w.RETRIED)
  add("GOAWAY " .. reason .. " that has, and an end", { seen, w.READ, w.FIN }, w.RETRIED)
  add("GOAWAY " .. reason .. " that has, and a reset", { seen, w.READ, w.RESET }, w.RETRIED)
  add_cut("GOAWAY " .. reason .. " within the body, and an end", { HEADERS, HALF, seen, w.READ, w.FIN }, 1)
  add_cut("GOAWAY " .. reason .. " before the last stream, within the body",
    { HEADERS, HALF, unseen, w.READ, w.FIN }, 1)
end
add("GOAWAY NO_ERROR, and the reply all the same", { { goaway = "NO_ERROR" }, w.READ, GOOD }, w.RIGHT)
add_unsized("GOAWAY NO_ERROR within the body, and the rest of it",
  { HEADERS, HALF, { goaway = "NO_ERROR" }, w.READ, REST }, w.RIGHT)
add("GOAWAY NO_ERROR after the reply", { GOOD, { goaway = "NO_ERROR" } }, w.RIGHT)
add("GOAWAY NO_ERROR after the reply, and an end", { GOOD, { goaway = "NO_ERROR" }, w.READ, w.FIN }, w.RIGHT,
  { after = 0.06 })

-- The connection under it.
for how, ending in pairs { ["an end"] = w.FIN, ["a reset"] = w.RESET, ["an end without notice"] = { cut = true } } do
  add(how .. " after the request", { ending }, w.RETRIED)
  add_cut(how .. " after the header", { HEADERS, w.READ, ending }, 0)
  add_cut(how .. " within the body", { HEADERS, HALF, w.READ, ending }, 1)
  add_cut(how .. " within a frame",
    { HEADERS, HALF, frame("DATA", { payload = "abc", length = 100 }), w.READ, ending }, 1)
  add(how .. " after the reply", { GOOD, w.READ, ending }, w.RIGHT, { after = 0.06 })
end
add("silence after the request", { w.STALL }, w.TIMEOUT, { patience = w.PATIENCE })
add_cut("silence after the header", { HEADERS, w.STALL }, 0, { outcome = w.TIMEOUT, patience = w.PATIENCE })
add_cut("silence within the body", { HEADERS, HALF, w.STALL }, 1,
  { outcome = w.TIMEOUT, patience = w.PATIENCE })
add("a connection that is dead after its first reply, where others live", { w.MUTE }, ELSEWHERE,
  { warm = 1, connections = 1, patience = w.MUCH_PATIENCE })
add("a connection that is dead at once, where others live", { w.MUTE }, ELSEWHERE,
  { connections = 1, patience = w.MUCH_PATIENCE })
add("a connection that is dead within the body", { WITH_LENGTH, HALF, w.MUTE }, ELSEWHERE,
  { warm = 1, connections = 1, patience = w.MUCH_PATIENCE,
    stream = { kind = "timeout", or_kind = since_8 "connection", events = 1 } })

-- Floods that are allowed, more or less.
-- Where much is read at once, as for a file, nghttp2 may take the answers for a flood.
add("a flood of PING", { frame("PING", { stream = NONE, payload = "12345678", times = 3000 }), GOOD }, w.RIGHT,
  { save = since_8(w.CONNECTION_OR_RIGHT) })
-- A server that is busy with it, for several clients, reads no further request in time.
add("PING without an end", { frame("PING", { stream = NONE, payload = "12345678", times = 500000 }) },
  { kind = "timeout", or_kind = since_8 "connection", retried = true, requests = w.PERHAPS },
  { settings = { attempt_timeout = 1, first_event_timeout = 1 } })
add("a flood of SETTINGS", { frame("SETTINGS", { stream = NONE, times = 900 }), GOOD }, w.RIGHT)
-- nghttp2 takes that many for a flood, since each wants an answer.
add("SETTINGS without an end", { frame("SETTINGS", { stream = NONE, times = 2000000 }) }, w.RETRIED)
add_unsized("a flood of empty DATA", { HEADERS, frame("DATA", { times = 20000 }), BODY }, w.RIGHT)
add("a flood of WINDOW_UPDATE", { frame("WINDOW_UPDATE", { stream = NONE, payload = "\0\0\0\1", times = 5000 }),
  GOOD }, w.RIGHT)
add("a flood of PRIORITY", { frame("PRIORITY", { payload = "\0\0\0\0\1", times = 5000 }), GOOD }, w.RIGHT)
add("a flood of RST_STREAM", { frame("RST_STREAM", { payload = "\0\0\0\8", times = 20000 }) }, w.RETRIED)
add("frames that nobody knows", { frame(77, { payload = "what?", times = 100 }), GOOD }, w.RIGHT)
add("CONTINUATION without an end", { frame("HEADERS", { fields = OK }),
  frame("CONTINUATION", { fields = { { "x", ("y"):rep(100) } }, times = 200000 }) },
  w.RETRIED)
add_unsized("a header in six frames", { frame("HEADERS", { fields = { OK[1] } }),
  frame("CONTINUATION", { fields = { { "x", ("y"):rep(100) } }, times = 4 }),
  frame("CONTINUATION", { flags = { "END_HEADERS" }, fields = { OK[2] } }), BODY }, w.RIGHT)

-- Windows.
add("a window that is never opened", { w.STALL }, w.TIMEOUT, { window = 0, on = "header", patience = w.PATIENCE })
add("a window that is opened late", { { wait = 0.2 }, frame("WINDOW_UPDATE", { stream = NONE, payload = "\1\0\0\0" }),
  frame("WINDOW_UPDATE", { payload = "\1\0\0\0" }), { wait = 0.1 }, GOOD }, w.RIGHT, { window = 0, on = "header" })
add("a window beyond any", { frame("WINDOW_UPDATE", { stream = NONE, payload = "\127\255\255\255" }),
  frame("WINDOW_UPDATE", { stream = NONE, payload = "\127\255\255\255" }), w.READ, w.STALL }, w.RETRIED,
    { patience = 2 })
add("a window opened by nothing", { frame("WINDOW_UPDATE", { payload = "\0\0\0\0" }), w.STALL }, w.RETRIED,
  { patience = 2 })

-- Frames that are not allowed.
local broken = {
  ["noise"] = { { write = ("\255\254\0\1"):rep(500) } },
  ["HTTP/1.1"] = { w.GOOD },
  ["DATA before the header"] = { frame("DATA", { flags = { "END_STREAM" }, payload = "x" }) },
  ["DATA of a stream that nobody opened"] = { frame("DATA",
    { stream = "other", flags = { "END_STREAM" }, payload = "x" }) },
  ["DATA of the connection"] = { frame("DATA", { stream = NONE, payload = "x" }) },
  ["HEADERS of the connection"] = { frame("HEADERS", { stream = NONE, flags = { "END_HEADERS" }, fields = OK }) },
  ["HEADERS of a stream of the server's"] = { frame("HEADERS",
    { stream = 2, flags = { "END_HEADERS" }, fields = OK }) },
  ["HEADERS that depend on themselves"] = { frame("HEADERS",
    { flags = { "END_HEADERS", "PRIORITY" }, payload = "\0\0\0\1\1" }) },
  ["HEADERS that are no HPACK"] = { frame("HEADERS", { flags = { "END_HEADERS" }, payload_base64 = "/////w==" }) },
  ["HEADERS with an index beyond any"] = { frame("HEADERS",
    { flags = { "END_HEADERS" }, payload_base64 = "//////8P" }) },
  ["HEADERS with a table beyond any"] = { frame("HEADERS",
    { flags = { "END_HEADERS" }, payload_base64 = "P///fw==" }) },
  ["HEADERS with padding beyond their end"] = { frame("HEADERS",
    { flags = { "END_HEADERS", "PADDED" }, payload_base64 = "/4g=" }) },
  ["HEADERS, and another frame before CONTINUATION"] = { frame("HEADERS", { fields = OK }),
    frame("PING", { stream = NONE, payload = "12345678" }) },
  ["CONTINUATION of nothing"] = { frame("CONTINUATION", { flags = { "END_HEADERS" }, fields = OK }) },
  ["a frame larger than allowed"] = { frame("DATA", { payload = { "x", 20000 } }) },
  ["PING of seven bytes"] = { frame("PING", { stream = NONE, payload = "1234567" }) },
  ["PING of a stream"] = { frame("PING", { payload = "12345678" }) },
  ["SETTINGS of five bytes"] = { frame("SETTINGS", { stream = NONE, payload = "12345" }) },
  ["SETTINGS of a stream"] = { frame("SETTINGS", {}) },
  ["SETTINGS with a window beyond any"] = { frame("SETTINGS", { stream = NONE, payload_base64 = "AAT/////" }) },
  ["SETTINGS with a frame too small"] = { frame("SETTINGS", { stream = NONE, payload_base64 = "AAUAAAAB" }) },
  ["RST_STREAM of a stream that nobody opened"] = { frame("RST_STREAM", { stream = "other", payload = "\0\0\0\8" }) },
  ["RST_STREAM of the connection"] = { frame("RST_STREAM", { stream = NONE, payload = "\0\0\0\8" }) },
  ["GOAWAY of a stream"] = { frame("GOAWAY", { payload = "\0\0\0\0\0\0\0\0" }) },
  ["PUSH_PROMISE"] = { frame("PUSH_PROMISE", { flags = { "END_HEADERS" }, payload_base64 = "AAAAAoKGhA==" }) },
}
-- Faults that end the stream with an error, and not the connection alone.
local ENDS_STREAM = { ["HEADERS that depend on themselves"] = true,
  ["HEADERS, and another frame before CONTINUATION"] = true }
for name, steps in pairs(broken) do
  local first, later = { w.READ }, { HEADERS, HALF, w.READ }
  for _, step in ipairs(steps) do
    first[#first + 1], later[#later + 1] = step, step
  end
  first[#first + 1], later[#later + 1] = w.STALL, w.STALL
  add("broken: " .. name, first, since_8(BROKEN, w.RETRIED), { patience = 2 })
  local within = "broken within the body: " .. name
  if libcurl.shows_broken_http2 and name ~= "DATA before the header" then -- which is there by then
    add_broken_within(within, later, { patience = 2 })
  else
    local add_broken = ENDS_STREAM[name] and add_cut or add_hidden
    add_broken(within, later, 1, { patience = 2 })
  end
end

-- Replies that are not right.
local function header(fields)
  return { headers = fields, ["end"] = false }
end
add("no status", { header { OK[2] }, BODY }, w.RETRIED, { patience = 2 })
add("a status twice", { header { OK[1], OK[1], OK[2] }, BODY }, w.RETRIED, { patience = 2 })
add("a status that is no number", { header { { ":status", "abc" }, OK[2] }, BODY }, w.RETRIED, { patience = 2 })
add("a status behind a field", { header { OK[2], OK[1] }, BODY }, w.RETRIED, { patience = 2 })
add("a path in a reply", { header { OK[1], { ":path", "/" }, OK[2] }, BODY }, w.RETRIED, { patience = 2 })
add("a name in capitals", { header { OK[1], { "X-Request-Id", "x" }, OK[2] }, BODY }, w.RETRIED, { patience = 2 })
add("a name with a line's end", { header { OK[1], { "x\r\ny", "z" }, OK[2] }, BODY }, w.RETRIED, { patience = 2 })
add("a value with a line's end", { header { OK[1], { "x-request-id", "a\r\nx-evil: b" }, OK[2] }, BODY }, w.RETRIED,
  { patience = 2 })
add("a value with NUL", { header { OK[1], { "x-a", "b\0c" }, OK[2] }, BODY }, w.RETRIED, { patience = 2 })
add("a header of the connection", { header { OK[1], { "transfer-encoding", "chunked" }, OK[2] }, BODY }, w.RETRIED,
  { patience = 2 })
add_unsized("a field of 60 KB", { header { OK[1], OK[2], { "x-a", ("y"):rep(15000) } }, BODY }, w.RIGHT)
add("an interim reply", { { headers = { { ":status", "103" }, { "link", "</x>" } } }, GOOD }, w.RIGHT)
add("interim replies without an end", { frame("HEADERS", { flags = { "END_HEADERS" }, fields = { { ":status",
  "103" } }, times = 400000 }) }, w.PERHAPS_RETRIED)
add("an interim reply that ends the stream", { { headers = { { ":status", "103" } }, ["end"] = true } }, w.RETRIED,
  { patience = 2 })
add("101", { { headers = { { ":status", "101" } } }, GOOD }, w.RETRIED, { patience = 2 })
add("204", { { headers = { { ":status", "204" } }, ["end"] = true } }, w.NOTHING,
  { stream = w.NO_STREAM })
add_unsized("a header of JSON without a body", { { headers = OK, ["end"] = true } }, w.NO_JSON,
  { stream = w.NO_EVENTS })
add_unsized("a header of nothing without a body", { { headers = { OK[1] }, ["end"] = true } }, w.NO_JSON,
  { stream = { kind = "stream", status = 200 } })
add("a length too long", { { headers = { OK[1], OK[2], { "content-length", "{{length+10}}" } } }, HALF, w.READ,
  REST }, w.RETRIED,
  { stream = since_8(w.RIGHT, w.cut("connection", 1)), patience = 2 }) -- its last event says that it is whole
add("a length too short", { { headers = { OK[1], OK[2], { "content-length", "{{length-10}}" } } }, HALF, w.READ,
  REST }, w.RETRIED,
  { stream = w.cut("connection", 1), patience = 2 })
add_unsized("trailers", { HEADERS, { data = "{{body}}" },
  { headers = { { "x-a", "b" }, { "x-request-id", "smuggled" } }, ["end"] = true } }, w.RIGHT)
-- What follows a body that has come in its length does not matter.
for name, trailers in pairs {
  ["trailers with a status"] = { { headers = { { ":status", "500" } }, ["end"] = true } },
  ["trailers that do not end"] = { { headers = { { "x-a", "b" } } }, w.STALL },
} do
  local steps = { HEADERS, { data = "{{body}}" }, unpack(trailers) }
  add(name, steps, w.RETRIED, { patience = 2, stream = w.RIGHT, save = UNSIZED })
  add(name .. ", of a length", sized(steps), since_8(w.CONNECTION_OR_RIGHT, w.RIGHT), { patience = 2 })
end
add("DATA after the end", { GOOD, { data = "more" } }, w.RIGHT)
add("a header after the end", { GOOD, HEADERS, BODY }, w.RIGHT)
add("the reply twice", { GOOD, GOOD }, w.RIGHT)
add("padding", { WITH_LENGTH, frame("DATA", { flags = { "PADDED" }, payload = "\3{{half}}\0\0\0" }), REST }, w.RIGHT)
add("413 before the body, and RST_STREAM NO_ERROR",
  { { reply = { status = 413, body = '{"error":{"message":"too large"}}', type = "application/json" } },
  { rst = "NO_ERROR" } }, { kind = "bad_request", status = 413 }, { on = "header" })
add("RST_STREAM before the body", { { rst = "ENHANCE_YOUR_CALM" } }, w.RETRIED, { on = "header" })
add("body without an end", { HEADERS, { data = { "x", 33554432 } }, w.STALL },
  { kind = "limit", megabytes = 40 },
  { settings = { max_reply_bytes = 8388608, max_event_bytes = 8388608 },
    stream = { kind = "limit", megabytes = 40 }, save = UNSIZED })

-- In an order that is always the same.
table.sort(rows, function(a, b)
  return a[1] < b[1]
end)

return { subject = "http2", rows = rows }
