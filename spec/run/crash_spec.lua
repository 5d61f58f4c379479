-- A process that is killed at each state that it saves, and amid each effect;
-- another goes on from what is in its file: each effect at most once, and each
-- of which nobody knows what came is told.

local child = require "spec.support.child"
local oai = require "oai"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

-- What both processes do. `die` counts saves, or names a function.
local PROGRAM = [[
  local oai = require "oai"
  local path, die = %q, %q
  local client = oai.client { api_key = "sk-x", base_url = %q, max_retries = 0 }
  local function read(name)
    local file = io.open(path .. name)
    local text = file and file:read "*a"
    if file then
      file:close()
    end
    return text
  end
  local function write(name, text, mode)
    local file = assert(io.open(path .. name, mode))
    assert(file:write(text))
    assert(file:close())
  end
  local saves = 0
  local function effect(name)
    return { run = function()
      write(".log", name .. " ", "a")
      if die == name then
        os.exit(9)
      end
      oai.sleep(0.001)
      return name .. " done"
    end }
  end
  local saved = read ".state"
  local run = client.%s:run { model = "m", %s, stream = %s, resume = saved,
    tools = { a = effect "a", b = effect "b" }, save = function(state)
      write(".state", state, "w")
      saves = saves + 1
      if tostring(saves) == die then
        os.exit(9)
      end
    end }
  local _, err = run:final()
  assert(not err, tostring(err))
  local before = read ".log" or ""
  for i = #run.pending, 1, -1 do
    local one = run.pending[i]
    assert(one.needs == "settling")
    print("pending " .. one.id)
    if before:find(one.name .. " ", 1, true) then
      run:supply(one.id, "settled")
    else
      run:again(one.id)
    end
  end
  assert(run:final())
  print(run.status, run.output_text, read ".log", #run.completed)
]]

local function program(api, scene, path, die)
  local said = api.name == "chat" and 'messages = not saved and { { role = "user", content = "x" } } or nil'
    or 'input = not saved and "x" or nil'
  return PROGRAM:format(path, tostring(die), scene.base_url, (api.operation:gsub("%.run$", "")), said,
    tostring(api.is_streamed))
end

--- What a state says was started, and has no output; "request" where that is.
local function unsettled(text)
  local state, found = oai.json.decode(text), {}
  for _, call in ipairs(state.calls) do
    found[#found + 1] = state.started[call.id] and not state.outputs[call.id] and call.id or nil
  end
  return state.phase == "asking" and { "request" } or found
end

local function contents(path)
  local file = io.open(path)
  local text = file and file:read "*a" or ""
  if file then
    file:close()
  end
  return text
end

--- Kills a process at a point, and goes on in another. False when it came to
--- its end before that.
local function crash(api, die)
  local path = os.tmpname()
  local scene = server:scenario { replies = { api.reply { api.call("c1", "a"), api.call("c2", "b") },
    api.reply { api.message "done" } } }
  local _, status = child.run(program(api, scene, path, die))
  local text, effects = contents(path .. ".state"), contents(path .. ".log")
  local output, went_on = child.run(program(api, scene, path, "never"))
  local told = {}
  for id in output:gmatch "pending (%S+)" do
    table.insert(told, 1, id)
  end
  for _, name in ipairs { "", ".state", ".log" } do
    os.remove(path .. name)
  end
  assert.equal(0, went_on, output)
  assert.same(unsettled(text), told)
  assert.truthy(output:find "completed\tdone\t[ab] [ab] \t2\n", ("%s after %q, %s"):format(die, effects, output))
  assert.truthy(output:find "a b " or output:find "b a ")
  return status ~= 0
end

for _, api in ipairs { turns.responses } do
  describe("a run by " .. api.title .. " whose process is killed", function()
    it("at any state that it saves goes on in another", function()
      local count = 0
      while crash(api, count + 1) do
        count = count + 1
      end
      assert.equal(9, count)
    end)

    it("amid an effect goes on in another, which is told", function()
      assert.is_true(crash(api, "a"))
      assert.is_true(crash(api, "b"))
    end)
  end)
end
