-- HTTP dates (RFC 9110, 5.6.7) to Unix seconds: the three forms a server may
-- send. Pure arithmetic: os.time would read them as local time.

local http_date = {}

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11,
  Dec = 12 }

local DAYS = { Mon = true, Tue = true, Wed = true, Thu = true, Fri = true, Sat = true, Sun = true, Monday = true,
  Tuesday = true, Wednesday = true, Thursday = true, Friday = true, Saturday = true, Sunday = true }

--- Days from 1970-01-01 to a date of the Gregorian calendar.
local function days_to(year, month, day)
  if month <= 2 then
    year = year - 1
    month = month + 12
  end
  local era_days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
  return era_days + math.floor((153 * (month - 3) + 2) / 5) + day - 719469
end

local function fields_of(text)
  local weekday, day, month, year, hour, minute, second =
    text:match("^(%a+), (%d%d) (%a%a%a) (%d%d%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  if weekday then
    return weekday, day, month, tonumber(year), hour, minute, second
  end
  weekday, day, month, year, hour, minute, second =
    text:match("^(%a+), (%d%d)%-(%a%a%a)%-(%d%d) (%d%d):(%d%d):(%d%d) GMT$")
  if weekday then
    return weekday, day, month, tonumber(year) + (tonumber(year) < 70 and 2000 or 1900), hour, minute, second
  end
  weekday, month, day, hour, minute, second, year =
    text:match("^(%a%a%a) (%a%a%a) +(%d%d?) (%d%d):(%d%d):(%d%d) (%d%d%d%d)$")
  return weekday, day, month, tonumber(year), hour, minute, second
end

local LENGTHS = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function is_time(hour, minute, second)
  return hour <= 23 and minute <= 59 and second <= 60 -- a leap second
end

--- Unix seconds, or nil when it is no HTTP date.
---@param text string
---@return number?
function http_date.parse(text)
  local weekday, day, month, year, hour, minute, second = fields_of(text)
  if not weekday or not DAYS[weekday] or not MONTHS[month] then
    return nil
  end
  month, day = MONTHS[month], tonumber(day)
  hour, minute, second = tonumber(hour), tonumber(minute), tonumber(second)
  if day < 1 or day > LENGTHS[month] or not is_time(hour, minute, second) then
    return nil
  end
  return days_to(year, month, day) * 86400 + hour * 3600 + minute * 60 + second
end

return http_date
