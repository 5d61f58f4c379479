-- Where a body ends: lengths and chunks that are wrong, or contradict.

local w = require "spec.faults.rows.words"

local HEAD = w.STATUS .. w.TYPE
local BIG = ("9"):rep(30)

local function with_length(text, ...)
  return { HEAD .. "Content-Length: " .. text .. "\r\n\r\n{{body}}", ... }
end

--- In chunks, as they are written here.
local function chunks(...)
  return { w.IN_CHUNKS, ... }
end

return { subject = "framing", rows = {
  { "a length too long", steps = with_length("{{length+10}}", w.FIN), outcome = w.RETRIED, stream = w.RIGHT },
  { "a length too long, and silence", steps = with_length("{{length+10}}", w.STALL), outcome = w.TIMEOUT,
    stream = w.RIGHT,
    patience = w.PATIENCE },
  { "a length too short", steps = with_length("{{length-10}}"), outcome = w.NO_JSON, stream = w.RIGHT,
    save = { value = false }, bytes = { value = false } },
  { "a negative length", steps = with_length("-5", w.FIN), outcome = w.RETRIED },
  { "a length with a sign", steps = with_length("+{{length}}", w.FIN), outcome = w.CONNECTION_OR_RIGHT },
  { "a length that is no number", steps = with_length("12abc", w.FIN), outcome = w.RETRIED },
  { "a length of nothing", steps = with_length("", w.FIN), outcome = w.RETRIED },
  { "a length beyond any", steps = with_length(BIG, w.FIN), outcome = w.CONNECTION_OR_RIGHT },
  { "a length of 8 EB", steps = with_length("9000000000000000000", w.FIN), outcome = w.RETRIED, stream = w.RIGHT },
  { "a length of 63 MB, and an end", steps = with_length("66060288", w.FIN), outcome = w.RETRIED, stream = w.RIGHT },
  { "two lengths", steps = with_length("{{length}}\r\nContent-Length: 10", w.FIN), outcome = w.RETRIED },
  { "one length twice", steps = with_length("{{length}}\r\nContent-Length: {{length}}"), outcome = w.RIGHT },
  { "two lengths in a line", steps = with_length("{{length}}, {{length}}", w.FIN), outcome = w.CONNECTION_OR_RIGHT },
  { "a length and chunks", steps = { HEAD .. "Content-Length: 5\r\n" .. w.CHUNKED .. "\r\n{{chunk}}0\r\n\r\n" },
    outcome = w.RIGHT },
  { "chunks and a length", steps = { HEAD .. w.CHUNKED .. "Content-Length: 5\r\n\r\n{{chunk}}0\r\n\r\n" },
    outcome = w.RIGHT },
  { "an unknown transfer encoding", steps = { HEAD .. "Transfer-Encoding: foo\r\n\r\n{{body}}", w.FIN },
    outcome = { kind = "decode" } },
  { "chunks twice", steps = { HEAD .. "Transfer-Encoding: chunked, chunked\r\n\r\n{{chunk}}0\r\n\r\n", w.FIN },
    outcome = w.CONNECTION_OR_RIGHT },
  { "a chunk of no number", steps = chunks("zz\r\n{{body}}\r\n0\r\n\r\n", w.FIN), outcome = w.RETRIED,
    stream = w.cut("connection", 0) },
  { "a chunk of a negative number", steps = chunks("-5\r\n{{body}}\r\n0\r\n\r\n", w.FIN), outcome = w.RETRIED,
    stream = w.cut("connection", 0) },
  { "a chunk beyond any", steps = chunks("ffffffffffffffffff1\r\n{{body}}", w.FIN), outcome = w.RETRIED,
    stream = w.cut("connection", 0) },
  { "a chunk of 8 EB", steps = chunks("7fffffffffffffff\r\n{{half}}", w.FIN), outcome = w.RETRIED,
    stream = w.cut("connection", 1) },
  { "a chunk with a long number", steps = chunks(("0"):rep(200000) .. "5\r\n{{body}}", w.FIN), outcome = w.RETRIED,
    stream = w.cut("connection", 0) },
  { "a chunk with an extension", steps = chunks("0005;a=b;c\r\n", "plain", "\r\n", "0\r\n\r\n"), outcome = w.NO_JSON,
    stream = w.NO_EVENTS,
    save = { value = "plain" }, bytes = { value = "plain" } },
  { "a chunk with an extension without an end", steps = chunks("5;", { flood = "x" }), outcome = w.TIMEOUT,
    stream = w.cut("timeout", 0),
    settings = { attempt_timeout = 1, first_event_timeout = 1 } },
  { "a chunk without its end", steps = chunks("{{half_chunk}}garbage\r\n", w.FIN), outcome = w.RETRIED,
    stream = w.cut("connection", 1) },
  { "chunks ended by LF alone", steps = chunks("5\nplain\n0\n\n", w.FIN), outcome = w.NO_JSON, stream = w.NO_EVENTS,
    save = { value = "plain" }, bytes = { value = "plain" } },
  { "chunks of one byte", steps = { w.STATUS .. w.TYPE .. w.CHUNKED .. w.END, { ones = "{{body}}" }, w.LAST_CHUNK },
    outcome = w.RIGHT },
  { "to the end, whole", steps = { w.TO_THE_END .. "{{body}}", w.FIN }, outcome = w.RIGHT },
  { "to the end, nothing", steps = { w.TO_THE_END, w.FIN }, outcome = w.NO_JSON, stream = w.NO_EVENTS,
    save = { value = "" }, bytes = { value = "" } },
  { "to the end, cut", steps = { w.TO_THE_END .. "{{half}}", w.FIN }, outcome = w.NO_JSON,
    stream = w.cut("stream", 1),
    save = { value = false }, bytes = { value = false } },
  { "to the end, reset", steps = { w.TO_THE_END .. "{{half}}", w.READ, w.RESET }, outcome = w.RETRIED,
    stream = w.cut("connection", 1) },
  { "to the end, silent", steps = { w.TO_THE_END .. "{{half}}", w.STALL }, outcome = w.TIMEOUT,
    stream = w.cut("timeout", 1),
    patience = w.PATIENCE },
  { "slowly, never still", steps = { w.SIZED, { drip = "{{body}}", every = 0.2, size = 2000 } }, outcome = w.RIGHT,
    settings = { timeout = 1.2 } },
} }
