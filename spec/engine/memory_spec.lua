-- Where a key is in a process's memory: in a credential, and when the client
-- is closed nowhere, in what libcurl has freed neither.

local answer = require "spec.support.answer"
local child = require "spec.support.child"
local core = require "oai.core"
local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }

-- Made of two, so that this process, a parent of the one that is looked at,
-- hands it nothing that begins as it does.
local KEY = table.concat({ "sk-memory", "0123456789abcdefghijklmnopqrstuvwxyz-0123456789" }, "-")

local CODE = [[
  print(pid())
  local socket = require "socket"
  local oai = require "oai"
  local way, here = %q, %q
  local client = oai.client {
    api_key = way == "file" and { file = here .. "/key" } or nil,
    base_url = %q, ca_file = %q, loop = %q, max_retries = 1, timeout = 10,
  }
  local CALLS = {
    call = function()
      return client.chat.completions:create { model = "m", messages = {} }
    end,
    stream = function()
      return assert(client.chat.completions:create { model = "m", messages = {}, stream = true }):final()
    end,
    large = function()
      local message = { role = "user", content = ("x"):rep(300000) }
      return client.chat.completions:create { model = "m", messages = { message } }
    end,
    upload = function()
      return client.files:create { purpose = "batch", file = { data = ("x"):rep(300000), filename = "a" } }
    end,
    cancelled = function()
      local task = client.chat.completions:create({ model = "m", messages = {} }, { wait = false })
      task:await(0.1)
      task:cancel()
    end,
  }
  local function calls()
    for _ = 1, 3 do
      CALLS[%q]()
    end
  end
  if %q == "frame" then
    local task = client:spawn(calls)
    repeat client:update() socket.sleep(0.005) until task.done
    assert(not task.err, tostring(task.err))
  else
    calls()
  end
  collectgarbage()
  collectgarbage()
  local function wait(name)
    print(name)
    local ended = socket.gettime() + 60
    while not io.open(here .. "/" .. name) and socket.gettime() < ended do
      socket.sleep(0.02)
    end
  end
  wait "open"
  client:close()
  client, CALLS = nil, nil
  collectgarbage()
  collectgarbage()
  wait "closed"
]]

local MESSAGE = { role = "assistant", content = "x" }
local GOOD = { object = "chat.completion", choices = { { index = 0, message = MESSAGE } } }

local REPLIES = {
  call = { json = GOOD }, large = { json = GOOD }, upload = { json = { id = "f", object = "file" } },
  stream = answer.stream({ "a", "b" }), cancelled = { fault = "stall" },
}

--- The copies while the client is open and when it is closed.
local function look(case)
  local here = folder.new()
  here:write("key", KEY .. "\n")
  local scene = server:scenario { replies = { REPLIES[case.kind] }, repeat_last = true }
  local running = child.start(CODE:format(case.way or "file", here.path, scene:base_url_on(case.listener),
    case.listener == "http" and "" or server.ca_file, case.loop, case.kind, case.loop),
    { OPENAI_API_KEY = case.way == "environment" and KEY or false })
  local pid, copies = tonumber(running:line()), {}
  for i, name in ipairs { "open", "closed" } do
    local line = running:line()
    copies[i] = line == name and process.copies(pid, KEY) or error(tostring(line) .. running:finish(), 0)
    here:write(name, "")
  end
  running:finish()
  here:remove()
  return copies[1], copies[2]
end

local is_checked = os.getenv "LD_PRELOAD" ~= nil or os.getenv "SPEC_LOADER" ~= nil

--- Before 8.12 libcurl leaves nghttp2 its own memory, and that leaves there
--- each header that it has sent.
local function nghttp2_frees_plainly()
  local major, minor = core.versions():match "^(%d+)%.(%d+)"
  return tonumber(major) < 8 or tonumber(major) == 8 and tonumber(minor) < 12
end

local function without_nghttp2(copies)
  local others = {}
  for _, copy in ipairs(copies) do
    if not (nghttp2_frees_plainly() and copy:find "%zauthorization%zBearer $") then
      others[#others + 1] = copy
    end
  end
  return others
end

describe("engine.memory", function()
  for _, loop in ipairs { "blocking", "frame" } do
    for _, listener in ipairs { "http", "https1", "https" } do
      for kind in pairs(REPLIES) do
        it(("has no key after close: %s, %s, %s"):format(kind, listener, loop), function()
          if is_checked then
            pending "a checker keeps what is freed"
          end
          local open, closed = look { kind = kind, listener = listener, loop = loop }
          assert.is_true(#open >= 1)
          assert.same({}, without_nghttp2(closed))
        end)
      end
    end
  end

  it("has the environment's key in the environment alone", function()
    if is_checked then
      pending "a checker keeps what is freed"
    end
    for _, loop in ipairs { "blocking", "frame" } do
      local open, closed = look { kind = "call", listener = "http", loop = loop, way = "environment" }
      assert.is_true(#open >= 2)
      assert.equal(1, #closed)
      assert.truthy(closed[1]:find("OPENAI_API_KEY=", 1, true), closed[1])
    end
  end)
end)

if lacks("the memory of libcurl", _VERSION ~= "Lua 5.4" and "without Lua in it: Lua 5.4 tries it") then
  return
end

describe("the memory of libcurl", function()
  local here = folder.new()
  local program = here.path .. "/memory"

  lazy_setup(function()
    os.execute(("env -u LD_PRELOAD cc -std=c99 -O1 -D_GNU_SOURCE -o %s spec/engine/memory_program.c "
      .. "src/engine/memory.c -lpthread"):format(program))
  end)

  lazy_teardown(function()
    here:remove()
  end)

  local TRIED = {
    blocks = "has blocks that are nobody else's, more than it keeps",
    move = "moves a block with what is in it",
    clear = "clears what others have used",
    wipe = "wipes what is given back while that is asked for",
    threads = "goes from thread to thread",
  }
  for what, sentence in pairs(TRIED) do
    it(sentence, function()
      local pipe = assert(io.popen(program .. " " .. what .. " 2>&1"))
      assert.equal("right\n", pipe:read "a")
      pipe:close()
    end)
  end
end)
