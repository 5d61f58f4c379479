-- Resources: what a client answers to, and what it says to the rest.

local connect = require "spec.support.connect"
local oai = require "oai"

local client = oai.client { api_key = connect.key, base_url = "http://127.0.0.1:1/v1" }

describe("a resource", function()
  for _, case in ipairs {
    { path = "chta", says = "client.chta does not exist; did you mean 'chat'?" },
    { path = "file", says = "client.file does not exist; did you mean 'files'?" },
    { path = "clsoe", says = "client.clsoe does not exist; did you mean 'close'?" },
    { path = "xyzzy", says = "client.xyzzy does not exist$" },
    { path = "chat.completion", says = "client.chat.completion does not exist; did you mean 'completions'?" },
    { path = "chat.completions.craete",
      says = "client.chat.completions.craete does not exist; did you mean 'create'?" },
    { path = "files.upload", says = "client.files.upload does not exist$" },
    { path = "files.lists", says = "client.files.lists does not exist; did you mean 'list'?" },
    { path = "files.eahc", says = "client.files.eahc does not exist; did you mean 'each'?" },
    { path = "responses.input_item", says = "client.responses.input_item does not exist; did you mean 'input_items'?" },
    { path = "files.object", says = "client.files.object does not exist" },
    { path = "responses.computed", says = "client.responses.computed does not exist" },
  } do
    it("suggests the nearest: " .. case.path, function()
      local done, message = pcall(function()
        local at = client
        for name in case.path:gmatch "[^.]+" do
          at = at[tonumber(name) or name]
        end
        return at
      end)
      assert.is_false(done)
      local says = case.says:gsub("[%?%.]", "%%%0")
      assert.truthy(message:find("^[^:]*resource_spec%.lua:%d+: oai: " .. says), message)
    end)
  end

  it("is made once", function()
    assert.equal(client.files, client.files)
    assert.equal(client.chat.completions, client.chat.completions)
    assert.equal(client.files.list, client.files.list)
  end)

  it("shares its methods with other clients", function()
    local other = oai.client { api_key = connect.key, base_url = "http://127.0.0.1:1/v1" }
    assert.equal(client.files.list, other.files.list)
    assert.are_not.equal(client.files, other.files)
  end)

  it("has a name", function()
    assert.equal("oai resource client.chat.completions", tostring(client.chat.completions))
  end)
end)
