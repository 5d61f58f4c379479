-- What the rows are made of: the beginnings of replies, the ends of
-- connections, and the outcomes that many faults have.

local pace = require "spec.faults.pace"

local words = {}

words.STATUS = "HTTP/1.1 200 OK\r\n"
words.TYPE = "Content-Type: {{type}}\r\n"
words.LENGTH = "Content-Length: {{length}}\r\n"
words.CHUNKED = "Transfer-Encoding: chunked\r\n"
words.CLOSE = "Connection: close\r\n"
words.END = "\r\n"
words.LAST_CHUNK = "0\r\n\r\n"

--- A header whose body has a length, comes in chunks, or ends with the
--- connection.
words.SIZED = words.STATUS .. words.TYPE .. words.LENGTH .. words.END
words.IN_CHUNKS = words.STATUS .. words.TYPE .. words.CHUNKED .. words.END
words.TO_THE_END = words.STATUS .. words.TYPE .. words.CLOSE .. words.END
words.GOOD = words.SIZED .. "{{body}}"

words.FIN = { fin = true }
words.RESET = { reset = true }
words.STALL = { stall = true }
words.MUTE = { mute = true }
-- Bytes before a reset may be lost with it, unless they have been read.
words.READ = { wait = 0.1 * pace.slower }

-- Seconds: where nothing comes; and where something may take a while, such as
-- another connection, on a machine that has much to do.
words.PATIENCE = 0.6
words.MUCH_PATIENCE = 1.2

words.RIGHT = {}
words.RETRIED = { kind = "connection", retried = true }
words.TOO_LARGE = { kind = "limit" }
words.TIMEOUT = { kind = "timeout", retried = true }
words.NO_JSON = { kind = "decode", status = 200 }
words.NO_EVENTS = { kind = "stream" }
words.NOTHING = { kind = "decode", status = 204 }
words.NO_STREAM = { kind = "stream", status = 204 }

--- Where the running libcurl decides: whether it is tried again; whether it
--- is an error at all, and then it is this one. What is given is right.
words.PERHAPS = "perhaps"
words.PERHAPS_RETRIED = { kind = "connection", retried = words.PERHAPS }
words.ODD_OR_TOO_LARGE = { kind = "connection", or_kind = "limit", retried = words.PERHAPS }
-- What some versions of libcurl take, and others do not.
words.TOO_LARGE_OR_RIGHT = { kind = "limit", or_right = true }
words.ANY_LIMIT_OR_RIGHT = { kind = "connection", or_kind = "limit", retried = words.PERHAPS, or_right = true }
words.CONNECTION_OR_RIGHT = { kind = "connection", retried = words.PERHAPS, or_right = true }
words.DECODE_OR_RIGHT = { kind = "decode", or_right = true }

--- What a stream says that broke after so many events; it is not sent again.
---@param kind string
---@param events integer
function words.cut(kind, events)
  return { kind = kind, events = events }
end

return words
