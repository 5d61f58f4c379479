-- Signs of life, at times that the spec says.

local pulse = require "oai.socket.pulse"

local NEVER = math.huge

describe("a pulse", function()
  local pings, exchange

  before_each(function()
    pings = 0
    exchange = { send = function(_, kind, bytes)
      assert.same({ "ping", "" }, { kind, bytes })
      pings = pings + 1
      return 6
    end }
  end)

  --- Looks at these times, one after the other: until when is then to be waited.
  local function beat(one, now, limit)
    local soonest = one:beat(exchange, now, limit or NEVER)
    one.seen = now
    return soonest
  end

  it("asks after so many seconds without a message, once, and waits for so many", function()
    local one = pulse.new(20, 5)
    assert.equal(120, beat(one, 100))
    assert.equal(110, beat(one, 101, 110))
    assert.equal(120, beat(one, 119))
    assert.equal(0, pings)
    assert.equal(125, one:beat(exchange, 120, NEVER))
    assert.equal(1, pings)
    one.seen = 124
    assert.equal(125, one:beat(exchange, 124, NEVER))
    one.seen = 125
    assert.is_nil(one:beat(exchange, 125, NEVER))
    assert.equal(1, pings)
  end)

  it("takes any message for a sign", function()
    local one = pulse.new(20, 5)
    beat(one, 100)
    beat(one, 120)
    one.heard = true
    assert.equal(143, beat(one, 123))
    assert.equal(148, beat(one, 143))
    assert.equal(2, pings)
  end)

  it("counts the time while somebody reads", function()
    local one = pulse.new(20, 5)
    beat(one, 100)
    beat(one, 120)
    one.seen = 122
    assert.equal(503, one:beat(exchange, 500, NEVER)) -- nobody has read since 122
    one.seen = 503
    assert.is_nil(one:beat(exchange, 503, NEVER))
  end)

  it("may be none", function()
    local one = pulse.new(false, 5)
    assert.equal(NEVER, beat(one, 100))
    assert.equal(7, beat(one, 1000, 7))
    assert.equal(0, pings)
  end)
end)
