-- The parts of a file, sent: again what came damaged, and nothing of a file
-- that is changed meanwhile.

local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local in_parts = require "spec.support.in_parts"
local server = require("spec.support.server").start()
local socket = require "socket"

local ANSWERS, BUSY, CONTENT, COUNT = in_parts.ANSWERS, in_parts.BUSY, in_parts.CONTENT, in_parts.COUNT
local damaged, options, steps, sent, part = in_parts.damaged, in_parts.options, in_parts.steps, in_parts.sent,
  in_parts.part
local SECONDS = 20 -- until something is given up

describe("a file in parts", function()
  local here = folder.each()
  local scene_of, upload = in_parts.at(server, here)

  it("is told without its sum where the program says so", function()
    local scene, client = scene_of()
    assert(upload(client, { md5 = false }))
    assert.is_nil(scene:requests()[6].body:find "md5")
  end)

  it("has the sum that the program says, or is none of the service's", function()
    local scene, client = scene_of()
    assert(upload(client, { md5 = "032BE6BBBF4BD27A2FFB462B684F13F7" }))
    local _, err = upload(client, { md5 = "00" })
    assert.same({ "bad_request", "files.upload" }, { err.kind, err.operation })
    assert.truthy(err.message:find("is 032be6bbbf4bd27a2ffb462b684f13f7, not 00", 1, true), err.message)
    assert.truthy(steps(scene):find "cancel$")
  end)

  it("has each part tried again, and no other", function()
    local scene, client = scene_of({ ANSWERS, ANSWERS, BUSY, BUSY }, { max_retries = 2 })
    assert(upload(client))
    assert.same({ part(1), part(2), part(2), part(2), part(3), part(4) }, sent(scene))
  end)

  it("tells how far it is, and at its end once", function()
    local _, client = scene_of()
    local told = {}
    assert(upload(client, { parallel = 4, on_progress = function(bytes, total)
      told[#told + 1] = bytes
      assert.equal(#CONTENT, total)
    end }))
    assert.equal(#CONTENT, told[#told])
    assert.not_equal(#CONTENT, told[#told - 1])
  end)

  it("has a damaged part sent again, where it is told at once", function()
    local scene, client = scene_of { ANSWERS, ANSWERS, damaged "The part is corrupted.", damaged "Wrong checksum." }
    assert(upload(client))
    assert.same({ part(1), part(2), part(2), part(2), part(3), part(4) }, sent(scene))
  end)

  it("is given up where a part comes damaged again and again", function()
    local said = damaged "The part is corrupted."
    local scene, client = scene_of { ANSWERS, said, said, said }
    local _, err = upload(client)
    assert.equal(400, err.status)
    assert.equal("create part part part cancel", steps(scene))
  end)

  describe("that is changed meanwhile", function()
    --- What comes of an upload whose file is changed when a part of that number
    --- has been sent.
    local function change_after(number, change)
      local count = 0
      local scene = server:scenario { replies = { ANSWERS }, repeat_last = true }
      local client = connect.to(scene, { log = function(level, message)
        count = count + (level == "info" and message:find "parts.create: 200" and 1 or 0)
        if level == "info" and count == number and message:find "parts.create: 200" then
          change()
        end
      end })
      local _, err = upload(client)
      return err, scene
    end

    for number = 1, COUNT do
      it(("is not sent, after part %d"):format(number), function()
        local err, scene = change_after(number, function()
          here:write("a.jsonl", ("x"):rep(#CONTENT))
        end)
        assert.same({ "io", "files.upload" }, { err.kind, err.operation })
        assert.truthy(err.message:find "it has changed since the call", err.message)
        assert.equal(number, #sent(scene))
        assert.truthy(steps(scene):find "cancel$")
      end)
    end

    it("is not sent where it is gone, or another one has its name", function()
      local err = change_after(2, function()
        os.remove(here:file "a.jsonl")
      end)
      assert.equal("io", err.kind)
      err = change_after(2, function()
        os.rename(here:write("b", CONTENT .. "x"), here:file "a.jsonl")
      end)
      assert.truthy(err.message:find "it has changed since the call", err.message)
    end)
  end)

  it("takes its time from nobody else", function()
    local _, client = scene_of(nil, { loop = "frame" })
    here:write("a.jsonl", ("x"):rep(4 * 1024 * 1024))
    local longest = 0
    local task = client:spawn(function()
      return client.files:upload(here:file "a.jsonl", options { part_size = 4 * 1024 * 1024 })
    end)
    local limit = socket.gettime() + SECONDS
    while not task.done and socket.gettime() < limit do
      local before = socket.gettime()
      client:update()
      longest = math.max(longest, socket.gettime() - before)
    end
    assert.is_true(task.done)
    assert(task:await())
    assert.is_true(longest < 1, longest)
  end)
end)
