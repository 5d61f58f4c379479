-- Header fields: layers to lines, and the block of a reply to a table. Facts
-- are in spec/support/facts/header.lua.

local facts = require "spec.support.facts.header"
local header = require "oai.codec.header"

local BLOCK = "HTTP/1.1 200 OK: fine\r\nContent-Type: text/plain\r\nX-Two: a\r\nx-two: b\r\nX-Empty:\r\n"
  .. "X-Request-Id:  req_1 \t\r\nX-Colon: a:b\r\nNot-X-Request-Id: no\r\n\r\n"

describe("codec.header", function()
  for i, fact in ipairs(facts.merged) do
    it(("merges layers %d"):format(i), function()
      assert.same(fact[2], header.lines(header.merge(fact[1])))
    end)
  end

  it("puts the fields of a layer in order", function()
    local layer, lines = {}, {}
    for i = 1, 30 do
      layer[("X-%02d"):format(i)], lines[i] = "v", ("X-%02d: v"):format(i)
    end
    assert.same(lines, header.lines(header.merge { layer }))
  end)

  for i, fact in ipairs(facts.refused) do
    it(("refuses field %d"):format(i), function()
      local fields, reason = header.merge { fact[1] }
      assert.is_nil(fields)
      assert.equal(1, reason:find(("header '%s' "):format(fact[2]:gsub("%c", "?")), 1, true), reason)
    end)
  end

  for i, fact in ipairs(facts.from_lines) do
    it(("reads lines %d of the environment"):format(i), function()
      assert.same(fact[2], header.from_lines(fact[1]))
    end)
  end

  describe("parse", function()
    local fields = header.parse(BLOCK)

    it("lists the fields in lower case", function()
      local names = {}
      for name in pairs(fields) do
        names[#names + 1] = name
      end
      table.sort(names)
      assert.same({ "content-type", "not-x-request-id", "x-colon", "x-empty", "x-request-id", "x-two" }, names)
    end)

    it("is read in any case", function()
      assert.equal("text/plain", fields["Content-TYPE"])
      assert.is_nil(fields["X-Missing"])
      assert.is_nil(fields[1])
    end)

    it("trims, joins and keeps colons", function()
      assert.same({ "a, b", "", "req_1", "a:b" },
        { fields["x-two"], fields["x-empty"], fields["x-request-id"], fields["x-colon"] })
    end)

    it("trims what is all blanks, and keeps those within", function()
      local said = header.parse "HTTP/1.1 200 OK\r\nA: \t \r\nB: a  \tb \t\r\nC:c\r\n\r\n"
      assert.same({ "", "a  \tb", "c" }, { said.a, said.b, said.c })
    end)

    it("takes LF for a line end, too", function()
      assert.equal("1", header.parse("HTTP/2 200\nx-a: 1\n\n")["X-A"])
    end)
  end)

  describe("find", function()
    it("finds one field", function()
      assert.equal("req_1", header.find(BLOCK, "x-request-id"))
      assert.equal("a", header.find(BLOCK, "x-two"))
      assert.equal("", header.find(BLOCK, "x-empty"))
      assert.equal("1", header.find("HTTP/1.1 200\r\nx-a:1\r\n", "x-a"))
    end)

    it("is quick with long runs of blanks, as parse is #timed", function()
      local begun = os.clock()
      local blanks = (" "):rep(1e5)
      for _, value in ipairs { blanks, "a" .. blanks .. "b", ("a "):rep(5e4), ("\t"):rep(1e5) .. "b" } do
        local block, said = "HTTP/1.1 200 OK\r\nx-a:" .. value .. "\r\n\r\n", value:gsub("^%s+", ""):gsub(" $", "")
        assert.equal(said, header.find(block, "x-a"))
        assert.equal(said, header.parse(block)["x-a"])
      end
      assert.is_true(os.clock() - begun < 1)
    end)

    it("finds whole names only", function()
      assert.is_nil(header.find(BLOCK, "request-id"))
      assert.is_nil(header.find(BLOCK, "x-missing"))
    end)
  end)
end)
