-- The tables and entries of a page of docs/library.

local types = require "types"

local rows = {}

--- A cell's text.
---@param text string
---@return string
function rows.cell(text)
  return (text:gsub("|", "\\|"))
end

--- A type, where the classes that have a place are links.
---@param of string
---@param link fun(name: string): string?  where a class is described
---@return string
function rows.type(of, link)
  local pieces, at = {}, 1
  local function add(text)
    pieces[#pieces + 1] = text ~= "" and "`" .. text .. "`" or nil
  end
  for from, name, after in of:gmatch "()%f[%w_.](oai%.[%w_.]*[%w_])()" do
    local where = link(name)
    if where then
      add(of:sub(at, from - 1))
      pieces[#pieces + 1] = ("[`%s`](%s)"):format(name, where)
      at = after
    end
  end
  add(of:sub(at))
  return table.concat(pieces)
end

local function kept_together(code)
  return (code:gsub(" ", "\0"))
end

--- Prose in lines that are not too long; what is code stays on one.
---@param text string
---@return string
function rows.prose(text)
  local lines, line = {}, ""
  for word in text:gsub("`[^`]*`", kept_together):gmatch "[^ ]+" do
    if line ~= "" and #line + #word >= 120 then
      lines[#lines + 1], line = line, word
    else
      line = line == "" and word or line .. " " .. word
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n"):gsub("%z", " ") .. "\n"
end

local function table_of(title, list, link)
  local lines = { ("| %s | type | what it is |"):format(title), "|---|---|---|" }
  for _, one in ipairs(list) do
    lines[#lines + 1] = ("| `%s%s` | %s | %s |"):format(one.name, one.optional and "?" or "",
      rows.cell(rows.type(one.type, link)), rows.cell(one.words))
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The fields of a class.
---@param list table[]
---@param link fun(name: string): string?
---@return string
function rows.fields(list, link)
  return table_of("field", list, link)
end

--- What an iterator gives, of its type.
local function given_by(of)
  local _, gives = types.of_function(of)
  return gives and gives:gsub("%?$", "")
end

-- What is returned second nearly everywhere, what it is, and how a sentence
-- goes on with it.
local USUAL = {
  ["oai.Response|oai.Error"] = { name = "facts", words = "the facts of the reply; beside nil what went wrong",
    sentence = " and the facts of the reply, or nil and an error.\n" },
  ["oai.Error?"] = { name = "err", words = "beside nil: what went wrong", sentence = ", or nil and an error.\n" },
}
USUAL["oai.Response|oai.Error|nil"] = USUAL["oai.Response|oai.Error"]

--- The rows of what a function returns.
local function shown_returns(list)
  local shown = {}
  for _, one in ipairs(list) do
    if one.type ~= "nil" and one.name ~= "closing" then
      local usual = USUAL[one.type] or { name = "value", words = "" }
      shown[#shown + 1] = { name = one.name or usual.name, type = one.type,
        words = one.words ~= "" and one.words or usual.words }
    end
  end
  return shown
end

--- The sentence of a value with what is usual beside it, or nil.
local function usual_sentence(list, link)
  local first, second = list[1], list[2]
  local usual = second and USUAL[second.type]
  if #list == 2 and first.words == "" and usual and second.words == "" then
    return "Returns " .. rows.type((first.type:gsub("%?$", "")), link) .. usual.sentence
  end
end

local function returns_text(list, link)
  local sentence = usual_sentence(list, link)
  if sentence then
    return sentence
  end
  local shown = shown_returns(list)
  local iterated = #shown == 1 and given_by(shown[1].type)
  if #shown == 0 then
    return ""
  elseif iterated and iterated ~= "" then
    return "Returns an iterator, which gives " .. rows.type(iterated, link) .. ".\n"
  elseif #shown == 1 and shown[1].words == "" then
    return "Returns " .. rows.type(shown[1].type, link) .. ".\n"
  end
  return table_of("returns", shown, link)
end

--- The names in a call.
---@param params table[]
---@return string
function rows.arguments(params)
  local names = {}
  for i, param in ipairs(params) do
    names[i] = param.name
  end
  return table.concat(names, ", ")
end

local function params_of(of)
  local list = {}
  for _, param in ipairs(of.params) do
    if param.name ~= "self" then
      list[#list + 1] = param
    end
  end
  return list
end

--- What a table of an entry needs words for: what it takes, and what it
--- returns where that is no sentence.
---@param of table  what was read of it
---@return table[] params
---@return table[] returns
function rows.to_be_worded(of)
  local shown = shown_returns(of.returns)
  local is_sentence = #shown == 1 or usual_sentence(of.returns, function() end)
  return params_of(of), is_sentence and {} or shown
end

--- An entry: how a function is called, what it does, takes and returns.
---@param called string  such as "client:map"
---@param of table       what was read of it
---@param words string   what it does
---@param link fun(name: string): string?
---@return string
function rows.entry(called, of, words, link)
  local params = params_of(of)
  local parts = { ("### %s\n"):format(called), ("    %s(%s)\n"):format(called, rows.arguments(params)),
    rows.prose(words) }
  parts[#parts + 1] = #params > 0 and table_of("parameter", params, link) or nil
  local returned = returns_text(of.returns, link)
  parts[#parts + 1] = returned ~= "" and returned or nil
  return table.concat(parts, "\n")
end

return rows
