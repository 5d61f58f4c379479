-- Blocks of pages as a man page.

local blocks = require "blocks"
local inline = require "inline"

local Page = {}
Page.__index = Page

local roff = {}

---@param of { name: string, section: integer, date: string, version: string }
---@return table
function roff.new(of)
  local head = ('.TH %s %d %s "%s %s"'):format(of.name:upper(), of.section, of.date, of.name, of.version)
  return setmetatable({ lines = { head, ".ad l" } }, Page)
end

function Page:line(text)
  self.lines[#self.lines + 1] = text
end

local SIGNS = { ["\\"] = "\\e", ["-"] = "\\-", ["'"] = "\\(aq", ["`"] = "\\(ga", ["^"] = "\\(ha", ["~"] = "\\(ti" }

--- Code, whose signs are to be those of the keyboard.
local function code(text)
  return (text:gsub("[\\'`^~-]", SIGNS))
end

--- A text in Markdown, with its code in bold; where a link leads is said of
--- pages that are named so, and of places elsewhere.
local function inlined(text)
  local list = {}
  for _, piece in ipairs(inline.read(text)) do
    if piece.kind == "code" then
      list[#list + 1] = "\\fB" .. code(piece.text) .. "\\fR"
    elseif piece.kind == "link" then
      local is_elsewhere = piece.target:find "^%a+:" and piece.target ~= piece.text
      list[#list + 1] = inlined(piece.text) .. (is_elsewhere and " " .. code(piece.target) or "")
    else
      list[#list + 1] = piece.text:gsub("\\", "\\e")
    end
  end
  return table.concat(list)
end

--- Adds a text: a line for each sentence, and of at most 78 bytes.
function Page:words(text)
  local line = ""
  local function flush()
    if line ~= "" then
      self:line((line:gsub("^[.']", "\\&%0")))
    end
    line = ""
  end
  for plain in text:gmatch "%S+" do
    local word = plain:find "%w[._:/]%w" and "\\%" .. plain or plain -- a name is not hyphenated
    if #line + #word > 77 then
      flush()
    end
    line = line == "" and word or line .. " " .. word
    if word:find "%a[.?!][)\"]?$" then
      flush()
    end
  end
  flush()
end

-- How blocks are written, by their kind; `is_first` is what follows a mark or a
-- heading, and needs no break before it.
local KINDS = {}

function KINDS.text(self, block, is_first)
  if not is_first then
    self:line ".PP"
  end
  self:words(inlined(block.text))
end

function KINDS.heading(self, block)
  self:line(".SS " .. inlined(block.text))
end

function KINDS.code(self, block, is_first)
  self:line(is_first and ".RS 4" or ".PP\n.RS 4")
  self:line ".EX"
  for _, line in ipairs(block.lines) do
    self:line((code(line):gsub("^[.\\]", function(sign)
      return sign == "." and "\\&." or nil
    end)))
  end
  self:line ".EE"
  self:line ".RE"
end

function KINDS.list(self, block)
  for _, item in ipairs(block.items) do
    self:line(item.mark:find "%d" and (".IP %s 4"):format(item.mark) or ".IP \\(bu 2")
    for i, part in ipairs(item.blocks) do
      self:block(part, i == 1)
    end
  end
end

--- Adds a row: what it names, what it is, and what else is said in short.
local function add_row(self, header, cells)
  local sentence, others = blocks.row(header, cells)
  self:line ".TP"
  self:words(inlined(cells[1]))
  self:words(inlined(sentence))
  if sentence ~= "" and #others > 0 then
    self:line ".br"
  end
  self:words(inlined(table.concat(others, "; ")))
end

function KINDS.table(self, block)
  for _, cells in ipairs(block.rows) do
    add_row(self, block.header, cells)
  end
end

function KINDS.quote(self, block)
  self:line ".RS 4"
  self:blocks(block.blocks, true)
  self:line ".RE"
end

function KINDS.anchor() end

function Page:block(block, is_first)
  KINDS[block.kind](self, block, is_first)
end

function Page:blocks(list, is_first)
  for i, block in ipairs(list) do
    local after_heading = i > 1 and list[i - 1].kind == "heading"
    self:block(block, i == 1 and is_first or after_heading)
  end
end

--- Adds a section.
---@param title string
---@param list table[]  its blocks
function Page:section(title, list)
  self:line(".SH " .. title)
  self:blocks(list, true)
end

--- All of it.
---@return string
function Page:text()
  return table.concat(self.lines, "\n") .. "\n"
end

return roff
