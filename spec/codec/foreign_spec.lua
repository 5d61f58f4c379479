-- Other libraries' nulls and marks: the real ones where they are installed,
-- and libraries of any other name.

local cjson = require "cjson"
local editor = require "spec.support.editor"
local foreign = require "oai.codec.foreign"
local json = require "oai.codec.json"

describe("codec.foreign", function()
  local function with_module(fields, body)
    package.loaded["spec.other_json"] = fields
    local done, err = pcall(body)
    package.loaded["spec.other_json"] = nil
    assert(done, err)
  end

  it("knows a null by its name in a loaded module, also one that was loaded later", function()
    for _, name in ipairs { "null", "Null", "NULL", "NIL" } do
      local function named()
        return name
      end
      for _, null in ipairs { setmetatable({}, { __tojson = print }), named, io.tmpfile() } do
        local _, path = json.encode { a = { null } }
        assert.equal("a[1]", path)
        with_module({ [name] = null }, function()
          assert.equal('{"a":[null]}', (json.encode { a = { null } }))
        end)
      end
    end
  end)

  it("knows one by its name in a global table", function()
    local null = setmetatable({}, { __tojson = print })
    rawset(_G, "spec_other_json", { null = null })
    local text = json.encode { null }
    rawset(_G, "spec_other_json", nil)
    assert.equal("[null]", text)
  end)

  it("takes nothing else for a null", function()
    local plain, full = {}, setmetatable({ 1 }, {})
    with_module({ null = plain, Null = "x", NULL = 5, NIL = false, array_mt = "array" }, function()
      foreign.learn()
      assert.equal('[{},"x",5,false]', (json.encode { plain, "x", 5, false }))
    end)
    with_module({ null = full }, function()
      foreign.learn()
      assert.equal("[[1]]", (json.encode { full }))
    end)
  end)

  it("knows marks of arrays and objects by their names", function()
    local array_mt, empty_mt, dict_mt = { "a" }, { "b" }, { "c" }
    with_module({ array_mt = array_mt, empty_array_mt = empty_mt, _empty_dict_mt = dict_mt }, function()
      assert.is_true(foreign.learn())
      assert.is_false(foreign.learn())
    end)
    assert.equal('{"a":[],"b":[],"tools":{}}', (json.encode { a = setmetatable({}, array_mt),
      b = setmetatable({}, empty_mt), tools = setmetatable({}, dict_mt) }))
    assert.equal("[[1]]", (json.encode { setmetatable({ 1 }, array_mt) }))
  end)

  it("knows an empty array by its name, if it is a value that has no other use", function()
    local empty, table_of_another = io.tmpfile(), { 1 }
    with_module({ empty_array = empty }, function()
      assert.equal('{"a":[]}', (json.encode { a = empty }))
    end)
    with_module({ empty_array = table_of_another }, function()
      foreign.learn()
      assert.equal('{"a":[1]}', (json.encode { a = table_of_another }))
    end)
  end)

  it("calls nothing of a module", function()
    local function refuse()
      error("called")
    end
    local strict = setmetatable({}, { __index = refuse, __newindex = refuse, __pairs = refuse, __len = refuse })
    with_module(strict, function()
      assert.is_nil((json.encode { print }))
    end)
  end)

  it("refuses what nobody calls null, with its path", function()
    assert.same({ nil, "a[1].b", "a userdata cannot be JSON", false }, { json.encode { a = { { b = io.stdout } } } })
  end)

  it("knows lua-cjson's", function()
    assert.equal('{"a":null}', (json.encode { a = cjson.null }))
    if not cjson.empty_array then
      return pending "this lua-cjson marks no empty arrays"
    end
    assert.equal("[[],[],[],[]]", (json.encode { cjson.empty_array, setmetatable({}, cjson.empty_array_mt),
      setmetatable({}, cjson.array_mt), cjson.empty_array }))
    assert.equal('{"a":[]}', (json.encode { a = cjson.empty_array }))
  end)

  it("knows dkjson's", function()
    local has, dkjson = pcall(require, "dkjson")
    if not has then
      return pending "dkjson is not installed"
    end
    assert.equal('{"a":[null,1],"b":null}', (json.encode { a = { dkjson.null, 1 }, b = dkjson.null }))
    local decoded = dkjson.decode('{"b":null,"a":[],"o":{},"tools":{}}', 1, dkjson.null)
    assert.equal('{"a":[],"b":null,"o":{},"tools":{}}', (json.encode(decoded)))
  end)

  it("knows Neovim's where there is no lua-cjson", function()
    local missing = editor.missing()
    if missing then
      return pending(missing)
    end
    local said, status = editor.run([[
      local inside = ...
      package.preload.cjson = function() error "none" end
      local json = require "oai.codec.json"
      inside.say((json.encode { vim.NIL, json.null, { tools = vim.empty_dict() } }))
      inside.say(#json.decode '[null,1,null]', package.loaded.cjson)
      vim.cmd "qa!"]])
    assert.equal(0, status, said)
    assert.equal('[null,null,{"tools":{}}]\n3 nil', (said:gsub("\r", ""):gsub("%s+$", "")))
  end)

  it("knows Neovim's", function()
    local missing = editor.missing()
    if missing then
      return pending(missing)
    end
    local said, status = editor.run([[
      local inside = ...
      local json = require "oai.codec.json"
      inside.say((json.encode { vim.NIL, { content = vim.NIL }, vim.empty_dict(), { tools = vim.empty_dict() } }))
      local decode = vim.json and vim.json.decode or vim.fn.json_decode
      inside.say((json.encode(decode '[{"role":"assistant","content":null},{}]')))
      inside.say((select(2, json.encode { a = { vim.loop.new_timer() } })))
      vim.cmd "qa!"]])
    assert.equal(0, status, said)
    assert.equal('[null,{"content":null},{},{"tools":{}}]\n[{"content":null,"role":"assistant"},{}]\na[1]',
      (said:gsub("\r", ""):gsub("%s+$", "")))
  end)
end)
