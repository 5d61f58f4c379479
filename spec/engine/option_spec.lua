-- What libcurl is told at first, and what becomes of an option that it does not
-- know.

local libcurl = require "spec.support.libcurl"
local other_libcurl = require "spec.support.other_libcurl"
local server = require("spec.support.server").start()

local PROGRAM = [[
  local drive = require "spec.support.drive"
  local engine = drive.engine(drive.kinds[1], { %s })
  local exchange = drive.exchange({ base_url = %q })
  engine:start(exchange)
  local complete, kind, message, retryable = drive.finish(engine, exchange)
  assert(complete or kind == "limit" and not retryable)
  print(complete and exchange:read() or message)
  engine:close()
]]

--- What a call says of its end, and the last number that each option was set
--- to before it, by its number.
local function call(environment, options)
  local scene = server:scenario { replies = { { body = "ok" } } }
  local output, status, log = other_libcurl.run(environment, PROGRAM:format(options or "", scene.base_url))
  assert.equal(0, status, output)
  local numbers = {}
  for option, value in log:gmatch "option (%d+) (%-?%d+)\n" do
    numbers[tonumber(option)] = tonumber(value)
  end
  return output:match "^(.*)\n$", numbers
end

describe("options of libcurl", function()
  if other_libcurl.missing then
    it("are set", function()
      pending(other_libcurl.missing)
    end)
    return
  end

  local codes, refusal = other_libcurl.options, other_libcurl.refusal

  it("are set to what suits a library", function()
    local _, numbers = call {}
    for name, value in pairs { NOSIGNAL = 1, NOPROGRESS = 1, FOLLOWLOCATION = 0, SUPPRESS_CONNECT_HEADERS = 1,
      TCP_NODELAY = 1, TCP_KEEPALIVE = 1, TCP_KEEPIDLE = 60, TCP_KEEPINTVL = 60 } do
      assert.same({ name, value }, { name, numbers[codes[name]] })
    end
    assert.is_nil(numbers[codes.SSL_VERIFYPEER])
  end)

  it("say of a proxy what they say of a server", function()
    for said, expected in pairs { ["verify = true"] = { 1, 2, 1, 2 }, ["verify = false"] = { 0, 0, 0, 0 } } do
      local _, numbers = call({}, said)
      assert.same(expected, { numbers[codes.SSL_VERIFYPEER], numbers[codes.SSL_VERIFYHOST],
        numbers[codes.PROXY_SSL_VERIFYPEER], numbers[codes.PROXY_SSL_VERIFYHOST] })
    end
  end)

  it("need not be known that nobody has given", function()
    for _, option in ipairs { "NOSIGNAL", "TCP_KEEPINTVL", "ACCEPT_ENCODING", "PROTOCOLS_STR", "PROXY", "NOPROXY" } do
      for _, answer in ipairs { "UNKNOWN_OPTION", "NOT_BUILT_IN" } do
        assert.equal("ok", (call { OTHER_REFUSES = refusal(option, answer) }))
      end
    end
    assert.equal("ok", (call({ OTHER_REFUSES = refusal("PROXY_SSL_VERIFYPEER", "UNKNOWN_OPTION") }, "verify = true")))
  end)

  it("must be known that were given", function()
    for option, said in pairs { SSL_VERIFYPEER = "verify = true", CAINFO = "ca_file = '/x'", PROXY = "proxy = 'p'" } do
      local message = call({ OTHER_REFUSES = refusal(option, "NOT_BUILT_IN") }, said)
      assert.equal(1, (message:find(("libcurl refuses the option '%s': "):format(said:match "^[%l_]+"), 1, true)))
    end
  end)

  it("are not set where there is no memory", function()
    local protocols = not libcurl.has_old_headers and "PROTOCOLS_STR" or nil
    for _, option in ipairs { "NOSIGNAL", "ACCEPT_ENCODING", "PROXY", "NOPROXY", protocols } do
      assert.equal("out of memory", (call { OTHER_REFUSES = refusal(option, "OUT_OF_MEMORY") }))
    end
    assert.truthy((call({ OTHER_REFUSES = refusal("PROXY_SSL_VERIFYHOST", "OUT_OF_MEMORY") }, "verify = true")):find(
      "libcurl refuses the option 'verify'", 1, true))
  end)
end)
