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

--- Loads the module `name`. Raises why it cannot be.
---@param name string
---@return any
local function load_module(name)
  local done, module = pcall(require, name)
  if done then
    return module
  end
  forget_marks()
  local reason = type(module) == "string" and reason_of(module)
  error(reason and ("oai: cannot load the module '%s':%s"):format(name, reason) or module, 0)
end

require "oai.interpret" ()

return load_module
