-- Whatever a server has put into an answer, what is sent back of it is JSON.

local json = require "oai.codec.json"
local lacks = require "spec.support.lacks"
local to_input = require "oai.history.input"
local to_message = require "oai.history.message"

if lacks("history, given odd types", _VERSION ~= "Lua 5.4" and not rawget(_G, "jit")
  and "Lua 5.4 and LuaJIT, which number differently, try it") then
  return
end

local ODD = { 1, "s", true, false, json.array(), {}, { 1 }, { json.null }, json.null, "", 0.5, { a = { b = 1 } },
  { { type = "text", text = "t" } } }

--- Calls back with every version of a value in which one part of it is odd.
local function each_odd(value, use)
  for key, item in pairs(type(value) == "table" and value or {}) do
    local function use_with(odd)
      local changed = {}
      for name, part in pairs(value) do
        changed[name] = part
      end
      changed[key] = odd
      use(changed)
    end
    for _, odd in ipairs(ODD) do
      use_with(odd)
    end
    each_odd(item, use_with)
  end
end

local RESPONSE = { object = "response", status = "incomplete", store = false, output = {
  { type = "reasoning", id = "r", summary = {}, status = "completed", encrypted_content = "E", content = { {} } },
  { type = "message", id = "m", status = "in_progress", role = "assistant",
    content = { { type = "output_text", text = "Hi" } } },
  { type = "function_call", id = "f", call_id = "c", name = "f", arguments = "{}", status = "incomplete" },
  { type = "code_interpreter_call", id = "x", status = "completed" },
} }

local COMPLETION = { choices = { { index = 0, finish_reason = "length", message = { role = "assistant", content = "Hi",
  refusal = "No", audio = { id = "a" }, reasoning_content = "hm", function_call = { name = "f", arguments = "{}" },
  tool_calls = { { id = "c", type = "function", ["function"] = { name = "f", arguments = "{" } } } } } } }

describe("history", function()
  it("takes any type for any field of a response", function()
    each_odd(RESPONSE, function(response)
      assert(json.encode(to_input(response)))
    end)
  end)

  it("takes any type for any field of a completion", function()
    each_odd(COMPLETION, function(completion)
      assert(json.encode(to_message(completion) or {}))
    end)
  end)
end)
