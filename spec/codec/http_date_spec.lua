-- HTTP dates: the three forms of RFC 9110, 5.6.7, those that RFC 5322 allows
-- beside them, and what is none.

local http_date = require "oai.codec.http_date"

local dates = {
  ["Thu, 01 Jan 1970 00:00:00 GMT"] = 0,
  ["Sun, 06 Nov 1994 08:49:37 GMT"] = 784111777,
  ["Sunday, 06-Nov-94 08:49:37 GMT"] = 784111777,
  ["Sun Nov  6 08:49:37 1994"] = 784111777,
  ["Sun Nov 16 08:49:37 1994"] = 784975777,
  ["Fri, 29 Sep 2023 16:26:37 GMT"] = 1696004797,
  ["Fri, 29 Sep 2023 16:26:57 GMT"] = 1696004817,
  ["Tuesday, 19-Jan-38 03:14:08 GMT"] = 2147483648,
  ["Thu, 29 Feb 2024 23:59:59 GMT"] = 1709251199,
  ["Fri, 01 Mar 2024 00:00:00 GMT"] = 1709251200,
  ["Tue, 29 Feb 2000 12:00:00 GMT"] = 951825600,
  ["Fri, 31 Dec 9999 23:59:59 GMT"] = 253402300799,
  ["Sat, 31 Dec 2016 23:59:60 GMT"] = 1483228800, -- a leap second
  ["Fri, 31 Dec 1999 23:59:59 +0000"] = 946684799,
  ["Fri, 31 Dec 1999 23:59:59 -0000"] = 946684799,
  ["Fri, 31 Dec 1999 23:59:59 -0500"] = 946702799,
  ["Fri, 31 Dec 1999 23:59:59 +0530"] = 946664999,
  ["Fri, 31 Dec 1999 23:59:59 +0000 (GMT)"] = 946684799,
  ["Fri, 31 Dec 1999 23:59:59 UT"] = 946684799,
  ["Fri, 31 Dec 1999 23:59:59 UTC"] = 946684799,
  ["Fri, 31 Dec 1999 23:59:59 Z"] = 946684799,
  ["Fri, 31 Dec 1999 23:59:59 PST"] = 946713599,
  ["fri, 31 dec 1999 23:59:59 gmt"] = 946684799,
  ["FRI, 31 DEC 1999 23:59:59 GMT"] = 946684799,
  ["friday, 31-dec-99 23:59:59 gmt"] = 946684799,
  ["Fri, 31-Dec-1999 23:59:59 GMT"] = 946684799,
  ["31 Dec 1999 23:59:59 GMT"] = 946684799,
  ["Fri,31 Dec 1999  23:59:59  GMT"] = 946684799,
  ["Fri, 31 Dec 99 23:59:59 GMT"] = 946684799,
  ["Fri, 31 Dec 099 23:59:59 GMT"] = 946684799,
  ["Fri, 31 Dec 1999 23:59 GMT"] = 946684740,
  ["Sun, 6 Nov 1994 08:49:37 GMT"] = 784111777,
  ["Sun,  6 Nov 1994 08:49:37 GMT"] = 784111777,
  ["Sunday, 6-Nov-94 08:49:37 GMT"] = 784111777,
}

local no_dates = { "", "20", "Fri, 29 Sep 2023", "Zun, 29 Sep 2023 16:26:27 GMT", "Fri, 29 Sem 2023 16:26:27 GMT",
  "Fri, 29 Sep 100000 16:26:57 GMT", "Fri, 29 Sep 2023 16:26:57", "Fri, 29 Sep 2023 16:26:57 CET",
  "Fri, 32 Sep 2023 16:26:57 GMT", "Fri, 00 Sep 2023 16:26:57 GMT", "Fri, 31 Sep 2023 16:26:57 GMT",
  "Fri, 30 Feb 2024 16:26:57 GMT", "Fri, 29 Sep 2023 24:26:57 GMT", "Fri, 29 Sep 2023 16:60:57 GMT",
  "Fri, 29 Sep 2023 16:26:61 GMT", "fri, 29 Sep 2023 16:26:57 GMT x", "x Fri, 29 Sep 2023 16:26:57 GMT",
  "2023-09-29T16:26:57Z", "Fri, 29 Sep 2023 16:26:-7 GMT", "Fri, 29 Sep 2023 16:26:57 +0060",
  "Fri, 29 Sep 2023 16:26:57 +000", "Fri, 29 Sep 2023 16:26:57 0000", "Fri, 29 Sep 2023 16:26:57 J",
  "Fri, 29 Sep 2023 16:26: GMT", "Fri, 29 Sep 2023 16:2657 GMT", "Fri, 29 Sep 2023 6:26:57 GMT",
  "Fri, 029 Sep 2023 16:26:57 GMT", "Fri, 29 Sep 3 16:26:57 GMT", "Fri, 29--Sep-2023 16:26:57 GMT",
  "Fri 29 Sep 2023 16:26:57 GMT", "Fri, 29 Sep 2023 16:26:57 (GMT)", "Sun Nov  6 08:49:37 94" }

local DAYS = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" }
local FULL = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" }
local MONTHS = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" }

describe("codec.http_date", function()
  it("reads every day of a week, by both its names", function()
    for i = 1, 7 do -- 2 January 2023 was a Monday
      local seconds = 1672531200 + i * 86400
      assert.equal(seconds, http_date.parse(("%s, %02d Jan 2023 00:00:00 GMT"):format(DAYS[i], i + 1)))
      assert.equal(seconds, http_date.parse(("%s, %02d-Jan-23 00:00:00 GMT"):format(FULL[i], i + 1)))
    end
  end)

  it("reads every month, and its last day", function()
    local lengths, day = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }, 19358 -- 1 January 2023
    for i, length in ipairs(lengths) do
      assert.equal(day * 86400, http_date.parse(("Sun, 01 %s 2023 00:00:00 GMT"):format(MONTHS[i])))
      assert.equal((day + length - 1) * 86400,
        http_date.parse(("Sun, %d %s 2023 00:00:00 GMT"):format(length, MONTHS[i])))
      assert.is_nil(http_date.parse(("Sun, %d %s 2024 00:00:00 GMT"):format(i == 2 and 30 or length + 1, MONTHS[i])))
      day = day + length
    end
  end)

  it("reads the days around each February", function()
    local day = 0 -- 1 January
    for year = 1970, 2850 do
      local is_leap = year % 4 == 0 and (year % 100 ~= 0 or year % 400 == 0)
      local march = day + (is_leap and 60 or 59)
      assert.equal(day * 86400, http_date.parse(("Sun, 01 Jan %d 00:00:00 GMT"):format(year)))
      assert.equal(march * 86400, http_date.parse(("Sun, 01 Mar %d 00:00:00 GMT"):format(year)))
      day = day + (is_leap and 366 or 365)
    end
  end)

  it("takes two digits of a year for 1970 to 2069", function()
    assert.equal(0, http_date.parse "Thursday, 01-Jan-70 00:00:00 GMT")
    assert.equal(3124224000, http_date.parse "Tuesday, 01-Jan-69 00:00:00 GMT")
  end)

  for text, seconds in pairs(dates) do
    it("reads " .. text, function()
      assert.equal(seconds, http_date.parse(text))
    end)
  end

  for _, text in ipairs(no_dates) do
    it("does not read '" .. text .. "'", function()
      assert.is_nil(http_date.parse(text))
    end)
  end
end)
