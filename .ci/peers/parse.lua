-- Asks a server for an answer of a schema, whole and streamed, by both APIs,
-- and for calls whose arguments are values: parse.lua BASE_URL

local oai = require "oai"

local client = oai.client { base_url = arg[1], api_key = "sk-peers", max_retries = 5 }
local s = oai.schema

local SCHEMA = s.object {
  { "reasoning", s.string() },
  { "legs", s.integer { minimum = 0 } },
  { "animals", s.array(s.enum { "spider", "bird" }) },
}
local PARAMETERS = { get_weather = s.object { { "city", s.string() }, { "unit", s.enum { "c", "f" } } },
  get_time = s.object { { "zone", s.string() } } }

local function tools_of(make)
  local list = {}
  for _, name in ipairs { "get_time", "get_weather" } do
    list[#list + 1] = make { name = name, parameters = PARAMETERS[name], strict = true }
  end
  return list
end

local APIS = {
  ["chat.completions"] = {
    ask = function(text, schema, stream)
      return client.chat.completions:parse { model = "gpt-4o", messages = { { role = "user", content = text } },
        response_format = schema, stream = stream, tools = not schema and tools_of(function(tool)
          return { type = "function", ["function"] = tool }
        end) or nil }
    end,
    value = function(completion)
      return completion.choices[1].message.parsed
    end,
    call = function(completion, i)
      return completion.choices[1].message.tool_calls[i]["function"]
    end,
  },
  responses = {
    ask = function(text, schema, stream)
      return client.responses:parse { model = "gpt-4o", input = text, text_format = schema, stream = stream,
        tools = not schema and tools_of(function(tool)
          tool.type = "function"
          return tool
        end) or nil }
    end,
    value = function(response)
      return response.output_parsed
    end,
    call = function(response, i)
      local calls = {}
      for _, item in ipairs(response.output) do
        calls[#calls + 1] = item.type == "function_call" and item or nil
      end
      return calls[i]
    end,
  },
}

local function check_answer(api)
  local plain = api.value(assert(api.ask("count", SCHEMA)))
  local stream = assert(api.ask("count", SCHEMA, true))
  local values, last = 0, nil
  for value in stream:partial() do
    values, last = values + 1, oai.json.encode(value)
  end
  assert(plain.legs == 26 and values > 3, values .. " values")
  assert(last == oai.json.encode(plain), last)
  assert(last == oai.json.encode(api.value(assert(stream:final()))))
end

local function check_calls(api)
  for _, stream in ipairs { false, true } do
    local reply = assert(api.ask("call", nil, stream or nil))
    reply = stream and assert(reply:final()) or reply
    assert(api.call(reply, 1).parsed_arguments.city == "Paris")
    assert(api.call(reply, 2).parsed_arguments.zone == "UTC")
  end
end

local function check_wrong(api)
  local value, err = api.ask("say", SCHEMA)
  assert(value == nil and err.kind == "not_json" and err.completion, tostring(err))
end

local passed, failed = 0, 0
for name, api in pairs(APIS) do
  for what, check in pairs { answer = check_answer, calls = check_calls, ["no JSON"] = check_wrong } do
    local well, err = pcall(check, api)
    passed, failed = passed + (well and 1 or 0), failed + (well and 0 or 1)
    if not well then
      print(("%s, %s: %s"):format(name, what, tostring(err)))
    end
  end
end
print(("%d passed, %d failed"):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
