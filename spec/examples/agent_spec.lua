-- The agent in the terminal: what it asks, what it may, what it shows. In a
-- child of the same Lua.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local server = require("spec.support.server").start()
local text_of = require "spec.support.text_of"
local turns = require "spec.support.turns"

local PROGRAM = text_of "examples/agent.lua"

local api = turns.streamed_responses

--- Runs it with a question, and with what is typed after it.
local function run(url, question, typed)
  local lines = {}
  for i, line in ipairs(typed or {}) do
    lines[i] = ("%q"):format(line)
  end
  local prelude = ([[
    arg = { [0] = "agent.lua", %s }
    local typed = { %s }
    io.read = function()
      return table.remove(typed, 1)
    end
  ]]):format(question and ("%q"):format(question) or "", table.concat(lines, ","))
  return child.run(prelude .. PROGRAM, { OPENAI_API_KEY = connect.key, OPENAI_BASE_URL = url })
end

local function call(id, name, path)
  return api.call(id, name, ('{"path":"%s"}'):format(path))
end

local DONE = { api.message "There is one." }

describe("examples/agent.lua", function()
  local here = folder.each()

  local function scene_of(list)
    local _, scene = api.scene(server, list)
    return scene
  end

  it("lists a folder when it is allowed to, and reads files", function()
    local scene = scene_of { { call("c1", "list_folder", ".") }, { call("c2", "read_file", "LICENSE") }, DONE }
    local output, status = run(scene.base_url, "What is here?", { "y" })
    assert.equal(0, status, output)
    assert.truthy(output:find("May it run  ls -p -- '.' ? [y/N] [list_folder .]", 1, true), output)
    assert.truthy(output:find("[read_file LICENSE]\nThere is one.", 1, true), output)
    assert.truthy(output:find "3 turns, 45 tokens", output)
    assert.truthy(api.outputs(turns.body(scene, 2)).c1:find("lua/\n", 1, true))
    assert.truthy(api.outputs(turns.body(scene, 3)).c2:find "Permission is hereby granted")
  end)

  it("does nothing that it is not allowed to, and tells the model", function()
    here:write("secret.txt", "x")
    for _, case in ipairs {
      { call("c1", "list_folder", "."), { "n" }, "The call was not approved: the user does not want that" },
      { call("c1", "list_folder", "."), {}, "The call was not approved: the user does not want that" },
      { call("c1", "list_folder", "../.."), {}, "The call was not approved: ../.. is not below this folder" },
      { call("c1", "read_file", here:file "secret.txt"), {}, "Error: " .. here:file "secret.txt"
        .. " is not below this folder" },
      { call("c1", "read_file", "nothing"), {}, "Error: nothing cannot be read" },
    } do
      local scene = scene_of { { case[1] }, DONE }
      local output, status = run(scene.base_url, "What is here?", case[2])
      assert.equal(0, status, output)
      assert.equal(case[3], api.outputs(turns.body(scene, 2)).c1)
    end
  end)

  it("goes on with the next question, and ends at an empty line", function()
    local scene = scene_of { DONE, { api.message "Two." } }
    local output, status = run(scene.base_url, nil, { "One?", "And now?", "" })
    assert.equal(0, status, output)
    assert.truthy(output:find("> There is one.\n> Two.", 1, true) or output:find "There is one.*Two%.", output)
    assert.equal(3, #turns.body(scene, 2).input)
  end)

  it("says what went wrong", function()
    local scene = server:scenario { replies = { { status = 401, json = { error = { message = "no" } } } } }
    local output, status = run(scene.base_url, "One?")
    assert.equal(1, status)
    assert.truthy(output:find "401", output)
  end)

  it("works with the stand-in of the API", function()
    local output, status = run(server.url .. "/v1", "What is here?", { "y" })
    assert.equal(0, status, output)
    assert.truthy(output:find "2 turns", output)
  end)
end)
