-- Talks in which things are said, fail, are taken back, asked again, forked and
-- saved in any order, under a budget: each request holds what the API takes.

local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

--- Numbers that look random, and are the same each time.
local function generator(seed)
  return function(count)
    seed = (seed * 16807) % 2147483647
    return seed % count + 1
  end
end

local SENDS = 60

--- What comes of each send: an answer, one after a call, or a failure, at once
--- or after a call.
local function replies_of(api, any)
  local replies, fails = {}, {}
  for i = 1, SENDS do
    local kind = any(4)
    if kind > 1 then
      replies[#replies + 1] = api.reply { api.call("c" .. i, "f"), api.call("d" .. i, "f") }
    end
    fails[i] = kind == 4
    replies[#replies + 1] = fails[i] and { status = 400, json = { error = { message = "no" } } }
      or api.reply { api.message("a" .. i) }
  end
  return replies, fails
end

--- Why the API would not take a request, or nil.
local function fault(api, body)
  local open, list = {}, api.history(body)
  local first = api.name == "chat" and table.remove(list, 1)
  if (first and first.content or body.instructions) ~= "Be brief." then
    return "no instructions"
  end
  for i, item in ipairs(list) do
    local answered = item.tool_call_id or item.type == "function_call_output" and item.call_id
    if answered and not open[answered] then
      return "an output without its call at " .. i
    elseif answered then
      open[answered] = nil
    elseif item.role == "user" and next(open) then
      return "a call without its output at " .. i
    end
    for _, call in ipairs(item.tool_calls or item.type == "function_call" and { { id = item.call_id } } or {}) do
      open[call.id] = true
    end
  end
  return next(open) and "a call without its output" or list[1].role ~= "user" and "no question first" or nil
end

--- What the user has said.
local function users(list)
  local texts = {}
  for _, item in ipairs(list) do
    texts[#texts + 1] = item.role == "user" and item.content or nil
  end
  return texts
end

for _, api in ipairs { turns.responses, turns.streamed_chat } do
  describe("a talk of many rounds by " .. api.title, function()
    for seed = 1, 3 do
      it("sends what the API takes, whatever is done: " .. seed, function()
        local any = generator(seed * 7919)
        local replies, fails = replies_of(api, any)
        local scene = server:scenario { replies = replies }
        local client = require("spec.support.connect").to(scene, { max_retries = 0 })
        local given = { model = "m", api = api.name, instructions = "Be brief.", stream = api.is_streamed,
          max_input_bytes = 1500, tools = { f = { run = function()
            return "F"
          end } } }
        local talk, said = client:talk(given), {} -- what the talk should hold, in texts of its user
        local sends = 0

        local function ask(is_again)
          sends = sends + 1
          local text = "q" .. sends
          local run = is_again and talk:regenerate() or not is_again and talk:send(text)
          assert.equal(not fails[sends], run and true or false)
          said[#said + 1] = not fails[sends] and not is_again and text or nil
        end

        while sends < SENDS do
          local what = any(8)
          if what == 1 then
            assert.equal(table.remove(said), talk:undo())
          elseif what == 2 then
            talk = talk:fork()
          elseif what == 3 then
            given.from = talk:save()
            talk = client:talk(given)
          else
            ask(what == 4 and said[1] ~= nil)
          end
          assert.same(said, users(talk.items or talk.messages))
        end
        local most = 0
        for number = 1, #scene:requests() do
          local body = turns.body(scene, number)
          most = math.max(most, #api.history(body))
          assert.is_nil(fault(api, body))
        end
        assert.equal(#replies, #scene:requests())
        assert.is_true(most >= 8 and most <= 40, most) -- what is older was left out
      end)
    end
  end)
end
