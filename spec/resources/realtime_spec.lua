-- Realtime calls: the two bodies of an offer, and the call that its answer
-- leads to.

local exchange = require "spec.support.exchange"
local multipart = require "spec.support.multipart"
local oai = require "oai"

local OFFER, ANSWER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\n", "v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\n"

local function answering(location)
  return { status = 201, body = ANSWER, headers = { ["content-type"] = "application/sdp", location = location } }
end

local CALL = answering "/v1/realtime/calls/rtc_1"

local function create(params, reply)
  local call
  local requests, answer, facts = exchange.run({ reply or CALL, {}, {}, {}, {} }, function(client)
    local answer, facts, made = client.realtime.calls:create(params)
    call = made
    return answer, facts
  end)
  return requests[1], answer, facts, call
end

describe("realtime.calls.create", function()
  it("sends an offer alone as it is", function()
    local request, answer, facts = create { sdp = OFFER }
    assert.equal("POST /v1/realtime/calls", request.method .. " " .. request.path)
    assert.equal("application/sdp", request.header["content-type"])
    assert.equal("application/sdp", request.header.accept)
    assert.equal(OFFER, request.body)
    assert.equal(ANSWER, answer)
    assert.equal(201, facts.status)
  end)

  it("sends a session beside it, in parts that are no files", function()
    local request, answer = create { sdp = OFFER, session = { type = "realtime", model = "m", tools = {} } }
    assert.equal("application/sdp", request.header.accept)
    assert.truthy(request.header["content-type"]:find("^multipart/form%-data; boundary="))
    local parts = {}
    for _, part in ipairs(multipart.parts(request)) do
      parts[part.name] = part
    end
    assert.same({ name = "sdp", content_type = "application/sdp", data = OFFER }, parts.sdp)
    assert.equal("application/json", parts.session.content_type)
    assert.is_nil(parts.session.filename)
    assert.same({ type = "realtime", model = "m", tools = {} }, require("cjson").decode(parts.session.data))
    assert.truthy(parts.session.data:find('"tools":[]', 1, true))
    assert.equal(ANSWER, answer)
  end)

  it("needs an offer", function()
    local client = oai.client { api_key = "sk-x", base_url = "http://127.0.0.1:1/v1" }
    for _, params in ipairs { {}, { session = { type = "realtime" } } } do
      local done, message = pcall(client.realtime.calls.create, client.realtime.calls, params)
      assert.is_false(done)
      assert.truthy(message:find("realtime.calls.create: sdp", 1, true), message)
    end
  end)

  it("says where a session is not UTF-8", function()
    local client = oai.client { api_key = "sk-x", base_url = "http://127.0.0.1:1/v1" }
    local answer, err = client.realtime.calls:create { sdp = OFFER, session = { instructions = "\255" } }
    assert.is_nil(answer)
    assert.equal("bad_request", err.kind)
    assert.truthy(tostring(err):find("session.instructions", 1, true), tostring(err))
  end)

  it("changes none of its parameters", function()
    local params = { sdp = OFFER, session = { type = "realtime" } }
    create(params)
    assert.same({ sdp = OFFER, session = { type = "realtime" } }, params)
  end)

  for _, location in ipairs { "/v1/realtime/calls/rtc_1", "https://h/v1/realtime/calls/rtc_1?x=1", "rtc_1",
    "/v1/realtime/calls/rtc_1/?next=a/b" } do
    it("returns the call as well, of " .. location, function()
      local _, _, _, call = create({ sdp = OFFER }, answering(location))
      assert.equal("oai.RealtimeCall rtc_1", tostring(call))
    end)
  end

  it("returns no call when the server does not say which", function()
    local _, answer, _, call = create({ sdp = OFFER }, answering(nil))
    assert.equal(ANSWER, answer)
    assert.is_nil(call)
  end)

  it("returns errors as they are", function()
    local _, answer, err, call = create({ sdp = OFFER },
      { status = 400, json = { error = { message = "no offer", code = "bad" } } })
    assert.is_nil(answer)
    assert.equal("no offer", err.message)
    assert.equal("realtime.calls.create", err.operation)
    assert.is_nil(call)
  end)
end)

describe("a realtime call", function()
  it("has the methods of its resource", function()
    local requests = exchange.run({ CALL, {}, {}, {}, {} }, function(client)
      local _, _, call = client.realtime.calls:create { sdp = OFFER, session = { type = "realtime" } }
      assert.is_true(assert(call:accept { type = "realtime", model = "m" }))
      assert.is_true(assert(call:refer { target_uri = "tel:+1" }))
      assert.is_true(assert(call:reject { status_code = 486 }))
      return call:hangup()
    end)
    assert.same({ "POST /v1/realtime/calls", "POST /v1/realtime/calls/rtc_1/accept",
      "POST /v1/realtime/calls/rtc_1/refer", "POST /v1/realtime/calls/rtc_1/reject",
      "POST /v1/realtime/calls/rtc_1/hangup" }, exchange.lines(requests))
    assert.same({ type = "realtime", model = "m" }, exchange.body(requests[2]))
    assert.equal("*/*", requests[2].header.accept)
    assert.equal("", requests[5].body)
    assert.is_nil(requests[5].header["content-type"])
  end)

  it("may be known by its id alone, as from a webhook", function()
    local requests, done = exchange.run({ {} }, function(client)
      return client.realtime.calls:at("rtc_2"):reject()
    end)
    assert.is_true(done)
    assert.same({ "POST /v1/realtime/calls/rtc_2/reject" }, exchange.lines(requests))
    assert.equal("{}", requests[1].body)
  end)
end)

describe("realtime secrets", function()
  it("are made for calls and for translations", function()
    local requests = exchange.run({ { json = { value = "ek_1" } }, { json = { value = "ek_2" } } }, function(client)
      assert.equal("ek_1", assert(client.realtime.client_secrets:create { session = { type = "realtime" } }).value)
      return client.realtime.translations.client_secrets:create { session = { model = "m" } }
    end)
    assert.same({ "POST /v1/realtime/client_secrets", "POST /v1/realtime/translations/client_secrets" },
      exchange.lines(requests))
  end)
end)
