-- URLs: which are taken, their origin, and how a path is joined to one.

local url = require "oai.codec.url"

local parsed = {
  { "https://api.openai.com/v1", "https://api.openai.com:443", "api.openai.com", "/v1", "" },
  { "HTTPS://API.OpenAI.com:443/V1", "https://api.openai.com:443", "api.openai.com", "/V1", "" },
  { "http://h", "http://h:80", "h", "", "" },
  { "http://h:8080/a/b?c=d&e#f?g", "http://h:8080", "h", "/a/b", "c=d&e" },
  { "http://h?x=1", "http://h:80", "h", "", "x=1" },
  { "http://h:/x", "http://h:80", "h", "/x", "" },
  { "http://[::1]:8080/x", "http://[::1]:8080", "[::1]", "/x", "" },
  { "http://[FE80::1]", "http://[fe80::1]:80", "[fe80::1]", "", "" },
  { "http://h:65535/", "http://h:65535", "h", "/", "" },
  { "http://127.0.0.1:1/", "http://127.0.0.1:1", "127.0.0.1", "/", "" },
  { "http://h/a@b:c", "http://h:80", "h", "/a@b:c", "" },
}

local refused = { "", "h/v1", "/v1", "//h/v1", "ftp://h", "file:///etc/passwd", "javascript:alert(1)", "http:h",
  "http://", "http:///x", "http://user@h", "http://user:secret@h/v1", "http://h:70000", "http://h:1x", "http://h:-1",
  "http://::1/",
  "http://[::1", "http://h h/", "http://h/a b", "http://h/\n", "http://h\0", " http://h", "http://h/\127" }

local joined = {
  { "http://h/v1", "/files", "http://h/v1/files" },
  { "http://h/v1/", "/files", "http://h/v1/files" },
  { "http://h/v1//", "files", "http://h/v1/files" },
  { "http://h", "files", "http://h/files" },
  { "http://localhost:5000/", "/foo", "http://localhost:5000/foo" },
  { "http://h/v1?api-version=1", "/files", "http://h/v1/files?api-version=1" },
  { "http://h/v1?api-version=1", "/files?a=2", "http://h/v1/files?a=2&api-version=1" },
  { "http://h/v1#x", "/files", "http://h/v1/files" },
  { "http://h/v1", "/files/a%2Fb?beta=true", "http://h/v1/files/a%2Fb?beta=true" },
}

describe("codec.url", function()
  for _, fact in ipairs(parsed) do
    it("parses " .. fact[1], function()
      assert.same({ origin = fact[2], host = fact[3], path = fact[4], query = fact[5] }, url.parse(fact[1]))
    end)
  end

  for i, text in ipairs(refused) do
    it(("refuses URL %d"):format(i), function()
      local parts, reason = url.parse(text)
      assert.is_nil(parts)
      assert.is_string(reason)
    end)
  end

  it("says of a user name that it is one", function()
    for _, text in ipairs { "http://user@h", "http://user:secret@h:80", "http://@h" } do
      assert.truthy(select(2, url.parse(text)):find("user name", 1, true), text)
    end
  end)

  it("does not repeat a secret in the reason", function()
    local _, reason = url.parse("http://user:secret@h/v1")
    assert.is_nil(reason:find("secret", 1, true))
  end)

  for _, fact in ipairs(joined) do
    it("joins " .. fact[3], function()
      assert.equal(fact[3], url.join(fact[1], fact[2]))
    end)
  end

  it("shows neither user nor query", function()
    assert.equal("http://h/v1?***", url.shown "http://h/v1?key=secret")
    assert.equal("http://***@h/v1", url.shown "http://user:secret@h/v1")
    assert.equal("h/v1", url.shown "h/v1")
  end)

  for text, expected in pairs {
    ["/caf\195\169?\195\169=1"] = "/caf%C3%A9?%C3%A9=1", ["/a%2f?b=%c3"] = "/a%2f?b=%c3", ["\255"] = "%FF",
    ["https://m\195\188.example:1/\195\169"] = "https://m\195\188.example:1/%C3%A9", ["http://h"] = "http://h",
    ["http://\195\169?\195\169"] = "http://\195\169?%C3%A9", ["/x/http://\195\169"] = "/x/http://%C3%A9",
  } do
    it("escapes what is no ASCII behind the host: " .. expected, function()
      assert.equal(expected, url.escaped(text))
    end)
  end

  it("knows an absolute URL", function()
    for text, expected in pairs { ["http://h"] = true, ["FTP://h"] = true, ["/x"] = false, ["x/http://h"] = false,
      ["//h"] = false } do
      assert.equal(expected, url.is_absolute(text))
    end
  end)
end)
