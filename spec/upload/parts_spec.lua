-- Files in parts: what is sent and when, again where it must be, never twice
-- where it need not; and that nothing stays open at the server.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local multipart = require "spec.support.multipart"
local server = require("spec.support.server").start()
local socket = require "socket"
local state = require "oai.upload.state"
local tasks = require "spec.support.tasks"

local ANSWERS = { api = "answers" }
local BUSY = { status = 503, json = { error = { message = "busy" } }, headers = { ["retry-after-ms"] = "1" } }
local REFUSED = { status = 403, json = { error = { message = "not you" } } }
local STALLED = { fault = "stall" }
local HEARD = { api = "hears", steps = { { stall = true } } }
local CONTENT = ("%04d\n"):rep(19):format(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)
local COUNT, PART = 4, 30
local SECONDS = 20 -- until something is given up

local function merged(base, more)
  local all = {}
  for _, from in ipairs { base, more or {} } do
    for name, value in pairs(from) do
      all[name] = value
    end
  end
  return all
end

local function options(more)
  return merged({ purpose = "batch", max_request_bytes = 1, part_size = PART, parallel = 1 }, more)
end

--- What a scene has got, such as "create part part complete".
local function steps(scene)
  local names = {}
  for i, request in ipairs(scene:requests()) do
    names[i] = request.path:match "/uploads$" and "create" or request.path:match "/parts$" and "part"
      or request.path:match "/files$" and "list" or request.path:match "([^/]+)$"
  end
  return table.concat(names, " ")
end

--- The contents of the parts that a scene has got.
local function sent(scene)
  local contents = {}
  for _, request in ipairs(scene:requests()) do
    if request.path:find "/parts$" then
      contents[#contents + 1] = multipart.parts(request)[1].data
    end
  end
  return contents
end

local function part(number)
  return CONTENT:sub((number - 1) * PART + 1, number * PART)
end

describe("a file in parts", function()
  local here = folder.each()

  --- A scene that begins with these replies, and a client of it.
  local function scene_of(replies, more)
    local all = {}
    for i, reply in ipairs(replies or {}) do
      all[i] = reply
    end
    all[#all + 1] = ANSWERS
    local scene = server:scenario { replies = all, repeat_last = true }
    return scene, connect.to(scene, merged({ max_retries = 0 }, more))
  end

  local function upload(client, more, name)
    return client.files:upload(here:write(name or "a.jsonl", CONTENT), options(more))
  end

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

  it("says what stays open, where it cannot be cancelled", function()
    local _, client = scene_of({ ANSWERS, REFUSED, BUSY })
    local _, err = upload(client)
    assert.equal("permission_denied", err.kind)
    assert.truthy(err.partial.upload_id:find "^upload_")
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

  describe("that comes damaged", function()
    local function damaged(message, param)
      return { status = 400, json = { error = { message = message, param = param } } }
    end

    it("has the damaged part sent again, where it is told at once", function()
      local scene, client = scene_of { ANSWERS, ANSWERS, damaged "The part is corrupted.", damaged "Wrong checksum." }
      assert(upload(client))
      assert.same({ part(1), part(2), part(2), part(2), part(3), part(4) }, sent(scene))
    end)

    it("is given up where that does not help", function()
      local said = damaged "The part is corrupted."
      local scene, client = scene_of { ANSWERS, said, said, said }
      local _, err = upload(client)
      assert.equal(400, err.status)
      assert.equal("create part part part cancel", steps(scene))
    end)

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
      local _, client = scene_of { ANSWERS, ANSWERS, ANSWERS, BUSY }
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

    it("is kept through a reply that is lost", function()
      local scene, client = scene_of({ ANSWERS, ANSWERS, ANSWERS, ANSWERS, ANSWERS,
        { api = "hears", fault = "reset" } }, { max_retries = 1 })
      local file = assert(upload(client))
      assert.equal(CONTENT, file:content())
      assert.truthy(steps(scene):find "complete complete list content$", steps(scene))
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
