-- Webhooks, with a client and without: which are from the API, and what they
-- say. Facts are in spec/support/facts/webhook.lua, and in the vectors beside
-- the checkout.

local clock_at = require "spec.support.clock_at"
local exchange = require "spec.support.exchange"
local facts = require "spec.support.facts.webhook"
local oai = require "oai"
local shared = require "spec.support.shared"
local shared_vectors = require "spec.support.shared_vectors"

local GOOD = facts.event

local function header_of(case)
  return { ["Webhook-Id"] = case.id, ["Webhook-Timestamp"] = case.timestamp, ["Webhook-Signature"] = case.signature }
end

local function client_with(secret)
  return oai.client { api_key = false, webhook_secret = secret }
end

local function verify(case, headers, secret)
  return clock_at(case.now, function()
    return oai.webhooks.verify_signature(case.body, headers or header_of(case), secret or case.secret, case.tolerance)
  end)
end

local function unwrap(case, headers, secret)
  return clock_at(case.now, function()
    return oai.webhooks.unwrap(case.body, headers or header_of(case), secret or case.secret, case.tolerance)
  end)
end

local function assert_outcome(reason, done, err)
  if not reason then
    assert.is_true(done, tostring(err))
    return
  end
  assert.is_nil(done)
  assert.equal(reason, err.reason)
  assert.equal(reason == "bad_secret" and "authentication" or "signature", err.kind)
end

--- A webhook of this body, signed with the raw secret.
local function signed(body, id)
  local digest, base64 = require "oai.codec.digest", require "oai.codec.base64"
  local signature = base64.encode(digest.hmac("a secret", (id or "wh_1") .. ".1750000000." .. body))
  return { now = 1750000000, secret = "a secret", body = body, id = id or "wh_1", timestamp = "1750000000",
    signature = "v1," .. signature }
end

describe("a webhook", function()
  for _, case in ipairs(facts.cases) do
    it(("is %s with %s"):format(case.reason and "refused" or "taken", case.name), function()
      local done, err = verify(case)
      assert_outcome(case.reason, done, err)
      if err then
        assert.equal("webhooks.verify_signature", err.operation)
        assert.is_nil(tostring(err):find(case.secret, 1, true))
      end
      local client = client_with(case.secret)
      assert_outcome(case.reason, clock_at(case.now, function()
        return client.webhooks:verify_signature(case.body, header_of(case), nil, case.tolerance)
      end))
    end)
  end

  it("says which field it lacks", function()
    for key, name in pairs { id = "webhook-id", timestamp = "webhook-timestamp", signature = "webhook-signature" } do
      local case = {}
      for field, value in pairs(GOOD) do
        case[field] = field ~= key and value or nil
      end
      local _, err = verify(case)
      assert.equal(name, err.param)
      assert.truthy(tostring(err):find(name, 1, true))
    end
  end)

  it("is an event", function()
    local event = assert(unwrap(GOOD))
    assert.equal("response.completed", event.type)
    assert.equal("resp_123", event.data.id)
    local client = client_with(GOOD.secret)
    assert.same(event, clock_at(GOOD.now, function()
      return assert(client.webhooks:unwrap(GOOD.body, header_of(GOOD)))
    end))
  end)

  it("that is not from the API is not decoded", function()
    local event, err = unwrap(signed "no event", nil, "another secret")
    assert.is_nil(event)
    assert.equal("no_match", err.reason)
    assert.equal("webhooks.unwrap", err.operation)
  end)
end)

describe("the event of a webhook", function()
  it("may be of a type that nobody knows", function()
    local event = assert(unwrap(signed '{"type":"something.new","data":{"id":"x_1","more":[1,null]},"extra":{}}'))
    assert.equal("something.new", event.type)
    assert.equal(1, event.data.more[1])
  end)

  for what, body in pairs { ["no JSON"] = "no", ["null"] = "null", ["a text"] = '"text"', ["nothing"] = "",
    ["cut"] = '{"type":"a"' } do
    it(("is an error where the body is %s"):format(what), function()
      local event, err = unwrap(signed(body))
      assert.is_nil(event)
      assert.equal("decode", err.kind)
      assert.equal(body, err.body)
      assert.is_true(verify(signed(body)))
    end)
  end

  it("has any bytes signed", function()
    assert.is_true(verify(signed("a\0b\255", "wh.with.dots")))
    assert.is_true(verify(signed(("x"):rep(1000000), "")))
  end)
end)

--- The header as lua-http has it.
local function http_headers(case)
  local fields = { ["webhook-id"] = case.id, ["webhook-timestamp"] = case.timestamp,
    ["webhook-signature"] = case.signature }
  return setmetatable({}, { __index = { get = function(_, name)
    return fields[name]
  end } })
end

local SHAPES = {
  ["lower case"] = function(case)
    return { ["webhook-id"] = case.id, ["webhook-timestamp"] = case.timestamp, ["webhook-signature"] = case.signature,
      host = "a", [1] = 5, [2] = "no field" }
  end,
  ["upper case"] = function(case)
    return { ["WEBHOOK-ID"] = case.id, ["WEBHOOK-TIMESTAMP"] = case.timestamp, ["WEBHOOK-SIGNATURE"] = case.signature }
  end,
  ["CGI's variables"] = function(case)
    return { HTTP_WEBHOOK_ID = case.id, HTTP_WEBHOOK_TIMESTAMP = case.timestamp,
      HTTP_WEBHOOK_SIGNATURE = case.signature, REQUEST_METHOD = "POST" }
  end,
  ["lists of values"] = function(case)
    return { ["Webhook-Id"] = { case.id }, ["Webhook-Timestamp"] = { case.timestamp, case.timestamp },
      ["Webhook-Signature"] = { "v1,other", case.signature } }
  end,
  ["lines"] = function(case)
    return { "Host: a", "Webhook-Id: " .. case.id, "webhook-timestamp:" .. case.timestamp .. "\r",
      "WEBHOOK-Signature : " .. case.signature }
  end,
  ["pairs"] = function(case)
    return { { "Host", "a" }, { "Webhook-Id", case.id }, { "Webhook-Timestamp", case.timestamp },
      { "Webhook-Signature", case.signature } }
  end,
  ["named pairs"] = function(case)
    return { { name = "Webhook-Id", value = case.id }, { name = "Webhook-Timestamp", value = case.timestamp },
      { name = "Webhook-Signature", value = case.signature } }
  end,
  ["an object of lua-http"] = http_headers,
  ["a table with a rule of its own"] = function(case)
    local fields = { ["webhook-id"] = case.id, ["webhook-timestamp"] = case.timestamp,
      ["webhook-signature"] = case.signature }
    return setmetatable({}, { __index = fields })
  end,
}

describe("the header of a webhook", function()
  for what, shape in pairs(SHAPES) do
    it("may be " .. what, function()
      assert(verify(GOOD, shape(GOOD)))
    end)
  end

  it("names an id once, and a time", function()
    for _, name in ipairs { "Webhook-Id", "Webhook-Timestamp" } do
      local headers = header_of(GOOD)
      headers[name] = { headers[name], "1" }
      local _, err = verify(GOOD, headers)
      assert.equal("repeated_header", err.reason)
      assert.equal(name:lower(), err.param)
    end
  end)

  it("names them once, however that is written", function()
    for _, other in ipairs { "webhook-id", "WEBHOOK-ID", "HTTP_WEBHOOK_ID" } do
      local headers = header_of(GOOD)
      headers[other] = "another"
      local _, err = verify(GOOD, headers)
      assert.equal("repeated_header", err.reason)
      headers[other] = GOOD.id
      assert.is_true(verify(GOOD, headers))
    end
  end)

  it("may have many signatures, which cost little more than one", function()
    local many, other = {}, "v1," .. ("B"):rep(43) .. "="
    for i = 1, 64 do
      many[i] = other
    end
    local function steps_of(signatures)
      local steps, headers = 0, header_of(GOOD)
      headers["Webhook-Signature"] = table.concat(signatures, " ")
      debug.sethook(function()
        steps = steps + 1
      end, "", 1)
      local done = verify(GOOD, headers)
      debug.sethook()
      assert.is_true(done)
      return steps
    end
    verify(GOOD)
    local one = steps_of { GOOD.signature }
    many[65] = GOOD.signature
    assert.is_true(steps_of(many) < 1.1 * one + 10)
  end)

  it("may be empty", function()
    local _, err = verify(GOOD, {})
    assert.equal("missing_header", err.reason)
  end)
end)

describe("the secret of a webhook", function()
  local OTHER = "whsec_Zm9v"

  it("may be one of several", function()
    for _, secrets in ipairs { { GOOD.secret }, { OTHER, GOOD.secret }, { GOOD.secret, OTHER } } do
      assert(verify(GOOD, nil, secrets))
      local client = client_with(secrets)
      assert(clock_at(GOOD.now, function()
        return client.webhooks:verify_signature(GOOD.body, header_of(GOOD))
      end))
    end
    local _, err = verify(GOOD, nil, { OTHER, "another" })
    assert.equal("no_match", err.reason)
  end)

  it("may be in a file, or come from a function, which is asked each time", function()
    local path, asked = os.tmpname(), 0
    local file = assert(io.open(path, "w"))
    file:write(GOOD.secret, "\n")
    file:close()
    assert(verify(GOOD, nil, { file = path }))
    assert(verify(GOOD, nil, { OTHER, { file = path } }))
    os.remove(path)
    local client = client_with(function()
      asked = asked + 1
      return asked == 1 and OTHER or { OTHER, GOOD.secret }
    end)
    local function check()
      return clock_at(GOOD.now, function()
        return client.webhooks:verify_signature(GOOD.body, header_of(GOOD))
      end)
    end
    assert.is_nil(check())
    assert.is_true(check())
  end)

  it("that is given goes before the client's, and a copy has its own", function()
    local client = client_with(OTHER)
    clock_at(GOOD.now, function()
      assert.is_nil(client.webhooks:verify_signature(GOOD.body, header_of(GOOD)))
      assert.is_true(client.webhooks:verify_signature(GOOD.body, header_of(GOOD), GOOD.secret))
      local copy = client:with { webhook_secret = GOOD.secret }
      assert.is_true(copy.webhooks:verify_signature(GOOD.body, header_of(GOOD)))
      assert.is_true(copy:with({ timeout = 5 }).webhooks:verify_signature(GOOD.body, header_of(GOOD)))
    end)
  end)

  it("is missed", function()
    for _, check in ipairs { oai.webhooks.unwrap, oai.webhooks.verify_signature } do
      local done, err = check(GOOD.body, header_of(GOOD))
      assert.is_nil(done)
      assert.equal("authentication", err.kind)
      assert.equal("no_secret", err.reason)
      assert.truthy(err.message:find("OPENAI_WEBHOOK_SECRET", 1, true))
    end
    local _, err = client_with(nil).webhooks:unwrap(GOOD.body, header_of(GOOD))
    assert.equal("no_secret", err.reason)
  end)

  for what, secret in pairs { ["empty"] = " ", ["in no file"] = { file = "/nowhere" }, ["of two lines"] = "a\nb" } do
    it("is an error where it is " .. what, function()
      local _, err = verify(GOOD, nil, secret)
      assert.equal("authentication", err.kind)
      assert.equal("bad_secret", err.reason)
    end)
  end

  for place, secret in pairs { ["'/nowhere': "] = { file = "/nowhere" }, OAI_NO_SUCH = { env = "OAI_NO_SUCH" } } do
    it("is an error that says where it was looked for: " .. place, function()
      local _, err = verify(GOOD, nil, { GOOD.secret, secret })
      assert.truthy(err.message:find(place, 1, true), err.message)
    end)
  end

  it("is forgotten by a client that is closed", function()
    local client = client_with(GOOD.secret)
    client:close()
    local _, err = client.webhooks:verify_signature(GOOD.body, header_of(GOOD))
    assert.equal("authentication", err.kind)
  end)
end)

describe("a header of numbers", function()
  it("is read as texts are", function()
    local case = signed("{}", "5")
    assert.is_true(verify(case, { ["webhook-id"] = 5, ["webhook-timestamp"] = 1750000000,
      ["webhook-signature"] = case.signature }))
  end)
end)

describe("wrong use of webhooks", function()
  for what, call in pairs {
    ["a body that was decoded"] = function()
      oai.webhooks.unwrap({}, {}, "s")
    end,
    ["a colon"] = function()
      oai.webhooks:unwrap("", {})
    end,
    ["no headers"] = function()
      oai.webhooks.unwrap("", nil, "s")
    end,
    ["a tolerance that is no number"] = function()
      oai.webhooks.verify_signature("", {}, "s", "5")
    end,
    ["a tolerance that is none"] = function()
      oai.webhooks.verify_signature("", {}, "s", 0 / 0)
    end,
    ["an object that has no header"] = function()
      oai.webhooks.verify_signature("", io.stdout, "s")
    end,
    ["a name that is not there"] = function()
      oai.webhooks.unwarp("", {})
    end,
    ["a secret that is none"] = function()
      oai.webhooks.verify_signature("", {}, 5)
    end,
    ["secrets of which one is none"] = function()
      oai.webhooks.verify_signature("", {}, { "a", {} })
    end,
    ["a list of nothing"] = function()
      oai.webhooks.verify_signature("", {}, {})
    end,
    ["an option that is no secret"] = function()
      client_with(5)
    end,
    ["an option that is a place of none"] = function()
      client_with { env = 5 }
    end,
    ["a dot"] = function()
      client_with("s").webhooks.unwrap("", {})
    end,
    ["a subject of nothing"] = function()
      client_with("s").webhooks:subject(nil)
    end,
  } do
    it("is raised: " .. what, function()
      local done, message = pcall(call)
      assert.is_false(done)
      assert.truthy(message:find("webhooks_spec.lua:%d+: oai: "), message)
    end)
  end
end)

describe("what a webhook is about", function()
  for type_name, line in pairs {
    ["response.completed"] = "GET /v1/responses/x_1", ["response.something"] = "GET /v1/responses/x_1",
    ["batch.failed"] = "GET /v1/batches/x_1", ["fine_tuning.job.succeeded"] = "GET /v1/fine_tuning/jobs/x_1",
    ["video.completed"] = "GET /v1/videos/x_1", ["agent.session.idle"] = "GET /v1/agents/sessions/x_1",
    ["agent.environment.ready"] = "GET /v1/agents/environments/x_1",
    ["safety.alert.created"] = "GET /v1/safety/alerts/x_1",
  } do
    it(("is retrieved: %s"):format(type_name), function()
      local requests, found = exchange.run({ { json = { id = "x_1" } } }, function(client)
        return client.webhooks:subject { type = type_name, data = { id = "x_1" } }
      end)
      assert.equal("x_1", found.id)
      assert.same({ line }, exchange.lines(requests))
    end)
  end

  for message, event in pairs { ["retrieved by an id alone"] = { type = "eval.run.failed", data = { id = "x" } },
    ["the event 'response.completed' has no 'data.id'"] = { type = "response.completed" },
    ["the event 'batch.failed' has no 'data.id' that can be one"] = { type = "batch.failed", data = { id = "a/../b" } },
    ["the event has no 'type'"] = {} } do
    it("is not known, and why: " .. message, function()
      local _, err = client_with("s").webhooks:subject(event)
      assert.truthy(err.message:find(message, 1, true), err.message)
    end)
  end

  for what, event in pairs { ["is of a type without"] = { type = "eval.run.failed", data = { id = "x" } },
    ["has no id"] = { type = "response.completed", data = {} }, ["has no type"] = { data = { id = "x" } },
    ["is empty"] = {}, ["has an id that is none"] = { type = "response.completed", data = { id = 5 } } } do
    it("is not known where the event " .. what, function()
      local found, err = client_with("s").webhooks:subject(event)
      assert.is_nil(found)
      assert.equal("webhooks.subject", err.operation)
    end)
  end
end)

--- The reasons of this library, by the messages that the vectors have.
local SAID = {
  ["Webhook timestamp is too old"] = "too_old", ["Webhook timestamp is too new"] = "too_new",
  ["Invalid webhook timestamp format"] = "bad_timestamp",
}

shared_vectors.describe("webhooks", function(vectors)
  for _, case in ipairs(vectors.cases) do
    case = shared_vectors.plain(case)
    it(case.name, function()
      local given = { ["content-type"] = "application/json" }
      for name, value in pairs(case.headers) do
        given[name] = value
      end
      local done, err = clock_at(case.now, function()
        return oai.webhooks.verify_signature(case.payload, given, case.secret, case.tolerance)
      end)
      local expected = case.error and (SAID[case.error:match ": (.*)$"]
        or case.error:find "Could not find" and "missing_header" or case.error:find "secret must" and "no_secret")
      assert.equal(case.error == nil, done == true)
      assert.equal(expected or nil, err and err.reason)
    end)
  end
end)

-- Types of events about what no single id retrieves.
local WITHOUT_SUBJECT = { ["eval.run"] = true, ["live.call"] = true, ["live.transport"] = true,
  ["realtime.call"] = true, safety_identifier = true, safety = true, ["safety.org_alert"] = true }

--- The types that an API file has, and a list of others'.
local function all_types(events)
  local names, types = shared "vectors/event_names", {}
  for _, event in ipairs(events.webhooks) do
    types[event.type] = true
  end
  for _, name in ipairs(names and names.webhooks or {}) do
    types[name] = true
  end
  return types
end

describe("the types of webhooks", function()
  local events = shared "api-2026-11/events"
  if not events then
    return pending("are not there")
  end
  for name in pairs(all_types(events)) do
    it(("have %s"):format(name), function()
      local event = assert(unwrap(signed(('{"type":"%s","data":{"id":"x_1"}}'):format(name))))
      assert.equal(name, event.type)
      local requests, found, err = exchange.run({ { json = { id = "x_1" } } }, function(client)
        return client.webhooks:subject(event)
      end)
      if WITHOUT_SUBJECT[name:match "^(.*)%."] then
        assert.equal("bad_request", err.kind)
      else
        assert.equal("x_1", found.id)
        assert.equal(1, #requests)
      end
    end)
  end
end)
