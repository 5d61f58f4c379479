-- What is given to a run: by its right name, and in its right place.

local oai = require "oai"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

local function raised(fn, ...)
  local done, message = pcall(fn, ...)
  assert.is_false(done)
  return message
end

local CLASSES = { ResponsesCreateParams = true, ChatCompletionsCreateParams = true }

--- The names of all parameters of what a run sends, as the types have them.
local function parameters()
  local names = {}
  for _, name in ipairs { "chat", "responses" } do
    local file = assert(io.open(("lua/oai/types/%s.lua"):format(name)))
    for line in file:lines() do
      if CLASSES[line:match "^%-%-%-@class oai%.(%w+) " or ""] then
        for param in line:gmatch '"([%w_]+)"' do
          names[#names + 1] = param
        end
      end
    end
    file:close()
  end
  return names
end

for _, api in ipairs { turns.responses, turns.chat } do
  describe("the options of a run by " .. api.title, function()
    local client, scene

    before_each(function()
      client, scene = api.scene(server, { { api.message "done" } })
    end)

    it("are told where they are nearly one of its own", function()
      for written, meant in pairs { max_turn = "max_turns", tool_timout = "tool_timeout", maxTurns = "max_turns",
        stopwhen = "stop_when", on_tools = "on_tool", max_input_token = "max_input_tokens", concurency = "concurrency",
        at_limits = "at_limit", aprove = "approve", tool = "tools" } do
        local message = raised(api.run, client, { [written] = 5 })
        assert.truthy(message:find(("options_spec.lua:%%d+: oai: %s: unknown option '%s'; did you mean '%s'%%? %%(a "
          .. "parameter of that name goes into the option 'body'%%)$"):format(api.operation:gsub("%.", "%%."), written,
          meant)), message)
      end
    end)

    it("are no parameters of the API, whose new ones are sent as they are", function()
      local names, params = parameters(), { top_k = 5, max_new_tokens = 5, thinking = 5 }
      assert.truthy(#names > 30)
      for _, name in ipairs(names) do
        params[name] = params[name] or name ~= "stream" and name ~= "n" and name ~= "background" and "x" or nil
      end
      params.tools, params.input, params.messages, params.text, params.response_format = nil, nil, nil, nil, nil
      assert(api.run(client, params):final())
      local body = turns.body(scene, 1)
      for name in pairs(params) do
        assert.truthy(body[name], name)
      end
    end)

    it("may be names of parameters in the option 'body', of each request", function()
      client, scene = api.scene(server, { { api.call("c1", "f") }, { api.message "done" } })
      assert(api.run(client, { tools = { f = { run = tostring } } }, { body = { max_turn = 7 }, timeout = 5 }):final())
      for i = 1, 2 do
        assert.equal(7, turns.body(scene, i).max_turn)
      end
    end)

    it("are told where they stand in a wrong place", function()
      local tool = { f = { run = tostring } }
      for _, name in ipairs { "tools", "max_turns", "model", "on_turn" } do
        local message = raised(api.run, client, {}, { [name] = tool })
        assert.truthy(message:find(("%s: '%s' is no option of a call: it belongs in the table before, with the "
          .. "parameters"):format(api.operation, name), 1, true), message)
      end
      for expected, fields in pairs {
        ["a value without a name stands among the parameters, at 1; write tools = { ... }"] = { { tools = tool } },
        ["tools: 'tools' is taken for the name of a function: give what is in it"] = { tools = { tools = tool } },
        ["tools: what oai.tools has made stands by itself: tools = it, not { it }"] = { tools = { oai.tools(tool) } },
        ["tools: 'run' is a field of one tool, which stands in a list or under its name"] = { tools = tool.f },
      } do
        local message = raised(api.run, client, fields)
        assert.truthy(message:find(expected, 1, true), message)
      end
      assert.equal(0, #scene:requests())
    end)
  end)
end
