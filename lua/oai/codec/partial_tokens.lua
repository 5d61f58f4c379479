-- The tokens of JSON that comes in pieces: texts, numbers and words, each of
-- which may be cut anywhere. Where a value goes is partial_json.lua's matter.

local json = require "oai.codec.json"

local byte, concat, find, sub = string.byte, table.concat, string.find, string.sub

local tokens = {}

local WORDS = { t = "true", f = "false", n = "null", N = "NaN", I = "Infinity" }
local ESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

-- What is done with more bytes, by what is open: each takes the reader, the
-- bytes and where to begin, and returns where to go on.
local states = {}

--- Begins a token.
---@param self oai.PartialJson
---@param state string
function tokens.begin(self, state)
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

--- Begins a word of which so many bytes have come.
local function begin_word(self, word, matched)
  self._word, self._matched, self._state = word, matched, "word"
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
    return self:_take_key(token(self))
  end
  self:_place(token(self))
  self:_finish()
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
    return self:_unexpected("\\" .. char)
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
    return self:_unexpected("\\u" .. self._digits .. digit)
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
    return self:_fail(reason)
  end
  self:_place(value)
  self:_finish()
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
    return self:_unexpected(sub(self._word, 1, self._matched) .. sub(text, at, at))
  end
  self._matched = next_at
  if next_at == #self._word then
    self:_place(word_value(self._word))
    self:_finish()
  end
  return at + 1
end

local function show_text(self)
  if not self._is_key then
    self:_place(token(self))
  end
end

-- How what is not at its end is shown. More digits of a number may follow, so
-- only one that is all there is is shown.
local SHOWN = {
  text = show_text,
  escape = show_text,
  unicode = show_text,
  word = function(self)
    self:_place(word_value(self._word))
  end,
  number = function(self)
    local value = #self._stack == 0 and json.decode(token(self))
    if value then
      self:_place(value)
    end
  end,
}

tokens.states, tokens.shown = states, SHOWN

--- Begins the token that a byte is the first of; where to go on, or nil where
--- it begins none.
---@param self oai.PartialJson
---@param char string
---@param at integer
---@return integer?
function tokens.open(self, char, at)
  if char == '"' then
    self._is_key = false
    tokens.begin(self, "text")
  elseif WORDS[char] then
    begin_word(self, WORDS[char], 1)
  elseif find(char, "[%d%-]") then
    tokens.begin(self, "number")
    return at
  else
    return nil
  end
  return at + 1
end

return tokens
