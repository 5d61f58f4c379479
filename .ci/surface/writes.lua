-- What stands in place of each line {{directive ...}} of a page's template.
-- `self` has what was read (`model`), `link`, `notes`, and what is shown so far.

local added = require "added"
local rows = require "rows"
local sorted = require "sorted"
local types = require "types"

local writes = {}

local function capital(words)
  return (words:gsub("^%l", string.upper))
end

--- Words as a paragraph, or nothing.
local function paragraph(words)
  return words ~= "" and rows.prose(capital(words) .. ".") .. "\n" or ""
end

local function source_of(self, section)
  self.shown[section] = self.page
  return self.model.sections[section] or error("no section " .. section)
end

--- The fields of a section, but for functions, which are entries.
function writes.fields(self, section)
  local list = {}
  for _, field in ipairs(source_of(self, section).fields) do
    list[#list + 1] = (not types.of_function(field.type) or field.optional) and field or nil
  end
  return rows.fields(list, self.link)
end

local function entry(self, called, of, words, file)
  local params, returns = rows.to_be_worded(of)
  self.notes:check_words(params, file .. ".lua, " .. called)
  self.notes:check_words(returns, file .. ".lua, " .. called .. ", returned")
  self.notes:check_words({ { name = called, words = words } }, file .. ".lua")
  return rows.entry(called, of, words, self.link)
end

--- The methods of a section.
function writes.methods(self, section)
  local source, entries = source_of(self, section), {}
  for i, method in ipairs(source.list) do
    entries[i] = entry(self, source.called .. method.name, method.of, method.of.doc, source.file)
  end
  return table.concat(entries, "\n")
end

local function field_of_oai(self, name)
  local field = self.model.field_of_oai[name:match "^oai%.(.*)$"] or error("no " .. name)
  self.told[field.name] = true
  return field
end

--- A function of `oai`: what the file that has it says of it, else what the
--- front door says.
writes["function"] = function(self, name)
  local field = field_of_oai(self, name)
  local of, file = self.model:module_function(field.name)
  return entry(self, name, of, of.doc ~= "" and of.doc or capital(field.words) .. ".", file)
end

--- What else `oai` has.
function writes.value(self, name)
  return ("### %s\n\n%s"):format(name, paragraph(field_of_oai(self, name).words))
end

--- A class: a table that is given, or returned.
function writes.class(self, name)
  local class, list, parents = self.model:class(name) or error("no class " .. name), {}, {}
  for _, field in ipairs(class.fields) do
    list[#list + 1] = not field.hidden and field or nil
  end
  for i, parent in ipairs(class.parents) do
    parents[i] = rows.type((parent:gsub("^oai%.Open", "oai.")), self.link) -- what has a closed one for programs
  end
  self.notes:check_words(list, class.file .. ".lua, " .. name)
  return ("### %s\n\n%s%s%s"):format(name, paragraph(class.words),
    #parents > 0 and "Its fields, and those of " .. table.concat(parents, " and of ") .. ".\n\n" or "",
    rows.fields(list, self.link))
end

local function alias_of(self, name)
  return self.model.aliases[name] or error("no alias " .. name)
end

--- A name for another type.
function writes.alias(self, name)
  local alias = alias_of(self, name)
  return ("### %s\n\n%s%s\n"):format(name, paragraph(alias.words), rows.type(alias.type, self.link))
end

--- The values of an alias, each with its words.
function writes.values(self, name)
  local alias, lines = alias_of(self, name), {}
  for _, one in ipairs(alias.members) do
    lines[#lines + 1] = ('- `"%s"`%s'):format(one.name, one.words ~= "" and ": " .. one.words or "")
  end
  for value in #alias.members == 0 and alias.type:gmatch '"([^"]+)"' or function() end do
    lines[#lines + 1] = ('- `"%s"`'):format(value)
  end
  return ("### %s\n\n%s%s\n"):format(name, paragraph(alias.words), table.concat(lines, "\n"))
end

--- Methods that resources and objects have beside their operations, with what
--- each returns first.
function writes.added(self, given)
  local lines = { "| call | returns | what it does |", "|---|---|---|" }
  for _, method in ipairs(added.named(self.added, given)) do
    self.shown[method.class .. ":" .. method.name] = self.page
    self.notes:check_words({ method }, ("%s.lua, %s"):format(method.file, method.class))
    lines[#lines + 1] = ("| `%s:%s(%s)` | %s | %s |"):format(method.receiver, method.name,
      rows.arguments(method.params), rows.cell(rows.type(types.take(method.gives), self.link)), rows.cell(method.words))
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The variables of the environment from which options are taken.
function writes.environment()
  local lines, servers = { "| variable | option | what it is |", "|---|---|---|" }, require "oai.profile.servers"
  local function add(variable, option, words)
    lines[#lines + 1] = ("| `%s` | `%s` | %s |"):format(variable, option, rows.cell(words))
  end
  for _, option in ipairs(require("oai.options").list) do
    if option.env then
      add(option.env, option.name, (option.says:gsub("%]%(", "](../")))
    end
  end
  for _, name in ipairs(sorted(servers)) do
    add(servers[name].key_variable, "api_key", ('the key of `profile = "%s"`'):format(name))
  end
  return table.concat(lines, "\n") .. "\n"
end

return writes
