-- Content encodings: what was asked for, what was not, what is broken.

local w = require "spec.faults.rows.words"

local function encoded(fields)
  fields.encoded = fields.encoded or { "gzip" }
  return { { reply = fields } }
end

local function in_chunks(fields)
  local steps = encoded(fields)
  steps[1].framing = "chunked"
  return steps
end

local SPOILT = { kind = "decode", status = w.PERHAPS }
local UNASKED = { kind = "decode", status = w.PERHAPS, or_right = true }
local CUT = { kind = "stream", events = w.PERHAPS }
local GZIPPED = "Content-Encoding: gzip\r\n"

--- Where bytes are wanted, no encoding was asked for: what comes in one all
--- the same is decoded or an error, never what the caller gets.
local function row(name, steps, outcome, stream, bytes)
  return { name, steps = steps, outcome = outcome, stream = stream, bytes = bytes or UNASKED, save = UNASKED }
end

return { subject = "encoding", rows = {
  row("gzip", encoded {}, w.RIGHT),
  row("gzip in chunks", in_chunks {}, w.RIGHT),
  row("x-gzip", encoded { says = "x-gzip" }, w.RIGHT),
  row("deflate", encoded { encoded = { "deflate" } }, w.RIGHT),
  row("br", encoded { encoded = { "br" } }, w.RIGHT),
  row("gzip twice", encoded { encoded = { "gzip", "gzip" } }, w.RIGHT),
  row("gzip ten times", encoded { encoded = { "gzip", "gzip", "gzip", "gzip", "gzip", "gzip", "gzip", "gzip", "gzip",
    "gzip" } }, SPOILT),
  row("gzip that is none", encoded { encoded = {}, says = "gzip" }, SPOILT),
  row("br that is none", encoded { encoded = {}, says = "br" }, SPOILT),
  row("zstd that is none", encoded { encoded = {}, says = "zstd" }, SPOILT),
  row("one that nobody knows", encoded { encoded = {}, says = "foo" }, SPOILT),
  { "identity", steps = encoded { encoded = {}, says = "identity" }, outcome = w.RIGHT },
  { "none, as some call it", steps = encoded { encoded = {}, says = "none" }, outcome = w.RIGHT },
  row("gzip without its end, as long as it says", encoded { cut = 20 }, SPOILT, CUT),
  row("gzip without its check", encoded { cut = 8 }, w.DECODE_OR_RIGHT),
  row("gzip without its last byte", encoded { cut = 1 }, w.DECODE_OR_RIGHT),
  row("gzip without its end, in chunks", in_chunks { cut = 20 }, SPOILT, CUT),
  row("gzip without its end, to the end", { { reply = { encoded = { "gzip" }, cut = 20 }, framing = "close" } },
    SPOILT, CUT),
  row("gzip cut by the connection", { { reply = { encoded = { "gzip" }, cut = 20, missing = 20 } }, w.FIN },
    w.RETRIED,
    { kind = "connection", events = w.PERHAPS }, w.RETRIED),
  row("gzip with a wrong check", encoded { flip = 6 }, SPOILT, w.DECODE_OR_RIGHT),
  row("gzip with a wrong length", encoded { flip = 2 }, SPOILT, w.DECODE_OR_RIGHT),
  row("gzip with noise behind", encoded { append = ("noise"):rep(10) }, w.DECODE_OR_RIGHT),
  row("gzip of nothing", encoded { body = "" }, w.NO_JSON, w.NO_EVENTS),
  row("no gzip, no body", encoded { encoded = {}, says = "gzip", body = "" }, w.NO_JSON, w.NO_EVENTS),
  { "gzip without an end", steps = { w.STATUS .. w.TYPE .. GZIPPED .. w.CLOSE .. w.END, { bomb = 67108864 } },
    outcome = { kind = "limit", megabytes = 40 }, stream = { kind = "limit", megabytes = 40 }, save = UNASKED,
    settings = { max_reply_bytes = 8388608, max_event_bytes = 8388608 } },
} }
