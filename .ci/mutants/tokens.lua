-- The tokens of a C or Lua source with their places, comments, blanks and C's
-- preprocessor lines left out. It takes what compiles to be well formed.

local C_MARKS = {
  "<<=", ">>=", "...", "->", "++", "--", "&&", "||", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "&=", "|=",
  "^=", "<<", ">>",
}
local LUA_MARKS = { "...", "..", "==", "~=", "<=", ">=", "::", "//", "<<", ">>" }

--- What is passed over, and the kinds of token, in the order in which they are
--- tried: a pattern, or a function (text, at) -> where it ends, or nil.
local LANGUAGES = {}

local function behind(text, at, closing)
  local _, last = text:find(closing, at, true)
  return last or #text
end

local function quoted(quotes)
  return function(text, at)
    local quote = text:match("^" .. quotes, at)
    if not quote then
      return nil
    end
    local i = at + 1
    while i <= #text and text:sub(i, i) ~= quote do
      i = i + (text:sub(i, i) == "\\" and 2 or 1)
    end
    return i
  end
end

local function long_bracket(prefix)
  return function(text, at)
    local level = text:match("^" .. prefix .. "%[(=*)%[", at)
    return level and behind(text, at, "]" .. level .. "]")
  end
end

-- A line for the preprocessor, with those that it is continued on.
local function directive(text, at)
  if text:sub(at, at) ~= "#" or not text:sub(math.max(1, at - 80), at - 1):match("[^\n]*$"):match("^%s*$") then
    return nil
  end
  local line_end = at
  repeat
    line_end = text:find("\n", line_end + 1, true) or #text + 1
  until text:sub(line_end - 1, line_end - 1) ~= "\\"
  return line_end - 1
end

LANGUAGES.c = {
  passed = { "^%s+", "^//[^\n]*", function(text, at)
    return text:match("^/%*", at) and behind(text, at + 2, "*/")
  end, directive },
  { "string", quoted "[\"']" },
  { "name", "^[%a_][%w_]*" },
  { "number", "^%.?%d[%w_.]*" },
  marks = C_MARKS,
}

LANGUAGES.lua = {
  passed = { "^%s+", long_bracket "%-%-", "^%-%-[^\n]*" },
  { "string", quoted "[\"']" },
  { "string", long_bracket "" },
  { "name", "^[%a_][%w_]*" },
  { "number", "^%.?%d[%w_.]*" },
  marks = LUA_MARKS,
}

local function match(how, text, at)
  if type(how) == "function" then
    return how(text, at)
  end
  return (select(2, text:find(how, at)))
end

local function pass(language, text, at)
  local again = true
  while again do
    again = false
    for _, how in ipairs(language.passed) do
      local last = match(how, text, at)
      if last and last >= at then
        at, again = last + 1, true
      end
    end
  end
  return at
end

local function mark_at(language, text, at)
  for _, mark in ipairs(language.marks) do
    if text:sub(at, at + #mark - 1) == mark then
      return at + #mark - 1
    end
  end
  return at
end

local function token_at(language, text, at)
  for _, kind in ipairs(language) do
    local last = match(kind[2], text, at)
    if last then
      return kind[1], last
    end
  end
  return "mark", mark_at(language, text, at)
end

--- The tokens of a text: a list of { kind, text, from, to, line, first,
--- is_outermost }; `first` says whether it is the first one of its line, and
--- `is_outermost` whether nothing is before it there.
local function tokens(text, language_name)
  local language, list = LANGUAGES[language_name], {}
  local before, line, at = 1, 1, pass(language, text, 1)
  while at <= #text do
    local kind, last = token_at(language, text, at)
    local _, ends = text:sub(before, at - 1):gsub("\n", "")
    line = line + ends
    list[#list + 1] = {
      kind = kind, text = text:sub(at, last), from = at, to = last, line = line,
      first = before == 1 or ends > 0, is_outermost = at == 1 or text:sub(at - 1, at - 1) == "\n",
    }
    line = line + select(2, text:sub(at, last):gsub("\n", ""))
    before, at = last + 1, pass(language, text, last + 1)
  end
  return list
end

return tokens
