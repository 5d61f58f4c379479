-- The examples of the reference: what each sends must be right.

local files = require "files"
local pages = require "spec.support.reference"
local replies = require "contract.replies"
local response = require "oai.call.response"

local reference = {}

--- Has the facts of all replies told of, whoever gets them.
local function watch(told)
  for _, name in ipairs { "new", "whole" } do
    local make = response[name]
    response[name] = function(...)
      local facts = make(...)
      told(facts)
      return facts
    end
  end
end

local function nothing() end

local FILES = { "notes.txt", "photo.png", "recording.wav", "boat.mp4" }

--- Writes the files that examples read.
local function write_files(folder)
  for _, name in ipairs(FILES) do
    files.write(folder .. "/" .. name, "text")
  end
end

--- An example whose files are in a folder, those that it writes as well.
local function within(folder, code)
  return (code:gsub('"(%l+%.%l%w%w)"', function(name)
    return ('"%s/%s"'):format(folder, name)
  end))
end

--- Runs an example, whatever it makes of the mock's reply.
local function run(client, code)
  local globals = setmetatable({ client = client, print = nothing, io = { write = nothing } }, { __index = _G })
  pcall(assert(load(code, "=example", "t", globals)))
end

--- Runs all examples.
---@param client oai.Client
---@param targets table<string, contract.Target>
---@param book table  the ledger
---@param folder string  for files
---@return integer count
function reference.try(client, targets, book, folder)
  local list, last = {}, {}
  for _, page in ipairs(pages.pages()) do
    pages.add_examples(list, page)
  end
  write_files(folder)
  watch(function(told)
    last.facts = told
  end)
  for _, example in ipairs(list) do
    last.facts = {}
    run(client, within(folder, example.code))
    local call = { name = example.name, operation = targets[example.name].operation, params = {}, variant = "example" }
    book:take(call, replies.violations(call, last.facts))
  end
  return #list
end

return reference
