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

--- How many descriptors are open on what `is_meant(name)` says.
local function count_descriptors(is_meant)
  local pipe = assert(io.popen("exec env -u LD_PRELOAD sh -c 'ls -l /proc/$PPID/fd'"))
  local list, count = pipe:read "*a", 0
  pipe:close()
  for target in list:gmatch "%-> ([^\n]*)" do
    count = count + (is_meant(target) and 1 or 0)
  end
  return count
end

--- How many descriptors are open on that file.
function process.descriptors_of(path)
  return count_descriptors(function(target)
    return target == path
  end)
end

--- How many descriptors are open on files in that folder, those without a name
--- among them.
function process.descriptors_in(path)
  return count_descriptors(function(target)
    return target:sub(1, #path + 1) == path .. "/"
  end)
end

function process.threads()
  return status("Threads", "(%d+)")
end

--- Resident memory in bytes.
function process.memory()
  return status("VmRSS", "(%d+) kB") * 1024
end

local ffi = rawget(_G, "jit") and require "ffi" or nil
local is_checked = (os.getenv "LD_PRELOAD" or ""):find("libasan", 1, true) ~= nil -- which allocates by itself

local function mallinfo2()
  pcall(ffi.cdef, "struct oai_spec_memory { size_t of[10]; }; struct oai_spec_memory mallinfo2(void);")
  local info = ffi.C.mallinfo2()
  return tonumber(info.of[7]) + tonumber(info.of[4]) -- in its heaps, and in pages of their own
end

--- Bytes that C has allocated and not freed, to the byte, of all threads;
--- LuaJIT's own are not among them. Nil where nobody can say: with other Luas,
--- with a checker, on Windows.
function process.allocated()
  if ffi and not is_checked then
    local known, bytes = pcall(mallinfo2)
    return known and bytes or nil
  end
end

local LARGEST_REGION = 1024 * 1024 * 1024 -- beyond that it is a checker's own

--- The memory of another process that may be read: names and bytes.
local function regions(pid)
  local found, memory = {}, assert(io.open(("/proc/%d/mem"):format(pid), "rb"))
  for line in io.lines(("/proc/%d/maps"):format(pid)) do
    local from, to, name = line:match "^(%x+)%-(%x+) r%S+ %S+ %S+ %d+ *(.*)$"
    if from and tonumber(to, 16) - tonumber(from, 16) <= LARGEST_REGION then
      local bytes = memory:seek("set", tonumber(from, 16)) and memory:read(tonumber(to, 16) - tonumber(from, 16))
      found[#found + 1] = bytes and { name = name, bytes = bytes }
    end
  end
  memory:close()
  return found
end

--- Where a text is in the memory of another process: each time the region's
--- name and the 40 bytes before.
---@param pid integer
---@param text string
---@return string[]
function process.copies(pid, text)
  local copies = {}
  for _, region in ipairs(regions(pid)) do
    local from, to = region.bytes:find(text, 1, true)
    while from do
      copies[#copies + 1] = region.name .. " " .. region.bytes:sub(math.max(1, from - 40), from - 1)
      from, to = region.bytes:find(text, to + 1, true)
    end
  end
  return copies
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
