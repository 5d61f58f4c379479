-- Neovim as a host of the library, over sockets: it is never kept waiting,
-- cancelling and leaving are at once, and tasks may use all of the editor.

local answer = require "spec.support.answer"
local editor = require "spec.support.editor"
local folder = require "spec.support.folder"
local guide = require "spec.support.guide"
local lacks = require "spec.support.lacks"
local server = require("spec.support.server").start { tls = true }
local socket = require "socket"
local timing = require "spec.support.timing"

local AT_ONCE = 0.3 -- seconds in which Neovim is left
local SLACK = 0.5 -- for a busy machine

if lacks("Neovim", editor.missing()) then
  return
end

--- The environment for a scene of these replies, and the scene.
local function scene_of(replies, listener)
  local scene = server:scenario { replies = replies, repeat_last = true }
  return { SPEC_BASE_URL = scene:base_url_on(listener or "https"), SPEC_CA_FILE = server.ca_file }, scene
end

--- Runs code that ends well; what it said.
local function run(code, environment)
  local said, status = editor.run("local inside = ...\n" .. code, environment)
  assert.equal(0, status, said)
  return said
end

--- The content of a file, "" when there is none.
local function content_of(path)
  local file = io.open(path, "rb")
  if not file then
    return ""
  end
  local text = file:read("*a")
  file:close()
  return text
end

describe("Neovim #timed", function()
  local place = folder.new()

  teardown(function()
    place:remove()
  end)

  local RESPONSIVE = [[
    local client = inside.client { base_url = os.getenv "SPEC_PLAIN" }
    local warm = client:spawn(function() -- all modules are loaded
      inside.ask(client):close()
    end)
    inside.wait(function() return warm.done end)
    local figures = { inside.longest_gap(function() inside.pause(0.5) end) }
    local pieces = 0
    vim.list_extend(figures, { inside.longest_gap(function()
      local task = client:spawn(function()
        for _ in inside.ask(client):text() do
          pieces = pieces + 1
        end
      end)
      inside.pause(0.5)
      task:cancel()
    end) })
    local open = 0
    vim.list_extend(figures, { inside.longest_gap(function()
      for _ = 1, 4 do -- each with a connection of its own, and all certificates of the system to read
        local other = inside.client()
        other:spawn(function()
          assert(other.models:list())
          open = open + 1
        end)
        inside.pause(0.1)
      end
      inside.wait(function() return open == 4 end)
    end) })
    inside.say(pieces, unpack(figures))
    vim.cmd "qa!"
  ]]

  local SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"

  --- Where TLS connections are opened the most slowly.
  local function responsive_scene()
    local environment = scene_of({ { json = { object = "list", data = {} } } }, "https1")
    environment.SPEC_CA_FILE = place:write("ca.pem", content_of(server.ca_file) .. content_of(SYSTEM_BUNDLE))
    environment.SPEC_PLAIN = scene_of({ answer.endless(0.02) }, "http").SPEC_BASE_URL
    return environment
  end

  local GAPS = "longest gap of a 10 ms timer: alone %.1f ms, streaming %.1f ms, opening TLS %.1f ms; "
    .. "most work between two: alone %.1f ms, streaming %.1f ms, opening TLS %.1f ms"

  -- The gaps are the machine's as well: another program may have had the
  -- processor. What the editor's own thread worked is the library's.
  it("is not kept waiting by a slow stream, nor while TLS connections open", function()
    local said = run(RESPONSIVE, responsive_scene())
    local figures = {}
    for figure in said:gmatch("%S+") do
      figures[#figures + 1] = tonumber(figure)
    end
    local pieces, gap, work, gap_1, work_1, gap_2, work_2 = unpack(figures) -- luacheck: ignore
    local text = GAPS:format(gap, gap_1, gap_2, work, work_1, work_2)
    print("      " .. text)
    assert.is_true(pieces >= 10, said)
    assert.is_true(math.max(work_1, work_2) < 5, text)
    assert.is_true(math.max(gap_1, gap_2) < gap + 200, text)
  end)

  -- The plugin's conversation, in a buffer that is drawn.
  local CONVERSATION = [[
    vim.cmd "runtime plugin/ask.lua"
    require("ask").setup { base_url = os.getenv "SPEC_BASE_URL", ca_file = os.getenv "SPEC_CA_FILE",
      api_key = "sk-spec-0123456789-wxyz" }
    local function answered()
      return vim.b.ask_status == "complete"
    end
    vim.cmd "AskChat begin" -- all modules are loaded
    inside.wait(answered)
    local gap, work = inside.longest_gap(function() inside.pause(0.5) end)
    local gap_1, work_1 = inside.longest_gap(function()
      vim.cmd "AskChat on"
      inside.wait(answered)
    end)
    inside.say(#vim.fn.getline "$", gap, gap_1, work, work_1)
    vim.cmd "qa!"
  ]]

  local GAPS_OF_EVENTS = "longest gap of a 10 ms timer: alone %.1f ms, with 400 events in a second %.1f ms; "
    .. "most work between two: alone %.1f ms, with events %.1f ms"

  it("is not kept waiting by a conversation over a socket", function()
    local id = "{{event:stream_id}}"
    local function answered(count)
      return {
        { send = { type = "response.output_text.delta", delta = "word ", stream_id = id }, times = count,
          every = 0.0025 },
        { send = { type = "response.completed", stream_id = id, response = { id = "r", status = "completed" } } },
      }
    end
    local said = run(CONVERSATION, (scene_of({
      { socket = { on = { ["response.create"] = { answered(1), answered(400) } } } },
    }, "https1")))
    local length, gap, gap_1, work, work_1 = said:match "(%S+) (%S+) (%S+) (%S+) (%S+)\n$"
    assert.equal("2000", length, said)
    local text = GAPS_OF_EVENTS:format(gap, gap_1, work, work_1)
    print("      " .. text)
    assert.is_true(tonumber(work_1) < 5, text)
    assert.is_true(tonumber(gap_1) < gap + 200, text)
  end)

  local MANY, BURN = 40, 0.005 -- tasks, and seconds that each of them works when it has its reply

  local BUDGET = [[
    local many, burn = %d, %g
    local client, done, worked = inside.client { limit_rate = false }, 0, 0
    for _ = 1, many do
      client:spawn(function()
        assert(client.models:list())
        local began = os.clock()
        repeat until os.clock() - began >= burn
        done, worked = done + 1, worked + os.clock() - began
      end)
    end
    inside.pause(1)
    local _, most = inside.longest_gap(function()
      io.open(os.getenv "SPEC_SEEN", "w"):close()
      inside.wait(function() return done == many end, 20)
    end)
    inside.say(done, worked * 1e3, most)
    vim.cmd "qa!"
  ]]

  it("goes on between tasks that have much to do at the same time", function()
    local go = place:file "go"
    local environment = scene_of({ { reply_after = go, json = { object = "list", data = {} } } }, "http")
    environment.SPEC_SEEN = go
    local said = run(BUDGET:format(MANY, BURN), environment)
    local done, worked, most = said:match "(%d+) (%S+) (%S+)"
    assert.equal(MANY, tonumber(done), said)
    assert.is_true(tonumber(most) < tonumber(worked) / 4, said)
  end)

  local CANCEL = [[
    local inside = ...
    local inherited = inside.sockets() -- the parent may have had some
    local client, pieces, err = inside.client(), 0, nil
    local task = client:spawn(function()
      local _, reason = pcall(function()
        for _ in inside.ask(client):text() do
          pieces = pieces + 1
        end
      end)
      err = reason
    end)
    inside.wait(function() return pieces > 2 end)
    local sockets, started = inside.sockets(inherited), vim.loop.hrtime()
    task:cancel()
    local is_done, took = task.done, nil
    repeat -- the editor's loop has no turn meanwhile
      took = (vim.loop.hrtime() - started) / 1e6
    until not inside.is_open(sockets[1]) or took > 2000
    inside.say(#sockets, is_done, err.kind, took)
    inside.wait(function() return io.open(os.getenv "SPEC_SEEN") end)
    vim.cmd "qa!"
  ]]

  it("cancels at once: the socket is gone, and the server sees it", function()
    local environment, scene = scene_of({ answer.endless() }, "https1")
    environment.SPEC_SEEN = place:file("seen")
    local child = editor.start(CANCEL, environment)
    local said = child:line()
    local open, is_done, kind, took = said:match("(%d+) (%S+) (%S+) (%S+)")
    assert.same({ "1", "true", "cancelled" }, { open, is_done, kind }, said)
    scene:wait(function(journal)
      return journal.connections_open == 0 and journal.requests[1].outcome == "aborted"
    end)
    place:write("seen", "")
    assert.equal(0, select(2, child:finish()))
    print(("      cancelled: the socket is gone after %.2f ms, before the next turn"):format(took))
    assert.is_true(tonumber(took) < 500, took)
  end)
  local LEAVE = [[
    local inside = ...
    local client, cancelled = inside.client(), false
    client:spawn(function()
      local _, err = pcall(function()
        local stream = inside.ask(client)
        for _ in stream:text() do
          vim.g.begun = true
        end
      end)
      cancelled = err.kind == "cancelled"
      client.files:list() -- what it asks for after that is never sent
    end)
    vim.api.nvim_create_autocmd("VimLeavePre", { callback = function()
      inside.say(cancelled and "cancelled" or "not cancelled")
      client:spawn(function() return client.models:list() end)
    end })
    inside.wait(function() return vim.g.begun or os.getenv "SPEC_SILENT" end)
    inside.pause(0.05)
    inside.say "leaving"
    vim.cmd(os.getenv "SPEC_COMMAND" or "qa!")
  ]]

  --- Seconds from the command that leaves Neovim to its end, which is clean.
  local function leave(environment, status)
    local child = editor.start(LEAVE, environment)
    assert.equal("leaving", child:line())
    local started = socket.gettime()
    local said, ended = child:finish()
    local took = socket.gettime() - started
    assert.same({ "cancelled\n", status or 0 }, { said, ended })
    print(("      left after %.0f ms"):format(took * 1e3))
    assert.is_true(timing.within(took, AT_ONCE + SLACK), took)
  end

  it("is left at once while a stream runs", function()
    local environment, scene = scene_of({ answer.endless() }, "https1")
    leave(environment)
    local journal = scene:wait_idle()
    assert.equal("aborted", journal.requests[1].outcome)
    for _, request in ipairs(journal.requests) do
      assert.is_nil(request.url:find("/files", 1, true))
    end
  end)

  it("is left at once with :cquit", function()
    local environment = scene_of { answer.endless() }
    environment.SPEC_COMMAND = "cquit"
    leave(environment, 1)
  end)

  it("is left at once while a TLS connection opens", function()
    local silent = assert(socket.bind("127.0.0.1", 0)) -- takes connections, and never says anything
    local _, port = silent:getsockname()
    leave { SPEC_BASE_URL = ("https://127.0.0.1:%d/v1"):format(port), SPEC_SILENT = "yes" }
    silent:close()
  end)

  it("lets a task call every function of its own", function()
    local environment = scene_of { answer.stream { "a", "b" } }
    local said = run([[
      local function is_refused(call) -- with any number of arguments that are none
        local arguments = {}
        for _ = 0, 9 do
          local _, why = pcall(call, unpack(arguments))
          if tostring(why):find("E5560", 1, true) then
            return true
          end
          arguments[#arguments + 1] = io.stdout
        end
        return false
      end
      local function refused()
        return #vim.tbl_filter(is_refused, vim.tbl_values(vim.api))
      end
      local in_task, in_callback
      local client = inside.client()
      client:spawn(function()
        local stream = inside.ask(client)
        stream:final()
        in_task = refused()
      end)
      vim.loop.new_timer():start(1, 0, function() in_callback = refused() end)
      inside.wait(function() return in_task and in_callback end)
      inside.say(in_task, in_callback, vim.tbl_count(vim.api))
      vim.cmd "qa!"
    ]], environment)
    local in_task, in_callback, all = said:match("(%d+) (%d+) (%d+)\n$")
    assert.equal("0", in_task, said)
    assert.is_true(tonumber(in_callback) > tonumber(all) / 2, said) -- so they would be refused
  end)

  local NOTIFIED = [[
    vim.notify = function(message, level)
      inside.say((level == vim.log.levels.ERROR and "error: " or "") .. message)
      vim.g.notified = true
    end
    local client = inside.client { max_retries = 0 }
    client:spawn(function()
      %s
    end)
    inside.wait(function() return vim.g.notified end)
    vim.cmd "qa!"
  ]]

  it("tells of what a task raises, with vim.notify", function()
    local environment = scene_of { { status = 404, json = { error = { message = "No such model", code = "gone" } } } }
    local said = run(NOTIFIED:format "assert(client.models:retrieve 'x')", environment)
    assert.is_truthy(said:find("^error: oai: a task failed"), said)
    assert.is_truthy(said:find("404 gone: No such model", 1, true), said)
    said = run(NOTIFIED:format "client.models:list() vim.api.nvim_no_such_function()", environment)
    assert.is_truthy(said:find("nvim_no_such_function", 1, true), said)
    assert.is_truthy(said:find("traceback", 1, true), said)
  end)

  it("can make a first call in a callback of libuv", function()
    local said = run([[
      local client, task = inside.client(), nil
      vim.loop.new_timer():start(1, 0, function()
        task = client:spawn(function() return inside.ask(client):final().choices[1].message.content end)
      end)
      inside.wait(function() return task and task.done end)
      inside.say(task.value)
      vim.cmd "qa!"
    ]], (scene_of { answer.stream { "fine" } }))
    assert.equal("fine\n", said)
  end)

  it("begins and cancels tasks where its functions may be called", function()
    local said = run([[
      local client, begun, first, second, third = inside.client(), 0, nil, nil, nil
      local function work()
        vim.api.nvim_get_current_buf()
        begun = begun + 1
        local _, err = client.models:list()
        vim.api.nvim_get_current_buf()
        return err and err.kind
      end
      vim.loop.new_timer():start(1, 0, function()
        first = client:spawn(work)
        second = client:spawn(work)
        third = client:spawn(work)
        third:cancel() -- before it begins
      end)
      inside.wait(function() return begun == 2 end)
      vim.loop.new_timer():start(50, 0, function() second:cancel() end)
      inside.wait(function() return first and first.done and second.done end)
      inside.say(tostring(first.err or first.value), tostring(second.err or second.value), third.err.kind, begun)
      vim.cmd "qa!"
    ]], (scene_of { { delay = 0.3, json = { data = {} } }, { delay = 5, json = { data = {} } } }))
    assert.equal("nil\tcancelled\tcancelled\t2\n", (said:gsub(" ", "\t")))
  end)

  it("keeps nothing of clients that are closed", function()
    local said = run([[
      for _ = 1, 3 do
        local client = inside.client()
        client:spawn(function() end)
        client:close()
      end
      inside.say(#vim.api.nvim_get_autocmds { event = "VimLeavePre" })
      vim.cmd "qa!"
    ]], (scene_of {}))
    assert.equal("0\n", said)
  end)
end)

--- Where the core of this run is.
local function core_path()
  for pattern in package.cpath:gmatch("[^;]+") do
    local path = pattern:gsub("?", "oai/core")
    if content_of(path) ~= "" then
      return path
    end
  end
end

describe("docs/neovim.md", function()
  for _, code in ipairs(guide.examples "docs/neovim.md") do
    it("has an example that runs: " .. code:match("\n\n([^\n]+)"), function()
      run([[
        local new_client, tasks, notes = require("oai").client, {}, 0
        require("oai").client = function(options) -- to wait until its tasks are done
          local client = new_client(options)
          local spawn = client.spawn
          function client.spawn(...)
            tasks[#tasks + 1] = spawn(...)
            return tasks[#tasks]
          end
          return client
        end
        vim.notify = function(message, level)
          notes = notes + 1
          assert(level ~= vim.log.levels.ERROR, message)
        end
        local function is_over()
          for _, task in ipairs(tasks) do
            if not task.done then
              return false
            end
          end
          return notes > 0 or #tasks > 0
        end
      ]] .. code .. [[
        inside.wait(is_over)
        inside.pause(0.02)
        vim.cmd "qa!"
      ]], { OPENAI_API_KEY = "sk-spec-0123456789-wxyz", OPENAI_BASE_URL = server.url .. "/v1" })
    end)
  end

  it("says where the core is found in a checkout", function()
    local copy = folder.new()
    os.execute(("exec env -u LD_PRELOAD sh -c 'cp -r lua %s && cp %s %s/lua/oai/core.so'"):format(
      copy.path, core_path(), copy.path))
    local said, status = editor.run(([[
      vim.cmd "set runtimepath+=%s"
      io.stdout:write(tostring(require("oai.core").versions() ~= nil), "\n")
      vim.cmd "qa!"
    ]]):format(copy.path), { LUA_PATH = "./?.lua;;", LUA_CPATH = ";;" })
    copy:remove()
    assert.same({ "true\n", 0 }, { said, status })
  end)
end)
