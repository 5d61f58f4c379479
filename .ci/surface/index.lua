-- Makes docs/names.md: the sections' names with the first words of what is said
-- of them. What stands above the first section is by hand.

local reading = require "reading"

local index = {}

--- The first words of a function or a field.
local function row(name, words)
  return ("| `%s` | %s |"):format(name, (reading.as_row(reading.first_sentence(words)):gsub("|", "\\|")))
end

local function add_section(lines, source)
  lines[#lines + 1] = "\n## " .. source.section .. "\n"
  if source.note then
    lines[#lines + 1] = source.note .. "\n"
  end
  lines[#lines + 1] = "| name | what it is |\n|---|---|"
  local seen = {}
  for _, field in ipairs(source.fields) do
    seen[field.name] = true
    lines[#lines + 1] = row(field.name, field.words)
  end
  for _, method in ipairs(source.list) do
    lines[#lines + 1] = not seen[method.name] and row(method.name, method.of.doc) or nil
  end
end

--- The page.
---@param head string  what stands above the first section
---@param sources table[]  read
---@return string
function index.page(head, sources)
  local lines = {}
  for _, source in ipairs(sources) do
    add_section(lines, source)
  end
  return head .. table.concat(lines, "\n") .. "\n"
end

return index
