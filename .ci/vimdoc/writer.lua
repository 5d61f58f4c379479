-- Blocks of pages as Vim's help: lines of 78 columns, tags, and links to them.

local blocks = require "blocks"
local inline = require "inline"
local markdown = require "markdown"
local repository = require "repository"

local Writer = {}
Writer.__index = Writer

local writer = {}

local WIDTH = 78
local FIXED = "\1" -- a blank at which no line is broken

---@param tags table<string, string>  of the pages that the help has, by their paths
---@return table
function writer.new(tags)
  return setmetatable({ tags = tags, lines = {}, named = {} }, Writer)
end

--- Adds one line.
---@param text string
function Writer:line(text)
  self.lines[#self.lines + 1] = (text:gsub("%s+$", ""))
end

--- Adds an empty line, where the last one is not.
function Writer:gap()
  if self.lines[#self.lines] ~= "" then
    self:line ""
  end
end

local function width(text)
  return utf8.len(text) or #text
end

--- A text in lines of at most so many columns. A word that is longer is broken
--- behind a sign where it can be.
local function wrap(text, columns)
  local lines, line = {}, ""
  for whole in text:gmatch "%S+" do
    local word = whole
    while width(word) > columns do
      word = word:gsub(FIXED, " ")
      local head = word:sub(1, columns):match "^(.*[%s,|/;:)}])" or word:sub(1, columns)
      if line ~= "" then
        lines[#lines + 1], line = line, ""
      end
      lines[#lines + 1], word = head, word:sub(#head + 1)
    end
    local longer = line == "" and word or line .. " " .. word
    if width(longer) > columns then
      lines[#lines + 1], line = line, word
    else
      line = longer
    end
  end
  lines[#lines + 1] = line
  for i, one in ipairs(lines) do
    lines[i] = one:gsub(FIXED, " ")
  end
  return lines
end

--- Adds a text, wrapped and indented; what stands before its first line.
function Writer:wrapped(text, indent, mark)
  for i, line in ipairs(wrap(text, WIDTH - indent)) do
    local before = i == 1 and mark or (" "):rep(indent)
    self:line(before .. line)
  end
end

--- Code among words: two bars in it would be a link, of which they are no part.
local function code(text)
  local _, bars = text:gsub("|", "")
  if bars > 1 then
    text = text:gsub("%s*|%s*", " | ")
  end
  return ("`" .. text .. "`"):gsub(" ", #text < 60 and FIXED or " ")
end

--- What a target is here: the name of its tag, or nil, and its path.
function Writer:target(target)
  local path, anchor = markdown.split(target)
  local full = path == "" and self.path or repository.resolve(self.path, path)
  local tag = self.tags[full]
  return tag and (anchor == "" and tag or tag .. "-" .. anchor), full
end

function Writer:link(piece)
  local words = self:inline(piece.text)
  if piece.target:find "^%a[%w+.-]*:" then
    return words == piece.target and words or words .. " " .. piece.target
  end
  local tag, path = self:target(piece.target)
  local is_path = words == markdown.split(piece.target) or words == path
  local where = tag and "|" .. tag .. "|" or path
  return is_path and where or words .. FIXED .. (tag and where or "(" .. where .. ")")
end

--- A text in Markdown as one of the help.
function Writer:inline(text)
  local list = {}
  for _, piece in ipairs(inline.read(text)) do
    local is_plain = piece.kind == "text"
    list[#list + 1] = is_plain and piece.text or piece.kind == "code" and code(piece.text) or self:link(piece)
  end
  return table.concat(list)
end

--- Adds a line with a tag at its end, or in the line before where both are too
--- long for one.
function Writer:tagged(text, tag)
  assert(not self.named[tag], "twice: " .. tag)
  self.named[tag] = true
  local mark = "*" .. tag .. "*"
  if width(text) + 2 + width(mark) > WIDTH then
    self:line((" "):rep(WIDTH - width(mark)) .. mark)
    self:line(text)
  else
    self:line(text .. (" "):rep(WIDTH - width(text) - width(mark)) .. mark)
  end
end

-- Which tables name something, by page and the first cell of the header: before
-- a name comes this, or the heading of its section.
local NAMES = {
  ["docs/names.md"] = { name = function(section)
    return section == "oai" and "oai." or "oai-" .. section:gsub("%s+", "-") .. "."
  end },
  ["docs/options.md"] = { option = function()
    return "oai-option."
  end },
  ["docs/errors.md"] = { kind = function()
    return "oai-error-kind."
  end },
}

--- Adds a row as lines: what it names, with its tag, and below that all else.
function Writer:row(header, cells, prefix)
  local name = cells[1]:match "^`([%w_]+)`" or cells[1]:match "^[%w_]+$"
  local tag = prefix and name and prefix .. name
  if tag and not self.named[tag] then
    self:tagged(self:bare(cells[1]), tag)
  else
    self:wrapped(self:inline(cells[1]), 0, "")
  end
  local sentence, others = blocks.row(header, cells)
  if sentence ~= "" then
    self:wrapped(self:inline(sentence), 4, "    ")
  end
  if #others > 0 then
    self:wrapped(self:inline(table.concat(others, "; ")), 4, "    ")
  end
end

--- A text without the marks of code, which editors hide: so it is as wide as it
--- is long.
function Writer:bare(text)
  return (self:inline(text):gsub("`", ""):gsub(FIXED, " "))
end

--- The cells of a table as the help has them, and the widths of its columns.
function Writer:columns(block)
  local rows, widths = {}, {}
  for _, row in ipairs { block.header, table.unpack(block.rows) } do
    local cells = {}
    for i = 1, #block.header do
      cells[i] = i < #block.header and self:bare(row[i] or "") or self:inline(row[i] or "")
      widths[i] = math.max(widths[i] or 0, width(cells[i]))
    end
    rows[#rows + 1] = cells
  end
  return rows, widths
end

--- Adds a row in columns, of which the last is wrapped. The bars of a link are
--- hidden, so what goes on below it is as much further to the left.
function Writer:cells(cells, widths, indent, mark)
  local before = ""
  for i = 1, #cells - 1 do
    before = before .. cells[i] .. (" "):rep(widths[i] - width(cells[i]) + 2)
  end
  local _, hidden = before:gsub("|", "")
  for i, line in ipairs(wrap(cells[#cells] .. mark, WIDTH - indent)) do
    self:line((i == 1 and before or (" "):rep(indent - hidden)) .. line)
  end
end

--- Adds a table whose rows fit, but for the last column.
function Writer:grid(rows, widths, indent)
  local is_titled = table.concat(rows[1]):find "%S"
  for i = is_titled and 1 or 2, #rows do
    self:cells(rows[i], widths, indent, i == 1 and FIXED .. "~" or "")
  end
end

-- How blocks are written, by their kind.
local KINDS = {}

function KINDS.heading(self, block)
  local title, tag = markdown.plain(block.text), self.tags[self.path]
  self.section = block.level <= 2 and title or self.section
  self:gap()
  if block.level == 1 then
    self:line(("="):rep(WIDTH))
    self:tagged(title, tag)
  else
    self:line(block.level == 2 and ("-"):rep(WIDTH) or "")
    self:tagged(block.level > 2 and title .. " ~" or title, tag .. "-" .. block.name)
  end
  self:line ""
end

function KINDS.text(self, block, indent)
  self:wrapped(self:inline(block.text), indent, (" "):rep(indent))
  self:line ""
end

local LANGUAGES = { lua = "lua", sh = "sh", vim = "vim", json = "json", c = "c" }

function KINDS.code(self, block, indent)
  self.lines[#self.lines] = self.lines[#self.lines] ~= "" and self.lines[#self.lines] or nil
  self:line((" "):rep(indent) .. ">" .. (LANGUAGES[block.language] or ""))
  for _, line in ipairs(block.lines) do
    self:line((" "):rep(indent + 4) .. line)
  end
  self:line(indent > 0 and "<" or "")
end

function KINDS.list(self, block, indent)
  for _, item in ipairs(block.items) do
    local mark = item.mark:find "%d" and item.mark or "•"
    local inner = indent + width(mark) + 1
    for i, part in ipairs(item.blocks) do
      if i == 1 and part.kind == "text" then
        self:wrapped(self:inline(part.text), inner, (" "):rep(indent) .. mark .. " ")
      else
        self:block(part, inner)
      end
    end
  end
  self:gap()
end

function KINDS.table(self, block)
  local names = (NAMES[self.path] or {})[block.header[1]]
  local rows, widths = self:columns(block)
  local before = 0
  for i = 1, #widths - 1 do
    before = before + widths[i] + 2
  end
  if not names and before <= 44 then
    self:grid(rows, widths, before)
  else
    for _, cells in ipairs(block.rows) do
      self:row(block.header, cells, names and names(self.section))
    end
  end
  self:gap()
end

function KINDS.quote(self, block, indent)
  self:blocks(block.blocks, indent + 2)
end

function KINDS.anchor(self, block)
  self:tagged("", self.tags[self.path] .. "-" .. block.name)
end

---@param block table
---@param indent integer
function Writer:block(block, indent)
  KINDS[block.kind](self, block, indent)
end

function Writer:blocks(list, indent)
  for _, block in ipairs(list) do
    self:block(block, indent)
  end
end

--- Adds a page.
---@param path string  its place in the repository
---@param list table[]  its blocks
function Writer:page(path, list)
  self.path = path
  self:blocks(list, 0)
end

--- All of it.
---@return string
function Writer:text()
  return table.concat(self.lines, "\n") .. "\n"
end

return writer
