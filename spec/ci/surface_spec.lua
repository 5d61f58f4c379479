-- How the library's own surface becomes pages: what is read of annotations,
-- what becomes of it, and what `make check` says of names that nobody explains.

local definitions = require "oai.call.definition"
local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"
local tool = require "spec.support.tool"
local unpack = require "oai.unpack"

if lacks("the pages of the library's surface", small_tree.missing()) then
  return
end

local ROOMS = "surface pages"
local annotations, rows, types = tool(ROOMS, "annotations"), tool(ROOMS, "rows"), tool(ROOMS, "types")
local pages, reading, resources = tool(ROOMS, "pages"), tool(ROOMS, "reading"), tool(ROOMS, "resources")
local unsaid = tool(ROOMS, "unsaid")

describe("a type in an annotation", function()
  for text, expected in pairs {
    ["string  words"] = "string", ["string? words"] = "string?", ["oai.Task[]  of it"] = "oai.Task[]",
    ["string|number the API's"] = "string|number",
    ['"a"|"b c"|false  words'] = '"a"|"b c"|false',
    ["table<string, oai.X[]>|nil  words"] = "table<string, oai.X[]>|nil",
    ["{ a?: integer, b: fun(x: any): any }  words"] = "{ a?: integer, b: fun(x: any): any }",
    ["fun(a: string, ...: any): string?, oai.Error  words"] = "fun(a: string, ...: any): string?, oai.Error",
    ["fun(a: { b: string }) words"] = "fun(a: { b: string })",
    ["(fun(): any)|false  words"] = "(fun(): any)|false",
  } do
    it("ends where it does: " .. text, function()
      local of, rest = types.take(text)
      assert.equal(expected, of)
      assert.equal(text:sub(#expected + 1), rest)
    end)
  end

  it("says what a function takes and gives", function()
    local takes, gives = types.of_function "fun(self, id: string, options?: { a: any, b: any }): oai.X?, any"
    assert.same({ { name = "id", optional = false, type = "string", words = "" },
      { name = "options", optional = true, type = "{ a: any, b: any }", words = "" } }, types.params(takes))
    assert.equal("oai.X?, any", gives)
    assert.is_nil(types.of_function "string")
  end)
end)

local FILE = [[
-- A file.

---@class oai.Thing<T> : oai.Other, oai.More  what it is
---@field name string   how it is called
--- by people
---@field kind? "a"|"b"
--- Seconds. At most ten.
---@field wait? number
---@field package hidden table
---@field secret table  not for programs
---@field _mine table
local Thing = {}

---@alias oai.Kind
---| "a" # the first
---| "b"

--- Waits until it is done.
--- Nil when it is not.
---@param seconds? number  how long
--- at most
---@param ... any
---@return oai.Thing? thing  itself
---@return oai.Error? err
function Thing:wait(seconds, ...)
end

--- The next of them.
---@return table
local function following() end

Thing.next = following

function Thing.silent() end
]]

describe("the annotations of a file", function()
  local found = annotations.read(FILE)

  it("have classes with fields and their words", function()
    local class = found.classes["oai.Thing"]
    assert.equal("what it is", class.words)
    assert.same({ "oai.Other", "oai.More" }, class.parents)
    local said = {}
    for _, field in ipairs(class.fields) do
      said[#said + 1] = ("%s%s %s: %s"):format(field.name, field.optional and "?" or "", field.type,
        field.hidden and "hidden" or field.words)
    end
    assert.same({ "name string: how it is called by people", 'kind? "a"|"b": ', "wait? number: seconds. At most ten",
      "hidden table: hidden", "secret table: hidden", "_mine table: hidden" }, said)
  end)

  it("have the values of an alias", function()
    assert.same({ { name = "a", words = "the first" }, { name = "b", words = "" } }, found.aliases["oai.Kind"].members)
  end)

  it("have functions, also under another name, and those without a word", function()
    local wait = found.functions["Thing:wait"]
    assert.equal("Waits until it is done. Nil when it is not.", wait.doc)
    assert.equal("how long at most", wait.params[1].words)
    assert.same({ "thing", "itself", "err" }, { wait.returns[1].name, wait.returns[1].words, wait.returns[2].name })
    assert.equal("The next of them.", found.functions["Thing.next"].doc)
    assert.is_nil(found.functions["Thing.silent"])
    assert.same({ "Thing:wait", "following", "Thing.next", "Thing.silent" }, found.defined)
  end)
end)

describe("an entry of a page", function()
  it("says how a function is called, what it takes and returns", function()
    local text = rows.entry("thing:wait", annotations.read(FILE).functions["Thing:wait"], "Waits.", function(name)
      return name == "oai.Error" and "error.md" or nil
    end)
    assert.equal([[
### thing:wait

    thing:wait(seconds, ...)

Waits.

| parameter | type | what it is |
|---|---|---|
| `seconds?` | `number` | how long at most |
| `...` | `any` |  |

| returns | type | what it is |
|---|---|---|
| `thing` | `oai.Thing?` | itself |
| `err` | [`oai.Error`](error.md)`?` | beside nil: what went wrong |
]], text)
  end)

  it("says what an iterator gives, and nothing of what closes it", function()
    local of = { params = {}, returns = { { type = "fun(): oai.X?", words = "" }, { type = "nil", words = "" },
      { type = "nil", words = "" }, { type = "oai.Y", name = "closing", words = "" } } }
    assert.is_truthy(rows.entry("x:each", of, "Iterates.", function() end):find(
      "\nReturns an iterator, which gives `oai.X`.\n", 1, true))
  end)
end)

describe("a row of docs/names.md", function()
  for words, expected in pairs {
    ["Ends the transfer at once. Harmless when it has ended."] = "ends the transfer at once",
    ["Iterates over `.delta`, ... Raises."] = "iterates over `.delta`, ... Raises",
    ["JSON null"] = "JSON null",
    ["All that was said, as JSON, for the option `from`; what is still being answered is not in it, but for "
      .. "what pauses."] = "all that was said, as JSON, for the option `from`",
  } do
    it("has the first words: " .. expected, function()
      assert.equal(expected, reading.as_row(reading.first_sentence(words)))
    end)
  end
end)

--- What is planted in what was read of this library, and what is said of it.
local function plant(model)
  local planted = { name = "planted", type = "string", words = "" }
  table.insert(model.sections.stream.list, { name = "planted", of = { doc = "", params = {}, returns = {} } })
  table.insert(model.sections.task.list, { name = "planted", of = { doc = "Waits.", params = { planted },
    returns = { { name = "first", type = "any", words = "" }, { name = "second", type = "any", words = "" } } } })
  table.insert(model.classes["oai.RunOptions"].fields, planted)
  model.field_of_oai.planted = planted
  model.sections.planted = { section = "planted", file = "planted", class = "oai.Planted", fields = {}, list = {} }
  table.insert(model.partial, { name = "oai.resource.Files", file = "resources/files",
    fields = { { name = "planted", type = "fun(self, id: string): any", words = "plants it" } } })
  model.classes["oai.Planted"] = { name = "oai.Planted", fields = {}, parents = {}, words = "" }
  table.insert(model.sections.error.fields, { name = "planted", type = "oai.Planted", words = "what was planted" })
end

local FAULTS = {
  "call/stream.lua: 'stream:planted' has no words",
  "docs/library/error.md: no page shows oai.Planted",
  "no page shows 'oai.planted'",
  "no page shows 'planted' of oai.resource.Files",
  "no page shows the section 'planted'",
  "run/options.lua, oai.RunOptions: 'planted' has no words",
  "task/init.lua, task:planted, returned: 'first' has no words",
  "task/init.lua, task:planted, returned: 'second' has no words",
  "task/init.lua, task:planted: 'planted' has no words",
}

describe("the pages of this library", function()
  it("have words for all that is on them, and a place for all that is public", function()
    local _, faults = pages.make(reading.all(), resources())
    assert.same({}, faults)
  end)

  it("lack what was planted", function()
    local model = reading.all()
    plant(model)
    local _, faults = pages.make(model, resources())
    assert.same(FAULTS, faults)
  end)
end)

local PLANTED = {
  { "lua/oai/call/stream.lua", "--- Ends the transfer at once.", "function Stream:planted_a() end\n\n",
    "stream: `planted_a`" },
  { "lua/oai/init.lua", "---@field null", "---@field planted_b fun()  nothing\n", "oai: `planted_b`" },
  { "lua/oai/error.lua", "---@field message", "---@field planted_c? string\n", "error: `planted_c`" },
  { "lua/oai/error.lua", '---| "not_found"', '---| "planted_d"\n', "error, kind: `planted_d`" },
  { "lua/oai/call/response.lua", "---@field attempts", "---@field planted_e? string\n", "response: `planted_e`" },
  { "lua/oai/options.lua", '  { name = "query"', '  { name = "planted_f", types = { "string" }, scope = "call", '
    .. 'says = "nothing" },\n', "options: `planted_f`" },
  { "lua/oai/run/options.lua", "---@field max_turns", "---@field planted_g? string\n", "oai.RunOptions: `planted_g`" },
  { "lua/oai/options.lua", "local function trim", 'local _ = os.getenv "OPENAI_PLANTED"\n',
    "environment: `OPENAI_PLANTED`" },
}

local function put(top, path, before, more)
  local text = top:read(path)
  local at = assert(text:find(before, 1, true), before)
  top:write(path, text:sub(1, at - 1) .. more .. text:sub(at))
end

describe("the check of names", function()
  it("names those that are explained nowhere, of each kind, and no others", function()
    local top, expected = folder.new(), {}
    os.execute(("cp -r README.md lua src docs .ci %s"):format(top.path))
    for i, case in ipairs(PLANTED) do
      put(top, case[1], case[2], case[3])
      expected[i] = case[4] .. " is explained nowhere in README.md and docs/\n"
    end
    table.sort(expected)
    local said = top:output "lua5.4 .ci/names.lua 2>&1"
    top:remove()
    assert.equal(table.concat(expected), said)
  end)
end)

describe("a name that no annotation says", function()
  --- Removes the field of a class of a file; returns what is complained of then.
  local function without(path, class_name, field_name)
    local model = reading.all()
    for _, class in ipairs(model.files[path].in_order) do
      for i = #class.fields, 1, -1 do
        if class.name == class_name and class.fields[i].name == field_name then
          table.remove(class.fields, i)
        end
      end
    end
    return unsaid.all(model)
  end

  it("is told with its file: of oai, worked out, of options", function()
    assert.same({}, unsaid.all(reading.all()))
    for _, case in ipairs {
      { "init", "oai", "similarity" },
      { "observe/observed", "oai.Observed", "template" },
      { "observe/hooks", "oai.HookOptions", "bodies" },
    } do
      assert.same({ ("lua/oai/%s.lua: no annotation says '%s'"):format(case[1], case[3]) }, without(unpack(case)))
    end
  end)

  it("is looked for among the functions of resources and of their objects", function()
    local found = unsaid.of_definition(definitions.new {
      object = "x", create = "POST /x", list = { "GET /x", page = "cursor" }, wait = print, called = print,
      methods = { save = print }, below = definitions.new { run = print },
    })
    table.sort(found)
    assert.same({ "run", "save", "wait" }, found)
  end)

  it("is found in a list of several lines, and in one of one", function()
    local list = { begins = "local OWN = {", name = "%f[%w_]([%w_]+) = {" }
    assert.same({ "a", "b", "c" }, unsaid.listed('local x = 1\nlocal OWN = {\n  a = { "text" }, b = { "any" },\n'
      .. '  c = { "any" },\n}\nlocal other = { d = {} }\n', list))
    assert.same({ "a" }, unsaid.listed('local OWN = { a = { "text" } }\nlocal other = { d = {} }\n', list))
    assert.same({}, unsaid.listed("local other = { d = {} }\n", list))
  end)
end)
