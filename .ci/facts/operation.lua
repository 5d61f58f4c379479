-- One operation of a source against the library: what there is to write, as
-- texts for people. The library's side of it is asked of library.lua.

local compare = require "compare"
local library = require "library"
local row = require "row"
local written = require "written"

local operation = {}

local ROWS = "spec/support/facts/operations.lua"

local function resource_and_key(name)
  return name:match("^(.*)%.([%w_]+)$")
end

local function line_to_write(name, facts)
  local resource, key = resource_and_key(name)
  local home = library.resource(resource)
  local where = ("%s, in %s%s"):format(library.file(resource), home and "" or "a new resource ", resource)
  return ("%s:\n    %s"):format(where, written.text(key, written.of_row(facts), home or {}))
end

local function add(texts, where, differences, is_excepted)
  for _, one in ipairs(differences) do
    if not is_excepted(one.column, one.said) then
      texts[#texts + 1] = where .. ": " .. one.text
    end
  end
end

--- Parameters that the row has and the types have not.
local function add_untyped(texts, name, known)
  local typed = library.typed(name)
  for _, column in ipairs(row.FIELDS) do
    for _, field in ipairs(row.fields(known[column])) do
      if not typed[field.name] then
        texts[#texts + 1] = ("lua/oai/types: no `%s`: make generate"):format(field.name)
      end
    end
  end
end

--- What the source says in a way that is not understood.
local function add_doubts(texts, facts)
  for name in (facts.halves or ""):gmatch("%S+") do
    texts[#texts + 1] = ("the package has `%s` in one place alone: its method, or the class of its parameters")
      :format(name)
  end
  for name in (facts.headers or ""):gmatch("%S+") do
    texts[#texts + 1] = "a header that no line can say: " .. name
  end
end

local function add_line(texts, name, line, facts, how)
  if line then
    add(texts, library.file(resource_and_key(name)), compare.lines(facts, line, how.is_said), how.is_excepted)
  else
    texts[#texts + 1] = line_to_write(name, facts)
  end
end

local function add_row(texts, name, known, facts, how)
  if known then
    add(texts, ROWS, compare.rows(facts, known, how.is_said), how.is_excepted)
    add_untyped(texts, name, known)
  else
    texts[#texts + 1] = ("%s:\n%s"):format(ROWS, row.text(name, facts))
  end
end

--- What there is to write for an operation.
---@param name string
---@param facts table          the source's row
---@param line? oai.Endpoint   the library's line
---@param known? table         the library's row
---@param how table            `is_said(column)`: whether the source can say that; `is_excepted(column, said)`
---@return string[]
function operation.texts(name, facts, line, known, how)
  local texts = {}
  add_line(texts, name, line, facts, how)
  add_row(texts, name, known, facts, how)
  add_doubts(texts, facts)
  return texts
end

return operation
