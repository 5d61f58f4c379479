-- What this process holds at the moment: descriptors, threads, memory. Read
-- from /proc in this process, where a child would share the descriptors.

local process = {}

local MOST_DESCRIPTORS = 1024

local function status(name, pattern)
  local file = assert(io.open("/proc/self/status"))
  local value = file:read("*a"):match(name .. ":%s*" .. pattern)
  file:close()
  return tonumber(value)
end

--- Open descriptors below 1024.
function process.descriptors()
  local count = 0
  for descriptor = 0, MOST_DESCRIPTORS - 1 do
    local file = io.open("/proc/self/fdinfo/" .. descriptor)
    if file then
      file:close()
      count = count + 1
    end
  end
  return count
end

--- How many descriptors are open on that file.
function process.descriptors_of(path)
  local pipe = assert(io.popen("exec env -u LD_PRELOAD sh -c 'ls -l /proc/$PPID/fd'"))
  local list, count = pipe:read "*a", 0
  pipe:close()
  for target in list:gmatch "%-> ([^\n]*)" do
    count = count + (target == path and 1 or 0)
  end
  return count
end

function process.threads()
  return status("Threads", "(%d+)")
end

--- Resident memory in bytes.
function process.memory()
  return status("VmRSS", "(%d+) kB") * 1024
end

--- Writes over what dead calls have left on the stack.
local function overwrite(depth)
  return depth == 0 and 0 or 1 + overwrite(depth - 1)
end

--- Collects garbage until `measure()` is `expected`, or will clearly never
--- be: LuaJIT may hold a dropped object in a slot it has not used again.
function process.settled(measure, expected)
  local value
  for _ = 1, 20 do
    overwrite(100)
    collectgarbage()
    collectgarbage()
    value = measure()
    if value == expected then
      break
    end
  end
  return value
end

--- The most memory that was resident, in bytes.
function process.peak()
  return status("VmHWM", "(%d+) kB") * 1024
end

--- Has `peak` begin anew, from what is resident now.
function process.forget_peak()
  local file = assert(io.open("/proc/self/clear_refs", "w"))
  file:write("5")
  file:close()
end

return process
