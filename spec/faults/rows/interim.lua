-- Interim replies (1xx), and replies without a body.

local w = require "spec.faults.rows.words"

local HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"
local SWITCH = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"

return { subject = "interim", rows = {
  { "100 and 102 before the reply",
    steps = { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nx-request-id: interim\r\n\r\n" .. w.GOOD },
    outcome = w.RIGHT },
  { "an odd one", steps = { "HTTP/1.1 199 odd\r\n\r\n" .. w.GOOD }, outcome = w.RIGHT },
  { "one with a length", steps = { "HTTP/1.1 103 Hints\r\nContent-Length: 5\r\n\r\n" .. w.GOOD }, outcome = w.RIGHT },
  { "a thousand", steps = { HINTS:rep(1000) .. w.GOOD }, outcome = w.RIGHT },
  { "without an end", steps = { { flood = HINTS } }, outcome = w.ODD_OR_TOO_LARGE },
  { "slowly, without an end", steps = { { drip = ("HTTP/1.1 102 Processing\r\n\r\n"):rep(100), every = 0.05,
    size = 27 } },
    outcome = w.TIMEOUT, settings = { attempt_timeout = 1 } },
  { "101 and an end", steps = { SWITCH, w.FIN }, outcome = w.RETRIED },
  { "101 and the reply", steps = { SWITCH .. w.GOOD, w.FIN }, outcome = w.RETRIED },
  { "101 and silence", steps = { SWITCH, w.STALL }, outcome = w.RETRIED },
  { "101 without a name", steps = { "HTTP/1.1 101 x\r\n\r\n" .. w.GOOD, w.FIN }, outcome = w.RETRIED },
  { "101 to HTTP/2", steps = { "HTTP/1.1 101 x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", w.FIN },
    outcome = w.RETRIED },
  { "204", steps = { "HTTP/1.1 204 No Content\r\n\r\n" }, outcome = w.NOTHING,
    stream = w.NO_STREAM },
  { "204 with a length and a body",
    steps = { "HTTP/1.1 204 No Content\r\n" .. w.TYPE .. w.LENGTH .. w.END .. "{{body}}", w.FIN },
    outcome = w.NOTHING, stream = w.NO_EVENTS },
  { "205 with a body", steps = { "HTTP/1.1 205 Reset\r\n" .. w.TYPE .. w.LENGTH .. w.END .. "{{body}}" },
    outcome = w.RIGHT },
  { "206 to no range",
    steps = { "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-1/100\r\n" .. w.TYPE .. w.LENGTH .. w.END .. "{{body}}" },
    outcome = w.RIGHT, save = w.RETRIED },
  { "304", steps = { "HTTP/1.1 304 Not Modified\r\n\r\n" }, outcome = { kind = "bad_request", status = 304 } },
  { "304 with a length and a body", steps = { "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nabcde", w.FIN },
    outcome = { kind = "bad_request", status = 304 } },
} }
