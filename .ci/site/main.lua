-- main.lua FOLDER: writes the pages of the site into FOLDER/pages, and what
-- mkdocs is told of them into FOLDER/mkdocs.yml. The pages are README.md and
-- all that links lead to from there, at the paths that they have in the
-- repository, so that links hold in both places; a file that is no page becomes
-- one that shows it. The navigation is that of the indexes.

local here = arg[0]:match "^(.*)main%.lua$"
package.path = here .. "?.lua;" .. here .. "../tool/?.lua;" .. here .. "../pages/?.lua;" .. package.path

local files = require "files"
local markdown = require "markdown"
local navigation = require "navigation"
local repository = require "repository"
local source = require "source"

local top = assert(arg[1], "main.lua FOLDER")
local _, there = repository.files()

--- The file that a link of a page means: of a folder its README. Nil where it
--- means none here.
local function target_of(page, link)
  local path = markdown.split(link.target)
  local full = not link.is_elsewhere and path ~= "" and repository.resolve(page, path)
  if full == "" or full and there[full] == "folder" then
    full = full == "" and "README.md" or full .. "/README.md"
  end
  return full and there[full] == "file" and full or nil
end

--- All files that can be reached from the first page, in the order in which
--- links lead to them.
local function reachable()
  local list, found, at = { "README.md" }, { ["README.md"] = true }, 0
  while list[at + 1] do
    at = at + 1
    local path = list[at]
    for _, link in ipairs(path:find "%.md$" and markdown.links(files.read(path)) or {}) do
      local target = target_of(path, link)
      if target and not found[target] then
        found[target], list[#list + 1] = true, target
      end
    end
  end
  return list
end

--- A path as a link from a page.
local function relative(page, path)
  local from, ups = repository.folder(page), ""
  while path:sub(1, #from) ~= from do
    from, ups = from:gsub("[^/]+/$", ""), ups .. "../"
  end
  return ups .. path:sub(#from + 1)
end

--- A link as the site has it.
local function translated(page, link)
  local target, _, anchor = target_of(page, link), markdown.split(link.target)
  if not target then
    return link.target
  end
  anchor = anchor:gsub("^L(%d+).*", "L-0-%1")
  return relative(page, source.page_of(target)) .. (anchor ~= "" and "#" .. anchor or "")
end

--- What a page is called: its first heading, up to a colon.
local function title_of(path)
  local heading = markdown.headings(files.read(path))[1]
  return heading and heading.text:gsub(":.*", "") or path
end

-- What is changed of a page: each adds `{ first, last, text }`, which is put in
-- the place of what stands from the first byte to the last.

local function change_links(changes, path, text)
  for _, link in ipairs(markdown.links(text)) do
    changes[#changes + 1] = { link.first, link.first + #link.target - 1, translated(path, link) }
    local from, words, to = text:sub(1, link.first - 1):match "()%[([^%[%]]*)()%]%(<?$"
    local target = target_of(path, link)
    if target and words and words:find "%.md$" and ("/" .. target):sub(-#words - 1) == "/" .. words then
      changes[#changes + 1] = { from + 1, to - 1, title_of(target) }
    end
  end
end

--- Adds the names by which a forge knows the headings.
local function change_headings(changes, text)
  for _, heading in ipairs(markdown.headings(text)) do
    changes[#changes + 1] = { heading.last + 1, heading.last, (" {#%s}"):format(heading.name) }
  end
end

--- Code as HTML, in which lines may break behind each "|".
local function breakable(code)
  return "<code>" .. code:gsub("\\|", "|"):gsub("[^%w%s.:]", function(sign)
    return ("&#%d;"):format(sign:byte()) .. (sign == "|" and "<wbr>" or "")
  end) .. "</code>"
end

--- Adds code with "|" that stands in tables: a forge wants it escaped, mkdocs
--- not.
local function change_tables(changes, text)
  for start, line in ("\n" .. markdown.without_blocks(text)):gmatch "\n()(|[^\n]*)" do
    for first, code, last in line:gmatch "()`([^`]*)`()" do
      if code:find("\\|", 1, true) then
        changes[#changes + 1] = { start + first - 2, start + last - 3, breakable(code) }
      end
    end
  end
end

--- Adds a mark around tables of fields, whose second column is of types: these
--- are lists on narrow screens.
local function change_fields(changes, text)
  local body = "\n" .. markdown.without_blocks(text) .. "\n"
  for first, header, last in body:gmatch "\n()(|[^\n]*)\n|[-| ]+\n[^\n]*()" do
    if header:find "^|[^|]*| type |" then
      local over = body:find("\n[^|]", last) or #body
      changes[#changes + 1] = { first - 1, first - 2, '<div class="oai-fields" markdown>\n\n' }
      changes[#changes + 1] = { over, over - 1, "\n</div>\n" }
    end
  end
end

--- A page as the site has it.
local function page_text(path)
  local text, changes = files.read(path), {}
  change_links(changes, path, text)
  change_headings(changes, text)
  change_tables(changes, text)
  change_fields(changes, text)
  table.sort(changes, function(a, b)
    return a[1] > b[1]
  end)
  for _, change in ipairs(changes) do
    text = text:sub(1, change[1] - 1) .. change[3] .. text:sub(change[2] + 1)
  end
  return navigation.head(path) .. text
end

local function write(path, text)
  os.execute(("mkdir -p '%s'"):format(repository.folder(path)))
  files.write(path, text)
end

local reached = reachable()
for _, path in ipairs(reached) do
  local text = path:find "%.md$" and page_text(path) or source.text(path)
  write(top .. "/pages/" .. source.page_of(path), text)
end
write(top .. "/mkdocs.yml", files.read(here .. "mkdocs.yml") .. "\n" .. navigation.text(reached))
