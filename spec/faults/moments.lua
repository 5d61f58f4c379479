-- The worst moments for a connection to die, by protocol. Each request of a
-- scene of these meets one of them; some are answered, so that connections
-- are kept and die later. A reply too many comes with the one before: of one
-- that comes when the next request has gone out, nobody can tell whose it is.

local GOOD = { reply = { type = "application/json" } }
local FIN, RESET = { fin = true }, { reset = true }
local SIZED = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {{length}}\r\n\r\n"
local EXTRA = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"id\":\"nobody\"}"
local OK = { headers = { { ":status", "200" }, { "content-type", "application/json" } } }
local HALF = { data = "{{half}}" }

local function wait(seconds)
  return { wait = seconds }
end

local http1 = {
  { name = "none", steps = { GOOD } },
  { name = "none", steps = { GOOD } },
  { name = "none", steps = { GOOD } },
  { name = "an end with the reply", steps = { GOOD, FIN } },
  { name = "an end soon after the reply", steps = { GOOD, wait(0.002), FIN } },
  { name = "an end while idle", steps = { GOOD, wait(0.02), FIN } },
  { name = "a reset with the reply", steps = { GOOD, wait(0.001), RESET } },
  { name = "a reset while idle", steps = { GOOD, wait(0.02), RESET } },
  { name = "nobody reads any more, then an end", steps = { GOOD, { deaf = 0.02 }, FIN } },
  { name = "nobody reads any more, then a reset", steps = { GOOD, { deaf = 0.02 }, RESET } },
  { name = "an end after the request's header", on = "header", steps = { FIN } },
  { name = "a reset after the request's header", on = "header", steps = { RESET } },
  { name = "an end after the request", steps = { FIN } },
  { name = "a reset after the request", steps = { RESET } },
  { name = "a late end after the request", steps = { wait(0.02), FIN } },
  { name = "an end within the reply's header", steps = { SIZED:sub(1, 40), FIN } },
  { name = "a reset within the reply's header", steps = { SIZED:sub(1, 40), wait(0.002), RESET } },
  { name = "an end within the reply", steps = { SIZED .. "{{half}}", FIN } },
  { name = "a reset within the reply", steps = { SIZED .. "{{half}}", wait(0.002), RESET } },
  { name = "one reply too many", steps = { SIZED .. "{{body}}" .. EXTRA } },
  { name = "one reply too many, and an end", steps = { SIZED .. "{{body}}" .. EXTRA, FIN } },
}

local h2 = {
  { name = "none", steps = { GOOD } },
  { name = "none", steps = { GOOD } },
  { name = "none", steps = { GOOD } },
  { name = "an end with the reply", steps = { GOOD, FIN } },
  { name = "an end while idle", steps = { GOOD, wait(0.02), FIN } },
  { name = "a reset while idle", steps = { GOOD, wait(0.02), RESET } },
  { name = "nobody reads any more, then a reset", steps = { GOOD, { deaf = 0.02 }, RESET } },
  { name = "GOAWAY with the reply", steps = { GOOD, { goaway = "NO_ERROR" } } },
  { name = "GOAWAY with the reply, and an end", steps = { GOOD, { goaway = "NO_ERROR" }, wait(0.005), FIN } },
  { name = "GOAWAY before the reply", steps = { { goaway = "NO_ERROR" }, wait(0.005), GOOD } },
  { name = "GOAWAY before it was looked at", steps = { { goaway = "NO_ERROR", last = "none" }, wait(0.005), FIN } },
  { name = "GOAWAY, an error", steps = { { goaway = "INTERNAL_ERROR" }, wait(0.005), FIN } },
  { name = "an end after the request's header", on = "header", steps = { FIN } },
  { name = "a reset after the request's header", on = "header", steps = { RESET } },
  { name = "an end after the request", steps = { FIN } },
  { name = "a reset after the request", steps = { RESET } },
  { name = "a reset within the reply", steps = { OK, HALF, wait(0.002), RESET } },
  { name = "an end within the reply", steps = { OK, HALF, wait(0.002), FIN } },
  { name = "RST_STREAM REFUSED_STREAM", steps = { { rst = "REFUSED_STREAM" } } },
  { name = "RST_STREAM NO_ERROR", steps = { { rst = "NO_ERROR" } } },
  { name = "RST_STREAM CANCEL", steps = { { rst = "CANCEL" } } },
  { name = "RST_STREAM INTERNAL_ERROR within the reply",
    steps = { OK, HALF, wait(0.002), { rst = "INTERNAL_ERROR" } } },
  { name = "RST_STREAM HTTP_1_1_REQUIRED", steps = { { rst = "HTTP_1_1_REQUIRED" } } },
}

-- For a server that speaks HTTP/2 on some connections and HTTP/1.1 on others.
local turns = {
  { name = "none", steps = { wait(0.01), GOOD } },
  { name = "none", steps = { wait(0.02), GOOD } },
  { name = "an end with the reply", steps = { wait(0.01), GOOD, FIN } },
}

return { http1 = http1, h2 = h2, turns = turns }
