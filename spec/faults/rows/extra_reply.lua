-- One reply too many on a kept connection. It is nobody's: the next call,
-- which is made after each of these, gets its own.

local w = require "spec.faults.rows.words"

local POISON = '{"poison":true}'
local EXTRA = ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"):format(#POISON,
  POISON)
local ERROR = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

return { subject = "extra reply", rows = {
  { "with the reply", steps = { w.GOOD .. EXTRA }, outcome = w.RIGHT },
  { "a moment after it", steps = { w.GOOD, { wait = 0.002 }, EXTRA }, outcome = w.RIGHT, after = 0.03 },
  { "when nothing is asked", steps = { w.GOOD, { wait = 0.03 }, EXTRA }, outcome = w.RIGHT, after = 0.08 },
  { "half of one", steps = { w.GOOD .. EXTRA:sub(1, 20) }, outcome = w.RIGHT },
  { "the header of one", steps = { w.GOOD .. EXTRA:sub(1, -#POISON - 1) }, outcome = w.RIGHT },
  { "noise", steps = { w.GOOD .. "noise" }, outcome = w.RIGHT },
  { "a line's end", steps = { w.GOOD .. "\r\n" }, outcome = w.RIGHT },
  { "behind chunks", steps = { w.IN_CHUNKS .. "{{chunk}}0\r\n\r\n" .. EXTRA }, outcome = w.RIGHT },
  { "behind a 204", steps = { "HTTP/1.1 204 No Content\r\n\r\n" .. EXTRA }, outcome = w.NOTHING,
    stream = w.NO_STREAM },
  { "behind an error", steps = { { reply = { status = 400, body = '{"error":{"message":"no"}}' } }, EXTRA },
    outcome = { kind = "bad_request", status = 400 } },
  { "that the time is over, and an end", steps = { w.GOOD, { wait = 0.01 }, ERROR, w.FIN }, outcome = w.RIGHT,
    after = 0.05 },
  { "that the time is over", steps = { w.GOOD, { wait = 0.01 }, ERROR }, outcome = w.RIGHT, after = 0.05 },
  { "over TLS", steps = { w.GOOD, { wait = 0.01 }, EXTRA }, speaks = "https1", outcome = w.RIGHT, after = 0.05 },
  { "over TLS, with the reply", steps = { w.GOOD .. EXTRA }, speaks = "https1", outcome = w.RIGHT },
  { "an end after the reply", steps = { w.GOOD, w.FIN }, outcome = w.RIGHT },
  { "an end a moment after the reply", steps = { w.GOOD, { wait = 0.02 }, w.FIN }, outcome = w.RIGHT, after = 0.05 },
  { "a reset after the reply", steps = { w.GOOD, w.READ, w.RESET }, outcome = w.RIGHT, after = 0.06 },
  { "an end after the reply, over TLS", steps = { w.GOOD, { wait = 0.02 }, w.FIN }, speaks = "https1",
    outcome = w.RIGHT, after = 0.05 },
  { "silence after the reply", steps = { w.GOOD, w.MUTE }, outcome = w.RIGHT, patience = w.MUCH_PATIENCE },
} }
