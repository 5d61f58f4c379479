-- Prints the man page oai(3): what is said here, and what guides say, on any
-- Lua. SOURCE_DATE_EPOCH says of which day it is.

local here = arg[0]:match "^(.*)main%.lua$"
local top = here .. "../../"
package.path = here .. "?.lua;" .. here .. "../tool/?.lua;" .. here .. "../pages/?.lua;" .. package.path

local blocks = require "blocks"
local files = require "files"
local roff = require "roff"

local function read(path)
  return blocks.read(files.read(top .. path))
end

--- The blocks of a page below one of its headings.
local function below(path, title)
  local found, is_inside = {}, false
  for _, block in ipairs(read(path)) do
    if block.kind == "heading" and (block.level <= 2 or not is_inside) then
      is_inside = block.text == title
    elseif is_inside then
      found[#found + 1] = block
    end
  end
  return assert(found[1] and found, path .. " has no " .. title)
end

--- The first example of a page.
local function example(path)
  for _, block in ipairs(read(path)) do
    if block.kind == "code" and block.language == "lua" then
      return { block }
    end
  end
end

--- The blocks of a page under its first heading, but for examples.
local function body(path)
  local found = {}
  for _, block in ipairs(read(path)) do
    local is_wanted = block.kind ~= "code" and not (block.kind == "heading" and block.level == 1)
    found[#found + 1] = is_wanted and block or nil
  end
  return found
end

local SEE = [[
`curl(1)`, `libcurl(3)`, `lua(1)`

The guides are the files of `docs/` where the library comes from, with an index in `docs/README.md`; in Neovim,
`:help oai`.
]]

local version = assert(loadfile(top .. "lua/oai/version.lua"))()
local date = os.date("!%Y-%m-%d", tonumber(os.getenv "SOURCE_DATE_EPOCH") or os.time())
local page = roff.new { name = "oai", section = 3, date = date, version = version }
page:section("NAME", blocks.read "oai - the OpenAI API for Lua")
page:section("SYNOPSIS", example "docs/getting_started.md")
page:section("DESCRIPTION", below("docs/getting_started.md", "Calls"))
page:section("OPTIONS", body "docs/options.md")
page:section("ERRORS", below("docs/errors.md", "Kinds"))
page:section("ENVIRONMENT", body "docs/library/environment.md")
page:section("SEE ALSO", blocks.read(SEE))
io.write(page:text())
