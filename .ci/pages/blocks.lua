-- A page in Markdown as its blocks: `{ kind = "heading", level =, text =,
-- name = }`, `{ kind = "text", text = }`, `{ kind = "code", language =,
-- lines = }`, `{ kind = "list", items = }`, each item `{ mark =, blocks = }`,
-- `{ kind = "table", header =, rows = }`, `{ kind = "quote", blocks = }` and
-- `{ kind = "anchor", name = }`. Comments and other HTML are left out.

local markdown = require "markdown"

local blocks = {}

local read_lines

--- The lines from `at` on as far as `goes_on` wants; where the next one is.
local function take(lines, at, goes_on)
  local taken = {}
  while lines[at] and goes_on(lines[at], at) do
    taken[#taken + 1] = lines[at]
    at = at + 1
  end
  return taken, at
end

local function dedented(lines, width)
  local list = {}
  for i, line in ipairs(lines) do
    list[i] = line:gsub("^" .. (" ?"):rep(width), "")
  end
  return list
end

-- Kinds of blocks, in the order in which a line is held against them: each has
-- the pattern with which one begins, and reads one from the line at `at`: it
-- returns the block, or nil, and where the next one begins.
local KINDS = {}

local function kind(pattern, read)
  KINDS[#KINDS + 1] = { pattern = pattern, read = read }
end

kind("^%s*$", function(_, at)
  return nil, at + 1
end)

kind("^ ? ? ?[`~][`~][`~]", function(lines, at)
  local indent, fence, language = lines[at]:match "^( *)([`~]+)%s*(%S*)"
  local body, last = take(lines, at + 1, function(line)
    return not markdown.closes(fence, line)
  end)
  return { kind = "code", language = language, lines = dedented(body, #indent) }, last + 1
end)

kind("^    ", function(lines, at)
  local body, last = take(lines, at, function(line, i)
    return line:find "^    " or line == "" and (lines[i + 1] or ""):find "^    "
  end)
  return { kind = "code", language = "", lines = dedented(body, 4) }, last
end)

kind("^##?#?#?#?#?%s", function(lines, at, names)
  local marks, text = lines[at]:match "^(#+)%s+(.-)%s*#*%s*$"
  return { kind = "heading", level = #marks, text = text, name = markdown.anchor(text, names) }, at + 1
end)

kind("^<!%-%-", function(lines, at)
  local _, last = take(lines, at, function(line)
    return not line:find("-->", 1, true)
  end)
  return nil, last + 1
end)

kind("^<a [idname]+=", function(lines, at)
  return { kind = "anchor", name = lines[at]:match "^<a [idname]+=[\"']([^\"']*)" }, at + 1
end)

kind("^</?%a", function(lines, at)
  local _, last = take(lines, at, function(line)
    return line ~= ""
  end)
  return nil, last
end)

local function cells_of(line)
  local cells = {}
  for cell in (line:gsub("^%s*|", ""):gsub("|%s*$", "") .. "|"):gsub("\\|", "\1"):gmatch "(.-)|" do
    cells[#cells + 1] = cell:gsub("\1", "|"):gsub("^%s+", ""):gsub("%s+$", "")
  end
  return cells
end

kind("^|", function(lines, at)
  local body, last = take(lines, at, function(line)
    return line:find "^|"
  end)
  local rows = {}
  for i = 3, #body do
    rows[#rows + 1] = cells_of(body[i])
  end
  return { kind = "table", header = cells_of(body[1]), rows = rows }, last
end)

kind("^>", function(lines, at, names)
  local body, last = take(lines, at, function(line)
    return line:find "^>"
  end)
  for i, line in ipairs(body) do
    body[i] = line:gsub("^> ?", "")
  end
  return { kind = "quote", blocks = read_lines(body, names) }, last
end)

local ITEM = "^( *)([-*+]) +()" -- or a number
local function item_of(line)
  local indent, mark, column = line:match(ITEM)
  if not indent then
    indent, mark, column = line:match "^( *)(%d+[.)]) +()"
  end
  return indent, mark, column
end

--- An item, and where what follows it begins: lines that are indented as its
--- text is, and those that go on with a paragraph.
local function read_item(lines, at, names)
  local _, mark, column = item_of(lines[at])
  local rest, last = take(lines, at + 1, function(line, i)
    local follows = #line:match "^ *" >= column - 1
    return follows or line == "" and (lines[i + 1] or ""):find("^" .. (" "):rep(column - 1))
      or line:find "%S" and lines[i - 1] ~= "" and not item_of(line) and not line:find "^[#|>`~]"
  end)
  rest = dedented(rest, column - 1)
  table.insert(rest, 1, lines[at]:sub(column))
  return { mark = mark, blocks = read_lines(rest, names) }, last
end

local function read_list(lines, at, names)
  local items = {}
  repeat
    items[#items + 1], at = read_item(lines, at, names)
    local next_one = lines[at] == "" and at + 1 or at
    local goes_on = lines[next_one] and item_of(lines[next_one])
    at = goes_on and next_one or at
  until not goes_on
  return { kind = "list", items = items }, at
end

kind("^ ? ? ?[-*+] ", read_list)
kind("^ ? ? ?%d+[.)] ", read_list)

--- Whether a line ends the paragraph before it.
local function interrupts(line)
  return line == "" or line:find "^ ? ? ?```" or line:find "^##?#?#?#?#? " or line:find "^|"
    or line:find "^ ? ? ?[-*+] "
end

local function read_text(lines, at)
  local body, last = take(lines, at, function(line, i)
    return i == at or not interrupts(line)
  end)
  return { kind = "text", text = table.concat(body, " "):gsub("%s+", " ") }, last
end

read_lines = function(lines, names)
  local list, at = {}, 1
  while lines[at] do
    local read = read_text
    for _, one in ipairs(KINDS) do
      if lines[at]:find(one.pattern) then
        read = one.read
        break
      end
    end
    list[#list + 1], at = read(lines, at, names)
  end
  return list
end

--- What a row of a table says of its first cell: the sentence, which stands under
--- a title that says nothing, and the other cells, each with its title.
---@param header string[]
---@param cells string[]
---@return string sentence, string[] others
function blocks.row(header, cells)
  local sentence, others = "", {}
  for i = 2, #cells do
    local says_nothing = header[i] == "" or header[i]:find "^what " or #cells == 2
    if says_nothing and sentence == "" then
      sentence = cells[i]
    elseif cells[i] ~= "" then
      others[#others + 1] = header[i]:gsub(".$", "%0: ") .. cells[i]
    end
  end
  return sentence, others
end

--- The blocks of a page.
---@param text string
---@return table[]
function blocks.read(text)
  local lines = {}
  for line in (text:gsub("\n*$", "\n")):gmatch "(.-)\n" do
    lines[#lines + 1] = line
  end
  return read_lines(lines, {})
end

return blocks
