-- Replies before the request's body was read. Only what is sent after the
-- header matters, so the other kinds do not meet these.

local w = require "spec.faults.rows.words"

local TOO_LARGE = '{"error":{"message":"too large"}}'

local function early(status, ...)
  return { { reply = { status = status, body = TOO_LARGE, type = "application/json",
    headers = { { "Connection", "close" } } } }, ... }
end

local function row(name, steps, outcome, more)
  local r = { name, on = "header", steps = steps, upload = outcome }
  for field, value in pairs(more or {}) do
    r[field] = value
  end
  return r
end

local DENIED = { kind = "bad_request", status = 413 }

return { subject = "upload", rows = {
  row("413 and an end", early(413, { drain = 0.2 }, w.FIN), DENIED),
  row("413, the rest read", early(413, { drain = 0.5 }), DENIED),
  row("413 and nothing read", early(413, { wait = 0.3 }, w.FIN), DENIED),
  row("413 and a reset", early(413, { wait = 0.1 }, w.RESET), DENIED),
  row("401, the rest read", { { reply = { status = 401, body = TOO_LARGE, type = "application/json" } },
    { drain = 0.3 } },
    { kind = "authentication", status = 401 }),
  row("200 before the body", { { reply = {} }, { drain = 0.3 } }, w.RIGHT),
  row("a reset at once", { w.RESET }, w.RETRIED),
  row("a reset while it is sent", { { wait = 0.05 }, w.RESET }, w.RETRIED),
  row("an end at once", { w.FIN }, w.RETRIED),
  row("nobody reads", { w.STALL }, w.TIMEOUT, { patience = w.PATIENCE }),
  row("half a reply before the body", { w.SIZED .. "{{half}}", { drain = 0.1 }, w.FIN }, w.RETRIED),
} }
