-- The bytes of a reply on their way to a target: a file that is replaced
-- when they are complete, or a pipe or a device that gets them as they come.

local core = require "oai.core"
local child = require "spec.support.child"
local drive = require "spec.support.drive"
local folder = require "spec.support.folder"
local process = require "spec.support.process"
local server = require("spec.support.server").start {}
local timing = require "spec.support.timing"

local BYTES = "0123456789abcdef"

for _, kind in ipairs(drive.kinds) do
  describe("engine.download, " .. kind.name, function()
    local here, engine

    before_each(function()
      here, engine = folder.new(), drive.engine(kind)
    end)

    after_each(function()
      here:run "test ! -e small || umount small 2>/dev/null"
      engine:close()
      here:remove()
    end)

    --- An exchange under way to `name`, and its target. A pipe's reader may
    --- still be on its way.
    local function start(name, reply)
      local target
      drive.wait(engine, function()
        target = core.target(here:file(name))
        return target
      end)
      local exchange = drive.exchange(server:scenario { replies = { reply } }, { sink = target })
      engine:start(exchange)
      return exchange, target
    end

    --- How a download to `name` ends.
    local function save(name, reply)
      local exchange, target = start(name, reply)
      local whole, reason, message, retryable = drive.finish(engine, exchange)
      local touched = target:is_touched()
      target:close()
      exchange:close()
      return whole, message, reason, retryable, touched
    end

    --- Saves a body, and has something happen when some of its bytes are there.
    local function save_while(name, happens)
      local told = folder.new()
      local exchange, target = start(name, { content_length = 20,
        steps = { { write = "begin" }, { after = told:file "happened" }, { write = ("x"):rep(15) } } })
      drive.wait(engine, function()
        local _, _, received = exchange:progress()
        return received > 0
      end)
      happens()
      told:write("happened", "")
      local whole, _, message = drive.finish(engine, exchange)
      told:remove()
      target:close()
      exchange:close()
      return whole, message
    end

    local function mode(name)
      return here:output("stat -c %a " .. name):match("%d+")
    end

    it("is none that is compressed because an interim reply says so", function()
      assert.is_true(save("f", { raw = "HTTP/1.1 103 Early Hints\r\ncontent-encoding: gzip\r\n\r\n"
        .. "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nbytes" }))
      assert.equal("bytes", here:read "f")
    end)

    it("replaces a file and keeps its mode", function()
      here:run "for f in private open set; do echo old > $f; done; chmod 600 private; chmod 664 open; chmod 4755 set"
      for name, expected in pairs { private = "600", open = "664", set = "755" } do
        assert.is_true(save(name, { body = "new" }))
        assert.equal("new", here:read(name))
        assert.equal(expected, mode(name))
      end
      assert.equal("open private set", here:names())
    end)

    it("makes a new file as any program does", function()
      here:run ": > by_others"
      assert.is_true(save("new", { body = "new" }))
      assert.equal(mode "by_others", mode "new")
    end)

    it("keeps owner and group, where it may", function()
      here:write("file", "old")
      if not here:run "chown 65534:65533 file && chmod 640 file" then
        pending "only root may give files away"
      end
      assert.is_true(save("file", { body = "new" }))
      assert.equal("65534:65533 640\n", here:output "stat -c \"%u:%g %a\" file")
    end)

    it("tells a group that it cannot keep no more than all", function()
      here:run "echo old > file; chmod 664 file; chmod 777 ."
      if not here:run("chown 65534:65533 file && " .. child.nobody .. " true") then
        pending "only root may give files away"
      end
      local scene = server:scenario { replies = { { body = "new" } } }
      local output = child.run(([[
        local oai = require "oai"
        print(oai.client { api_key = "sk-spec", base_url = %q }.files:content("f", nil, { save_to = %q }))
      ]]):format(scene.base_url, here:file "file"), nil, nil, child.nobody)
      assert.equal("new", here:read "file", output)
      assert.equal("65534:65534 644\n", here:output "stat -c \"%u:%g %a\" file")
    end)

    it("goes where a link leads, which stays", function()
      here:write("file", "old")
      here:run "mkdir sub; ln -s ../file sub/link; ln -s sub/link twice; ln -s sub/new dangling"
      assert.is_true(save("twice", { body = "new" }))
      assert.is_true(save("dangling", { body = "made" }))
      assert.equal("new", here:read "file")
      assert.equal("made", here:read "sub/new")
      assert.equal("sub/link ../file sub/new\n",
        here:output "echo $(readlink twice) $(readlink sub/link) $(readlink dangling)")
    end)

    it("has names of all lengths", function()
      for _, length in ipairs { 1, 200, 250, 255 } do
        local name = ("n"):rep(length)
        assert.is_true(save(name, { body = "x" }))
        assert.equal("x", here:read(name))
      end
    end)

    it("of several to one name leaves one that is whole", function()
      local running = {}
      for i = 1, 5 do
        local text = tostring(i):rep(3000)
        running[i] = { start("file", { steps = { { write = text }, { wait = 0.05 }, { write = text } } }) }
      end
      for i = 1, 5 do
        assert.is_true((drive.finish(engine, running[i][1])))
        running[i][1]:close()
      end
      assert.equal("file", here:names())
      assert.equal(here:read("file"):sub(1, 1):rep(6000), here:read "file")
    end)

    for what, case in pairs {
      ["the file is removed"] = { "rm file", "file" },
      ["another file takes its place"] = { "mv other file", "file" },
      ["a folder takes its place"] = { "rm file other; mkdir file", "file", "Is a directory" },
      ["a link takes its place"] = { "rm file; ln -s other file", "file other", "File exists" },
      ["a pipe takes its place"] = { "rm file other; mkfifo file", "file", "File exists" },
      ["its mode changes"] = { "rm other; chmod 640 file", "file" },
    } do
      it("ends well or tells when " .. what, function()
        here:run "echo old > file; chmod 600 file; echo other > other; chmod 640 other"
        local whole, message = save_while("file", function()
          assert(here:run(case[1]))
        end)
        assert.equal(not case[3], whole)
        if case[3] then
          assert.equal(("cannot write '%s': %s"):format(here:file "file", case[3]), message)
        else
          assert.equal("begin" .. ("x"):rep(15), here:read "file")
          assert.equal(case[1]:find("rm file") and "600" or "640", mode "file")
          here:run "rm -f other"
        end
        assert.equal(case[2], here:names())
      end)
    end

    it("tells when the folder is gone", function()
      here:run "mkdir sub"
      local whole, message = save_while("sub/file", function()
        assert(here:run "rm -r sub")
      end)
      assert.is_false(whole)
      assert.equal(("cannot write '%s': No such file or directory"):format(here:file "sub/file"), message)
      assert.equal("", here:names())
      here:run "mkdir sub"
      local target = assert(core.target(here:file "sub/file"))
      here:run "rmdir sub"
      local exchange, reason = core.exchange(core.plan { method = "GET" }, "http://h/", nil, target)
      assert.is_nil(exchange)
      assert.equal(("cannot write '%s': No such file or directory"):format(here:file "sub/file"), reason)
    end)

    it("goes where the name led at the call, whatever the folder of the program becomes", function()
      local scene = server:scenario { replies = { { steps = { { wait = 0.1 }, { write = "new" } } } } }
      here:run "mkdir a b"
      local output = child.run(([[
        local lfs = require "lfs"
        local core = require "oai.core"
        lfs.chdir(%q .. "/a")
        local engine = core.engine { worker = %s }
        local exchange = core.exchange(core.plan { method = "GET" }, %q, nil, core.target "file")
        lfs.chdir "../b"
        engine:start(exchange)
        while exchange:outcome() == nil do engine:step(0.05) end
        print(exchange:outcome())
      ]]):format(here.path, tostring(kind.worker), scene.base_url .. "/x"))
      assert.equal("true\n", output)
      assert.equal("new", here:read "a/file")
      assert.is_nil(here:read "b/file")
    end)

    it("leaves all as it was after an error reply and after one that breaks off", function()
      here:run "echo old > file; chmod 640 file; ln -s file link"
      assert.is_true(save("link", { status = 404, body = "no" }))
      local whole, _, reason = save("link", { content_length = 9, steps = { { write = "part" }, { close = true } } })
      assert.is_false(whole)
      assert.equal("connection", reason)
      assert.equal("old\n", here:read "file")
      assert.equal("640", mode "file")
      assert.equal("file link", here:names())
    end)

    --- Makes a node of our own; the machine's are left alone.
    local function make_node(name, numbers)
      if not here:run(("mknod -m 666 %s c %s 2>/dev/null && : > %s"):format(name, numbers,
        name == "full" and "/dev/null" or name)) then
        pending "no nodes can be made here"
      end
    end

    it("writes to a device", function()
      make_node("null", "1 3")
      local whole, _, _, _, touched = save("null", { body = BYTES:rep(100000) })
      assert.is_true(whole)
      assert.is_true(touched)
      assert.equal("character special file\n", here:output "stat -c %F null")
      assert.equal("null", here:names())
    end)

    it("tells what a device says", function()
      make_node("full", "1 7")
      local whole, message, reason, retryable, touched = save("full", { body = "x" })
      assert.is_false(whole)
      assert.equal(("cannot write '%s': No space left on device"):format(here:file "full"), message)
      assert.equal("io", reason)
      assert.is_false(retryable)
      assert.is_false(touched)
      assert.equal("full", here:names())
    end)

    it("tells when the disk is full", function()
      if not here:run "mkdir small && mount -t tmpfs -o size=64k none small 2>/dev/null" then
        pending "no file system can be mounted here"
      end
      local whole, message, reason, retryable = save("small/file", { body = BYTES:rep(100000) })
      local names = here:output "ls -A small"
      assert.is_false(whole)
      assert.truthy(message:find("small/file': No space left on device", 1, true), message)
      assert.same({ "io", false, "" }, { reason, retryable, names })
    end)

    local CUT = { content_length = 16, steps = { { write = "01234567" }, { close = true } } }

    --- Ends an exchange that goes to a target.
    local function fetch(target, reply)
      local exchange = drive.exchange(server:scenario { replies = { reply } }, { sink = target })
      engine:start(exchange)
      return exchange, (drive.finish(engine, exchange))
    end

    --- A target for "file" that keeps the first half.
    local function half()
      local target = assert(core.target(here:file "file"))
      local exchange, whole = fetch(target, CUT)
      assert.is_false(whole)
      target:keep(exchange)
      exchange:close()
      return target
    end

    it("goes on with what was kept, and is there when that is said to be whole", function()
      here:write("file", "old")
      local target = half()
      local refused, whole = fetch(target, { status = 500, body = "no" })
      assert.is_true(whole)
      target:keep(refused)
      local exchange
      exchange, whole = fetch(target, { status = 206, body = "89abcdef" })
      assert.is_true(whole)
      assert.equal("old", here:read "file")
      assert.is_true(target:keep(exchange, true))
      assert.equal(BYTES, here:read "file")
      target:close()
      assert.equal("file", here:names())
    end)

    it("begins anew where something else comes than a part", function()
      for _, body in ipairs { "", "short", BYTES .. BYTES } do
        local target = half()
        local _, whole = fetch(target, { body = body })
        assert.is_true(whole)
        assert.equal(body, here:read "file")
        target:close()
      end
    end)

    it("is kept of what has ended, once", function()
      local exchange, target = start("file", { steps = { { write = "x" }, { stall = true } } })
      assert.is_nil((target:keep(exchange)))
      engine:stop(exchange)
      drive.finish(engine, exchange)
      assert.is_true(target:keep(exchange))
      assert.is_nil((target:keep(exchange)))
      assert.equal("", here:names())
      assert.is_true(target:keep(exchange, true))
      assert.is_true(target:keep(exchange, true))
      assert.equal("file", here:names())
      target:close()
      assert.has_error(function()
        target:keep(exchange)
      end)
      exchange:close()
    end)

    it("waits for its name where it is judged and begins as a text, as which it is read", function()
      for body, head in pairs { ["<html>"] = "<html>", ["\239\187\191{"] = "\239\187\191{", [""] = "",
        ["\255\251x"] = false, ["\0x"] = false } do
        here:write("file", "old")
        local target = assert(core.target(here:file "file", true))
        local exchange, whole = fetch(target, { body = body })
        assert.is_true(whole)
        assert.equal(head and "old" or body, here:read "file")
        assert.equal(head or "", exchange:read() or "")
        assert.is_true(target:keep(exchange))
        assert.equal(head and "old" or body, here:read "file")
        assert.is_true(target:keep(exchange, true))
        target:close()
        assert.equal(body, here:read "file")
      end
    end)

    it("that is judged is read as far as an error is long", function()
      local target = assert(core.target(here:file "file", true))
      local exchange, whole = fetch(target, { body = ("x"):rep(300000) })
      assert.is_true(whole)
      local head = #exchange:read()
      assert.is_true(head >= 4096 and head < 100000)
      target:close()
      assert.equal("", here:names())
    end)

    it("leaves nothing of what was kept", function()
      local target = half()
      assert.equal(1, process.descriptors_in(here.path))
      target:close()
      assert.equal(0, process.descriptors_in(here.path))
      assert.equal("", here:names())
      for _ = 1, 3 do
        half()
      end
      assert.equal(0, process.settled(function()
        return process.descriptors_in(here.path)
      end, 0))
    end)

    it("tells where what was kept cannot be had", function()
      local target = half()
      local exchange = fetch(target, { status = 206, body = "89abcdef" })
      here:run "mkdir file"
      local done, message = target:keep(exchange, true)
      assert.is_nil(done)
      assert.equal(("cannot write '%s': Is a directory"):format(here:file "file"), message)
      target:close()
      assert.equal("file", here:names())
    end)

    it("gives a pipe all bytes, however slow its reader is #timed", function()
      here:run "mkfifo pipe; (sleep 0.2; head -c 100000; sleep 0.1; cat) < pipe > out 2>/dev/null &"
      local share = timing.share(function()
        local whole, _, _, _, touched = save("pipe", { body = BYTES:rep(100000) })
        assert.is_true(whole)
        assert.is_true(touched)
      end)
      assert.is_true(share < timing.idle, "it turned in place")
      drive.wait(engine, function()
        return #(here:read "out") == 1600000
      end)
      assert.equal(BYTES:rep(100000), here:read "out")
      assert.equal("out pipe", here:names())
    end)

    it("gives other transfers their turn while a pipe is full #timed", function()
      here:run "mkfifo pipe; (sleep 3) < pipe & "
      local slow, target = start("pipe", { body = BYTES:rep(100000) })
      drive.wait(engine, function()
        return target:is_touched()
      end)
      local begun = core.clock()
      for _ = 1, 5 do
        assert.is_true(save("file", { body = "x" }))
      end
      assert.is_true(timing.within(core.clock() - begun, 1))
      assert.is_nil(slow:outcome())
      slow:close()
      target:close()
    end)

    it("tells when the reader of a pipe leaves", function()
      here:run "mkfifo pipe; head -c 10 < pipe > out &"
      local whole, message, reason, retryable, touched = save("pipe", { body = BYTES:rep(100000) })
      assert.is_false(whole)
      assert.equal(("cannot write '%s': Broken pipe"):format(here:file "pipe"), message)
      assert.same({ "io", false, true }, { reason, retryable, touched })
    end)

    it("is stopped while a pipe is full", function()
      here:run "mkfifo pipe; (sleep 3) < pipe &"
      local exchange, target = start("pipe", { body = BYTES:rep(100000) })
      drive.wait(engine, function()
        return target:is_touched()
      end)
      exchange:close()
      target:close()
      assert.is_true(save("file", { body = "x" }))
    end)
  end)
end

describe("engine.download", function()
  local WRITE = [[
    local oai = require "oai"
    io.stdout:write "before "
    io.stdout:flush()
    local client = oai.client { api_key = "sk-spec", base_url = %q, max_retries = 0 }
    local saved, err = client.files:content("f", nil, { save_to = %q })
    io.stdout:write(" after ", tostring(saved or err))
  ]]

  -- Where a file without a name cannot be given one.
  local NO_PROC = [[unshare --mount --propagation private sh -c "mount -t tmpfs none /proc && exec \"\$@\"" sh]]

  local NAMED = [[
    local oai = require "oai"
    local here, pipe = %q, io.popen "echo $PPID"
    local pid = pipe:read "*l"
    pipe:close()
    assert(not io.open "/proc/self/stat", "there is /proc")
    for i = 1, 2 do
      local file = assert(io.open(("%%s/.oai-%%s-%%d.part"):format(here, pid, i), "w"))
      file:write "theirs"
      file:close()
    end
    local client = oai.client { api_key = "sk-spec", base_url = %q, max_retries = 0 }
    for _, name in ipairs { "new", "old", "broken", "in_parts", "given_up" } do
      local retries = #name > 6 and 1 or 0
      local saved, err = client.files:content("f", nil, { save_to = here .. "/" .. name, max_retries = retries })
      print(name, saved and "saved" or err.kind)
    end
  ]]

  it("has a name of its own where it cannot be without, and leaves none behind", function()
    local here = folder.new()
    if os.getenv "LD_PRELOAD" or not here:run(NO_PROC .. " true 2>/dev/null") then
      pending "there is /proc whatever one does, or must be"
    end
    here:write("old", "old")
    here:run "chmod 600 old; : > by_others"
    local headers = { etag = '"v1"', ["retry-after-ms"] = "1" }
    local part = { content_length = 10, headers = headers, steps = { { write = "part" }, { reset = true } } }
    local rest = { ["content-range"] = "bytes 4-9/10", etag = '"v1"' }
    local scene = server:scenario { replies = { { body = "first" }, { body = "second" }, part,
      part, { status = 206, headers = rest, body = "second" }, part, { status = 404, body = "no" } } }
    local output = child.run(NAMED:format(here.path, scene.base_url), nil, nil, NO_PROC)
    assert.equal("new\tsaved\nold\tsaved\nbroken\tconnection\nin_parts\tsaved\ngiven_up\tnot_found\n", output)
    assert.same({ "first", "second", "partsecond" }, { here:read "new", here:read "old", here:read "in_parts" })
    assert.equal("theirs theirs", here:output("cat .oai-*-1.part; echo -n \" \"; cat .oai-*-2.part"))
    here:run "rm .oai-*-1.part .oai-*-2.part"
    assert.equal("by_others in_parts new old", here:names())
    local modes = here:output "m() { stat -c %a $1; }; test $(m new) = $(m by_others) && echo true $(m old)"
    assert.equal("true 600\n", modes)
    here:remove()
  end)

  for name, redirection in pairs { ["a file"] = "> ", ["a pipe"] = "| cat > " } do
    for _, target in ipairs { "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1" } do
      it(("writes to %s that is %s at its place"):format(target, name), function()
        local here = folder.new()
        local scene = server:scenario { replies = { { body = "body" } } }
        local script = here:write("script", WRITE:format(scene.base_url, target))
        local run = here:write("run", ("%s %s %s%s"):format(child.command(), script, redirection, here:file "out"))
        os.execute("exec env -u LD_PRELOAD sh " .. run)
        assert.equal("before body after " .. target, here:read "out")
        here:remove()
      end)
    end
  end
end)
