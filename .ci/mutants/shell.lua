-- Files and commands.

local shell = {}

function shell.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Whether a command succeeded.
function shell.run(command)
  return os.execute(command) == true
end

--- The lines that a command writes.
function shell.output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a")
  pipe:close()
  return text:gmatch("[^\n]+")
end

function shell.line(command)
  return shell.output(command)() or ""
end

--- Seconds, with their fraction.
function shell.clock()
  return tonumber(shell.line("date +%s.%N"))
end

function shell.read(path)
  local file = io.open(path, "rb")
  if not file then
    return nil
  end
  local text = file:read("*a")
  file:close()
  return text
end

function shell.write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  assert(file:close())
end

--- The lines of a file; none if there is none.
function shell.lines(path)
  return (shell.read(path) or ""):gmatch("[^\n]+")
end

return shell
