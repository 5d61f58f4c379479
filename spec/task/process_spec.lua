-- Tasks and the process that they are in: one that forks, one that ends.

local addresses = require "spec.support.addresses"
local child = require "spec.support.child"
local connect = require "spec.support.connect"
local server = require("spec.support.server").start()

describe("a forked process", function()
  local has_posix, posix = pcall(require, "posix")
  local fork = has_posix and (posix.fork or require("posix.unistd").fork)

  it("forgets its parent's tasks, and both go on", function()
    if not fork then
      pending "luaposix is not installed for this Lua"
    end
    local scene = addresses.scene(server)
    local output, status = child.run(([[
      local posix = require "posix"
      local unistd, wait = require "posix.unistd", require "posix.sys.wait"
      local oai = require "oai"
      local options = { api_key = "sk-spec", base_url = %q, max_retries = 0 }
      local client = oai.client(options)
      local function get(one, name)
        return one:request("GET", "/" .. name)
      end
      local task = client:spawn(get, client, "slower")
      local stalled = client:spawn(get, client, "stall", { timeout = 5 })
      client:spawn(get, client, "quick"):await()
      local id = unistd.fork()
      if id == 0 then
        local own = oai.client(options)
        local tasks = { own:spawn(get, own, "quick"), own:spawn(get, own, "slow") }
        own:run()
        print("child", tasks[1].value.ok, tasks[2].value.ok, task.done)
        own:close()
        local _, message = pcall(client.close, client)
        io.stdout:flush()
        unistd._exit(0)
      end
      wait.wait(id)
      print("parent", task:await().ok)
      stalled:cancel()
      client:close()
    ]]):format(scene.base_url))
    assert.truthy(output:find("child\ttrue\ttrue\tfalse", 1, true), output)
    assert.truthy(output:find("parent\ttrue", 1, true), output)
    assert.equal(0, status)
  end)
end)

describe("the end of a program", function()
  local scene

  before_each(function()
    scene = addresses.scene(server)
  end)

  local PRELUDE = [[
    local oai = require "oai"
    local client = oai.client { api_key = %q, base_url = %q, max_retries = 0, limit_rate = false, loop = %q }
    local function get(name)
      return client:request("GET", "/" .. name)
    end
    local function ask()
      local stream = assert(client.chat.completions:create { model = "m", messages = {}, stream = true })
      while stream:next() do end
    end
    local tasks = {}
    for i = 1, 5 do
      tasks[i] = client:spawn(get, "stall")
      tasks[5 + i] = client:spawn(ask)
    end
    client:update()
    %s
  ]]

  for _, loop in ipairs { "blocking", "frame" } do
    for _, case in ipairs {
      { name = "in the middle of tasks", code = "", says = true },
      { name = "with os.exit", code = "os.exit(0)" },
      { name = "with os.exit that closes the state", code = "os.exit(0, true)" },
      { name = "with os.exit in a task", code = "client:spawn(function() os.exit(0, true) end)" },
      { name = "with all collected before", code = "client, tasks = nil collectgarbage() collectgarbage()" },
      { name = "with a client closed in a task", code = "client:spawn(function() client:close() end)" },
    } do
      it(case.name .. " is clean, loop " .. loop, function()
        local output, status = child.run(PRELUDE:format(connect.key, scene.base_url, loop, case.code))
        local rest, told = output:gsub("^oai: the program has ended before %d+ of its tasks: [^\n]+\n", "")
        assert.equal("", rest)
        assert.is_true(told == 0 or loop == "blocking")
        assert.is_true(told == 1 or loop ~= "blocking" or not case.says)
        assert.equal(0, status)
        scene:wait_idle()
      end)
    end
  end
end)
