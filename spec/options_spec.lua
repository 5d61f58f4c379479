-- Options: which there are, what they may be, and where they come from.

local environment = require "spec.support.environment"
local oai = require "oai"
local options = require "oai.options"

local ALL = { client = true, call = true, single = true }

local good = {
  { api_key = "sk" }, { api_key = false }, { api_key = print }, { api_key = { env = "X" } },
  { admin_api_key = { file = "/a" } }, { api_key = "the core\0says what is wrong with it" }, { save_to = "a\nb" },
  { base_url = "http://h" },
  { max_retries = 0 }, { max_retries = 5 }, { max_retries = 2.0 }, { timeout = 0 }, { timeout = 0.5 },
  { timeout = math.huge }, { headers = {} }, { query = {} }, { log = "debug" }, { log = print }, { verify = false }, {},
}

-- { options, what the message says }
local bad = {
  { { timeuot = 5 }, "unknown option 'timeuot'; did you mean 'timeout'?" },
  { { something = 5 }, "unknown option 'something'; parameters of the API stand in the table before the options$" },
  { { 5 }, "unknown option '1'; parameters" },
  { { deadline = "5" }, "option 'deadline' must be " },
  { { admin_key = "sk-1" }, "option 'admin_key' is called 'admin_api_key'$" },
  { { sink = "a" }, "option 'sink' is called 'save_to'$" },
  { { output = "a" }, "option 'output' is called 'save_to'$" },
  { { file = "a" }, "option 'file' is called 'save_to'$" },
  { { path = "a" }, "option 'path' is called 'save_to'$" },
  { { extra_headers = {} }, "option 'extra_headers' is called 'headers'$" },
  { { default_headers = {} }, "option 'default_headers' is called 'headers'$" },
  { { http_client = {} }, "unknown option 'http_client'; see the options proxy, ca_file and client_cert" },
  { { timeout = "5" }, "option 'timeout' must be a number of seconds from 0 on, got string" },
  { { timeout = -1 }, "option 'timeout' must be a number of seconds from 0 on, got %-1" },
  { { timeout = 0 / 0 }, "option 'timeout' must be a number of seconds" },
  { { max_retries = 1.5 }, "option 'max_retries' must be a whole number from 0 on, got 1.5" },
  { { max_retries = -1 }, "option 'max_retries' must be a whole number" },
  { { max_retries = math.huge }, "option 'max_retries' must be a whole number" },
  { { max_retries = "2" }, "option 'max_retries' must be a whole number from 0 on, got string" },
  { { base_url = 5 }, "option 'base_url' must be a string, got 5" },
  { { connect_timeout = 0 }, "option 'connect_timeout' must be a number of seconds from 0.001 on, got 0" },
  { { connect_timeout = 0.0005 }, "option 'connect_timeout' must be a number of seconds from 0.001 on, got " },
  { { http_version = "3" }, "option 'http_version' must be \"1.1\" or \"2\", got \"3\"" },
  { { max_reply_bytes = 0 }, "option 'max_reply_bytes' must be a whole number of bytes from 1 on, got 0" },
  { { max_event_bytes = 1.5 }, "option 'max_event_bytes' must be a whole number of bytes from 1 on, got 1.5" },
  { { attempt_timeout = -1 }, "option 'attempt_timeout' must be a number of seconds from 0 on, got %-1" },
  { { provider = "groq" }, "option 'provider' must be a table, got string; a name goes into 'profile'" },
  { { provider = 5 }, "option 'provider' must be a table, got 5$" },
  { { profile = 5 }, "option 'profile' must be a string or a table, got 5$" },
  { { headers = "X: 1" }, "option 'headers' must be a table, got string" },
  { { verify = "no" }, "option 'verify' must be a boolean, got string" },
  { { api_key = 5 }, "option 'api_key' must be a string, a function, a boolean or a table, got 5" },
  { { proxy = "http://a\r\nX-Evil: 1" }, "option 'proxy' must not hold a control character" },
  { { no_proxy = "a\nb" }, "option 'no_proxy' must not hold a control character" },
  { { api_key = {} }, "option 'api_key' must be a string, a function, { file = path } or { env = name }" },
  { { admin_api_key = { file = 5 } }, "option 'admin_api_key' must be a string, a function, { file = path }" },
  { { api_key = { file = "a\0b" } }, "option 'api_key' must not hold NUL" },
  { { api_key = { env = "A\0B" } }, "option 'api_key' must not hold NUL" },
  { { webhook_secret = { env = "A\0B" } }, "option 'webhook_secret' must be a string" },
  { { webhook_secret = { "a", 5 } }, "option 'webhook_secret' must be a string" },
}

local SECRET = { api_key = true, admin_api_key = true, webhook_secret = true }

-- What C would take for the text before the NUL.
for _, option in ipairs(options.list) do
  if option.types[1] == "string" and not option.choices and not SECRET[option.name] then
    bad[#bad + 1] = { { [option.name] = "a\0b" }, ("option '%s' must not hold NUL"):format(option.name) }
  end
end

describe("options", function()
  after_each(environment.restore)

  describe("check", function()
    for i, given in ipairs(good) do
      it(("lets options %d pass"):format(i), function()
        assert.has_no_error(function()
          options.check(given, "client", ALL)
        end)
      end)
    end

    for i, fact in ipairs(bad) do
      it(("refuses options %d"):format(i), function()
        local done, message = pcall(options.check, fact[1], "client", ALL)
        assert.is_false(done)
        assert.truthy(message:find("oai: client: " .. fact[2]), message)
      end)
    end

    it("never repeats a value of a wrong type that may be a secret", function()
      local _, message = pcall(options.check, { timeout = "sk-secret" }, "client", ALL)
      assert.is_nil(message:find("sk-secret", 1, true))
    end)

    it("refuses what is no table", function()
      assert.error_matches(function()
        options.check("x", "files.list", ALL)
      end, "files.list: the options must be a table, got string")
    end)

    it("refuses an option in a wrong place", function()
      assert.error_matches(function()
        options.check({ proxy = "x" }, "client:with", { call = true })
      end, "option 'proxy' cannot be given here: it belongs to the connections")
      assert.error_matches(function()
        options.check({ save_to = "x" }, "client", { client = true, call = true })
      end, "option 'save_to' cannot be given here: it belongs to a single call")
    end)
  end)

  describe("resolve", function()
    local VARIABLES = { OPENAI_ORG_ID = "org", OPENAI_PROJECT_ID = "proj", OPENAI_BASE_URL = " http://e/x ",
      OPENAI_LOG = "info", OPENAI_API_KEY = "sk-secret", OPENAI_ADMIN_KEY = "sk-admin" }

    it("takes what is given, then the environment, then the default", function()
      environment.set(VARIABLES)
      local settings = options.resolve { organization = "mine", max_retries = 0 }
      assert.same({ "mine", "proj", "http://e/x", "info", 0, 600 }, { settings.organization, settings.project,
        settings.base_url, settings.log, settings.max_retries, settings.timeout })
    end)

    it("takes blank variables for unset ones", function()
      environment.set { OPENAI_BASE_URL = " \t", OPENAI_ORG_ID = "" }
      local settings = options.resolve {}
      assert.is_nil(settings.base_url)
      assert.is_nil(settings.organization)
    end)

    it("reads no secret into a string", function()
      environment.set(VARIABLES)
      local settings = options.resolve {}
      assert.is_nil(settings.api_key)
      assert.is_nil(settings.admin_api_key)
    end)

    it("has the defaults", function()
      environment.set {}
      local settings = options.resolve {}
      assert.same({ 2, 60, 5, 600, 600, 300 }, { settings.max_retries, settings.max_retry_delay,
        settings.connect_timeout, settings.timeout, settings.first_event_timeout, settings.idle_timeout })
      assert.is_nil(settings.total_timeout)
    end)

    it("keeps false", function()
      environment.set {}
      local settings = options.resolve { api_key = false, verify = false }
      assert.is_false(settings.api_key)
      assert.is_false(settings.verify)
    end)
  end)

  describe("merge", function()
    it("lets the second win and changes neither", function()
      local base, over = { a = 1, b = 2 }, { b = 3, c = false }
      assert.same({ a = 1, b = 3, c = false }, options.merge(base, over))
      assert.same({ { a = 1, b = 2 }, { b = 3, c = false } }, { base, over })
    end)

    it("takes what there is", function()
      assert.same({ a = 1 }, options.merge({ a = 1 }, nil))
      assert.same({ a = 1 }, options.merge(nil, { a = 1 }))
      assert.is_nil(options.merge(nil, nil))
    end)
  end)

  it("of a call are its own, false too, else the client's", function()
    local client = oai.client { api_key = "sk-1", max_retries = 7, resume = true }
    assert.equal(7, options.of_call(nil, client, "max_retries"))
    assert.equal(7, options.of_call({}, client, "max_retries"))
    assert.equal(1, options.of_call({ max_retries = 1 }, client, "max_retries"))
    assert.is_false(options.of_call({ resume = false }, client, "resume"))
    client:close()
  end)

  it("are copied with the tables in them, and their marks", function()
    local mark = {}
    local given = { list = { 1, { 2 } }, marked = setmetatable({ a = 1 }, mark), flag = false, log = print }
    local copy = options.copy(given)
    assert.same(given, copy)
    assert.equal(mark, getmetatable(copy.marked))
    given.list[2][1], given.marked.a = 3, 2
    assert.same({ list = { 1, { 2 } }, marked = { a = 1 }, flag = false, log = print }, copy)
    assert.equal("x", options.copy "x")
    assert.is_nil(options.copy(nil))
  end)

  it("are copied where a table is in them twice, or in itself", function()
    local given = { { 1 } }
    given.same, given.itself = given[1], given
    local copy = options.copy(given)
    assert.equal(copy, copy.itself)
    assert.equal(copy[1], copy.same)
    assert.is_not.equal(given[1], copy[1])
    for _ = 1, 100 do -- levels, each with all below it twice
      given = { given, given }
    end
    assert.is_table(options.copy(given))
  end)

  it("tells the transport's from the rest", function()
    environment.set {}
    local transport = { proxy = "p", no_proxy = "n", ca_file = "f", ca_path = "d", client_cert = "c", client_key = "k",
      unix_socket = "s", verify = false }
    assert.same(transport, options.transport(options.resolve(options.merge(transport, { timeout = 5, log = "off" }))))
  end)

  it("are told among the parameters, unless an operation has such a field", function()
    local client = require("oai").client { api_key = "sk-0" }
    for _, name in ipairs { "timeout", "total_timeout", "max_retries", "save_to", "on_done", "api_key", "project",
      "organization", "headers", "query" } do
      local done, message = pcall(client.files.create, client.files, { file = "a", purpose = "batch", [name] = 5 })
      assert.is_false(done)
      local says = ("files.create: '%s' is an option: options are the table after"):format(name)
      assert.truthy(message:find(says, 1, true), message)
    end
    local _, message = pcall(client.models.list, client.models, { query = { a = 1 } })
    assert.truthy(message:find("models.list: 'query' is an option", 1, true), message)
    _, message = pcall(client.vector_stores.search, client.vector_stores, "vs_1", { query = "a", headers = {} })
    assert.truthy(message:find("vector_stores.search: 'headers' is an option", 1, true), message)
    _, message = pcall(client.files.list, client.files, nil, { purpose = "batch" })
    assert.truthy(message:find("unknown option 'purpose'; parameters of the API stand in the table", 1, true), message)
    client:close()
  end)

  it("are told where they stand among the parameters as openai-python has them", function()
    local client = oai.client { api_key = "sk-1", base_url = "http://127.0.0.1:1" }
    for name, real in pairs { extra_headers = "headers", extra_query = "query", extra_body = "body" } do
      for _, given in ipairs { {}, { timeout = 1 } } do
        local _, message = pcall(client.responses.create, client.responses, { model = "m", [name] = {} }, given)
        assert.truthy(message:find(("responses.create: '%s' is the option '%s': options are"):format(name, real), 1,
          true), message)
      end
      local _, message = pcall(client.responses.create, client.responses, { model = "m", [name] = {} })
      assert.truthy(message:find(("'%s' is the option '%s'"):format(name, real), 1, true), message)
    end
    client:close()
  end)

  it("are no function", function()
    local _, message = pcall(options.check, print, "files.list", { single = true })
    assert.truthy(message:find("files.list: the options must be a table, got function; it is called where it is "
      .. "{ on_event = ... }, of a stream, or { on_done = ... }", 1, true), message)
    _, message = pcall(options.check, print, "client", { client = true })
    assert.truthy(message:find("the options must be a table, got function$"), message)
  end)

  it("knows no other name that is an option's, or of none", function()
    for other, real in pairs(options.other_names) do
      assert.has_error(function()
        options.check({ [other] = 1 }, "client", ALL)
      end)
      local is_real = false
      for _, option in ipairs(options.list) do
        assert.is_not.equal(other, option.name)
        is_real = is_real or option.name == real
      end
      assert.is_true(is_real, real)
    end
  end)

  it("lists every option once, with a scope", function()
    local seen = {}
    for _, option in ipairs(options.list) do
      assert.is_nil(seen[option.name], option.name)
      assert.is_true(ALL[option.scope], option.name)
      assert.is_true(#option.types > 0, option.name)
      seen[option.name] = true
    end
  end)
end)
