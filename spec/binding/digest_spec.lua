-- The userdata of a digest: files, what it refuses, and its end.

local core = require "oai.core"
local digest = require "oai.codec.digest"

describe("binding.digest", function()
  local path, content

  before_each(function()
    path, content = os.tmpname(), ("0123456789abcdef"):rep(3000) .. "end"
    local file = assert(io.open(path, "wb"))
    file:write(content)
    file:close()
  end)

  after_each(function()
    os.remove(path)
  end)

  --- Adds a file: what comes of it in the end.
  local function add_file(sum, name)
    local added, reason
    repeat
      added, reason = sum:add_file(name)
    until added ~= false
    return added, reason
  end

  for _, size in ipairs { 0, 1, 63, 64, 16383, 16384, 16385, 48003 } do
    it(("takes a file of %d bytes"):format(size), function()
      local file = assert(io.open(path, "wb"))
      file:write(content:sub(1, size))
      file:close()
      for _, kind in ipairs { "sha256", "md5" } do
        local sum = core.digest(kind)
        assert.equal(size, add_file(sum, path))
        assert.equal(digest[kind](content:sub(1, size)), sum:finish())
      end
    end)
  end

  it("takes files and texts one after the other", function()
    local md5 = core.digest "md5"
    md5:add "<"
    add_file(md5, path)
    md5:add "|"
    add_file(md5, path)
    assert.equal(digest.md5("<" .. content .. "|" .. content .. ">"), md5:add(">"):finish())
  end)

  it("signs a file", function()
    local hmac = core.digest("sha256", "key")
    add_file(hmac, path)
    assert.equal(digest.hmac("key", content), hmac:finish())
  end)

  for _, missing in ipairs { "/nowhere/at/all", "/" } do
    it("says that " .. missing .. " cannot be read", function()
      local md5 = core.digest "md5"
      local added, reason = add_file(md5, missing)
      assert.is_nil(added)
      assert.truthy(reason:find(("cannot read '%s': "):format(missing), 1, true))
      assert.equal(#content, add_file(md5, path))
      assert.equal(digest.md5(content), md5:finish())
    end)
  end

  it("can be finished once", function()
    local md5 = core.digest "md5"
    md5:finish()
    for _, method in ipairs { "add", "add_file", "finish" } do
      assert.error_matches(function()
        md5[method](md5, path)
      end, "the digest is finished")
    end
  end)

  for what, call in pairs {
    ["another kind"] = function()
      core.digest "sha512"
    end,
    ["a key that is none"] = function()
      core.digest("sha256", {})
    end,
    ["a name with NUL"] = function()
      core.digest("md5"):add_file(path .. "\0.txt")
    end,
    ["another object"] = function()
      core.digest("md5").add(core.credential "a secret", "")
    end,
  } do
    it("refuses " .. what, function()
      assert.has_error(call)
    end)
  end
end)
