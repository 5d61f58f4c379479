-- The formats of texts.

local formats = require "oai.schema.formats"

local CASES = {
  date = { good = { "2024-02-29", "1999-12-31" }, bad = { "2023-02-29", "2024-13-01", "2024-04-31", "24-01-01", "" } },
  time = { good = { "12:30:00Z", "23:59:60.5+02:00" }, bad = { "12:30", "24:00:00Z", "12:30:00", "12:30:00+25:00" } },
  ["date-time"] = { good = { "2024-01-01T00:00:00Z", "2024-01-01t00:00:00.123-05:30" },
    bad = { "2024-01-01", "2024-01-01T00:00Z", "T" } },
  duration = { good = { "P1Y2M3DT4H5M6S", "PT1H", "P2W", "P1D" }, bad = { "P", "PT", "1D", "P1DT", "P1H", "P1W2D" } },
  email = { good = { "a.b+c@example.com" }, bad = { "a", "a@", "@b", "a b@c", ".a@b", "a..b@c", "a@-b" } },
  hostname = { good = { "localhost", "a-b.example.com" }, bad = { "", "-a", "a-", "a..b", "a_b", ("a"):rep(64) } },
  ipv4 = { good = { "127.0.0.1", "255.255.255.255" }, bad = { "256.0.0.1", "1.2.3", "01.2.3.4", "1.2.3.4.5" } },
  ipv6 = { good = { "::", "::1", "1:2:3:4:5:6:7:8", "fe80::1", "::ffff:1.2.3.4" },
    bad = { ":", "1:2:3", "1:2:3:4:5:6:7:8:9", "12345::", "::1::", "::ffff:1.2.3.400", "g::" } },
  uuid = { good = { "123e4567-e89b-12d3-a456-426614174000" }, bad = { "123e4567e89b12d3a456426614174000", "" } },
  uri = { good = { "http://a/b", "urn:x" }, bad = { "a b", "//a", "1:x", "http://a b" } },
}

describe("schema.formats", function()
  for name, case in pairs(CASES) do
    it("knows " .. name, function()
      for _, text in ipairs(case.good) do
        assert.is_true(formats[name](text), text)
      end
      for _, text in ipairs(case.bad) do
        assert.is_false(formats[name](text), text)
      end
    end)
  end
end)
