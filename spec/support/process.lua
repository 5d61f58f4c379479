-- What this process holds at the moment: descriptors, threads, memory. Read
-- from /proc; nothing of it may be cached.

local process = {}

local function own_id()
  local file = assert(io.open("/proc/self/stat"))
  local id = file:read("*n")
  file:close()
  return ("%d"):format(id)
end

local function count_in(folder)
  local pipe = assert(io.popen(("exec env -u LD_PRELOAD ls /proc/%s/%s"):format(own_id(), folder)))
  local count = 0
  for _ in pipe:lines() do
    count = count + 1
  end
  pipe:close()
  return count
end

--- Open descriptors; the pipe that is read for this is counted each time.
function process.descriptors()
  return count_in("fd")
end

function process.threads()
  return count_in("task")
end

--- Resident memory in bytes.
function process.memory()
  local file = assert(io.open("/proc/self/status"))
  local kilobytes = file:read("*a"):match("VmRSS:%s*(%d+) kB")
  file:close()
  return tonumber(kilobytes) * 1024
end

return process
