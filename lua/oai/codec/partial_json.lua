-- JSON that comes in pieces: what it says so far. Each byte is looked at once,
-- whatever its value is asked for in between; objects and lists grow in place.
-- What is whole is codec/json.lua's to read, which reads the small things here.

local json = require "oai.codec.json"

local byte, concat, find, sub = string.byte, table.concat, string.find, string.sub

local DEPTH_MOST = 1000 -- as codec/json.lua has it

-- The value of a long text is made anew when it has grown by this part of it.
local SHARE = 64

local WORDS = { t = "true", f = "false", n = "null", N = "NaN", I = "Infinity" }
local ESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

---@class oai.PartialJson
---@field package _state string     what the next byte is taken for
---@field package _value any        the outermost value
---@field package _stack table[]    the objects and lists that are open
---@field package _pieces string[]  of the token that is open
---@field package _length integer   of these, in bytes
---@field package _shown integer    how much of them the value has
local Parser = {}
Parser.__index = Parser
Parser.__name = "oai.PartialJson"

local states = {}

local function fail(self, message)
  self._fault = message
  return math.huge
end

--- Puts a value into its place, which the next call puts another into.
local function place(self, value)
  local top = self._stack[#self._stack]
  if not top then
    self._value = value
  elseif top.count then
    top.value[top.count + 1] = value
  elseif value ~= json.null or self._keeps_nulls then
    top.value[top.key] = value
  else
    top.value[top.key] = nil
  end
end

--- Ends a value that has its place.
local function finish(self)
  local top = self._stack[#self._stack]
  if top and top.count then
    top.count = top.count + 1
  end
  self._state = top and "after" or "done"
end

local function begin_token(self, state)
  self._pieces, self._length, self._shown, self._state = {}, 0, 0, state
end

local function add_piece(self, piece)
  local pieces = self._pieces
  pieces[#pieces + 1] = piece
  self._length = self._length + #piece
end

--- All pieces of the token, as one.
local function token(self)
  local text = concat(self._pieces)
  self._pieces, self._shown = { text }, self._length
  return text
end

local function open(self, value, frame)
  if #self._stack == DEPTH_MOST then
    return fail(self, "it is nested too deeply")
  end
  place(self, value)
  frame.value = value
  self._stack[#self._stack + 1] = frame
end

local function open_object(self)
  local order = self._keeps_order and {} or nil
  self._state = "first_key"
  return open(self, self._keeps_order and json.ordered(order) or {}, { order = order })
end

local function open_array(self)
  self._state = "first"
  return open(self, json.array(), { count = 0 })
end

local function close(self)
  self._stack[#self._stack] = nil
  finish(self)
end

local function begin_word(self, word, matched)
  self._word, self._matched, self._state = word, matched, "word"
end

local OPENERS = {
  ["{"] = open_object,
  ["["] = open_array,
  ['"'] = function(self)
    self._is_key = false
    begin_token(self, "text")
  end,
}

--- Makes a state of what is done with one byte that is no white space.
local function on_byte(act)
  return function(self, text, at)
    local from = find(text, "[^ \t\r\n]", at)
    if not from then
      return #text + 1
    end
    return act(self, sub(text, from, from), from, text) or from + 1
  end
end

local function unexpected(self, char)
  return fail(self, ("unexpected '%s'"):format(char))
end

local function begin_value(self, char, at)
  local opener = OPENERS[char]
  if opener then
    return opener(self)
  elseif WORDS[char] then
    return begin_word(self, WORDS[char], 1)
  elseif find(char, "[%d%-]") then
    begin_token(self, "number")
    return at
  end
  return unexpected(self, char)
end

states.value = on_byte(begin_value)

states.first = on_byte(function(self, char, at)
  if char == "]" then
    return close(self)
  end
  return begin_value(self, char, at)
end)

states.key = on_byte(function(self, char)
  if char ~= '"' then
    return unexpected(self, char)
  end
  self._is_key = true
  begin_token(self, "text")
end)

states.first_key = on_byte(function(self, char, at)
  if char == "}" then
    return close(self)
  end
  self._state = "key"
  return at
end)

states.colon = on_byte(function(self, char)
  if char ~= ":" then
    return unexpected(self, char)
  end
  self._state = "value"
end)

states.after = on_byte(function(self, char)
  local is_list = self._stack[#self._stack].count
  if char == "," then
    self._state = is_list and "value" or "key"
  elseif char == (is_list and "]" or "}") then
    return close(self)
  else
    return unexpected(self, char)
  end
end)

states.done = on_byte(unexpected)

--- Takes a token for the name of the next field.
local function take_key(self)
  local top, name = self._stack[#self._stack], token(self)
  if top.order and top.value[name] == nil then
    top.order[#top.order + 1] = name
  end
  top.key, self._state = name, "colon"
end

--- Ends the half of a UTF-16 pair whose other half has not come.
local function end_half(self)
  local half = self._half
  if half then
    self._half = nil
    add_piece(self, json.decode('"' .. half .. '"'))
  end
end

local function end_text(self)
  end_half(self)
  if self._is_key then
    return take_key(self)
  end
  place(self, token(self))
  finish(self)
end

function states.text(self, text, at)
  local stop = find(text, '["\\]', at)
  if stop ~= at then
    end_half(self)
    add_piece(self, sub(text, at, (stop or 0) - 1))
  end
  if not stop then
    return #text + 1
  elseif byte(text, stop) == 34 then
    end_text(self)
  else
    self._state = "escape"
  end
  return stop + 1
end

function states.escape(self, text, at)
  local char = sub(text, at, at)
  if char == "u" then
    self._digits, self._state = "", "unicode"
  elseif ESCAPES[char] then
    end_half(self)
    add_piece(self, ESCAPES[char])
    self._state = "text"
  else
    return unexpected(self, "\\" .. char)
  end
  return at + 1
end

--- Takes `\u` with four digits: a half of a pair waits for the other.
local function take_unicode(self, escape)
  if find(escape, "^\\u[dD][89abAB]") then
    end_half(self)
    self._half = escape
  else
    add_piece(self, json.decode('"' .. (self._half or "") .. escape .. '"'))
    self._half = nil
  end
  self._state = "text"
end

function states.unicode(self, text, at)
  local digit = sub(text, at, at)
  if not find(digit, "%x") then
    return unexpected(self, "\\u" .. self._digits .. digit)
  end
  self._digits = self._digits .. digit
  if #self._digits == 4 then
    take_unicode(self, "\\u" .. self._digits)
  end
  return at + 1
end

--- Ends a number, at the byte that is none of it.
local function end_number(self, at)
  local value, reason = json.decode(token(self))
  if reason then
    return fail(self, reason)
  end
  place(self, value)
  finish(self)
  return at
end

function states.number(self, text, at)
  local stop = find(text, "[^%d+%-.eE]", at)
  add_piece(self, sub(text, at, (stop or 0) - 1))
  if not stop then
    return #text + 1
  elseif sub(text, stop, stop) == "I" and token(self) == "-" then
    begin_word(self, "-Infinity", 1)
    return stop
  end
  return end_number(self, stop)
end

local function word_value(word)
  local value = json.decode(word)
  if word == "null" then
    return json.null
  end
  return value
end

function states.word(self, text, at)
  local next_at = self._matched + 1
  if byte(text, at) ~= byte(self._word, next_at) then
    return unexpected(self, sub(self._word, 1, self._matched) .. sub(text, at, at))
  end
  self._matched = next_at
  if next_at == #self._word then
    place(self, word_value(self._word))
    finish(self)
  end
  return at + 1
end

local function show_text(self)
  if not self._is_key then
    place(self, token(self))
  end
end

-- How what is not at its end is shown. More digits of a number may follow, so
-- only one that is all there is is shown.
local SHOWN = {
  text = show_text,
  escape = show_text,
  unicode = show_text,
  word = function(self)
    place(self, word_value(self._word))
  end,
  number = function(self)
    local value = #self._stack == 0 and json.decode(token(self))
    if value then
      place(self, value)
    end
  end,
}

--- Takes more of the text.
---@param piece string
---@return boolean well  false once it is no JSON any more
function Parser:add(piece)
  local at = 1
  while at <= #piece and not self._fault do
    at = states[self._state](self, piece, at)
  end
  return self._fault == nil
end

--- What has come, with texts and words that are not at their end as they are
--- so far. Tables are the same each time, and grow. Nil before anything is.
---@return any value
---@return string? fault  why what came then is no JSON
function Parser:value()
  local show = not self._fault and SHOWN[self._state]
  if show then
    show(self)
  end
  return self._value, self._fault
end

--- Whether enough has come since `value` was asked for that asking again costs
--- no more than the whole text does: it copies a long text that is open.
---@return boolean
function Parser:is_due()
  return self._state ~= "text" or self._is_key or (self._length - self._shown) * SHARE >= self._length
end

--- Whether the text may end here.
---@return boolean
function Parser:is_whole()
  return self._fault == nil and (self._state == "done"
    or self._state == "number" and #self._stack == 0 and self:value() ~= nil)
end

local partial_json = {}

--- A text of which nothing has come yet.
---@param options? { order?: boolean, nulls?: boolean }  objects keep the order of their names; and their nulls
---@return oai.PartialJson
function partial_json.new(options)
  options = options or {}
  return setmetatable({ _state = "value", _stack = {}, _pieces = {}, _length = 0, _shown = 0,
    _keeps_order = options.order or false, _keeps_nulls = options.nulls or false }, Parser)
end

return partial_json
