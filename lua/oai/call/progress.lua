-- How far bytes are that a program wants to be told of: at most ten times a
-- second, and once at the end. Of a form it is what was sent, of any other
-- call what has come. It is told by whoever waits, in Lua: the core calls no
-- function of the program's.

local progress = {}

local EVERY = 0.1 -- seconds

---@class oai.Progress
---@field fn fun(bytes: integer, total?: integer)
---@field at number         on the engines' clock: not before
---@field told? integer     the bytes that were told last
---@field total? integer    all of them, where it is known
---@field is_sending? boolean  of an exchange
---@field before? integer    bytes of a file that came with others

progress.EVERY = EVERY

--- What tells `fn`.
---@param fn fun(bytes: integer, total?: integer)
---@param now number   on the engines' clock
---@return oai.Progress
function progress.new(fn, now)
  return { fn = fn, at = now + EVERY }
end

--- Tells of bytes, where it is time to.
---@param self oai.Progress
---@param bytes integer
---@param now number
function progress.note(self, bytes, now)
  if now >= self.at and bytes ~= self.told then
    self.at, self.told = now + EVERY, bytes
    self.fn(bytes, self.total)
  end
end

--- Tells of the end, unless it has been told.
---@param self oai.Progress
---@param bytes integer
function progress.finish(self, bytes)
  if bytes ~= self.told then
    self.told = bytes
    self.fn(bytes, self.total)
  end
end

--- An integer, where Lua has them.
local function whole(number)
  return math.floor(number)
end

--- The bytes of an exchange.
local function bytes_of(self, exchange)
  local sent, _, received, expected = exchange:progress()
  if self.is_sending then
    return whole(sent)
  end
  received, expected = whole(received), expected and whole(expected)
  if self.before and exchange:status() == 206 then
    received, expected = self.before + received, expected and self.before + expected
  end
  self.total = expected and received <= expected and expected or nil
  return received
end

--- What tells of an exchange, which has not begun.
---@param fn fun(bytes: integer, total?: integer)
---@param exchange any
---@param has_form boolean
---@param now number
---@return oai.Progress
function progress.of_exchange(fn, exchange, has_form, now)
  local self = progress.new(fn, now)
  local _, to_send = exchange:progress()
  self.is_sending, self.total = has_form, has_form and whole(to_send) or nil
  return self
end

--- Tells of an exchange, where it is time to.
---@param self oai.Progress
---@param exchange any
---@param now number
function progress.look(self, exchange, now)
  if now >= self.at and (not self.before or exchange:status()) then
    progress.note(self, bytes_of(self, exchange), now)
  end
end

--- Tells of the end of an exchange that has succeeded.
---@param self oai.Progress
---@param exchange any
function progress.look_last(self, exchange)
  progress.finish(self, bytes_of(self, exchange))
end

require "oai.interpret" ()

return progress
