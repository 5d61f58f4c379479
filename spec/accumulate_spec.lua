-- Events from elsewhere, added up: tables of any JSON library, or texts.

local cjson = require "cjson"
local json = require "oai.codec.json"
local named = require "spec.support.named"
local oai = require "oai"

local TEXT = [[{"id":"c","choices":[{"index":0,"delta":{"content":"Hi","refusal":null},"finish_reason":null}]}]]

describe("oai.accumulate", function()
  it("takes the texts of events, and of the end", function()
    local lines, accumulator = named.of("chat", { TEXT, "[DONE]" })
    assert.same({ "content.delta choice=0 Hi of Hi", "content.done choice=0 Hi" }, lines)
    assert.equal("Hi", accumulator:value().choices[1].message.content)
  end)

  it("takes tables that another library has decoded, with its nulls", function()
    local lines, accumulator = named.of("chat", { cjson.decode(TEXT) })
    assert.same({ "content.delta choice=0 Hi of Hi" }, lines)
    assert.is_nil(accumulator:value().choices[1].finish_reason)
  end)

  it("keeps arrays, and nulls in them", function()
    local event = { type = "response.output_item.done", output_index = 0, item = { type = "x", id = "x1",
      list = oai.array {}, nulls = { 1, cjson.null, 3 }, none = cjson.null } }
    local accumulator = oai.accumulate "responses"
    accumulator:add(event)
    local text = json.encode(accumulator:value().output[1])
    assert.equal('{"id":"x1","list":[],"nulls":[1,null,3],"type":"x"}', text)
    assert.equal(cjson.null, event.item.none)
  end)

  it("takes the name of an assistant's event beside its text", function()
    local accumulator = oai.accumulate "assistants"
    local events = accumulator:add([[{"id":"run_1","status":"completed"}]], "thread.run.completed")
    assert.equal("finish completed", named.line(events[1]))
    assert.equal("run_1", accumulator:value().id)
  end)

  it("has the value at each time", function()
    local accumulator = oai.accumulate "chat"
    assert.is_nil((accumulator:value()))
    accumulator:add(TEXT)
    assert.equal("Hi", accumulator:value().choices[1].message.content)
    local event = accumulator:add(TEXT)[1]
    assert.equal("HiHi", accumulator:value().choices[1].message.content)
    assert.equal("HiHi", event.snapshot)
  end)

  it("returns the error that an event is, with what had come", function()
    local failure = { message = "boom", code = "c" }
    for _, event in ipairs { { error = failure }, { type = "error", message = "boom", code = "c" },
      { choices = { { index = 0, error = failure } } } } do
      local accumulator = oai.accumulate "chat"
      accumulator:add(TEXT)
      local events, err = accumulator:add(event)
      assert.is_nil(events)
      assert.same({ "stream", "boom", "c" }, { err.kind, err.message, err.code })
      assert.equal("Hi", err.partial.choices[1].message.content)
    end
    local _, err = oai.accumulate("assistants"):add { event = "error", data = { message = "boom" } }
    assert.equal("boom", err.message)
  end)

  it("returns what is no JSON as an error", function()
    local _, err = oai.accumulate("chat"):add "{"
    assert.same({ "decode", "{" }, { err.kind, err.body })
  end)

  it("refuses what is no event, and kinds that there are not", function()
    assert.has_error(function()
      oai.accumulate "chat":add(1)
    end)
    for message, call in pairs {
      ['"assistants" or "agents"; got chats; did you mean \'chat\'?'] = function() oai.accumulate "chats" end,
      ["accumulator.add: call it with a colon"] = function() oai.accumulate("chat").add { choices = {} } end,
      ["an accumulator has no 'valeu'; did you mean 'value'?"] = function() oai.accumulate("chat"):valeu() end,
      ["an accumulator has no 'final'; see accumulator:value()"] = function() oai.accumulate("chat"):final() end,
    } do
      local _, err = pcall(call)
      assert.truthy(err:find("accumulate_spec.lua:%d+: oai: "), err)
      assert.truthy(err:find(message, 1, true), err)
    end
  end)
end)
