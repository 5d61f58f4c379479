-- The userdata of a digest: files, what it refuses, and its end.

local core = require "oai.core"
local digest = require "oai.codec.digest"

describe("binding.digest", function()
  local path, content

  setup(function()
    path, content = os.tmpname(), ("0123456789abcdef"):rep(3000) .. "end"
    local file = assert(io.open(path, "wb"))
    file:write(content)
    file:close()
  end)

  teardown(function()
    os.remove(path)
  end)

  it("takes a file", function()
    local md5 = core.digest "md5"
    assert.equal(#content, md5:add_file(path))
    assert.equal(digest.md5(content), md5:finish())
  end)

  for _, part in ipairs { { 0, 1 }, { 1, 16384 }, { 16384, 16384 }, { 40000, 8003 }, { 5, 0 } } do
    it(("takes %d bytes of a file from %d on"):format(part[2], part[1]), function()
      local sha256 = core.digest "sha256"
      assert.equal(part[2], sha256:add_file(path, part[1], part[2]))
      assert.equal(digest.sha256(content:sub(part[1] + 1, part[1] + part[2])), sha256:finish())
    end)
  end

  it("says how much of a part there is", function()
    local md5 = core.digest "md5"
    assert.equal(3, md5:add_file(path, #content - 3, 100))
    assert.equal(0, md5:add_file(path, #content + 10, 100))
    assert.equal(digest.md5 "end", md5:finish())
  end)

  it("takes parts and texts one after the other", function()
    local md5 = core.digest "md5"
    md5:add("<"):add_file(path, 0, 10)
    md5:add_file(path, 10)
    assert.equal(digest.md5("<" .. content .. ">"), md5:add(">"):finish())
  end)

  it("signs a file", function()
    local hmac = core.digest("sha256", "key")
    hmac:add_file(path)
    assert.equal(digest.hmac("key", content), hmac:finish())
  end)

  for _, missing in ipairs { "/nowhere/at/all", "/" } do
    it("says that " .. missing .. " cannot be read", function()
      local md5 = core.digest "md5"
      local added, reason = md5:add_file(missing)
      assert.is_nil(added)
      assert.truthy(reason:find(("cannot read '%s': "):format(missing), 1, true))
      assert.equal(digest.md5 "", md5:finish())
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
      core.digest "sha1"
    end,
    ["a key that is none"] = function()
      core.digest("sha256", {})
    end,
    ["a name with NUL"] = function()
      core.digest("md5"):add_file(path .. "\0.txt")
    end,
    ["a place before the beginning"] = function()
      core.digest("md5"):add_file(path, -1)
    end,
    ["a place that is no number"] = function()
      core.digest("md5"):add_file(path, 0 / 0)
    end,
    ["a size that no file has"] = function()
      core.digest("md5"):add_file(path, 0, 2 ^ 60)
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
