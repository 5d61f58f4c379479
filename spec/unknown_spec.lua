-- Names that are not there: what the program misspells is told at its line,
-- what serializers ask for is nil, and so is what a server has left out.

local connect = require "spec.support.connect"
local oai = require "oai"
local server = require("spec.support.server").start()

local RESPONSE = { id = "resp_1", object = "response", status = "completed", output = {} }
local EVENTS = { headers = { ["content-type"] = "text/event-stream" }, steps = {
  { write = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n' },
  { write = 'data: {"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n' },
} }

local function list_of(...)
  local data = {}
  for i, id in ipairs { ... } do
    data[i] = { id = id, object = "file" }
  end
  return data
end

local client, response, page, stream, task

local function make()
  client = connect.to(server:scenario { replies = {
    { json = RESPONSE }, { json = { object = "list", data = list_of("a", "b"), has_more = true } }, EVENTS,
    { json = { object = "list", data = list_of "c", has_more = false } },
    { json = { object = "list", data = list_of "c", has_more = false } },
  } })
  response = assert(client.responses:retrieve "resp_1")
  page = assert(client.files:list())
  stream = assert(client.chat.completions:create { model = "m", messages = {}, stream = true })
  task = client:spawn(function() end)
end

describe("a function of the library", function()
  it("says that it is no method", function()
    for _, name in ipairs { "client", "azure", "tools", "dump", "check", "sleep", "data_url", "similarity" } do
      local _, message = pcall(function()
        oai[name](oai, {})
      end)
      assert.truthy(message:find("unknown_spec.lua:%d+: oai: oai." .. name .. ": call it with a dot"), message)
    end
    for _, called in ipairs { "json.encode", "json.decode", "base64.encode", "base64.decode" } do
      local module, name = called:match "^(.*)%.(.*)$"
      local _, message = pcall(function()
        oai[module][name](oai[module], {})
      end)
      assert.truthy(message:find(("unknown_spec.lua:%%d+: oai: oai.%s.%s: call it with a dot"):format(module, name)),
        message)
    end
  end)
end)

local ASKS_TABLES = pcall(function() -- ipairs does, from Lua 5.3 on
  ipairs(setmetatable({}, { __index = error }))(setmetatable({}, { __index = error }), 0)
end) == false

describe("ipairs", function()
  before_each(make)

  after_each(function()
    client:close()
  end)

  it("is told from what is no list", function()
    if not ASKS_TABLES then
      return pending "ipairs of this Lua asks no __index"
    end
    for says, value in pairs {
      ["a stream is no list for ipairs: it is read by 'for event in stream do'"] = stream,
      ["a page is no list for ipairs: its items are page.data, those of all pages 'for item in page do'"] = page,
      ["a task is no list for ipairs$"] = task,
    } do
      local _, message = pcall(function()
        for _ in ipairs(value) do end -- luacheck: ignore 542
      end)
      assert.truthy(tostring(message):find("unknown_spec.lua:%d+: oai: " .. says), message)
      assert.is_nil(value[1])
    end
  end)
end)

describe("an unknown name", function()
  before_each(make)

  after_each(function()
    client:close()
  end)

  local function raised(value, key)
    local done, message = pcall(function()
      return value[key]
    end)
    return not done and message or nil
  end

  it("raises where all names are ours, with the nearest", function()
    for _, case in ipairs {
      { stream, "evnets", "a stream has no 'evnets'; did you mean 'events'?" },
      { stream, "staus", "a stream has no 'staus'; did you mean 'status'?" },
      { task, "cancle", "a task has no 'cancle'; did you mean 'cancel'?" }, { task, "reslt", "a task has no 'reslt'" },
      { task, "shutdown", "a task has no 'shutdown'; see task:cancel()" },
      { task, "result", "a task has no 'result'; see task:await(), or task.value" },
      { client, "chat_completion", "see client.chat.completions:create" },
      { client, "base_url", "see tostring(client)" }, { oai, "NOT_GIVEN", "oai.NOT_GIVEN does not exist; see nil" },
      { oai, "RateLimitError", "see err.kind (docs/errors.md)" },
      { client, "clsoe", "client.clsoe does not exist" }, { oai, "clinet", "oai.clinet does not exist" },
      { oai.tools {}, "definition", "tools has no 'definition'; did you mean 'definitions'?" },
      { oai.json, "encod", "oai.json has no 'encod'; did you mean 'encode'?" },
      { oai.json, "null", "oai.json has no 'null'; see oai.null" },
      { oai.base64, "decod", "oai.base64 has no 'decod'; did you mean 'decode'?" },
    } do
      local message = raised(case[1], case[2])
      assert.truthy(message and message:find("unknown_spec.lua:%d+: oai: "), case[2])
      assert.truthy(message:find(case[3], 1, true), message)
    end
  end)

  it("says which method was meant where a resource is called", function()
    for resource, method in pairs { chat = "chat.completions", embeddings = "embeddings", responses = "responses" } do
      local done, message = pcall(function()
        return client[resource](client, {})
      end)
      assert.is_false(done)
      assert.truthy(message:find("no function; see client." .. method .. ":create", 1, true), message)
    end
  end)

  it("raises on what a server sends where it is a slip, each time", function()
    for _, case in ipairs {
      { response, "cancle", "an object of responses has no 'cancle'; did you mean 'cancel'?" },
      { response, "cancell", "did you mean 'cancel'?" }, { response, "delte", "did you mean 'delete'?" },
      { response, "rerfesh", "did you mean 'refresh'?" }, { response, "inptu_items", "did you mean 'input_items'?" },
      { page, "prevoius", "a page has no 'prevoius'; did you mean 'previous'?" },
    } do
      for _ = 1, 2 do
        local message = raised(case[1], case[2])
        assert.equal(case[3] ~= nil, message ~= nil)
        assert.truthy(not message or message:find(case[3], 1, true), message)
      end
    end
  end)

  it("is nil where a server may have left it out", function()
    for _, key in ipairs {
      "error", "deleted", "cancelled", "incomplete_details", "usage", "updated", "file", "next",
    } do
      assert.is_nil(response[key])
    end
    for _, key in ipairs { "object_", "total", "first_id", "next_page", "url" } do
      assert.is_nil(page[key])
    end
    for _, key in ipairs { "value", "err", "text", "traceback" } do
      assert.is_nil(task[key])
    end
  end)

  it("is nil where a serializer asks", function()
    for _, value in ipairs { client, client.files, client.chat, response, page, stream, task, oai } do
      for _, key in ipairs { "__tojson", "__jsontype", "toJSON", "__len", "__pairs", 1, true } do
        assert.is_nil(value[key])
      end
    end
  end)
end)

describe("a for loop", function()
  before_each(make)

  after_each(function()
    client:close()
  end)

  it("takes a stream", function()
    local texts = {}
    for event in stream do
      texts[#texts + 1] = event.choices[1].delta.content
    end
    assert.same({ "a", "b" }, texts)
    assert.equal("complete", stream.status)
  end)

  it("takes a page, whose items and those after it come, and begins anew", function()
    for _ = 1, 2 do
      local ids = {}
      for item in page do
        ids[#ids + 1] = item.id
      end
      assert.equal("a b c", table.concat(ids, " "))
    end
    for item in page do -- luacheck: ignore 512
      assert.equal("a", item.id)
      break
    end
  end)

  it("raises what a stream, or the next page, fails with", function()
    local broken = connect.to(server:scenario { replies = {
      { headers = EVENTS.headers, steps = { EVENTS.steps[1], { close = true } } },
      { json = { object = "list", data = list_of "a", has_more = true } }, { status = 400 },
    } }, { max_retries = 0 })
    local function read(iterator)
      for _ in iterator do end -- luacheck: ignore
    end
    for _, kind in ipairs { "connection", "bad_request" } do
      local iterator = kind == "connection"
        and assert(broken.chat.completions:create { model = "m", messages = {}, stream = true })
        or assert(broken.files:list())
      local _, err = pcall(read, iterator)
      assert.equal(kind, oai.is_error(err) and err.kind or err)
    end
    broken:close()
  end)

  it("waits in a task, where this Lua can; elsewhere the task says what to do", function()
    local can = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil
    local slow = connect.to(server:scenario { replies = {
      { headers = EVENTS.headers, steps = { { wait = 0.05 }, EVENTS.steps[1], { wait = 0.05 }, EVENTS.steps[2] } },
    } })
    local reading = slow:spawn(function()
      local count = 0
      for _ in assert(slow.chat.completions:create { model = "m", messages = {}, stream = true }) do
        count = count + 1
      end
      return count
    end)
    local count, err = reading:await()
    assert.equal(can and 2 or nil, count)
    assert.truthy(can or err:find("Lua 5.1 cannot wait within a 'for' loop", 1, true), err)
    slow:close()
  end)
end)
