-- A chat in the terminal:
--
--   lua examples/chat.lua [FILE]
--
-- FILE keeps what was said, from one start to the next. Ctrl-C stops an answer;
-- pressed once more it ends the program, as an empty line or Ctrl-D does. /again
-- asks the last question anew, /undo takes it back. OPENAI_API_KEY has the key,
-- OPENAI_MODEL may name another model.

local oai = require "oai"

local MODEL = os.getenv "OPENAI_MODEL" or "gpt-4o-mini"
local MOST = 50000 -- tokens of a request: what was said long ago is left out beyond that

local path = arg[1]

local function saved()
  local file = path and io.open(path, "rb")
  local text = file and file:read "*a"
  if file then
    file:close()
  end
  return text
end

local function save(talk)
  if path then
    local file = assert(io.open(path, "wb"))
    file:write(talk:save())
    file:close()
  end
end

local function show(run)
  for piece in run:text() do
    io.write(piece)
    io.flush()
  end
end

--- Shows an answer, and why it came to no end. What Ctrl-C raises is a text.
local function answer(talk, run)
  local done, err = pcall(show, run)
  print()
  if not done then
    talk:cancel()
    print(oai.is_error(err) and tostring(err) or "[stopped]")
  end
  save(talk)
end

local COMMANDS = {
  ["/again"] = function(talk)
    if #talk.items > 0 then
      answer(talk, talk:regenerate { stream = true })
    end
  end,
  ["/undo"] = function(talk)
    print(talk:undo() and "[taken back]" or "[nothing was said]")
    save(talk)
  end,
}

local function chat(talk)
  while true do
    io.write "> "
    io.flush()
    local line = io.read "*l"
    if not line or line == "" then
      return
    elseif COMMANDS[line] then
      COMMANDS[line](talk)
    else
      answer(talk, talk:stream(line))
    end
  end
end

local client = oai.client {}
local talk = client:talk { model = MODEL, from = saved(), max_input_tokens = MOST }
if #talk.items > 0 then
  print(("[%s: %d items]"):format(path, #talk.items))
end
local done, err = pcall(chat, talk)
client:close()
if not done and not tostring(err):find("interrupted", 1, true) then
  error(err, 0)
end
io.stderr:write(("%d tokens\n"):format(talk.usage.total_tokens or 0))
