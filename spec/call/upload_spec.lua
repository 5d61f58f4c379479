-- What is uploaded is what was there when the call was made, or the call is an
-- error: for all that may be given as a file, whatever becomes of it before an
-- attempt, on both drives, waited for or not. What becomes of a file while it
-- is sent is in spec/engine/upload_spec.lua.

local connect = require "spec.support.connect"
local core = require "oai.core"
local folder = require "spec.support.folder"
local libcurl = require "spec.support.libcurl"
local multipart = require "spec.support.multipart"
local process = require "spec.support.process"
local server = require("spec.support.server").start()
local socket = require "socket"
local said = require "spec.support.said"

local SECONDS = 20 -- until a call is given up
local CONTENT, OTHER = ("the call's "):rep(3000), ("another's! "):rep(3000)
local SKIPPED = 11 -- bytes that the program has read of an open file

local FILE = { json = { id = "file-1", object = "file" } }
local BUSY = { status = 503, headers = { ["retry-after-ms"] = "1" } }

local function opened(source)
  source.handle = assert(io.open(source.path, "rb"))
  source.handle:seek("set", SKIPPED)
  return source.handle
end

-- What is given, and what the program can do to it: `path` has a file of that
-- content, `handle` is one that is open, `given` a table.
local INPUTS = {
  ["a path"] = {
    give = function(source)
      return source.path
    end,
    has = { path = true }, content = CONTENT, called = "path",
  },
  ["an open file"] = {
    give = opened, has = { path = true, handle = true }, content = CONTENT:sub(SKIPPED + 1), called = "upload",
  },
  ["a table with bytes"] = {
    give = function()
      return { data = CONTENT, filename = "b.txt" }
    end,
    has = { given = true }, content = CONTENT,
  },
  ["a table with a path"] = {
    give = function(source)
      return { path = source.path, filename = "b.txt" }
    end,
    has = { path = true, given = true }, content = CONTENT, called = "path",
  },
  ["a table with an open file"] = {
    give = function(source)
      return { file = opened(source), filename = "b.txt" }
    end,
    has = { path = true, handle = true, given = true }, content = CONTENT:sub(SKIPPED + 1), called = "b.txt",
  },
}

local function write(path, mode, text)
  local file = assert(io.open(path, mode))
  file:write(text)
  file:close()
end

local SHRUNK, CHANGED = "it has shrunk since the call", "it has changed since the call"

-- What happens to a file after the call: `make` does it, to one that was given by
-- what `of` says. The error `says` what happened, or the call's bytes are sent.
local CHANGES = {
  ["closed, and another opened"] = { of = "handle", make = function(source)
    source.handle:close()
    source.other = assert(io.open(source.other_path, "rb"))
  end },
  ["read on"] = { of = "handle", make = function(source)
    source.handle:read "*a"
  end },
  ["moved"] = { of = "path", make = function(source)
    assert(os.rename(source.path, source.path .. ".moved"))
  end },
  ["removed"] = { of = "path", make = function(source)
    assert(os.remove(source.path))
  end },
  ["replaced"] = { of = "path", make = function(source)
    assert(os.rename(source.other_path, source.path))
  end },
  ["removed, and made anew"] = { of = "path", make = function(source)
    assert(os.remove(source.path))
    write(source.path, "wb", OTHER)
  end },
  ["cut short"] = { of = "path", says = SHRUNK, make = function(source)
    write(source.path, "wb", CONTENT:sub(1, -2))
  end },
  ["emptied"] = { of = "path", says = SHRUNK, make = function(source)
    write(source.path, "wb", "")
  end },
  ["written to at its end"] = { of = "path", says = CHANGED, make = function(source)
    write(source.path, "ab", "x")
  end },
  ["written over"] = { of = "path", says = CHANGED, make = function(source)
    write(source.path, "r+b", OTHER)
  end },
  ["written over by the same"] = { of = "path", says = CHANGED, make = function(source)
    write(source.path, "r+b", CONTENT)
  end },
  ["filled with something else"] = { of = "given", make = function(source)
    source.given.data, source.given.path, source.given.file = OTHER, source.other_path, nil
    source.given.filename, source.given.content_type = "c.png", "a/b\r\nX-Evil: 1"
  end },
}

-- When: before that attempt, or while the reply to the first is awaited.
local MOMENTS = {
  ["before attempt 1"] = { replies = { FILE }, attempt = 1, sent = 0 },
  ["before attempt 2"] = { replies = { BUSY, FILE }, attempt = 2, sent = 1 },
  ["before attempt 3"] = { replies = { BUSY, BUSY, FILE }, attempt = 3, sent = 2 },
  ["before a 307 is followed"] = { replies = { "307", FILE }, sent = 1 },
}

--- Calls `turn` until a call is done.
local function until_done(task, turn)
  local limit = core.clock() + SECONDS
  while not task.done do
    assert(core.clock() < limit, "the call did not end")
    turn()
  end
  return task.value, task.err
end

--- Frames, with `look` between them.
local function play(client, task, look)
  return until_done(task, function()
    client:update()
    look()
    socket.sleep(0.001)
  end)
end

local look_on -- between two looks of the loop below

local own_loop = {
  wait = function(engine)
    engine:step(0.005)
    look_on()
    return true
  end,
  sleep = require("oai.loop.blocking").sleep,
  worker = false,
}

-- How a call is made and awaited, with `look` now and then meanwhile.
local WAYS = {
  ["blocking, waited for"] = { loop = own_loop, run = function(client, params, look)
    look_on = look
    return client.files:create(params)
  end },
  ["blocking, not waited for"] = { loop = "blocking", run = function(client, params, look)
    local task = client.files:create(params, { wait = false })
    return until_done(task, function()
      task:await(0.005)
      look()
    end)
  end },
  ["frame, waited for in a task"] = { loop = "frame", run = function(client, params, look)
    return play(client, client:spawn(function()
      return client.files:create(params)
    end), look)
  end },
  ["frame, not waited for"] = { loop = "frame", run = function(client, params, look)
    return play(client, client.files:create(params, { wait = false }), look)
  end },
}

--- All that arrived is what was given.
local function check_bytes(requests, content)
  for _, request in ipairs(requests) do
    assert.is_true(request.complete_body)
    local part = multipart.parts(request)[1]
    assert.is_true(part.data == content, ("%d bytes: %s..."):format(#part.data, part.data:sub(1, 20)))
    assert.is_nil(request.body:find("X-Evil", 1, true))
  end
end

describe("what is uploaded", function()
  local here

  -- Files for the next case: of one that has just been written the library
  -- waits for the time of its next change to be another.
  local ahead, count = nil, 0

  local function write_ahead()
    count = count + 1
    ahead = { path = here:write(count .. ".txt", CONTENT), other_path = here:write(count .. ".other", OTHER) }
  end

  --- A file for the input, and another, with which it may be taken.
  local function new_source(input)
    local source = ahead
    write_ahead()
    source.given = input.give(source)
    return source
  end

  local function close(source)
    for _, file in pairs { source.handle, source.other } do
      if io.type(file) == "file" then
        file:close()
      end
    end
  end

  setup(function()
    here = folder.new()
    write_ahead()
  end)

  teardown(function()
    here:remove()
  end)

  --- The replies of a moment; a 307 waits until it may be given.
  local function replies_of(moment)
    local replies = {}
    for i, reply in ipairs(moment.replies) do
      replies[i] = reply == "307" and
        { status = 307, headers = { location = "{{base}}/v1/files" }, reply_after = here:file "go" } or reply
    end
    return replies
  end

  --- Makes the change when that attempt is about to be made.
  local function key_of(moment, change)
    local attempts = 0
    return function()
      attempts = attempts + 1
      if attempts == moment.attempt then
        change()
      end
      return connect.key
    end
  end

  --- Makes it once the first request has arrived.
  local function look_of(moment, scene, change)
    local made = moment.attempt ~= nil
    return function()
      local first = not made and scene:requests()[1]
      if first and first.complete_body then
        made = true
        change()
        here:write("go", "")
      end
    end
  end

  local function try(way, moment, input, change)
    local source, changed = new_source(input), 0
    local function make()
      changed = changed + 1
      change.make(source)
    end
    local scene = server:scenario { replies = replies_of(moment) }
    local client = connect.to(scene, { loop = way.loop, api_key = key_of(moment, make) })
    local value, err = way.run(client, { file = source.given, purpose = "batch" }, look_of(moment, scene, make))
    client:close()
    close(source)
    os.remove(here:file "go")
    assert.equal(1, changed)
    return value, err, scene:requests(), source
  end

  local function check(moment, input, change, value, err, requests, source)
    check_bytes(requests, input.content)
    if not change.says then
      assert.equal("file-1", value and value.id, tostring(err))
      assert.equal(moment.sent + 1, #requests)
      return
    end
    local called = input.called == "path" and source.path or input.called
    assert.is_nil(value)
    assert.equal("io", err.kind)
    assert.equal(("cannot send '%s': %s"):format(called, change.says), err.message)
    assert.equal("files.create", err.operation)
    assert.equal(moment.sent, #requests)
  end

  for way_name, way in pairs(WAYS) do
    for moment_name, moment in pairs(MOMENTS) do
      for input_name, input in pairs(INPUTS) do
        for change_name, change in pairs(CHANGES) do
          if input.has[change.of] then
            it(("of %s that is %s %s, %s"):format(input_name, change_name, moment_name, way_name), function()
              check(moment, input, change, try(way, moment, input, change))
            end)
          end
        end
      end
    end
  end
end)

-- What is given and cannot be sent, and what is told of it; `wrong`: it is the
-- program that is, and the call raises.
local REFUSED = {
  ["a missing file"] = { says = "cannot open '%s/none': No such file or directory", give = function(here)
    return here:file "none"
  end },
  ["a missing file in a table"] = { says = "cannot open '%s/none': No such file or directory", give = function(here)
    return { path = here:file "none", filename = "a.txt" }
  end },
  ["a folder"] = { says = "cannot open '%s': Is a directory", give = function(here)
    return here.path
  end },
  ["a named pipe"] = { says = "cannot open '%s/pipe': not a regular file", give = function(here)
    os.execute("exec env -u LD_PRELOAD mkfifo " .. here:file "pipe")
    return here:file "pipe"
  end },
  ["a device"] = { says = "cannot open '/dev/null': not a regular file", give = function()
    return "/dev/null"
  end },
  ["a pipe of the program's"] = { says = "cannot read 'upload': not a regular file", give = function()
    return assert(io.popen("exec env -u LD_PRELOAD echo x", "r"))
  end },
  ["an open device"] = { says = "cannot read 'a.txt': not a regular file", give = function()
    return { file = assert(io.open "/dev/null"), filename = "a.txt" }
  end },
  ["a closed file"] = { wrong = true, says = "file: the file is closed", give = function(here)
    local file = assert(io.open(here:write("a", "x")))
    file:close()
    return file
  end },
  ["a closed file in a table"] = { wrong = true, says = "file: the file is closed", give = function(here)
    local file = assert(io.open(here:write("a", "x")))
    file:close()
    return { file = file, filename = "a.txt" }
  end },
  ["a file that is written alone"] = { wrong = true, says = "the file 'upload' is not open for reading",
    give = function(here)
      return assert(io.open(here:file "a", "w"))
    end },
  ["NUL in a path"] = { wrong = true, says = "file: must not hold NUL", give = function(here)
    return here:write("a", "x") .. "\0.png"
  end },
  ["NUL in a path in a table"] = { wrong = true, says = "file: path must not hold NUL", give = function(here)
    return { path = here:write("a", "x") .. "\0.png" }
  end },
  ["NUL in a file's name"] = { wrong = true, says = "file: filename must not hold NUL", give = function()
    return { data = "x", filename = "a\0b" }
  end },
  ["a line end in a type"] = { wrong = true, says = "file: content_type must be a media type such as \"text/plain\"",
    give = function()
      return { data = "x", content_type = "text/plain\r\nX-Evil: 1" }
    end },
  ["a type that is a number"] = { wrong = true, says = "file: content_type must be a media type", give = function()
    return { data = "x", content_type = 5 }
  end },
}

-- How a call that is refused is made.
local CALLS = {
  ["waited for"] = function(client, params)
    return client.files:create(params)
  end,
  ["not waited for"] = function(client, params)
    local task = client.files:create(params, { wait = false })
    assert.is_true(task.done)
    return task.value, task.err
  end,
}

describe("a file that cannot be sent", function()
  local here = folder.each()

  for name, refused in pairs(REFUSED) do
    for call_name, call in pairs(CALLS) do
      it(("is told before anything is sent: %s, %s"):format(name, call_name), function()
        local scene = server:scenario { replies = { FILE } }
        local client = connect.to(scene)
        local given = refused.give(here)
        local done, value, err = pcall(call, client, { file = given, purpose = "batch" })
        local says = refused.says:find("%%s") and refused.says:format(here.path) or refused.says
        assert.equal(not refused.wrong, done, tostring(value))
        if refused.wrong then
          assert.truthy(value:find("^[^:]*upload_spec.lua:%d+: oai: files.create: "), value)
          assert.truthy(value:find(says, 1, true), value)
        else
          assert.is_nil(value)
          assert.equal("io", err.kind)
          assert.equal("oai: files.create: " .. says, said(err))
        end
        client:close()
        assert.equal(0, scene:journal().requests_total)
      end)
    end
  end

  it("leaves the calls after it their turns", function()
    local scene = server:scenario { replies = { FILE }, repeat_last = true }
    local client = connect.to(scene, { max_retries = 0 })
    for name, refused in pairs(REFUSED) do
      local given = refused.give(here)
      local task = client:spawn(function()
        return client.files:create { file = given, purpose = "batch" }
      end)
      assert.is_true(task.done, name)
      assert.is_nil((task:await()))
    end
    for _ = 1, 3 do
      local task = client.files:create({ file = { data = "x" }, purpose = "batch" }, { wait = false })
      assert.equal("file-1", task:await(SECONDS).id)
    end
    client:close()
  end)
end)

-- Every operation that takes a file: `make` calls it with one, or with two.
local OPERATIONS = {
  ["files.create"] = function(client, one)
    return client.files:create { file = one, purpose = "batch" }
  end,
  ["uploads.parts.create"] = function(client, one)
    return client.uploads.parts:create("upload_1", { data = one })
  end,
  ["audio.transcriptions.create"] = function(client, one)
    return client.audio.transcriptions:create { file = one, model = "m" }
  end,
  ["audio.transcriptions.create, streamed"] = function(client, one)
    return client.audio.transcriptions:create { file = one, model = "m", stream = true }
  end,
  ["audio.translations.create"] = function(client, one)
    return client.audio.translations:create { file = one, model = "m" }
  end,
  ["audio.voice_consents.create"] = function(client, one)
    return client.audio.voice_consents:create { recording = one, name = "n" }
  end,
  ["audio.voices.create"] = function(client, one)
    return client.audio.voices:create { audio_sample = one, name = "n" }
  end,
  ["images.edit"] = function(client, one, two)
    return client.images:edit { image = { one, two }, prompt = "p" }
  end,
  ["images.create_variation"] = function(client, one)
    return client.images:create_variation { image = one }
  end,
  ["containers.files.create"] = function(client, one)
    return client.containers.files:create("cntr_1", { file = one })
  end,
  ["content_provenance_checks.create"] = function(client, one)
    return client.content_provenance_checks:create { file = one }
  end,
  ["skills.create"] = function(client, one, two)
    return client.skills:create { files = { one, two } }
  end,
  ["skills.versions.create"] = function(client, one, two)
    return client.skills.versions:create("skill_1", { files = { one, two } })
  end,
  ["videos.create"] = function(client, one)
    return client.videos:create { input_reference = one, prompt = "p" }
  end,
  ["videos.edit"] = function(client, one)
    return client.videos:edit { video = one, prompt = "p" }
  end,
}

describe("every operation", function()
  local here = folder.each()

  for name, call in pairs(OPERATIONS) do
    for _, loop in ipairs { "blocking", "frame" } do
      it(("that takes a file sends that of the call: %s, %s"):format(name, loop), function()
        local path, attempts = here:write("a.txt", CONTENT), 0
        local handle = assert(io.open(here:write("b.txt", CONTENT), "rb"))
        local scene = server:scenario { replies = { BUSY, BUSY, { json = { ok = true } } } }
        local client = connect.to(scene, { loop = loop, api_key = function()
          attempts = attempts + 1
          if attempts == 1 then
            handle:close()
          elseif attempts == 2 then
            os.rename(here:write("c.txt", OTHER), path)
          end
          return connect.key
        end })
        local task = client:spawn(call, client, { path = path }, handle)
        until_done(task, function()
          client:update()
          socket.sleep(0.001)
        end)
        client:close()
        local requests = scene:requests()
        assert.equal(3, #requests)
        check_bytes(requests, CONTENT)
      end)
    end
  end
end)

describe("uploads that are not waited for", function()
  local here = folder.each()

  for _, loop in ipairs { "blocking", "frame" } do
    it("send their own files, closed since: " .. loop, function()
      local scene = server:scenario { replies = { { json = { id = "file-1", object = "file" }, delay = 0.02 } },
        repeat_last = true }
      local client, tasks = connect.to(scene, { loop = loop, max_retries = 0 }), {}
      for i = 1, 8 do
        local file = assert(io.open(here:write(tostring(i), "content " .. i), "rb"))
        tasks[i] = client.files:create({ file = { file = file, filename = i .. ".txt" }, purpose = "batch" },
          { wait = false })
        file:close()
      end
      local log = assert(io.open(here:write("log", "private"), "rb"))
      for i = 1, 8 do
        local value, err = play(client, tasks[i], function() end)
        assert.equal("file-1", value and value.id, tostring(err))
      end
      log:close()
      client:close()
      local seen = {}
      for i, request in ipairs(scene:requests()) do
        local part = multipart.parts(request)[1]
        seen[i] = part.filename .. ": " .. part.data
      end
      table.sort(seen)
      for i = 1, 8 do
        assert.equal(("%d.txt: content %d"):format(i, i), seen[i])
      end
    end)
  end

  -- How a call may end, and its descriptors with it.
  for name, ending in pairs {
    ["a reply"] = { reply = FILE },
    ["an error"] = { reply = { status = 400 } },
    ["a reset"] = { reply = { fault = "reset" } },
    ["a time-out"] = { reply = { fault = "stall" }, timeout = 0.05 },
    ["a stream"] = { reply = { sse = { 'data: {"type":"transcript.text.done","text":"a"}\n\n' } }, stream = true },
    ["a cancelled task"] = { reply = { fault = "stall" }, cancel = true },
  } do
    local it_with_kept = libcurl.asks_again and it or pending

    it_with_kept("give their descriptors back after " .. name, function()
      local scene = server:scenario { replies = { ending.reply }, repeat_last = true }
      local client = connect.to(scene, { max_retries = 0, timeout = ending.timeout })
      local path = here:write("a.txt", CONTENT)
      local function run()
        local task = client:spawn(function()
          local value, err = client.audio.transcriptions:create { file = path, model = "m", stream = ending.stream }
          return ending.stream and value:final() or value, err
        end)
        if ending.cancel then
          task:await(0.02)
          task:cancel()
        end
        task:await(SECONDS)
      end
      collectgarbage "stop"
      for _ = 1, 3 do
        run()
      end
      local held = process.descriptors_of(path)
      collectgarbage "restart"
      client:close()
      assert.equal(0, held)
    end)
  end
end)
