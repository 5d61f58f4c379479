-- The bytes of a run's requests: the API's prompt cache is hit by those that
-- begin as earlier ones did, of whatever process, on whatever Lua.

local child = require "spec.support.child"
local server = require("spec.support.server").start()

local PROGRAM = [[
  local oai = require "oai"
  local client = oai.client { api_key = "sk-x", base_url = "%s", max_retries = 0 }
  local tools = oai.tools {
    weather = { description = "The weather", parameters = { type = "object", properties = { city = { type = "string",
      description = "Where" }, days = { type = "integer", minimum = 1, maximum = 7.5 }, at = { enum = { "noon",
      "night" } } }, required = { "city", "days", "at" } }, run = function()
      return { b = 1, a = { 0.1, 1e21, 2 ^ 53, -0.5 }, c = "é" }
    end },
    add = { parameters = { type = "object", properties = { y = { type = "number" }, x = { type = "number" } },
      required = { "x", "y" } }, run = print },
  }
  local function run(resource, params, format)
    params.model, params.tools, params.metadata, params.temperature = "m", tools, { b = "2", a = "1", c = "3" }, 0.7
    params[format] = { type = "object", properties = { legs = { type = "integer" }, birds = { type = "array",
      items = { type = "string" } } }, required = { "birds", "legs" } }
    assert(resource:run(params):final())
  end
  run(client.responses, { instructions = "Be brief.", input = "Will it rain?" }, "text_format")
  run(client.chat.completions, { messages = { { role = "system", content = "Be brief." }, { role = "user",
    content = "Will it rain?" } } }, "response_format")
]]

local ARGUMENTS = [[{"city":"Oslo","days":2,"at":"noon"}]]

local APIS = {
  {
    first = '{"input":[{"content":"Will it rain?","role":"user"}],"instructions":"Be brief.","metadata":{"a":"1'
      .. '","b":"2","c":"3"},"model":"m","temperature":0.7,"text":{"format":{"name":"answer","schema":{"addi'
      .. 'tionalProperties":false,"properties":{"birds":{"items":{"type":"string"},"type":"array"},"legs":{"'
      .. 'type":"integer"}},"required":["birds","legs"],"type":"object"},"strict":true,"type":"json_schema"}'
      .. '},"tools":[{"name":"add","parameters":{"properties":{"x":{"type":"number"},"y":{"type":"number"}},'
      .. '"required":["x","y"],"type":"object"},"type":"function"},{"description":"The weather","name":"weat'
      .. 'her","parameters":{"properties":{"at":{"enum":["noon","night"]},"city":{"description":"Where","typ'
      .. 'e":"string"},"days":{"maximum":7.5,"minimum":1,"type":"integer"}},"required":["city","days","at"],'
      .. '"type":"object"},"type":"function"}]}',
    second = '{"input":[{"content":"Will it rain?","role":"user"},{"arguments":"{\\"city\\":\\"Oslo\\",\\"days'
      .. '\\":2,\\"at\\":\\"noon\\"}","call_id":"c1","id":"fc_1","name":"weather","status":"completed","type'
      .. '":"function_call"},{"call_id":"c1","output":"{\\"a\\":[0.1,1e+21,9007199254740992,-0.5],\\"b\\":1,'
      .. '\\"c\\":\\"é\\"}","type":"function_call_output"}],"instructions":"Be brief.","metadata":{"a":"1","'
      .. 'b":"2","c":"3"},"model":"m","temperature":0.7,"text":{"format":{"name":"answer","schema":{"additio'
      .. 'nalProperties":false,"properties":{"birds":{"items":{"type":"string"},"type":"array"},"legs":{"typ'
      .. 'e":"integer"}},"required":["birds","legs"],"type":"object"},"strict":true,"type":"json_schema"}},"'
      .. 'tools":[{"name":"add","parameters":{"properties":{"x":{"type":"number"},"y":{"type":"number"}},"re'
      .. 'quired":["x","y"],"type":"object"},"type":"function"},{"description":"The weather","name":"weather'
      .. '","parameters":{"properties":{"at":{"enum":["noon","night"]},"city":{"description":"Where","type":'
      .. '"string"},"days":{"maximum":7.5,"minimum":1,"type":"integer"}},"required":["city","days","at"],"ty'
      .. 'pe":"object"},"type":"function"}]}',
    replies = { { id = "r1", object = "response", status = "completed", output = { { type = "function_call",
      id = "fc_1", call_id = "c1", name = "weather", arguments = ARGUMENTS, status = "completed" } } },
      { id = "r2", object = "response", status = "completed", output = { { type = "message", role = "assistant",
        id = "m1", content = { { type = "output_text", text = '{"birds":[],"legs":1}', annotations = {} } } } } } },
  },
  {
    first = '{"messages":[{"content":"Be brief.","role":"system"},{"content":"Will it rain?","role":"user"}],"m'
      .. 'etadata":{"a":"1","b":"2","c":"3"},"model":"m","response_format":{"json_schema":{"name":"answer","'
      .. 'schema":{"additionalProperties":false,"properties":{"birds":{"items":{"type":"string"},"type":"arr'
      .. 'ay"},"legs":{"type":"integer"}},"required":["birds","legs"],"type":"object"},"strict":true},"type"'
      .. ':"json_schema"},"temperature":0.7,"tools":[{"function":{"name":"add","parameters":{"properties":{"'
      .. 'x":{"type":"number"},"y":{"type":"number"}},"required":["x","y"],"type":"object"}},"type":"functio'
      .. 'n"},{"function":{"description":"The weather","name":"weather","parameters":{"properties":{"at":{"e'
      .. 'num":["noon","night"]},"city":{"description":"Where","type":"string"},"days":{"maximum":7.5,"minim'
      .. 'um":1,"type":"integer"}},"required":["city","days","at"],"type":"object"}},"type":"function"}]}',
    second = '{"messages":[{"content":"Be brief.","role":"system"},{"content":"Will it rain?","role":"user"},{"c'
      .. 'ontent":null,"role":"assistant","tool_calls":[{"function":{"arguments":"{\\"city\\":\\"Oslo\\",\\"'
      .. 'days\\":2,\\"at\\":\\"noon\\"}","name":"weather"},"id":"c1","type":"function"}]},{"content":"{\\"a'
      .. '\\":[0.1,1e+21,9007199254740992,-0.5],\\"b\\":1,\\"c\\":\\"é\\"}","role":"tool","tool_call_id":"c1'
      .. '"}],"metadata":{"a":"1","b":"2","c":"3"},"model":"m","response_format":{"json_schema":{"name":"ans'
      .. 'wer","schema":{"additionalProperties":false,"properties":{"birds":{"items":{"type":"string"},"type'
      .. '":"array"},"legs":{"type":"integer"}},"required":["birds","legs"],"type":"object"},"strict":true},'
      .. '"type":"json_schema"},"temperature":0.7,"tools":[{"function":{"name":"add","parameters":{"properti'
      .. 'es":{"x":{"type":"number"},"y":{"type":"number"}},"required":["x","y"],"type":"object"}},"type":"f'
      .. 'unction"},{"function":{"description":"The weather","name":"weather","parameters":{"properties":{"a'
      .. 't":{"enum":["noon","night"]},"city":{"description":"Where","type":"string"},"days":{"maximum":7.5,'
      .. '"minimum":1,"type":"integer"}},"required":["city","days","at"],"type":"object"}},"type":"function"'
      .. '}]}',
    replies = { { id = "c1", object = "chat.completion", choices = { { index = 0, finish_reason = "tool_calls",
      message = { role = "assistant", tool_calls = { { id = "c1", type = "function", ["function"] = {
        name = "weather", arguments = ARGUMENTS } } } } } } },
      { id = "c2", object = "chat.completion", choices = { { index = 0, finish_reason = "stop", message = {
        role = "assistant", content = '{"birds":[],"legs":1}' } } } } },
  },
}

--- What a process of its own sends for both runs.
local function sent()
  local replies = {}
  for _, api in ipairs(APIS) do
    for _, reply in ipairs(api.replies) do
      replies[#replies + 1] = { json = reply }
    end
  end
  local scene, bodies = server:scenario { replies = replies }, {}
  local output, status = child.run(PROGRAM:format(scene.base_url))
  assert.equal(0, status, output)
  for i, request in ipairs(scene:requests()) do
    bodies[i] = request.body
  end
  return bodies
end

describe("the bytes of a run's requests", function()
  it("are equal in ten processes, and on every Lua", function()
    for _ = 1, 10 do
      assert.same({ APIS[1].first, APIS[1].second, APIS[2].first, APIS[2].second }, sent())
    end
  end)
end)
