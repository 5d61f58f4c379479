-- Prints public names that the documentation does not explain. They are what the
-- code has: functions, methods and fields of .ci/surface/sources.lua, options
-- of clients, calls and of all that takes some, kinds of errors, variables of
-- the environment. Each is to occur where people read: in the README, a guide,
-- the cookbook or a page of docs/library.

package.path = ".ci/tool/?.lua;.ci/surface/?.lua;lua/?.lua;lua/?/init.lua;" .. package.path

local options = require "oai.options"
local reading = require "reading"
local shell = require "shell"
local types = require "types"

-- The tables of all names and of all options say less than a reader needs.
local DOCUMENTS = [[cat README.md docs/cookbook/*.md docs/library/*.md $(
  ls docs/*.md | grep -vE '/(names|options).md$') 2>/dev/null]]

local function plain(name)
  return (name:gsub("%p", "%%%0"))
end

-- How a name is written where it is explained or used.
local WRITTEN = {
  method = { "[:.]%s%%f[^%%w_]" },
  field = { "`%s%%??`", "%%.%s%%f[^%%w_]" },
  option = { "`%s%%??`", "%%f[%%w_]%s = " },
  kind = { "`\"?%s\"?`", '"%s"' },
  variable = { "%%f[%%w_]%s%%f[^%%w_]" },
}

local function occurs(texts, name, kind)
  for _, pattern in ipairs(WRITTEN[kind]) do
    if texts:find(pattern:format(plain(name))) then
      return true
    end
  end
  return false
end

--- The names of a section: functions of `oai` are fields there.
local function each_of_section(source, visit)
  for _, field in ipairs(source.fields) do
    local is_method = types.of_function(field.type) ~= nil or source.section == "oai"
    visit(source.section, field.name, is_method and "method" or "field")
  end
  for _, method in ipairs(source.list) do
    visit(source.section, method.name, "method")
  end
end

--- The fields of tables that programs give: "oai.RunOptions", "oai.ToolSpec".
local function each_given(model, visit)
  for name, class in pairs(model.classes) do
    if name:find "Options$" or name:find "Limits$" or name == "oai.ToolSpec" then
      for _, field in ipairs(class.fields) do
        if not field.hidden then
          visit(name, field.name, "option")
        end
      end
    end
  end
end

-- The variables of the environment that the library reads.
local VARIABLES = [[grep -rhoE --exclude-dir=types \
  '"((OPENAI|OAI|AZURE|AWS|GOOGLE|SSL)_[A-Z0-9_]+|[A-Z_]+_API_(KEY|TOKEN))"' lua/oai src | sort -u]]

local function each_variable(visit)
  for name in shell.output(VARIABLES):gmatch '"([^"]+)"' do
    visit("environment", name, "variable")
  end
end

local function each_name(visit)
  local model = reading.all()
  for _, source in pairs(model.sections) do
    each_of_section(source, visit)
  end
  for _, option in ipairs(options.list) do
    visit("options", option.name, "option")
  end
  each_given(model, visit)
  for _, kind in ipairs(model.aliases["oai.ErrorKind"].members) do
    visit("error, kind", kind.name, "kind")
  end
  each_variable(visit)
end

local texts, missing = shell.output(DOCUMENTS), {}
each_name(function(of, name, kind)
  if not occurs(texts, name, kind) then
    missing[#missing + 1] = ("%s: `%s` is explained nowhere in README.md and docs/"):format(of, name)
  end
end)
table.sort(missing)
for _, line in ipairs(missing) do
  print(line)
end
