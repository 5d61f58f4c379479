-- The plugin in examples/neovim, in Neovim without a screen, over sockets.

local answer = require "spec.support.answer"
local cjson = require "cjson"
local editor = require "spec.support.editor"
local lacks = require "spec.support.lacks"
local server = require("spec.support.server").start { tls = true }
local turns = require "spec.support.turns"

if lacks("the plugin for Neovim", editor.missing()) then
  return
end

local KEY = "sk-spec-0123456789-wxyz"

-- What the code below can use: the plugin, set up for the scene.
local PROLOGUE = [[
  local inside = ...
  local say = inside.say
  vim.notify = function(message, level)
    say((level == vim.log.levels.ERROR and "error: " or "note: ") .. message)
  end
  vim.cmd "runtime plugin/ask.lua"
  local ask = require "ask"
  local function setup(options)
    ask.setup(vim.tbl_extend("force", {
      base_url = os.getenv "SPEC_BASE_URL", ca_file = os.getenv "SPEC_CA_FILE", model = "m-1", max_retries = 0,
    }, options or {}))
  end
  setup()
  local function buffer() return vim.fn.bufnr "^ask://" end
  local function status(number) return vim.b[number or 0].ask_status end
  local function until_ended(number)
    inside.wait(function() return status(number) ~= "asking" and status(number) ~= "answering" end)
  end
  local function until_begun()
    inside.wait(function() return vim.api.nvim_buf_line_count(0) > 3 or #vim.fn.getline "$" > 0 end)
  end
  local function show() say(table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "|")) end
]]

local function scene_of(replies, listener)
  local scene = server:scenario { replies = replies, repeat_last = true }
  return scene, {
    SPEC_BASE_URL = scene:base_url_on(listener or "https"), SPEC_CA_FILE = server.ca_file, OPENAI_API_KEY = KEY,
    OPENAI_BASE_URL = false,
  }
end

--- Runs code that ends well; what it said.
local function run(code, environment)
  local said, status = editor.run(PROLOGUE .. code .. "\nvim.cmd 'qa!'", environment)
  assert.equal(0, status, said)
  return said
end

--- Runs code in the editor in a scene of these replies; what it said, and the
--- requests.
local function play(replies, code)
  local scene, environment = scene_of(replies, "https1")
  local said = run(code, environment)
  return said, scene:requests()
end

local function body_of(request)
  return cjson.decode(request.body)
end

local function assert_has(text, part)
  assert.is_truthy(text:find(part, 1, true), ("'%s' is not in: %s"):format(part, text))
end

describe("the plugin for Neovim", function()
  it("streams an answer into a buffer", function()
    local said, requests = play({ answer.stream({ "Grüß", "e, ", "\n", "日", "本\n\nend", "." }, 0.01) }, [[
      vim.cmd "Ask what is it?"
      until_ended()
      show()
      say(status(), vim.bo.buftype, vim.bo.filetype, vim.fn.line ".", vim.bo.modified)
    ]])
    assert.equal("> what is it?||Grüße, |日本||end.\ncomplete nofile markdown 6 false\n", said)
    local body = body_of(requests[1])
    assert.same({ "m-1", true, "what is it?" }, { body.model, body.stream, body.messages[2].content })
    assert.equal("Bearer " .. KEY, requests[1].header.authorization)
  end)

  it("answers where the settings for Markdown raise", function()
    local said = play({ answer.stream { "a" } }, [[
      vim.api.nvim_create_autocmd("FileType", { pattern = "markdown", callback = function() error "no parser" end })
      vim.cmd "Ask what?"
      until_ended()
      say(status(), vim.bo.filetype)
    ]])
    assert.equal("complete markdown\n", said)
  end)

  it("asks about the selected characters, whole ones", function()
    local _, requests = play({ answer.stream { "a" } }, [[
      vim.api.nvim_buf_set_lines(0, 0, -1, false, { "one 日本語", "two" })
      vim.bo.filetype = "lua"
      vim.cmd "normal! gg0wvl\27"
      vim.cmd "'<,'>Ask what?"
      until_ended()
    ]])
    assert.equal("what?\n\n```lua\n日本\n```", body_of(requests[1]).messages[2].content)
  end)

  it("asks about the lines of a range", function()
    local _, requests = play({ answer.stream { "a" } }, [[
      vim.api.nvim_buf_set_lines(0, 0, -1, false, { "one", "``` two", "three" })
      vim.ui.input = function(_, done) done "and this?" end
      vim.cmd "2,3Ask"
      until_ended()
    ]])
    assert.equal("and this?\n\n````\n``` two\nthree\n````", body_of(requests[1]).messages[2].content)
  end)

  it("lets the model read more of the buffer that a range is of", function()
    local api = turns.streamed_chat
    local said, requests = play({ api.reply { api.call("c1", "read_lines", '{"first":2,"last":9}') },
      api.reply { api.message "two and three" } }, [[
      vim.api.nvim_buf_set_lines(0, 0, -1, false, { "one", "two", "three" })
      vim.cmd "1Ask what follows?"
      inside.wait(function() return status() == "complete" end)
      say(vim.fn.getline "$")
    ]])
    assert.equal("two and three\n", said)
    assert.equal("read_lines", body_of(requests[1]).tools[1]["function"].name)
    assert.equal("Lines 2 to 3 of 3:\ntwo\nthree", body_of(requests[2]).messages[4].content)
  end)

  it("lets it read nothing where no range was given, or setup says so", function()
    local _, requests = play({ answer.stream { "a" } }, [[
      vim.cmd "Ask what?"
      until_ended()
      vim.cmd "bwipeout!"
      setup { read = false }
      vim.cmd "1Ask what?"
      until_ended()
    ]])
    assert.same({ nil, nil, 2 }, { body_of(requests[1]).tools, body_of(requests[2]).tools, #requests })
  end)

  it("says that the model had to stop early, and keeps what has come", function()
    local api = turns.streamed_chat
    local said = play({ api.reply({ api.message "half" }, { finish_reason = "length" }) }, [[
      vim.cmd "Ask what?"
      until_ended()
      show()
      say(status())
    ]])
    assert.equal("> what?||half\nincomplete\n", said)
  end)

  it("writes what comes together in one change", function()
    local pieces = {}
    for i = 1, 300 do
      pieces[i] = i .. " "
    end
    local said = play({ answer.burst(pieces) }, [[
      local changes = 0
      vim.cmd "Ask count"
      vim.api.nvim_buf_attach(0, false, { on_lines = function() changes = changes + 1 end })
      until_ended()
      say(#vim.fn.getline "$", changes < 5 or changes)
    ]])
    assert.equal("1092 true\n", said)
  end)

  -- What is typed ends a step that can be undone.
  local TYPING = [[
    local function type_keys(keys)
      vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, true, true), "tx", false)
    end
  ]]

  it("takes the answer back in one undo, the question never", function()
    local said = play({ answer.stream({ "one\n", "two\n", "three\n", "four" }, 0.05) }, TYPING .. [[
      vim.cmd "Ask count"
      local changes = 0
      vim.api.nvim_buf_attach(0, false, { on_lines = function() changes = changes + 1 end })
      for i = 1, 3 do
        inside.wait(function() return changes == i end)
        type_keys "kj"
      end
      until_ended()
      show()
      for _, command in ipairs { "undo", "redo", "undo", "undo" } do
        vim.cmd("silent! " .. command)
        show()
      end
    ]])
    assert.equal("> count||one|two|three|four\n> count||\n> count||one|two|three|four\n> count||\n> count||\n", said)
  end)

  it("goes on where the answer is while the buffer is edited", function()
    local said = play({ answer.stream({ "one\n", "two\n", "three\n", "four" }, 0.1) }, TYPING .. [[
      vim.cmd "Ask count"
      until_begun()
      type_keys "ggdd"
      type_keys "Gomine<Esc>"
      until_ended()
      show()
      vim.cmd "silent undo"
      show()
    ]])
    assert.equal("|one|two|three|four|mine\n|one||mine\n", said) -- the edits stood between, and stay
  end)

  it("answers several questions at once", function()
    local said = play({ answer.stream({ "a", "b", "c" }, 0.05) }, [[
      local first, second = ask.ask "one", ask.ask "two"
      until_ended(first)
      until_ended(second)
      show()
      say(#vim.api.nvim_list_wins())
      vim.cmd("buffer " .. first)
      show()
    ]])
    assert.equal("> two||abc\n2\n> one||abc\n", said)
  end)

  local CANCEL = [[
    vim.cmd "Ask on and on"
    until_begun()
    %s
    until_ended()
    say(status())
    inside.pause(0.1)
  ]]

  --- Cancels an endless answer; the journal of a server that saw it.
  local function cancel(code)
    local scene, environment = scene_of({ answer.endless(0.02) }, "https1")
    local said = run(code, environment)
    local journal = scene:wait_idle()
    assert.equal(1, journal.requests_total)
    assert.equal("aborted", journal.requests[1].outcome)
    return said
  end

  it("cancels with <C-c> in the answer's buffer", function()
    assert.equal("cancelled\n", cancel(CANCEL:format [[vim.api.nvim_feedkeys("\3", "x", false)]]))
  end)

  it("cancels with :AskCancel", function()
    assert.equal("cancelled\n", cancel(CANCEL:format "vim.cmd 'AskCancel'"))
  end)

  it("cancels from another buffer, and says when there is nothing to cancel", function()
    local said = cancel(CANCEL:format "vim.cmd 'wincmd p' vim.cmd 'AskCancel | wincmd p'" .. "vim.cmd 'AskCancel'")
    assert.equal("cancelled\nnote: ask: no answer is coming\n", said)
  end)

  it("cancels when the buffer is wiped out, or the editor left", function()
    cancel [[
      vim.cmd "Ask on and on"
      until_begun()
      vim.cmd "bwipeout!"
      inside.pause(0.1)
    ]]
    cancel [[
      vim.cmd "Ask on and on"
      until_begun()
    ]]
  end)

  it("says what to do about an error", function()
    local refusal = { status = 401, json = { error = { message = "Incorrect API key", code = "invalid_api_key" } } }
    local said = play({ refusal }, [[
      vim.cmd "Ask a"
      until_ended()
      say(status())
    ]])
    assert_has(said, "error: ask: oai: chat.completions.create: 401 invalid_api_key: Incorrect API key")
    assert_has(said, "look at OPENAI_API_KEY")
    assert_has(said, "\nfailed\n")
  end)

  it("keeps what has come of an answer that breaks off", function()
    local broken = answer.stream { "so far" }
    broken.sse[2], broken.sse[3] = nil, nil
    local said = play({ broken }, [[
      vim.cmd "Ask a"
      until_ended()
      show()
    ]])
    assert_has(said, "error: ask: ")
    assert_has(said, "The answer broke off")
    assert_has(said, "> a||so far\n")
  end)

  it("tells of a missing key, a wrong option and a server that is not there", function()
    local _, environment = scene_of {}
    environment.OPENAI_API_KEY = false
    local said = run([[
      vim.cmd "Ask a"
      setup { modell = "x" }
      vim.cmd "Ask a"
      setup { api_key = "sk-test-1234567890", base_url = "http://127.0.0.1:1/v1" }
      vim.cmd "Ask a"
      until_ended()
    ]], environment)
    assert_has(said, "Set OPENAI_API_KEY in the environment")
    assert_has(said, "unknown option 'modell'")
    assert_has(said, "Is the network up, and base_url right?")
  end)

  describe("has conversations over one socket that", function()
    --- The sockets of a scene, once they are over.
    local function sockets_of(scene)
      local journal = scene:wait_idle()
      local found = {}
      for i, request in ipairs(journal.requests) do
        found[i] = request.socket
      end
      return found
    end

    --- Runs code in a scene whose requests are answered by these; what it said, and the sockets.
    local function talk(replies, code)
      local scene, environment = scene_of(replies, "https1")
      return run(code, environment), sockets_of(scene)
    end

    --- A socket that answers each question with itself; `after` is what it does then.
    local function echo(after)
      local id = "{{event:stream_id}}"
      local steps = {
        { send = { type = "response.output_text.delta", delta = "You said ", stream_id = id } },
        { send = { type = "response.output_text.delta", delta = "{{event:input}}", stream_id = id } },
        { send = { type = "response.completed", stream_id = id,
          response = { id = "resp_of_" .. id, status = "completed" } } },
        after,
      }
      return { socket = { beside = true, on = { ["response.create"] = steps } } }
    end

    local TWICE = [[
      vim.cmd "AskChat first?"
      until_ended()
      vim.ui.input = function(_, done) done "second?" end
      vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes("<CR>", true, true, true), "x", false)
      inside.wait(function() return vim.fn.search("second?", "bn") > 0 end)
      until_ended()
    ]]

    it("go on in their buffers", function()
      local said, sockets = talk({ echo() }, TWICE .. [[
        show()
        say(status(), vim.fn.line "." == vim.fn.line "$")
        vim.cmd "silent undo"
        say(vim.fn.getline "$" == "", vim.fn.search("second?", "n") > 0, vim.fn.search("first?", "n") > 0)
      ]])
      assert.is_truthy(said:find('^> first%?||You said first%?||> second%?||You said second%?\n'), said)
      assert_has(said, "complete true\ntrue true true\n")
      assert.equal(1, #sockets)
      local first, second = sockets[1].events[1], sockets[1].events[2]
      assert.same({ "response.create", "m-1", "first?", nil }, { first.type, first.model, first.input,
        first.previous_response_id })
      assert.equal("second?", second.input)
      assert.equal("resp_of_" .. first.stream_id, second.previous_response_id)
      assert.are_not.equal(first.stream_id, second.stream_id)
    end)

    it("are several at once", function()
      local said, sockets = talk({ echo() }, [[
        local one = ask.chat "one"
        vim.cmd "wincmd p"
        local two = ask.chat("two", "text")
        until_ended(one)
        until_ended(two)
        show()
        vim.cmd("buffer " .. one)
        show()
      ]])
      assert.is_truthy(said:find('^> two||You said two||```|text|```\n> one||You said one\n'), said)
      assert.equal(1, #sockets)
      assert.equal("two\n\n```\ntext\n```", sockets[1].events[2].input)
    end)

    it("get another socket where the server has closed it", function()
      local said, sockets = talk({ echo { close = 1001 }, echo() }, [[
        vim.cmd "AskChat first?"
        until_ended()
        inside.pause(0.1)
        vim.cmd "AskChat second?"
        until_ended()
        show()
      ]])
      assert.is_truthy(said:find('^> first%?||You said first%?||> second%?||You said second%?\n'), said)
      assert.equal(2, #sockets)
      assert.equal("resp_of_question-1", sockets[2].events[1].previous_response_id)
    end)

    it("are cancelled, asked on, and say what goes wrong", function()
      local said, sockets = talk({ { socket = { beside = true, on = { ["response.create"] = {
        { { send = { type = "response.output_text.delta", delta = "on and ", stream_id = "{{event:stream_id}}" },
          times = 200, every = 0.02 } },
        { { send = { type = "error", stream_id = "{{event:stream_id}}", error = { message = "no more" } } } },
      } } } } }, [[
        vim.cmd "AskChat first?"
        until_begun()
        vim.cmd "AskChat too early"
        vim.api.nvim_feedkeys("\3", "x", false)
        until_ended()
        say(status())
        vim.cmd "AskChat second?"
        until_ended()
        say(status())
      ]])
      assert_has(said, "error: ask: the answer before is still coming\ncancelled\n")
      assert_has(said, "no more")
      assert_has(said, "\nfailed\n")
      assert.equal(2, #sockets[1].events)
    end)
  end)

  describe("has a :checkhealth that", function()
    local CHECK = [[
      vim.cmd "checkhealth ask"
      show()
    ]]

    it("tells of the library, the key and the server", function()
      local said = play({ { json = { id = "m-1", object = "model" } } }, CHECK)
      assert_has(said, "libcurl ")
      assert_has(said, "lua-cjson ")
      assert_has(said, "OPENAI_API_KEY is set.")
      assert_has(said, " answers, and has the model m-1.")
      assert.is_nil(said:find("ERROR", 1, true), said)
      assert.is_nil(said:find(KEY:sub(1, 12), 1, true), said)
    end)

    it("tells of a missing key", function()
      local scene, environment = scene_of { { status = 401, json = { error = { message = "No key" } } } }
      environment.OPENAI_API_KEY = false
      local said = run(CHECK, environment)
      assert_has(said, "There is no key.")
      assert_has(said, " answers.")
      assert.is_nil(scene:requests()[1].header.authorization)
    end)

    it("tells of a server that is out of reach", function()
      local _, environment = scene_of {}
      local said = run([[setup { base_url = "http://127.0.0.1:1/v1" }]] .. CHECK, environment)
      assert_has(said, "out of reach")
    end)

    it("tells of a certificate that is not trusted", function()
      local _, environment = scene_of {}
      environment.SPEC_CA_FILE = false
      assert_has(run(CHECK, environment), "is ca_file missing in setup?")
    end)
  end)

  it("has a help page", function()
    local said = run([[
      local doc = vim.fn.tempname()
      vim.fn.mkdir(doc .. "/doc", "p")
      vim.fn.writefile(vim.fn.readfile "examples/neovim/doc/ask.txt", doc .. "/doc/ask.txt")
      vim.cmd("helptags " .. doc .. "/doc")
      vim.cmd("set runtimepath^=" .. doc)
      for _, topic in ipairs { "ask", ":Ask", ":AskChat", ":AskCancel", "ask.setup", "ask.chat" } do
        vim.cmd("help " .. topic)
        say(vim.fn.expand "%:t")
      end
    ]], {})
    assert.equal(("ask.txt\n"):rep(6), said)
  end)
end)
