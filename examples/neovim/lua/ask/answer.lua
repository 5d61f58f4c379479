-- A buffer that an answer grows in. It must not know where the text comes
-- from.
-- luacheck: globals vim

local api = vim.api

local space = api.nvim_create_namespace("ask")
local count = 0

---@class ask.Answer
---@field buffer integer
---@field gone boolean    the buffer was unloaded
---@field status? string
---@field package tip integer      the mark at which the answer grows
---@field package pieces string[]  what has come and is not in the buffer yet
---@field package tick integer     the buffer's, after our last change
local Answer = {}
Answer.__index = Answer

local answer = {}

-- Groups of highlights, by which colorschemes and users may say otherwise.
local GROUPS = { AskQuestion = "Title", AskStatus = "Comment", AskComplete = "String", AskStopped = "WarningMsg",
  AskFailed = "ErrorMsg" }

-- How a status looks behind the answer; all others are under way.
local SHOWN = {
  complete = { "✓", "AskComplete" }, incomplete = { "…", "AskStopped" }, cancelled = { "■", "AskStopped" },
  failed = { "✗", "AskFailed" },
}

local function define_groups()
  for name, like in pairs(GROUPS) do
    api.nvim_set_hl(0, name, { link = like, default = true })
  end
end
define_groups()
api.nvim_create_autocmd("ColorScheme", { callback = define_groups }) -- which has cleared them

--- Marks the lines of a question.
local function mark_question(buffer, first, last)
  api.nvim_buf_set_extmark(buffer, space, first, 0, { end_row = last, hl_group = "AskQuestion", hl_eol = true })
end

--- Sets a buffer's text so that no undo takes it back.
local function set_first_text(buffer, lines)
  vim.bo[buffer].undolevels = -1
  api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].undolevels = vim.o.undolevels
end

--- A question as lines of the buffer, and the empty one in which the answer
--- begins.
local function question_lines(question)
  local lines = vim.split("> " .. question:gsub("\n", "\n> "), "\n", { plain = true })
  return vim.list_extend(lines, { "", "" })
end

--- Makes a buffer Markdown. What the settings of somebody raise for that, a
--- parser that is not there, is no reason not to answer.
local function make_markdown(buffer)
  api.nvim_buf_call(buffer, function()
    vim.cmd "silent! set filetype=markdown"
  end)
end

--- A scratch buffer with the question, and the row below it.
local function new_buffer(question)
  local buffer = api.nvim_create_buf(false, true)
  count = count + 1
  api.nvim_buf_set_name(buffer, "ask://" .. count)
  make_markdown(buffer)
  local lines = question_lines(question)
  set_first_text(buffer, lines)
  mark_question(buffer, 0, #lines - 2)
  return buffer, #lines - 1
end

--- A window of this tab page that shows an answer.
local function window_of_answers()
  for _, window in ipairs(api.nvim_tabpage_list_wins(0)) do
    if api.nvim_buf_get_name(api.nvim_win_get_buf(window)):find("^ask://") then
      return window
    end
  end
end

local function show(buffer, open)
  local window = window_of_answers()
  if window then
    api.nvim_set_current_win(window)
  else
    vim.cmd(open)
  end
  api.nvim_win_set_buf(0, buffer)
  api.nvim_win_set_cursor(0, { api.nvim_buf_line_count(buffer), 0 })
end

--- Shows a new buffer that begins with the question.
---@param question string
---@param open string  the command that makes a window where there is none yet
---@param on_gone fun()  called when the buffer is unloaded
---@return ask.Answer
function answer.new(question, open, on_gone)
  local buffer, row = new_buffer(question)
  local self = setmetatable({ buffer = buffer, gone = false, pieces = {} }, Answer)
  self.tip = api.nvim_buf_set_extmark(buffer, space, row, 0, {})
  api.nvim_create_autocmd("BufUnload", {
    buffer = buffer,
    once = true,
    callback = function()
      self.gone = true
      on_gone()
    end,
  })
  show(buffer, open)
  return self
end

--- Adds another question at the end of the buffer, which is the current one; its
--- answer grows there.
---@param question string
function Answer:add_question(question)
  api.nvim_buf_set_lines(self.buffer, -1, -1, false, vim.list_extend({ "" }, question_lines(question)))
  local row = api.nvim_buf_line_count(self.buffer) - 1
  mark_question(self.buffer, row - #question_lines(question) + 1, row - 1)
  api.nvim_buf_set_extmark(self.buffer, space, row, 0, { id = self.tip })
  api.nvim_win_set_cursor(0, { row + 1, 0 })
end

--- Where the answer grows.
local function place_of(self)
  local tip = api.nvim_buf_get_extmark_by_id(self.buffer, space, self.tip, {})
  return tip[1], tip[2]
end

--- Says where the answer grows how far it is.
---@param status string
function Answer:set_status(status)
  if self.gone or status == self.status then
    return
  end
  self.status, vim.b[self.buffer].ask_status = status, status
  local row, column = place_of(self)
  local shown = SHOWN[status] or { "●", "AskStatus" }
  api.nvim_buf_set_extmark(self.buffer, space, row, column, {
    id = self.tip,
    virt_text = { { (" %s %s"):format(shown[1], status), shown[2] } },
  })
end

--- The windows whose cursor stays at the end of the buffer.
local function followers(buffer)
  local last, found = api.nvim_buf_line_count(buffer), {}
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    local is_busy = window == api.nvim_get_current_win() and api.nvim_get_mode().mode ~= "n"
    if not is_busy and api.nvim_win_get_cursor(window)[1] == last then
      found[#found + 1] = window
    end
  end
  return found
end

--- Makes our next change one with the last, so that one undo takes back the
--- answer; where there was another between, it is apart from that.
local function prepare_undo(self)
  if self.tick == api.nvim_buf_get_changedtick(self.buffer) then
    api.nvim_buf_call(self.buffer, function()
      pcall(vim.cmd, "undojoin")
    end)
  else
    vim.bo[self.buffer].undolevels = vim.bo[self.buffer].undolevels -- this ends a step
  end
end

local function insert(self, text)
  local row, column = place_of(self)
  prepare_undo(self)
  api.nvim_buf_set_text(self.buffer, row, column, row, column, vim.split(text, "\n", { plain = true }))
  self.tick = api.nvim_buf_get_changedtick(self.buffer)
end

--- Writes what has come into the buffer.
function Answer:flush()
  local text = table.concat(self.pieces)
  self.pieces = {}
  if text == "" or self.gone then
    return
  end
  local following = followers(self.buffer)
  insert(self, text)
  for _, window in ipairs(following) do
    api.nvim_win_set_cursor(window, { api.nvim_buf_line_count(self.buffer), 0 })
  end
end

--- Adds a piece. What comes in one turn of the editor's loop is one change of
--- the buffer.
---@param piece string
function Answer:add(piece)
  self.pieces[#self.pieces + 1] = piece
  if #self.pieces == 1 then
    vim.schedule(function()
      self:flush()
    end)
  end
end

return answer
