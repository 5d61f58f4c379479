-- What each status of each kind of object means for who waits.

local facts = require "spec.support.facts.statuses"
local kinds = require "oai.poll.kinds"
local poll = require "oai.poll"

local function list(text)
  local found = {}
  for word in (text or ""):gmatch "%S+" do
    found[#found + 1] = word
  end
  return found
end

--- What the facts say of each status.
local function expected(fact)
  local outcomes = {}
  for _, status in ipairs(list(fact.statuses .. " " .. (fact.more or ""))) do
    outcomes[status] = "goes_on"
  end
  for _, outcome in ipairs { "done", "needs_action", "failed" } do
    for _, status in ipairs(list(fact[outcome])) do
      assert.equal("goes_on", outcomes[status], status .. " is no status, or stands there twice")
      outcomes[status] = outcome
    end
  end
  return outcomes
end

describe("kinds of what is waited for", function()
  it("are those of the facts", function()
    for kind in pairs(kinds) do
      assert.truthy(facts[kind], kind)
    end
  end)

  for kind, fact in pairs(facts) do
    it("say what each status means: " .. kind, function()
      assert.same(expected(fact), kinds[kind].outcomes)
      assert.equal(fact.unknown or "goes_on", poll.outcome(kinds[kind], "of_a_later_api"))
      assert.equal(fact.without, poll.outcome(kinds[kind], nil))
    end)

    it("live all lives: " .. kind, function()
      for status, outcome in pairs(expected(fact)) do
        local lived = (" " .. (fact.life or "") .. " "):find(" " .. status .. " ", 1, true) ~= nil
        assert.equal(outcome == "goes_on", lived, status)
      end
    end)
  end
end)
