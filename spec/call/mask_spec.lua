-- What servers and proxies say, without the secrets that were sent to them.

local addresses = require "spec.support.addresses"
local all_text = require "spec.support.all_text"
local cjson = require "cjson"
local core = require "oai.core"
local connect = require "spec.support.connect"
local mime = require "mime"
local oai = require "oai"
local server = require("spec.support.server").start { tls = true }
local without_place = require "spec.support.said"

local KEY, ADMIN = "sk-spec-0123456789-wxyz", "sk-spec-admin-6789-wxyz"
local OWN, COOKIE, QUERY = "own-0123456789-secret", "cookie-0123456789", "query-0123456789/x"
local SECRETS = { KEY, ADMIN, OWN, COOKIE, QUERY }

local function assert_masked(...)
  for i = 1, select("#", ...) do
    local text = all_text((select(i, ...)))
    for _, secret in ipairs(SECRETS) do
      assert.is_nil(text:find(secret, 1, true), text)
      assert.is_nil(text:find(mime.b64(secret):sub(5, -5), 1, true), text)
    end
  end
end

local function escaped(text)
  return (text:gsub("[^%w]", function(byte)
    return ("%%%02X"):format(byte:byte())
  end))
end

local ECHO = ("no: %s %s %s %s %s"):format(KEY, ADMIN, OWN, COOKIE, QUERY)
local HEADERS = { ["x-" .. ADMIN] = "1", ["www-authenticate"] = "Bearer " .. KEY,
  ["x-echo"] = "a=" .. OWN .. ", " .. ADMIN, ["x-request-id"] = "req_" .. KEY, ["content-type"] = "application/json" }

local function with(headers, reply)
  reply.headers = headers
  return reply
end

local REPLIES = {
  ["an error of the API's"] = { status = 401,
    json = { error = { message = ECHO, code = KEY, type = ADMIN, param = OWN } } },
  ["an error that is a text"] = { status = 400, json = { error = ECHO } },
  ["an error with JSON within JSON"] = { status = 400,
    json = { error = { message = cjson.encode { m = ECHO, k = QUERY } } } },
  ["an error that is no JSON"] = { status = 403, body = "<p>" .. ECHO },
  ["a long error that is no JSON"] = { status = 403, body = ("x"):rep(990) .. KEY .. ECHO },
  ["an error that is escaped"] = { status = 400, body = escaped(ECHO) .. mime.b64(KEY) },
  ["a busy server"] = { status = 503, body = ECHO },
  ["no JSON"] = { body = ECHO },
  ["a redirect that cannot be followed"] = { status = 302, body = ECHO },
}

describe("call.mask", function()
  --- A client with secrets of all kinds, and its log.
  local function client_to(scene, options)
    local lines = {}
    options = options or {}
    options.admin_api_key, options.max_retries, options.max_retry_delay = ADMIN, 1, 1
    options.headers = { ["X-Api-Key"] = OWN, Cookie = "a=b; session=" .. COOKIE }
    options.query = { ["api-key"] = QUERY, other = "1" }
    options.log = function(level, message)
      lines[#lines + 1] = level .. " " .. message
    end
    return connect.to(scene, options), lines
  end

  for _, loop in ipairs { "blocking", "frame" } do
    for name, reply in pairs(REPLIES) do
      it(("covers %s, %s"):format(name, loop), function()
        local scene = server:scenario { replies = { with(HEADERS, reply) }, repeat_last = true }
        local client, lines = client_to(scene, { loop = loop })
        local err
        local function ask()
          client:request("GET", "/organization/projects") -- has the core make the admin key
          err = select(2, client.models:list())
        end
        if loop == "frame" then
          local task = client:spawn(ask)
          while not task.done do
            client:update()
          end
        else
          ask()
        end
        assert.is_true(oai.is_error(err))
        assert_masked(err, lines)
        assert.truthy(all_text(err):find("***", 1, true))
        client:close()
      end)
    end
  end

  it("covers an error in a stream, and where a stream should be", function()
    for _, reply in ipairs {
      { headers = { ["content-type"] = "text/event-stream", ["x-echo"] = KEY },
        steps = { { write = "data: " .. cjson.encode { error = { message = ECHO, code = KEY } } .. "\n\n" } } },
      { headers = { ["content-type"] = "text/event-stream", ["x-echo"] = KEY },
        steps = { { write = "data: {" .. ECHO .. "\n\n" } } },
      { headers = { ["content-type"] = "text/event-stream", ["x-echo"] = KEY },
        steps = { { write = "event: error\ndata: \"" .. ECHO .. "\"\n\n" } } },
      { json = { error = { message = ECHO } }, headers = { ["x-echo"] = KEY } },
    } do
      local scene = server:scenario { replies = { reply } }
      local client, lines = client_to(scene)
      local value, err = client.chat.completions:create { model = "m", messages = {}, stream = true }
      if value then
        assert_masked(value.response)
        local _
        _, err = value:final()
      end
      assert_masked(err, lines)
      assert.truthy(all_text(err):find("***", 1, true))
    end
  end)

  it("covers a secret of which a message has room for a piece alone", function()
    local begun = KEY:sub(1, 9)
    for at = 960, 1000, 4 do
      local body = ("x"):rep(at) .. (KEY .. " "):rep(400) .. ("y"):rep(5000)
      local headers = { ["content-type"] = "text/event-stream" }
      local events = { headers = headers, steps = { { write = "data: {" .. body .. "\n\n" } } }
      local passed = { headers = headers, steps = { { write = body .. "\n\n" } } }
      for _, reply in ipairs { { status = 500, body = body }, { body = body }, events, passed } do
        local client, lines = client_to(server:scenario { replies = { reply }, repeat_last = true })
        client = client:with { max_retries = 0 }
        local value, err = client.chat.completions:create { model = "m", messages = {}, stream = reply.steps ~= nil }
        if value then
          err = select(2, value:final())
        end
        local text = all_text(err) .. table.concat(lines, "\n")
        assert.is_nil(text:find(begun, 1, true), err.message)
        assert.truthy(err.message:find(("x"):rep(900), 1, true))
        assert.truthy(err.message:find "%.%.%.$")
        client:close()
      end
    end
  end)

  it("looks through the body of an error once for each secret", function()
    local texts = {}
    local client = client_to(server:scenario { replies = { { status = 500, body = ("z"):rep(5000) } } })
    client = client:with { max_retries = 0 }
    local metatable = debug.getmetatable(core.credential "sk-spec-0123456789")
    local masks = metatable.__index.mask
    metatable.__index.mask = function(self, text, ...)
      if #text == 5000 then
        texts[self] = (texts[self] or 0) + 1
      end
      return masks(self, text, ...)
    end
    local _, err = client.models:list()
    metatable.__index.mask = masks
    assert.equal(5000, #err.body)
    local count = 0
    for _, times in pairs(texts) do
      count = count + 1
      assert.equal(1, times)
    end
    assert.equal(7, count) -- the cookie as a whole, and each value in it
  end)

  it("is quick with what a stream says, and leaves it as it is #timed", function()
    local text = "see a:b@c, not data:image/png;base64," .. ("A"):rep(3e5) .. ("a:"):rep(1e4)
    local scene = server:scenario { replies = { { headers = { ["content-type"] = "text/event-stream" },
      steps = { { write = "data: " .. cjson.encode { error = { message = text } } .. "\n\n" } } } } }
    local stream = connect.to(scene).chat.completions:create { model = "m", messages = {}, stream = true }
    local begun = os.clock()
    local _, err = stream:next()
    assert.equal(text, err.message)
    assert.is_true(os.clock() - begun < 2)
  end)

  it("covers the header of a success, and leaves its value alone", function()
    local scene = server:scenario { replies = { with(HEADERS, { json = { text = KEY } }) } }
    local value, facts = connect.to(scene):request("GET", "/x")
    assert.equal(KEY, value.text)
    assert.equal("Bearer ***", facts.headers["www-authenticate"])
    assert.equal("req_***", facts.request_id)
  end)

  it("covers a credential of the caller's own, and a function's", function()
    for _, options in ipairs {
      { headers = { Authorization = "Bearer " .. OWN } },
      { headers = { ["api-key"] = OWN }, api_key = false },
      { api_key = function()
        return OWN
      end },
    } do
      local scene = server:scenario { replies = { { status = 401, body = "bad: " .. OWN, headers = { x = OWN } } } }
      local _, err = connect.to(scene, options).models:list()
      assert_masked(err)
      assert.equal("bad: ***", err.message)
      scene = server:scenario { replies = { { status = 401, body = "bad: " .. OWN } } }
      _, err = connect.to(scene).models:list(nil, options)
      assert.equal("bad: ***", err.message)
    end
  end)

  it("covers what a foreign server says that a redirect led to", function()
    local foreign = server:scenario { replies = { { status = 500, body = ECHO } }, repeat_last = true }
    local scene = server:scenario { replies = { { status = 307,
      headers = { location = foreign:base_url_on("https1") .. "/" .. KEY } } }, repeat_last = true }
    local _, err = client_to(scene, { ca_file = server.ca_file }).models:list()
    assert.equal(500, err.status)
    assert_masked(err)
  end)

  it("covers the addresses of redirects that lead nowhere", function()
    for _, target in ipairs { "http://" .. KEY .. ".invalid/", "http://user:" .. KEY .. "@127.0.0.1:1/",
      "http://127.0.0.1:1/" .. KEY, "http://127.0.0.1:99999/" .. KEY, "gopher://" .. KEY } do
      local scene = server:scenario { replies = { { status = 302, headers = { location = target } } },
        repeat_last = true }
      local client, lines = client_to(scene)
      local _, err = client.models:list()
      assert_masked(err, lines)
    end
  end)

  it("shows no password of a proxy", function()
    for _, proxy in ipairs { "http://user:pass-word@127.0.0.1:%d", "http://user:pass-word@127.0.0.1:99999",
      "user:pass-word@nowhere.invalid:80", "gopher://user:pass-word@127.0.0.1:1", "http://user:pass-word@[::1" } do
      local lines = {}
      local client = oai.client { api_key = KEY, base_url = "http://127.0.0.1:1/v1", max_retries = 1,
        proxy = proxy:format(addresses.closed_port and addresses.closed_port() or 1),
        log = function(_, message)
          lines[#lines + 1] = message
        end }
      local _, err = client.models:list()
      local text = all_text { err, lines, tostring(client) }
      assert.is_nil(text:find("pass-word", 1, true), text)
    end
  end)

  it("covers what a proxy says of its password, which the option may hold escaped", function()
    local text = "no: pass/word-1, " .. mime.b64 "user:pass/word-1"
    local scene = server:wire { speaks = "http1", parts = { { steps = {
      ("HTTP/1.1 407 no\r\nContent-Length: %d\r\n\r\n%s"):format(#text, text) } } } }
    local client = oai.client { api_key = KEY, base_url = "http://127.0.0.1:1/v1", max_retries = 0,
      proxy = (scene.base_url:gsub("//", "//user:p%%61ss%%2Fword-1@"):gsub("/v1$", "")) }
    local _, err = client.models:list()
    scene:close()
    assert.equal(407, err.status)
    assert.is_nil(err.body:find("pass/word", 1, true), err.body)
    assert.is_nil(err.body:find(mime.b64("user:pass/word-1"):sub(1, 12), 1, true), err.body)
  end)

  it("shows no password of a URL", function()
    for _, call in ipairs {
      function()
        return oai.client { api_key = KEY, base_url = "http://user:pass-word@127.0.0.1:1/v1" }
      end,
      function()
        return oai.client({ api_key = KEY }):request("GET", "http://user:pass-word@127.0.0.1:1/v1")
      end,
      function()
        return oai.client({ api_key = KEY }):with { base_url = "http://user:pass-word@127.0.0.1:1/v1" }
      end,
    } do
      local done, message = pcall(call)
      assert.is_false(done)
      assert.is_nil(message:find("pass-word", 1, true), message)
    end
  end)

  it("makes each log line one line without escapes, and what an error prints", function()
    local scene = server:scenario { replies = { { status = 400,
      json = { error = { message = "bad\r\noai: error: forged \27[2J\194\155", code = "a\nb" } } } } }
    local client, lines = client_to(scene)
    local _, err = client.models:list()
    assert.equal("oai: models.list: 400 a\\nb: bad\\r\\noai: error: forged \\x1B[2J\\xC2\\x9B (request req_1)",
      without_place(err):gsub("request [%w_]+", "request req_1"))
    assert.equal("bad\r\noai: error: forged \27[2J\194\155", err.message)
    assert.equal(3, #lines)
    assert.truthy(lines[3]:find("forged", 1, true), lines[3])
    for _, line in ipairs(lines) do
      assert.is_nil(line:find "%c")
    end
  end)
end)
