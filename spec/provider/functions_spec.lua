-- What a provider's functions are told of an attempt, and what comes of what
-- they return.

local own_provider = require "spec.support.own_provider"
local server = require("spec.support.server").start {}

local at, sent = own_provider.at, own_provider.sent
local EMPTY, FAILED = own_provider.EMPTY, own_provider.FAILED

describe("a provider's credential", function()
  it("is asked for at each attempt, and told of it", function()
    local scene = server:scenario { replies = { FAILED, EMPTY } }
    local told = {}
    local client = at(scene, { credential = function(request)
      told[#told + 1] = request
      return "token-" .. request.attempt
    end }, { max_retries = 1, total_timeout = 20 })
    assert(client.models:list { a = 1 })
    assert.equal("12", sent(scene))
    assert.same({ "models.list", "GET", scene.base_url .. "/models?a=1", 1 },
      { told[1].operation, told[1].method, told[1].url, told[1].attempt })
    assert.is_true(told[1].timeout <= 20 and told[2].timeout < told[1].timeout)
    assert.is_nil(told[1].body)
  end)

  local SECONDS = "the provider 'own' gave a credential, and behind it no number of seconds from 0 on: "

  for what, case in pairs {
    ["nothing"] = { nil, nil, "the provider 'own' gave nothing by its function 'credential'" },
    ["a reason"] = { nil, "the vault is sealed", "the provider 'own' has no credential: the vault is sealed" },
    ["a number"] = { 5, nil, "the provider 'own' gave no credential, but a number" },
    ["no place"] = { { fil = "x" }, nil, "the provider 'own' gave no credential, but a table" },
    ["an empty text"] = { "", nil, "the provider 'own' has a credential that is empty" },
    ["a variable that is not set"] = { { env = "OAI_SPEC_UNSET" }, nil,
      "the provider 'own' has a credential that is empty: environment variable OAI_SPEC_UNSET" },
    ["a file that is not there"] = { { file = "/nowhere/key" }, nil,
      "the provider 'own' has a credential that cannot be read: '/nowhere/key': No such file or directory" },
    ["nothing for a time"] = { nil, 3600, "the provider 'own' gave nothing by its function 'credential'" },
    ["for a text"] = { "k", "3600", SECONDS .. "string" },
    ["for less than no time"] = { "k", -5, SECONDS .. "-5" },
    ["for no number"] = { "k", 0 / 0, SECONDS .. tostring(0 / 0) },
    ["for a table"] = { "k", {}, SECONDS .. "table" },
    ["two lines"] = { "a\nb", nil, "the provider 'own' has a credential that holds a control character" },
  } do
    it("that is " .. what .. " is an error, and nothing is sent", function()
      local scene = server:scenario { replies = { EMPTY } }
      local client = at(scene, { credential = function()
        return case[1], case[2]
      end }, { max_retries = 2 })
      local value, err = client.models:list()
      assert.is_nil(value)
      assert.same({ "authentication", case[3], 1 }, { err.kind, err.message, err.attempts })
      assert.equal(0, #scene:requests())
    end)
  end

  it("is made by requests of its own, in which nothing is the client's, on the same origin too", function()
    local scene = server:scenario { replies = { { json = { token = "token-7" } }, EMPTY } }
    local client = at(scene, { headers = { ["X-A"] = "1" }, query = { a = "1" }, credential = function(_, send)
      local reply = assert(send("POST", scene.base_url .. "/token", { grant = "x" }, { headers = { ["X-B"] = "2" } }))
      return reply.token, 60
    end }, { organization = "org" })
    assert(client.models:list())
    local first = scene:requests()[1]
    assert.same({ "POST", "", '{"grant":"x"}', "2" }, { first.method, first.query, first.body, first.header["x-b"] })
    for _, name in ipairs { "authorization", "x-a", "openai-organization", "x-stainless-retry-count" } do
      assert.is_nil(first.header[name])
    end
    assert.equal("7", scene:requests()[2].header.authorization:match ".$")
  end)

  it("is not asked for over a redirect", function()
    local scene = server:scenario { replies = { { status = 307, headers = { location = "{{base}}/elsewhere" } } } }
    local client = at(scene, { credential = function(_, send)
      return send("POST", scene.base_url .. "/token", {})
    end })
    local _, err = client.models:list()
    assert.same({ 307, "connection" }, { err.status, err.kind })
    assert.equal(1, #scene:requests())
  end)
end)

describe("a provider's signature", function()
  --- A client whose provider signs, and what that was told.
  local function signing(scene, fields, options)
    local told = {}
    local client = at(scene, { sign = function(request)
      told[#told + 1] = request
      return fields(request)
    end }, options)
    return client, told
  end

  it("is made of what is sent, for each attempt, and of nothing else", function()
    local scene = server:scenario { replies = { FAILED, { json = { id = "c" } } } }
    local client, told = signing(scene, function(request)
      return { Authorization = "Sig " .. request.attempt .. #request.body, ["content-type"] = "application/other" }
    end, { max_retries = 1 })
    assert(client.chat.completions:create { model = "m", messages = {} })
    for i, request in ipairs(scene:requests()) do
      assert.equal(told[i].body, request.body)
      assert.equal(scene.base_url .. "/chat/completions", told[i].url)
      assert.equal("Sig " .. i .. #request.body, request.header.authorization)
      assert.equal("application/other", request.header["content-type"])
      assert.same({ "application/json", tostring(i - 1) },
        { told[i].header["content-type"], told[i].header["x-stainless-retry-count"] })
    end
  end)

  it("is told of a form, whose bytes are not there yet", function()
    local scene = server:scenario { replies = { { json = { id = "f", object = "file" } } } }
    local client, told = signing(scene, function()
      return {}
    end)
    assert(client.files:create { file = { data = "x", filename = "f" }, purpose = "batch" })
    assert.is_true(told[1].form)
    assert.is_nil(told[1].body)
    assert.is_nil(scene:requests()[1].header.authorization)
  end)

  it("that cannot be made is an error", function()
    local scene = server:scenario { replies = { EMPTY } }
    local _, err = signing(scene, function()
      return nil, "no key"
    end).models:list()
    assert.same({ "authentication", "the provider 'own' could not sign the request: no key" },
      { err.kind, err.message })
    assert.equal(0, #scene:requests())
  end)

  for _, given in ipairs { "Sig x", 5, true, print } do
    it("that is a " .. type(given) .. " is an error", function()
      local scene = server:scenario { replies = { EMPTY } }
      local _, err = signing(scene, function()
        return given
      end).models:list()
      local message = ("the provider 'own' gave a %s by its function 'sign': it returns a table of header fields, "
        .. "such as { Authorization = signature }, or nil and a reason"):format(type(given))
      assert.same({ "authentication", message }, { err.kind, err.message })
      assert.equal(0, #scene:requests())
    end)
  end
end)
