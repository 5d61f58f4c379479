-- on_progress: what it is told of calls, on each loop; and when.

local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local progress = require "oai.call.progress"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"

describe("progress", function()
  local function telling()
    local told = {}
    return told, function(bytes, total)
      told[#told + 1] = ("%s/%s"):format(bytes, total or "?")
    end
  end

  it("is told ten times a second, only where it is another, and at the end", function()
    local told, tell = telling()
    local one = progress.new(tell, 100)
    one.total = 9
    progress.note(one, 1, 100.05)
    progress.note(one, 2, 100.1)
    progress.note(one, 3, 100.15)
    progress.note(one, 2, 100.25)
    progress.note(one, 4, 100.3)
    progress.finish(one, 9)
    progress.finish(one, 9)
    assert.same({ "2/9", "4/9", "9/9" }, told)
  end)

  for _, loop in ipairs(tasks.loops) do
    describe("#timed of a call on " .. loop, function()
      local here = folder.each()

      local function run(reply, call)
        local scene = server:scenario { replies = type(reply) == "table" and reply[1] and reply or { reply } }
        local client = connect.to(scene, { loop = loop })
        local told, tell = telling()
        local value, facts = connect.run(client, function()
          return call(client, tell)
        end)
        return told, value, facts
      end

      local function content(client, tell, more)
        return client.files:content("f", nil, { on_progress = tell, save_to = more, max_retries = 1 })
      end

      it("is what comes", function()
        local told, value = run({ body = "12345", headers = { ["content-type"] = "x/y" } }, content)
        assert.same({ "5/5" }, told)
        assert.equal("12345", value)
      end)

      it("is what goes to a file", function()
        local told = run({ body = "12345" }, function(client, tell)
          return content(client, tell, here:file "a")
        end)
        assert.same({ "5/5" }, told)
        assert.equal("12345", here:read "a")
      end)

      it("is told while it comes, and of no total where none is said", function()
        local told = run({ chunked = true, steps = { { write = "123" }, { wait = 0.15 }, { write = "45" } } }, content)
        assert.equal("5/?", told[#told])
        assert.equal("3/?", told[1])
      end)

      it("is of a form what was sent", function()
        local told, file = run({ json = { id = "f", object = "file" }, delay = 0.15 }, function(client, tell)
          return client.files:create({ file = { data = "12345" }, purpose = "abc" }, { on_progress = tell })
        end)
        assert.equal("f", file.id)
        assert.same({ "8/8" }, told)
      end)

      it("says no end of what fails, and begins anew with each attempt", function()
        local told, value, err = run({ { status = 500, json = {} }, { status = 404, json = {} } }, content)
        assert.same({ {}, 404 }, { told, err.status })
        assert.is_nil(value)
        local busy = { status = 500, body = "later", headers = { ["retry-after-ms"] = "1" } }
        told = run({ busy, { body = "1" } }, content)
        assert.same({ "1/1" }, told)
      end)

      it("is of a stream its form alone", function()
        local told = run({ sse = { "[DONE]" } }, function(client, tell)
          return client.audio.transcriptions:create({ file = { data = "12345" }, model = "m", stream = true },
            { on_progress = tell })
        end)
        assert.same({ "10/10" }, told)
      end)
    end)
  end
end)
