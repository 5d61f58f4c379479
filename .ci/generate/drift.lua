-- Prints where the endpoint lines, the types and the reference say different
-- things: names, HTTP operations, ids and their order; and where the options do.
-- Needs no OpenAPI file.

local here = arg[0]:match("^(.*)drift%.lua$")
package.path = here .. "?.lua;" .. here .. "../tool/?.lua;" .. here .. "../surface/?.lua;" .. package.path

local files = require "files"
local kinds = require "kinds"
local lines = require "spec.support.lines"
local options = require "options"
local resources = require "oai.resources"
local words = require "words.read"

--- "files.content: GET /files/{file_id}/content (file_id): Downloads a file."
local function fact(name, operation, ids, said)
  return ("%s: %s (%s): %s"):format(name, operation, ids, said or "nothing is said of it")
end

local function in_lines()
  local found = {}
  for name, line in pairs(lines.all()) do
    local operation, ids = line.method .. " " .. line.template, table.concat(line.ids, ", ")
    found[fact(name, operation, ids, words.operation(name))] = true
  end
  return found
end

--- The ids among arguments: what stands before the parameters.
local function ids_of(arguments)
  return (arguments:gsub(",? ?params, options$", ""))
end

local function in_types()
  local found = {}
  for _, path in ipairs(files.below "lua/oai/types") do
    local name, operation, said, before
    for text in files.lines(path) do
      local marked, sends = text:match("^%-%-%- ([%w_.]+): (%u+ /%S+)$")
      local arguments = text:match("^function [%w_]+:[%w_]+%((.*)%) end$")
      if marked then
        name, operation, said = marked, sends, before
      elseif name and arguments then
        found[fact(name, operation, ids_of(arguments), said)] = true
        name = nil
      end
      before = text:match("^%-%-%- (.+)$")
    end
  end
  return found
end

-- The beginning of an operation's section: its heading, what it does with a
-- link to the API's own reference, its call, and what that sends.
local SECTION = "\n### client%.[%w_.:]+\n\n([^\n]-) ?%[API reference%]%(https://[^\n]+%)\n\n"
  .. "    client%.([%w_.]+):([%w_]+)%(([^\n]-)%)\n    (%u+ /%S+)\n\n```lua\n"

local function in_reference()
  local found = {}
  for _, path in ipairs(files.below "docs/reference") do
    for said, resource, key, arguments, sends in files.read(path):gmatch(SECTION) do
      found[fact(resource .. "." .. key, sends, ids_of(arguments), said ~= "" and said or nil)] = true
    end
  end
  return found
end

local drifted = false

local function complain(pattern, ...)
  drifted = true
  print(pattern:format(...))
end

local function compare(what, found, expected)
  for text in pairs(expected) do
    if not found[text] then
      complain("%s lack %s", what, text)
    end
  end
  for text in pairs(found) do
    if not expected[text] then
      complain("%s have what no line says: %s", what, text)
    end
  end
end

local function check_entrances()
  local text = files.read "lua/oai/types/client.lua"
  for name in pairs(resources) do
    if not text:find("---@field " .. name .. " oai.resource.", 1, true) then
      complain("lua/oai/types/client.lua lacks %s", name)
    end
  end
end

local function check_methods()
  if files.read "lua/oai/types/methods.lua" ~= kinds.types() then
    complain "lua/oai/types/methods.lua is not what the annotations of methods say: make generate"
  end
end

local function check_options()
  for path, text in pairs { ["lua/oai/types/options.lua"] = options.types(), ["docs/options.md"] = options.page() } do
    if files.read(path) ~= text then
      complain("%s is not what the rows of lua/oai/options.lua say: make generate", path)
    end
  end
end

local expected = in_lines()
compare("the types", in_types(), expected)
compare("the pages of the reference", in_reference(), expected)
check_entrances()
check_methods()
check_options()
os.exit(not drifted)
