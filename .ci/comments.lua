-- Prints comments that leave out what a stranger needs: a file that does not
-- begin by saying what it is; a comment that begins by pointing at something
-- before it; a public function whose parameters, or what it returns, nobody
-- says. Files are its arguments.

-- First words that stand for something else, which a reader may not have read.
local POINTING = {}
for word in ("It Its They Them Their Those These This Here There Also Ditto Likewise Same Then"):gmatch "%S+" do
  POINTING[word] = true
end

local function lines_of(path)
  local lines = {}
  for line in io.lines(path) do
    lines[#lines + 1] = line
  end
  return lines
end

--- The text with which a comment begins at a line; nil where none begins.
local function beginning(lines, at)
  local line = lines[at]
  local mark, text = line:match "^%s*(%-%-)%-?%s*(.*)$"
  if not mark then
    mark, text = line:match "^%s*(//)%s*(.*)$"
  end
  if text then
    local goes_on = at > 1 and lines[at - 1]:match "^%s*(%p%p)" == mark
    return not goes_on and text:gsub("^%[=*%[%s*", "") or nil
  end
  text = line:match "^%s*/%*%s*(.*)$" or line:match "%s+/%*%s*(%S.*)$"
  if text == "" and lines[at + 1] then
    text = lines[at + 1]:match "^%s*%*%*%s*(.*)$"
  end
  return text
end

local function check_beginnings(path, lines)
  if not (beginning(lines, 1) or lines[1]:find "^#!") then
    print(path .. ":1: the file does not begin by saying what it is")
  end
  for at, line in ipairs(lines) do
    local text = beginning(lines, at)
    local is_inside = line:find "^%s*[^%s/-].*/%*" ~= nil -- behind a field or a statement, of which it is
    local word = text and text:match "^(%a+)"
    if word and not is_inside and (POINTING[word] or text:find "^The same") then
      print(("%s:%d: the comment begins with '%s': name its subject"):format(path, at, text:match "^%S+ ?%S*"))
    end
  end
end

local OPENS = { ["function"] = true, ["if"] = true, ["do"] = true, ["repeat"] = true }
local CLOSES = { ["end"] = true, ["until"] = true }

--- Whether the function that begins at a line returns something, itself.
local function returns_something(lines, at)
  local open = {}
  for i = at, #lines do
    local code = lines[i]:gsub("\"[^\"]*\"", '""'):gsub("%-%-.*$", "")
    for before, word, rest in code:gmatch "()%f[%w_]([%a_]+)%f[^%w_]()" do
      if OPENS[word] then
        open[#open + 1] = word == "function" and before or false
      elseif CLOSES[word] then
        open[#open] = nil
      elseif word == "return" and code:find("^%s*[^%s;]", rest) and not code:find("^%s*end%f[^%w_]", rest) then
        local functions = 0
        for _, one in ipairs(open) do
          functions = functions + (one and 1 or 0)
        end
        if functions == 1 then
          return true
        end
      end
    end
    if #open == 0 then
      return false
    end
  end
end

--- The comment right above a line.
local function comment_above(lines, at)
  local first = at
  while first > 1 and lines[first - 1]:find "^%-%-%-" do
    first = first - 1
  end
  return table.concat(lines, "\n", first, at - 1)
end

--- The tables whose functions others call: the module, and classes, which are
--- spelt so; but those that say what they are like ("---@class a : b"), where
--- it is said once for all of them.
local function public_tables(lines)
  local public = {}
  for at, line in ipairs(lines) do
    local name = line:match "^local ([%w_]+) = "
    local is_class = name and name:find "^%u" and name:find "%l"
    if name and (is_class or lines[#lines] == "return " .. name) then
      public[name] = not comment_above(lines, at):find "%-%-%-@class [%w_.]+ ?:"
    end
  end
  return public
end

local function check_functions(path, lines)
  local public = public_tables(lines)
  for at, line in ipairs(lines) do
    local owner, name, params = line:match "^function ([%w_]+)[.:]([%w_]+)%((.-)%)"
    if owner and public[owner] and not name:find "^_" then
      local comment = comment_above(lines, at)
      for param in params:gmatch "[^, ]+" do
        local is_told = comment:find("---@param " .. param, 1, true) or param == "self" or param:find "^_"
        if not is_told then
          print(("%s:%d: %s.%s says nothing of its parameter %s"):format(path, at, owner, name, param))
        end
      end
      if not comment:find "%-%-%-@return" and returns_something(lines, at) then
        print(("%s:%d: %s.%s does not say what it returns"):format(path, at, owner, name))
      end
    end
  end
end

for _, path in ipairs(arg) do
  local lines = lines_of(path)
  check_beginnings(path, lines)
  if path:find "^lua/" then
    check_functions(path, lines)
  end
end
