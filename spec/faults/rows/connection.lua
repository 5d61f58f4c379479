-- The connection is refused, ends or falls silent, at every stage of a call.

local libcurl = require "spec.support.libcurl"
local w = require "spec.faults.rows.words"

local READ, FIN, RESET, STALL = w.READ, w.FIN, w.RESET, w.STALL

-- Where a reply may break off, what has come by then, and what a stream says
-- when it does.
local stages = {
  { "after the request", {}, w.RETRIED, w.TIMEOUT },
  { "within the status line", { "HTTP/1." }, w.RETRIED, w.TIMEOUT },
  { "within the header", { "HTTP/1.1 200 OK\r\nContent-Ty" }, w.RETRIED, w.TIMEOUT },
  { "before the header's last line", { w.STATUS .. w.TYPE .. w.LENGTH }, w.RETRIED, w.TIMEOUT },
  { "after an interim reply", { "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" }, w.RETRIED, w.TIMEOUT },
  { "after the header", { w.SIZED }, w.cut("connection", 0), w.cut("timeout", 0) },
  { "within the body", { w.SIZED .. "{{half}}" }, w.cut("connection", 1), w.cut("timeout", 1) },
  { "within a chunk", { w.IN_CHUNKS .. "ffff\r\n{{half}}" }, w.cut("connection", 1), w.cut("timeout", 1) },
  { "between chunks", { w.IN_CHUNKS .. "{{half_chunk}}" }, w.cut("connection", 1), w.cut("timeout", 1) },
  { "before the last chunk", { w.IN_CHUNKS .. "{{chunk}}" }, w.RIGHT, w.RIGHT },
  { "within the trailers", { w.IN_CHUNKS .. "{{chunk}}0\r\nX-A: b" }, w.RIGHT, w.RIGHT },
}

local function row(how, stage, ending, outcome, stream)
  local steps = { stage[2][1], ending == RESET and READ or { wait = 0 }, ending }
  if not stage[2][1] then
    table.remove(steps, 1)
  end
  return { how .. " " .. stage[1], steps = steps, outcome = outcome, stream = stream,
    patience = ending == STALL and w.PATIENCE or nil }
end

local rows = {}

for _, how in ipairs { { "ends", FIN }, { "is reset", RESET } } do
  for _, stage in ipairs(stages) do
    rows[#rows + 1] = row(how[1], stage, how[2], w.RETRIED, stage[3])
    rows[#rows + 1] = row("over TLS " .. how[1], stage, how[2], w.RETRIED, stage[3])
    rows[#rows].speaks = "https1"
  end
end
for _, stage in ipairs(stages) do
  rows[#rows + 1] = row("falls silent", stage, STALL, w.TIMEOUT, stage[4])
end

local function add(row_of_fault)
  rows[#rows + 1] = row_of_fault
end

local NO_REQUEST = { kind = "connection", retried = true, requests = 0 }
local NO_TLS = { kind = "tls", retried = true, requests = 0 }
local NO_TIME = { kind = "timeout", retried = true, requests = 0 }

add { "is refused", speaks = "nothing", steps = {}, outcome = NO_REQUEST }
add { "is reset when it is made", speaks = "tcp", on = "connect", steps = { RESET }, outcome = NO_REQUEST }
add { "ends when it is made", speaks = "tcp", on = "connect", steps = { FIN }, outcome = NO_REQUEST }
add { "falls silent when it is made", speaks = "tcp", on = "connect", steps = { STALL }, outcome = NO_TIME,
  patience = w.PATIENCE }
add { "has a banner of another protocol", speaks = "tcp", on = "connect",
  steps = { "SSH-2.0-OpenSSH_9.2\r\n", STALL },
  outcome = NO_REQUEST }
add { "has a banner that ends", speaks = "tcp", on = "connect", steps = { "220 mail.example ESMTP\r\n", FIN },
  outcome = NO_REQUEST }
add { "answers with a TLS alert", speaks = "tcp", steps = { { write = "\21\3\1\0\2\2\70" }, FIN },
  outcome = NO_REQUEST }
add { "answers with noise", speaks = "tcp", steps = { { write = ("\0\255\1\254\128"):rep(1000) }, FIN },
  outcome = NO_REQUEST }
add { "TLS: an alert instead of a hello", speaks = "tls", steps = { { write = "\21\3\3\0\2\2\40" }, FIN },
  outcome = NO_TLS }
add { "TLS: HTTP instead of a hello", speaks = "tls", steps = { "HTTP/1.1 400 Bad Request\r\n\r\n", FIN },
  outcome = NO_TLS }
add { "TLS: noise instead of a hello", speaks = "tls", steps = { { write = ("\255\254\253"):rep(3000) }, FIN },
  outcome = NO_TLS }
add { "TLS: half a record", speaks = "tls", steps = { { write = "\22\3\3\1\0\2" }, FIN }, outcome = NO_TLS }
add { "TLS: ends instead of a hello", speaks = "tls", steps = { FIN }, outcome = NO_TLS }
add { "TLS: is reset instead of a hello", speaks = "tls", steps = { RESET }, outcome = NO_TLS }
add { "TLS: falls silent instead of a hello", speaks = "tls", steps = { STALL }, outcome = NO_TIME,
  patience = w.PATIENCE }
add { "TLS: a hello that takes longer than connecting may", speaks = "tls", steps = { STALL }, outcome = NO_TIME,
  settings = { connect_timeout = 0.3 } }
add { "TLS: an end without notice, of a body to the end", speaks = "https1",
  steps = { w.TO_THE_END .. "{{half}}", { cut = true } },
  outcome = libcurl.tells_cut_tls and w.RETRIED or w.NO_JSON,
  stream = w.cut(libcurl.tells_cut_tls and "connection" or "stream", 1),
  save = libcurl.tells_cut_tls and w.RETRIED or { value = false },
  bytes = libcurl.tells_cut_tls and w.RETRIED or { value = false } }

return { subject = "connection", rows = rows }
