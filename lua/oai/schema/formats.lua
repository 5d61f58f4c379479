-- The formats of texts that the API's strict mode knows, and URIs: whether a
-- text is of one.

local DAYS = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 }

local function is_leap(year)
  return year % 4 == 0 and year % 100 ~= 0 or year % 400 == 0
end

local function is_date(text)
  local year, month, day = text:match "^(%d%d%d%d)%-(%d%d)%-(%d%d)$"
  year, month, day = tonumber(year), tonumber(month), tonumber(day) ---@cast month any
  return year ~= nil and DAYS[month] ~= nil and day >= 1 and day <= DAYS[month]
    and (month ~= 2 or day < 29 or is_leap(year))
end

local function is_offset(text)
  local hours, minutes = text:match "^[+-](%d%d):(%d%d)$"
  return text:upper() == "Z" or hours ~= nil and tonumber(hours) < 24 and tonumber(minutes) < 60
end

local function is_time(text)
  local hours, minutes, seconds, rest = text:match "^(%d%d):(%d%d):(%d%d)(.*)$"
  if not hours or tonumber(hours) > 23 or tonumber(minutes) > 59 or tonumber(seconds) > 60 then
    return false
  end
  return is_offset((rest:gsub("^%.%d+", "")))
end

local function is_date_time(text)
  local date, time = text:match "^(.-)[Tt ](.*)$"
  return date ~= nil and is_date(date) and is_time(time)
end

--- Takes units off a text, in their order; what is left, and how many there
--- were.
local function without_units(text, units)
  local count = 0
  for unit in units:gmatch "." do
    local rest = text:match("^%d+" .. unit .. "(.*)$")
    text, count = rest or text, count + (rest and 1 or 0)
  end
  return text, count
end

local function is_duration(text)
  local date, time = text:match "^P([^T]*)(.*)$"
  if not date then
    return false
  elseif date:find "^%d+W$" then
    return time == ""
  end
  local date_rest, dates = without_units(date, "YMD")
  local time_rest, times = without_units(time:sub(2), "HMS")
  return date_rest == "" and time_rest == "" and dates + times > 0 and (time == "" or times > 0)
end

local function is_hostname(text)
  if text == "" or #text > 253 then
    return false
  end
  for label in (text .. "."):gmatch "([^.]*)%." do
    if #label > 63 or not label:find "^%w[%w%-]*$" or label:sub(-1) == "-" then
      return false
    end
  end
  return true
end

local function is_email(text)
  local name, host = text:match "^([^%s@]+)@([^%s@]+)$"
  return name ~= nil and not name:find "^%." and not name:find "%.$" and not name:find("..", 1, true)
    and is_hostname(host)
end

local function is_ipv4(text)
  local parts = { text:match "^(%d+)%.(%d+)%.(%d+)%.(%d+)$" }
  for _, part in ipairs(parts) do
    if tonumber(part) > 255 or part:find "^0." then
      return false
    end
  end
  return #parts == 4
end

--- How many groups of four digits a part of an address has; nil where it is
--- none.
local function groups_in(text)
  local count = 0
  for group in (text == "" and "" or text .. ":"):gmatch "([^:]*):" do
    if not group:find "^%x%x?%x?%x?$" then
      return nil
    end
    count = count + 1
  end
  return count
end

local function is_ipv6(text)
  local start, last = text:match "^(.*:)([%d.]+)$"
  if last and last:find(".", 1, true) then
    text = is_ipv4(last) and start .. "0:0" or ""
  end
  local left, right = text:match "^(.-)::(.*)$"
  if left then
    local before, after = groups_in(left), groups_in(right)
    return before ~= nil and after ~= nil and before + after < 8
  end
  return groups_in(text) == 8
end

local UUID = "^" .. ("%x"):rep(8) .. ("%-" .. ("%x"):rep(4)):rep(3) .. "%-" .. ("%x"):rep(12) .. "$"

---@type table<string, fun(text: string): boolean>
return {
  date = is_date,
  time = is_time,
  ["date-time"] = is_date_time,
  duration = is_duration,
  hostname = is_hostname,
  email = is_email,
  ipv4 = is_ipv4,
  ipv6 = is_ipv6,
  uuid = function(text)
    return text:find(UUID) ~= nil
  end,
  uri = function(text)
    return text:find "^%a[%w+.%-]*:[^%s]+$" ~= nil
  end,
}
