-- Makes docs/names.md: the sections' names with the first words of what is said
-- of them. What stands above the first section is by hand.

local reading = require "reading"

local index = {}

--- The first words of a function or a field.
local function row(name, words)
  return ("| `%s` | %s |"):format(name, (reading.as_row(reading.first_sentence(words)):gsub("|", "\\|")))
end

local function add_section(lines, source, page)
  lines[#lines + 1] = "\n## " .. source.section .. "\n"
  local note = source.note
  if page then
    note = (note and note .. " " or "") .. ("In full: [library/%s.md](library/%s.md)."):format(page, page)
  end
  lines[#lines + 1] = note and note .. "\n"
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
---@param shown table<string, string>  the page of each section in docs/library
---@return string
function index.page(head, sources, shown)
  local lines = {}
  for _, source in ipairs(sources) do
    add_section(lines, source, shown[source.section])
  end
  return head .. table.concat(lines, "\n") .. "\n"
end

return index
