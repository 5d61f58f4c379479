-- What functions and models may do to a run at worst, on every drive: each
-- call gets an answer, and the run goes on to its end.

local child = require "spec.support.child"
local host = require "spec.support.host"
local raised_nil = require "spec.support.raised_nil"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

-- The functions, and what calls them. Shared by all drives.
local PROGRAM = [[
  local s = oai.schema
  local cyclic = {}
  cyclic.itself = cyclic
  local function raising(value)
    return { run = function() error(value, 0) end }
  end
  local function returning(...)
    local n, list = select("#", ...), { ... }
    return { run = function() return (table.unpack or unpack)(list, 1, n) end }
  end
  local mute = setmetatable({}, { __tostring = function() error "no text" end })
  local shy = setmetatable({}, { __index = function(_, key) error("no " .. tostring(key)) end })
  local tools = {
    raises_table = raising { code = 5 }, raises_nil = raising(nil), raises_number = raising(7),
    raises_mute = raising(mute), raises_function = raising(print), raises_false = raising(false),
    raises_bytes = raising "\255\254", raises_lines = raising "one\ntwo",
    nothing = returning(), is_nil = returning(nil), is_false = returning(false), is_function = returning(print),
    is_cyclic = returning(cyclic), is_nan = returning(0 / 0), is_infinite = returning { math.huge },
    is_bytes = returning "\255", holds_bytes = returning { "\255" }, is_huge = returning(("x"):rep(300000)),
    is_shy = returning(shy), is_number = returning(5), is_empty = returning {},
    is_thread = returning(coroutine.create(function() end)),
    fails = returning(nil, "no luck"), fails_mute = returning(nil, mute),
    sleeps = { timeout = 0.02, run = function() oai.sleep(20) end },
    yields = { timeout = 0.02, run = function() coroutine.yield() end },
    sleeps_on = { timeout = 0.02, run = function() while true do oai.sleep(20) end end },
    shaped = { parameters = s.object { { "n", s.integer() } }, run = function(arguments) return arguments.n end },
    anything = { check = false, parameters = s.object {}, run = function(arguments) return arguments end },
  }
  local seen = {}
  local function read(stream)
    local run = %s
    local event, err = run:next()
    while event do
      if event.type == "tool_finished" then
        local output = #event.output > 300 and #event.output .. " bytes"
          or event.output == "" and "(empty)" or event.output
        seen[#seen + 1] = event.id .. ": " .. output .. (event.err and " <" .. event.err.reason .. ">" or "")
      end
      event, err = run:next()
    end
    table.sort(seen)
    for _, line in ipairs(seen) do
      say(line)
    end
    say(run.status, run.output_text, #run.attempted, #run.completed, next(run._tasks) == nil,
      err and tostring(err) or "well")
  end
]]

local NAMES = { "raises_table", "raises_nil", "raises_number", "raises_mute", "raises_function", "raises_false",
  "raises_bytes", "raises_lines", "nothing", "is_nil", "is_false", "is_function", "is_cyclic", "is_nan",
  "is_infinite", "is_bytes", "holds_bytes", "is_huge", "is_shy", "is_number", "is_empty", "is_thread", "fails",
  "fails_mute", "sleeps", "yields", "sleeps_on" }

-- Arguments of `shaped`, and of `anything`, by the ids of calls.
local SHAPED = { a_text = "no JSON", a_list = "[1]", a_null = "null", a_half = '{"n":1', a_wrong = '{"n":"x"}',
  a_more = '{"n":1,"m":2}', a_blank = " ", a_right = '{"n":1}', a_bytes = '{"n":"\\ud800"}',
  a_twice = '{"n":1}{"n":2}' }
local ANYTHING = { deep = '{"a":' .. ("["):rep(900) .. ("]"):rep(900) .. "}",
  deeper = '{"a":' .. ("["):rep(2000) .. ("]"):rep(2000) .. "}", null = '{"a":null}',
  big = '{"a":1e999,"b":' .. ("9"):rep(400) .. "}" }

local function calls(api)
  local list = {}
  for _, name in ipairs(NAMES) do
    list[#list + 1] = api.call(name, name)
  end
  for id, text in pairs(SHAPED) do
    list[#list + 1] = api.call(id, "shaped", text)
  end
  for id, text in pairs(ANYTHING) do
    list[#list + 1] = api.call(id, "anything", text)
  end
  list[#list + 1] = api.call("unknown", "nope")
  list[#list + 1] = api.call("strange", "../../etc\n\27[31m")
  return list
end

local EXPECTED = [[
a_blank: Error: the arguments are not what is expected: n: is missing <wrong_shape>
a_bytes: Error: the arguments are not what is expected: n: expected integer, got a string <wrong_shape>
a_half: Error: the arguments are not JSON: unexpected end <not_json>
a_list: Error: the arguments are no JSON object <not_json>
a_more: Error: the arguments are not what is expected: m: is not a property of the schema <wrong_shape>
a_null: Error: the arguments are not what is expected: n: is missing <wrong_shape>
a_right: 1
a_text: Error: the arguments are not JSON: unexpected byte 1 <not_json>
a_twice: Error: the arguments are not JSON: unexpected byte 8 <not_json>
a_wrong: Error: the arguments are not what is expected: n: expected integer, got a string <wrong_shape>
big: Error: what it returned is no JSON: a: the number is not finite <output>
deep: 1806 bytes
deeper: Error: the arguments are not JSON: nested too deeply <not_json>
fails: Error: no luck <failed>
fails_mute: Error: an error that has no text <failed>
holds_bytes: Error: what it returned is no JSON: [1]: the text is not valid UTF-8 <output>
is_bytes: Error: what it returned is no UTF-8 from byte 1 on <output>
is_cyclic: Error: what it returned is no JSON: itself: the table contains itself <output>
is_empty: {}
is_false: false
is_function: Error: what it returned is no JSON: a function cannot be JSON <output>
is_huge: 300000 bytes
is_infinite: Error: what it returned is no JSON: [1]: the number is not finite <output>
is_nan: Error: what it returned is no JSON: the number is not finite <output>
is_nil: (empty)
is_number: 5
is_shy: Error: what it returned cannot be read: no type <output>
is_thread: Error: what it returned is no JSON: a thread cannot be JSON <output>
nothing: (empty)
null: {}
raises_bytes: Error: \xFF\xFE <raised>
raises_false: Error: false <raised>
raises_function: Error: function <raised>
raises_lines: Error: one <raised>
raises_mute: Error: an error that has no text <raised>
raises_nil: Error: ]] .. raised_nil .. [[ <raised>
raises_number: Error: 7 <raised>
raises_table: Error: {"code":5} <raised>
sleeps: Error: the tool 'sleeps' did not end within 0.02 s <timeout>
sleeps_on: Error: the tool 'sleeps_on' did not end within 0.02 s <timeout>
strange: Error: there is no tool '../../etc <unknown_tool>
unknown: 362 bytes <unknown_tool>
yields: Error: the tool 'yields' did not end within 0.02 s <timeout>
completed	done	31	9	true	well
]]

local function code_of(api)
  return PROGRAM:format(api.name == "chat" and 'client.chat.completions:run { model = "m", tools = tools, '
    .. 'stream = stream, messages = { { role = "user", content = "x" } } }'
    or 'client.responses:run { model = "m", tools = tools, stream = stream, input = "x" }')
end

local DRIVES = { [turns.responses] = { "main", "blocking", "frame", "uv" }, [turns.streamed_chat] = { "blocking" } }

for api, drives in pairs(DRIVES) do
  describe("a run by " .. api.title .. " answers each call, whatever functions and models do", function()
    for _, drive in ipairs(drives) do
      it("on " .. drive, function()
        local scene = server:scenario { replies = { api.reply(calls(api)), api.reply { api.message "done" } } }
        local output
        if drive == "uv" and host.missing "uv" then
          return pending(host.missing "uv")
        elseif drive == "uv" then
          output = host.run("uv", scene, code_of(api) .. ([[
            client:spawn(read, %s)
            run()
          ]]):format(tostring(api.is_streamed)))
        else
          output = child.run(([[
            local oai = require "oai"
            local say = print
            local client = oai.client { api_key = "sk-x", base_url = %q, loop = %q }
          ]]):format(scene.base_url, drive == "main" and "blocking" or drive) .. code_of(api) .. ([[
            local task = %q == "main" and { done = true, read(%s) } or client:spawn(read, %s)
            while not task.done do
              if %q == "frame" then client:update() else client:run() end
            end
          ]]):format(drive, tostring(api.is_streamed), tostring(api.is_streamed), drive))
        end
        assert.equal(EXPECTED, output)
      end)
    end
  end)
end
