-- What has probably caused a failure of the transport, by libcurl's words.

local environment = require "spec.support.environment"
local likely = require "oai.call.likely"
local oai = require "oai"

local REFUSED = "Failed to connect to 127.0.0.1 port 9 after 0 ms: Couldn't connect to server"

local REFUSED_LATELY = "Failed to connect to 127.0.0.1:9 over proxy 127.0.0.1 after 0 ms: Could not connect to server"

local function told(kind, message, options)
  return likely.told(kind, message, { options = options or {},
    base_url = options and options.base_url or "http://h/v1" })
end

describe("call.likely", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  it("says what to do where no TLS is spoken, or a certificate is not trusted", function()
    for message, says in pairs {
      ["OpenSSL/3.0.19: error:0A00010B:SSL routines::wrong version number"] = "URL is to begin with http://",
      ["schannel: next InitializeSecurityContext failed: SEC_E_INVALID_TOKEN"] = "no TLS is spoken there",
      ["SSL certificate problem: self-signed certificate in certificate chain"] = "'ca_file' names one",
      ["SSL certificate problem: self signed certificate"] = "'ca_file' names one",
      ["SSL certificate problem: unable to get local issuer certificate"] = "'ca_file' names one",
    } do
      local all = told("tls", message)
      assert.equal(message .. " (", all:sub(1, #message + 2))
      assert.truthy(all:find(says, 1, true), all)
    end
    assert.truthy(told("connection", "Received HTTP/0.9 when not allowed"):find "%(no HTTP is spoken there%)$")
  end)

  it("says that an empty reply may have been of TLS, where none was spoken", function()
    assert.truthy(told("connection", "Empty reply from server"):find("is to begin with https://)", 1, true))
    local all = told("connection", "Empty reply from server", { base_url = "https://h/v1" })
    assert.equal("Empty reply from server", all)
  end)

  it("says which proxy was not reached, without what is secret, and whose it is", function()
    for _, case in ipairs {
      { { proxy = "http://user:secret@127.0.0.1:9" }, {}, REFUSED, "the option 'proxy'" },
      { { proxy = "127.0.0.1:9" }, {}, REFUSED, "the option 'proxy'" },
      { { proxy = "127.0.0.1:9" }, {}, REFUSED_LATELY, "the option 'proxy'" },
      { {}, { http_proxy = "http://user:secret@127.0.0.1:9/" }, REFUSED, "the variable http_proxy" },
      { { base_url = "https://h/v1" }, { HTTPS_PROXY = "http://127.0.0.1:9" }, REFUSED, "the variable HTTPS_PROXY" },
      { {}, { all_proxy = "socks5://127.0.0.1:9" }, REFUSED, "the variable all_proxy" },
    } do
      environment.set(case[2])
      local all = told("connection", case[3], case[1])
      assert.truthy(all:find("(the proxy '127.0.0.1:9", 1, true) and all:find("', of " .. case[4] .. ")", 1, true), all)
      assert.is_nil(all:find("secret", 1, true))
    end
    local all = told("connection", "Could not resolve proxy: proxy.invalid", { proxy = "http://proxy.invalid:9" })
    assert.truthy(all:find "%(the proxy 'proxy.invalid:9', of the option 'proxy'%)$", all)
  end)

  it("says that a body is not compressed as its header says", function()
    for _, words in ipairs { "Error while processing content unencoding: incorrect header check",
      "Unrecognized content encoding type. libcurl understands deflate, gzip content encodings." } do
      assert.truthy(told("decode", words):find "%(the server's Content%-Encoding is not what it sends%)$")
    end
  end)

  it("says what a base URL is to be where a server knows no such path", function()
    local function of(base_url, fields)
      local err = { status = 404, message = "404 page not found" }
      for name, value in pairs(fields or {}) do
        err[name] = value
      end
      return likely.of_place(err, { base_url = base_url })
    end
    for _, base in ipairs { "http://h:8080", "http://h/" } do
      assert.equal("perhaps 'base_url' is to end in /v1", of(base))
      assert.truthy(of(base, { status = 405, code = 405 }))
      assert.is_nil(of(base, { status = 500 }))
      assert.is_nil(of(base, { code = "model_not_found" }))
      assert.is_nil(of(base, { message = "The Model 'x' does not exist" }))
    end
    assert.equal("'base_url' is to be what stands before /chat/completions", of "http://h/v1/chat/completions")
    assert.equal("'base_url' is to be what stands before /responses", of "http://h/v1/responses/")
    for _, base in ipairs { "http://h/v1", "http://h/openai/v1/", "http://h/api/v3" } do
      assert.is_nil(of(base))
    end
  end)

  it("says nothing of a proxy where the server was not reached", function()
    environment.set { http_proxy = "http://127.0.0.1:3128" }
    assert.equal(REFUSED, told("connection", REFUSED))
    assert.equal(REFUSED, told("connection", REFUSED, { proxy = "127.0.0.1:9", base_url = "http://127.0.0.1:9/v1" }))
    local lately = "Failed to connect to 127.0.0.1:9 after 0 ms: Could not connect to server"
    assert.equal(lately, told("connection", lately, { proxy = "127.0.0.1:9", base_url = "http://127.0.0.1:9/v1" }))
    assert.equal("Timeout was reached", told("connection", "Timeout was reached", { proxy = "127.0.0.1:9" }))
  end)

  it("says over which unix socket", function()
    assert.truthy(told("connection", REFUSED, { unix_socket = "/a" }):find "%(over the unix socket '/a'%)$")
    assert.equal("x", told("io", "x", { unix_socket = "/a" }))
  end)

  it("is in the error of a call", function()
    local client = oai.client { api_key = "sk-1", base_url = "http://127.0.0.2:1/v1", proxy = "http://127.0.0.1:9",
      no_proxy = "", max_retries = 0 }
    local _, err = client.models:list()
    assert.truthy(err.message:find("(the proxy '127.0.0.1:9', of the option 'proxy')", 1, true), err.message)
    client:close()
  end)
end)
