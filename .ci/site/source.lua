-- Files that are no pages, as the site shows them.

local files = require "files"

local source = {}

local PICTURES = { png = true, svg = true, gif = true, webp = true, jpg = true }
local LANGUAGES = { lua = "lua", c = "c", h = "c", js = "js", py = "python", rockspec = "lua" }

-- Bytes of a file up to which its words are coloured, which makes ten times as
-- many of them.
local LARGE = 100000

local function extension(path)
  return path:match "%.(%w+)$"
end

--- The page that shows a file; a picture is its own.
---@param path string
---@return string
function source.page_of(path)
  local is_itself = PICTURES[extension(path)] or path:find "%.md$"
  return is_itself and path or path .. ".md"
end

--- What a file is in the site: a page with its lines, or itself.
---@param path string
---@return string
function source.text(path)
  local text, fence = files.read(path), "```"
  if PICTURES[extension(path)] then
    return text
  end
  while text:find(fence, 1, true) do
    fence = fence .. "`"
  end
  local language = #text < LARGE and LANGUAGES[extension(path)] or "text"
  return ("---\nsearch:\n  exclude: true\nhide: [toc]\n---\n\n# %s\n\n%s%s linenums=\"1\"\n%s\n%s\n")
    :format(path, fence, language, text:gsub("\n$", ""), fence)
end

return source
