-- Names of other libraries for the API lead to what is here in their place.

local connect = require "spec.support.connect"
local elsewhere = require "oai.elsewhere"
local oai = require "oai"
local server = require("spec.support.server").start()

local SAID = { { role = "user", content = "a" } }

local client, things

local function make()
  client = connect.to(server:scenario { replies = {
    { headers = { ["content-type"] = "text/event-stream" }, body = "data: [DONE]\n\n" },
    { json = { id = "resp_1", object = "response", status = "completed", output = {} } },
    { json = { object = "list", data = {}, has_more = false } },
  } })
  things = {
    oai = oai, client = client, schema = oai.schema, ["a talk"] = client:talk { model = "m" },
    ["a run"] = client.responses:run { model = "m", input = "a" },
    ["a stream"] = assert(client.chat.completions:stream { model = "m", messages = SAID }),
    ["an object"] = assert(client.responses:retrieve "resp_1"), ["a page"] = assert(client.files:list()),
  }
end

--- What stands at "client.chat.completions:create"; raises where nothing does.
local function standing_at(path)
  local value = client
  for name in path:gmatch "[.:]([%w_]+)" do
    value = value[name]
  end
  return value
end

local function raised(value, key)
  local done, message = pcall(function()
    return value[key]
  end)
  return not done and tostring(message) or "nothing was raised"
end

describe("a name of another library", function()
  setup(make)

  teardown(function()
    client:close()
  end)

  it("raises with what is here in its place", function()
    local count = 0
    for where, names in pairs(elsewhere.names) do
      local thing = things[where] or where:find "^client%." and standing_at(where)
      for key, real in pairs(thing and names or {}) do
        count = count + 1
        local message = raised(thing, key)
        assert.truthy(message:find("elsewhere_spec.lua:%d+: oai: "), message)
        assert.truthy(message:find("'?; see " .. real:gsub("%p", "%%%0")), where .. " " .. key .. ": " .. message)
      end
    end
    assert.truthy(count > 120, count)
  end)

  it("leads to what is there", function()
    for _, names in pairs(elsewhere.names) do
      for _, real in pairs(names) do
        local path = real:match "^client[%w_.:]*"
        assert.truthy(not path or standing_at(path) ~= nil)
        local thing, key = real:match "^(%l+)[.:]([%w_]+)"
        local of = things[thing == "object" and "an object" or "a " .. tostring(thing)]
        assert.truthy(not of or pcall(function()
          return of[key]
        end), real)
      end
    end
  end)

  it("leads from methods to those of the same resource", function()
    for _, case in ipairs {
      { client.chat.completions, "runTools",
        "client.chat.completions.runTools does not exist; see client.chat.completions:run" },
      { client.chat.completions, "run_tools", "; see client.chat.completions:run" },
      { client.files, "get", "; see client.files:retrieve" },
      { client.files, "download", "; see client.files:content" },
      { client.images, "create_edit", "; see client.images:edit" },
      { client.files, "del", "; see client.files:delete" },
      { client.files, "listAutoPaging", "; see client.files:each" },
      { client.images, "create", "; see client.images:generate" },
      { client.images, "stream", "; see client.images:stream_generate" },
      { client.responses, "create_stream", "; see client.responses:stream" },
      { client.vector_stores, "create_and_poll", "; see client.vector_stores:create, then object:wait() (docs/wait" },
      { client.fine_tuning.jobs, "poll", "; see client.fine_tuning.jobs:wait" },
      { client.batches, "wait_for_processing", "; see client.batches:wait" },
      { client.containers, "create_and_poll", "; see client.containers:create, then object:refresh() and" },
      { client.uploads, "wait", "; see upload:wait()" },
      { things["an object"], "poll", "; see object:wait() (docs/waiting.md)" },
      { client.responses, "with_raw_response", "; see the second value that each call returns" },
    } do
      local message = raised(case[1], case[2])
      assert.truthy(message:find(case[3], 1, true), message)
    end
    assert.truthy(raised(client.models, "download"):find("does not exist$"))
  end)
end)

describe("a way of other libraries", function()
  setup(make)

  teardown(function()
    client:close()
  end)

  for _, name in ipairs {
    "with", "request", "spawn", "gather", "first", "map", "run", "update", "on", "talk", "preconnect", "close",
  } do
    it("says how a client's method is called: " .. name, function()
      local done, message = pcall(client[name], print)
      assert.is_false(done)
      assert.matches(("oai: %s: call it with a colon, as in client:%s(...)"):format(name, name), message, 1, true)
    end)
  end

  local tool = { run = print }
  for says, call in pairs {
    ["the library is no function: oai.client { api_key = ... } makes a client"] = function()
      oai { api_key = "sk-..." } ---@diagnostic disable-line: call-non-callable
    end,
    ["oai.check: call it with a dot, as in oai.check(...)"] = function() oai:check(nil) end,
    ["chat.completions.create: 'stream' must be true or false, got string"] = function()
      client.chat.completions:create { model = "m", messages = SAID, stream = "true" }
    end,
    ["files.retrieve: file_id must be a non-empty string, got a table with 'file_id'; ids stand before"] = function()
      client.files:retrieve { file_id = "file_1" }
    end,
    ["vector_stores.files.upload_and_poll: vector_store_id must be a non-empty string, got a table with"] = function()
      client.vector_stores.files:upload_and_poll { vector_store_id = "vs_1", file = "a" }
    end,
    ["responses.at: response_id must be a non-empty string, got a table with an 'id'; give that"] = function()
      client.responses:at { id = "resp_1" }
    end,
    ["models.list: header '1' has no name: header fields are { [name] = value }"] = function()
      client.models:list({}, { headers = { "X-A: 1" } })
    end,
    ['request: the method must be a string such as "POST", got "/models"; the path comes after it'] = function()
      client:request "/models"
    end,
    ["'on_event' is told of the events of a stream: give stream = true among the parameters"] = function()
      client.chat.completions:create({ model = "m", messages = SAID }, { on_event = print })
    end,
    ["oai.sleep: expected a number of seconds, got string"] = function() oai.sleep "1" end,
    ["client.responses.stream: call it with a colon, as in client.responses:stream(...)"] = function()
      client.responses.stream { model = "m" }
    end,
    ["client.files.each: call it with a colon, as in client.files:each(...)"] = function() client.files.each() end,
    ["stream.final: call it with a colon, as in stream:final(...)"] = function() things["a stream"].final() end,
    ["run.text: call it with a colon, as in run:text(...)"] = function() things["a run"].text() end,
    ["talk.send: call it with a colon, as in talk:send(...)"] = function() things["a talk"].send "Hello" end,
    ["a method of responses: call it with a colon, as in object:refresh()"] = function()
      things["an object"].refresh()
    end,
    ["a key is given as { api_key = ... }"] = function() oai.client "sk-..." end,
    ["option 'key' is called 'api_key'"] = function() oai.client { key = "sk-..." } end,
    ["chat.completions.parse: 'text_format' is called 'response_format' here"] = function()
      client.chat.completions:parse { model = "m", messages = SAID, text_format = {} }
    end,
    ["responses.parse: 'response_format' is called 'text_format' here"] = function()
      client.responses:parse { model = "m", input = "a", response_format = {} }
    end,
    ["chat.completions.run: 'text_format' is called 'response_format' here"] = function()
      client.chat.completions:run { model = "m", messages = SAID, text_format = {} }
    end,
    ["responses.run: 'response_format' is called 'text_format' here"] = function()
      client.responses:run { model = "m", input = "a", response_format = {} }
    end,
    ["chat.completions.run: 'input' is called 'messages' here"] = function()
      client.chat.completions:run { model = "m", input = "a" }
    end,
    ["responses.run: 'messages' is called 'input' here"] = function()
      client.responses:run { model = "m", messages = SAID }
    end,
    ["tools: add: a tool must be a table, got function; such as { description =, parameters =, run = }"] = function()
      client.responses:run { model = "m", input = "a", tools = { add = print } }
    end,
    ["add: unknown field 'callback'; see run"] = function() oai.tools { add = { callback = print } } end,
    ["tools.add.run: a function cannot be JSON; functions are called by client.responses:run"] = function()
      client.responses:create { model = "m", input = "a", tools = { add = tool } }
    end,
    ["functions are called by client.chat.completions:run"] = function()
      client.chat.completions:create { model = "m", messages = SAID, tools = { tool } }
    end,
    ["functions by name are an option of sessions:stream"] = function()
      client.beta.agents.sessions:create { agent = { model = "m", tools = { add = tool } }, input = "a" }
    end,
  } do
    it("is told: " .. says, function()
      local done, message = pcall(call)
      assert.falsy(done)
      assert.truthy(tostring(message):find("elsewhere_spec.lua:%d+: oai: "), message)
      assert.truthy(tostring(message):find(says, 1, true), message)
    end)
  end
end)
