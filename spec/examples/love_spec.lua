-- Games in LÖVE: the example's village, and small ones, on a screen of their
-- own. The figures are printed; what is asserted leaves room for whatever
-- else the machine does.

local answer = require "spec.support.answer"
local base64 = require "oai.codec.base64"
local child = require "spec.support.child"
local connect = require "spec.support.connect"
local core = require "oai.core"
local folder = require "spec.support.folder"
local game = require "spec.support.game"
local guide = require "spec.support.guide"
local program = require "spec.support.program"
local server = require("spec.support.server").start { tls = true }
local shell = require "spec.support.shell"
local text_of = require "spec.support.text_of"
local timing = require "spec.support.timing"
local turns = require "spec.support.turns"

local missing = game.missing()

--- A spec that needs LÖVE.
local function love_it(name, fn)
  it(name, function()
    if missing then
      return pending(missing)
    end
    fn()
  end)
end

local WORDS = { "Olá", ", ", "the ", "wheel ", "turns ", "when ", "it ", "likes", "; ", "pão ", "de ", "queijo", ". " }

--- An answer that takes some seconds.
local function long_answer()
  local pieces = {}
  for i = 1, 150 do
    pieces[i] = WORDS[(i - 1) % #WORDS + 1]
  end
  return answer.stream(pieces, 0.03)
end

--- An answer in these bytes, which need not be text.
local function raw_answer(pieces)
  local steps = {}
  for i, piece in ipairs(pieces) do
    steps[2 * i - 1] = { write = ('data: {"choices":[{"index":0,"delta":{"content":"%s"}}]}\n\n'):format(piece) }
    steps[2 * i] = { wait = 0.05 }
  end
  steps[#steps + 1] = { write = "data: [DONE]\n\n" }
  return { headers = { ["content-type"] = "text/event-stream" }, steps = steps }
end

--- A village that is answered like that, over TLS unless said otherwise.
local function village(reply, listener)
  local scene = server:scenario {
    routes = { ["POST /chat/completions"] = { reply } },
    replies = { { status = 404, json = { error = { message = "nothing here" } } } },
    repeat_last = true,
  }
  return scene, {
    VILLAGE_RELAY = scene:base_url_on(listener or "https1"),
    VILLAGE_CA_FILE = server.ca_file,
    VILLAGE_TOKEN = "player-7",
    OPENAI_API_KEY = false,
    OPENAI_BASE_URL = false,
  }
end

local function chats(journal)
  local count = 0
  for _, request in ipairs(journal.requests) do
    count = count + (request.method == "POST" and 1 or 0)
  end
  return count
end

-- Calls `frame(seconds)` after each of the village's frames, from the first
-- after the loading screen on. Does not begin before everybody can be asked.
local EACH_FRAME = [[
local graph, village = require "graph", require "village"
local update, begun = love.update, nil
local reset = graph.reset
function graph.reset()
  begun = begun or love.timer.getTime()
  reset()
end
function love.update(dt)
  update(dt)
  if begun then
    frame(love.timer.getTime() - begun)
  end
end
]]

-- A microphone that hears, sample by sample as time goes, what `loud(second)` says.
local MICROPHONE = [[
local microphone = { taken = 0, pieces = 0 }
local tone
function microphone:start(_, rate, bits, channels)
  self.begun, self.rate, tone = love.timer.getTime(), rate, love.sound.newSoundData(rate, rate, 16, 1)
  for i = 0, rate - 1 do
    tone:setSample(i, 0.3 * math.sin(i / 10))
  end
  return bits == 16 and channels == 1
end
function microphone:getSampleCount()
  return math.floor((love.timer.getTime() - self.begun) * self.rate) - self.taken
end
function microphone:getData()
  local count = self:getSampleCount()
  if count == 0 then
    return nil
  end
  local data, is_loud = love.sound.newSoundData(count, self.rate, 16, 1), loud(self.taken / self.rate)
  if is_loud then
    require("ffi").copy(data:getFFIPointer(), tone:getFFIPointer(), 2 * math.min(count, self.rate))
  end
  self.taken, self.pieces = self.taken + count, self.pieces + 1
  return data
end
function microphone:stop()
  self.begun = nil
end
function love.audio.getRecordingDevices()
  return { microphone }
end
]]

describe("examples/love", function()
  -- `work_` is what the game's own thread computed: whatever else the machine does is not in it.
  local WORK = EACH_FRAME .. [[
  local ffi = require "ffi"
  ffi.cdef "typedef struct { long seconds, nanoseconds; } moment; int clock_gettime(int, moment *);"
  local moment, work = ffi.new "moment", require("samples").new(600)
  local function computed()
    ffi.C.clock_gettime(3, moment) -- CLOCK_THREAD_CPUTIME_ID
    return tonumber(moment.seconds) + tonumber(moment.nanoseconds) * 1e-9
  end
  local measure = graph.measure
  function graph.measure(...)
    local before = computed()
    measure(...)
    if begun then
      work:add(computed() - before)
    end
  end
  local frames = 0
  local function figures(at)
    return ("fps=%.1f frame_p99=%.2f frame_worst=%.2f p50=%.3f p99=%.3f worst=%.3f work_p99=%.3f "
      .. "work_worst=%.3f"):format(frames / at, 1000 * graph.frame:quantile(0.99), 1000 * graph.frame:quantile(1),
      1000 * graph.client:quantile(0.5), 1000 * graph.client:quantile(0.99), 1000 * graph.client:quantile(1),
      1000 * work:quantile(0.99), 1000 * work:quantile(1))
  end
  ]]

  local MEASURE = WORK .. [[
  local SECONDS, AGAIN = 5, 0.25 -- one is asked again, over a new connection, long before having finished
  local asked, talking = 0, 0
  function frame(at)
    if asked == 0 then
      love.keypressed "a"
      asked = #village.people
    elseif at >= (asked - #village.people + 1) * AGAIN then
      asked = asked + 1
      village.people[asked % #village.people + 1]:ask()
    end
    frames, talking = frames + 1, talking + village.talking()
    if at > SECONDS then
      print(("talking=%.1f "):format(talking / frames) .. figures(at))
      love.event.quit()
      frame = function() end
    end
  end
  ]]

  --- The figures of a line.
  local function figures_of(output)
    local figures = {}
    for name, value in output:gmatch("([%w_]+)=([%d.]+)") do
      figures[name] = tonumber(value)
    end
    return figures
  end

  love_it("keeps its frame rate while eight streams run and TLS connections open #timed", function()
    local scene, environment = village(long_answer())
    local figures, output, status
    for attempt = 1, 3 do -- another program may have had the processor
      output, status = game.start_example(MEASURE, environment):finish()
      assert.equal(0, status, output)
      figures = figures_of(output)
      print(("  attempt %d, in ms: %s"):format(attempt, (output:gsub("\n$", ""))))
      if figures.fps > 50 and figures.p99 < 2 and figures.work_worst < 5 then
        break
      end
    end
    assert.is_true(figures.talking > 7, output)
    assert.is_true(figures.fps > 50, output)
    assert.is_true(figures.p99 < 2, output)
    assert.is_true(figures.work_p99 < 1, output)
    assert.is_true(figures.work_worst < 5, output)
    local journal = scene:wait_idle()
    local asked = chats(journal)
    assert.is_true(asked >= 8 + 15, asked)
    assert.is_true(journal.connections_total >= asked, "they were to be new: " .. journal.connections_total)
  end)

  -- What follows talks aloud with the bard. `voice` is that conversation.
  local ALOUD = [[
  local Voice, bard, voice = require "voice", nil, nil
  local new = Voice.new
  function Voice.new(...)
    voice = new(...)
    return voice
  end
  local function begin()
    bard = village.people[6]
    village.nearest = function() return bard end
    love.keypressed "v"
  end
  ]]

  --- A village in which voices are heard, by a sound card that is none.
  local function aloud(scene)
    return {
      VILLAGE_RELAY = scene.base_url, VILLAGE_TOKEN = "player-7", OPENAI_API_KEY = false,
      VILLAGE_VOICE = "1", ALSOFT_DRIVERS = "null",
    }
  end

  local function realtime(reply)
    return server:scenario {
      routes = { ["GET /realtime"] = { reply } },
      replies = { { status = 404, json = { error = { message = "nothing here" } } } },
      repeat_last = true,
    }
  end

  --- The socket of a scene's conversation, once it is over.
  local function socket_of(scene)
    local journal = scene:wait_idle()
    for _, request in ipairs(journal.requests) do
      if request.socket then
        return request.socket, request
      end
    end
  end

  local function types_of(socket)
    local types, last = {}, nil
    for _, event in ipairs(socket.events) do
      if event.type ~= last then -- of pieces of sound one
        types[#types + 1], last = event.type, event.type
      end
    end
    return table.concat(types, " ")
  end

  love_it("has people who talk: typed where there is no microphone, and hung up with a key", function()
    local scene = realtime { api = "answers" }
    local output, status = game.start_example(EACH_FRAME .. ALOUD .. [[
    local has_begun, has_said
    function frame()
      if not has_begun then
        has_begun = true
        begin()
        love.textinput "v" -- the key's own, which is not meant
      elseif voice.connection and not has_said then
        has_said = true
        love.textinput "Olá"
        love.textinput "!é"
        love.keypressed "backspace"
        print(voice:line())
        love.keypressed "return"
      elseif has_said and voice.is_answering == false and voice.speaker.played > 0.1 then
        print(voice.connection:text() == bard.bubble.text, voice.speaker.added, bard.bubble.text)
        love.keypressed "escape"
        print(voice.connection.status)
        love.keypressed "escape"
        frame = function() end
      end
    end
    ]], aloud(scene)):finish()
    assert.equal(0, status, output)
    local line, said, ended = output:match "^(.-)\n(.-)\n(.-)\n$"
    assert.equal("You: Olá!_", line, output)
    local is_same, seconds, text = said:match "^(%S+)\t(%S+)\t(.*)$"
    assert.equal("true", is_same, output)
    assert.is_true(tonumber(seconds) > 1, output)
    assert.truthy(text:find('You said "Olá!"', 1, true), output)
    assert.are_not.equal("open", ended)
    local socket, request = socket_of(scene)
    assert.equal("session.update conversation.item.create response.create conversation.item.create response.create",
      types_of(socket)) -- the model has him walk
    assert.equal("walk", socket.events[1].session.tools[1].name)
    assert.equal("You are walking north.", socket.events[5].item.output)
    assert.same({ "audio" }, socket.events[2].session.output_modalities)
    assert.truthy(socket.events[2].session.instructions:find("Félix, the bard", 1, true))
    assert.equal("Bearer player-7", request.header.authorization)
  end)

  love_it("has people who hear a microphone, and who are interrupted", function()
    local scene = realtime { api = "answers" }
    local output, status = game.start_example("local loud\n" .. EACH_FRAME .. ALOUD .. [[
    local phase = "speaking"
    function loud() return phase == "speaking" end
    ]] .. MICROPHONE .. [[
    local has_begun, answers = false, 0
    function frame()
      if not has_begun then
        has_begun = true
        begin()
      elseif phase == "speaking" and microphone.pieces > 5 and answers < 2 then
        phase = "silent"
      elseif phase == "silent" and voice.speaker.played > 0.2 then
        answers = answers + 1
        if answers == 2 then
          print(bard.bubble.text, microphone.begun ~= nil)
          love.keypressed "v"
          print(microphone.begun, voice.speaker.added)
          love.event.quit()
          frame = function() end
          return
        end
        microphone.pieces, phase = 0, "speaking"
      end
    end
    ]], aloud(scene)):finish()
    assert.equal(0, status, output)
    assert.truthy(output:find("^You said \"[%d.]+ seconds of sound\".-\ttrue\nnil\t0\n$"), output)
    local socket = socket_of(scene)
    local sound = "input_audio_buffer.append"
    assert.truthy(types_of(socket):find(sound .. " conversation.item.truncate " .. sound, 1, true), types_of(socket))
  end)

  love_it("says that there are no voices where the relay has none", function()
    local scene = realtime { status = 404, json = { error = { message = "no voices here" } } }
    local output, status = game.start_example(EACH_FRAME .. ALOUD .. [[
    function frame()
      if not voice then
        begin()
      elseif bard.bubble.text ~= "" then
        print(bard.bubble.text)
        love.keypressed "escape" -- the conversation has ended by itself
        frame = function() end
      end
    end
    ]], aloud(scene)):finish()
    assert.equal(" (no voices here)\n", output)
    assert.equal(0, status)
  end)

  love_it("keeps its frame rate while sound goes both ways #timed", function()
    local PIECE, EVERY = 2880, 0.02 -- 60 ms of sound in each 20 ms: the API is ahead of who listens
    local delta = { type = "response.output_audio.delta", item_id = "item_1" }
    delta.delta = base64.encode(("\0\1"):rep(PIECE / 2))
    local scene = realtime { socket = { steps = {
      { send = { type = "session.created", session = { id = "sess_1" } } },
      { send = { type = "response.created", response = { id = "resp_1" } } },
      { send = delta, times = 1000, every = EVERY },
    } } }
    local code = "local loud = function() return true end\n" .. WORK .. ALOUD .. MICROPHONE .. [[
    local SECONDS, begun_at = 5, nil
    local sending, pass = require("samples").new(600), Voice.update
    function Voice:update(dt)
      local before = computed()
      pass(self, dt)
      sending:add(computed() - before)
    end
    function frame(at)
      if not voice then
        begin()
      elseif voice.connection and voice.speaker.added > 0 and not begun_at then
        begun_at = at
        graph.reset()
        work = require("samples").new(600)
      elseif begun_at then
        frames = frames + 1
        if at - begun_at > SECONDS then
          print(("heard=%.2f sent=%d sending_p99=%.3f "):format(voice.speaker.added, microphone.pieces,
            1000 * sending:quantile(0.99)) .. figures(at - begun_at))
          love.event.quit()
          frame = function() end
        end
      end
    end
    ]]
    local figures, output, status
    for attempt = 1, 3 do -- another program may have had the processor
      output, status = game.start_example(code, aloud(scene)):finish()
      assert.equal(0, status, output)
      figures = figures_of(output)
      print(("  attempt %d, in ms: %s"):format(attempt, (output:gsub("\n$", ""))))
      if figures.fps > 50 and figures.p99 < 1 and figures.work_p99 < 0.5 then
        break
      end
    end
    assert.is_true(figures.fps > 50, output)
    assert.is_true(figures.heard > 5 and figures.sent > 200, output)
    assert.is_true(figures.p99 < 2, output)
    assert.is_true(figures.work_p99 < 1, output)
  end)

  local QUIT = EACH_FRAME .. [[
  local asked
  function frame()
    asked = asked or love.keypressed "a" or true
    local spoken = 0
    for _, somebody in ipairs(village.people) do
      spoken = spoken + (somebody.request and #(somebody.request.text or "") > 0 and 1 or 0)
    end
    if spoken == #village.people then
      print(("%.6f"):format(require("oai.core").clock()))
      love.event.quit()
      frame = function() end
    end
  end
  ]]

  --- Seconds from a game's wish to quit to its end.
  local function seconds_to_quit(code, environment)
    local playing = game.start_example(code, environment)
    local line = playing:line()
    local begun = assert(tonumber(line), line)
    local output, status = playing:finish()
    assert.equal("", output)
    assert.equal(0, status)
    return core.clock() - begun
  end

  love_it("quits in mid-stream at once #timed", function()
    local scene, environment = village(long_answer())
    local seconds = seconds_to_quit(QUIT, environment)
    print(("  quitting took %.2f s, the screen's end included"):format(seconds))
    assert.is_true(timing.within(seconds, 1.5), seconds)
    scene:wait_idle()
  end)

  love_it("quits in mid-stream even without closing its client #timed", function()
    local scene, environment = village(long_answer())
    assert.is_true(seconds_to_quit(QUIT .. "love.quit = nil", environment) < 1.5)
    scene:wait_idle()
  end)

  love_it("says what goes wrong, draws whatever bytes come, and is silenced with a key", function()
    local scene = server:scenario {
      replies = {
        { status = 404, json = { error = { message = "nothing here" } } }, -- the loading screen's
        raw_answer { "Ol\195", "\161 \237\160\128 \255 and good \240\159\140" }, -- cut, wrong, and cut again: no text
        { status = 400, json = { error = { message = "the dragon ate the road" } } },
        answer.endless(0.03),
      },
    }
    local code = EACH_FRAME .. [[
    local ada
    local steps = {
      function() ada = village.people[1] ada:ask() return true end,
      function() return not ada.request and ada.bubble.shown == #ada.bubble.text end,
      function() print(ada.bubble.text) ada:ask() return true end,
      function() return not ada.request and ada.bubble.shown == #ada.bubble.text end,
      function() print(ada.bubble.text) ada:ask() return true end,
      function() return #ada.request.text > 10 end,
      function() love.keypressed "c" print(village.talking()) return true end,
      function() love.keypressed "escape" return true end,
      function() end,
    }
    function frame()
      if steps[1]() then
        table.remove(steps, 1)
      end
    end
    ]]
    local output, status = game.start_example(code, {
      VILLAGE_RELAY = scene.base_url, VILLAGE_TOKEN = "player-7", OPENAI_API_KEY = false,
    }):finish()
    assert.equal(0, status, output)
    local expected = ("Ol?? ? ? and good ?\n (the dragon ate the road)\n0\n"):gsub("%?", "\239\191\189")
    assert.equal(expected, output)
    scene:wait_idle()
    assert.equal("Bearer player-7", scene:requests()[2].header.authorization)
  end)

  love_it("has people who walk when the model wants it, and remember", function()
    local api = turns.streamed_chat
    local scene = server:scenario { replies = {
      { status = 404, json = { error = { message = "nothing here" } } }, -- the loading screen's
      api.reply { api.call("c1", "walk", '{"direction":"south"}') },
      api.reply { api.message "I am on my way." },
      api.reply { api.message "Here I am." },
    } }
    local output, status = game.start_example(EACH_FRAME .. [[
    local ada, asked
    function frame()
      if not asked then
        ada = village.people[1]
        asked = 1
        ada:ask()
      elseif not ada.request and ada.y > 359.6 and asked == 1 then
        print(ada.x, math.floor(ada.y + 0.5), ada.bubble.text)
        asked = 2
        ada:ask()
      elseif asked == 2 and not ada.request then
        print(#ada.talk.messages, ada.bubble.text)
        asked = 3
        love.event.quit()
      end
    end
    ]], { VILLAGE_RELAY = scene.base_url, VILLAGE_TOKEN = "player-7", OPENAI_API_KEY = false }):finish()
    assert.equal(0, status, output)
    assert.equal("100\t360\tI am on my way.\n6\tHere I am.\n", output)
    assert.equal("walk", turns.body(scene, 2).tools[1]["function"].name)
    assert.equal(6, #turns.body(scene, 4).messages)
  end)

  love_it("starts the local server where there is no relay", function()
    local output, status = game.start_example(EACH_FRAME .. [[
    local asked
    function frame()
      asked = asked or love.keypressed "a" or true
      local somebody = village.people[8]
      if not somebody.request then
        print(somebody.talk.messages[#somebody.talk.messages].content)
        love.event.quit()
      end
    end
    ]], { VILLAGE_RELAY = false, VILLAGE_TOKEN = false, VILLAGE_CA_FILE = false, OPENAI_API_KEY = false }):finish()
    assert.equal(0, status, output)
    assert.truthy(output:find('You said "Is the road to the north safe?"', 1, true), output)
  end)

  it("has a screenshot of a decent size", function()
    local png = text_of("examples/love/screenshot.png")
    assert.equal("\137PNG", png:sub(1, 4))
    assert.is_true(#png < 60 * 1024, #png)
  end)

  describe("README", function()
    local relay, sockets = text_of("examples/love/README.md"):match("```js\n(.-)```.-```js\n(.-)```")

    it("shows a relay of some thirty lines", function()
      local _, lines = relay:gsub("\n", "")
      assert.is_true(lines <= 35, lines)
    end)

    --- Starts a relay of that code; its process, and its base URL.
    local function start_relay(place, code, base_url)
      local pipe = assert(io.popen(("echo $$; exec env OPENAI_API_KEY=%s UPSTREAM=%s PORT=0 PLAYERS=player-7"
        .. " timeout 30 node %s </dev/null"):format(connect.key, base_url, place:write("relay.js", code))))
      return pipe, pipe:read("*l"), pipe:read("*l")
    end

    it("shows a relay that adds the key, and lets only players and one path through", function()
      if os.getenv("LD_PRELOAD") then
        return pending("node does not run with a preloaded sanitizer")
      end
      local scene = server:scenario { replies = { answer.stream({ "hello ", "player" }, 0.02) } }
      local place = folder.new()
      local pipe, pid, base = start_relay(place, relay, scene.base_url)
      local output, status = child.run(([[
      local oai = require "oai"
      local function ask(token, path)
        local client = oai.client { base_url = %q, api_key = token, max_retries = 0 }
        local value, err = client:request("POST", path, { model = "m", messages = oai.array(), stream = true })
        print(value and value:final() and value.status or err.status)
      end
      ask("player-7", "/chat/completions")
      ask("somebody", "/chat/completions")
      ask("player-7", "/files")
      ask("player-7", "/stop")
      ]]):format(base))
      child.signal(pid, "TERM")
      pipe:close()
      place:remove()
      assert.equal(0, status, output)
      assert.equal("complete\n401\n404\n404\n", output)
      assert.equal("Bearer " .. connect.key, scene:requests()[1].header.authorization)
    end)

    it("shows how the relay joins sockets, of players only", function()
      if os.getenv("LD_PRELOAD") then
        return pending("node does not run with a preloaded sanitizer")
      end
      local scene = server:scenario { replies = { { api = "answers" }, { status = 429 } } }
      local place = folder.new()
      local pipe, pid, base = start_relay(place, relay .. sockets, scene.base_url)
      local output, status = child.run(([[
      local oai = require "oai"
      local function talk(token)
        local client = oai.client { base_url = %q, api_key = token, max_retries = 0 }
        local connection, err = client.realtime:connect { model = "what-the-player-likes" }
        if not connection then
          return print(err.status)
        end
        print(connection:next().session.model)
        connection.response:create { response = { output_modalities = { "text" } } }
        print(connection:response().status, connection:close())
      end
      talk "player-7"
      talk "somebody"
      talk "player-7"
      ]]):format(base))
      child.signal(pid, "TERM")
      pipe:close()
      place:remove()
      assert.equal(0, status, output)
      assert.equal("gpt-realtime\ncompleted\ttrue\n403\n429\n", output)
      assert.equal("Bearer " .. connect.key, scene:requests()[1].header.authorization)
    end)
  end)
end)

describe("the guides to games", function()
  love_it("has a game that runs", function()
    local scene, environment = village(answer.stream({ "Halt! ", "Friend ", "or foe?" }, 0.03), "http")
    environment.GAME_RELAY = environment.VILLAGE_RELAY
    local output, status = game.start(guide.examples("docs/games.md")[1] .. [[
    local update = love.update
    function love.update(dt)
      update(dt)
      if not request then
        love.keypressed "e"
      elseif request.done then
        print(request.text, request.value.choices[1].finish_reason)
        love.event.quit()
      end
    end
    ]], environment):finish()
    assert.equal(0, status, output)
    assert.equal("Halt! Friend or foe?\tstop\n", output)
    scene:wait_idle()
  end)

  love_it("has a game that is talked with", function()
    local scene = server:scenario { replies = { { api = "answers" } } }
    local output, status = game.start("local loud\n" .. MICROPHONE .. [[
    local pieces = 0
    function loud() return pieces < 10 end
    ]] .. guide.examples("docs/game_voice.md")[1] .. [[
    local update = love.update
    function love.update(dt)
      update(dt)
      pieces = pieces + (connection and 1 or 0)
      if connection and connection:text():find "seconds of sound" and speaker:isPlaying() then
        print "heard"
        love.event.quit()
      end
    end
    ]], { GAME_RELAY = scene.base_url, ALSOFT_DRIVERS = "null", VILLAGE_VOICE = "1" }):finish()
    assert.equal(0, status, output)
    assert.equal("heard\n", output)
    local socket = scene:wait_idle().requests[1].socket
    assert.equal("session.update", socket.events[1].type)
    assert.equal("input_audio_buffer.append", socket.events[2].type)
  end)

  love_it("says how to ship a game as a folder", function()
    local place, find = folder.new(), rawget(package, "searchpath")
    local paths = { place = place.path, core = find("oai.core", package.cpath) }
    local copy = "cp -r lua/oai {place}; cp -L {core} {place}/oai/core.so"
    assert.truthy(os.execute("exec env -u LD_PRELOAD sh -c '" .. copy:gsub("{(%w+)}", paths) .. "'"))
    place:write("conf.lua", "function love.conf(t) t.modules.window, t.modules.audio = false, false end")
    place:write("main.lua", [[
    package.path, package.cpath = "", ""
    print(require("oai").client({ loop = "frame", base_url = "http://127.0.0.1:1" }):preconnect())
    love.event.quit()
    ]])
    local pipe = assert(io.popen(("exec env -u LUA_PATH -u LUA_CPATH timeout 20 love %s 2>&1"):format(place.path)))
    local output = pipe:read("*a")
    pipe:close()
    place:remove()
    assert.truthy(output:find("oai.Task", 1, true), output)
  end)

  --- The line of docs/game_shipping.md for games in one file.
  local function shipping_line()
    return text_of("docs/game_shipping.md"):match "\n +(package%.cpath = love[^\n]+)"
  end

  love_it("says how to ship a game as a .love file", function()
    if not shell.has "zip" then
      return pending "zip is not installed"
    end
    local place, find = folder.new(), rawget(package, "searchpath")
    local paths = { place = place.path, core = find("oai.core", package.cpath) }
    local copy = "mkdir {place}/game {place}/oai && cp -r lua/oai {place}/game/ && rm -f {place}/game/oai/core.so "
      .. "&& cp -L {core} {place}/oai/core.so 2>&1"
    assert.equal("", shell.output((copy:gsub("{(%w+)}", paths))))
    place:write("game/conf.lua", "function love.conf(t) t.modules.window, t.modules.audio = false, false end")
    place:write("game/main.lua", 'package.path, package.cpath = "", ""\n' .. shipping_line() .. [[

    print(require("oai").client({ loop = "frame", base_url = "http://127.0.0.1:1" }):preconnect())
    love.event.quit()
    ]])
    local said = place:output "cd game && zip -q -r ../game.love . && cd / && rm -r $OLDPWD"
    said = said .. place:output "env -u LUA_PATH -u LUA_CPATH timeout 20 love game.love 2>&1"
    place:remove()
    assert.truthy(said:find("oai.Task", 1, true), said)
  end)
end)

describe("letters of the example", function()
  package.loaded["spec.letters"] = package.loaded["spec.letters"] or dofile("examples/love/letters.lua")
  local letters = package.loaded["spec.letters"]
  local BAD = "\239\191\189"

  for _, case in ipairs {
    { "", "" },
    { "plain", "plain" },
    { "Olá, 世界 🌍", "Olá, 世界 🌍" },
    { "a\0b", "a\0b" },
    { "cut \195", "cut " },
    { "cut \226\130", "cut " },
    { "cut \240\159\140", "cut " },
    { "\255", BAD },
    { "\128a", BAD .. "a" },
    { "\195a", BAD .. "a" },
    { "\192\175", BAD .. BAD },
    { "\237\160\128", BAD .. BAD .. BAD },
    { "\224\128\128", BAD .. BAD .. BAD },
    { "\244\144\128\128", BAD .. BAD .. BAD .. BAD },
    { "\226\130x", BAD .. "x" },
  } do
    it(("makes %q whole"):format(case[1]), function()
      assert.equal(case[2], letters.whole(case[1]))
    end)
  end

  it("goes on by whole characters", function()
    local text = "aá世🌍b"
    local at, seen = 0, {}
    while at < #text do
      at = letters.advance(text, at, 1)
      seen[#seen + 1] = at
    end
    assert.same({ 1, 3, 6, 10, 11 }, seen)
    assert.equal(11, letters.advance(text, 0, 99))
    assert.equal(6, letters.advance(text, 1, 2))
  end)
end)

describe("the same program #timed", function()
  love_it("runs in a game's loop, over TLS and with hardly any time for each frame", function()
    local scene = program.scene(server)
    local output, status = game.start(([[
    local oai, program = require "oai", require "spec.support.program"
    local client = oai.client { api_key = "sk-spec", base_url = %q, ca_file = %q, loop = "frame" }
    local task = client:spawn(program.run, client)
    function love.update()
      client:update(0)
      if task.done then
        print(task.value or task.err)
        client:close()
        love.event.quit()
      end
    end
    ]]):format(scene:base_url_on "https", server.ca_file)):finish()
    assert.equal(0, status, output)
    assert.equal(program.expected .. "\n", output)
  end)
end)
