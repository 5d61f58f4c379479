-- A form on its way: the bytes of the time it was made, or an error, whatever
-- becomes of its files while they are sent. What is decided over several
-- attempts is in spec/call/upload_spec.lua.

local core = require "oai.core"
local drive = require "spec.support.drive"
local folder = require "spec.support.folder"
local multipart = require "spec.support.multipart"
local server = require("spec.support.server").start { tls = true }

local SIZE = 12 * 1024 * 1024 -- more than sockets hold between the two
local OLD, NEW = ("0123456789abcdef"):rep(SIZE / 16), ("fedcba9876543210"):rep(SIZE / 16)

-- What becomes of a file while it is sent, and what is said of that; nil: it
-- is sent as it was.
local CHANGES = {
  { name = "is cut short", says = "it has shrunk since the call", make = function(here)
    here:write("a", OLD:sub(1, SIZE - 1))
  end },
  { name = "is emptied", says = "it has shrunk since the call", make = function(here)
    here:write("a", "")
  end },
  { name = "grows", says = "it has changed since the call", make = function(here)
    local file = assert(io.open(here:file "a", "ab"))
    file:write "x"
    file:close()
  end },
  { name = "is written over", says = "it has changed since the call", make = function(here)
    local file = assert(io.open(here:file "a", "r+b")) -- at no time is it shorter
    file:write(NEW)
    file:close()
  end },
  { name = "is replaced", make = function(here)
    os.rename(here:write("b", NEW), here:file "a")
  end },
  { name = "is removed", make = function(here)
    os.remove(here:file "a")
  end },
  { name = "is moved", make = function(here)
    os.rename(here:file "a", here:file "b")
  end },
}

for _, kind in ipairs(drive.kinds) do
  describe("an upload, " .. kind.name, function()
    local here, engine = folder.each(), nil

    before_each(function()
      engine = drive.engine(kind, { ca_file = server.ca_file })
    end)

    after_each(function()
      engine:close()
    end)

    local function post(scene, form, listener)
      local url = scene:base_url_on(listener or "http") .. "/x"
      return drive.exchange(scene, { method = "POST", form = form, url = url })
    end

    --- An exchange that has sent a part of the file and cannot go on before
    --- `here` has a file "go".
    local function under_way(scene, listener)
      local form = assert(core.form { { name = "f", path = here:write("a", OLD), filename = "a" } })
      local exchange = post(scene, form, listener)
      form:close()
      engine:start(exchange)
      drive.wait(engine, function()
        return exchange:progress() > 0
      end)
      assert.is_true(exchange:progress() < SIZE)
      return exchange
    end

    for _, change in ipairs(CHANGES) do
      for _, listener in ipairs { "http", "https" } do
        it(("of a file that %s while it is sent, over %s"):format(change.name, listener), function()
          local scene = server:scenario { replies = { { read_after = here:file "go", body = "x" } } }
          local exchange = under_way(scene, listener)
          change.make(here)
          here:write("go", "")
          local complete, kind_of_end, message, retryable = drive.finish(engine, exchange)
          local request = scene:wait(function(journal)
            return #journal.requests == 1
          end).requests[1]
          if change.says then
            assert.same({ false, "io", ("cannot send '%s': %s"):format(here:file "a", change.says), false },
              { complete, kind_of_end, message, retryable })
            assert.is_false(request.complete_body)
          else
            assert.is_true(complete)
            assert.is_true(request.complete_body)
            assert.is_true(request.body_length > SIZE)
          end
        end)
      end

      it(("of a file that %s before it is begun"):format(change.name), function()
        local scene = server:scenario { replies = { { body = "x" } } }
        local form = assert(core.form { { name = "f", path = here:write("a", OLD), filename = "a" } })
        change.make(here)
        local exchange = post(scene, form)
        engine:start(exchange)
        local complete, kind_of_end, message, retryable = drive.finish(engine, exchange)
        if change.says then
          assert.same({ false, "io", ("cannot send '%s': %s"):format(here:file "a", change.says), false },
            { complete, kind_of_end, message, retryable })
          assert.equal(0, exchange:progress())
          assert.equal(0, scene:journal().requests_total)
        else
          assert.is_true(complete)
          assert.is_true(scene:requests()[1].complete_body)
        end
      end)
    end

    it("leaves the engine as it was when its file has changed", function()
      local scene = server:scenario { replies = { { read_after = here:file "go", body = "x" }, { body = "y" } } }
      local exchange = under_way(scene, "https")
      here:write("a", "")
      here:write("go", "")
      assert.is_false((drive.finish(engine, exchange)))
      local other = drive.exchange(scene, { url = scene:base_url_on "https" .. "/y" })
      engine:start(other)
      assert.is_true(drive.finish(engine, other))
      assert.equal("y", other:read())
    end)

    it("of a form that another has sent, or is sending", function()
      local content = OLD:sub(1, 300000)
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true }
      local form = assert(core.form { { name = "f", path = here:write("a", content) }, { name = "g", data = "xyz" } })
      local uploads = {}
      for i = 1, 3 do
        uploads[i] = post(scene, form)
        engine:start(uploads[i])
      end
      for i = 1, 3 do
        assert.is_true(drive.finish(engine, uploads[i]))
        local sent, to_send = uploads[i]:progress()
        assert.same({ #content + 3, #content + 3 }, { sent, to_send })
      end
      uploads[4] = post(scene, form)
      form:close()
      engine:start(uploads[4])
      assert.is_true(drive.finish(engine, uploads[4]))
      for _, request in ipairs(scene:requests()) do
        local parts = multipart.parts(request)
        assert.is_true(parts[1].data == content)
        assert.equal("xyz", parts[2].data)
      end
    end)

    it("of a form beside another of it that is stopped half-way", function()
      local scene = server:scenario { replies = { { read_after = here:file "go", body = "x" }, { body = "x" } } }
      local form = assert(core.form { { name = "f", path = here:write("a", OLD) } })
      local stopped, other = post(scene, form), post(scene, form)
      engine:start(stopped)
      drive.wait(engine, function()
        return stopped:progress() > 0
      end)
      stopped:close()
      engine:start(other)
      form:close()
      assert.is_true(drive.finish(engine, other))
      assert.equal(SIZE, other:progress())
    end)

    it("sends nothing of what is written to an open file later", function()
      local scene = server:scenario { replies = { { body = "x" } } }
      local file = assert(io.open(here:file "a", "w+b"))
      file:write "skipped, sent"
      file:seek("set", 9)
      local form = assert(core.form { { name = "f", file = file } })
      assert.equal("sent", file:read "*a") -- the program goes on reading
      file:close()
      local exchange = post(scene, form)
      engine:start(exchange)
      assert.is_true(drive.finish(engine, exchange))
      assert.equal("sent", multipart.parts(scene:requests()[1])[1].data)
    end)

    for name, size in pairs { ["a small form"] = 10, ["a large form"] = SIZE } do
      it(("of %s asks no leave to send it"):format(name), function()
        local scene = server:scenario { replies = { { body = "x" } } }
        local exchange = post(scene, assert(core.form { { name = "f", data = OLD:sub(1, size) } }))
        engine:start(exchange)
        assert.is_true(drive.finish(engine, exchange))
        assert.is_nil(scene:requests()[1].header.expect)
      end)
    end

    it("of bytes asks no leave to send them", function()
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true }
      for i, size in ipairs { 1024 * 1024, 1024 * 1024 + 1, SIZE } do
        local exchange = drive.exchange(scene, { method = "POST", body = OLD:sub(1, size) })
        engine:start(exchange)
        assert.is_true(drive.finish(engine, exchange))
        assert.is_nil(scene:requests()[i].header.expect)
        exchange:close()
      end
    end)

    for _, count in ipairs { 0, 3, 4 } do
      it(("waits for no leave, though its plan asks for it behind %d lines"):format(count), function()
        local scene = server:scenario { replies = { { status = 417, before_body = true } } }
        local lines = {}
        for i = 1, count do
          lines[i] = ("A%d: x"):format(i)
        end
        lines[count + 1] = "Expect: 100-continue"
        local exchange = drive.exchange(scene,
          { method = "POST", body = OLD:sub(1, 2 * 1024 * 1024), lines = lines, transfer = { measured = true } })
        engine:start(exchange)
        drive.finish(engine, exchange) -- the reply may be lost with the connection that is ended
        assert.is_true(select(6, exchange:times()) > 0)
        assert.equal("100-continue", scene:requests()[1].header.expect)
      end)
    end

    it("of a file that is written over as soon as the form is made, however fast", function()
      local scene = server:scenario { replies = { { body = "x" } }, repeat_last = true }
      for _ = 1, 30 do
        local form = assert(core.form { { name = "f", path = here:write("a", "old") } })
        here:write("a", "new")
        local exchange = post(scene, form)
        engine:start(exchange)
        local complete, _, message = drive.finish(engine, exchange)
        assert.same({ false, ("cannot send '%s': it has changed since the call"):format(here:file "a") },
          { complete, message })
      end
      assert.equal(0, scene:journal().requests_total)
    end)

    local OF_THE_SYSTEM = "/sys/kernel/fscaps" -- its size is said to be a page

    it("of a file that ends before its size", function()
      local file = io.open(OF_THE_SYSTEM)
      if not file or file:seek "end" < 100 then
        pending("there is none")
      end
      file:close()
      local scene = server:scenario { replies = { { body = "x" } } }
      local exchange = post(scene, assert(core.form { { name = "f", path = OF_THE_SYSTEM } }))
      engine:start(exchange)
      local complete, kind_of_end, message, retryable = drive.finish(engine, exchange)
      assert.same({ false, "io", ("cannot send '%s': it ended too early"):format(OF_THE_SYSTEM), false },
        { complete, kind_of_end, message, retryable })
    end)

    local UNREADABLE = "/sys/class/net/lo/speed" -- its size is said to be a page, and there is none

    it("of a file that cannot be read", function()
      local file = io.open(UNREADABLE)
      if not file or file:seek "end" < 100 or file:seek "set" and file:read(1) then
        pending("there is none")
      end
      file:close()
      local exchange = post(server:scenario {}, assert(core.form { { name = "f", path = UNREADABLE } }))
      engine:start(exchange)
      local complete, kind_of_end, message = drive.finish(engine, exchange)
      assert.same({ false, "io" }, { complete, kind_of_end })
      assert.truthy(message:find("cannot read '" .. UNREADABLE .. "': ", 1, true), message)
    end)

    it("begins beyond 2 GiB", function()
      local scene = server:scenario { replies = { { body = "x" } } }
      local file = assert(io.open(here:file "a", "w+b"))
      file:seek("set", 3 * 2 ^ 30)
      file:write "end"
      file:seek("set", 3 * 2 ^ 30 + 1)
      local form = assert(core.form { { name = "f", file = file } })
      file:close()
      local exchange = post(scene, form)
      engine:start(exchange)
      assert.is_true(drive.finish(engine, exchange))
      assert.equal("nd", multipart.parts(scene:requests()[1])[1].data)
    end)
  end)
end
