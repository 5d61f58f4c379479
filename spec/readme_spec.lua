-- Every example of the README and the guides, and every program in examples/,
-- run as they stand against the local server, in a child of the same Lua.

local base64 = require "oai.codec.base64"
local child = require "spec.support.child"
local folder = require "spec.support.folder"
local profiles = require "oai.profile"
local server = require "spec.support.server"
local shell = require "spec.support.shell"

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local function examples(path)
  local found = {}
  for code in read(path):gmatch("```lua\n(.-)```") do
    found[#found + 1] = code
  end
  return found
end

-- What examples read: files of a few bytes, in a folder that is gone behind each.
local PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
local FILES = {
  ["photo.png"] = base64.decode(PIXEL), ["mask.png"] = base64.decode(PIXEL),
  ["recording.wav"] = "RIFF\36\0\0\0WAVEfmt \16\0\0\0\1\0\1\0\192\93\0\0\128\187\0\0\2\0\16\0data\0\0\0\0",
  ["notes.txt"] = "The wind rose.\nIt rained all night.\n",
}

local function run(code)
  local s = server.start()
  local environment = { OPENAI_API_KEY = "sk-local-0000", OPENAI_BASE_URL = s.url .. "/v1",
    OPENAI_CUSTOM_HEADERS = "X-Stand-In-Delay: 0",
    AZURE_OPENAI_ENDPOINT = s.url, AZURE_OPENAI_API_KEY = "azure-local-0000", SERVER = s.url .. "/v1",
    AWS_BEDROCK_BASE_URL = s.url .. "/v1", AWS_REGION = "us-east-1", AWS_ACCESS_KEY_ID = "AKIDLOCAL",
    AWS_SECRET_ACCESS_KEY = "aws-local-0000", LOCAL_VERTEX_URL = s.url .. "/v1",
    GCE_METADATA_HOST = s.url:match "//(.*)$", LOCAL_TOKEN_URL = s.url .. "/oauth/token" }
  for _, profile in pairs(profiles.servers) do
    environment[profile.key_variable] = "sk-local-0000"
  end
  local here = folder.new()
  for name, content in pairs(FILES) do
    here:write(name, content)
  end
  local output, status = child.run(code, environment, nil, "env -C " .. here.path)
  here:remove()
  return output, status
end

describe("README", function()
  local all = examples("README.md")

  it("has five examples", function()
    assert.equal(5, #all)
  end)

  for i, code in ipairs(all) do
    it("example " .. i .. " runs", function()
      local output, status = run(code)
      assert.equal(0, status, output)
      assert.is_truthy(output:find("%S"), "it printed nothing")
    end)
  end

  it("links to files that are there", function()
    for path in read("README.md"):gmatch("%]%(([^)#:]+)%)") do
      local file = io.open(path)
      assert.is_truthy(file, path .. " is missing")
      file:close()
    end
  end)
end)

-- PUC Lua 5.1 cannot wait within a `for` loop of a task.
local CAN_WAIT_IN_LOOPS = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

-- The examples of these need an editor, a game or more patience: other specs run them.
local ELSEWHERE = { ["docs/games.md"] = true, ["docs/neovim.md"] = true, ["docs/batches.md"] = true }

local function guides()
  local found = {}
  for path in shell.output("ls docs/*.md docs/cookbook/*.md docs/library/*.md 2>/dev/null"):gmatch "[^\n]+" do
    found[#found + 1] = not ELSEWHERE[path] and path or nil
  end
  return found
end

for _, guide in ipairs(guides()) do
  describe(guide, function()
    for i, code in ipairs(examples(guide)) do
      it("example " .. i .. " runs", function()
        if code:find("client:spawn", 1, true) and not CAN_WAIT_IN_LOOPS then
          return pending("Lua 5.1 cannot wait within a for loop")
        end
        local output, status = run(code)
        assert.equal(0, status, output)
        assert.is_truthy(output:find("%S"), "it printed nothing")
      end)
    end
  end)
end

describe("examples/demo.lua", function()
  it("streams from the server it is pointed at", function()
    local output, status = run(read("examples/demo.lua"))
    assert.equal(0, status, output)
    assert.is_truthy(output:find("complete, request req_", 1, true), output)
  end)

  it("starts the local stand-in without a key", function()
    if os.getenv("LD_PRELOAD") then
      return pending("node does not run with a preloaded sanitizer")
    end
    local output, status = child.run(read("examples/demo.lua"), { OPENAI_API_KEY = false, OPENAI_BASE_URL = false })
    assert.equal(0, status, output)
    assert.is_truthy(output:find("local stand-in", 1, true), output)
  end)
end)
