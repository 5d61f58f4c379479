-- Two answers stream side by side while a timer ticks, in one thread, on
-- libuv's loop. The key comes from OPENAI_API_KEY.
--
--   lua5.4 examples/luv/side_by_side.lua "Why is Lua small?" "Why is C fast?"

local oai = require "oai"
local uv = require "luv"

local WIDTH = 38 -- of a column
local TICK = 100 -- milliseconds

local client = oai.client { loop = "uv" }
local is_terminal = uv.guess_handle(1) == "tty"

local questions = { ... }
questions[1] = questions[1] or "In two sentences: why is Lua small?"
questions[2] = questions[2] or "In two sentences: why is C fast?"

--- Reads an answer; runs as a task, so the other goes on where this waits.
local function read(column)
  local stream = oai.check(client.chat.completions:create {
    model = os.getenv "OPENAI_MODEL" or "gpt-4o-mini",
    messages = { { role = "user", content = column.question } },
    stream = true,
  })
  for piece in stream:text() do
    column.text = column.text .. piece
  end
  return stream.status
end

local function width_of(text)
  return #text:gsub("[\128-\191]", "") -- characters, not bytes
end

local function padded(text)
  return text .. (" "):rep(WIDTH - width_of(text))
end

--- The lines of a text, broken between words.
local function lines_of(text)
  local lines, line = {}, ""
  for word in text:gmatch("%S+") do
    if line ~= "" and width_of(line) + 1 + width_of(word) > WIDTH then
      lines[#lines + 1], line = line, ""
    end
    line = line == "" and word or line .. " " .. word
  end
  lines[#lines + 1] = line
  return lines
end

local function status_of(task)
  return task.done and tostring(task.value or task.err) or "..."
end

local function rows_of(columns, ticks)
  local left, right = lines_of(columns[1].text), lines_of(columns[2].text)
  local rows = { padded(columns[1].question) .. "  " .. columns[2].question, "" }
  for i = 1, math.max(#left, #right) do
    rows[#rows + 1] = padded(left[i] or "") .. "  " .. (right[i] or "")
  end
  rows[#rows + 1] = ""
  rows[#rows + 1] = ("%s | %s | %d ticks"):format(status_of(columns[1].task), status_of(columns[2].task), ticks)
  return rows
end

local shown = 0

--- Draws over what was drawn before; where there is no terminal, at the end only.
local function draw(columns, ticks, is_over)
  if not is_terminal and not is_over then
    return
  end
  local rows = rows_of(columns, ticks)
  io.write(shown > 0 and ("\27[%dA\27[J"):format(shown) or "", table.concat(rows, "\n"), "\n")
  io.flush()
  shown = #rows
end

local columns = {}
for i = 1, 2 do
  columns[i] = { question = questions[i], text = "" }
  columns[i].task = client:spawn(read, columns[i])
end

local ticks, timer = 0, uv.new_timer()
timer:start(TICK, TICK, function()
  ticks = ticks + 1
  local is_over = columns[1].task.done and columns[2].task.done
  draw(columns, ticks, is_over)
  if is_over then
    timer:close()
    client:close()
  end
end)

uv.run()
