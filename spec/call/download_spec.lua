-- Files whose replies break off: what is asked for of them, over a socket.

local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }
local tasks = require "spec.support.tasks"

local BODY = "0123456789"
local SOON = "1" -- milliseconds until the next attempt

local function headers_of(more)
  local headers = { ["retry-after-ms"] = SOON, etag = '"v1"', ["content-type"] = "application/octet-stream" }
  for name, value in pairs(more or {}) do
    headers[name] = value or nil
  end
  return headers
end

--- A reply of all, cut off after so many bytes.
local function cut(bytes, more, body)
  body = body or BODY
  local steps = { { close = true } }
  if bytes > 0 then
    table.insert(steps, 1, { write = body:sub(1, bytes) })
  end
  return { headers = headers_of(more), content_length = #body, steps = steps }
end

local function whole(more, body)
  return { headers = headers_of(more), body = body or BODY }
end

--- A reply of the bytes behind the first so many; `upto` so many of them come.
local function rest(from, more, upto, body)
  body = body or BODY
  local headers = headers_of { ["content-range"] = ("bytes %d-%d/%d"):format(from, #body - 1, #body) }
  for name, value in pairs(more or {}) do
    headers[name] = value or nil
  end
  local reply = upto and cut(upto, nil, body:sub(from + 1)) or { body = body:sub(from + 1) }
  reply.status, reply.headers = 206, headers
  return reply
end

local function asked(scene)
  local list = {}
  for i, request in ipairs(scene:requests()) do
    local version = request.header["if-range"]
    list[i] = (request.header.range or "all") .. (version and " " .. version or "")
  end
  return list
end

describe("a file that breaks off", function()
  local here = folder.each()

  --- Saves what a server of these replies sends. Returns what comes of it, the
  --- scene, and the client.
  local function save(replies, options, more)
    local scene = server:scenario(replies[1] and { replies = replies } or replies)
    local client = connect.to(scene, more)
    local given = { save_to = here:file "out", max_retries = 2 }
    for name, value in pairs(options or {}) do
      given[name] = value
    end
    local value, facts = connect.run(client, function()
      return client.files:content("f", nil, given)
    end)
    return value, facts, scene, client
  end

  for _, drive in ipairs { "blocking", "frame" } do
    describe("on " .. drive, function()
      local more = { loop = drive }

      it("goes on behind each byte that has come", function()
        for k = 0, #BODY - 1 do
          local value, facts, scene = save({ cut(k), k == 0 and whole() or rest(k) }, nil, more)
          assert.equal(here:file "out", value)
          assert.equal(BODY, here:read "out")
          assert.same({ "all", k == 0 and "all" or ('bytes=%d- "v1"'):format(k) }, asked(scene))
          assert.equal(2, facts.attempts)
          assert.equal("out", here:names())
        end
      end)

      it("goes on again and again, and is held against no count of retries while it does", function()
        local replies = { cut(1) }
        for k = 1, #BODY - 2 do
          replies[#replies + 1] = rest(k, nil, 1)
        end
        replies[#replies + 1] = rest(#BODY - 1)
        local _, facts = save(replies, { max_retries = 1 }, more)
        assert.equal(BODY, here:read "out")
        assert.equal(#BODY, facts.attempts)
      end)

      it("is none where the reply says that it brings nothing", function()
        for _, status in ipairs { 204, 205, 304 } do
          for _, replies in ipairs { { { status = status } }, { cut(4), { status = status } } } do
            here:write("out", "before")
            local value, err, scene = save(replies, nil, more)
            assert.is_nil(value)
            assert.same({ status == 304 and "bad_request" or "decode", status }, { err.kind, err.status })
            assert.equal(#replies, #scene:requests())
            assert.equal("before", here:read "out")
            assert.equal("out", here:names())
          end
        end
      end)

      it("may be empty", function()
        here:write("out", "before")
        assert.equal(here:file "out", (save({ { body = "" } }, nil, more)))
        assert.equal("", here:read "out")
      end)

      it("is told to on_progress as one file", function()
        local told = {}
        save({ cut(4), rest(4) }, { on_progress = function(bytes, total)
          told[#told + 1] = ("%s/%s"):format(bytes, total or "?")
        end }, more)
        assert.equal("10/10", told[#told])
        local before = 0
        for _, text in ipairs(told) do
          local bytes = tonumber(text:match "^%d+")
          assert.is_true(bytes >= before, table.concat(told, " "))
          before = bytes
        end
      end)

      it("goes on when nothing moves any more, or an attempt takes too long", function()
        for _, options in ipairs { { timeout = 0.7 }, { attempt_timeout = 0.7 } } do
          local stalled = cut(4)
          stalled.steps[2] = { stall = true }
          local value, facts, scene = save({ stalled, rest(4) }, options, more)
          assert.equal(here:file "out", value, facts)
          assert.equal(BODY, here:read "out")
          assert.same({ "all", 'bytes=4- "v1"' }, asked(scene))
        end
      end)

      it("is not forgotten by an attempt to which no reply comes", function()
        for _, silent in ipairs { { fault = "stall" }, { status = 302, steps = { { stall = true } } } } do
          local value, facts, scene = save({ cut(4), silent, rest(4) }, { timeout = 0.7 }, more)
          assert.equal(here:file "out", value, facts)
          assert.equal(BODY, here:read "out")
          assert.same({ "all", 'bytes=4- "v1"', 'bytes=4- "v1"' }, asked(scene))
        end
      end)

      it("leaves nothing when its task is cancelled in the middle", function()
        local stalled = rest(4, nil, 3)
        stalled.steps[2] = { stall = true }
        local scene = server:scenario { replies = { cut(4), stalled } }
        local client = connect.to(scene, more)
        local told = 0
        local task = client:spawn(function()
          return client.files:content("f", nil, { save_to = here:file "out", on_progress = function(bytes)
            told = bytes
          end })
        end)
        assert.is_true(tasks.wait(client, drive, function()
          return told == 7
        end))
        task:cancel()
        assert.equal("cancelled", task.err.kind, tostring(task.err))
        client:close()
        assert.equal("", here:names())
        assert.equal(0, process.descriptors_in(here.path))
      end)

      it("leaves nothing when its task is cancelled between two attempts", function()
        local scene = server:scenario { replies = { cut(4, { ["retry-after-ms"] = "20000" }), rest(4) } }
        local client = connect.to(scene, more)
        local has_failed = false
        client:on("retry", function()
          has_failed = true
        end)
        local task = client:spawn(function()
          return client.files:content("f", nil, { save_to = here:file "out" })
        end)
        assert.is_true(tasks.wait(client, drive, function()
          return has_failed
        end))
        task:cancel()
        assert.equal("cancelled", task.err.kind)
        assert.equal("", here:names())
      end)
    end)
  end

  local other = "abcdefghijkl"
  local OLD = { etag = false, ["last-modified"] = "Sun, 06 Nov 1994 08:49:37 GMT",
    date = "Sun, 06 Nov 1994 08:50:37 GMT" }
  local YOUNG = { etag = false, ["last-modified"] = OLD["last-modified"], date = "Sun, 06 Nov 1994 08:50:36 GMT" }
  local DATELESS = { etag = false, ["last-modified"] = OLD["last-modified"], date = "yesterday" }
  local FROM_4 = 'bytes=4- "v1"'

  -- What a server sends, what is asked of it, and what the file is then.
  for what, case in pairs {
    ["is another one by now"] = { { cut(4), whole({ etag = '"v2"' }, other) }, { "all", FROM_4 }, other },
    ["is a shorter one by now"] = { { cut(9), whole({ etag = '"v2"' }, "ab") }, { "all", 'bytes=9- "v1"' }, "ab" },
    ["is another one by now, which breaks off, too"] = { { cut(4), cut(2, { etag = '"v2"' }, other),
      rest(2, { etag = '"v2"' }, nil, other) }, { "all", FROM_4, 'bytes=2- "v2"' }, other },
    ["has a weak ETag"] = { { cut(4, { etag = 'W/"v1"' }), whole() }, { "all", "all" } },
    ["has two ETags"] = { { cut(4, { etag = '"v1", "v2"' }), whole() }, { "all", "all" } },
    ["has neither ETag nor date"] = { { cut(4, { etag = false }), whole() }, { "all", "all" } },
    ["was changed a minute before"] = { { cut(4, OLD), rest(4, OLD) }, { "all", "bytes=4- " .. OLD["last-modified"] } },
    ["was changed less than a minute before"] = { { cut(4, YOUNG), whole() }, { "all", "all" } },
    ["was changed nobody knows how long before"] = { { cut(4, DATELESS), whole() }, { "all", "all" } },
    ["has a date that is none"] = { { cut(4, { etag = false, ["last-modified"] = "x" }), whole() }, { "all", "all" } },
    ["comes in no parts, as is said"] = { { cut(4, { ["accept-ranges"] = "None" }), whole() }, { "all", "all" } },
    ["comes in no parts"] = { { cut(4), whole() }, { "all", FROM_4 } },
    ["does not say its length"] = { { { headers = headers_of(), chunked = true, steps = { { write = "0123" },
      { close = true } } }, rest(4) }, { "all", FROM_4 } },
    ["goes on where it did not break off"] = { { cut(4), rest(3), whole() }, { "all", FROM_4, "all" } },
    ["goes on elsewhere, and breaks off"] = { { cut(4), rest(3, nil, 2), whole() }, { "all", FROM_4, "all" } },
    ["goes on as long as it is"] = { { cut(4), rest(4, { ["content-range"] = "bytes 4-9/10" }, nil, other), whole() },
      { "all", FROM_4, "all" } },
    ["goes on with another length"] = { { cut(4), rest(4, nil, nil, other), whole() }, { "all", FROM_4, "all" } },
    ["goes on, but not to its end"] = { { cut(4), rest(4, { ["content-range"] = "bytes 4-8/10" }, nil, "012345678"),
      whole() }, { "all", FROM_4, "all" } },
    ["goes on with no length"] = { { cut(4), rest(4, { ["content-range"] = "bytes 4-9/*" }), whole() },
      { "all", FROM_4, "all" } },
    ["goes on, without saying where"] = { { cut(4), rest(4, { ["content-range"] = false }), whole() },
      { "all", FROM_4, "all" } },
    ["goes on in parts of a part"] = { { cut(4), rest(4, { ["content-range"] = false,
      ["content-type"] = "multipart/byteranges; boundary=x" }), whole() }, { "all", FROM_4, "all" } },
    ["goes on as another one"] = { { cut(4), rest(4, { etag = '"v2"' }), whole() }, { "all", FROM_4, "all" } },
    ["goes on as another one, by its date"] = { { cut(4, OLD), rest(4, YOUNG), whole() },
      { "all", "bytes=4- " .. OLD["last-modified"] } },
    ["goes on without its ETag"] = { { cut(4), rest(4, { etag = false }), whole() }, { "all", FROM_4, "all" } },
    ["is shorter by now, for who asks for more"] = { { cut(4), { status = 416, body = "no" }, whole() },
      { "all", FROM_4, "all" } },
    ["is not served for a while"] = { { cut(4), { status = 503, body = "no", headers = { ["retry-after-ms"] = SOON } },
      rest(4) }, { "all", FROM_4, FROM_4 } },
    ["comes over a connection that ends"] = { { cut(4), { fault = "close" }, rest(4) }, { "all", FROM_4, FROM_4 }, nil,
      true },
    ["goes on with nothing, and then with more"] = { { cut(4), rest(4, nil, 0), rest(4) }, { "all", FROM_4, FROM_4 } },
    ["goes on with more, and is then refused"] = { { cut(4), rest(4, nil, 2), { status = 416, body = "no" }, whole() },
      { "all", FROM_4, 'bytes=6- "v1"', "all" } },
  } do
    it("and " .. what, function()
      if what == "goes on as another one, by its date" then
        case[1][2].headers["last-modified"], case[2][3] = "Sun, 06 Nov 1994 08:49:38 GMT", "all"
      end
      here:write("out", "old")
      local value, facts, scene = save(case[1])
      assert.equal(here:file "out", value, tostring(facts))
      assert.equal(case[3] or BODY, here:read "out")
      assert.same(case[2], asked(scene))
      assert.equal(#case[2], facts.attempts)
      assert.equal("out", here:names())
    end)
  end

  for i, case in ipairs {
    { { rest(0) }, 1 }, { { rest(4), whole() }, 2 }, { { rest(0, { ["content-range"] = "bytes 0-3/10" }, nil, "0123"),
      whole() }, 2 }, { { rest(0, { ["content-range"] = false }), whole() }, 2 },
    { { cut(4), rest(5), rest(5), whole() }, 4 },
  } do
    it("is no part of it where all was asked for, " .. i, function()
      here:write("out", "old")
      local value, facts, scene = save(case[1])
      assert.equal(here:file "out", value, tostring(facts))
      assert.same({ BODY, case[2], case[2] }, { here:read "out", #scene:requests(), facts.attempts })
    end)
  end

  it("stays what it was where nothing but a part comes, and is the part that the program asks for", function()
    here:write("out", "old")
    local part = rest(2, { ["content-range"] = "bytes 2-9/10" })
    local value, err, scene = save({ part, part, part })
    assert.is_nil(value)
    assert.same({ "connection", "old", 3, "out" }, { err.kind, here:read "out", #scene:requests(), here:names() })
    assert(save({ part }, { headers = { Range = "bytes=2-" } }))
    assert.equal(BODY:sub(3), here:read "out")
  end)

  it("begins anew at no cost of a retry where the rest cannot be had", function()
    for _, refused in ipairs { { status = 416, body = "no" }, rest(3) } do
      local value, facts = save({ cut(4), refused, whole() }, { max_retries = 1 })
      assert.equal(here:file "out", value)
      assert.equal(3, facts.attempts)
    end
  end)

  it("is given up after so many retries since something came", function()
    local value, err, scene = save({ cut(4), rest(4, nil, 1), rest(5, nil, 0), rest(5, nil, 0), rest(5) })
    assert.is_nil(value)
    assert.same({ "connection", 4 }, { err.kind, err.attempts })
    assert.equal('bytes=5- "v1"', asked(scene)[4])
    assert.equal("", here:names())
  end)

  it("is given up at last by a server that sends it byte by byte", function()
    local body, replies = ("x"):rep(200), {}
    replies[1] = cut(1, nil, body)
    for k = 1, 199 do
      replies[k + 1] = rest(k, nil, 1, body)
    end
    local value, err = save(replies)
    assert.is_nil(value)
    assert.equal(102, err.attempts)
  end)

  it("does not go on where nothing is tried again", function()
    local value, err, scene = save({ cut(4), rest(4) }, { max_retries = 0 })
    assert.is_nil(value)
    assert.equal("connection", err.kind)
    assert.same({ "all" }, asked(scene))
    assert.equal("", here:names())
  end)

  it("keeps the old file until it is whole, and its mode", function()
    here:write("out", "old")
    here:run "chmod 640 out"
    local seen
    save({ cut(4), rest(4) }, { on_progress = function()
      seen = seen or here:read "out"
    end })
    assert.equal(BODY, here:read "out")
    assert.equal("640\n", here:output "stat -c %a out")
  end)

  it("is not put where a folder is by then", function()
    local scene = server:scenario { replies = { cut(4), rest(4) } }
    local client = connect.to(scene)
    client:on("retry", function()
      here:run "mkdir out"
    end)
    local value, err = client.files:content("f", nil, { save_to = here:file "out" })
    assert.is_nil(value)
    assert.same({ "io", ("cannot write '%s': Is a directory"):format(here:file "out") }, { err.kind, err.message })
    assert.equal("out", here:names())
  end)

  it("is not asked for in parts where the program does that, or sends something", function()
    local part = rest(5, nil, 2)
    local value, _, scene = save({ part, rest(5) }, { headers = { Range = "bytes=5-" } })
    assert.equal(here:file "out", value)
    assert.equal("56789", here:read "out")
    assert.same({ "bytes=5-", "bytes=5-" }, asked(scene))

    value, _, scene = save({ cut(4), whole() }, { headers = { Range = "bytes=0-" } })
    assert.equal(here:file "out", value)
    assert.same({ "bytes=0-", "bytes=0-" }, asked(scene))

    scene = server:scenario { replies = { cut(4), whole() } }
    local client = connect.to(scene)
    assert(client.audio.speech:create({ input = "a", model = "m", voice = "v" }, { save_to = here:file "a" }))
    assert.same({ "all", "all" }, asked(scene))
    assert.equal(BODY, here:read "a")
  end)

  it("is asked for where it came from, behind a redirect", function()
    local storage = server:scenario { replies = { cut(4), rest(4) } }
    local elsewhere = storage.base_url:gsub("127%.0%.0%.1", "localhost")
    local scene = server:scenario { replies = {
      { status = 302, headers = { location = elsewhere .. "/file?signature=1" } },
      { status = 302, headers = { location = elsewhere .. "/file?signature=2" } },
    } }
    local client = connect.to(scene)
    assert(client.files:content("f", nil, { save_to = here:file "out" }))
    assert.equal(BODY, here:read "out")
    assert.same({ "all", "all" }, asked(scene))
    assert.same({ "all", 'bytes=4- "v1"' }, asked(storage))
    for _, request in ipairs(storage:requests()) do
      assert.is_nil(request.header.authorization)
    end
  end)

  it("is asked for with all that the first attempt had in its header", function()
    local _, _, scene = save({ cut(4), rest(4) }, { headers = { ["X-Own"] = "1" } })
    local first, second = scene:requests()[1].header, scene:requests()[2].header
    first.range, first["if-range"], first["x-stainless-retry-count"] = "bytes=4-", '"v1"', "1"
    assert.same(first, second)
  end)

  it("is asked for of nobody else, where a redirect leads there", function()
    local to_b = { status = 302, headers = { location = "{{base}}/v1/b", ["retry-after-ms"] = SOON } }
    local scene = server:scenario { routes = {
      ["GET /files/f/content"] = { cut(4), to_b }, ["GET /b"] = { whole(nil, other) },
    } }
    assert(save({ routes = {} }, { headers = { ["X-Own"] = "1" } }, { base_url = scene.base_url }))
    assert.equal(other, here:read "out")
    assert.same({ "all", FROM_4, "all" }, asked(scene))
    assert.equal("1", scene:requests()[3].header["x-own"])
  end)

  it("begins anew where a redirect leads elsewhere by then", function()
    for _, second in ipairs { whole(nil, other), rest(4, nil, nil, BODY) } do
      local scene = server:scenario { routes = {
        ["GET /files/f/content"] = { { status = 302, headers = { location = "{{base}}/v1/a" } },
          { status = 302, headers = { location = "{{base}}/v1/b" } },
          { status = 302, headers = { location = "{{base}}/v1/b" } } },
        ["GET /a"] = { cut(4) }, ["GET /b"] = { second, whole(nil, other) },
      } }
      local value, facts = save({ routes = {} }, nil, { base_url = scene.base_url })
      assert.equal(here:file "out", value, tostring(facts))
      assert.equal(other, here:read "out")
      for _, request in ipairs(scene:requests()) do
        assert.is_nil(request.header.range)
      end
    end
  end)

  it("does not go on compressed", function()
    local value, err, scene = save { cut(4), { status = 206, gzip = true, body = "456789",
      headers = headers_of { ["content-range"] = "bytes 4-9/10" } }, whole() }
    assert.is_nil(value)
    assert.equal("decode", err.kind)
    assert.equal(2, #scene:requests())
    assert.equal("", here:names())
  end)

  it("goes on over HTTP/2", function()
    local broken = cut(4)
    broken.steps[2] = { reset = true }
    local scene = server:scenario { replies = { broken, rest(4) } }
    local client = connect.to(scene, { http_version = "2" }, "https")
    assert(client.files:content("f", nil, { save_to = here:file "out" }))
    assert.equal(BODY, here:read "out")
    assert.same({ "all", 'bytes=4- "v1"' }, asked(scene))
    assert.equal("2", scene:requests()[2].http_version)
  end)

  it("is told to hooks and to the log", function()
    local lines, told = {}, {}
    local scene = server:scenario { replies = { cut(4), rest(4) } }
    local client = connect.to(scene, { log = function(_, line)
      lines[#lines + 1] = line
    end })
    for _, name in ipairs { "request", "response" } do
      client:on(name, function(one)
        told[#told + 1] = ("%s %s %s"):format(name, tostring(one.range_start), tostring(one.status))
      end)
    end
    assert(client.files:content("f", nil, { save_to = here:file "out" }))
    assert.same({ "request nil nil", "response nil nil", "request 4 nil", "response 4 206" }, told)
    assert.truthy(table.concat(lines, "\n"):find("attempt 2: GET [^\n]*/files/f/content, from byte 4 on"))
  end)
end)
