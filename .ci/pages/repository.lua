-- The files of the repository, and what their links mean.

local files = require "files"
local markdown = require "markdown"
local shell = require "shell"

local repository = {}

--- The files that are part of the repository, in order; and what is there: each
--- path is a "file" or a "folder".
---@return string[] list, table<string, "file"|"folder"> there
function repository.files()
  local list, there = {}, {}
  for line in shell.lines "find . -type f ! -path './build/*' ! -path './.git/*'" do
    local path = line:sub(3)
    list[#list + 1], there[path] = path, "file"
    for slash in path:gmatch "()/" do
      there[path:sub(1, slash - 1)] = "folder"
    end
  end
  table.sort(list)
  return list, there
end

--- The folder that a file is in, with its slash; "" for the top.
---@param path string
---@return string
function repository.folder(path)
  return path:match "^(.*/)" or ""
end

--- The path that one in a page means; nil where it leaves the repository.
---@param page string
---@param path string
---@return string?
function repository.resolve(page, path)
  local parts = {}
  for part in (repository.folder(page) .. path):gmatch "[^/]+" do
    if part == ".." and #parts == 0 then
      return nil
    elseif part == ".." then
      parts[#parts] = nil
    elseif part ~= "." then
      parts[#parts + 1] = part
    end
  end
  return table.concat(parts, "/")
end

--- The pages that an index lists: those below its folder to which it links, in
--- its order; and where each is listed.
---@param index string  its path
---@return { path: string, first: integer }[]
function repository.listed(index)
  local list, found, folder = {}, { [index] = true }, repository.folder(index)
  for _, link in ipairs(markdown.links(files.read(index))) do
    local path = not link.is_elsewhere and repository.resolve(index, (markdown.split(link.target))) or ""
    if path:sub(1, #folder) == folder and path:find "%.md$" and not found[path] then
      found[path], list[#list + 1] = true, { path = path, first = link.first }
    end
  end
  return list
end

return repository
