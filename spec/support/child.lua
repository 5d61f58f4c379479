-- Runs programs in a child process of the same Lua with the same paths. The
-- shell between must not run with a preloaded checker; the child does.

local shell = require "spec.support.shell"

local PROLOGUE = "io.stdout:setvbuf('line') local function pid() local file = io.open('/proc/self/stat')"
  .. " local id = file:read('*n') file:close() return ('%d'):format(id) end\n"

local child = {}

local function interpreter()
  local at = -1
  while arg[at - 1] and not arg[at]:match("lua[%w.%-]*$") do
    at = at - 1
  end
  return arg[at] or "lua"
end

-- What a checker that must not be inherited wants before the interpreter.
local function loader()
  return os.getenv("SPEC_LOADER") or ""
end

local function written(code)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(PROLOGUE, code)
  file:close()
  return path
end

--- Why no library can be loaded into a child before all others; nil where it
--- can.
---@return string?
function child.preloads_nothing()
  if os.getenv "LD_PRELOAD" then
    return "a checker has to be the first library"
  elseif loader() ~= "" and not loader():find("libtsan", 1, true) then
    return "the program is another system's, and what is compiled here cannot be loaded into it"
  end
end

-- A child that hangs ends after two minutes, and so does its spec.
local COMMAND = "trap 'rm -f %s' EXIT; %s timeout --foreground -k 5 120 env %s %s %s %s %s %s </dev/null"

local function preload()
  local library = os.getenv("LD_PRELOAD")
  return library and "LD_PRELOAD=" .. shell.quote(library) or ""
end

--- Has a program of root's run as somebody who owns nothing.
child.nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups"

--- Starts a program. `pid()` in it tells its process id; what it writes is
--- read by `line` and `finish`. In `environment`, false unsets. `descriptors`:
--- how many it may have open. `as` is a command that runs it, such as
--- child.nobody.
function child.start(code, environment, descriptors, as)
  local path = written(code)
  if as then
    os.execute("exec env -u LD_PRELOAD chmod 644 " .. path)
  end
  local limit = descriptors and ("ulimit -n %d;"):format(descriptors) or ""
  return shell.start(COMMAND:format(path, limit, shell.assignments(environment or {}), preload(), as or "", loader(),
    interpreter(), path))
end

function child.run(code, environment, descriptors, as)
  return child.start(code, environment, descriptors, as):finish()
end

--- What runs a program's file, for a shell.
function child.command()
  return ("env %s %s %s"):format(preload(), loader(), interpreter())
end

--- Sends a signal to a process.
function child.signal(pid, name)
  os.execute(("exec env -u LD_PRELOAD kill -%s %s"):format(name, pid))
end

return child
