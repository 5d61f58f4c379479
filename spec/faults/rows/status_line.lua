-- The first line of a reply.

local w = require "spec.faults.rows.words"

local REST = w.TYPE .. w.LENGTH .. w.END .. "{{body}}"
local ERROR = '{"error":{"message":"no"}}'
local ERROR_REST = ("Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"):format(#ERROR, ERROR)

return { subject = "status line", rows = {
  { "without a reason", steps = { "HTTP/1.1 200\r\n" .. REST }, outcome = w.RIGHT },
  { "with a long reason", steps = { "HTTP/1.1 200 " .. ("O"):rep(5000) .. "K\r\n" .. REST }, outcome = w.RIGHT },
  { "of HTTP/1.0", steps = { "HTTP/1.0 200 OK\r\n" .. w.TYPE .. w.END .. "{{body}}", w.FIN }, outcome = w.RIGHT },
  { "ended by LF alone", steps = { "HTTP/1.1 200 OK\n" .. w.TYPE:gsub("\r", "") .. w.LENGTH:gsub("\r",
    "") .. "\n{{body}}" },
    outcome = w.RIGHT },
  { "of HTTP/0.9: none", steps = { "{{body}}", w.FIN }, outcome = w.RETRIED },
  { "of HTTP/3.0", steps = { "HTTP/3.0 200 OK\r\n" .. REST, w.FIN }, outcome = w.CONNECTION_OR_RIGHT },
  { "of HTTP/9.9", steps = { "HTTP/9.9 200 OK\r\n" .. REST, w.FIN }, outcome = w.RETRIED },
  { "of ICY", steps = { "ICY 200 OK\r\n" .. REST, w.FIN }, outcome = w.RETRIED },
  { "of two digits", steps = { "HTTP/1.1 20 OK\r\n" .. REST, w.FIN }, outcome = w.RETRIED },
  { "of four digits", steps = { "HTTP/1.1 2000 OK\r\n" .. REST, w.FIN }, outcome = w.CONNECTION_OR_RIGHT },
  { "of no digits", steps = { "HTTP/1.1 abc OK\r\n" .. REST, w.FIN }, outcome = w.RETRIED },
  { "of a negative number", steps = { "HTTP/1.1 -200 OK\r\n" .. REST, w.FIN }, outcome = w.RETRIED },
  { "of zero", steps = { "HTTP/1.1 000 OK\r\n" .. REST, w.FIN }, outcome = w.RETRIED },
  { "of 999", steps = { "HTTP/1.1 999 no\r\n" .. ERROR_REST },
    outcome = { kind = "server", status = 999, retried = true } },
  { "of 600", steps = { "HTTP/1.1 600 no\r\n" .. ERROR_REST },
    outcome = { kind = "server", status = 600, retried = true } },
  { "behind an empty line", steps = { "\r\nHTTP/1.1 200 OK\r\n" .. REST, w.FIN }, outcome = w.RETRIED },
  { "behind noise", steps = { "xyz\r\nHTTP/1.1 200 OK\r\n" .. REST, w.FIN }, outcome = w.RETRIED },
  { "with a NUL", steps = { "HTTP/1.1 200 O\0K\r\n" .. REST, w.FIN }, outcome = w.RETRIED },
  { "without an end", steps = { "HTTP/1.1 200 ", { flood = "y" } }, outcome = w.TOO_LARGE },
  { "without a beginning or end", steps = { { flood = "y" } }, outcome = w.ODD_OR_TOO_LARGE },
  { "byte by byte", steps = { { drip = "HTTP/1.1 200 OK\r\n", every = 0.005 }, REST }, outcome = w.RIGHT },
} }
