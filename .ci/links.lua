-- Prints links in the repository's *.md files that lead nowhere: to a file or
-- picture that is not there, to an anchor that a page has not got, by a name
-- that nothing defines; code that runs into other code, which is one piece to a
-- forge; and files in docs/ to which no index leads. An anchor is what a forge
-- makes of a heading, or the id of an <a>.

local here = arg[0]:match "^(.*)links%.lua$"
package.path = here .. "tool/?.lua;" .. here .. "pages/?.lua;" .. package.path

local files = require "files"
local markdown = require "markdown"
local repository = require "repository"

local list, there = repository.files()
local pages = {} -- by path

--- The page that is shown for a path: of a folder its README.
local function page_at(path)
  return pages[path] or pages[path == "" and "README.md" or path .. "/README.md"]
end

--- What is wrong with a link; nil where nothing is.
local function fault(page, target)
  local path, anchor = markdown.split(target)
  local full = path == "" and page or repository.resolve(page, path)
  if target == "" or path:find "^/" or not full then
    return target == "" and "leads nowhere" or path:find "^/" and "begins with /" or "leaves the repository"
  elseif full ~= "" and not there[full] then
    return "is not there"
  end
  pages[page].leads_to[full] = true
  local anchors = (page_at(full) or {}).anchors
  if anchor ~= "" and not (anchors and anchors[anchor]) and (anchors or not anchor:find "^L%d+") then
    return "has no such anchor"
  end
end

local function read_page(path)
  local text = files.read(path)
  pages[path] = { anchors = markdown.anchors(text), links = markdown.links(text),
    undefined = markdown.undefined(text), joined = markdown.joined(text), leads_to = {} }
end

local function check_page(path, page)
  for _, link in ipairs(page.links) do
    local wrong = not link.is_elsewhere and fault(path, link.target)
    if wrong then
      local line = markdown.line(files.read(path), link.at)
      print(("%s:%d: %s %s"):format(path, line, link.target, wrong))
    end
  end
  for _, code in ipairs(page.joined) do
    print(("%s: %s is one piece of code"):format(path, code))
  end
  for _, name in ipairs(page.undefined) do
    print(("%s: [%s] is defined nowhere on this page"):format(path, name))
  end
end

local reached = {}

--- Marks what indexes lead to: a README leads to others, any other page only to
--- pictures and the like.
local function follow(path)
  path = there[path] == "folder" and path .. "/README.md" or path
  if reached[path] then
    return
  end
  reached[path] = true
  for target in pairs((pages[path] or { leads_to = {} }).leads_to) do
    if path:find "README%.md$" or there[target] == "file" and not target:find "%.md$" then
      follow(target)
    end
  end
end

for _, path in ipairs(list) do
  if path:find "%.md$" then
    read_page(path)
  end
end
for _, path in ipairs(list) do
  if pages[path] then
    check_page(path, pages[path])
  end
end
follow "README.md"
for _, path in ipairs(list) do
  if path:find "^docs/" and not reached[path] then
    print(path .. ": no index leads here")
  end
end
