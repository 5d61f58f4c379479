-- Files in parts: what is sent and when, never twice where it need not be; and
-- that nothing stays open at the server.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local in_parts = require "spec.support.in_parts"
local merged = require "spec.support.merged"
local multipart = require "spec.support.multipart"
local server = require("spec.support.server").start()
local state = require "oai.upload.state"
local tasks = require "spec.support.tasks"

local ANSWERS, BUSY, CONTENT = in_parts.ANSWERS, in_parts.BUSY, in_parts.CONTENT
local COUNT, PART = in_parts.COUNT, in_parts.PART
local REFUSED = { status = 403, json = { error = { message = "not you" } } }
local STALLED = { fault = "stall" }
local HEARD = { api = "hears", steps = { { stall = true } } }
local options, steps, sent, part = in_parts.options, in_parts.steps, in_parts.sent, in_parts.part

describe("a file in parts", function()
  local here = folder.each()

  local scene_of, upload = in_parts.at(server, here)

  for _, loop in ipairs(tasks.loops) do
    it("is the file that it was, several at a time, on " .. loop, function()
      local scene, client = scene_of(nil, { loop = loop })
      local file, facts = connect.run(client, function()
        return upload(client, { parallel = 3, expires_after = { anchor = "created_at", seconds = 9 } })
      end)
      assert.equal(200, facts.status)
      assert.same({ "file", "a.jsonl", "batch", #CONTENT }, { file.object, file.filename, file.purpose, file.bytes })
      assert.equal("create part part part part complete", steps(scene))
      assert.equal(CONTENT, connect.run(client, function()
        return file:content()
      end))
    end)
  end

  it("is sent as the API has it", function()
    local scene, client = scene_of()
    assert(upload(client, { filename = "b.bin", mime_type = "text/plain" }))
    local requests = scene:requests()
    assert.same({ bytes = #CONTENT, filename = "b.bin", mime_type = "text/plain", purpose = "batch" },
      require("cjson").decode(requests[1].body))
    assert.same({ "data (part, application/octet-stream): " .. part(4) }, multipart.shown(requests[5]))
    assert.truthy(requests[6].body:find '"md5":"032be6bbbf4bd27a2ffb462b684f13f7"', requests[6].body)
    assert.same({ part(1), part(2), part(3), part(4) }, sent(scene))
  end)

  for _, loop in ipairs(tasks.loops) do
    it("leaves nothing open where it fails, on " .. loop, function()
      for at = 2, COUNT + 2 do
        local replies = {}
        for i = 1, at - 1 do
          replies[i] = ANSWERS
        end
        replies[at] = REFUSED
        local scene, client = scene_of(replies, { loop = loop })
        local file, err = connect.run(client, function()
          return upload(client, { parallel = 2 })
        end)
        assert.is_nil(file, at)
        assert.same({ "permission_denied", "files.upload" }, { err.kind, err.operation })
        assert.truthy(steps(scene):find "cancel") -- a part that nobody waits for may come later
      end
    end)

    it("leaves nothing open where it is cancelled, on " .. loop, function()
      local scene, client = scene_of({ ANSWERS, ANSWERS, STALLED }, { loop = loop })
      local task = client:spawn(function()
        return upload(client)
      end)
      assert.is_true(tasks.wait(client, loop, function()
        return steps(scene) == "create part part"
      end))
      task:cancel()
      assert.is_true(tasks.wait(client, loop, function()
        return task.done and steps(scene) == "create part part cancel"
      end))
      assert.equal("cancelled", task.err.kind)
      task:await()
    end)
  end

  for _, loop in ipairs(tasks.loops) do
    it("leaves nothing open where it is cancelled before it knows of it, on " .. loop, function()
      local scene, client = scene_of({ { api = "answers", delay = 0.05 } }, { loop = loop })
      local task = client:spawn(function()
        return upload(client)
      end)
      assert.is_true(tasks.wait(client, loop, function()
        return steps(scene) == "create"
      end))
      task:cancel()
      assert.is_true(task.done)
      assert.equal("cancelled", task.err.kind)
      assert.is_true(tasks.wait(client, loop, function()
        return steps(scene) == "create cancel"
      end))
    end)
  end

  it("is in its state where it is cancelled before it knows of it", function()
    local scene, client = scene_of { { api = "answers", delay = 0.05 } }
    local task = client:spawn(function()
      return upload(client, { state = here:file "state" })
    end)
    assert.is_true(tasks.wait(client, "blocking", function()
      return steps(scene) == "create"
    end))
    task:cancel()
    assert.is_true(tasks.wait(client, "blocking", function()
      return here:names() == "a.jsonl state"
    end))
    assert(client.files:upload(here:file "a.jsonl", options { state = here:file "state" }))
    assert.equal("create part part part part complete", steps(scene))
  end)

  for number, at in pairs { "part", [COUNT + 1] = "complete" } do
    it("leaves nothing open where the program raises in a task before a " .. at, function()
      local count = 0
      local scene, client = scene_of(nil, { api_key = function()
        count = count + 1
        if count == number + 1 then
          error("enough", 0)
        end
        return "sk-x"
      end })
      local task = client:spawn(function()
        return upload(client)
      end)
      local file, err = task:await()
      assert.same({ nil, "enough" }, { file, err })
      assert.truthy(steps(scene):find "cancel$", steps(scene))
    end)
  end

  it("says what stays open, where the client is closed", function()
    local scene, client = scene_of { ANSWERS, STALLED }
    local task = client:spawn(function()
      return upload(client)
    end)
    assert.is_true(tasks.wait(client, "blocking", function()
      return steps(scene) == "create part"
    end))
    client:close()
    assert.equal("cancelled", task.err.kind)
    assert.truthy(task.err.partial.upload_id:find "^upload_")
  end)

  it("says what stays open, where it cannot be cancelled", function()
    local _, client = scene_of({ ANSWERS, REFUSED, BUSY })
    local _, err = upload(client)
    assert.equal("permission_denied", err.kind)
    assert.truthy(err.partial.upload_id:find "^upload_")
  end)

  for i, id in ipairs { "../files", "", 5 } do
    it("is an error where the server gives no id that can be one, " .. i, function()
      local scene, client = scene_of { { json = { id = id, object = "upload", status = "pending" } } }
      local _, err = upload(client)
      assert.same({ "decode", "the reply has no id of an upload" }, { err.kind, err.message })
      assert.equal("create", steps(scene))
    end)
  end

  it("says where the program was when a part cannot be sent", function()
    local _, client = scene_of { ANSWERS, REFUSED }
    local _, err = upload(client)
    assert.truthy(tostring(err):find("parts_spec.lua:", 1, true), tostring(err))
  end)

  it("raises what the program does while it is told, and is cancelled", function()
    local scene, client = scene_of { ANSWERS, { api = "answers", delay = 0.15 } }
    local done, err = pcall(upload, client, { on_progress = function()
      error("enough", 0)
    end })
    assert.is_false(done)
    assert.equal("enough", err)
    assert.truthy(steps(scene):find "cancel$")
  end)

  it("leaves nothing open where the user interrupts a plain script", function()
    local scene = scene_of { ANSWERS, ANSWERS, STALLED }
    local program = child.start(([[
      print(pid())
      local client = require("oai").client { api_key = "sk-x", base_url = %q, max_retries = 0 }
      client.files:upload(%q, { purpose = "batch", max_request_bytes = 1, part_size = %d, parallel = 1 })
      print "not interrupted"
    ]]):format(scene.base_url, here:write("a.jsonl", CONTENT), PART))
    local pid = program:line()
    scene:wait(function(journal)
      return journal.requests_total == 3
    end)
    child.signal(pid, "INT")
    local said = program:finish()
    assert.is_nil(said:find("not interrupted", 1, true))
    assert.equal("create part part cancel", steps(scene))
  end)

  describe("with a state", function()
    local PROGRAM = [[
      print(pid())
      local client = require("oai").client { api_key = "sk-x", base_url = %q, max_retries = 0 }
      print(client.files:upload(%q, { purpose = "batch", max_request_bytes = 1, part_size = %d, parallel = %d,
        state = %q }))
    ]]

    --- Whether the parts of a journal have come with all of their bodies.
    local function have_come(journal)
      for _, request in ipairs(journal.requests) do
        if request.path:find "/parts$" and not (request.body or ""):find "%-%-\r\n$" then
          return false
        end
      end
      return true
    end

    --- Runs the upload in a process that is killed as soon as a scene has got
    --- so many requests and the state so many parts.
    local function kill(replies, parallel, requests, parts)
      local scene = scene_of(replies)
      local program = child.start(PROGRAM:format(scene.base_url, here:write("a.jsonl", CONTENT), PART, parallel,
        here:file "state"))
      local pid = program:line()
      scene:wait(function(journal)
        local kept = state.load(here:file "state")
        local count = 0
        for _ in pairs(kept and kept.parts or {}) do
          count = count + 1
        end
        return #journal.requests == requests and count == parts and have_come(journal)
      end)
      child.signal(pid, "KILL")
      program:finish()
      return scene
    end

    local function go_on(client, more)
      return client.files:upload(here:file "a.jsonl", options(merged({ state = here:file "state" }, more)))
    end

    for parallel, limit in pairs { COUNT, [4] = 1 } do
      for number = 1, limit do
        it(("sends no part twice that is there, killed at part %d of %d at a time"):format(number, parallel), function()
          local replies = {}
          for i = 1, number do
            replies[i] = ANSWERS
          end
          replies[number + 1] = STALLED
          local done = parallel == 1 and number - 1 or COUNT - 1
          local first = kill(replies, parallel, 2 + done, done)
          local scene, client = scene_of()
          local file = assert(go_on(client))
          assert.equal(CONTENT, file:content())
          assert.equal(COUNT - done, #sent(scene))
          assert.is_nil(steps(scene):find "create")
          local all, seen = sent(first), {}
          for _, bytes in ipairs(sent(scene)) do
            all[#all + 1] = bytes
          end
          for _, bytes in ipairs(all) do
            seen[bytes] = (seen[bytes] or 0) + 1
          end
          for one = 1, COUNT do
            assert.equal(one == number and 2 or 1, seen[part(one)]) -- that one was under way
          end
          assert.equal("a.jsonl", here:names())
        end)
      end
    end

    it("finds the file of an upload that was complete when it was killed", function()
      kill({ ANSWERS, ANSWERS, ANSWERS, ANSWERS, ANSWERS, HEARD }, 1, COUNT + 2, COUNT)
      local scene, client = scene_of()
      local file = assert(go_on(client))
      assert.equal(CONTENT, file:content())
      assert.equal("complete list content", steps(scene))
    end)

    it("stays where it may go on, and is no more where it may not", function()
      local scene, client = scene_of { ANSWERS, ANSWERS, BUSY }
      local _, err = upload(client, { state = here:file "state" })
      assert.equal("server", err.kind)
      assert.equal("create part part", steps(scene))
      assert.equal("a.jsonl state", here:names())
      scene, client = scene_of { REFUSED }
      _, err = go_on(client)
      assert.equal("permission_denied", err.kind)
      assert.equal("part cancel", steps(scene))
      assert.equal("a.jsonl", here:names())
    end)

    it("begins anew where the server has no such upload any more", function()
      for _, gone in ipairs { { 404, "No such upload" }, { 400, "Upload upload_1 is expired." } } do
        local _, client = scene_of { ANSWERS, ANSWERS, BUSY }
        assert.is_nil((upload(client, { state = here:file "state" })))
        local scene
        scene, client = scene_of { { status = gone[1], json = { error = { message = gone[2] } } } }
        local file = assert(go_on(client))
        assert.equal(CONTENT, file:content())
        assert.equal("part create part part part part complete content", steps(scene))
      end
    end)

    it("begins anew with parts of another size, where the program says so", function()
      local _, client = scene_of { ANSWERS, ANSWERS, BUSY }
      assert.is_nil((upload(client, { state = here:file "state" })))
      local scene
      scene, client = scene_of { { status = 404, json = { error = { message = "No such upload" } } } }
      local file = assert(go_on(client, { part_size = PART / 2 }))
      assert.equal(CONTENT, file:content())
      assert.equal("part create part part part part part part part complete content", steps(scene))
    end)

    it("begins anew where the upload's time is up", function()
      local _, client = scene_of { ANSWERS, ANSWERS, BUSY }
      assert.is_nil((upload(client, { state = here:file "state" })))
      local kept = assert(state.load(here:file "state"))
      kept.expires_at = os.time() - 1
      assert(state.save(here:file "state", kept))
      local scene
      scene, client = scene_of()
      assert(go_on(client))
      assert.equal("create part part part part complete", steps(scene))
    end)

    it("is refused where it is of another file or purpose, and left as it is", function()
      local _, client = scene_of { ANSWERS, ANSWERS, BUSY }
      assert.is_nil((upload(client, { state = here:file "state" })))
      local kept = here:read "state"
      local scene
      scene, client = scene_of()
      local function said(more)
        local _, err = go_on(client, more)
        assert.equal("bad_request", err.kind)
        return err.message:match "is (of .*): remove it, or give another name$"
      end
      assert.equal("of an upload for 'batch', and this is for 'evals'", said { purpose = "evals" })
      assert.equal("of the file 'a.jsonl', and this is 'b'", said { filename = "b", mime_type = "application/jsonl" })
      here:write("a.jsonl", CONTENT .. "\n")
      assert.equal("of a file of 95 bytes, and this one has 96", said())
      here:write("a.jsonl", CONTENT)
      assert.truthy(said():find "changed last at")
      here:write("state", "{}")
      local _, err = go_on(client)
      assert.truthy(err.message:find "is not the state of an upload$")
      assert.same({ "{}", 0 }, { here:read "state", #scene:requests() })
      assert.truthy(#kept > 0)
    end)

    it("is refused where the file has another content at the old time", function()
      local _, client = scene_of { ANSWERS, ANSWERS, ANSWERS, ANSWERS, ANSWERS, BUSY }
      assert.is_nil((upload(client, { state = here:file "state" })))
      local kept = assert(state.load(here:file "state"))
      assert.equal("032be6bbbf4bd27a2ffb462b684f13f7", kept.md5)
      kept.md5 = ("0"):rep(32)
      assert(state.save(here:file "state", kept))
      local scene
      scene, client = scene_of()
      local _, err = go_on(client)
      assert.equal("bad_request", err.kind)
      assert.truthy(steps(scene):find "cancel$")
    end)

  end)

end)
