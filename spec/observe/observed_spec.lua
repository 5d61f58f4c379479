-- What a hook is told: nothing that is private, and no secret.

local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()
local told_client = require "spec.support.told_client"

local ANSWER, FAILS, ASKED = told_client.ANSWER, told_client.FAILS, told_client.ASKED
local told_of = told_client.told_of

describe("what a hook is told", function()
  it("shows nothing that is private, and of errors neither header nor body", function()
    local client = connect.to(server:scenario { replies = { FAILS, { fault = "close" }, ANSWER } })
    local told = told_of(client)
    assert(client.chat.completions:create(ASKED))
    for _, one in ipairs(told) do
      local text = oai.dump(one)
      assert.is_nil(text:find("a word of mine", 1, true) or text:find("%f[%w_]_%l") or text:find("%f[%w]body"))
    end
    local failed, broken = told[3].error, told[5].error
    assert.same({ "server", "oops", 500, "req_1" }, { failed.kind, failed.message, failed.status, failed.request_id })
    assert.is_nil(failed.body or failed.headers or broken.body)
    assert.truthy(tostring(broken):find("connection", 1, true))
  end)

  it("shows no secret of an attempt that failed, even before anybody has seen the error", function()
    local reply = { headers = { ["x-request-id"] = "the-word-of-a-header" }, content_length = 99,
      steps = { { write = "0123456789" }, { close = true } } }
    local client = connect.to(server:scenario { replies = { reply } }, { max_retries = 0,
      headers = { ["X-Api-Key"] = "the-word-of-a-header" } })
    local told = told_of(client)
    assert.is_nil(client.chat.completions:create(ASKED))
    assert.equal("***", told[2].error.request_id)
    assert.equal("***", told[2].request_id)
  end)

  it("shows no secret that a server repeats in the id of a reply", function()
    local reply = { status = 400, headers = { ["x-request-id"] = "a-word%20of%20a%20header" }, json = { error = {} } }
    local client = connect.to(server:scenario { replies = { reply } }, { max_retries = 0,
      headers = { ["X-Api-Key"] = "a-word of a header" } })
    local told = told_of(client)
    assert.is_nil(client.chat.completions:create(ASKED))
    assert.equal("***", told[2].request_id)
  end)

  it("shows neither key nor query of a path that has no method", function()
    local scene = server:scenario { replies = { ANSWER, ANSWER } }
    local client = connect.to(scene, { api_key = "sk-a-word-of-mine" })
    local told = told_of(client)
    assert(client:request("GET", "/of/sk-a-word-of-mine?sig=another#part"))
    assert(client:request("GET", scene.base_url .. "/whole?sig=another"))
    assert.equal("/of/***", told[2].template)
    assert.truthy(told[4].template:find "^/.*/whole$")
    for _, one in ipairs(told) do
      assert.is_nil((oai.dump(one) .. oai.dump(one:attributes())):find "another")
    end
  end)
end)
