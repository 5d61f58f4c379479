-- Shows what one operation sends and returns: a case is data, `show` makes a
-- spec of it. Bodies are compared as values, not as texts.

local assert = require "luassert"
local cjson = require "cjson"
local connect = require "spec.support.connect"

local operation = {}

--- A case: `name`, `call(client)`, and what must have arrived: `method`,
--- `path`, `query`, `body` (a table; absent: none), `accept`, `beta`. `reply`
--- is the server's, `value` what the call returns.
function operation.show(server, case)
  local busted_it = require("busted").it
  busted_it(case.name .. " is " .. case.method .. " " .. case.path, function()
    local scene = server:scenario { replies = { case.reply or { json = { data = {} } } } }
    local value, facts = case.call(connect.to(scene, { max_retries = 0 }))
    local requests = scene:requests()
    assert.equal(1, #requests)
    local request = requests[1]
    assert.equal(case.method, request.method)
    assert.equal("/v1" .. case.path, request.path)
    assert.equal(case.query or "", request.query)
    assert.same(case.body, request.body ~= "" and cjson.decode(request.body) or nil)
    assert.equal(case.body and "application/json" or nil, request.header["content-type"])
    assert.equal("Bearer " .. connect.key, request.header.authorization)
    assert.equal(case.accept or "application/json", request.header.accept)
    assert.equal(case.beta, request.header["openai-beta"])
    assert.equal("oai-lua/" .. require("oai")._VERSION, request.header["user-agent"])
    if case.value ~= nil then
      assert.same(case.value, value)
    end
    assert.is_not_nil(value, tostring(facts))
    assert.equal(200, facts.status)
  end)
end

return operation
