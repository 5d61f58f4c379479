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
end)
