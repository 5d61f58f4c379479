-- Where keys come from, and that no table of the library's holds one.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start {}

local KEY, ADMIN, CALL = "sk-spec-0123456789-key", "sk-spec-0123456789-admin", "sk-spec-0123456789-call"
local LIST = { json = { object = "list", data = { { id = "a" } }, has_more = true } }

--- Where among all tables that can be reached from `value` a text holds one
--- of the keys.
local function find_keys(value, path, seen, found)
  if type(value) == "string" and value:find("sk-spec-", 1, true) then
    found[#found + 1] = path
  elseif type(value) == "table" and not seen[value] then
    seen[value] = true
    for key, item in next, value do
      find_keys(key, path .. ".(key)", seen, found)
      find_keys(item, path .. "." .. tostring(key), seen, found)
    end
    find_keys(debug.getmetatable(value), path .. ".(metatable)", seen, found)
  end
  return found
end

local function assert_no_key(value)
  assert.same({}, find_keys(value, "", { [_G] = true, [package.loaded] = true }, {}))
end

describe("a key given as a string", function()
  it("is in no table of a client, before and after calls, nor of its copies", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene, { api_key = KEY, admin_api_key = ADMIN })
    local copies = { client, client:with { timeout = 5 }, client:with { api_key = CALL } }
    for _, copy in ipairs(copies) do
      assert_no_key(copy)
      local page, facts = assert(copy.files:list(nil, { api_key = CALL }))
      assert_no_key { page, facts }
      assert_no_key { copy.files:each(nil, { api_key = CALL }) }
      assert_no_key(assert(copy.files:list()))
      assert(copy:request("GET", "/organization/projects"))
      assert_no_key(copy)
    end
    local sent = {}
    for i, request in ipairs(scene:requests()) do
      sent[i] = request.header.authorization:match "(%a+)$"
    end
    assert.equal("call key admin call key admin call call admin", table.concat(sent, " "))
  end)

  it("is in no table of a task", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local client = connect.to(scene)
    local task = client.files:list(nil, { api_key = CALL, wait = false })
    assert_no_key(task)
    assert(task:await())
    assert_no_key(task)
    assert.equal("Bearer " .. CALL, scene:requests()[1].header.authorization)
  end)

  it("is asked for further pages with", function()
    local scene = server:scenario { replies = { LIST, { json = { object = "list", data = { { id = "b" } } } } } }
    local page = assert(connect.to(scene).files:list(nil, { api_key = CALL }))
    assert(page:next())
    for _, request in ipairs(scene:requests()) do
      assert.equal("Bearer " .. CALL, request.header.authorization)
    end
  end)

  it("leaves the caller's tables alone", function()
    local options = { api_key = KEY, base_url = "http://127.0.0.1:1" }
    local client = oai.client(options)
    assert.equal(KEY, options.api_key)
    local call = { api_key = CALL, wait = false }
    client.files:list(nil, call)
    assert.equal(CALL, call.api_key)
  end)
end)

describe("a key of the environment", function()
  local CODE = [[
    local real, asked = os.getenv, {}
    os.getenv = function(name)
      asked[#asked + 1] = name
      return real(name)
    end
    local oai = require "oai"
    local client = oai.client { base_url = %q, max_retries = 0 }
    print(client.models:list())
    print(client:request("GET", "/organization/projects"))
    print(table.concat(asked, " "):find "_KEY")
  ]]

  it("is read by the core alone", function()
    local scene = server:scenario { replies = { LIST }, repeat_last = true }
    local keys = { OPENAI_API_KEY = " " .. KEY .. "\n", OPENAI_ADMIN_KEY = ADMIN }
    local output = child.run(CODE:format(scene.base_url), keys)
    assert.truthy(output:find "^oai.Page[^\n]*\ntable[^\n]*\nnil\n$", output)
    local requests = scene:requests()
    assert.equal("Bearer " .. KEY, requests[1].header.authorization)
    assert.equal("Bearer " .. ADMIN, requests[2].header.authorization)
  end)

  for what, value in pairs { unset = false, empty = "", blank = " \t\n" } do
    it("is missing when it is " .. what, function()
      local scene = server:scenario { replies = { LIST } }
      local output = child.run(CODE:format(scene.base_url), { OPENAI_API_KEY = value, OPENAI_ADMIN_KEY = value })
      assert.truthy(output:find("models.list: authentication: missing credentials: set OPENAI_API_KEY", 1, true))
      assert.truthy(output:find("request: authentication: missing credentials: set OPENAI_ADMIN_KEY", 1, true))
      assert.equal(0, scene:journal().requests_total)
    end)
  end

  it("that cannot be sent is told without it", function()
    local output = child.run(CODE:format "http://127.0.0.1:1/v1", { OPENAI_API_KEY = "sk-spec-a\nX-Evil: 1" })
    assert.truthy(output:find("the credential 'api_key' holds a control character", 1, true), output)
    assert.is_nil(output:find("sk-spec-a", 1, true), output)
  end)
end)
