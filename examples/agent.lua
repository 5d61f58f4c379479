-- An agent in the terminal: it reads files below the folder where it runs, and
-- lists folders with `ls`, which you are asked about each time:
--
--   lua examples/agent.lua [QUESTION]
--
-- After an answer it waits for the next question; an empty line, or Ctrl-D,
-- ends it. OPENAI_API_KEY has the key, OPENAI_MODEL may name another model.

local oai = require "oai"

local MODEL = os.getenv "OPENAI_MODEL" or "gpt-4o-mini"
local BYTES_MOST = 64 * 1024 -- of a file that the model is given

local INSTRUCTIONS = "You answer questions about the files in the current folder. Look at them with your tools before "
  .. "you answer. Be brief."

-- What it can do

--- Why a path does not stay below this folder, or nil.
local function refusal(path)
  if path:find "%z" or path:sub(1, 1) == "/" or ("/" .. path .. "/"):find("/../", 1, true) then
    return path .. " is not below this folder"
  end
end

local function read_file(arguments)
  local reason = refusal(arguments.path)
  local file = not reason and io.open(arguments.path, "rb")
  local text = file and file:read(BYTES_MOST)
  if file then
    file:close()
  end
  if not text then
    return nil, reason or arguments.path .. " cannot be read"
  end
  return text
end

local function command_of(path)
  return "ls -p -- '" .. path:gsub("'", "'\\''") .. "'"
end

local function list_folder(arguments)
  local pipe = assert(io.popen(command_of(arguments.path) .. " 2>&1"))
  local output = pipe:read "*a"
  pipe:close()
  return output
end

--- Asks whoever sits there. Refuses what is not for him to decide.
local function may_list(arguments)
  local reason = refusal(arguments.path)
  if reason then
    return false, reason
  end
  io.write(("May it run  %s ? [y/N] "):format(command_of(arguments.path)))
  io.flush()
  local answer = io.read "*l" or ""
  if answer:lower():sub(1, 1) == "y" then
    return true
  end
  return false, "the user does not want that"
end

local s = oai.schema

local tools = oai.tools {
  list_folder = {
    description = "Runs ls: the names of the files in a folder, those of folders with a slash behind.",
    parameters = s.object { path = s.string 'relative, "." for the current folder' },
    strict = true,
    needs_approval = may_list,
    run = list_folder,
  },
  read_file = {
    description = "The text of a file.",
    parameters = s.object { path = s.string "relative to the current folder" },
    strict = true,
    run = read_file,
  },
}

-- What is shown

local SHOWS = {
  text = function(event)
    io.write(event.text)
    io.flush()
  end,
  tool_started = function(event)
    print(("[%s %s]"):format(event.name, event.arguments.path))
  end,
  tool_finished = function(event)
    if event.err or event.refused then
      print(("[%s: %s]"):format(event.name, event.output))
    end
  end,
}

--- Answers what was said so far, and returns it with the answer.
local function answer(client, items)
  local run = client.responses:run {
    model = MODEL, instructions = INSTRUCTIONS, input = items, tools = tools, stream = true, at_limit = "answer",
  }
  for event in run:events() do
    local show = SHOWS[event.type]
    if show then
      show(event)
    end
  end
  print()
  io.stderr:write(("%d turns, %d tokens\n"):format(run.turns, run.usage.total_tokens or 0))
  return run.items
end

local client = oai.client {}
local items = {}
local question = arg[1] and table.concat(arg, " ") ---@type string?
repeat
  if not question then
    io.write "> "
    io.flush()
    question = io.read "*l"
  end
  if question and question ~= "" then
    items[#items + 1] = { role = "user", content = question }
    local done, err = pcall(function()
      items = answer(client, items)
    end)
    if not done then
      io.stderr:write(tostring(err), "\n")
      os.exit(1)
    end
    question = nil
  else
    question = ""
  end
until question == ""
client:close()
