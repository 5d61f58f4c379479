-- When a wait looks next.

local pace = require "oai.poll.pace"

local function asking(text, retry_after)
  return { headers = { ["openai-poll-after-ms"] = text }, retry_after = retry_after }
end

--- The seconds of looks that are followed by nothing that anybody says.
local function seconds_of(some, count)
  local seconds = {}
  for i = 1, count do
    seconds[i] = pace.seconds(some, {})
  end
  return seconds
end

describe("the pace of a wait", function()
  it("is slower and slower, up to its longest", function()
    assert.same({ 0.5, 0.75, 1.125, 1.6875, 2.53125, 3.796875, 5.6953125, 8, 8 }, seconds_of(pace.new(), 9))
    assert.same({ 2, 3, 4, 4 }, seconds_of(pace.new(nil, 2, 4), 4))
    assert.same({ 5, 5 }, seconds_of(pace.new(nil, 5, 5), 2))
  end)

  it("is the program's, whatever the server asks, and not endless", function()
    local some = pace.new(2)
    assert.equal(2, pace.seconds(some, asking "5000"))
    assert.equal(2, pace.seconds(some, {}))
    assert.equal(0.005, pace.seconds(pace.new(0), {}))
  end)

  it("is what the server asks, from a tenth of a second to a minute, after which its own goes on", function()
    local some = pace.new()
    for text, seconds in pairs { ["1500"] = 1.5, [" 200 "] = 0.2, ["0"] = 0.1, ["99999999"] = 60 } do
      assert.equal(seconds, pace.seconds(some, asking(text)))
    end
    assert.equal(0.5, pace.seconds(some, asking "soon"))
    assert.equal(0.75, pace.seconds(some, asking "-5"))
  end)

  it("is no faster than a server that refuses a look asks", function()
    assert.equal(7, pace.seconds(pace.new(0.1), asking(nil, 7)))
    assert.equal(7, pace.seconds(pace.new(), asking("100", 7)))
    assert.equal(9, pace.seconds(pace.new(9), asking(nil, 7)))
  end)
end)
