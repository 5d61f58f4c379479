-- The chat in the terminal: what it keeps, takes back, and how an answer is
-- stopped. In a child of the same Lua, where that is done in a real terminal.

local answer = require "spec.support.answer"
local child = require "spec.support.child"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local guide = require "spec.support.guide"
local oai = require "oai"
local server = require("spec.support.server").start()
local shell = require "spec.support.shell"
local terminal = require "spec.support.terminal"
local turns = require "spec.support.turns"

local api = turns.streamed_responses

--- Runs it with a file, and with what is typed.
local function run(url, path, typed)
  local lines = {}
  for i, line in ipairs(typed) do
    lines[i] = ("%q"):format(line)
  end
  local prelude = ([[
    arg = { [0] = "chat.lua", %s }
    local typed = { %s }
    io.read = function() return table.remove(typed, 1) end
  ]]):format(path and ("%q"):format(path) or "", table.concat(lines, ","))
  return child.run(prelude .. guide.read "examples/chat.lua", { OPENAI_API_KEY = connect.key, OPENAI_BASE_URL = url })
end

local function scene_of(...)
  local list = {}
  for i, text in ipairs { ... } do
    list[i] = { api.message(text) }
  end
  local _, scene = api.scene(server, list)
  return scene
end

local function assert_has(text, part)
  assert.truthy(text:find(part, 1, true), ("'%s' is not in: %s"):format(part, text))
end

describe("examples/chat.lua", function()
  local here = folder.each()

  it("goes on with what was said, also after a restart", function()
    local path = here:file "chat.json"
    local scene = scene_of("Hello.", "Tom.", "Rex.")
    local output, status = run(scene.base_url, path, { "My cat is Tom.", "What is it called?" })
    assert.same({ "> Hello.\n> Tom.\n> 30 tokens\n", 0 }, { output, status })
    output = run(scene.base_url, path, { "And my dog?", "" })
    assert_has(output, "chat.json: 4 items]\n> Rex.\n")
    assert.equal(5, #turns.body(scene, 3).input)
  end)

  it("asks again, and takes back", function()
    local scene = scene_of("One.", "Two.", "Three.")
    local output = run(scene.base_url, nil, { "/again", "A number?", "/again", "/undo", "/undo", "Another?" })
    assert_has(output, "> > One.\n> Two.\n> [taken back]\n> [nothing was said]\n> Three.\n")
    assert.equal(1, #turns.body(scene, 3).input)
  end)

  it("says what went wrong, and goes on", function()
    local scene = server:scenario { replies = { { status = 401, json = { error = { message = "no" } } },
      { sse = api.streamed { api.message "Yes." } } } }
    local output, status = run(scene.base_url, nil, { "One?", "Two?" })
    assert.equal(0, status)
    assert_has(output, "401")
    assert_has(output, "> Yes.\n")
    assert.equal(1, #turns.body(scene, 2).input)
  end)

  if not terminal.missing() and not os.getenv "LD_PRELOAD" then
    it("stops an answer at Ctrl-C, and then listens again", function()
      local words = {}
      for i = 1, 3000 do
        words[i] = { type = "response.output_text.delta", item_id = "m", output_index = 0, content_index = 0,
          delta = "word " }
      end
      local endless = answer.events({ type = "response.created", response = { id = "r", object = "response",
        status = "in_progress" } }, (table.unpack or unpack)(words)) -- luacheck: ignore
      endless.chunk_delay = 0.02
      local scene = server:scenario { replies = { endless, { sse = api.streamed { api.message "Short." } } } }
      local screen = terminal.start(("env %s %s examples/chat.lua %s"):format(shell.assignments {
        OPENAI_API_KEY = connect.key, OPENAI_BASE_URL = scene.base_url }, child.command(), here:file "chat.json"),
        80, 24, folder.new())
      finally(function()
        screen:stop()
      end)
      screen:wait_for ">"
      screen:press("Tell me all.", "Enter")
      screen:wait_for "word word"
      child.signal(screen:pid(), "INT") -- what the key sends, but not also to the program that limits its time
      screen:wait_for "[stopped]"
      screen:press("Be brief.", "Enter")
      screen:wait_for "Short."
      assert.equal(1, #turns.body(scene, 2).input)
      assert.equal(1, #oai.json.decode(here:read "chat.json").rounds)
    end)
  end

  it("works with the stand-in of the API", function()
    local output, status = run(server.url .. "/v1", nil, { "Hello there" })
    assert.equal(0, status, output)
    assert_has(output, 'You said "Hello there"')
  end)
end)
