-- A rate limit as far as replies tell.

local bucket = require "oai.task.bucket"

describe("task.bucket", function()
  it("is full at first, and fills a sixtieth a second", function()
    local b = bucket.new(60, 100)
    assert.equal(0, b:delay(60, 100))
    b:take(60, 100)
    assert.is_near(1.1, b:delay(1, 100), 0.05) -- a little stays
    assert.equal(0, b:delay(1, 101.2))
    assert.equal(0, b:delay(60, 200)) -- and holds no more than its limit
    b:take(60, 200)
    assert.is_near(1.1, b:delay(1, 200), 0.05)
  end)

  it("never asks for more than it can hold", function()
    local b = bucket.new(10, 0)
    assert.equal(0, b:delay(1000, 0))
    b:take(1000, 0)
    assert.is_true(b:delay(1, 0) > 100)
  end)

  it("follows what replies say, less what is under way", function()
    local b = bucket.new(100, 0)
    b:follow({ limit = 100, remaining = 40 }, 15, 10, 10)
    assert.equal(0, b:delay(24, 10))
    assert.is_true(b:delay(26, 10) > 0)
  end)

  it("takes no more from a reply that another has overtaken", function()
    local b = bucket.new(1000, 0)
    b:follow({ limit = 1000, remaining = 10 }, 0, 1, 2)
    b:follow({ limit = 1000, remaining = 60 }, 0, 1.5, 2)
    assert.is_true(b:delay(20, 2) > 0)
    b:follow({ limit = 1000, remaining = 5 }, 0, 1.5, 2)
    assert.is_true(b:delay(8, 2) > 0)
    b:follow({ limit = 1000, remaining = 60 }, 0, 2, 2.1) -- its call was sent after all these
    assert.equal(0, b:delay(50, 2.1))
    b:follow({ limit = 1000, remaining = 70 }, 30, 1.5, 2.1) -- and calls are under way
    assert.equal(0, b:delay(38, 2.1))
    assert.is_true(b:delay(39, 2.1) > 0)
    b:follow({ limit = 1000, remaining = 40, reset = 30 }, 0, 1.5, 2.1) -- which is no more
    assert.equal(30, b.reset)
  end)

  it("takes over a limit that has changed", function()
    local b = bucket.new(100, 0)
    b:follow({ limit = 1000, remaining = 900 }, 0, 1, 1)
    assert.equal(1000, b.limit)
    assert.equal(0, b:delay(898, 1))
  end)

  it("learns how fast it fills from two replies", function()
    local b = bucket.new(1000, 0)
    b:follow({ limit = 1000, remaining = 500, reset = 5 }, 0, 0, 0) -- 100 a second
    b:follow({ limit = 1000, remaining = 0, reset = 10 }, 0, 1, 1)
    assert.is_near(100, b.rate, 1)
    assert.is_near(0.5, b:delay(50, 1), 0.05)
  end)

  it("learns that all comes back at once", function()
    local b = bucket.new(1000, 0)
    b:follow({ limit = 1000, remaining = 900, reset = 30 }, 0, 0, 0)
    b:follow({ limit = 1000, remaining = 0, reset = 28 }, 0, 2, 2)
    assert.is_near(28, b:delay(1, 2), 0.01)
    assert.is_near(1, b:delay(1, 29), 0.01)
    assert.equal(0, b:delay(1000, 30))
    b:take(1000, 30.5)
    assert.is_true(b:delay(1, 30.5) > 0)
  end)

  it("believes the reply before its own reckoning", function()
    local b = bucket.new(10, 0)
    b:take(10, 0)
    b:follow({ limit = 10, remaining = 10 }, 0, 0, 0)
    assert.equal(0, b:delay(10, 0))
  end)

  describe("states", function()
    --- Seconds that calls wait for one, right after a reply.
    local function stated(part, setup)
      local b = bucket.new(part.limit, 0)
      if setup then
        setup(b)
      end
      b:follow(part, 0, 0, 0)
      return b:stated(1, 0), b
    end

    it("nothing while something is left", function()
      assert.equal(0, stated { limit = 100, remaining = 5, reset = 1000 })
      assert.equal(0, stated { limit = 1, remaining = 1, reset = 86400 })
      assert.equal(0, stated { limit = 200, remaining = 1, reset = 86000 }) -- the last one of a day
      assert.equal(0, stated { limit = 10000, remaining = 1, reset = 86000 })
    end)

    it("when a limit of one is back, however long or short that is", function()
      for _, reset in ipairs { 0.01, 1, 60, 86400, 1e12 } do
        local seconds, b = stated { limit = 1, remaining = 0, reset = reset }
        assert.is_near(reset, seconds, 1e-9 * reset)
        assert.is_near(reset / 2, b:stated(1, reset / 2), 1e-9 * reset)
        assert.equal(0, b:stated(1, reset))
      end
    end)

    it("the less of both ways to fill, until it is learned", function()
      assert.is_near(1.2, stated { limit = 100, remaining = 0, reset = 100 }, 1e-9)
      local windowed = function(b)
        b:follow({ limit = 100, remaining = 50, reset = 100 }, 0, -50, 0)
      end
      assert.is_near(100, stated({ limit = 100, remaining = 0, reset = 100 }, windowed), 1e-9)
    end)

    it("nothing of calls under way", function()
      local b = bucket.new(10, 0)
      b:follow({ limit = 10, remaining = 10, reset = 1 }, 9, 0, 0)
      b:take(1, 0)
      assert.equal(0, b:stated(1, 0))
      assert.is_true(b:delay(1, 0) > 0)
    end)

    it("no more than a second where no reply says until when, before a call was refused", function()
      assert.equal(1, stated { limit = 1, remaining = 0 })
      assert.equal(1, stated { limit = 3, remaining = 0, reset = 0 })
      local _, b = stated { limit = 3, remaining = 0 }
      b:follow({ limit = 3, remaining = 0 }, 0, 1, 1, true)
      assert.is_near(20, b:stated(1, 1), 0.2)
      assert.is_near(60, b:stated(3, 1), 1e-9)
    end)

    it("nothing once a call went through where nothing was left", function()
      local _, b = stated { limit = 1, remaining = 0 }
      b:take(1, 1)
      b:follow({ limit = 1, remaining = 0 }, 0, 0.5, 1.1) -- to a call before
      assert.is_true(b:stated(1, 1.1) > 0)
      b:follow({ limit = 1, remaining = 0 }, 0, 1, 1.2)
      assert.same({ 0, 0 }, { b:stated(1, 1.2), b:delay(1, 1.2) })
      b:follow({ limit = 1, remaining = 0 }, 0, 1.3, 1.4, true)
      assert.is_near(60, b:stated(1, 1.4), 1e-9)
    end)

    it("no less than nothing is left", function()
      local _, b = stated { limit = 10, remaining = -1e308, reset = 6 }
      assert.equal(0, b.said)
      assert.is_near(0.612, b:stated(1, 0), 1e-9)
    end)
  end)

  it("fills as fast as a single reply says, where that is faster than a minute", function()
    local b = bucket.new(10, 0)
    b:follow({ limit = 10, remaining = 0, reset = 2 }, 0, 0, 0)
    assert.is_near(5, b.rate, 1e-9)
    b:follow({ limit = 10, remaining = 0, reset = 3600 }, 0, 1, 1)
    assert.is_near(10 / 60, b.rate, 1e-9)
  end)

  it("learns how a limit of two or three fills", function()
    for _, limit in ipairs { 2, 3 } do
      local window = bucket.new(limit, 0)
      window:follow({ limit = limit, remaining = limit - 1, reset = 60 }, 0, 0, 0)
      window:follow({ limit = limit, remaining = limit - 2, reset = 59.9 }, 0, 0.1, 0.1)
      assert.is_true(window.windowed)
      local drops = bucket.new(limit, 0)
      drops:follow({ limit = limit, remaining = limit - 1, reset = 60 / limit }, 0, 0, 0)
      drops:follow({ limit = limit, remaining = limit - 2, reset = 120 / limit - 0.1 }, 0, 0.1, 0.1)
      assert.is_false(drops.windowed)
    end
  end)
end)
