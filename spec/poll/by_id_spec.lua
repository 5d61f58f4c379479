-- Waiting for what is known by its ids, and by the names that the API's own
-- libraries have for it.

local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()
local sleeps_of = require "spec.support.sleeps"

local DONE = {
  { json = { id = "file_1", object = "vector_store.file", status = "in_progress" } },
  { json = { id = "file_1", object = "vector_store.file", status = "completed" } },
}

local function client_of(replies, more)
  local scene = server:scenario { replies = replies, repeat_last = more }
  return connect.over_kept(scene), scene
end

local function raised(fn, ...)
  local done, message = pcall(fn, ...)
  assert.is_false(done)
  return tostring(message)
end

describe("a wait by ids", function()
  it("takes those that the resource lacks, in the order of the path", function()
    for _, waits in ipairs {
      function(client) return client.vector_stores.files:wait("vs_1", "file_1", { interval = 0 }) end,
      function(client) return client.vector_stores.files:poll("vs_1", "file_1", { poll_interval_ms = 1 }) end,
      function(client) return client.vector_stores:at("vs_1").files:wait("file_1", { interval = 0 }) end,
      function(client) return client.vector_stores.files:at("vs_1", "file_1"):wait { interval = 0 } end,
    } do
      local client, scene = client_of(DONE)
      local file, facts, outcome = waits(client)
      assert.equal("completed", assert(file, tostring(facts)).status)
      assert.equal(200, facts.status)
      assert.equal("done", outcome)
      assert.equal("/v1/vector_stores/vs_1/files/file_1", scene:requests()[2].path)
      assert.is_function(file.delete)
    end
  end)

  it("is an error where a server has given the object an id that is none", function()
    for _, id in ipairs { "", false, { "a" }, ".." } do
      local client, scene = client_of { { json = { id = id, object = "batch", status = "in_progress" } } }
      local batch, err = assert(client.batches:retrieve "b"):wait()
      assert.is_nil(batch)
      assert.same({ "decode", "the object has no id to look at it again", "batches.wait" },
        { err.kind, err.message, err.operation })
      assert.equal(1, #scene:requests())
    end
  end)

  it("is an error where the object has no status, but of kinds that need none", function()
    for _, none in ipairs { { id = "b", object = "batch" }, { id = "b", object = "batch", status = oai.null } } do
      local client, scene = client_of { { json = none } }
      local batch, err = client.batches:wait "b"
      assert.is_nil(batch)
      assert.same({ "decode", "it has no 'status', so nobody knows when it is done", "batches.wait", "b" },
        { err.kind, err.message, err.operation, err.partial.id })
      assert.equal(1, #scene:requests())
    end
    local client = client_of { { json = { id = "file_1", object = "file" } } }
    local _, _, outcome = assert(client.files:wait "file_1")
    assert.equal("done", outcome)
  end)

  it("is a task where it is not waited for", function()
    local client = client_of(DONE)
    local task = client.vector_stores.files:wait("vs_1", "file_1", { interval = 0, wait = false })
    local file, facts, outcome = assert(task:await())
    assert.same({ "completed", 200, "done" }, { file.status, facts.status, outcome })
  end)

  it("tells on_done how it has ended", function()
    local client, told = client_of(DONE), nil
    client.vector_stores.files:wait("vs_1", "file_1", { interval = 0, on_done = function(file, facts, outcome)
      told = { file.status, facts.status, outcome }
    end })
    client:run()
    assert.same({ "completed", 200, "done" }, told)
  end)

  it("raises for ids that are none, at the program's line", function()
    local client = client_of {}
    for message, wrong in pairs {
      ["vector_stores.files.wait: file_id must be a non-empty string"] = function()
        client.vector_stores.files:wait("vs_1")
      end,
      ["batches.wait: batch_id must not hold a '.' or '..' segment"] = function() client.batches:wait ".." end,
      ["videos.poll: video_id must be a non-empty string"] = function() client.videos:poll {} end,
      ["wait: call it with a colon, as in client.batches:wait(...)"] = function() client.batches.wait "b" end,
      ["batches.wait: the options must be a table, got number"] = function() client.batches:wait("b", 5) end,
      ["files.wait_for_processing: the options must be a table, got number"] = function()
        client.files:wait_for_processing("f", 5)
      end,
      ["batches.wait: unknown option 'poll_interval_ms'; did you mean 'interval', in seconds?"] = function()
        client.batches:wait("b", { poll_interval_ms = 5 })
      end,
      ["videos.poll: unknown option 'max_wait_second'; did you mean 'timeout', in seconds?"] = function()
        client.videos:poll("v", { max_wait_second = 5 })
      end,
      ["poll: call it with a colon, as in client.vector_stores.files:poll(...)"] = function()
        client.videos.poll "v"
      end,
      ["batches.wait: one argument too many: the options follow the ids"] = function()
        client.batches:wait("b", nil, { timeout = 1 })
      end,
      ["videos.poll: give option 'interval' or 'poll_interval_ms', not both"] = function()
        client.videos:poll("v", { interval = 1, poll_interval_ms = 5 })
      end,
      ["videos.poll: option 'max_wait_seconds' must be a number from 0 on, got -1"] = function()
        client.videos:poll("v", { max_wait_seconds = -1 })
      end,
    } do
      local said = raised(wrong)
      assert.truthy(said:find("^spec/poll/by_id_spec%.lua:%d+: oai: "), said)
      assert.truthy(said:find(message, 1, true), said)
    end
  end)

  it("does not look where there is no time for it", function()
    local client, scene = client_of {}
    local value, err = client.videos:poll("v", { max_wait_seconds = 0 })
    assert.is_nil(value)
    assert.equal("oai: videos.poll: timeout: it was not looked at within the timeout of 0 s",
      (tostring(err):gsub(" %(at .*", "")))
    assert.equal(0, #scene:requests())
  end)

  it("of a file that is processed looks every five seconds, for half an hour", function()
    local scene = server:scenario { replies = { { json = { id = "f", object = "file", status = "uploaded" },
      headers = { ["openai-poll-after-ms"] = "1800000" } } } }
    local file, err = connect.over_kept(scene).files:wait_for_processing("f", { max_wait_seconds = 0.05 })
    assert.is_nil(file)
    assert.equal("timeout", err.kind)
    assert.truthy(err.message:find("it was still 'uploaded' after the timeout of 0.05 s", 1, true), err.message)
    assert.is_nil(scene:requests()[1].header["x-stainless-custom-poll-interval"])
  end)

  it("sends its header, and the program's in its place", function()
    local client, scene = client_of(DONE)
    assert(client.vector_stores.files:wait("vs_1", "file_1", { interval = 0.0254, headers = { ["X-A"] = "b" } }))
    local header = scene:requests()[1].header
    assert.same({ "true", "25", "b" }, { header["x-stainless-poll-helper"],
      header["x-stainless-custom-poll-interval"], header["x-a"] })
    client, scene = client_of(DONE)
    assert(client.vector_stores.files:wait("vs_1", "file_1", { interval = 0,
      headers = { ["X-Stainless-Poll-Helper"] = false } }))
    assert.is_nil(scene:requests()[1].header["x-stainless-poll-helper"])
  end)

  it("takes a server's pause for what it says, and nothing else", function()
    for said, seconds in pairs { ["250"] = 0.25, [" 300 "] = 0.3, ["0x100"] = 0.5, ["1e3"] = 0.5, nan = 0.5, inf = 0.5,
      ["-5"] = 0.5, [""] = 0.5, ["99999999999999999999"] = 60 } do
      local first = { status = "queued", headers = { ["openai-poll-after-ms"] = said } }
      assert.near(seconds, sleeps_of(server, first), 1e-9)
    end
  end)
end)
