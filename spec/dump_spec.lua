-- oai.dump: values as people read them.

local json = require "oai.codec.json"
local oai = require "oai"
local response = require "oai.call.response"

local function is_never_called()
  error("called")
end

describe("oai.dump", function()
  for _, fact in ipairs {
    { nil, "nil" }, { true, "true" }, { 12, "12" }, { 0.5, "0.5" }, { "x", '"x"' }, { oai.null, "null" },
    { print, "<function>" }, { io.stdout, "<userdata>" },
    { 'a"b\\c\n\27[1m', '"a\\"b\\\\c\\n\\x1B[1m"' }, { {}, "{}" },
    { { 1, 2, oai.null }, "{ 1, 2, null }" }, { { b = 1, a = { "x" } }, '{ a = { "x" }, b = 1 }' },
    { { [10] = "x", [9] = "y", ["a b"] = 1 }, '{ ["a b"] = 1, [9] = "y", [10] = "x" }' },
    { oai.object({ a = 1, b = 2 }, { "b", "a" }), "{ b = 2, a = 1 }" }, { json.array {}, "{}" },
  } do
    it("writes " .. fact[2], function()
      assert.equal(fact[2], oai.dump(fact[1]))
    end)
  end

  it("puts fields in order: by name, and numbers by what they are", function()
    local given, names = {}, {}
    for i = 1, 30 do
      given[("k%02d"):format(i)], names[i] = i, ("  k%02d = %d"):format(i, i)
    end
    assert.equal("{\n" .. table.concat(names, ",\n") .. "\n}", oai.dump(given))
    given, names = {}, {}
    for i = 1, 30 do
      given[i * 7], names[i] = true, ("  [%d] = true"):format(i * 7)
    end
    assert.equal("{\n" .. table.concat(names, ",\n") .. "\n}", oai.dump(given))
  end)

  it("takes a line for each field where one is not enough", function()
    local content = ("word "):rep(15)
    assert.equal(table.concat({ "{", '  content = "' .. content .. '",', "  nested = {", '    a = "' .. content .. '",',
      "    b = 1", "  }", "}" }, "\n"), oai.dump { content = content, nested = { a = content, b = 1 } })
  end)

  it("cuts off long texts between characters, and long lists", function()
    local text = oai.dump(("\195\164"):rep(1000))
    assert.equal('"' .. ("\195\164"):rep(100) .. '"... (2000 bytes)', text)
    text = oai.dump("x" .. ("\195\164"):rep(1000))
    assert.equal('"x' .. ("\195\164"):rep(99) .. '"... (2001 bytes)', text)
    local vector, names = {}, {}
    for i = 1, 1536 do
      vector[i], names["n" .. i] = i + 0.5, true
    end
    assert.equal("{ 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, ... 1530 more }", oai.dump(vector))
    assert.truthy(oai.dump(names):find("... 1436 more", 1, true))
    assert.is_true(#oai.dump(vector) < 100)
  end)

  it("cuts off nothing that is just short enough", function()
    local function list_of(count, item)
      local list = {}
      for i = 1, count do
        list[i] = item
      end
      return list
    end
    local function fields(count)
      local all = {}
      for i = 1, count do
        all["n" .. i] = 1
      end
      return all
    end
    local function nested(depth)
      return depth > 0 and { nested(depth - 1) } or 1
    end
    for _, case in ipairs {
      { ("x"):rep(200), ("x"):rep(201), "... (201 bytes)" }, { list_of(30, "x"), list_of(31, "x"), "... 1 more" },
      { list_of(6, 1), list_of(7, 1), "... 1 more" }, { fields(100), fields(101), "... 1 more" },
      { nested(20), nested(21), "{ ... }" }, { { ("x"):rep(74) }, { ("x"):rep(75) }, "\n" },
    } do
      local whole, cut, mark = oai.dump(case[1]), oai.dump(case[2]), case[3]
      assert.is_nil(whole:find("...", 1, true))
      assert.is_nil(mark == "\n" and whole:find(mark) or nil)
      assert.truthy(cut:find(mark, 1, true), cut)
    end
  end)

  it("ends where a table contains itself, and where there is no end", function()
    local loop, deep = {}, {}
    loop.a = { loop }
    assert.equal("{ a = { <a table that this is in> } }", oai.dump(loop))
    for _ = 1, 10000 do
      deep = { deep }
    end
    assert.truthy(oai.dump(deep):find("{ ... }", 1, true))
    local twice = { 1 }
    assert.equal("{ { 1 }, { 1 } }", oai.dump { twice, twice })
  end)

  it("shows no secret", function()
    local key = "sk-proj-0123456789_abc"
    local text = oai.dump { api_key = "plain", Authorization = "Basic eDp5", secret = { value = "ek_0123456789" },
      [key] = key, list = { "key " .. key .. ".", "Bearer abc.def" }, total_tokens = 5, token = "t" }
    for _, secret in ipairs { "plain", "eDp5", "0123456789", "abc.def", '"t"' } do
      assert.is_nil(text:find(secret, 1, true), text)
    end
    assert.truthy(text:find("total_tokens = 5", 1, true))
    assert.is_nil(oai.dump(oai.client { api_key = key }):find(key, 1, true))
  end)

  it("shows what objects and errors have, and their kind", function()
    local text = oai.dump(select(2, oai.json.decode "{"))
    assert.truthy(text:find('^oai.Error {'), text)
    assert.truthy(text:find('kind = "decode"', 1, true), text)
  end)

  it("shows what an object works out when it is asked for", function()
    local facts = response.new(200, "HTTP/1.1 200 OK\r\nx-request-id: req_1\r\n\r\n", 1, 0.5, "c1")
    assert.equal('oai.Response {\n  attempts = 1,\n  client_request_id = "c1",\n  elapsed = 0.5,\n'
      .. '  headers = { ["x-request-id"] = "req_1" },\n  request_id = "req_1",\n  status = 200\n}', oai.dump(facts))
  end)

  it("calls nothing", function()
    local metatable = { __index = is_never_called, __pairs = is_never_called, __len = is_never_called,
      __tostring = is_never_called, __lt = is_never_called, __metatable = false }
    assert.equal("{ 1 }", oai.dump(setmetatable({ 1, _hidden = 2 }, metatable)))
  end)
end)
