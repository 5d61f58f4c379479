-- Runs that are ended in the middle of something, on every drive: at once,
-- with nothing left that goes on.

local child = require "spec.support.child"
local host = require "spec.support.host"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

local PROGRAM = [[
  local log, late = {}, false
  local function begun()
    for _ = 1, 5000 do
      if log[1] then
        return
      end
      oai.sleep(0.002)
    end
    say "it has not begun"
  end
  local function soon(fn)
    client:spawn(function()
      begun()
      fn()
    end)
  end
  local function wait(name)
    log[#log + 1] = name
    local slept, err = oai.sleep(20)
    log[#log + 1] = slept and "slept" or err.kind
    return true
  end
  local function begin(fields)
    fields.model, fields.input = "m", "x"
    return client.responses:run(fields)
  end
  local function read(run)
    local event, err = run:next()
    while event do
      if event.type == "text" or event.type == "turn_started" and late then
        log[#log + 1] = event.type
      end
      event, err = run:next()
    end
    return run, err
  end
  local function tell(name, run, err)
    say(name, run.status, err and err.kind, table.concat(log, " "), #run.attempted, next(run._tasks) == nil)
    log = {}
  end
  local CASES = {
    function() -- by the tool
      local run = begin { tools = { f = { run = function(_, context)
        context.run:cancel()
        wait "tool"
      end } } }
      tell("itself", read(run))
    end,
    function() -- while a tool waits
      local run = begin { tools = { f = { run = function() wait "tool" end } } }
      soon(function() run:cancel() end)
      tell("tool", read(run))
    end,
    function() -- while an approval waits
      local run = begin { tools = { f = { needs_approval = true, run = function() log[#log + 1] = "ran" end } },
        approve = function() return wait "approve" end }
      soon(function() run:cancel() end)
      tell("approval", read(run))
    end,
    function() -- while it is saved before the request
      local run = begin { save = function() wait "save" end }
      soon(function() run:cancel() end)
      tell("save", read(run))
    end,
    function() -- while the reply streams
      local run = begin { stream = true }
      soon(function() run:cancel() end)
      tell("stream", read(run))
    end,
    function() -- with its reader
      local run = begin { tools = { f = { run = function() wait "tool" end } } }
      local reader = client:spawn(read, run)
      begun()
      reader:cancel()
      tell("reader", run, run.err)
    end,
    function() -- the client is there all the same
      say("call", client.responses:create { model = "m", input = "x" } ~= nil)
    end,
    function() -- while the request waits, of which nobody knows whether it arrives
      local run = begin {}
      late = true
      soon(function() run:cancel() end)
      tell("request", read(run))
    end,
    function() -- with its client
      local run = begin {}
      soon(function() client:close() end)
      tell("client", read(run))
    end,
  }
  local function all()
    for _, case in ipairs(CASES) do
      case()
    end
  end
]]

local EXPECTED = [[
itself	cancelled	cancelled	tool cancelled	1	true
tool	cancelled	cancelled	tool cancelled	1	true
approval	cancelled	cancelled	approve cancelled	0	true
save	cancelled	cancelled	save cancelled	0	true
stream	cancelled	cancelled	text	0	true
reader	cancelled	cancelled	tool cancelled	1	true
call	true
request	cancelled	cancelled	turn_started	0	true
client	cancelled	cancelled	turn_started	0	true
]]

local api = turns.responses
local CALL = api.reply { api.call("c1", "f") }

local function scene()
  local streaming = { headers = { ["content-type"] = "text/event-stream" }, steps = { { write =
    'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","output_index":0,'
      .. '"content_index":0,"item_id":"m","delta":"par"}\n\n' }, { stall = true } } }
  return server:scenario { replies = { CALL, CALL, CALL, streaming, CALL, { json = api.whole {} },
    { delay = 20, json = api.whole {} }, { delay = 20, json = api.whole {} } } }
end

describe("a run is ended in the middle of anything", function()
  for _, drive in ipairs { "main", "blocking", "frame", "uv" } do
    it("on " .. drive, function()
      local output
      if drive == "uv" and host.missing "uv" then
        return pending(host.missing "uv")
      elseif drive == "uv" then
        output = host.run("uv", scene(), PROGRAM .. "client:spawn(all) run()")
      else
        output = child.run(([[
          local oai = require "oai"
          local say = print
          local client = oai.client { api_key = "sk-x", base_url = %q, loop = %q, max_retries = 0 }
        ]]):format(scene().base_url, drive == "main" and "blocking" or drive) .. PROGRAM .. ([[
          local task = %q == "main" and { done = true, all() } or client:spawn(all)
          while not task.done do
            if %q == "frame" then client:update() else client:run() end
          end
        ]]):format(drive, drive))
      end
      assert.equal(EXPECTED, output)
    end)
  end
end)
