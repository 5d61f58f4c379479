-- Reads the annotations of a file of lua/oai: its classes with their fields,
-- its aliases, its functions with what they take and return.

local files = require "files"
local types = require "types"

local annotations = {}

--- The first name in a text where it stands alone, as that of what a function
--- returns does, and what is behind.
local function take_name(text)
  local name, rest = text:match "^ ([%a_][%w_]*)%s*$" or text:match "^ (%.%.%.)$", nil
  if not name then
    name, rest = text:match "^ ([%a_][%w_]*)  +(.*)$"
  end
  return name, rest or not name and text or ""
end

local function trimmed(text)
  return (text:gsub("^%s+", ""):gsub("%s+$", ""))
end

--- Adds words of a further line.
local function join(before, more)
  return (before == "" or more == "") and before .. more or before .. " " .. more
end

--- Sentences that stand before a field, as the words behind one are written.
local function as_words(sentences)
  return (sentences:gsub("^%u%f[^%u]", string.lower):gsub("%.$", ""))
end

local HANDLERS = {}

function HANDLERS.class(block, rest)
  local name, after = rest:gsub("^%(%a+%) ", ""):match "^([%w_.]+)(.*)$"
  after = after:gsub("^<.->", "")
  local parents, words = after:match "^ *: (.-)  +(.*)$"
  if not parents then
    parents, words = after:match "^ *: (.*)$", ""
  end
  block.class = { name = name, parents = {}, words = trimmed(parents and words or after), fields = {},
    is_partial = rest:find "^%(partial%)" ~= nil }
  for parent in (parents or ""):gmatch "oai%.[%w_.]+" do
    table.insert(block.class.parents, parent)
  end
  block.last = block.class
end

--- A class whose fields are listed by others.
local function add_to_class(block, field)
  table.insert(block.class.fields, field)
  block.last = field
end

function HANDLERS.field(block, rest)
  local hidden = rest:find "^package " or rest:find "^private " or rest:find "^protected "
  local name, optional, after = rest:gsub("^package ", ""):match "^([%w_]+)(%??) +(.*)$"
  if not name then -- of any key
    block.last = { words = "" }
    return
  end
  local of, words = types.take(after)
  add_to_class(block, { name = name, optional = optional ~= "", type = of,
    words = join(as_words(block.ahead or ""), trimmed(words)),
    hidden = hidden ~= nil or name:find "^_" ~= nil or words:find("not for programs", 1, true) ~= nil })
  block.ahead = nil
end

--- A method, by a kind of functions that an alias says; checkers know no such word, and
--- have it written out (`../generate/kinds.lua`).
function HANDLERS.method(block, rest)
  HANDLERS.field(block, rest)
  block.last.is_method = true
end

function HANDLERS.param(block, rest)
  local name, optional, after = rest:match "^([%w_.]+)(%??) +(.*)$"
  local of, words = types.take(after)
  block.last = { name = name, optional = optional ~= "", type = of, words = trimmed(words) }
  table.insert(block.params, block.last)
end

HANDLERS["return"] = function(block, rest)
  local of, after = types.take(rest)
  local name, words = take_name(after)
  block.last = { type = of, name = name, words = trimmed(words) }
  table.insert(block.returns, block.last)
end

function HANDLERS.alias(block, rest)
  local name, after = rest:match "^([%w_.]+)%S* ?(.*)$"
  local of, words = "", after
  if after:find "^%S" then
    of, words = types.take(after)
  end
  block.alias = { name = name, type = of, members = {},
    words = join(as_words(block.ahead or table.concat(block.doc, " ")), trimmed(words)) }
  block.last, block.ahead = block.alias, nil
end

--- What a call of a class's own takes and gives.
function HANDLERS.overload(block, rest)
  if block.class then
    block.class.called = types.take(rest)
  end
end

HANDLERS["type"] = function(block, rest)
  block.type = types.take(rest)
end

--- A type that an alias may be, or several in a line; those that are values are
--- its members.
local function take_member(block, text)
  local types_of, words = text:match "^%-%-%-| ([^#]*)", text:match "# (.*)$" or ""
  block.alias.type = block.alias.type .. (block.alias.type ~= "" and "|" or "") .. trimmed(types_of)
  for value in types_of:gmatch '"([^"]+)"' do
    table.insert(block.alias.members, { name = value, words = words })
  end
end

--- Words: of what they stand behind; of a field that follows where they begin a
--- sentence; else of the block.
local function take_words(block, text)
  local is_beginning = text:find "^[%u]" ~= nil or block.ahead ~= nil
  if block.last and block.last.words and not (is_beginning and (block.class or block.alias)) then
    block.last.words = join(block.last.words, text)
  elseif block.class or block.alias then
    block.ahead = join(block.ahead or "", text)
  else
    table.insert(block.doc, text)
  end
end

local function new_block()
  return { doc = {}, params = {}, returns = {} }
end

local function take_line(block, line)
  local tag, rest = line:match "^%-%-%-@(%a+) ?(.*)$"
  if tag then
    block.is_tagged = true
    if HANDLERS[tag] then
      HANDLERS[tag](block, rest)
    end
  elseif line:find '^%-%-%-| ' then
    take_member(block, line)
  else
    take_words(block, line:match "^%-%-%- *(.*)$")
  end
end

--- What a line of code defines: "methods:with", "Stream.next", "return"; and
--- the function that a name stands for.
local function defined(line)
  return line:match "^function ([%w_.:]+)" or line:match "^local function ([%w_]+)" or
    line:match "^([%w_]+%.[%w_]+) = " or line:match "^(return) function",
    line:match "^[%w_]+%.[%w_]+ = ([%w_.]+)$"
end

local function function_of(block, name)
  return { name = name, doc = table.concat(block.doc, " "), params = block.params, returns = block.returns,
    type = block.type }
end

--- Takes what a block and the line behind it say into what was found. A class
--- that a function follows has a block of its own.
local function conclude(found, block, line)
  local name, other = defined(line)
  if block.class then
    local class, known = block.class, found.classes[block.class.name]
    found.classes[class.name] = known and (class.is_partial or not known.is_partial) and known or class
    table.insert(found.in_order, block.class)
  elseif block.alias then
    found.aliases[block.alias.name] = block.alias
  elseif name and (#block.doc > 0 or block.is_tagged) then
    found.functions[name] = function_of(block, name)
  elseif name and other and found.functions[other] then
    found.functions[name] = found.functions[other]
  end
  if name then
    table.insert(found.defined, name)
  end
end

--- What stands behind each other in one block: aliases, classes.
local function begins_anew(block, line)
  return (block.class or block.alias) and (line:find "^%-%-%-@class" or line:find "^%-%-%-@alias")
end

--- Reads the text of a file.
---@param text string
---@return table found  `classes` and `aliases` by name, `in_order` the classes, `functions` by the names by which the
--- file defines them, `defined` all these names
function annotations.read(text)
  local found = { classes = {}, in_order = {}, aliases = {}, functions = {}, defined = {} }
  local block
  for line in (text .. "\n"):gmatch "(.-)\n" do
    if line:find "^%-%-%-" then
      if block and begins_anew(block, line) then
        local ahead = block.ahead
        conclude(found, block, "")
        block = new_block()
        block.ahead = ahead
      end
      block = block or new_block()
      take_line(block, line)
    else
      conclude(found, block or new_block(), line)
      block = nil
    end
  end
  return found
end

--- All files below a folder but the generated types, read once.
---@param folder? string  "lua/oai"
---@return table found  of each path below it without ".lua" what `read` gives
function annotations.all(folder)
  local top, found = folder or "lua/oai", {}
  for _, path in ipairs(files.modules(top)) do
    found[path:sub(#top + 2):match "^(.*)%.lua$"] = annotations.read(files.read(path))
  end
  return found
end

return annotations
