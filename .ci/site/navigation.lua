-- The navigation of the site: what the indexes list, under their headings.

local files = require "files"
local markdown = require "markdown"
local repository = require "repository"
local source = require "source"

local navigation = {}

-- The tabs: an index, whose links are its pages; pages by themselves; or a
-- folder. What is not there is left out.
local TABS = {
  { name = "Start", pages = { "README.md" } },
  { name = "Guides", index = "docs/README.md" },
  { name = "Cookbook", index = "docs/cookbook/README.md" },
  { name = "Reference", index = "docs/reference/README.md" },
  { name = "Library", index = "docs/library/README.md" },
  { name = "Examples", folder = "examples/" },
  { name = "Project", pages = { "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "bench/README.md", "LICENSE" } },
}

-- How much it counts, in searches, that something is found on a page; the first
-- pattern counts that its path matches.
local WEIGHTS = { { "^docs/options", 4 }, { "^docs/reference/types/", 0.5 },
  { "^docs/reference/", 1 }, { "^docs/", 1.5 }, { "^README", 2 },
  { "^C[A-Z]+%.md$", 0.2 } }

--- What is told of a page before its text.
---@param path string
---@return string
function navigation.head(path)
  local hidden = path == "README.md" and "hide: [navigation]\n" or ""
  for _, weight in ipairs(WEIGHTS) do
    if path:find(weight[1]) then
      return ("---\n%ssearch:\n  boost: %s\n---\n\n"):format(hidden, weight[2])
    end
  end
  return ""
end

--- The headings of an index under which pages are grouped, by position.
local function groups_of(text)
  local groups = { { last = 0, pages = {} } }
  for _, heading in ipairs(markdown.headings(text)) do
    if heading.level == 2 then
      groups[#groups + 1] = { title = markdown.plain(heading.text), last = heading.last, pages = {} }
    end
  end
  return groups
end

--- The group of a link: that of the heading before it.
local function group_at(groups, position)
  local found
  for _, group in ipairs(groups) do
    found = group.last < position and group or found
  end
  return found
end

--- The pages of an index, in groups.
local function listed(index, taken)
  local groups = groups_of(files.read(index))
  for _, page in ipairs(repository.listed(index)) do
    if not taken[page.path] then
      taken[page.path] = true
      table.insert(group_at(groups, page.first).pages, page.path)
    end
  end
  return groups
end

local function add(lines, indent, value)
  lines[#lines + 1] = ("  "):rep(indent) .. "- " .. value
end

local function quoted(text)
  return '"' .. text:gsub('[\\"]', "\\%0") .. '"'
end

--- Adds a page, with that of its types below it where that is listed, too.
local function add_page(lines, indent, path, listed_pages)
  local types = path:gsub("[^/]+$", "types/%0")
  if path:find "/types/" and listed_pages[path:gsub("types/", "")] then
    return
  elseif not listed_pages[types] then
    return add(lines, indent, path)
  end
  add(lines, indent, quoted(markdown.plain(markdown.headings(files.read(path))[1].text)) .. ":")
  add(lines, indent + 1, path)
  add(lines, indent + 1, types)
end

--- Adds the pages of a heading, of which one stands for all; those before the
--- first heading come last.
local function add_group(lines, group, listed_pages)
  if group.title and #group.pages == 1 then
    return add(lines, 2, quoted(group.title) .. ": " .. group.pages[1])
  elseif group.title and #group.pages > 0 then
    add(lines, 2, quoted(group.title) .. ":")
  end
  for _, path in ipairs(group.pages) do
    add_page(lines, group.title and 3 or 2, path, listed_pages)
  end
end

local function add_index(lines, tab, taken)
  add(lines, 2, tab.index)
  local groups = listed(tab.index, taken)
  table.insert(groups, table.remove(groups, 1))
  for _, group in ipairs(groups) do
    add_group(lines, group, taken)
  end
end

--- The files of a folder that are there: pages first.
local function in_folder(folder, reached)
  local pages, programs = {}, {}
  for _, path in ipairs(reached) do
    if path:sub(1, #folder) == folder and (path:find "%.md$" or path:find "%.lua$" or path:find "%.c$") then
      local list = path:find "%.md$" and pages or programs
      list[#list + 1] = path
    end
  end
  table.sort(pages)
  table.sort(programs)
  return table.move(programs, 1, #programs, #pages + 1, pages)
end

local function add_pages(lines, pages, there)
  for _, path in ipairs(pages) do
    if there[path] and source.page_of(path) ~= path then
      add(lines, 2, quoted(path:match "[^/]*$") .. ": " .. source.page_of(path))
    elseif there[path] then
      add(lines, 2, path)
    end
  end
end

--- The navigation, as mkdocs reads it, of the files that can be reached.
---@param reached string[]
---@return string
function navigation.text(reached)
  local there, taken, lines = {}, {}, { "nav:" }
  for _, path in ipairs(reached) do
    there[path] = true
  end
  for _, tab in ipairs(TABS) do
    taken[tab.index or 1] = true
  end
  for _, tab in ipairs(TABS) do
    local before = #lines
    if there[tab.index] then
      add_index(lines, tab, taken)
    elseif not tab.index then
      add_pages(lines, tab.pages or in_folder(tab.folder, reached), there)
    end
    if #lines > before then
      table.insert(lines, before + 1, "  - " .. tab.name .. ":")
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

return navigation
