-- Redirects that lead nowhere, elsewhere, or round.

local w = require "spec.faults.rows.words"

local BROKEN = { kind = "connection", status = 307 }

local function to(location, status)
  return { { reply = { status = status or 307, body = "", headers = { { "Location", location } } } } }
end

local function row(name, steps, outcome, more)
  local r = { name, steps = steps, outcome = outcome }
  for field, value in pairs(more or {}) do
    r[field] = value
  end
  return r
end

return { subject = "redirect", rows = {
  row("round and round", to "/v1/round", { kind = "limit", status = 307, requests = 11 }),
  row("round and round, 308", to("/v1/round", 308), { kind = "limit", status = 308, requests = 11 }),
  row("without a place", { { reply = { status = 307, body = "" } } }, BROKEN),
  row("to an empty place", to "", BROKEN),
  row("to no address", to "http://[::1/%zz", BROKEN),
  row("to a blank address", to "http://exa mple/", BROKEN),
  row("to a port beyond any", to "http://127.0.0.1:99999/", BROKEN),
  row("to a control character", to "http://127.0.0.1/\1", BROKEN),
  row("to a file", to "file:///etc/hostname", BROKEN),
  row("to gopher", to "gopher://127.0.0.1:1/_x", BROKEN),
  row("to ftp", to "ftp://127.0.0.1/x", BROKEN),
  row("to javascript", to "javascript:alert(1)", BROKEN),
  row("to a scheme nobody knows", to "foo://127.0.0.1/", BROKEN),
  row("to where nobody listens", to "http://127.0.0.1:1/v1/x", w.RETRIED),
  -- Who only reads may go there, and meets TLS.
  row("from https to http", to "http://127.0.0.1:{{port}}/v1/x", BROKEN,
    { speaks = "https1", save = w.RETRIED, bytes = w.RETRIED, list = w.RETRIED }),
} }
