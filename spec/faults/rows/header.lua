-- The lines of a reply's header, and the trailers.

local libcurl = require "spec.support.libcurl"
local w = require "spec.faults.rows.words"

local REST = w.TYPE .. w.LENGTH .. w.END .. "{{body}}"
local BAD = w.RETRIED

local function lines(text)
  return { w.STATUS .. text .. REST, { wait = 0 } }
end

--- A whole reply in chunks with these trailers.
local function trailers(text)
  return { w.IN_CHUNKS .. "{{chunk}}0\r\n" .. text .. "\r\n" }
end


return { subject = "header", rows = {
  { "a first line that begins with a blank", steps = { w.STATUS .. " folded: " .. ("A"):rep(3000) .. "\r\n" .. REST,
    w.FIN },
    outcome = w.CONNECTION_OR_RIGHT, warm = 1 },
  { "a first line that begins with a tab", steps = { w.STATUS .. "\tfolded: x\r\n" .. REST, w.FIN },
    outcome = w.CONNECTION_OR_RIGHT, warm = 1 },
  { "a line that is folded",
    steps = { w.STATUS .. "X-A: b\r\n  c\r\nContent-Type:\r\n {{type}}\r\n" .. w.LENGTH .. w.END .. "{{body}}" },
    outcome = w.RIGHT },
  { "a line without a colon", steps = { lines("this is none\r\n")[1], w.FIN }, outcome = BAD },
  { "a line of a colon", steps = { lines(":\r\n")[1], w.FIN }, outcome = w.RIGHT },
  { "a name with a blank", steps = lines("X A : b\r\n"), outcome = w.RIGHT },
  { "a line with NUL", steps = { lines("X-A: b\0c\r\n")[1], w.FIN }, outcome = BAD },
  { "a line with CR within", steps = lines("X-A: b\rc\r\n"),
    outcome = libcurl.refuses_odd_lines and w.RETRIED or w.RIGHT },
  { "lines of LF alone",
    steps = { "HTTP/1.1 200 OK\nContent-Type: {{type}}\nContent-Length: {{length}}\n\n{{body}}" },
    outcome = w.RIGHT },
  { "bytes that are no text", steps = { { write = w.STATUS .. "X-A: \255\254\r\n" }, REST }, outcome = w.RIGHT },
  { "a line of 90 KB", steps = lines("X-A: " .. ("y"):rep(90000) .. "\r\n"), outcome = w.RIGHT },
  { "a line of 200 KB", steps = { w.STATUS .. "X-A: " .. ("y"):rep(200000) .. "\r\n" .. REST, w.FIN },
    outcome = w.TOO_LARGE },
  { "a line without an end", steps = { w.STATUS .. "X-A: ", { flood = "y" } }, outcome = w.TOO_LARGE },
  { "a name without an end", steps = { w.STATUS, { flood = "y" } }, outcome = w.TOO_LARGE },
  { "lines without an end", steps = { w.STATUS, { flood = "X-A: b\r\n" } }, outcome = w.TOO_LARGE },
  { "10,000 lines", steps = lines(("X-A: b\r\n"):rep(10000)), outcome = w.TOO_LARGE_OR_RIGHT },
  { "names twice", steps = lines("x-request-id: one\r\nx-request-id: two\r\nretry-after: 1\r\nretry-after: 2\r\n"),
    outcome = w.RIGHT },
  { "a cookie", steps = lines("Set-Cookie: a=b; Path=/\r\n"), outcome = w.RIGHT },
  { "another connection's upgrade", steps = lines("Upgrade: h2c\r\nConnection: Upgrade\r\n"), outcome = w.RIGHT },
  { "another service elsewhere",
    steps = lines('Alt-Svc: h3=":1"; ma=86400\r\nStrict-Transport-Security: max-age=1\r\n'), outcome = w.RIGHT },
  { "byte by byte", steps = { { drip = w.STATUS .. w.TYPE .. w.LENGTH .. w.END, every = 0.003 }, "{{body}}" },
    outcome = w.RIGHT },
  -- Each line moves; all of them take longer than nothing may.
  { "slowly, never still", steps = { w.STATUS .. w.TYPE .. w.LENGTH, { drip = ("X-A: b\r\n"):rep(20), every = 0.09,
    size = 8 }, w.END .. "{{body}}" }, outcome = w.RIGHT,
    settings = { timeout = 1.2 } },
  { "trailers", steps = trailers("X-A: b\r\nX-C: d\r\n"), outcome = w.RIGHT },
  { "trailers that begin with HTTP/",
    steps = trailers("HTTP/1.1: 500 no\r\nx-request-id: smuggled\r\nHTTP/2: 200\r\n"),
    outcome = w.RIGHT },
  { "a trailer that is a status line", steps = trailers("HTTP/1.1 500 no\r\nx-request-id: smuggled\r\n"),
    outcome = w.CONNECTION_OR_RIGHT },
  { "a trailer that is folded", steps = trailers("X-A: b\r\n c\r\n"),
    outcome = libcurl.refuses_odd_lines and w.RETRIED or w.RIGHT, stream = w.RIGHT },
  { "a trailer that begins with a blank", steps = { w.IN_CHUNKS .. "{{chunk}}0\r\n folded: x\r\n\r\n" },
    outcome = w.RIGHT, warm = 1 },
  { "trailers without an end", steps = { w.IN_CHUNKS .. "{{chunk}}0\r\n",
    { flood = "X-A: " .. ("y"):rep(1000) .. "\r\n" } },
    outcome = w.CONNECTION_OR_RIGHT },
  { "a trailer without an end", steps = { w.IN_CHUNKS .. "{{chunk}}0\r\nX-A: ", { flood = "y" } },
    outcome = w.ANY_LIMIT_OR_RIGHT },
} }
