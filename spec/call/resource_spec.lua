-- Resources: what a client answers to, and what it says to the rest.

local connect = require "spec.support.connect"
local lines = require "spec.support.lines"
local oai = require "oai"
local server = require("spec.support.server").start()

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
    { path = "files.compress", says = "client.files.compress does not exist$" },
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

describe("what asks for a stream", function()
  local all, names = lines.all(), {}
  for name, line in pairs(all) do
    names[#names + 1] = line.stream and not line.always_streams and name or nil
  end
  table.sort(names)

  local EVENTS = { headers = { ["content-type"] = "text/event-stream" }, body = "data: {}\n\n" }

  for _, name in ipairs(names) do
    it("is a method beside " .. name, function()
      local scene = server:scenario { replies = { EVENTS } }
      local to = connect.to(scene, { max_retries = 0 })
      local path, key = name:match "^(.*)%.([%w_]+)$"
      local resource, ids = to, {}
      for part in path:gmatch "[%w_]+" do
        resource = resource[part]
      end
      for i, id in ipairs(all[name].ids) do
        ids[i] = id
      end
      local given = { model = "m", input = "x" }
      ids[#ids + 1] = given
      ids[#ids + 1] = { headers = { ["X-Mine"] = "1" } }
      local method = key == "create" and "stream" or "stream_" .. key
      local stream = assert(resource[method](resource, (table.unpack or unpack)(ids))) -- luacheck: ignore
      assert.is_true(stream._is_stream) -- a class of its own where there is more to a stream
      assert.truthy(tostring(stream):find("^oai%.%w*Stream " .. path:gsub("%.", "%%.")))
      stream:close()
      local request = scene:requests()[1]
      local sent = request.path .. (request.query or "") .. (request.body or "")
      assert.truthy(sent:find('stream"?[:=]true') or sent:find('"stream_format":"sse"', 1, true)
        or sent:find('name="stream"', 1, true), sent)
      assert.equal("1", request.header["x-mine"])
      assert.same({ model = "m", input = "x" }, given)
      to:close()
    end)
  end

  it("there is for an object too, without parameters, and for nothing that does not stream", function()
    local scene = server:scenario { replies = { EVENTS } }
    local to = connect.to(scene, { max_retries = 0 })
    local response = to.responses:at "resp_1"
    assert(response:stream_retrieve()):close()
    assert.truthy((scene:requests()[1].query or scene:requests()[1].path):find("stream=true", 1, true))
    assert.is_nil(response.stream_delete)
    assert.has_error(function()
      return to.files.stream
    end)
    local done, message = pcall(to.responses.stream, to.responses, "text")
    assert.is_false(done)
    assert.truthy(message:find("responses.create: the parameters must be a table, got string", 1, true), message)
    to:close()
  end)
end)
