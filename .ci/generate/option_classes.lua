-- The classes of options that the library writes by hand, each with all the names that
-- it and those made of it may have: a name that none of them has is misspelt.

local annotations = require "annotations"
local files = require "files"
local sorted = require "sorted"

local option_classes = {}

-- What else programs give, beside options.
local GIVEN = {
  ["oai.BatchRequest"] = true, ["oai.Price"] = true, ["oai.Profile"] = true, ["oai.Provider"] = true,
  ["oai.SecretPlace"] = true, ["oai.StoredFile"] = true, ["oai.StoredFiles"] = true, ["oai.ToolSpec"] = true,
  ["oai.WorkloadIdentity"] = true,
}

-- What these are given has parameters of the API in it, too: of generated classes, by
-- files. `false`: those classes are made of it.
local HAVE_MORE = {
  ["oai.RunOptions"] = false,
  ["oai.TalkOptions"] = { responses = "oai.ResponsesRunParams", chat = "oai.ChatCompletionsRunParams" },
}

--- The folder of the library.
---@return string
function option_classes.library()
  return (assert(package.searchpath("oai.options", package.path)):match "^(.*)/options%.lua$")
end

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

--- The fields that a class has from generated ones, where it has none of their names;
--- of one that these have of several types, any.
local function more_fields(classes, name)
  local own, types = add_names(classes, name, {}, {}), {}
  for file, other in pairs(HAVE_MORE[name] or {}) do
    local found = annotations.read(files.read(option_classes.library() .. "/types/" .. file .. ".lua"))
    for _, field in ipairs(found.classes[other].fields) do
      types[field.name] = types[field.name] and types[field.name] ~= field.type and "any" or field.type
    end
  end
  local list = {}
  for _, field in ipairs(sorted(types)) do
    list[#list + 1] = not own[field] and { name = field, type = types[field] } or nil
  end
  return list
end

--- The fields of a class and of all that are made of it.
local function fields_of(classes, name, generated, more)
  local names, fields = {}, {}
  for other in pairs(classes) do
    if is_of(classes, other, name) then
      add_names(classes, other, generated, names)
    end
  end
  for _, field in ipairs(more) do
    names[field.name] = true
  end
  for option in pairs(names) do
    fields[#fields + 1] = { name = option }
  end
  return fields
end

--- The names of a class's fields, and of those it is made of.
---@param name string
---@return table<string, boolean>
function option_classes.names(name)
  return add_names(classes_below(option_classes.library()), name, {}, {})
end

--- The classes, sorted: `{ name =, fields =, more = }`, where `more` are those of its
--- fields that no hand has written.
---@param generated table<string, table<string, any>>  the names in those that are generated
---@return { name: string, fields: { name: string }[], more: { name: string, type: string }[] }[]
function option_classes.list(generated)
  local classes, list = classes_below(option_classes.library()), {}
  for name in pairs(classes) do
    if (name:find "Options$" or GIVEN[name]) and HAVE_MORE[name] ~= false then
      local more = more_fields(classes, name)
      list[#list + 1] = { name = name, fields = fields_of(classes, name, generated, more), more = more }
    end
  end
  table.sort(list, function(a, b)
    return a.name < b.name
  end)
  return list
end

return option_classes
