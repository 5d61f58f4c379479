-- The pages of the reference as specs read them: the sections of operations,
-- and their examples.

local text_of = require "spec.support.text_of"

local reference = {}

--- The pages that have operations, by their names in docs/reference.
---@return string[]
function reference.pages()
  local listed = assert(io.popen "exec env -u LD_PRELOAD ls docs/reference")
  local list = {}
  for name in listed:lines() do
    list[#list + 1] = name:find "%.md$" and name ~= "README.md" and name or nil
  end
  listed:close()
  return list
end

--- Calls `visit(name, body)` for each section of an operation, in order.
local function each_operation(text, visit)
  for title, body in (text:gsub("\n(##+) ", "\n\0%1 ") .. "\0"):gmatch "%z### client%.([%w_.:]+)\n([^%z]*)" do
    if body:find "\n    %u+ /" then
      visit((title:gsub(":", ".")), body)
    end
  end
end

--- Adds the examples of a page to a list.
---@param list { page: string, name: string, code: string, is_stream: boolean }[]
---@param page string
function reference.add_examples(list, page)
  each_operation(text_of("docs/reference/" .. page), function(name, body)
    local count = #list
    for code in body:gmatch "```lua\n(.-)```" do
      list[#list + 1] = { page = page, name = name, code = code, is_stream = code:find ":stream" ~= nil }
    end
    assert(#list > count, name .. " has no example")
  end)
end

return reference
