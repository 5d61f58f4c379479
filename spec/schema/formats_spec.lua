-- The formats of texts.

local formats = require "oai.schema.formats"

local CASES = {
  date = { good = { "2024-02-29", "2000-02-29", "1999-12-31", "0001-01-01" },
    bad = { "2023-02-29", "1900-02-29", "2100-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "24-01-01", "" } },
  time = { good = { "12:30:00Z", "12:30:00z", "00:00:00Z", "23:59:60.5+02:00", "12:30:00-23:59", "12:30:00+00:00" },
    bad = { "12:30", "24:00:00Z", "12:60:00Z", "12:30:61Z", "12:30:00", "12:30:00+24:00", "12:30:00+23:60",
      "12:30:00.Z", "12:30:00+2:00", "12:30:00ZZ", "" } },
  ["date-time"] = { good = { "2024-01-01T00:00:00Z", "2024-01-01t00:00:00.123-05:30", "2024-01-01 00:00:00Z" },
    bad = { "2024-01-01", "2024-01-01T00:00Z", "T", "2024-01-01T25:00:00Z", "2024-01-32T00:00:00Z" } },
  duration = { good = { "P1Y2M3DT4H5M6S", "PT1H", "PT1M", "PT1S", "P2W", "P1D", "P1Y", "P1M", "P1DT1S", "PT10H" },
    bad = { "P", "PT", "1D", "P1DT", "P1YT", "P1H", "P1W2D", "P2WT1H", "P1D1Y", "PT1S1H", "P1", "PT1", "P1DT1", "" } },
  email = { good = { "a.b+c@example.com", "a@b" },
    bad = { "a", "a@", "@b", "a b@c", ".a@b", "a.@b", "a..b@c", "a@-b", "a@b@c", "a@b..c" } },
  hostname = {
    good = { "localhost", "a-b.example.com", "a", "9", ("a"):rep(63), ("a."):rep(126) .. "a", ("a"):rep(63) .. ".b" },
    bad = { "", "-a", "a-", "a..b", "a.", ".a", "a_b", ("a"):rep(64), ("a."):rep(126) .. "ab", "b." .. ("a"):rep(64) },
  },
  ipv4 = { good = { "127.0.0.1", "255.255.255.255", "0.0.0.0" },
    bad = { "256.0.0.1", "1.2.3.256", "1.2.3", "01.2.3.4", "1.2.3.04", "1.2.3.4.5", "1.2.3.", "a.b.c.d", "" } },
  ipv6 = {
    good = { "::", "::1", "1::", "1:2:3:4:5:6:7:8", "fe80::1", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4",
      "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3::6:7:8", "ABCD:ef01::" },
    bad = { "", ":", "1:2:3", "1:2:3:4:5:6:7:8:9", "12345::", "::1::", "::ffff:1.2.3.400", "g::", "1:2:3:4::5:6:7:8",
      "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8::" },
  },
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

  it("knows how long months are", function()
    for month, days in ipairs { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 } do
      assert.is_true(formats.date(("2023-%02d-%02d"):format(month, days)))
      assert.is_false(formats.date(("2023-%02d-%02d"):format(month, days + 1)))
      assert.is_false(formats.date(("2024-%02d-%02d"):format(month, month == 2 and 30 or days + 1)))
    end
  end)
end)
