-- Small files of the library's own: read whole, and replaced whole, so that
-- nobody finds half of one. Reasons are the system's.

local file = {}

local NO_SUCH_FILE = 2 -- ENOENT

--- All bytes of a file.
---@param path string
---@return string? bytes
---@return string? reason  with the path in it
---@return boolean? is_missing  there is none
function file.read(path)
  local handle, reason, code = io.open(path, "rb")
  if not handle then
    return nil, reason, code == NO_SUCH_FILE
  end
  local bytes, failure = handle:read("*a")
  handle:close()
  return bytes, failure and ("%s: %s"):format(path, failure) or nil
end

--- Gives a file another name. Windows renames nothing over what is there: that
--- waits under a third name meanwhile, and has its own again if this fails.
local function rename(from, to)
  local done, reason = os.rename(from, to)
  if done or package.config:sub(1, 1) ~= "\\" then
    return done, reason
  end
  local old = to .. ".old"
  os.remove(old)
  os.rename(to, old)
  done, reason = os.rename(from, to)
  if done then
    os.remove(old)
  else
    os.rename(old, to)
  end
  return done, reason
end

--- Writes bytes under another name, `.part` behind it, and gives them this one.
--- Nothing is left of what cannot be written.
---@param path string
---@param bytes string
---@return true? done
---@return string? reason
function file.replace(path, bytes)
  local part = path .. ".part"
  local handle, reason = io.open(part, "wb")
  if not handle then
    return nil, reason
  end
  local done, closed, late
  done, reason = handle:write(bytes)
  closed, late = handle:close() -- what was buffered may fail only here
  reason = reason or late
  if done and closed then
    done, reason = rename(part, path)
  end
  if not done or not closed then
    os.remove(part)
    return nil, reason
  end
  return true
end

return file
