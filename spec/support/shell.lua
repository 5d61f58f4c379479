-- Commands of the shell, and programs that it runs: what they write, and how
-- they end. What is preloaded into this process is not into theirs.

local Running = {}
Running.__index = Running

local shell = {}

--- A text as one word of a command.
function shell.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Variables as `env` takes them; false unsets.
---@param environment table<string, string|false>
---@return string
function shell.assignments(environment)
  local unset, set = {}, {}
  for name, value in pairs(environment) do
    local words = value and set or unset
    words[#words + 1] = value and name .. "=" .. shell.quote(value) or "-u " .. name
  end
  return table.concat(unset, " ") .. " " .. table.concat(set, " ")
end

local function open(command)
  return assert(io.popen("exec env -u LD_PRELOAD sh -c " .. shell.quote(command), "r"))
end

--- All that a command writes.
function shell.output(command)
  local pipe = open(command)
  local text = pipe:read("*a")
  pipe:close()
  return text
end

--- Whether there is a program of this name.
function shell.has(program)
  return shell.output("command -v " .. program) ~= ""
end

--- Starts a command; what it writes, errors too, is read by `line` and
--- `finish`.
---@param command string
---@param place? table  a folder that is removed at its end
function shell.start(command, place)
  return setmetatable({ pipe = open(("{ %s; echo \"exit $?\"; } 2>&1"):format(command)), place = place }, Running)
end

--- The next line that it writes.
function Running:line()
  return self.pipe:read("*l")
end

--- Waits for its end: what it wrote since, and its exit status (128 and the
--- number of the signal that killed it).
function Running:finish()
  local text = self.pipe:read("*a")
  self.pipe:close()
  if self.place then
    self.place:remove()
  end
  local output, status = text:match("^(.-)exit (%d+)\n$")
  return output, tonumber(status)
end

return shell
