-- Who a machine is, by whoever attests it. How clouds are asked over a socket
-- is in workload_identity_spec.lua.

local error_value = require "oai.error"
local subject = require "oai.provider.subject"

--- What a subject says, and how it asked: `reply` and `err` are what came back.
local function ask(given, reply, err, request)
  local asked
  local token, failure = subject.of(given).token(request or {}, function(...)
    asked = { ... }
    return reply, err
  end)
  return token, failure, asked
end

local function with_file(text, act)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  act(path)
  os.remove(path)
end

describe("provider.subject", function()
  it("is a token in a file, without what is around it", function()
    with_file("  a.b-c_d\r\n", function(path)
      assert.equal("a.b-c_d", (ask { kind = "kubernetes", file = path }))
    end)
    with_file(" \n", function(path)
      local token, err = ask { kind = "kubernetes", file = path }
      assert.is_nil(token)
      assert.equal(("who the machine is cannot be told: the file '%s' gave no token"):format(path), err.message)
    end)
  end)

  it("is what Azure says, of one identity where there are several", function()
    local token, _, asked = ask({ kind = "azure", object_id = "o", url = "http://h/t" }, { access_token = " t " })
    assert.equal("t", token)
    assert.same({ "GET", "http://h/t",
      { ["api-version"] = "2018-02-01", resource = "https://management.azure.com/", object_id = "o" } },
      { asked[1], asked[2], asked[3] })
    assert.same({ headers = { Metadata = "true" }, total_timeout = 10, connect_timeout = 10 }, asked[4])
  end)

  it("is the text that Google says, which is no reply of the API's", function()
    local cause = { kind = "decode", body = "a.b.c\n", message = "no JSON" }
    assert.equal("a.b.c", (ask("google", nil, cause)))
    cause.body = "<html>a page</html>"
    local token, err = ask("google", nil, cause)
    assert.is_nil(token)
    assert.truthy(err.message:find("gave no token", 1, true))
  end)

  it("is asked for no longer than the call may take", function()
    local _, _, asked = ask("google", "t", nil, { timeout = 2 })
    assert.equal(2, asked[4].total_timeout)
  end)

  for what, reply in pairs { ["a list"] = {}, ["a number"] = 5, ["an empty token"] = { access_token = "" },
    ["no text"] = { access_token = 5 } } do
    it("is an error where Azure says " .. what, function()
      local token, err = ask("azure", reply)
      assert.is_nil(token)
      assert.same({ "authentication", "subject_token" }, { err.kind, err.reason })
    end)
  end

  it("is an error with its cause where nobody answers, and a call that is cancelled stays that", function()
    local cause = { kind = "connection", message = "refused" }
    local _, err = ask("azure", nil, cause)
    assert.equal(cause, err.cause)
    assert.truthy(err.message:find("169.254.169.254", 1, true) and err.message:find("refused", 1, true))
    local cancelled = { kind = "cancelled" }
    for _, kind in ipairs { "azure", "google" } do
      assert.equal(cancelled, select(2, ask(kind, nil, cancelled)))
    end
  end)

  it("is what a function says, which gets what it is told", function()
    local told
    local token = ask(function(...)
      told = { ... }
      return "t"
    end, nil, nil, { operation = "x" })
    assert.equal("t", token)
    assert.equal("x", told[1].operation)
    assert.equal("function", type(told[2]))
    assert.is_nil((ask(function()
      return 5
    end)))
  end)

  it("is an error of a function's own as it is", function()
    local own = error_value.new { kind = "cancelled", message = "x" }
    assert.equal(own, select(2, ask(function()
      return nil, own
    end)))
  end)

  it("of a certificate has no token", function()
    assert.same({ token_type = "x509" }, subject.of "x509")
  end)
end)
