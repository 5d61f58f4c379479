-- The userdata of a credential: how it is made, and that it tells no secret.

local core = require "oai.core"

local SECRET = "sk-proj-0123456789abcd"

describe("binding.credential", function()
  for what, text in pairs { ["a string"] = SECRET, ["spaces around"] = " \t" .. SECRET .. "\r\n" } do
    it("takes " .. what, function()
      assert.equal("sk-...abcd", tostring(core.credential(text)))
    end)
  end

  it("shows nothing of a short secret", function()
    for _, text in ipairs { "k", "sk-123456789012" } do
      assert.equal("...", tostring(core.credential(text)))
    end
    assert.equal("sk-...0123", tostring(core.credential("sk-1234567890123")))
  end)

  for text, reason in pairs { [""] = "is empty", [" \r\n\t"] = "is empty", ["sk-a\nb"] = "holds a control character",
    ["sk-a\0b"] = "holds a control character", ["sk\127"] = "holds a control character" } do
    it("refuses '" .. text:gsub("%c", "?") .. "'", function()
      assert.same({ n = 2, nil, reason }, { n = select("#", core.credential(text)), core.credential(text) })
    end)
  end

  it("reads the environment", function()
    local path = assert(os.getenv "PATH")
    assert.equal(path:sub(1, 3) .. "..." .. path:sub(-4), tostring(core.credential { env = "PATH" }))
    local made, reason = core.credential { env = "OAI_SPEC_UNSET_VARIABLE" }
    assert.is_nil(made)
    assert.equal("is empty", reason)
  end)

  it("reads a file", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(SECRET, "\n")
    file:close()
    assert.equal("sk-...abcd", tostring(core.credential { file = path }))
    os.remove(path)
    local made, reason = core.credential { file = path }
    assert.is_nil(made)
    assert.truthy(reason:find "No such file")
    assert.is_nil((core.credential { file = "/" }))
  end)

  it("refuses what is neither", function()
    for _, value in ipairs { {}, true, print } do
      assert.has_error(function()
        core.credential(value)
      end)
    end
    assert.error_matches(function()
      core.credential { env = 5 }
    end, "field 'env': string expected, got number")
  end)

  it("reads no variable and no file but that of the whole name", function()
    for _, source in ipairs { { env = "PATH\0X" }, { file = "/etc/hostname\0.key" } } do
      assert.error_matches(function()
        core.credential(source)
      end, "holds NUL")
    end
  end)

  it("is wiped when it is closed, any number of times", function()
    local credential = core.credential(SECRET)
    credential:close()
    credential:close()
    assert.equal("(closed)", tostring(credential))
    assert.error_matches(function()
      core.exchange(core.plan { method = "GET" }, "http://h/", nil, nil, credential)
    end, "closed")
  end)

  it("keeps its metatable to itself", function()
    assert.equal("locked", getmetatable(core.credential(SECRET)))
  end)

  it("is collected", function()
    for _ = 1, 100 do
      core.credential(SECRET)
    end
    collectgarbage()
    assert.equal("sk-...abcd", tostring(core.credential(SECRET)))
  end)
end)
