-- A program whose input is closed: the first descriptor that is opened is 0,
-- and is one like any other, whatever it is of.

local child = require "spec.support.child"
local folder = require "spec.support.folder"
local server = require("spec.support.server").start()

local CLOSED = [[sh -c 'exec "$@" <&-' sh]]

local BEGIN = [[
local core = require "oai.core"

--- What the descriptor 0 is of; "free" where it is none but that by which this
--- is asked.
local function zero()
  local pipe = io.popen "exec env -u LD_PRELOAD sh -c 'readlink /proc/$PPID/fd/0'"
  local of = pipe:read "*l"
  pipe:close()
  return of:find "^pipe:" and "free" or of
end

--- An engine that has other descriptors, and what keeps that one till it is
--- closed.
local function new_engine()
  local file = io.open "/dev/null"
  return core.engine {}, file
end

local function new_exchange(url, body, sink)
  return core.exchange(core.plan { method = body and "POST" or "GET" }, url .. "/x", body, sink or "whole")
end

--- How an exchange ends, and what the descriptor was of when something had come.
local function finish(engine, exchange)
  local limit, held = core.clock() + 20, nil
  engine:start(exchange)
  while exchange:outcome() == nil and core.clock() < limit do
    engine:step(0.05)
    local _, _, received = exchange:progress()
    held = held or received > 0 and zero()
  end
  local complete = exchange:outcome()
  exchange:close()
  return complete, held
end
]]

describe("a program whose input is closed", function()
  local here = folder.each()

  local function says(code, ...)
    local output, status = child.run(BEGIN .. code:format(...), nil, nil, CLOSED)
    assert.equal(0, status, output)
    return output
  end

  it("writes to a device", function()
    assert.equal("/dev/null\tfree\n", says [[
      local target = assert(core.target "/dev/null")
      local held = zero()
      target:close()
      print(held, zero())]])
  end)

  it("writes to what it has open", function()
    local path = here:file "gone"
    assert.equal(path .. "\tfree\n", says([[
      local file = io.open(%q, "w")
      local held = zero()
      os.remove(%q)
      os.execute(%q) -- by its name it is no more found
      local target = assert(core.target "/dev/fd/0")
      file:close()
      target:close()
      print(held, zero())]], path, path, ("exec env -u LD_PRELOAD ln -s no/such '%s (deleted)'"):format(path)))
  end)

  it("has a copy of what it has open", function()
    local path = here:file "a"
    assert.equal(path .. "\tfree\n", says([[
      local other = io.open "/dev/null"
      local file = io.open(%q, "w") -- behind those for output
      other:close()
      local target = assert(core.target "/dev/fd/3")
      local held = zero()
      target:close()
      file:close()
      print(held, zero())]], path))
  end)

  --- What becomes of a reply in a program: what it prints.
  local function with(reply, code, ...)
    local scene = server:scenario { replies = { { body = "first" }, reply } }
    local output = says(("local url = %q\n"):format(scene.base_url) .. code, ...)
    local request = scene:journal().requests[2]
    scene:close()
    return output, request
  end

  it("has a connection", function()
    assert.matches("^true\tsocket:%S+\ttrue\tfree\n$", (with({ body = "second" }, [[
      local engine, file = new_engine()
      file:close()
      local complete, held = finish(engine, new_exchange(url))
      local again = finish(engine, new_exchange(url))
      engine:close()
      print(complete, held, again, zero())]])))
  end)

  it("sends a file", function()
    local path = here:write("a", "four")
    local output, request = with({ body = "second" }, [[
      local engine, file = new_engine()
      finish(engine, new_exchange(url))
      file:close()
      local form = assert(core.form { { name = "file", path = %q } })
      local held = zero()
      local complete = finish(engine, new_exchange(url, form))
      form:close()
      print(held, complete, zero())]], path)
    assert.equal(path .. "\ttrue\tfree\n", output)
    assert.matches("\r\n\r\nfour\r\n", request.body, 1, true)
  end)

  it("adds a file to a digest", function()
    local path = here:write("a", "four")
    here:run "truncate -s 20000000 a"
    assert.equal(("false\t%s\t16\tfree\n"):format(path), says([[
      local sum = core.digest "md5"
      local added, held = sum:add_file(%q), zero()
      print(added, held, #sum:finish(), zero())]], path))
  end)

  it("lets go of a file whose reply breaks off", function()
    local broken = { content_length = 20, steps = { { write = "some" }, { close = true } } }
    assert.equal("false\tfree\tfree\n", (with(broken, [[
      local engine, file = new_engine()
      finish(engine, new_exchange(url))
      file:close()
      local target = assert(core.target(%q))
      local complete = finish(engine, new_exchange(url, nil, target))
      local held = zero()
      target:close()
      engine:close()
      print(complete, held, zero())]], here:file "a")))
    assert.equal("", here:names())
  end)

  for name, expected in pairs { file = "second", pipe = ("x"):rep(300000) } do
    it("saves a reply to a " .. name, function()
      if name == "pipe" then
        here:run "mkfifo pipe; (sleep 0.1; cat) < pipe > out 2>/dev/null &"
      end
      local output = with({ content_length = #expected, steps = { { write = expected:sub(1, 3) }, { wait = 0.2 },
        { write = expected:sub(4) } } }, [[
        local engine, file = new_engine()
        finish(engine, new_exchange(url))
        file:close()
        local target
        repeat
          target = core.target(%q) -- the reader of a pipe may be on its way
        until target
        local complete, held = finish(engine, new_exchange(url, nil, target))
        target:close()
        print(complete, held, zero())]], here:file(name))
      assert.matches(("^true\t%s[^\t]*\tfree\n$"):format((here.path:gsub("%p", "%%%0"))), output)
      local text = here:read(name == "pipe" and "out" or name)
      assert.is_true(text == expected, #text)
    end)
  end
end)
