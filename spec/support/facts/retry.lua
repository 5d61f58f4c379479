-- Retries. `now` is Fri, 29 Sep 2023 16:26:37 GMT.

return {
  now = 1696004797,

  -- { header fields, seconds the server asks for or false }
  asked = {
    { {}, false },
    { { ["retry-after"] = "20" }, 20 },
    { { ["retry-after"] = "0.5" }, 0.5 },
    { { ["retry-after"] = " 20 " }, 20 },
    { { ["retry-after"] = "60" }, 60 },
    { { ["retry-after"] = "61" }, 61 },
    { { ["retry-after"] = "121" }, 121 },
    { { ["retry-after"] = "0" }, false },
    { { ["retry-after"] = "-10" }, false },
    { { ["retry-after"] = "" }, false },
    { { ["retry-after"] = "soon" }, false },
    { { ["retry-after"] = "inf" }, false },
    { { ["retry-after"] = "nan" }, false },
    { { ["retry-after"] = "1e999" }, false },
    { { ["retry-after"] = "0x10" }, false },
    { { ["retry-after"] = "1.2.3" }, false },
    { { ["retry-after"] = "20, 30" }, false },
    { { ["retry-after"] = "Fri, 29 Sep 2023 16:26:57 GMT" }, 20 },
    { { ["retry-after"] = "Fri, 29 Sep 2023 16:27:37 GMT" }, 60 },
    { { ["retry-after"] = "Fri, 29 Sep 2023 16:27:38 GMT" }, 61 },
    { { ["retry-after"] = "Fri, 29 Sep 2023 16:26:37 GMT" }, false },
    { { ["retry-after"] = "Fri, 29 Sep 2023 16:26:27 GMT" }, false },
    { { ["retry-after"] = "Zun, 29 Sep 2023 16:26:57 GMT" }, false },
    { { ["retry-after"] = "Fri, 29 Sep 100000 16:26:57 GMT" }, false },
    -- by the reply's own clock, which may differ from ours
    { { ["retry-after"] = "Wed, 01 Jan 2031 00:00:05 GMT", date = "Wed, 01 Jan 2031 00:00:00 GMT" }, 5 },
    { { ["retry-after"] = "Thu, 01 Jan 2015 00:00:05 GMT", date = "Thu, 01 Jan 2015 00:00:00 GMT" }, 5 },
    { { ["retry-after"] = "Fri, 29 Sep 2023 16:26:57 GMT", date = "Fri, 29 Sep 2023 16:26:57 GMT" }, false },
    { { ["retry-after"] = "Fri, 29 Sep 2023 16:26:57 GMT", date = "today" }, 20 },
    { { ["retry-after"] = "20", date = "Thu, 01 Jan 2015 00:00:00 GMT" }, 20 },
    { { ["retry-after"] = "1e9" }, 1e9 },
    { { ["retry-after"] = "-5", ["retry-after-ms"] = "nan" }, false },
    { { ["retry-after-ms"] = "1500" }, 1.5 },
    { { ["retry-after-ms"] = "1.5" }, 0.0015 },
    { { ["retry-after-ms"] = "1500", ["retry-after"] = "20" }, 1.5 },
    { { ["retry-after-ms"] = "", ["retry-after"] = "20" }, 20 },
    { { ["retry-after-ms"] = "soon", ["retry-after"] = "20" }, 20 },
    { { ["retry-after-ms"] = "-1", ["retry-after"] = "20" }, 20 },
    { { ["retry-after-ms"] = "0" }, false },
  },

  -- retries taken and the longest delay before the next
  backoff = { [0] = 0.5, [1] = 1, [2] = 2, [3] = 4, [4] = 8, [5] = 8, [10] = 8, [1103] = 8, [5000] = 8 },

  retried = { 408, 409, 429, 500, 501, 502, 503, 504, 524, 529, 599 },
  final = { 300, 301, 304, 400, 401, 402, 403, 404, 405, 413, 418, 422, 431, 451 },
}
