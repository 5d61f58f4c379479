-- The voice in the terminal: by files, and by programs that stand in for those
-- that record and play. In a child of the same Lua.

local child = require "spec.support.child"
local folder = require "spec.support.folder"
local server = require "spec.support.server"
local text_of = require "spec.support.text_of"

local wav = dofile "examples/realtime/wav.lua"

local PROGRAM = "examples/realtime/talk.lua"
local TONE = ("\0\16\0\16\0\240\0\240"):rep(3000) -- half a second
local SILENCE = ("\0\0"):rep(12000)

local function program(arguments)
  return ("arg = { [0] = '%s', %s }\n"):format(PROGRAM, arguments) .. text_of(PROGRAM)
end

--- Runs it against the built-in API.
local function run(arguments, path, prelude)
  return child.run((prelude or "") .. program(arguments), { OPENAI_API_KEY = "sk-local-0000",
    OPENAI_BASE_URL = server.start().url .. "/v1", PATH = path })
end

describe("examples/realtime/talk.lua", function()
  local here = folder.each()

  local function file(name, text)
    local path = here.path .. "/" .. name
    local out = assert(io.open(path, "wb"))
    out:write(text)
    out:close()
    return path
  end

  local function read(name)
    local found = assert(io.open(here.path .. "/" .. name, "rb"))
    local text = found:read "*a"
    found:close()
    return text
  end

  it("answers a file with a file", function()
    local from, to = here.path .. "/in.wav", here.path .. "/out.wav"
    assert(wav.write(from, TONE))
    local output, status = run(("%q, %q"):format(from, to))
    assert.equal(0, status, output)
    assert.truthy(output:find "%a", output)
    assert.truthy(#assert(wav.read(to)) > 1000)
  end)

  it("says what file it cannot read", function()
    local output, status = run(("%q"):format(file("other.wav", "no sound")))
    assert.equal(1, status)
    assert.truthy(output:find("it is no WAV file", 1, true), output)
  end)

  it("talks by microphone and speaker", function()
    file("heard.raw", TONE .. SILENCE)
    file("arecord", "#!/bin/sh\nexec cat '" .. here.path .. "/heard.raw'\n")
    file("aplay", "#!/bin/sh\nexec cat > '" .. here.path .. "/played.raw'\n")
    os.execute(("chmod +x '%s/arecord' '%s/aplay'"):format(here.path, here.path))
    local output, status = run("", here.path .. ":" .. os.getenv "PATH")
    assert.equal(0, status, output)
    assert.truthy(output:find("You: ", 1, true), output)
    assert.truthy(output:find("It:  ", 1, true), output)
    assert.truthy(#read "played.raw" > 1000)
  end)

  it("wants files where nothing records and plays", function()
    local output, status = run("", nil, "os.execute = function() return nil end\n")
    assert.equal(1, status)
    assert.truthy(output:find("give files", 1, true), output)
  end)
end)
