-- The classes of options that the library writes by hand, each with all the names that
-- it and those made of it may have: a name that none of them has is misspelt.

local annotations = require "annotations"
local files = require "files"

local option_classes = {}

-- What these are given has parameters of the API in it, too.
local HAVE_MORE = { ["oai.RunOptions"] = true, ["oai.TalkOptions"] = true }

--- All classes below a folder, by name.
local function classes_below(folder)
  local classes = {}
  for _, path in ipairs(files.modules(folder)) do
    for name, class in pairs(annotations.read(files.read(path)).classes) do
      classes[name] = not class.is_partial and class or classes[name]
    end
  end
  return classes
end

--- Adds the names of a class's fields, and of those it is made of.
local function add_names(classes, name, generated, names)
  for option in pairs(generated[name] or {}) do
    names[option] = true
  end
  for _, field in ipairs(classes[name] and classes[name].fields or {}) do
    names[field.name] = true
  end
  for _, parent in ipairs(classes[name] and classes[name].parents or {}) do
    add_names(classes, parent, generated, names)
  end
  return names
end

local function is_of(classes, name, ancestor)
  if name == ancestor then
    return true
  end
  for _, parent in ipairs(classes[name] and classes[name].parents or {}) do
    if is_of(classes, parent, ancestor) then
      return true
    end
  end
  return false
end

--- The fields of a class and of all that are made of it.
local function fields_of(classes, name, generated)
  local names, fields = {}, {}
  for other in pairs(classes) do
    if is_of(classes, other, name) then
      add_names(classes, other, generated, names)
    end
  end
  for option in pairs(names) do
    fields[#fields + 1] = { name = option }
  end
  return fields
end

--- The classes, sorted: `{ name =, fields = }`.
---@param generated table<string, table<string, any>>  the names in those that are generated
---@return { name: string, fields: { name: string }[] }[]
function option_classes.list(generated)
  local library = assert(package.searchpath("oai.options", package.path)):match "^(.*)/options%.lua$"
  local classes, list = classes_below(library), {}
  for name in pairs(classes) do
    if name:find "Options$" and not HAVE_MORE[name] then
      list[#list + 1] = { name = name, fields = fields_of(classes, name, generated) }
    end
  end
  table.sort(list, function(a, b)
    return a.name < b.name
  end)
  return list
end

return option_classes
