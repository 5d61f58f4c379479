-- Asks a model, and streams its answer into a buffer.
-- luacheck: globals vim

local advice = require "ask.advice"
local answer_module = require "ask.answer"
local config = require "ask.config"
local reading = require "ask.reading"
local selection_module = require "ask.selection"

local ask = {}

-- The tasks of the answers that are still coming, by their buffers.
local coming = {}

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

local function messages_for(question, selection)
  local content = selection and question .. quoted(selection, vim.bo.filetype) or question
  return {
    { role = "system", content = config.get "instructions" },
    { role = "user", content = content },
  }
end

--- Shows an error with what to do.
local function notify(err)
  local hint = advice(err)
  vim.notify("ask: " .. tostring(err) .. (hint and "\n" .. hint or ""), vim.log.levels.ERROR)
end

--- Reads an answer into its buffer. Raises what breaks it.
local function read(client, answer, messages, tools)
  local run = client.chat.completions:run {
    model = config.get "model",
    messages = messages,
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
  answer:flush()
  answer:set_status "complete"
end

-- Why the model had to stop early.
local STOPPED = { length = true, content_filter = true }

--- The task: reads, and says how it ended.
local function run(client, answer, messages, tools)
  local done, err = pcall(read, client, answer, messages, tools)
  coming[answer.buffer] = nil
  if done then
    return
  end
  answer:flush()
  if type(err) == "table" and err.kind == "cancelled" then
    answer:set_status("cancelled", "WarningMsg")
  elseif type(err) == "table" and STOPPED[err.reason] then
    answer:set_status "incomplete"
  else
    answer:set_status("failed", "ErrorMsg")
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
  local messages = messages_for(question, selection)
  local tools = selection and config.get "read" and reading.tools(vim.api.nvim_get_current_buf()) or nil
  local answer ---@type any
  answer = answer_module.new(question, config.get "open", function()
    ask.cancel(answer.buffer)
  end)
  map_cancel(answer.buffer)
  answer:set_status "asking"
  local task = client:spawn(run, client, answer, messages, tools)
  coming[answer.buffer] = not task.done and task or nil
  return answer.buffer
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

--- What `:Ask` does. Without a question it asks for one.
---@param command table  as nvim_create_user_command gives it
function ask.command(command)
  local selection = command.range > 0 and selection_module.text(command.line1, command.line2) or nil
  if command.args ~= "" then
    ask.ask(command.args, selection)
    return
  end
  vim.ui.input({ prompt = "Ask: " }, function(question)
    if question and question ~= "" then
      ask.ask(question, selection)
    end
  end)
end

return ask
