-- Functions of the program's that must not be called from within themselves,
-- such as one that gives a key, and sends a request with it, or one that is told
-- of requests, and makes some: that would never end.

local nested = {}

local MAIN = "main" -- Lua 5.1 has no thread for it
local running = coroutine.running

---@class oai.NestedCall
---@field what? any  what goes on, by which it is known
---@field around? oai.NestedCall
---@field is_over? boolean
---@field is_handed_down? boolean  what is around it goes on in another thread
---@field is_certain? boolean  it is taken out also when it is raised

-- The innermost call of each thread.
---@type table<any, oai.NestedCall?>
local innermost = setmetatable({}, { __mode = "k" })

local function here()
  return running() or MAIN
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

local function goes_on(one)
  return one.is_handed_down or one.is_certain or is_on_stack(one)
end

--- The innermost call that goes on in this thread; others are forgotten.
local function current(thread)
  local one = innermost[thread]
  while one and not goes_on(one) do
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

--- Whether who asks is called by such a function, or has been begun in it as a
--- task, be it over or not.
---@param what any
---@return boolean
function nested.began_in(what)
  local one = current(here())
  while one and one.what ~= what do
    one = one.around
  end
  return one ~= nil
end

---@alias oai.ProtectedCall fun(fn: function, value: any): boolean, any  calls a function as `pcall` does

--- A function that is known by what is returned, to be called by `protected`.
---@param fields table  which has it as `fn`
---@return table one
function nested.new(fields)
  fields.what, fields.is_certain = fields, true
  return fields
end

--- As `protected`, within another call.
local function protected_within(one, value, call, thread, around)
  if nested.began_in(one) then
    return true
  end
  innermost[thread] = { what = one, around = around, is_certain = true }
  local done, fault = call(one.fn, value)
  innermost[thread] = around
  return done, fault
end

--- Calls a function, protected, unless who asks was begun in it.
---@param one table  from `new`
---@param value any
---@param call oai.ProtectedCall  `pcall`, or what stands for it
---@return boolean done
---@return any fault
function nested.protected(one, value, call)
  local thread = running() or MAIN
  local around = innermost[thread]
  if around then
    return protected_within(one, value, call, thread, around)
  end
  innermost[thread] = one
  local done, fault = call(one.fn, value)
  innermost[thread] = nil
  return done, fault
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
