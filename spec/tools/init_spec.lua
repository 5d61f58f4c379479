-- oai.tools: what is sent of functions and of what the API offers, in which
-- order, and what is no tool.

local child = require "spec.support.child"
local oai = require "oai"

local s = oai.schema

local function encoded(given, api)
  return oai.json.encode(oai.tools(given):definitions(api or "responses"))
end

local function nothing() end

local NOTHING = '{"type":"object","properties":{},"required":[],"additionalProperties":false}'

describe("oai.tools", function()
  it("writes functions for each API", function()
    local given = { wait = { description = "Waits.", run = nothing, timeout = 5 } }
    assert.equal('[{"description":"Waits.","name":"wait","parameters":' .. NOTHING .. ',"type":"function"}]',
      encoded(given))
    assert.equal('[{"function":{"description":"Waits.","name":"wait","parameters":' .. NOTHING
      .. '},"type":"function"}]', encoded(given, "chat"))
  end)

  it("writes those of a list in order, the others by name", function()
    local function names(given)
      local list = {}
      for name in encoded(given):gmatch '"name":"(%w+)"' do
        list[#list + 1] = name
      end
      return table.concat(list, " ")
    end
    assert.equal("a b c d", names { d = { run = nothing }, b = { run = nothing }, a = { run = nothing }, c = {} })
    assert.equal("z y a b", names { { name = "z" }, { name = "y" }, b = {}, a = {} })
  end)

  it("writes the properties in the order written", function()
    local text = encoded { f = { parameters = s.object { { "z", s.string() }, { "a", s.number() } } } }
    assert.truthy(text:find('"z":{.-"a":{'), text)
    text = encoded { f = { parameters = '{"type":"object","properties":{"z":{},"a":{}}}' } }
    assert.truthy(text:find '"z":{},"a":{}', text)
  end)

  it("makes a schema strict where the function is", function()
    local text = encoded { f = { strict = true, parameters = { type = "object", required = { "a" },
      properties = { a = { type = "string" } } } } }
    assert.truthy(text:find('"required":["a"]', 1, true), text)
    assert.truthy(text:find('"additionalProperties":false', 1, true), text)
    assert.truthy(text:find('"strict":true', 1, true), text)
    text = encoded { f = { parameters = { type = "object", properties = { a = { type = "string" } } } } }
    assert.is_nil(text:find("additionalProperties", 1, true))
  end)

  it("leaves what it is given as it is, and keeps nothing of it", function()
    local parameters = { type = "object", properties = { a = { type = "string" } }, required = { "a" } }
    local given = { f = { parameters = parameters } }
    local made = oai.tools(given)
    parameters.properties.a.type = "number"
    assert.is_nil(given.f.name)
    assert.equal("string", made:definitions("responses")[1].parameters.properties.a.type)
    assert.equal(made, oai.tools(made))
  end)

  it("sends what the API offers as it stands, and namespaces with their functions", function()
    local made = oai.tools {
      { type = "web_search", filters = { allowed_domains = { "lua.org" } } },
      { type = "namespace", name = "crm", description = "Customers.", tools = { find = { run = nothing } } },
      { type = "custom", name = "shout", format = { type = "text" }, run = nothing },
      later = { defer_loading = true, allowed_callers = { "direct" } },
    }
    local sent = made:definitions "responses"
    assert.same({ type = "web_search", filters = { allowed_domains = { "lua.org" } } }, sent[1])
    assert.equal("find", sent[2].tools[1].name)
    assert.same({ type = "custom", name = "shout", format = { type = "text" } }, sent[3])
    assert.is_true(sent[4].defer_loading)
    assert.same({ "crm.find", "later", "shout" }, made:names())
    assert.equal("find", made:find("find", "crm").name)
    assert.is_nil(made:find "find")
    assert.equal("later", made:find("later", "later").name)
    assert.is_nil(made:find("later", "crm"))
  end)

  it("knows the functions for items of the API's own tools", function()
    local made = oai.tools { { type = "shell", run = nothing }, { type = "computer_use_preview", run = nothing },
      { type = "apply_patch" } }
    assert.equal(nothing, made:for_item("shell_call").run)
    assert.equal(nothing, made:for_item("computer_call").run)
    assert.equal("shell", made:for_item("shell_call").name)
    assert.is_nil(made:for_item "apply_patch_call")
    assert.same({}, made:names())
    assert.equal(made:definitions("responses")[1], made:of_type("shell")[1])
    assert.same({ type = "shell" }, made:definitions("responses")[1])
  end)

  it("names its functions in the order of their bytes", function()
    local given, names = {}, {}
    for i = 1, 20 do
      names[i] = ("f%02d"):format(i)
      given[names[i]] = { run = nothing }
    end
    assert.same(names, oai.tools(given):names())
    assert.equal(oai.json.encode(oai.tools(given):definitions "chat"), encoded(given, "chat"))
    assert.has_error(function()
      oai.tools(given):definitions "chats"
    end, 'oai: tools: definitions: expected "responses" or "chat", got chats')
  end)

  it("takes the functions of others, but for those that it has", function()
    local made = oai.tools { a = { run = nothing } }
    made:adopt(oai.tools { a = { run = print }, b = { run = print } })
    assert.equal(nothing, made:find("a").run)
    assert.equal(print, made:find("b").run)
    assert.equal(1, #made:definitions "chat")
  end)

  it("takes functions as chat completions have them", function()
    local made = oai.tools { { type = "function", ["function"] = { name = "f", description = "d" }, run = nothing } }
    assert.equal("d", made:definitions("chat")[1]["function"].description)
    assert.equal(nothing, made:find("f").run)
  end)

  it("refuses at the program's line what is no tool", function()
    local cases = {
      [5] = "expected a table, got number",
      [{ 5 }] = "a tool must be a table, got number",
      [{ { name = "a b" } }] = "a function needs a name of letters, digits, '_' and '-', got a b",
      [{ f = { timeout = "5" } }] = "f: field 'timeout' must be a number, got string",
      [{ f = { run = 5 } }] = "f: field 'run' must be a function, got 5",
      [{ f = { paramters = {} } }] = "f: unknown field 'paramters'; did you mean 'parameters'?",
      [{ f = { parameters = "{" } }] = "f: 'parameters': the schema is no JSON",
      [{ f = { parameters = { city = { type = "string" } } } }] =
        "f: 'parameters' must be a schema, got properties without s.object { ... } around them",
      [{ f = { parameters = { { "city", { type = "string" } } } } }] = "f: 'parameters' must be a schema, got a list",
      [{ f = { parameters = 5 } }] = "f: 'parameters' must be a schema, got number",
      [{ f = { parameters = s.string() } }] = "f: 'parameters' must be a schema of objects, got one of string: "
        .. 'arguments have names, as in s.object { { "text", s.string() } }',
      [{ f = { strict = true, parameters = s.string() } }] = "must be a schema of objects, got one of string: ",
      [{ f = { parameters = '{"type":["array","null"]}' } }] = "got one of array or null: ",
      [{ f = { parameters = s.array(s.object {}) } }] = "got one of array: ",
      [{ f = { parameters = s.any_of { s.string(), s.enum { 1, 2 } } } }] = "got one of string or number: ",
      [{ f = { strict = true, parameters = s.map(s.string()) } }] =
        "f: 'parameters': at `<root>`: an object must have `additionalProperties: false` in strict mode",
      [{ f = { needs_approval = 5 } }] = "f: field 'needs_approval' must be a boolean or a function, got 5",
      [{ f = { on_error = "go" } }] = "f: field 'on_error' must be \"tell\", \"stop\" or a function, got \"go\"",
      [{ f = { check = true } }] = "f: field 'check' must be false or a function, got true",
      [{ { type = "mcp", server_label = "a" }, { type = "mcp", server_label = "a" } }] =
        "two MCP servers are called 'a'",
      [{ { name = "f" }, f = {} }] = "two functions are called 'f'",
    }
    for given, expected in pairs(cases) do
      local done, message = pcall(function()
        return oai.tools(given)
      end)
      assert.is_false(done, expected)
      assert.truthy(message:find("tools/init_spec.lua:%d+: oai: tools: "), message)
      assert.truthy(message:find(expected, 1, true), message)
    end
  end)

  it("takes parameters that may be objects", function()
    for _, parameters in ipairs { {}, s.map(s.string()), s.nullable(s.object {}), s.any_of { s.string(), s.object {} },
      { ["$ref"] = "#/$defs/a", ["$defs"] = { a = s.object {} } }, { properties = { a = s.string() } },
      { allOf = { s.object {} } }, { anyOf = {} } } do
      assert.truthy(oai.tools { f = { parameters = parameters } })
    end
  end)

  it("gives the same bytes in every process", function()
    local code = [[local oai = require "oai"
      local s = oai.schema
      local given = {}
      for _, name in ipairs { "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta" } do
        given[name] = { description = name, run = print, parameters = s.object { z = s.string(), a = s.number(),
          m = s.object { { "y", s.null() }, { "b", s.boolean() } } } }
      end
      print(oai.json.encode(oai.tools(given):definitions "responses"))]]
    local first = child.run(code)
    assert.truthy(first:find('"alpha"', 1, true), first)
    for _ = 2, 10 do
      assert.equal(first, (child.run(code)))
    end
  end)
end)
