-- For code that runs in Neovim, started by editor.lua: what it can say and
-- measure there.
-- luacheck: globals vim

local ffi = require "ffi"
local uv = vim.uv or vim.loop

local inside = {}

--- Writes a line for the spec.
function inside.say(...)
  local words = {}
  for i = 1, select("#", ...) do
    words[i] = tostring((select(i, ...)))
  end
  io.stdout:write(table.concat(words, " "), "\n")
  io.stdout:flush()
end

--- Runs the code of a spec, which leaves the editor itself when there is more
--- to wait for.
function inside.run(path)
  local done, err = xpcall(function()
    return assert(loadfile(path))(inside)
  end, debug.traceback)
  if not done then
    inside.say(err)
    vim.cmd "cquit"
  end
end

--- Lets the editor go on until `condition()` holds; raises after a long time.
function inside.wait(condition, seconds)
  local in_time = vim.wait((seconds or 10) * 1000, condition, 2)
  assert(in_time, debug.traceback("what was waited for did not happen"))
end

--- Lets the editor go on for so long.
function inside.pause(seconds)
  vim.wait(seconds * 1000)
end

--- A client for the spec's scene.
function inside.client(options)
  local all = {
    loop = "uv",
    base_url = os.getenv "SPEC_BASE_URL",
    api_key = "sk-spec-0123456789-wxyz",
    ca_file = os.getenv "SPEC_CA_FILE",
  }
  for name, value in pairs(options or {}) do
    all[name] = value
  end
  return require("oai").client(all)
end

--- A chat stream of that client; raises where there is none.
function inside.ask(client)
  return assert(client.chat.completions:create {
    model = "m",
    messages = { { role = "user", content = "hello" } },
    stream = true,
  })
end

-- The inodes of the internet sockets of the machine: unix ones are the editor's.
local function internet_inodes()
  local inodes = {}
  for _, path in ipairs { "/proc/self/net/tcp", "/proc/self/net/tcp6" } do
    for line in io.lines(path) do
      inodes[line:match("^%s*%d+:" .. ("%s+%S+"):rep(8) .. "%s+(%d+)") or ""] = true
    end
  end
  return inodes
end

--- The internet sockets that this process has open, as `{ path, inode }`,
--- without those of an earlier list.
function inside.sockets(earlier)
  local inodes, found = internet_inodes(), {}
  for _, socket in ipairs(earlier or {}) do
    inodes[socket.inode] = nil
  end
  for descriptor = 0, 255 do
    local path = "/proc/self/fd/" .. descriptor
    local inode = (uv.fs_readlink(path) or ""):match("^socket:%[(%d+)%]$")
    if inode and inodes[inode] then
      found[#found + 1] = { path = path, inode = inode }
    end
  end
  return found
end

--- Whether a socket of that list is still open.
function inside.is_open(socket)
  return uv.fs_readlink(socket.path) == ("socket:[%s]"):format(socket.inode)
end

ffi.cdef [[
  typedef struct { long seconds, nanoseconds; } spec_time;
  int clock_gettime(int clock, spec_time *time);
]]

local THREAD_CPU = 3 -- CLOCK_THREAD_CPUTIME_ID of Linux
local time = ffi.new "spec_time"

--- Milliseconds that this thread, the editor's, has been working.
local function worked()
  ffi.C.clock_gettime(THREAD_CPU, time)
  return tonumber(time.seconds) * 1e3 + tonumber(time.nanoseconds) / 1e6
end

--- The longest time between two calls of a timer of 10 ms, and the most that
--- the editor's thread worked between two, in milliseconds, while `during()`
--- runs, which lets the editor go on.
---@return number gap
---@return number work
function inside.longest_gap(during)
  local timer, gap, work = uv.new_timer(), 0, 0
  local at, had_worked = uv.hrtime(), worked()
  timer:start(10, 10, function()
    local now, has_worked = uv.hrtime(), worked()
    gap, work = math.max(gap, (now - at) / 1e6), math.max(work, has_worked - had_worked)
    at, had_worked = now, has_worked
  end)
  during()
  inside.pause(0.03) -- for the end of a gap
  timer:close()
  return gap, work
end

return inside
