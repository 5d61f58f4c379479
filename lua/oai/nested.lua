-- Functions of the program's whose calls must not need them again, such as one
-- that gives a key, and sends a request with it: that would never end.

local nested = {}

local MAIN = "main" -- Lua 5.1 has no thread for it

---@class oai.NestedCall
---@field what? any  what goes on, by which it is known
---@field around? oai.NestedCall
---@field is_over? boolean
---@field is_handed_down? boolean  what is around it goes on in another thread

-- The innermost call of each thread.
---@type table<any, oai.NestedCall?>
local innermost = setmetatable({}, { __mode = "k" })

local function here()
  return coroutine.running() or MAIN
end

local function run(one, fn, a, b)
  local value, more = fn(a, b)
  one.is_over = true
  return value, more
end

--- Whether a call of this thread goes on. That it has ended with an error is seen
--- by the stack alone.
local function is_on_stack(one)
  local level = 2
  local frame = debug.getinfo(level, "f")
  while frame do
    if frame.func == run and select(2, debug.getlocal(level, 1)) == one then
      return true
    end
    level = level + 1
    frame = debug.getinfo(level, "f")
  end
  return false
end

--- The innermost call that goes on in this thread; others are forgotten.
local function current(thread)
  local one = innermost[thread]
  while one and not one.is_handed_down and not is_on_stack(one) do
    one = one.around
    innermost[thread] = one
  end
  return one
end

--- Calls a function, which may wait.
---@param what any  by which it is known that it goes on
---@param fn function
---@param a? any
---@param b? any
---@return any value
---@return any more
function nested.call(what, fn, a, b)
  local thread = here()
  local one = { what = what, around = current(thread) }
  innermost[thread] = one
  local value, more = run(one, fn, a, b)
  innermost[thread] = one.around
  return value, more
end

--- Whether a function that was called as `what` is around the caller, or around
--- the beginning of its task.
---@param what any
---@return boolean
function nested.goes_on(what)
  local one = current(here())
  while one and (one.what ~= what or one.is_over) do
    one = one.around
  end
  return one ~= nil
end

--- Has a thread that begins here be in the calls that go on.
---@param thread thread
function nested.hand_down(thread)
  local one = current(here())
  if one then
    innermost[thread] = { around = one, is_handed_down = true }
  end
end

require "oai.interpret" ()

return nested
