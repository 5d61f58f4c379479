-- The text that a command's range stands for.
-- luacheck: globals vim

local selection = {}

--- The column behind the character at a column; both count bytes from 0.
local function behind(line, column)
  local character = vim.fn.strcharpart(line:sub(column + 1), 0, 1)
  return math.min(column + #character, #line)
end

--- Whether these lines are those of the last visual selection, and it was
--- one of characters.
local function is_by_character(first, last)
  return vim.fn.visualmode() == "v" and vim.fn.line("'<") == first and vim.fn.line("'>") == last
end

--- Cuts the lines to the characters that were selected, whole ones.
local function cut(lines)
  local from, to = vim.api.nvim_buf_get_mark(0, "<")[2], vim.api.nvim_buf_get_mark(0, ">")[2]
  local last = lines[#lines]
  lines[#lines] = last:sub(1, vim.o.selection == "exclusive" and to or behind(last, to))
  lines[1] = lines[1]:sub(from + 1)
end

--- The text between two lines of the current buffer, or of the visual
--- selection that they come from.
---@param first integer
---@param last integer
---@return string
function selection.text(first, last)
  local lines = vim.api.nvim_buf_get_lines(0, first - 1, last, false)
  if is_by_character(first, last) then
    cut(lines)
  end
  return table.concat(lines, "\n")
end

return selection
