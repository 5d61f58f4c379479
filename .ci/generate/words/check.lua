-- check.lua [OPENAPI]: prints what is wrong with the words of the reference
-- beside it: operations without a sentence, sentences of no operation, sentences
-- that are too long, badly ended or spaced, parameters without words; with an
-- OpenAPI file that has descriptions, what is copied from it. Runs at the top of
-- a checkout.

local here = arg[0]:match "^(.*)words/check%.lua$"
package.path = here .. "?.lua;" .. here .. "../tool/?.lua;./lua/?.lua;./?.lua;" .. package.path

local LONGEST = 160 -- characters of a sentence
local WORDS_IN_COMMON = 8 -- that may stand in the same order in the specification
local FEW = 7 -- words that two people may well choose alike, such as "the name of the file"
local DESCRIBED = 0.9 -- of all names of parameters, of all fields

local fields = {
  require "words.fields_by_type", require "words.fields_a_to_e", require "words.fields_f_to_o",
  (require "words.fields_p_to_z"),
}
local files = require "files"
local lines = require "spec.support.lines"
local by_operation = require "words.parameters_by_operation"
local parameters = require "words.parameters"
local read = require "words.read"
local sorted = require "sorted"
local usual = require "words.usual"

local failed = false

local function wrong(pattern, ...)
  failed = true
  print(pattern:format(...))
end

local function words_of(text)
  local words = {}
  for word in text:lower():gmatch "[%w_']+" do
    words[#words + 1] = word
  end
  return words
end

--- All rows of so many words in a text.
local function add_rows(found, text)
  local words = words_of(text)
  for first = 1, #words - WORDS_IN_COMMON do
    found[table.concat(words, " ", first, first + WORDS_IN_COMMON)] = true
  end
end

local Copies = {}
Copies.__index = Copies

--- What a specification says, by whole texts and by rows of words.
local function copies_of(root)
  local self = setmetatable({ whole = {}, rows = {} }, Copies)
  local function walk(value)
    for name, inner in pairs(value) do
      if type(inner) == "table" then
        walk(inner)
      elseif (name == "description" or name == "summary") and type(inner) == "string" and inner ~= "" then
        self.whole[table.concat(words_of(inner), " ")] = true
        add_rows(self.rows, inner)
      end
    end
  end
  walk(root)
  return self
end

function Copies:check(name, text)
  local words, own = words_of(text), {}
  if #words >= FEW and self.whole[table.concat(words, " ")] then
    wrong("%s: the specification says just this", name)
  end
  add_rows(own, text)
  for row in pairs(own) do
    if self.rows[row] then
      wrong("%s: the specification has '%s'", name, row)
    end
  end
end

local function check_spelling(name, text)
  if text:find "  " or text:find "^%s" or text:find "%s$" then
    wrong("%s: spaces", name)
  elseif select(2, text:gsub("`", "")) % 2 == 1 then
    wrong("%s: an odd backquote", name)
  elseif text:find "[\128-\255|]" then
    wrong("%s: a character that is not ASCII, or '|'", name)
  end
end

local function check_sentence(name, text)
  check_spelling(name, text)
  if #text > LONGEST then
    wrong("%s: %d characters", name, #text)
  elseif not text:find "%.$" then
    wrong("%s: no full stop", name)
  elseif not text:find "^%u" then
    wrong("%s: no capital letter", name)
  end
end

local function check_phrase(name, text)
  check_spelling(name, text)
  if #text > 100 then
    wrong("%s: %d characters", name, #text)
  elseif text:find "%.$" then
    wrong("%s: a full stop", name)
  end
end

local all = lines.all()

local function check_operations(check)
  local areas = {}
  for _, name in ipairs(sorted(all)) do
    local text = read.operation(name)
    areas[name:match "^[%w_]+"] = true
    if text then
      check_sentence(name, text)
      check(name, text)
    else
      wrong("%s: no sentence", name)
    end
  end
  for _, area in ipairs(sorted(areas)) do
    for _, name in ipairs(sorted(require("words.operations." .. area))) do
      if not all[name] then
        wrong("%s: no such operation", name)
      elseif name:match "^[%w_]+" ~= area then
        wrong("%s: stands in %s.lua", name, area)
      end
    end
  end
end

local function check_phrases(phrases, check)
  for _, name in ipairs(sorted(phrases)) do
    check_phrase(name, phrases[name])
    check(name, phrases[name])
  end
end

--- Calls `visit` with each field of the types: class, name, whether it may be
--- absent, type.
local function each_field(visit)
  local rooms = { "shared" }
  for _, room in ipairs(sorted(require "oai.resources")) do
    rooms[#rooms + 1] = room
  end
  for _, room in ipairs(rooms) do
    local class
    for line in files.lines("lua/oai/types/" .. room .. ".lua") do
      class = line:match "^%-%-%-@class oai%.([%w_.]+)" or line:find "^%-%-%-" and class or nil
      local name, optional, of = line:match '^%-%-%-@field %[?"?([^%s"?%]]+)"?%]?(%??) (.*)'
      if class and name then
        visit(class, name, optional == "?", of)
      end
    end
  end
end

--- "vector_stores.files.create" is VectorStoresFilesCreate.
local function class_of(name)
  return (name:gsub("[^%w]+", "_"):gsub("^%l", string.upper):gsub("_(%w)", string.upper))
end

--- The parameters of all operations, by name.
local function parameters_of_operations()
  local by_class, found = {}, {}
  each_field(function(class, name, optional)
    local params = class:match "^(.*)Params$"
    if params then
      by_class[params] = by_class[params] or {}
      table.insert(by_class[params], { name = name, required = not optional })
    end
  end)
  for name in pairs(all) do
    found[name] = by_class[class_of(name)] or {}
  end
  return found
end

local function check_parameters(by_name)
  local names, described, seen = 0, 0, {}
  for _, operation in ipairs(sorted(by_name)) do
    for _, field in ipairs(by_name[operation]) do
      local text = read.parameter(operation, field.name)
      if field.required and not text then
        wrong("%s.%s: required, and no words", operation, field.name)
      end
      if not seen[field.name] then
        seen[field.name], names = true, names + 1
        described = described + (text and 1 or 0)
      end
    end
  end
  if described < DESCRIBED * names then
    wrong("%d of %d names of parameters have words", described, names)
  end
end

--- Words that no parameter has.
local function check_unused(by_name)
  local used = {}
  for operation, list in pairs(by_name) do
    for _, field in ipairs(list) do
      used[field.name] = true
      local beginning = operation
      while beginning do
        used[beginning .. "." .. field.name] = true
        beginning = beginning:match "^(.*)%.[%w_]+$"
      end
    end
  end
  for _, phrases in ipairs { parameters, by_operation } do
    for _, name in ipairs(sorted(phrases)) do
      if not used[name] then
        wrong("%s: no such parameter", name)
      end
    end
  end
end

--- How many fields have words; words that no field has.
local function check_fields()
  local count, described, used = 0, 0, {}
  each_field(function(class, name, _, of)
    if class:find "Params$" or class:find "^resource%." or of:find "^fun%(" then
      return
    end
    count = count + 1
    described = described + (read.field(class, name) and 1 or 0)
    used[name], used[class .. "." .. name], used[read.base(class) .. "." .. name] = true, true, true
  end)
  if described < DESCRIBED * count then
    wrong("%d of %d fields have words", described, count)
  end
  for _, phrases in ipairs(fields) do
    for _, name in ipairs(sorted(phrases)) do
      if not used[name] then
        wrong("%s: no such field", name)
      end
    end
  end
end

local function check_usual(by_name)
  for _, operation in ipairs(sorted(usual)) do
    local has = {}
    for _, field in ipairs(by_name[operation] or {}) do
      has[field.name] = true
    end
    for _, name in ipairs(operation ~= "everywhere" and usual[operation] or {}) do
      if not has[name] then
        wrong("usual: %s has no %s", operation, name)
      end
    end
  end
end

local function specification(path)
  local cjson = require("cjson").new()
  cjson.decode_max_depth(1000)
  return copies_of(cjson.decode(files.read(path)))
end

local copies = arg[1] and specification(arg[1])
local function check(name, text)
  if copies then
    copies:check(name, text)
  end
end
check_operations(check)
check_phrases(parameters, check)
check_phrases(by_operation, check)
for _, phrases in ipairs(fields) do
  check_phrases(phrases, check)
end
local by_name = parameters_of_operations()
check_parameters(by_name)
check_unused(by_name)
check_usual(by_name)
check_fields()
os.exit(not failed)
