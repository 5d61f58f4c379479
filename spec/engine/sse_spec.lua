-- The event parser: the same events however the bytes are cut, in time that
-- grows with their number. Facts are in spec/support/facts/sse.lua.

local core = require "oai.core"
local facts = require "spec.support.facts.sse"

local function take_all(parser, events)
  local data, name, id = parser:event()
  while data do
    events[#events + 1] = { data, name, id }
    data, name, id = parser:event()
  end
end

local function events_of(...)
  local parser, events = core.sse(), {}
  for i = 1, select("#", ...) do
    parser:feed((select(i, ...)))
    take_all(parser, events)
  end
  return events
end

local function byte_by_byte(input)
  local parser, events = core.sse(), {}
  for i = 1, #input do
    parser:feed(input:sub(i, i))
    take_all(parser, events)
  end
  return events
end

describe("engine.sse", function()
  for _, fact in ipairs(facts) do
    local name, input, expected = fact[1], fact[2], fact[3]

    describe(name, function()
      it("in one piece", function()
        assert.same(expected, events_of(input))
      end)

      it("in any two pieces", function()
        for cut = 0, #input do
          assert.same(expected, events_of(input:sub(1, cut), input:sub(cut + 1)), "cut behind byte " .. cut)
        end
      end)

      it("byte by byte", function()
        assert.same(expected, byte_by_byte(input))
      end)
    end)
  end

  it("keeps its events until they are taken", function()
    local parser, events = core.sse(), {}
    parser:feed("data: 1\n\ndata: 2\n\nda")
    parser:feed("ta: 3\n\n")
    take_all(parser, events)
    assert.same({ { "1" }, { "2" }, { "3" } }, events)
  end)

  describe("has at its end", function()
    local function rest_of(...)
      local parser = core.sse()
      for i = 1, select("#", ...) do
        parser:feed((select(i, ...)))
        take_all(parser, {})
      end
      return { parser:rest() }
    end

    it("nothing where all was an event", function()
      for _, input in ipairs { "", "data: x\n\n", ": comment\n\n", "retry: 5\nid: 1\nevent: x\n\n", "data\n\n",
        "\239\187\191\n\ndata: x\n\n" } do
        assert.same({}, rest_of(input))
      end
    end)

    it("the lines that were passed over", function()
      assert.same({ "<html>\n" }, rest_of("<html>\n"))
      assert.same({ "{\n" .. '  "a": 1\n}\n' }, rest_of("{\r\n" .. '  "a": 1', "\r\n}"))
      assert.same({ "error: {}\n" }, rest_of("data: x\n\nerror: {}\n\ndata: y\n\n"))
      assert.same({ "{}\n" }, rest_of("\239\187\191{}"))
    end)

    it("the data that nothing ended", function()
      assert.same({ nil, "x" }, rest_of("data: x"))
      assert.same({ nil, "x\ny" }, rest_of("data: x\nda", "ta: y\n"))
      assert.same({ "z\n", "x" }, rest_of("z\ndata: x"))
    end)

    it("a megabyte of what was passed over at the most", function()
      local line = ("x"):rep(1000) .. "\n"
      local passed = rest_of(line:rep(2000))[1]
      assert.equal(1024 * 1024, #passed)
      assert.equal(1024 * 1024, #rest_of(("x"):rep(3 * 1024 * 1024))[1])
    end)
  end)

  it("keeps parsers apart", function()
    local one, other = core.sse(), core.sse()
    one:feed("id: 1\ndata: a")
    other:feed("data: b\n\n")
    assert.same({ "b" }, { other:event() })
    one:feed("\n\n")
    assert.equal("a", (one:event()))
  end)

  it("takes an event of 2 MiB in odd pieces", function()
    local text = ("x"):rep(2 * 1024 * 1024) .. string.char(0xE2, 0x80, 0xA8)
    local input, parser, events = "data: " .. text .. "\r\n\r\n", core.sse(), {}
    for from = 1, #input, 4093 do
      parser:feed(input:sub(from, from + 4092))
      take_all(parser, events)
    end
    assert.equal(1, #events)
    assert.is_true(events[1][1] == text)
  end)

  it("takes many events at once", function()
    assert.equal(2000, #events_of(("data:ok\n\n"):rep(2000)))
  end)

  it("takes 300,000 lines of one event #timed", function()
    local events = events_of(("data: x\n"):rep(300000) .. "\n")
    assert.equal(300000 * 2 - 1, #events[1][1])
  end)

  -- Quadratic work would be 64 times as long for 8 times the bytes.
  local function seconds_for(bytes, prefix)
    local parser, started = core.sse(), os.clock()
    parser:feed(prefix)
    for _ = 1, bytes do
      parser:feed("x")
      parser:event()
    end
    return os.clock() - started
  end

  local prefixes = { ["a data line"] = "data: ", ["a comment"] = ": ", ["a second line"] = "data: y\ndata: " }
  for what, prefix in pairs(prefixes) do
    it("takes time in proportion to single bytes of " .. what, function()
      local few = seconds_for(50000, prefix)
      local many = seconds_for(400000, prefix)
      assert.is_true(many < 24 * math.max(few, 0.005), ("%g s and %g s"):format(few, many))
    end)
  end

  it("refuses what is no string", function()
    assert.has_error(function()
      core.sse():feed {}
    end)
  end)
end)
