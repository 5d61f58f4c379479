-- One field of a request's header, in whatever form a server of HTTP hands
-- that: a table by names in any case, an array of lines or of pairs, an
-- object as lua-http has them, or CGI's variables, such as HTTP_WEBHOOK_ID. Pure.

local CGI = "^http%-"

--- Whether a field is called `name` there.
local function is_called(key, name)
  local more = type(key) == "string" and #key - #name
  return (more == 0 or more == 5) and (key:lower():gsub("_", "-"):gsub(CGI, "")) == name
end

--- The name and the value of an entry of an array.
local function entry(item)
  if type(item) == "string" then
    return item:match "^([^:]-)%s*:%s*(.-)%s*$"
  elseif type(item) == "table" then
    return item.name or item[1], item.value or item[2]
  end
end

--- A value as text: a number is one too.
local function text_of(value)
  if type(value) == "number" then
    return ("%.14g"):format(value)
  end
  return type(value) == "string" and value or nil
end

--- Adds a value, or the values that a list of them has.
local function add(values, value)
  for _, item in ipairs(type(value) == "table" and value or { value }) do
    values[#values + 1] = text_of(item)
  end
end

--- Adds the values that a header has under other spellings of a name.
local function scan(headers, name, values)
  for index, given in pairs(headers) do
    local key, value = index, given
    if type(index) == "number" then
      key, value = entry(given)
    end
    if index ~= name and is_called(key, name) then
      add(values, value)
    end
  end
end

require "oai.interpret" ()

--- All values of a field, in no order where names differ in case.
---@param headers table|userdata
---@param name string  its small letters
---@return string[]
return function(headers, name)
  local values, get = {}, headers.get
  if type(get) == "function" then
    add(values, { get(headers, name) })
  else
    add(values, headers[name]) -- the table may have a rule of its own
    scan(headers, name, values)
  end
  return values
end
