-- JSON that comes in pieces: what it says so far. Each byte is looked at once,
-- whenever its value is asked for in between; objects and lists grow in place.
-- Here is what they are made of; texts, numbers and words are in
-- partial_tokens.lua.

local json = require "oai.codec.json"
local set = require "oai.set"
local tokens = require "oai.codec.partial_tokens"

local find, sub = string.find, string.sub
local states, shown = tokens.states, tokens.shown

local DEPTH_MOST = 1000 -- as codec/json.lua has it

-- The value of a long text is made anew when it has grown by this part of it.
local SHARE = 64

local IN_TEXT = set { "text", "escape", "unicode" }

---@class oai.PartialJson
---@field private _state string     what the next byte is taken for
---@field private _value any        the outermost value
---@field private _stack table[]    the objects and lists that are open
---@field private _pieces string[]  of the token that is open
---@field private _length integer   of these, in bytes
---@field private _shown integer    how much of them the value has
---@field private _is_key? boolean  the text that is open is a name
---@field private _fault? string    why what came is no JSON
---@field private _keeps_order boolean  objects keep the order of their names
---@field private _keeps_nulls boolean  and their nulls
local Parser = {}
Parser.__index = Parser
Parser.__name = "oai.PartialJson"

--- Ends the reading: nothing is taken any more.
---@package
---@param message string
---@return number past_everything
function Parser:_fail(message)
  self._fault = message
  return math.huge
end

---@package
---@param char string
---@return number past_everything
function Parser:_unexpected(char)
  return self:_fail(("unexpected '%s'"):format(char))
end

--- Puts a value into its place, into which the next call puts another.
---@package
---@param value any
function Parser:_place(value)
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
---@package
function Parser:_finish()
  local top = self._stack[#self._stack]
  if top and top.count then
    top.count = top.count + 1
  end
  self._state = top and "after" or "done"
end

--- Takes the name of the next field.
---@package
---@param name string
function Parser:_take_key(name)
  local top = self._stack[#self._stack]
  if top.order and top.value[name] == nil then
    top.order[#top.order + 1] = name
  end
  top.key, self._state = name, "colon"
end

local function open(self, value, frame)
  if #self._stack == DEPTH_MOST then
    return self:_fail "it is nested too deeply"
  end
  self:_place(value)
  frame.value = value
  self._stack[#self._stack + 1] = frame
end

local function open_object(self)
  local order = self._keeps_order and {} or nil
  self._state = "first_key"
  return open(self, order and json.ordered(order) or {}, { order = order })
end

local function open_array(self)
  self._state = "first"
  return open(self, json.array(), { count = 0 })
end

local function close(self)
  self._stack[#self._stack] = nil
  self:_finish()
end

--- Makes a state of what is done with one byte that is no white space.
local function on_byte(act)
  return function(self, text, at)
    local from = find(text, "[^ \t\r\n]", at)
    if not from then
      return #text + 1
    end
    return act(self, sub(text, from, from), from) or from + 1
  end
end

local function begin_value(self, char, at)
  if char == "{" then
    return open_object(self)
  elseif char == "[" then
    return open_array(self)
  end
  return tokens.open(self, char, at) or self:_unexpected(char)
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
    return self:_unexpected(char)
  end
  self._is_key = true
  tokens.begin(self, "text")
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
    return self:_unexpected(char)
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
    return self:_unexpected(char)
  end
end)

states.done = on_byte(Parser._unexpected)

--- Takes more of the text.
---@param piece string
---@return boolean well  false once it is no JSON any more
function Parser:add(piece)
  local at = 1 ---@type number
  while at <= #piece and not self._fault do
    at = states[self._state](self, piece, at) --[[@as number]]
  end
  return self._fault == nil
end

--- What has come, with texts and words that are not at their end as they are
--- so far. Tables are the same each time, and grow. Nil before anything is.
---@return any value
---@return string? fault  why what came then is no JSON
function Parser:value()
  local show = not self._fault and shown[self._state]
  if show then
    show(self)
  end
  return self._value, self._fault
end

--- Whether enough has come since `value` was asked for that all such asking
--- together costs no more than reading does: it copies a text that is open.
---@return boolean
function Parser:is_due()
  return not IN_TEXT[self._state] or self._is_key or (self._length - self._shown) * SHARE >= self._length
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
