-- Loads a module of the library when it is first needed, which may be in the
-- middle of a call. Where the machine has no memory or no descriptors left,
-- that is told as it is, and the next call tries again.

-- What stands for a module that is being loaded: a light userdata, which
-- LuaJIT 2.1.0-beta3 shows as a number.
local MARKS = { userdata = true, number = true }

--- Lua 5.1 and LuaJIT keep a mark at a module whose loading failed, and never
--- load it again.
local function forget_marks()
  for name, value in pairs(package.loaded) do
    if MARKS[type(value)] and name:find("^oai%.") then
      package.loaded[name] = nil
    end
  end
end

local own_file = debug.getinfo(1, "S").source:match("^@(.*)$")

--- Why a file that is there is not found, if that is why.
local function reason_of(message)
  if not own_file or not message:find("not found:", 1, true) then
    return nil
  end
  local file, reason = io.open(own_file)
  if file then
    file:close()
    return nil
  end
  return reason:match("[^:]*$")
end

--- Why a module cannot be loaded, in the words of the library where it knows.
local function explained(name, message)
  if type(message) ~= "string" then
    return message
  end
  local reason = reason_of(message)
  if reason then
    return ("oai: cannot load the module '%s':%s"):format(name, reason)
  end
  local has_parts, parts = pcall(require, "oai.parts")
  return has_parts and parts.meaning(message) or message
end

--- Loads the module `name`. Raises why it cannot be.
---@param name string
---@return any
local function load_module(name)
  local done, module = pcall(require, name)
  if done then
    return module
  end
  forget_marks()
  error(explained(name, module), 0)
end

require "oai.interpret" ()

return load_module
