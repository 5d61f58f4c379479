-- Examples in the documentation: found, and run as they stand against the local
-- server, in a child of the same Lua, in a folder of files that they may read.

local base64 = require "oai.codec.base64"
local child = require "spec.support.child"
local folder = require "spec.support.folder"
local profiles = require "oai.profile"
local server = require "spec.support.server"

local guide = {}

--- The text of a file of the repository.
function guide.read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

--- The examples of a page, in order.
---@param path string
---@return string[]
function guide.examples(path)
  local found = {}
  for code in guide.read(path):gmatch("```lua\n(.-)```") do
    found[#found + 1] = code
  end
  return found
end

local PIXEL = base64.decode
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="

-- What examples read: files of a few bytes.
local FILES = {
  ["photo.png"] = PIXEL, ["mask.png"] = PIXEL,
  ["recording.wav"] = "RIFF\36\0\0\0WAVEfmt \16\0\0\0\1\0\1\0\192\93\0\0\128\187\0\0\2\0\16\0data\0\0\0\0",
  ["notes.txt"] = "The wind rose.\nIt rained all night.\n",
}

--- The variables of the environment by which clients find the local server.
---@param base_url? string  another one's, such as that of a scene
---@return table<string, string>
function guide.environment(base_url)
  local s = server.start()
  local url = base_url or s.url .. "/v1"
  local environment = { OPENAI_API_KEY = "sk-local-0000", OPENAI_BASE_URL = url,
    OPENAI_CUSTOM_HEADERS = "X-Stand-In-Delay: 0", STAND_IN = s.url,
    AZURE_OPENAI_ENDPOINT = s.url, AZURE_OPENAI_API_KEY = "azure-local-0000", SERVER = url,
    AWS_BEDROCK_BASE_URL = url, AWS_REGION = "us-east-1", AWS_ACCESS_KEY_ID = "AKIDLOCAL",
    AWS_SECRET_ACCESS_KEY = "aws-local-0000", LOCAL_VERTEX_URL = url,
    GCE_METADATA_HOST = s.url:match "//(.*)$", LOCAL_TOKEN_URL = s.url .. "/oauth/token" }
  for _, profile in pairs(profiles.servers) do
    environment[profile.key_variable] = "sk-local-0000"
  end
  return environment
end

--- A folder with the files that examples read, and others.
---@param more? table<string, string>
function guide.folder(more)
  local here = folder.new()
  for name, content in pairs(FILES) do
    here:write(name, content)
  end
  for name, content in pairs(more or {}) do
    here:write(name, content)
  end
  return here
end

--- Runs an example in a folder, which stays, or in one of its own; what it
--- wrote, and its exit status.
---@param code string
---@param environment? table<string, string>
---@param place? table
---@return string output
---@return integer status
function guide.run(code, environment, place)
  local here = place or guide.folder()
  local output, status = child.run(code, environment or guide.environment(), nil, "env -C " .. here.path)
  if not place then
    here:remove()
  end
  return output, status
end

return guide
