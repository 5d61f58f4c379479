-- Digests as their standards say them. Facts are in spec/support/facts/digest.lua.

local base64 = require "oai.codec.base64"
local core = require "oai.core"
local digest = require "oai.codec.digest"
local facts = require "spec.support.facts.digest"

local function name_of(text)
  return #text > 40 and ("%d bytes"):format(#text) or ("'%s'"):format((text:gsub("%c", "?")))
end

describe("codec.digest", function()
  for _, kind in ipairs { "sha256", "md5" } do
    for _, fact in ipairs(facts[kind]) do
      it(("is the %s of %s"):format(kind, name_of(fact[1])), function()
        assert.equal(fact[2], digest.hex(digest[kind](fact[1])))
      end)
    end
  end

  for i, fact in ipairs(facts.hmac) do
    it(("signs as case %d of RFC 4231"):format(i), function()
      assert.equal(fact[3], digest.hex(digest.hmac(fact[1], fact[2])):sub(1, #fact[3]))
    end)
  end

  it("takes a text in pieces, however it is cut", function()
    local text = ("0123456789abcdef"):rep(13)
    for _, kind in ipairs { "sha256", "md5" } do
      local whole = digest[kind](text)
      for first = 0, #text, 7 do
        for second = first, #text, 31 do
          local pieces = digest.new(kind)
          pieces:add(text:sub(1, first)):add(""):add(text:sub(first + 1, second)):add(text:sub(second + 1))
          assert.equal(whole, pieces:finish())
        end
      end
    end
  end)

  it("pads a text of any length", function()
    -- The digest of the digests of all lengths, as others compute it.
    local all = { sha256 = digest.new "sha256", md5 = digest.new "md5" }
    for length = 0, 130 do
      for kind, of_all in pairs(all) do
        of_all:add(digest[kind](("x"):rep(length)))
      end
    end
    assert.equal("f5a018ad6f7a21c451c8d98b57699f4aeeb1976b88771c339c7ea60cd09c64ef", digest.hex(all.sha256:finish()))
    assert.equal("e4edc384b1abcb5696e09f9aca1eb23c", digest.hex(all.md5:finish()))
  end)

  it("signs with a key of any length", function()
    local of_all = digest.new "sha256"
    for length = 0, 130 do
      of_all:add(digest.hmac(("k"):rep(length), "text"))
    end
    assert.equal("a0840f6e43f35440773a8081560eb48e5436ed207103436ae3bcdafe2ce9f1d3", digest.hex(of_all:finish()))
  end)

  it("signs with a credential, as with its text", function()
    local key = assert(core.credential("wJalrXUtnFEMI", "AWS4"))
    assert.equal(digest.hmac("AWS4wJalrXUtnFEMI", "20130524"), digest.hmac(key, "20130524"))
    key = assert(core.credential("secret", ""))
    assert.equal(digest.hmac("secret", ""), digest.hmac(key, ""))
    key:close()
    assert.error_matches(function()
      digest.hmac(key, "")
    end, "the credential is closed")
  end)

  it("decodes a key behind a prefix", function()
    for _, bytes in ipairs { "k", "ke", "key", "\0\255\128", ("b"):rep(131) } do
      local text = "whsec_" .. base64.encode(bytes)
      for _, form in ipairs { text, (text:gsub("=", "")), core.credential(text, "") } do
        assert.equal(digest.hmac(bytes, "text"), digest.keyed(form, "whsec_"):add("text"):finish())
      end
    end
    assert.equal(digest.hmac("plain", "text"), digest.keyed("plain", "whsec_"):add("text"):finish())
  end)

  for _, text in ipairs { "whsec_", "whsec_=", "whsec_A", "whsec_a b=", "whsec_!!!!" } do
    it(("has no key in '%s'"):format(text), function()
      assert.is_nil(digest.keyed(text, "whsec_"))
      assert.is_nil(digest.keyed(core.credential(text, ""), "whsec_"))
    end)
  end

  it("finds a signature among words, each by itself or behind its version", function()
    for _, words in ipairs { "good", "v1,good", " v1,good", "v1,goof v1,good", "v1,good,v1,goof", "v1,goof,v1,good",
      "v2,good good", "v1, good", "a\tgood\n", "goof\0good", "v2,goof,v1,good" } do
      assert.is_true(digest.among(words, "v1", "good"), words)
    end
    for _, words in ipairs { "", " ", ",", "goo", "goods", "goof", "hood", "v2,good", "v,good", "v11,good", "v1good",
      "v1,goo d", "v2,good v2,good", "goo\0d" } do
      assert.is_false(digest.among(words, "v1", "good"), words)
    end
    assert.is_false(digest.among(("v1,goof "):rep(100), "v1", "good"))
    assert.is_true(digest.among(("v1,goof "):rep(100) .. "v1,good", "v1", "good"))
  end)
end)
