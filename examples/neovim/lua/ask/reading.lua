-- What the model may do when it is asked about a part of a buffer: read more of
-- that buffer, and of no other.
-- luacheck: globals vim

local reading = {}

local MOST = 300 -- lines of one call

local function lines_of(buffer, first, last)
  if not vim.api.nvim_buf_is_loaded(buffer) then
    return nil, "the buffer was closed"
  end
  local count = vim.api.nvim_buf_line_count(buffer)
  last = math.min(last, first + MOST - 1, count)
  local lines = vim.api.nvim_buf_get_lines(buffer, first - 1, math.max(last, first - 1), false)
  return ("Lines %d to %d of %d:\n%s"):format(first, last, count, table.concat(lines, "\n"))
end

--- The functions that the model may call when it is asked about a buffer.
---@param buffer integer
---@return table<string, oai.ToolSpec>
function reading.tools(buffer)
  local s = require("oai").schema
  local line = s.integer { minimum = 1 }
  return { read_lines = {
    description = "Reads lines of the file that the selected text is from. Call it when the selection is not enough.",
    parameters = s.object { { "first", line }, { "last", line } },
    run = function(arguments)
      return lines_of(buffer, arguments.first, arguments.last)
    end,
  } }
end

return reading
