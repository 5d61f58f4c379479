-- Webhooks as openai-python and openai-node test theirs: time, secret, header,
-- body, and what comes of it, which is an error's reason or nil.

local NOW = 1750000000
local EVENT = [[{"id": "evt_685c059ae3a481909bdc86819b066fb6", "object": "event", "created_at": 1750861210, ]]
  .. [["type": "response.completed", "data": {"id": "resp_123"}}]]
local SECRET = "whsec_RdvaYFYUXuIFuEbvZHwMfYFhUf7aMYjYcmM24+Aj40c="
local GOOD = "v1,gUAg4R2hWouRZqRQG4uJypNS8YK885G838+EHb4nKBY="
local ID = "wh_685c059ae39c8190af8c71ed1022a24d"

local function of_event(name, reason, fields)
  local case = { name = name, now = 1750861210, secret = SECRET, body = EVENT, reason = reason, id = ID,
    timestamp = "1750861210", signature = GOOD }
  for key, value in pairs(fields) do
    case[key] = value or nil
  end
  return case
end

local function plain(name, reason, timestamp, signature, tolerance)
  return { name = name, now = NOW, secret = "synthetic-webhook-secret", body = '{"synthetic": "caf\195\169"}',
    reason = reason, id = "evt_synthetic", timestamp = timestamp, signature = signature, tolerance = tolerance }
end

local AT_NOW = "v1,qzuLCtHIXTcfJr8yxIcKC07cOqyNSgdmZRut6AFa+RA="

return {
  event = { now = 1750861210, secret = SECRET, body = EVENT, id = ID, timestamp = "1750861210", signature = GOOD },
  cases = {
    of_event("a good one", nil, {}),
    of_event("a good one among others", nil, { signature = "v1,invalid_signature " .. GOOD }),
    of_event("a good one before others", nil, { signature = GOOD .. " v1,invalid_signature" }),
    of_event("a bare signature", nil, { signature = GOOD:sub(4) }),
    of_event("signatures that a server has joined", nil, { signature = "v1,invalid_signature, " .. GOOD }),
    of_event("signatures that are joined closely", nil, { signature = "v1,invalid_signature," .. GOOD .. "," }),
    of_event("two bare signatures", nil, { signature = "invalid_signature " .. GOOD:sub(4) }),
    of_event("one among a thousand", nil, { signature = ("v1,invalid "):rep(999) .. GOOD }),
    of_event("a version without a signature", "no_match", { signature = "v1," }),
    of_event("a signature of another version", "no_match", { signature = "v2," .. GOOD:sub(4) }),
    of_event("a wrong signature", "no_match", { signature = "v1,invalid_signature" }),
    of_event("an empty signature", "no_match", { signature = "" }),
    of_event("a signature that is cut", "no_match", { signature = GOOD:sub(1, -2) }),
    of_event("a signature in the other case", "no_match", { signature = GOOD:upper() }),
    of_event("another body", "no_match", { body = EVENT .. " " }),
    of_event("another id", "no_match", { id = ID .. "0" }),
    of_event("another secret", "no_match", { secret = "whsec_Zm9v" }),
    of_event("just old enough", "no_match", { timestamp = "1750860910" }),
    of_event("too old", "too_old", { timestamp = "1750860909" }),
    of_event("too new", "too_new", { timestamp = "1750861610", signature = "v1,dummy_signature" }),
    of_event("a time that is a word", "bad_timestamp", { timestamp = "abc" }),
    of_event("no signature", "missing_header", { signature = false }),
    of_event("no time", "missing_header", { timestamp = false }),
    of_event("no id", "missing_header", { id = false }),
    of_event("a secret that is not base64", "bad_secret", { secret = "whsec_!" }),
    plain("the raw secret", nil, "1750000000", AT_NOW),
    plain("a time among blanks, signed with them", nil, " 1750000000 ",
      "v1,P1NDtKcQ3Es8CUC6Z7qnyuaoEhqjafIAvB2XdxiqAjY="),
    plain("a time of two words", "bad_timestamp", "1750000000 1", "v1,x"),
    plain("300 s ahead", nil, "1750000300", "v1,1wEQIwV113Dxi1lZcDUm7m6DYsmyUh9+yaVntHmSERA=", 300),
    plain("301 s ago", "too_old", "1749999699", "v1,86agVpy4fHsFnfCdVlEsz0Ull8EVFWxEyz95JXPf3dU=", 300),
    plain("301 s ahead", "too_new", "1750000301", "v1,nZ48S3TV+MBqIdLGskkz9KRaLWvX4F1yoWlSMZDPaWs=", 300),
    plain("1 s ago, none tolerated", "too_old", "1749999999", "v1,d8fpWPaNMThgEoy2kbC15v3AB96A5ktry4Qhx8qUUrA=", 0),
    plain("1 s ahead, none tolerated", "too_new", "1750000001", "v1,UZH8gyYB3BLkQR5FkWkgnmDpkGu6i/3LdfWDH2FtfX4=", 0),
    plain("now, less than none tolerated", "too_old", "1750000000", AT_NOW, -1),
    plain("now, none tolerated", nil, "1750000000", AT_NOW, 0),
    plain("a time with a zero before it", nil, "01750000000", "v1,6SGbGlZOGOBZqFzfGnK5UMEaF25XrA60fhHHtvzZr7w="),
    plain("a time with a sign", nil, "+1750000000", "v1,P2o/B8z99SgBgZp/sKkl+lbuYfOgrC8eaasKs3GISFI="),
    plain("another text for the time", "no_match", "01750000000", AT_NOW),
    plain("an empty time", "bad_timestamp", "", "v1,x"),
    plain("a time before 1970", "too_old", "-1", "v1,x"),
    plain("a time of many digits", "too_new", ("9"):rep(400), "v1,x"),
    plain("a time with a fraction", "bad_timestamp", "1750000000.5", AT_NOW),
    plain("a time in hex", "bad_timestamp", "0x684ee180", AT_NOW),
  },
}
