-- The program that writes what recordings say, in a child of the same Lua.

local child = require "spec.support.child"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local guide = require "spec.support.guide"
local server = require("spec.support.server").start()

describe("examples/transcribe.lua", function()
  local here = folder.each()

  --- Runs it with these words, in a folder with a recording.
  local function run(...)
    here:write("talk.mp3", "ID3")
    local words = {}
    for i, word in ipairs { ... } do
      words[i] = ("%q"):format(word)
    end
    local prelude = ("arg = { [0] = 'transcribe.lua', %s }\n"):format(table.concat(words, ","))
    return child.run(prelude .. guide.read "examples/transcribe.lua", { OPENAI_API_KEY = connect.key,
      OPENAI_BASE_URL = server.url .. "/v1" }, nil, "env -C " .. here.path)
  end

  it("writes the text beside a recording", function()
    assert.same({ "talk.mp3 -> talk.txt\n", 0 }, { run("--language", "en", "talk.mp3") })
    assert.equal("The wind rose, and it rained all night.\n", here:read "talk.txt")
  end)

  it("writes subtitles", function()
    assert.same({ "talk.mp3 -> talk.srt\n", 0 }, { run("--srt", "talk.mp3") })
    assert.truthy(here:read("talk.srt"):find("1\n00:00:00,000 --> 00:00:02,400\n", 1, true))
    assert.same({ "talk.mp3 -> talk.vtt\n", 0 }, { run("--vtt", "talk.mp3") })
    assert.equal("WEBVTT", here:read("talk.vtt"):sub(1, 6))
  end)

  it("says which recordings it has not written, and writes the others", function()
    here:run "truncate -s 27000000 big.mp3"
    local output, status = run("none.mp3", "talk.mp3", "big.mp3")
    assert.equal(1, status)
    assert.truthy(output:find("none.mp3: No such file or directory", 1, true), output)
    assert.truthy(output:find("big.mp3: 26 MB is more than the API takes, which is 25", 1, true), output)
    assert.truthy(output:find("talk.mp3 -> talk.txt", 1, true), output)
  end)

  it("refuses what it does not know", function()
    assert.same({ "--what: there is no such option\n", 1 }, { run("--what", "talk.mp3") })
    assert.same({ "--language: which one? Such as: en\n", 1 }, { run "--language" })
    assert.equal(1, select(2, run()))
  end)
end)
