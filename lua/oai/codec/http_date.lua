-- HTTP dates (RFC 9110, 5.6.7) to Unix seconds: the three forms a server may
-- send, and the others of RFC 5322, which 9110 would have read: another zone,
-- any case, a short year, no weekday or seconds. Pure arithmetic: os.time would
-- read them as local time.

local set = require "oai.set"

local http_date = {}

local MONTHS = { jan = 1, feb = 2, mar = 3, apr = 4, may = 5, jun = 6, jul = 7, aug = 8, sep = 9, oct = 10, nov = 11,
  dec = 12 }

local DAYS = set { "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday",
  "friday", "saturday", "sunday" }

local HOURS = { gmt = 0, ut = 0, utc = 0, est = -5, edt = -4, cst = -6, cdt = -5, mst = -7, mdt = -6, pst = -8,
  pdt = -7 } -- of zones that have names

--- Days from 1970-01-01 to a date of the Gregorian calendar.
local function days_to(year, month, day)
  if month <= 2 then
    year = year - 1
    month = month + 12
  end
  local era_days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
  return era_days + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

--- The seconds by which a zone is ahead; nil: nobody knows.
local function seconds_ahead(zone)
  local sign, hours, minutes = zone:match "^([+-])(%d%d)([0-5]%d)$"
  if sign then
    return (tonumber(hours) * 3600 + tonumber(minutes) * 60) * (sign == "+" and 1 or -1)
  elseif HOURS[zone] then
    return HOURS[zone] * 3600
  end
  return zone:find "^[a-ik-z]$" and 0 or nil -- letters of the military, which are not believed
end

--- A year of which some digits may have been left out.
local function whole_year(digits)
  local year = tonumber(digits)
  if #digits == 4 then
    return year
  elseif #digits == 3 then
    return year + 1900
  end
  return #digits == 2 and year + (year < 70 and 2000 or 1900) or nil
end

--- What a date in lower case says, by its form; its weekday and zone are "" where
--- it has none.
local function fields_of(text)
  local weekday, month, day, time, year = text:match "^(%a%a%a) (%a%a%a) +(%d%d?) (%d%d:%d%d:%d%d) (%d%d%d%d)$"
  if weekday then
    return weekday, day, month, year, time, "gmt"
  end
  local rest, zone
  weekday, rest = text:match "^(%a+),%s*(.*)$"
  day, month, year, time, zone = (rest or text):match "^(%d%d?)[%s-]%s*(%a%a%a)[%s-]%s*(%d+)%s+([%d:]+)%s+([%w+-]+)$"
  return weekday, day, month, year, time, zone
end

local LENGTHS = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

--- The seconds of a day until a time, which may be a leap second; nil: it is none.
local function seconds_of(time)
  local hour, minute, rest = time:match "^(%d%d):([0-5]%d)(.*)$"
  local second = tonumber(rest == "" and 0 or rest and rest:match "^:(%d%d)$")
  hour = tonumber(hour)
  if not hour or hour > 23 or not second or second > 60 then
    return nil
  end
  return hour * 3600 + tonumber(minute) * 60 + second
end

--- Unix seconds, or nil when it is no HTTP date.
---@param text string
---@return number?
function http_date.parse(text)
  local weekday, day, month, year, time, zone = fields_of((text:lower():gsub("%s*%b()$", "")))
  if not day or weekday and not DAYS[weekday] then
    return nil
  end
  local ahead, seconds = seconds_ahead(zone), seconds_of(time)
  year, month, day = whole_year(year), MONTHS[month], tonumber(day)
  if not (ahead and seconds and year and month) or day < 1 or day > LENGTHS[month] then
    return nil
  end
  return days_to(year, month, day) * 86400 + seconds - ahead
end

return http_date
