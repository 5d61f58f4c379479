-- The program that answers from files, in a child of the same Lua.

local cjson = require "cjson"
local child = require "spec.support.child"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local guide = require "spec.support.guide"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

local api = turns.streamed_responses

-- What is about bins is near to the question; all else is not.
local function vector_of(text)
  return text:find "bins" and { 1, 0 } or { 0, 1 }
end

local function vectors(...)
  local data = {}
  for i, text in ipairs { ... } do
    data[i] = { object = "embedding", index = i - 1, embedding = vector_of(text) }
  end
  return { json = { object = "list", data = data, model = "m" } }
end

local QUESTION = "When do the bins go out?"
local NOTES = "The cat gets fish.\n\nThe bins go out\non Tuesday.\n\n\n"

describe("examples/ask_notes.lua", function()
  local here = folder.each()

  local function run(url, ...)
    local words = {}
    for i, word in ipairs { ... } do
      words[i] = ("%q"):format(word)
    end
    local prelude = ("arg = { [0] = 'ask_notes.lua', %s }\n"):format(table.concat(words, ","))
    return child.run(prelude .. guide.read "examples/ask_notes.lua", { OPENAI_API_KEY = connect.key,
      OPENAI_BASE_URL = url }, nil, "env -C " .. here.path)
  end

  local function scene_of(...)
    return server:scenario { routes = { ["POST /embeddings"] = { ... },
      ["POST /responses"] = { { sse = api.streamed { api.message "On Tuesday." } } } }, repeat_last = true }
  end

  local function bodies(scene, path)
    local found = {}
    for _, request in ipairs(scene:requests()) do
      found[#found + 1] = request.url:find(path, 1, true) and cjson.decode(request.body) or nil
    end
    return found
  end

  it("gives the model the nearest paragraph first, and where it is from", function()
    here:write("notes.txt", NOTES)
    local scene = scene_of(vectors(QUESTION, "cat", "bins"))
    assert.same({ "On Tuesday.\n", 0 }, { run(scene.base_url, QUESTION, "notes.txt") })
    local texts = { QUESTION, "The cat gets fish.", "The bins go out\non Tuesday." }
    assert.same(texts, bodies(scene, "/embeddings")[1].input)
    local asked = bodies(scene, "/responses")[1]
    assert.equal(QUESTION, asked.input)
    local notes = "\n\n[notes.txt]\nThe bins go out\non Tuesday.\n\n[notes.txt]\nThe cat"
    assert.truthy(asked.instructions:find(notes, 1, true))
  end)

  it("asks for the vector of a paragraph once", function()
    here:write("notes.txt", NOTES)
    local scene = scene_of(vectors(QUESTION, "cat", "bins"), vectors "dog")
    run(scene.base_url, QUESTION, "notes.txt")
    here:write("more.txt", "The dog sleeps.")
    assert.equal(0, select(2, run(scene.base_url, QUESTION, "notes.txt", "more.txt")))
    local asked = bodies(scene, "/embeddings")
    assert.equal(2, #asked)
    assert.same({ "The dog sleeps." }, asked[2].input)
  end)

  it("says what went wrong", function()
    local scene = scene_of { status = 401, json = { error = { message = "no such key" } } }
    here:write("notes.txt", NOTES)
    local output, status = run(scene.base_url, QUESTION, "notes.txt")
    assert.equal(1, status)
    assert.truthy(output:find("no such key", 1, true), output)
    assert.same({ "nothing.txt: No such file or directory\n", 1 }, { run(scene.base_url, QUESTION, "nothing.txt") })
    assert.equal(1, select(2, run(scene.base_url, QUESTION)))
  end)

  it("works with the stand-in of the API", function()
    here:write("notes.txt", NOTES)
    local output, status = run(server.url .. "/v1", QUESTION, "notes.txt")
    assert.equal(0, status, output)
    assert.truthy(output:find(QUESTION, 1, true), output)
  end)
end)
