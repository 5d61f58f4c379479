-- Every example of the README and the guides, and every program in examples/,
-- run as they stand against the local server, in a child of the same Lua.

local child = require "spec.support.child"
local profiles = require "oai.profile"
local server = require "spec.support.server"

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

local function run(code)
  local s = server.start()
  local environment = { OPENAI_API_KEY = "sk-local-0000", OPENAI_BASE_URL = s.url .. "/v1",
    AZURE_OPENAI_ENDPOINT = s.url, AZURE_OPENAI_API_KEY = "azure-local-0000", SERVER = s.url .. "/v1",
    AWS_BEDROCK_BASE_URL = s.url .. "/v1", AWS_REGION = "us-east-1", AWS_ACCESS_KEY_ID = "AKIDLOCAL",
    AWS_SECRET_ACCESS_KEY = "aws-local-0000", LOCAL_VERTEX_URL = s.url .. "/v1",
    GCE_METADATA_HOST = s.url:match "//(.*)$", LOCAL_TOKEN_URL = s.url .. "/oauth/token" }
  for _, profile in pairs(profiles.servers) do
    environment[profile.key_variable] = "sk-local-0000"
  end
  return child.run(code, environment)
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

for _, guide in ipairs { "docs/agents.md", "docs/tasks.md", "docs/json.md", "docs/names.md", "docs/values.md",
  "docs/schemas.md", "docs/structured_outputs.md", "docs/events.md", "docs/history.md", "docs/tools.md",
  "docs/conversations.md", "docs/waiting.md", "docs/files.md", "docs/webhooks.md", "docs/providers.md",
  "docs/servers.md", "docs/errors.md", "docs/observing.md", "docs/background.md", "docs/sockets.md",
  "docs/transcripts.md", "docs/realtime.md" } do
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
