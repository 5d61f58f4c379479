-- Replies that are errors by their status, and what they carry.

local w = require "spec.faults.rows.words"

local SERVER = { kind = "server", status = 500, retried = true }
local BAD = { kind = "bad_request", status = 400 }
local FLOOD = { kind = "server", status = 500, retried = true, megabytes = 12 }

local function failing(status, body, more)
  local reply = { status = status, body = body, type = "application/json" }
  for name, value in pairs(more or {}) do
    reply[name] = value
  end
  return { { reply = reply } }
end

local function headed(status, text, ...)
  return { ("HTTP/1.1 %d no\r\nContent-Type: text/plain\r\n"):format(status) .. text .. "\r\n", ... }
end

return { subject = "error body", rows = {
  { "nothing", steps = failing(500, ""), outcome = SERVER },
  { "HTML", steps = failing(502, "<html>" .. ("x"):rep(5000), { type = "text/html" }),
    outcome = { kind = "server", status = 502, retried = true } },
  { "half of JSON", steps = failing(400, '{"error":{"message":"n'), outcome = BAD },
  { "half of UTF-8", steps = { { reply = { status = 400, type = "application/json",
    body = '{"error":{"message":"a\226\130","x":"\255"}}' } } }, outcome = BAD },
  { "no message, no UTF-8", steps = { { reply = { status = 400, type = "application/json",
    body = '{"error":{"x":"\255"}}' } } }, outcome = BAD },
  { "an error that is a number", steps = failing(400, '{"error":5}'), outcome = BAD },
  { "an error that is a list", steps = failing(400, '{"error":[1,2]}'), outcome = BAD },
  { "a message that is an object", steps = failing(400,
    '{"error":{"message":{"a":[1]},"code":[1],"type":{},"param":5}}'), outcome = BAD },
  { "a list", steps = failing(400, "[1,2,3]"), outcome = BAD },
  { "deep", steps = failing(400, { { "[", 100000 } }), outcome = BAD },
  { "NUL", steps = failing(400, "\0\0no\0"), outcome = BAD },
  { "events", steps = failing(400, 'data: {"error":{"message":"no"}}\n\n', { type = "text/event-stream" }),
    outcome = BAD },
  { "gzip that is none", steps = failing(500, "oops", { says = "gzip" }), outcome = SERVER },
  { "gzip that is cut", steps = failing(500, "oops oops", { encoded = { "gzip" }, cut = 4 }), outcome = SERVER },
  { "cut", steps = headed(500, "Content-Length: 100\r\n", "no", w.FIN), outcome = SERVER },
  { "cut, final", steps = headed(400, "Content-Length: 100\r\n", "no", w.FIN), outcome = BAD },
  { "silent", steps = headed(400, "Content-Length: 100\r\n", "no", w.STALL), outcome = BAD, patience = w.PATIENCE },
  { "without an end", steps = headed(500, w.CLOSE, { flood = "x" }), outcome = FLOOD },
  { "chunks without an end", steps = headed(500, w.CHUNKED, { flood = "5\r\nabcde\r\n" }), outcome = FLOOD },
  { "gzip without an end", steps = headed(500, w.CLOSE .. "Content-Encoding: gzip\r\n", { bomb = 67108864 }),
    outcome = FLOOD },
  { "3 MB", steps = headed(400, "Content-Length: 3000000\r\n", { flood = "x", most = 3000000 }), outcome = BAD },
  { "a wait below nothing", steps = failing(503, "{}",
    { headers = { { "retry-after", "-5" }, { "retry-after-ms", "nan" } } }),
    outcome = { kind = "server", status = 503, retried = true } },
  { "a wait of a day", steps = failing(429, "{}", { headers = { { "retry-after", "86400" } } }),
    outcome = { kind = "rate_limit", status = 429 } },
  { "a wait beyond any", steps = failing(429, "{}", { headers = { { "retry-after", "1e400" } } }),
    outcome = { kind = "rate_limit", status = 429 } },
  { "a wait at the end of time", steps = failing(503, "{}",
    { headers = { { "retry-after", "Fri, 31 Dec 9999 23:59:59 GMT" } } }),
    outcome = { kind = "server", status = 503 } },
  { "limits of nothing", steps = failing(429, "{}", { headers = { { "x-ratelimit-limit-requests", "0" },
    { "x-ratelimit-remaining-requests", "-1" }, { "x-ratelimit-reset-requests", "x" }, { "retry-after-ms", "1" } } }),
    outcome = { kind = "rate_limit", status = 429, retried = true } },
  { "an order to try again", steps = failing(400, "{}", { headers = { { "x-should-retry", "true" } } }),
    outcome = { kind = "bad_request", status = 400, retried = true } },
} }
