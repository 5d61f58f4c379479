-- The end of an upload in parts: what the server says came damaged is sent
-- again, and a file is found whose reply was lost.

local folder = require "spec.support.folder"
local in_parts = require "spec.support.in_parts"
local server = require("spec.support.server").start()

local ANSWERS, CONTENT, COUNT = in_parts.ANSWERS, in_parts.CONTENT, in_parts.COUNT
local damaged, steps, sent, part = in_parts.damaged, in_parts.steps, in_parts.sent, in_parts.part

describe("the end of a file in parts", function()
  local scene_of, upload = in_parts.at(server, folder.each())

  it("has the part sent again that the server names at the end", function()
    local scene, client = scene_of { ANSWERS, ANSWERS, ANSWERS, ANSWERS, ANSWERS,
      damaged("The MD5 does not match.", "part_ids[2]") }
    assert(upload(client))
    assert.same({ part(1), part(2), part(3), part(4), part(3) }, sent(scene))
    assert.equal("create part part part part complete part complete", steps(scene))
  end)

  it("has all sent again where the server can only say that the sum is wrong", function()
    local scene, client = scene_of()
    local file = assert(upload(client, { parallel = 2 }, "damaged.jsonl"))
    assert.equal(CONTENT, file:content())
    assert.equal("create part part part part complete part part part part complete content", steps(scene))
  end)

  it("is given up and cancelled where the sum stays wrong", function()
    local said, replies = damaged "The md5 is another.", {}
    for i = 1, 1 + 3 * (COUNT + 1) do
      replies[i] = (i - 1) % (COUNT + 1) == 0 and i > 1 and said or ANSWERS
    end
    local scene, client = scene_of(replies)
    local _, err = upload(client)
    assert.equal("The md5 is another.", err.message)
    assert.equal(3 * COUNT, #sent(scene))
    assert.truthy(steps(scene):find "complete cancel$")
  end)

  it("is kept through a reply that is lost", function()
    local scene, client = scene_of({ ANSWERS, ANSWERS, ANSWERS, ANSWERS, ANSWERS,
      { api = "hears", fault = "reset" } }, { max_retries = 1 })
    local file = assert(upload(client))
    assert.equal(CONTENT, file:content())
    assert.truthy(steps(scene):find "complete complete list content$", steps(scene))
  end)
end)
