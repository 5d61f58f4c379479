-- Small plausible faults: each operator looks at a token and says what the text
-- from one place to another may become instead. They know tokens, not types:
-- what does not compile or parse is no mutant.

local function set(words)
  local all = {}
  for word in words:gmatch("%S+") do
    all[word] = true
  end
  return all
end

local SWAPS = {
  boundary = { ["<"] = "<=", ["<="] = "<", [">"] = ">=", [">="] = ">" },
  equality = { ["=="] = { c = "!=", lua = "~=" }, ["!="] = "==", ["~="] = "==" },
  logic = { ["and"] = "or", ["or"] = "and", ["&&"] = "||", ["||"] = "&&" },
  truth = { ["true"] = "false", ["false"] = "true" },
  count = { ["++"] = "--", ["--"] = "++", ["+="] = "-=", ["-="] = "+=" },
  sum = { ["+"] = "-", ["-"] = "+" },
}

local KEYWORDS = {
  c = set "return if else while for switch case sizeof goto do",
  lua = set("and break do else elseif end false for function if in local nil not or repeat return then true until "
    .. "while"),
}

local VALUES = set "nil true false end" -- keywords that end an expression

--- Whether a token may end an expression, so that a sign behind it adds.
local function ends_value(token, language)
  if token == nil or token.kind == "mark" then
    return token ~= nil and (token.text == ")" or token.text == "]" or token.text == "}")
  end
  return not KEYWORDS[language][token.text] or VALUES[token.text] == true
end

local OPENING = { ["("] = ")", ["["] = "]", ["{"] = "}" }

--- The index of the token that closes the one at `i`.
local function closing(list, i)
  local opens, closes, depth = list[i].text, OPENING[list[i].text], 0
  for j = i, #list do
    if list[j].text == opens and list[j].kind == "mark" then
      depth = depth + 1
    elseif list[j].text == closes and list[j].kind == "mark" then
      depth = depth - 1
      if depth == 0 then
        return j
      end
    end
  end
end

local function swap(name)
  local becomes = SWAPS[name]
  return function(list, i, language)
    local token = list[i]
    local new = token.kind ~= "string" and becomes[token.text]
    if not new or name == "sum" and not ends_value(list[i - 1], language) then
      return nil
    end
    return token.from, token.to, type(new) == "table" and new[language] or new
  end
end

local CONDITIONS = { c = set "if while", lua = set "if elseif while" }
local BEGINS = { ["while"] = "do", ["if"] = "then", ["elseif"] = "then" }

local function condition(list, i, language)
  if not CONDITIONS[language][list[i].text] then
    return nil
  end
  if language == "c" then
    local last = list[i + 1].text == "(" and closing(list, i + 1)
    return last and list[i + 1].from, last and list[last].to, "(!%s)"
  end
  for j = i + 1, #list do
    if list[j].text == BEGINS[list[i].text] then
      return list[i + 1].from, list[j - 1].to, "not (%s)"
    end
  end
end

local function negation(list, i)
  local token = list[i]
  if token.text == "not" or token.text == "!" and token.kind == "mark" then
    return token.from, list[i + 1].from - 1, ""
  end
end

--- Integers only: a fraction a little greater is hardly another program.
--- More memory than is needed is none, either.
local function constant(list, i)
  local digits, suffix = list[i].text:match("^(%d+)([uUlL]*)$")
  if list[i].kind ~= "number" or not digits or digits:find("^0%d") or i > 2 and list[i - 2].text == "calloc" then
    return nil
  end
  return list[i].from, list[i].to, ("%d%s"):format(tonumber(digits) + 1, suffix)
end

local NO_VALUE = set "; end nil true false"

--- A value that is returned becomes nothing; that of a module stays.
local function returned(list, i, language)
  local nothing = language == "c" and "0" or "nil"
  local from, j = list[i + 1], i + 1
  if list[i].text ~= "return" or list[i].is_outermost or not from or from.first or NO_VALUE[from.text]
    or language == "c" and from.kind == "number" then
    return nil
  end
  while language == "c" and list[j + 1] and list[j + 1].text ~= ";" do
    j = j + 1
  end
  while language == "lua" and list[j + 1] and not list[j + 1].first do
    j = OPENING[list[j].text] and closing(list, j) or j + 1
  end
  return from.from, list[j].to, nothing
end

local STATEMENT_C = set "( -> . [ = ++ -- += -= |= &="
local BEFORE_C = set "; { } ) else"

local function statement_c(list, i)
  local before, token, after = list[i - 1], list[i], list[i + 1]
  if not (before and after and BEFORE_C[before.text] and STATEMENT_C[after.text]) or token.kind ~= "name"
    or KEYWORDS.c[token.text] or not token.first then
    return nil
  end
  local j = i
  while list[j] and list[j].text ~= ";" do
    if list[j].text == "{" or list[j].text == "}" then
      return nil
    end
    j = OPENING[list[j].text] and closing(list, j) + 1 or j + 1
  end
  return list[j] and token.from, list[j] and list[j].to, ";"
end

--- A call or an assignment that has lines to itself.
local function statement_lua(list, i)
  local before, token = list[i - 1], list[i]
  local begins = token.kind == "name" and token.first and not KEYWORDS.lua[token.text]
  if not begins or before and not (ends_value(before, "lua") or set("then do else repeat ; )")[before.text]) then
    return nil
  end
  local j = i
  while list[j + 1] and not list[j + 1].first do
    j = j + 1
    j = OPENING[list[j].text] and list[j].kind == "mark" and closing(list, j) or j
    if KEYWORDS.lua[list[j].text] and list[j].text == "function" then
      return nil
    end
  end
  local is_statement = j > i and (list[j].text ~= "," and list[j].text ~= "{")
  return is_statement and token.from or nil, list[j].to, ""
end

local function statement(list, i, language)
  return (language == "c" and statement_c or statement_lua)(list, i)
end

--- Name -> function (tokens, index, language): from, to, the new text, in
--- which %s is the old one; nil where it has nothing to change.
return {
  boundary = swap "boundary",
  equality = swap "equality",
  logic = swap "logic",
  truth = swap "truth",
  count = swap "count",
  sum = swap "sum",
  condition = condition,
  negation = negation,
  constant = constant,
  returned = returned,
  statement = statement,
}
