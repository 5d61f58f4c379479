-- The x-ratelimit-* fields: durations in seconds (false: none), and header
-- fields with the snapshot they are.

return {
  durations = {
    ["17ms"] = 0.017, ["1s"] = 1, ["0s"] = 0, ["6m0s"] = 360, ["1m30.5s"] = 90.5, ["8h24m0s"] = 30240, ["1d2h"] = 93600,
    ["7.66s"] = 7.66, ["2m59.56s"] = 179.56, ["1h"] = 3600, ["120ms"] = 0.12, ["1d"] = 86400, ["1s500ms"] = 1.5,
    [""] = false, ["abc"] = false, ["s"] = false, ["-1s"] = false, ["1x"] = false, ["1m 2s"] = false, ["6m0"] = false,
    ["1S"] = false, ["1.2.3s"] = false, ["1s "] = false,
    [("9"):rep(400) .. "s"] = false, ["1" .. ("0"):rep(306) .. "d"] = false, ["1e3s"] = false, ["0x1s"] = false,
  },

  snapshots = {
    {
      { ["x-ratelimit-limit-requests"] = "60", ["x-ratelimit-limit-tokens"] = "150000",
        ["x-ratelimit-remaining-requests"] = "59", ["x-ratelimit-remaining-tokens"] = "149984",
        ["x-ratelimit-reset-requests"] = "1s", ["x-ratelimit-reset-tokens"] = "6m0s" },
      { requests = { limit = 60, remaining = 59, reset = 1 },
        tokens = { limit = 150000, remaining = 149984, reset = 360 } },
    },
    { { ["x-ratelimit-remaining-requests"] = "3499" }, { requests = { remaining = 3499 } } },
    { { ["x-ratelimit-remaining-tokens"] = "0" }, { tokens = { remaining = 0 } } },
    { { ["x-ratelimit-reset-tokens"] = "20ms", ["x-ratelimit-limit-tokens"] = "many" }, { tokens = { reset = 0.02 } } },
    { { ["x-ratelimit-limit-requests"] = "-1", ["x-ratelimit-remaining-requests"] = "-1",
      ["x-ratelimit-reset-requests"] = "0" }, { requests = { limit = -1, remaining = -1 } } },
    { { ["x-ratelimit-limit-requests"] = "0x10", ["x-ratelimit-remaining-requests"] = "nan",
      ["x-ratelimit-limit-tokens"] = "inf", ["x-ratelimit-remaining-tokens"] = "1,5" }, nil },
    { {}, nil },
    { { ["x-ratelimit-limit-requests"] = "many", ["x-ratelimit-reset-requests"] = "soon" }, nil },
    { { ["retry-after"] = "20" }, nil },
  },
}
