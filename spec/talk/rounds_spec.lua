-- Talks in which things are said, fail, are taken back, asked again, forked and
-- saved in any order, under a budget: each request holds what the API takes.

local cjson = require "cjson"
local rounds = require "oai.talk.rounds"
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
        local requests = scene:requests()
        for _, request in ipairs(requests) do
          local body = cjson.decode(request.body)
          most = math.max(most, #api.history(body))
          assert.is_nil(fault(api, body))
        end
        assert.equal(#replies, #requests)
        assert.is_true(most >= 8 and most <= 40, most) -- what is older was left out
      end)
    end
  end)
end

describe("the rounds of a talk", function()
  local function state_of(tokens, more)
    local state = { opening = {}, summary = {}, rounds = {}, first = 1, tokens = tokens or 0 }
    for name, value in pairs(more or {}) do
      state[name] = value
    end
    return state
  end

  local function round(text, id)
    return { said = { text }, answer = { text .. "!" }, id = id }
  end

  --- The tokens of the rounds, and of all.
  local function tokens(state)
    local list = {}
    for i, one in ipairs(state.rounds) do
      list[i] = one.tokens
    end
    list[#list + 1] = "all"
    list[#list + 1] = state.tokens
    return list
  end

  local function counted(total)
    return { usage = { total_tokens = total } }
  end

  it("are estimated by their bytes", function()
    assert.equal(2, rounds.bytes {})
    assert.equal(0, rounds.bytes { print })
    assert.equal(3, rounds.estimate { { a = 1 } }) -- nine bytes
  end)

  it("have the tokens by which the server's count grows", function()
    local state = state_of()
    rounds.set(state, 1, round "a", counted(1)) -- less than its estimate
    rounds.set(state, 2, round "b", counted(50))
    rounds.set(state, 3, round "c", counted(50))
    assert.same({ 1, 49, 0, "all", 50 }, tokens(state))
    rounds.set(state, 2, round "B", counted(31))
    assert.same({ 1, 30, "all", 31 }, tokens(state))
    rounds.set(state, 3, round "C", {})
    assert.same({ 1, 30, 4, "all", 35 }, tokens(state)) -- ["C"] and ["C!"] take five bytes and six
    assert.same({ 4, "all", 100 }, tokens((function(fresh)
      rounds.set(fresh, 1, round "a", counted(100))
      return fresh
    end)(state_of())))
  end)

  it("are taken out of what is sent with their tokens", function()
    local state = state_of(7)
    for i, text in ipairs { "a", "b", "c" } do
      rounds.set(state, i, round(text), counted(10 * i))
    end
    rounds.drop_first(state)
    assert.same({ 2, 27 }, { state.first, state.tokens })
    rounds.drop_first(state)
    assert.same({ 3, 17 }, { state.first, state.tokens })
    assert.equal("c", rounds.take_last(state).said[1])
    assert.same({ 3, 7 }, { state.first, state.tokens })
    assert.equal("b", rounds.take_last(state).said[1]) -- which was not sent
    assert.same({ 2, 7 }, { state.first, state.tokens })
    rounds.take_last(state)
    assert.is_nil(rounds.take_last(state))
    assert.same({ 1, 7 }, { state.first, state.tokens })
  end)

  it("are sent behind the last response that can be gone on from", function()
    local state = state_of(0, { opening = { "o" }, rounds = { round "a", round "b", round "c" } })
    local function since(last)
      local id, list = rounds.since(state, last)
      return { id or "none", table.concat(list, " ") }
    end
    assert.same({ "none", "o a a! b b!" }, since(2))
    state.previous = "resp_0"
    assert.same({ "resp_0", "o a a! b b! c c!" }, since(3))
    state.rounds[2].id = "resp_2"
    assert.same({ "resp_2", "c c!" }, since(3))
    assert.same({ "resp_2", "" }, since(2))
    assert.same({ "resp_0", "o a a!" }, since(1))
    assert.equal("o a a! b b! c c!", table.concat(rounds.all(state), " "))
    state.summary, state.first = { "s" }, 2
    assert.equal("o s b b!", table.concat(rounds.sent(state, 2), " "))
  end)

  it("stay rounds where what is sent in their place ends with them", function()
    for list, expected in pairs {
      ["s a a! b b! c c!"] = { 1, "s" }, ["a a! b b! c c!"] = { 1, "" }, ["s b! c c!"] = { 3, "s b!" },
      ["b b! c c!"] = { 2, "" }, ["s"] = { 4, "s" }, [""] = { 4, "" }, ["s c"] = { 4, "s c" },
      ["a a! s c c!"] = { 3, "a a! s" },
    } do
      local state = state_of(0, { rounds = { round "a", round "b", round "c" } })
      local items = {}
      for item in list:gmatch "%S+" do
        items[#items + 1] = item
      end
      rounds.replace(state, 3, items)
      assert.same(expected, { state.first, table.concat(state.summary, " ") })
      assert.equal(rounds.estimate {} + rounds.estimate(items), state.tokens)
    end
    local state = state_of(0, { first = 2, rounds = { round "a", round "b", round "c" } })
    rounds.replace(state, 2, { "a", "a!", "b", "b!" }) -- the first is not sent any more
    assert.same({ 2, "a a!" }, { state.first, table.concat(state.summary, " ") })
  end)
end)
