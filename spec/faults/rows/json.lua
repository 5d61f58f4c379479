-- A reply that is whole, and is not what it should be.

local w = require "spec.faults.rows.words"

local function body(text, fields)
  local reply = { body = text, type = "application/json" }
  for name, value in pairs(fields or {}) do
    reply[name] = value
  end
  return { { reply = reply } }
end

--- A row for the kinds of call that read JSON. A stream that gets JSON gets
--- no events.
local function row(name, text, outcome, limits)
  local r = { name, steps = body(text), outcome = outcome, stream = { kind = "stream", status = 200 }, save = false,
    bytes = false }
  for field, value in pairs(limits or {}) do
    r[field] = value
  end
  return r
end

local ERROR = '{"error":{"message":"no","code":"x"}}'

local HTML = "<html><body><h1>Welcome to the portal</h1></body></html>"

return { subject = "json", rows = {
  row("HTML", HTML, w.NO_JSON),
  row("nothing", "", w.NO_JSON),
  row("blanks", "  \r\n ", w.NO_JSON),
  row("NUL", "\0\0\0", w.NO_JSON),
  row("half", '{"id":"x","object":', w.NO_JSON),
  row("two values", '{"id":"x"}{"id":"y"}', w.NO_JSON),
  row("garbage behind", '{"id":"x"}xyz', w.NO_JSON),
  row("single quotes", "{'id':'x'}", w.NO_JSON),
  -- Servers in Python write it: it is taken for the number it means.
  row("NaN", '{"id":NaN}', { value = false }, { list = w.NO_JSON }),
  { "an error", steps = body(ERROR), stream = { kind = "stream", status = 200, message = "no" } },
  { "an error, HTML says", steps = body(ERROR, { type = "text/html" }),
    stream = { kind = "stream", status = 200, message = "no" } },
  row("deep arrays", { { "[", 300000 }, { "]", 300000 } }, w.NO_JSON),
  row("deep objects", { { '{"a":', 200000 }, "1", { "}", 200000 } }, w.NO_JSON),
} }
