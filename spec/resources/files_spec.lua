-- Files: each operation as it goes over the wire; uploads from every source,
-- downloads to files that are whole or not there, lists over pages.

local child = require "spec.support.child"
local blocking = require "oai.loop.blocking"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local multipart = require "spec.support.multipart"
local operation = require "spec.support.operation"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"
local said = require "spec.support.said"

local FILE = { json = { id = "file-1", object = "file" } }
local BUSY = { status = 503, headers = { ["retry-after-ms"] = "1" } }

describe("files", function()
  for _, case in ipairs {
    {
      name = "list", method = "GET", path = "/files", query = "limit=2&purpose=batch",
      call = function(client)
        return client.files:list { purpose = "batch", limit = 2 }
      end,
    },
    {
      name = "retrieve", method = "GET", path = "/files/file-1",
      call = function(client)
        return client.files:retrieve "file-1"
      end,
    },
    {
      name = "delete", method = "DELETE", path = "/files/file-1",
      call = function(client)
        return client.files:delete "file-1"
      end,
    },
    {
      name = "content", method = "GET", path = "/files/file-1/content", accept = "application/binary",
      call = function(client)
        return client.files:content "file-1"
      end,
      reply = { body = "{\"a\":1}\n\0\255" }, value = "{\"a\":1}\n\0\255",
    },
  } do
    operation.show(server, case)
  end
end)

describe("files.create", function()
  local here

  setup(function()
    here = folder.new()
  end)

  teardown(function()
    here:remove()
  end)

  local BYTES = "line 1\r\nline 2\n\0\255--boundary\r\n"

  --- The parts that arrived, for each attempt.
  local function upload(params, replies)
    local scene = server:scenario { replies = replies or { FILE } }
    local file = assert(connect.to(scene).files:create(params))
    assert.equal("file-1", file.id)
    local attempts = {}
    for i, request in ipairs(scene:requests()) do
      assert.equal("POST /v1/files", request.method .. " " .. request.path)
      assert.truthy(request.header["content-type"]:find("^multipart/form%-data; boundary="))
      assert.is_nil(request.header.expect)
      attempts[i] = multipart.parts(request)
    end
    return attempts
  end

  local SOURCES = {
    {
      name = "a path", filename = "a.jsonl",
      file = function()
        return here:write("a.jsonl", BYTES)
      end,
    },
    {
      name = "a string", filename = "b.jsonl",
      file = function()
        return { data = BYTES, filename = "b.jsonl" }
      end,
    },
    {
      name = "a string with a type", filename = "b.bin", content_type = "text/x-special",
      file = function()
        return { data = BYTES, filename = "b.bin", content_type = "text/x-special" }
      end,
    },
    {
      name = "a path under another name", filename = "d.jsonl",
      file = function()
        return { path = here:write("c.jsonl", BYTES), filename = "d.jsonl" }
      end,
    },
    {
      name = "an open file", filename = "upload",
      file = function()
        return assert(io.open(here:write("e.jsonl", BYTES), "rb"))
      end,
    },
    {
      name = "an open file at an offset", filename = "f.jsonl",
      file = function()
        local file = assert(io.open(here:write("f.jsonl", "skipped" .. BYTES), "rb"))
        assert.equal("skipped", file:read(7))
        return { file = file, filename = "f.jsonl" }
      end,
    },
    {
      name = "an open file that is written", filename = "upload",
      file = function()
        local file = assert(io.open(here:file("g.jsonl"), "w+b"))
        file:write(BYTES)
        file:seek("set")
        return file
      end,
    },
  }
  for _, source in ipairs(SOURCES) do
    it("sends " .. source.name .. ", and again when it must", function()
      local file = source.file()
      local attempts = upload({ file = file, purpose = "batch" }, { BUSY, FILE })
      assert.equal(2, #attempts)
      for _, parts in ipairs(attempts) do
        assert.equal(2, #parts)
        assert.equal("file", parts[1].name)
        assert.equal(source.filename, parts[1].filename)
        assert.equal(BYTES, parts[1].data)
        if source.content_type then
          assert.equal(source.content_type, parts[1].content_type)
        end
        assert.same({ name = "purpose", data = "batch" }, parts[2])
      end
      if io.type(file) then
        assert.equal("file", io.type(file))
        file:close()
      end
    end)
  end

  it("sends an empty file", function()
    local attempts = upload { file = here:write("empty.txt", ""), purpose = "batch" }
    assert.equal("empty.txt", attempts[1][1].filename)
    assert.equal("", attempts[1][1].data)
  end)

  it("sends nested fields in brackets", function()
    local attempts = upload { file = { data = "x" }, purpose = "batch",
      expires_after = { anchor = "created_at", seconds = 3600 }, tags = { "a", "b" }, flag = true }
    local fields = {}
    for i, part in ipairs(attempts[1]) do
      fields[i] = part.name .. "=" .. part.data
    end
    table.sort(fields)
    assert.same({ "expires_after[anchor]=created_at", "expires_after[seconds]=3600", "file=x", "flag=true",
      "purpose=batch", "tags[]=a", "tags[]=b" }, fields)
  end)

  it("escapes names", function()
    local scene = server:scenario { replies = { FILE } }
    assert(connect.to(scene).files:create { purpose = "batch", ['n"\r\nX-Evil: 1\r\n\r\n'] = "v",
      file = { data = "x", filename = 'we"ird\r\nname.txt', content_type = "text/plain" } })
    local body = scene:requests()[1].body
    assert.truthy(body:find('filename="we%22ird%0D%0Aname.txt"', 1, true), body)
    assert.truthy(body:find('name="n%22%0D%0AX-Evil: 1%0D%0A%0D%0A"\r\n', 1, true), body)
  end)

  for _, case in ipairs {
    { name = "a path with folders", file = "a/b/c.txt", sent = "c.txt" },
    { name = "a path of another system", file = "x\\y.txt", sent = "y.txt" },
  } do
    it("sends no folder of " .. case.name, function()
      local attempts = upload { file = { data = "x", filename = case.file }, purpose = "batch" }
      assert.equal(case.sent, attempts[1][1].filename)
    end)
  end

  it("sends 20 MB twice and whole, in constant memory", function()
    local size = 20 * 1024 * 1024
    local content = ("0123456789abcdef"):rep(size / 16)
    local scene = server:scenario { replies = { FILE, BUSY, FILE } }
    local output, status = child.run(([[
      local function peak()
        for line in io.lines "/proc/self/status" do
          local kilobytes = line:match "VmHWM:%%s*(%%d+)"
          if kilobytes then
            return kilobytes * 1024
          end
        end
      end
      local client = require("oai").client { api_key = "sk-spec", base_url = %q }
      assert(client.files:create { file = { data = "", filename = "big.bin" }, purpose = "batch" })
      local before = peak()
      local file, facts = client.files:create { file = %q, purpose = "batch" }
      print(file.id, facts.attempts, peak() - before)
    ]]):format(scene.base_url, here:write("big.bin", content)))
    assert.equal(0, status, output)
    local id, attempts, grown = output:match("^(%S+)\t(%d+)\t(%S+)")
    assert.equal("file-1", id)
    assert.equal("2", attempts)
    assert.is_true(tonumber(grown) < 8 * 1024 * 1024, output)
    local requests = scene:requests()
    local pattern = requests[1].body
    local function boundary(request)
      return request.header["content-type"]:match("boundary=(.+)$")
    end
    for i = 2, 3 do
      local head, tail = pattern:gsub(boundary(requests[1]):gsub("%-", "%%-"), boundary(requests[i]))
        :match("^(.-\r\n\r\n)(\r\n.*)$")
      here:write("expected", head .. content .. tail)
      local pipe = io.popen("exec env -u LD_PRELOAD sha256sum " .. here:file "expected")
      assert.equal(pipe:read(64), requests[i].body_sha256)
      pipe:close()
      assert.is_true(requests[i].complete_body)
    end
  end)

  for _, case in ipairs {
    { name = "a missing file", file = "missing.txt", says = "missing.txt" },
    { name = "a folder", file = "", says = "cannot open" },
  } do
    it("returns an error for " .. case.name .. " and sends nothing", function()
      local scene = server:scenario { replies = { FILE } }
      local value, err = connect.to(scene).files:create { file = here:file(case.file), purpose = "batch" }
      assert.is_nil(value)
      assert.equal("io", err.kind)
      assert.equal("files.create", err.operation)
      assert.truthy(err.message:find(case.says, 1, true), err.message)
      assert.equal(0, scene:journal().requests_total)
    end)
  end

  it("raises for what is no file, and sends nothing", function()
    local scene = server:scenario { replies = { FILE } }
    local files = connect.to(scene).files
    local closed = io.open(here:write("h", "x"))
    closed:close()
    for _, file in ipairs { 12, true, closed, {}, { file = closed }, { here:file "h" } } do
      local done, message = pcall(files.create, files, { file = file, purpose = "batch" })
      assert.is_false(done)
      assert.truthy(tostring(message):find("files.create: file: ", 1, true), tostring(message))
      assert.truthy(tostring(message):find("^[^:]*files_spec.lua:%d+: oai: "), tostring(message))
    end
    assert.equal(0, scene:journal().requests_total)
  end)

  it("returns an error for text that is not UTF-8", function()
    local scene = server:scenario { replies = { FILE } }
    local value, err = connect.to(scene).files:create { file = { data = "\255" }, purpose = "b\255" }
    assert.is_nil(value)
    assert.truthy(err.message:find("purpose", 1, true), err.message)
    assert.equal(0, scene:journal().requests_total)
  end)
end)

describe("files.content", function()
  local here = folder.each()

  local function download(replies, options)
    local scene = server:scenario { replies = replies }
    options = options or {}
    options.save_to = options.save_to or here:file "out.bin"
    local client = connect.to(scene)
    return client, function()
      return client.files:content("file-1", nil, options)
    end, scene
  end

  it("goes straight to a file, which appears when it is whole", function()
    here:write("out.bin", "old")
    local seen = {}
    local scene = server:scenario { replies = { { steps = { { write = "begin" }, { wait = 0.1 }, { fill = 300000 },
      { wait = 0.1 }, { write = "end" } } } } }
    local client = connect.to(scene, { loop = {
      wait = function(...)
        seen[here:names() .. " " .. #here:read "out.bin"] = true
        return blocking.wait(...)
      end,
      sleep = blocking.sleep, worker = false,
    } })
    local value, facts = client.files:content("file-1", nil, { save_to = here:file "out.bin" })
    assert.equal(here:file "out.bin", value)
    assert.equal(200, facts.status)
    assert.same({ ["out.bin 3"] = true }, seen)
    assert.equal("out.bin", here:names())
    assert.equal("begin" .. ("0123456789abcdef"):rep(300000 / 16) .. "end", here:read "out.bin")
  end)

  local BROKEN = {
    { name = "a truncated body",
      replies = { { content_length = 1000, steps = { { write = "part" }, { close = true } } } },
      kind = "connection" },
    { name = "a reset", replies = { { content_length = 1000, steps = { { write = "part" }, { reset = true } } } },
      kind = "connection" },
    { name = "a stall", replies = { { content_length = 1000, steps = { { write = "part" }, { stall = true } } } },
      kind = "timeout", timeout = 0.2 },
    { name = "404", replies = { { status = 404, json = { error = { message = "no such file" } } } },
      kind = "not_found" },
  }
  for _, case in ipairs(BROKEN) do
    for _, old in ipairs { "none", "old content" } do
      it(("leaves nothing behind after %s, with %s before"):format(case.name, old), function()
        local _, call = download(case.replies, { max_retries = 0, timeout = case.timeout })
        if old ~= "none" then
          here:write("out.bin", old)
        end
        local value, err = call()
        assert.is_nil(value)
        assert.equal(case.kind, err.kind)
        assert.equal(old ~= "none" and "out.bin" or "", here:names())
        assert.equal(old ~= "none" and old or nil, here:read "out.bin")
      end)
    end
  end

  it("has the whole file after another attempt", function()
    local _, call, scene = download { { content_length = 1000, steps = { { write = "part" }, { close = true } } },
      { body = "whole" } }
    assert(call())
    assert.equal("whole", here:read "out.bin")
    assert.equal("out.bin", here:names())
    assert.equal(2, #scene:requests())
  end)

  --- What a way of making a call gives for a download to `target`.
  local WAYS = {
    ["at once"] = function(client, options)
      return client.files:content("file-1", nil, options)
    end,
    ["in a task"] = function(client, options)
      local value, err
      client:spawn(function()
        value, err = client.files:content("file-1", nil, options)
      end)
      return value, err
    end,
    ["not waited for"] = function(client, options)
      options.wait = false
      local call = client.files:content("file-1", nil, options)
      assert.is_true(call.done)
      return call.value, call.err
    end,
  }
  for way, call in pairs(WAYS) do
    for _, loop in ipairs { "blocking", "frame" } do
      it(("sends nothing when the target cannot be written, %s, loop %s"):format(way, loop), function()
        if way == "at once" and loop == "frame" then
          return
        end
        here:run "mkfifo pipe; ln -s loop loop"
        for name, reason in pairs {
          ["no/such/folder"] = "No such file or directory", ["."] = "Is a directory",
          pipe = "nobody reads from this pipe",
          loop = "Too many levels of symbolic links", [("n"):rep(300)] = "File name too long",
        } do
          local scene = server:scenario { replies = { { body = "x" } } }
          local client = connect.to(scene, { loop = loop })
          local value, err = call(client, { save_to = here:file(name) })
          assert.is_nil(value)
          assert.equal("io", err.kind)
          assert.equal(("oai: files.content: cannot write '%s': %s"):format(here:file(name), reason), said(err))
          assert.equal(0, scene:journal().requests_total)
          client:close()
        end
        assert.equal("loop pipe", here:names())
      end)
    end
  end

  it("looks at the target before it waits for its turn", function()
    local scene = server:scenario { replies = { { status = 429, headers = { ["retry-after"] = "1" } }, { body = "x" } },
      repeat_last = true }
    local client = connect.to(scene)
    local err, saved
    here:run "mkdir sub"
    client:spawn(function()
      saved = client.files:content("file-1", nil, { save_to = here:file "out.bin" })
    end)
    client:spawn(function()
      err = select(2, client.files:content("file-1", nil, { save_to = here:file "sub" }))
      assert(here:run "rmdir sub")
    end)
    assert.equal("io", err.kind)
    client:run()
    assert.equal(here:file "out.bin", saved)
  end)

  it("refuses NUL at the caller's line", function()
    for _, options in ipairs { {}, { wait = false } } do
      options.save_to = here:file "a\0b"
      local _, call, scene = download({ { body = "x" } }, options)
      local done, message = pcall(call)
      assert.is_false(done)
      assert.truthy(message:find "^[^:]*files_spec.lua:%d+: oai: files.content: option 'save_to' must not hold NUL$",
        message)
      assert.equal(0, scene:journal().requests_total)
      assert.equal("", here:names())
    end
  end)

  --- Starts who reads the pipe "pipe" into the file "got".
  local function read_pipe()
    here:run "mkfifo pipe; (cat < pipe > got; mv got ended) &"
  end

  --- Makes a call as soon as somebody reads from the pipe.
  local function when_read(call)
    local value, err
    for _ = 1, 500 do
      value, err = call()
      if value or not err.message:find("nobody reads", 1, true) then
        break
      end
      socket.sleep(0.01)
    end
    return value, err
  end

  --- Waits until the pipe's reader has seen its end; what it got.
  local function pipe_content()
    return here:output "for i in $(seq 500); do test -e ended && break; sleep 0.02; done; cat ended"
  end

  it("does not begin anew in a pipe that has some of it", function()
    read_pipe()
    local PART = { content_length = 1000, steps = { { write = "part" }, { close = true } } }
    local scene = server:scenario { replies = { { status = 500, body = "no" }, PART, { body = "whole" } } }
    local value, err = when_read(function()
      return connect.to(scene).files:content("file-1", nil, { save_to = here:file "pipe" })
    end)
    assert.is_nil(value)
    assert.equal("connection", err.kind)
    assert.equal(2, err.attempts)
    assert.equal(2, #scene:requests())
    assert.equal("part", pipe_content())
  end)

  it("lets a pipe's reader see the end at the end of the call", function()
    read_pipe()
    local _, call = download({ { status = 500, body = "no" }, { body = "whole" } }, { save_to = here:file "pipe" })
    assert.equal(here:file "pipe", assert(when_read(call)))
    assert.equal("whole", pipe_content())
  end)

  it("is not for streams", function()
    local client, _, scene = download { { body = "x" } }
    local done, message = pcall(client.chat.completions.create, client.chat.completions,
      { model = "m", messages = {}, stream = true }, { save_to = here:file "out" })
    assert.is_false(done)
    assert.truthy(message:find "files_spec.lua:%d+: oai: chat.completions.create: give 'stream' or 'save_to', not",
      message)
    assert.equal(0, scene:journal().requests_total)
  end)

  it("saves a list as it came, but not each of a list", function()
    local client = download { { json = { object = "list", data = {} } } }
    assert.equal(here:file "out", client.files:list(nil, { save_to = here:file "out" }))
    assert.truthy(here:read("out"):find("list", 1, true))
    for name, value in pairs { save_to = here:file "out", wait = false, on_done = print, on_event = print } do
      local done, message = pcall(client.files.each, client.files, nil, { [name] = value })
      assert.is_false(done)
      local says = ("files_spec.lua:%%d+: oai: files.each: option '%s' cannot be given here"):format(name)
      assert.truthy(message:find(says), message)
    end
  end)

  it("saves an empty file", function()
    local _, call = download { { body = "" } }
    assert(call())
    assert.equal("", here:read "out.bin")
  end)

  it("does not save one that comes compressed unasked, whose end nobody looks at", function()
    local _, call, scene = download { { gzip = true, body = ("text "):rep(1000) } }
    local value, err = call()
    assert.is_nil(value)
    assert.equal("decode", err.kind)
    assert.equal("", here:names())
    assert.equal("identity", scene:requests()[1].header["accept-encoding"])
  end)

  it("does not return one that comes compressed unasked", function()
    local scene = server:scenario { replies = { { gzip = true, body = ("text "):rep(1000) } } }
    local value, err = connect.to(scene, { max_retries = 0 }).files:content "file-1"
    assert.is_nil(value)
    assert.equal("decode", err.kind)
    assert.truthy(err.message:find("gzip", 1, true))
    assert.equal("identity", scene:requests()[1].header["accept-encoding"])
  end)

  it("is a method of a file", function()
    local scene = server:scenario { replies = { FILE, { body = "bytes" }, { body = "bytes" } } }
    local file = assert(connect.to(scene).files:retrieve "file-1")
    assert.equal("bytes", file:content())
    assert.equal(here:file "out.bin", file:content(nil, { save_to = here:file "out.bin" }))
    assert.equal("bytes", here:read "out.bin")
  end)
end)

describe("files.list", function()
  local function page(has_more, ...)
    local data = {}
    for i, id in ipairs { ... } do
      data[i] = { id = id, object = "file" }
    end
    return { json = { object = "list", data = data, has_more = has_more } }
  end

  local THREE = { page(true, "a", "b"), page(true, "c", "d"), page(false, "e") }

  local function queries(scene)
    local found = {}
    for i, request in ipairs(scene:requests()) do
      found[i] = request.query
    end
    return found
  end

  it("goes on over pages with its filters kept", function()
    local scene = server:scenario { replies = THREE }
    local params = { purpose = "batch", limit = 2 }
    local ids = {}
    for file in connect.to(scene).files:each(params, { query = { x = "1" } }) do
      ids[#ids + 1] = tostring(file)
    end
    assert.same({ "oai.File a", "oai.File b", "oai.File c", "oai.File d", "oai.File e" }, ids)
    local filters = "limit=2&purpose=batch"
    assert.same({ "x=1&" .. filters, "x=1&after=b&" .. filters, "x=1&after=d&" .. filters }, queries(scene))
    assert.same({ purpose = "batch", limit = 2 }, params)
  end)

  it("keeps its filters, whatever becomes of the tables", function()
    local function given()
      return { purpose = "batch" }, { query = { x = { "1" } } }
    end
    for _, method in ipairs { "list", "each" } do
      local scene = server:scenario { replies = THREE }
      local files = connect.to(scene).files
      local params, options = given()
      local list = assert(files[method](files, params, options))
      params.purpose, params.order, options.query.x[1] = "vision", "asc", "2"
      local count = 0
      for _ in method == "each" and list or list:each() do
        count = count + 1
      end
      assert.equal(5, count)
      local filters = "purpose=batch"
      assert.same({ "x%5B%5D=1&" .. filters, "x%5B%5D=1&after=b&" .. filters, "x%5B%5D=1&after=d&" .. filters },
        queries(scene))
    end
  end)

  it("gives page by page", function()
    local scene = server:scenario { replies = THREE }
    local first = assert(connect.to(scene).files:list())
    assert.equal("oai.Page (2 items)", tostring(first))
    assert.is_true(first.has_more)
    local second = assert(first:next())
    assert.equal("c", second.data[1].id)
    assert.equal(2, #scene:requests())
    local third = assert(second:next())
    assert.is_nil((third:next()))
    assert.equal(3, #scene:requests())
  end)

  it("iterates over pages, and over items from a page on", function()
    local scene = server:scenario { replies = { THREE[1], THREE[2], THREE[3], THREE[2], THREE[3] } }
    local first = assert(connect.to(scene).files:list())
    local sizes, ids = {}, {}
    for one in first:pages() do
      sizes[#sizes + 1] = #one.data
    end
    assert.same({ 2, 2, 1 }, sizes)
    first = assert(connect.to(server:scenario { replies = THREE }).files:list())
    for file in first:each() do
      ids[#ids + 1] = file.id
    end
    assert.equal("a b c d e", table.concat(ids, " "))
  end)

  it("fetches nothing before it is asked, and nothing after a break", function()
    local scene = server:scenario { replies = THREE }
    local files = connect.to(scene).files:each()
    assert.equal(0, scene:journal().requests_total)
    for file in files do
      if file.id == "b" then
        break
      end
    end
    assert.equal(1, #scene:requests())
  end)

  for _, case in ipairs {
    { count = 0, ids = "", pages = 0 },
    { count = 2, ids = "a b", pages = 1 },
    { count = 3, ids = "a b c", pages = 2 },
    { count = 99, ids = "a b c d e", pages = 3 },
  } do
    it("takes " .. case.count, function()
      local scene = server:scenario { replies = THREE }
      local ids = {}
      for file in connect.to(scene).files:each():take(case.count) do
        ids[#ids + 1] = file.id
      end
      assert.equal(case.ids, table.concat(ids, " "))
      assert.equal(case.pages, scene:journal().requests_total)
    end)
  end

  it("ends in an error where the server repeats a cursor", function()
    local scene = server:scenario { replies = { page(true, "a", "b") }, repeat_last = true }
    local ids = {}
    local done, err = pcall(function()
      for file in connect.to(scene).files:each() do
        ids[#ids + 1] = file.id
      end
    end)
    assert.is_false(done)
    assert.equal("decode", err.kind)
    assert.truthy(err.message:find("'b'", 1, true))
    assert.is_true(#ids <= 4)
    assert.equal(2, #scene:requests())
  end)

  it("raises the error of a page, in iterators", function()
    local scene = server:scenario { replies = { page(true, "a"), { status = 404 } } }
    local done, err = pcall(function()
      for _ in connect.to(scene).files:each() do end -- luacheck: ignore
    end)
    assert.is_false(done)
    assert.equal("not_found", err.kind)
  end)

  it("of nothing is empty", function()
    for _, reply in ipairs { page(false), { json = { object = "list" } } } do
      local scene = server:scenario { replies = { reply } }
      for file in connect.to(scene).files:each() do
        error(file.id)
      end
      assert.equal(1, #scene:requests())
    end
  end)
end)
