-- The answer of a run as a value of a schema, and what it may be instead.

local oai = require "oai"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

local s = oai.schema
local LEGS = s.object { { "legs", s.integer() } }

for _, api in ipairs(turns.styles) do
  describe("the answer of a run by " .. api.title, function()
    local field = api.name == "chat" and "response_format" or "text_format"

    local function finish(text, format, more)
      local client, scene = api.scene(server, { { api.call("c1", "f") }, { api.message(text) } })
      local fields = { tools = { f = { run = function() end } }, [field] = format }
      for name, value in pairs(more or {}) do
        fields[name] = value
      end
      local run = api.run(client, fields)
      local _, err = run:final()
      return run, err, scene
    end

    it("is a value of the schema", function()
      local run, err, scene = finish('{"legs":8}', LEGS)
      assert.is_nil(err)
      assert.same({ legs = 8 }, run.output_parsed)
      assert.equal('{"legs":8}', run.output_text)
      local body = turns.body(scene, 2)
      local sent = api.name == "chat" and body.response_format.json_schema or body.text.format
      assert.equal("integer", sent.schema.properties.legs.type)
      assert.is_true(sent.strict)
      local again = api.run(api.scene(server, {}), { resume = run:state(), [field] = LEGS })
      assert.same({ legs = 8 }, assert(again:final()).output_parsed)
    end)

    it("is an error where it is none", function()
      for text, kind in pairs { ["eight"] = "not_json", ['{"legs":"8"}'] = "wrong_shape", [""] = "no_answer" } do
        local run, err = finish(text, LEGS)
        assert.equal("failed", run.status)
        assert.equal(kind, err.kind)
        assert.equal(text, err.text)
        assert.equal(run.reply, err.completion)
        assert.same({ "c1" }, err.completed)
      end
    end)

    it("is a text where the format is the API's own, or none", function()
      local own = { type = "json_object" }
      local run, err, scene = finish("eight", own)
      assert.is_nil(err)
      assert.is_nil(run.output_parsed)
      local body = turns.body(scene, 1)
      assert.same(own, api.name == "chat" and body.response_format or body.text.format)
      assert.is_nil(finish("eight").output_parsed)
    end)
  end)
end

describe("the answer of a run", function()
  it("may be that the model will not", function()
    local refused = turns.responses.message "x"
    refused.content = { { type = "refusal", refusal = "I will not." } }
    local client = turns.responses.scene(server, { { refused } })
    local run = turns.responses.run(client, { text_format = LEGS })
    local _, err = run:final()
    assert.equal("refusal", err.kind)
    assert.equal("I will not.", err.message)
  end)

  it("is what it says beside a refusal", function()
    local message = turns.responses.message '{"legs":8}'
    table.insert(message.content, { type = "refusal", refusal = "I will not." })
    local client = turns.responses.scene(server, { { message } })
    assert.same({ legs = 8 }, assert(turns.responses.run(client, { text_format = LEGS }):final()).output_parsed)
  end)

  it("has one format", function()
    local client = turns.responses.scene(server, {})
    for expected, fields in pairs {
      ["give 'text_format' or 'text.format', not both"] = { text_format = LEGS, text = { format = { type = "text" } } },
      ["the format must be a schema, got number"] = { text_format = 5 },
    } do
      local done, message = pcall(turns.responses.run, client, fields)
      assert.is_false(done)
      assert.truthy(message:find(expected, 1, true), message)
    end
  end)
end)
