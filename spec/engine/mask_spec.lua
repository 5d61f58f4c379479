-- Where a text holds a secret, however it is written there.

local core = require "oai.core"
local mime = require "mime"

local SECRET = "sk-spec/0123456789+abc=DEF"

local function mask(text, secret)
  return core.credential(secret or SECRET):mask(text)
end

--- The secret with each byte as `escape` writes it.
local function escaped(escape)
  return (SECRET:gsub(".", function(byte)
    return escape(byte, byte:byte())
  end))
end

local function as(format)
  return function(_, code)
    return format:format(code)
  end
end

describe("engine.mask", function()
  for name, text in pairs {
    ["as it is"] = SECRET,
    ["in the other case"] = SECRET:upper(),
    ["in a URL"] = escaped(function(byte, code)
      return byte:find "%w" and byte or ("%%%02X"):format(code)
    end),
    ["in a URL, all of it, in small letters"] = escaped(as "%%%02x"),
    ["in JSON"] = escaped(function(byte)
      return byte == "/" and "\\/" or byte
    end),
    ["in JSON, all of it"] = escaped(as "\\u%04x"),
    ["in JSON within JSON"] = escaped(as "\\\\u%04X"),
    ["in a string of C"] = escaped(as "\\x%02x"),
    ["in HTML"] = escaped(as "&#%d;"),
    ["in HTML, in hexadecimal"] = escaped(as "&#x%X;"),
    ["half in a URL, half in JSON"] = SECRET:sub(1, 9):gsub("/", "%%2f") .. "\\u0031" .. SECRET:sub(11),
  } do
    it("finds it " .. name, function()
      assert.equal("***", mask(text))
      assert.equal("before *** behind", mask("before " .. text .. " behind"))
      assert.equal("******x***", mask(text .. text .. "x" .. text))
    end)
  end

  it("finds it in base64, whatever stands around it", function()
    for _, before in ipairs { "", "u", "us", "user:" } do
      for _, after in ipairs { "", "a", "ab", " and more" } do
        for _, kind in ipairs { "%0", "" } do
          local text = mime.b64(before .. SECRET .. after)
          text = kind == "" and text:gsub("+", "-"):gsub("/", "_") or text
          local masked = mask("x " .. text .. " y")
          assert.truthy(masked:find("***", 1, true), masked)
          local left = mime.unb64((masked:gsub("^x (.*) y$", "%1"):gsub("%*+.*$", ""))) or ""
          assert.is_nil(left:find("sk-", 1, true))
        end
      end
    end
  end)

  it("finds it behind any number of backslashes", function()
    for _, backslashes in ipairs { "\\", "\\\\", ("\\"):rep(7) } do
      assert.equal("a***b", mask("a" .. backslashes .. SECRET .. "b"))
      assert.equal("***", mask((SECRET:gsub("/", backslashes .. "/"))))
    end
    assert.equal("a***b", mask("a\\\\0123456\\89b", "\\0123456\\89"))
  end)

  it("finds what a cut leaves of it, where that is much", function()
    assert.equal("cut: ***", mask("cut: " .. SECRET:sub(1, 16)))
    assert.equal("***...", mask(SECRET:sub(1, 20) .. "..."))
    assert.equal(SECRET:sub(1, 15), mask(SECRET:sub(1, 15)))
  end)

  it("leaves other texts alone, to the byte", function()
    for _, text in ipairs { "", "x", SECRET:sub(2), "%", "\\", "\\u00", "&#", "&#x;", "sk-", ("%s"):rep(1000),
      "\0\255\\u0073", (SECRET:gsub("0", "1")) } do
      assert.equal(text, mask(text))
    end
  end)

  it("takes no short text for a secret", function()
    assert.equal("1234567", mask("1234567", "1234567"))
    assert.equal("***", mask("12345678", "12345678"))
    assert.equal("1234567", mask("1234567", "12345678"))
  end)

  it("may look only for what is there as it is", function()
    local credential = core.credential(SECRET)
    assert.equal("a ***", credential:mask("a " .. SECRET, true))
    assert.equal("a " .. SECRET:upper(), credential:mask("a " .. SECRET:upper(), true))
  end)

  it("finds nothing any more when the credential is closed", function()
    local credential = core.credential(SECRET)
    credential:close()
    assert.equal(SECRET, credential:mask(SECRET))
  end)

  it("is quick, also where much begins like it #timed", function()
    local begun = os.clock()
    mask(SECRET:sub(1, 15):rep(70000))
    mask(("\\"):rep(200000))
    mask((SECRET:sub(1, 1) .. ("\\"):rep(1000)):rep(200))
    assert.is_true(os.clock() - begun < 1)
  end)
end)
