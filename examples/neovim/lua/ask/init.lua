-- Asks a model, and streams its answer into a buffer.
-- luacheck: globals vim

local advice = require "ask.advice"
local answer_module = require "ask.answer"
local chat = require "ask.chat"
local config = require "ask.config"
local reading = require "ask.reading"
local selection_module = require "ask.selection"

local ask = {}

-- The tasks of the answers that are still coming, by their buffers.
local coming = {}

-- The answers of conversations, by their buffers.
local chats = {} ---@type table<integer, ask.Answer>

--- Takes options: `model`, `instructions`, `open`, and those of `oai.client`.
ask.setup = config.set

--- The selected text between fences that it does not contain.
local function quoted(text, filetype)
  local fence = "```"
  while text:find(fence, 1, true) do
    fence = fence .. "`"
  end
  return ("\n\n%s%s\n%s\n%s"):format(fence, filetype, text, fence)
end

local function content_of(question, selection)
  return selection and question .. quoted(selection, vim.bo.filetype) or question
end

--- Shows an error with what to do.
local function notify(err)
  local hint = advice(err)
  vim.notify("ask: " .. tostring(err) .. (hint and "\n" .. hint or ""), vim.log.levels.ERROR)
end

--- Reads an answer into its buffer. Raises what breaks it.
local function read(client, answer, content, tools)
  local run = client.chat.completions:run {
    model = config.get "model",
    messages = {
      { role = "system", content = config.get "instructions" },
      { role = "user", content = content },
    },
    tools = tools,
    at_limit = "answer",
    stream = true,
  }
  for event in run:events() do
    if event.type == "text" then
      answer:set_status "answering"
      answer:add(event.text)
    elseif event.type == "tool_started" then
      answer:set_status "reading"
    end
  end
  return "complete"
end

-- Why the model had to stop early.
local STOPPED = { length = true, content_filter = true }

--- The task: reads, and says how it ended.
local function run(reader, client, answer, content, tools)
  local done, err = pcall(reader, client, answer, content, tools)
  coming[answer.buffer] = nil
  answer:flush()
  if done then
    answer:set_status(err)
  elseif type(err) == "table" and err.kind == "cancelled" then
    answer:set_status "cancelled"
  elseif type(err) == "table" and STOPPED[err.reason] then
    answer:set_status "incomplete"
  else
    answer:set_status "failed"
    notify(err)
  end
end

--- Cancels the answer that is coming into a buffer. False when none is.
---@param buffer integer
---@return boolean
function ask.cancel(buffer)
  local task = coming[buffer]
  if task then
    task:cancel()
  end
  return task ~= nil
end

local function map_cancel(buffer)
  vim.keymap.set("n", "<C-c>", function()
    ask.cancel(buffer)
  end, { buffer = buffer, desc = "Cancel the answer" })
end

--- Has a reader bring what is asked into an answer.
local function start(reader, client, answer, content, tools)
  answer:set_status "asking"
  local task = client:spawn(run, reader, client, answer, content, tools)
  coming[answer.buffer] = not task.done and task or nil
  return answer.buffer
end

--- An answer in a buffer of its own, which may be cancelled there.
local function new_answer(question)
  local answer ---@type any
  answer = answer_module.new(question, config.get "open", function()
    ask.cancel(answer.buffer)
    chats[answer.buffer] = nil
    chat.forget(answer.buffer)
  end)
  map_cancel(answer.buffer)
  return answer
end

--- Asks, about `selection` where there is one. Returns the answer's buffer.
---@param question string
---@param selection? string
---@return integer? buffer
function ask.ask(question, selection)
  local client, reason = config.client()
  if not client then
    notify(reason)
    return nil
  end
  local content = content_of(question, selection)
  local tools = selection and config.get "read" and reading.tools(vim.api.nvim_get_current_buf()) or nil
  return start(read, client, new_answer(question), content, tools)
end

--- Asks in the conversation of the current buffer, or begins one. Returns its
--- buffer; nil where it is still answering, or there is no client.
---@param question string
---@param selection? string
---@return integer? buffer
function ask.chat(question, selection)
  local client, reason = config.client()
  local answer = chats[vim.api.nvim_get_current_buf()]
  if not client or answer and coming[answer.buffer] then
    notify(reason or "the answer before is still coming")
    return nil
  end
  local content = content_of(question, selection)
  if answer then
    answer:add_question(question)
  else
    answer = new_answer(question)
    chats[answer.buffer] = answer
    vim.keymap.set("n", "<CR>", "<Cmd>AskChat<CR>", { buffer = answer.buffer, desc = "Ask on" })
  end
  return start(chat.read, client, answer, content)
end

--- Cancels the answer in the current buffer, or else all.
function ask.cancel_here()
  if ask.cancel(vim.api.nvim_get_current_buf()) then
    return
  elseif not next(coming) then
    vim.notify("ask: no answer is coming", vim.log.levels.INFO)
  end
  for _, buffer in ipairs(vim.tbl_keys(coming)) do
    ask.cancel(buffer)
  end
end

--- What a command does: asks by one of the functions above. Without a question
--- it asks for one.
---@param asks fun(question: string, selection?: string): integer?
---@param command table  as nvim_create_user_command gives it
function ask.command(asks, command)
  local selection = command.range > 0 and selection_module.text(command.line1, command.line2) or nil
  if command.args ~= "" then
    asks(command.args, selection)
    return
  end
  vim.ui.input({ prompt = "Ask: " }, function(question)
    if question and question ~= "" then
      asks(question, selection)
    end
  end)
end

return ask
