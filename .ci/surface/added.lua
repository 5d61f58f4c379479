-- The methods that resources and objects have beside their operations: what
-- the partial classes of lua/oai say, as `(partial) oai.resource.Files` does.

local types = require "types"

local added = {}

--- What stands before a method: "client.beta.threads.runs", or the class of
--- an object.
local function receiver(resources, class)
  local of = class:match "^oai%.resource%.(.*)$"
  return of and "client." .. (resources[of] or error("no resource of " .. class)) or class
end

--- A type of a method, in which an alias says what functions of its kind are;
--- and its words.
local function resolved(aliases, field)
  local name, of = field.type:match "^(oai%.%w+)<(.*)>$"
  local alias = aliases[name]
  if not alias then
    return field.type, field.words
  end
  return types.filled(alias.type, of), field.words ~= "" and field.words or alias.words
end

--- All of them, by the names of their classes.
---@param model table  what was read of the annotations
---@param resources table<string, string>  how resources are called, by their classes' names
---@return table[] list  `{ name, words, params, gives, receiver, class, file }`
function added.list(model, resources)
  local list = {}
  for _, class in ipairs(model.partial) do
    for _, field in ipairs(class.fields) do
      local of, words = resolved(model.aliases, field)
      local takes, gives = types.of_function(of)
      if takes and not field.hidden then
        list[#list + 1] = { name = field.name, words = words, params = types.params(takes), gives = gives,
          receiver = receiver(resources, class.name), class = class.name, file = class.file }
      end
    end
  end
  return list
end

local function words_of(text)
  local set = {}
  for word in text:gmatch "%S+" do
    set[word] = true
  end
  return set
end

--- The methods that a directive names: "poll create_and_poll", or "run in Responses
--- Batches", which are those of two resources.
---@param list table[]
---@param given string
---@return table[]
function added.named(list, given)
  local names, classes = given:match "^(.-) in (.*)$"
  local wanted, within, found = words_of(names or given), classes and words_of(classes), {}
  for _, method in ipairs(list) do
    if wanted[method.name] and (not within or within[method.class:match "[^.]+$"]) then
      found[#found + 1] = method
    end
  end
  return found
end

return added
