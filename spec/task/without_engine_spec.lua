-- Tasks of a client that the system refuses an engine, for want of descriptors.

local child = require "spec.support.child"
local host = require "spec.support.host"
local server = require("spec.support.server").start()

describe("a client that the system refuses an engine", function()
  -- The modules are loaded first: without descriptors none can be.
  local PROGRAM = [[
    local oai, core, socket = require "oai", require "oai.core", require "socket"
    local said = require "spec.support.said"
    local LOOP, BASE = %q, %q
    local function new()
      return oai.client { api_key = "sk-spec", base_url = BASE, max_retries = 0, loop = LOOP }
    end
    local function list(client)
      return client.models:list()
    end
    local function go_on(client, task)
      local limit = core.clock() + 5
      repeat
        if LOOP == "blocking" then
          client:run()
        elseif LOOP == "frame" then
          client:update()
          socket.sleep(0.001)
        else
          require("luv").run("nowait")
        end
      until task.done or LOOP == "blocking" or core.clock() > limit
    end
    local function say(name, client, fn)
      local task = client:spawn(fn, client)
      local went, err = pcall(go_on, client, task)
      local value, why = nil, "it is not done"
      if task.done then
        value, why = task:await()
      end
      print(name, went or err, tostring(value), value == nil and said(why):match("[^:]+$") or "")
    end
    local held, refused = {}, nil
    local function starve()
      collectgarbage() -- nothing else is given back meanwhile
      collectgarbage()
      repeat
        local file, reason = io.open "/dev/null"
        held[#held + 1], refused = file, reason
      until not file
    end
    local function feed()
      for i = #held, 1, -1 do
        table.remove(held):close()
      end
    end

    local function wait_in_vain(client)
      local me = require("oai.task.running").task()
      return client:spawn(function() return me:await(0.05) end):await(0.02)
    end
    local function wait_later(client)
      local _, err = list(client)
      assert(err == nil or err.kind == "limit")
      feed()
      local inner = client:spawn(list, client)
      return inner:await() and client:gather { inner, client:spawn(list, client) } and "well"
    end
    local function raise(client)
      list(client)
      error("planned", 0)
    end
    local function map(client)
      return client:map({ 1, 2 }, function() return list(client) end)
    end

    local warm = new()
    say("warm", warm, wait_in_vain)
    say("warm", warm, wait_later)
    say("warm", warm, map)
    pcall(say, "warm", warm, raise)
    say("warm", new(), function(client) return list(client:with { base_url = "http://127.0.0.1:1" }) end)
    for _, case in ipairs { { "wait", wait_in_vain }, { "later", wait_later }, { "map", map }, { "raise", raise } } do
      local client = new()
      starve()
      say(case[1], client, case[2])
      client:close()
      feed()
    end
    print("REFUSED" .. refused:match ": .*")
  ]]

  --- What the program says, and why the system refuses descriptors, in its words.
  local function results(loop)
    local scene = server:scenario { replies = { { json = { object = "list", data = {} } } }, repeat_last = true }
    local output, status = child.run(PROGRAM:format(loop, scene.base_url), nil, 60)
    assert.equal(0, status, output)
    local lines = {}
    for line in output:gmatch("[^\n]+") do
      local name, rest = line:match("^(%l+)\t(.*)$")
      lines[#lines + 1] = name and name ~= "warm" and name .. ": " .. rest:gsub("%s+", " "):gsub(" $", "") or nil
    end
    return lines, output:match "REFUSED: ([^\n]+)"
  end

  for _, loop in ipairs { "blocking", "frame", "uv" } do
    it("has tasks that end, and goes on with them when it gets one: " .. loop, function()
      if loop == "uv" and host.missing "uv" then
        pending(host.missing "uv")
        return
      end
      local said, why = results(loop)
      assert.same({
        "wait: true nil " .. why, "later: true well", "map: true nil " .. why,
        "raise: " .. (loop == "blocking" and "planned" or "true") .. " nil planned",
      }, said)
    end)
  end
end)
