-- What every host's loop sees of us: it is not kept waiting, idles when
-- nothing happens, ends when nothing waits, and gets everything back.

local addresses = require "spec.support.addresses"
local host = require "spec.support.host"
local server = require("spec.support.server").start()

for _, name in ipairs(host.names) do
  describe("the loop " .. name, function()
    local missing = host.missing(name)
    if missing then
      it("is as the others", function()
        pending(missing)
      end)
      return
    end

    --- Runs a program that must end well, and say this.
    local function shows(what, code, expected)
      it(what, function()
        local scene = addresses.scene(server)
        local output, status = host.run(name, scene, code)
        assert.equal(expected, output)
        assert.equal(0, status)
        scene:wait_idle()
      end)
    end

    local function shows_in_coroutines(what, code, expected)
      if name ~= "uv" then
        shows(what, code, expected)
      end
    end

    shows("runs tasks beside one another, and ends when they have", [[
      local order = {}
      local function fetch(address)
        assert(get(address))
        order[#order + 1] = address
      end
      after(0, function()
        for _, address in ipairs { "slower", "slow", "quick" } do
          client:spawn(fetch, address)
        end
      end)
      run(function() return #order == 3 end)
      say(table.concat(order, " "))
      client:close()
    ]], "quick slow slower\n")

    shows("streams into a task", [[
      local text = ""
      after(0, function()
        client:spawn(function()
          local stream = assert(ask())
          local event = stream:next()
          while event do
            text = text .. answer.text(event)
            event = stream:next()
          end
          text = text .. " " .. stream.status
        end)
      end)
      run(function() return text:find("complete") end)
      say(text)
      client:close()
    ]], "abcd complete\n")

    shows("serves those who wait for nothing", [[
      local log = {}
      after(0, function()
        get("quick", { on_done = function(value, facts) log[#log + 1] = tostring(value.ok) .. facts.status end })
        get("missing", { on_done = function(value, err) log[#log + 1] = tostring(value) .. " " .. err.kind end })
      end)
      run(function() return #log == 2 end)
      table.sort(log)
      say(table.concat(log, ", "))
      client:close()
    ]], "nil not_found, true200\n")

    shows("keeps to deadlines, timeouts and waits before another attempt", [[
      local kinds, started = {}, core.clock()
      local function fetch(i, address, options)
        local value, err = get(address, options)
        kinds[i] = value and "value" or err.kind
      end
      after(0, function()
        client:spawn(fetch, 1, "stall", { timeout = 0.1 })
        client:spawn(fetch, 2, "stall", { total_timeout = 0.2 })
        client:spawn(fetch, 3, "half", { timeout = 0.3 })
        client:spawn(fetch, 4, "reset", { max_retries = 1, total_timeout = 5 })
      end)
      run(function() return kinds[1] and kinds[2] and kinds[3] and kinds[4] end)
      say(table.concat(kinds, " "), core.clock() - started < 5)
      client:close()
    ]], "timeout timeout timeout connection\ttrue\n")

    shows("idles while nothing happens", [[
      local kinds = 0
      after(0, function()
        for i = 1, 20 do
          client:spawn(function()
            local _, err = get(i % 2 == 0 and "stall" or "half", { timeout = 0.6 })
            kinds = kinds + (err.kind == "timeout" and 1 or 0)
          end)
        end
      end)
      local share = timing.share(function()
        run(function() return kinds == 20 end)
      end)
      say(kinds, share < timing.idle or share)
      client:close()
    ]], "20\ttrue\n")

    shows("is never kept waiting", [[
      local done, longest, last, ticks = 0, 0, nil, 0
      local function tick()
        local now = core.clock()
        longest, last = math.max(longest, now - (last or now)), now
        ticks = ticks + 1
        if done < 10 then
          after(0.01, tick)
        end
      end
      after(0, function()
        for _ = 1, 10 do
          client:spawn(function()
            assert(ask():final())
            assert(get "slow")
            done = done + 1
          end)
        end
        tick()
      end)
      run(function() return done == 10 end)
      say(done, timing.within(longest, 0.1) or longest, ticks >= 5)
      client:close()
    ]], "10\ttrue\ttrue\n")

    shows("sees a task cancelled from outside", [[
      local kinds = {}
      after(0, function()
        local task = client:spawn(function()
          local stream, err = ask(true)
          if stream then
            err = select(2, stream:final())
          end
          kinds[1] = err.kind
        end)
        after(0.1, function()
          task:cancel()
          kinds[2] = tostring(task.done)
        end)
      end)
      run(function() return kinds[2] end)
      say(kinds[1], kinds[2])
      client:close()
    ]], "cancelled\ttrue\n")

    shows("closed in the middle ends all, and leaves nothing open", [[
      local ends, kinds = 0, 0
      local before, threads
      core.engine({ worker = true }):close() -- a checker's own thread begins with the first
      local function fill()
        before, threads = process.descriptors(), process.threads()
        for _ = 1, 5 do
          get("stall", { on_done = function(value, err)
            ends = ends + (err.kind == "cancelled" and 1 or 0)
          end })
          client:spawn(function()
            local stream, err = ask(true)
            if stream then
              err = select(2, stream:final())
            end
            kinds = kinds + (err.kind == "cancelled" and 1 or 0)
          end)
        end
        after(0.15, function()
          client:close()
          say(ends, kinds)
        end)
      end
      after(0, fill)
      run(function() return ends == 5 end)
      say(process.settled(process.descriptors, before) - before, process.threads() - threads)
    ]], "5\t5\n0\t0\n")

    shows("closed where nothing ran leaves nothing open", [[
      local before = process.descriptors()
      after(0, function()
        client:spawn(function() end)
        client:close()
        client:close()
      end)
      local ended = false
      after(0.05, function() ended = true end)
      run(function() return ended end)
      say(process.settled(process.descriptors, before) - before)
    ]], "0\n")

    shows("closed by a task that it runs", [[
      local log = {}
      after(0, function()
        local other = client:spawn(get, "stall")
        client:spawn(function()
          get "quick"
          client:close()
          log[1] = other.err.kind
          log[2] = tostring((pcall(get, "quick")))
        end)
      end)
      run(function() return log[2] end)
      say(log[1], log[2])
    ]], "cancelled\tfalse\n")

    shows("tells of an error that nobody took, and does not end before", [[
      local seen, started = {}, core.clock()
      require("oai.loop." .. loop).report = function(message) seen[#seen + 1] = message end
      after(0, function()
        client:spawn(error, "at once", 0)
        client:spawn(function()
          get "quick"
          error("later", 0)
        end)
        get("quick", { on_done = function() error("in the callback", 0) end })
      end)
      run(function() return #seen == 3 end)
      table.sort(seen)
      for _, message in ipairs(seen) do
        say((message:match("^[^\n]*")))
      end
      say(core.clock() - started < 5)
      client:close()
    ]], [[
oai: a task failed, and nobody awaits it: at once
oai: a task failed, and nobody awaits it: later
oai: on_done: in the callback
true
]])

    shows("serves two clients", [[
      local other = oai.client { api_key = "sk-spec", base_url = base_url, loop = loop }
      local log = {}
      after(0, function()
        local one = client:spawn(function()
          get "slower"
          log[#log + 1] = "one"
          return "value"
        end)
        other:spawn(function()
          assert(other:request("GET", "/quick"))
          log[#log + 1] = "two"
          one:await()
          log[#log + 1] = "three"
        end)
      end)
      run(function() return log[3] end)
      say(table.concat(log, " "))
      other:close()
      client:close()
    ]], "two one three\n")

    shows("has gather and map in tasks", [[
      local sum
      after(0, function()
        client:spawn(function()
          local results = assert(client:map({ 1, 2, 3, 4 }, function(i)
            return get "quick" and i
          end, { concurrency = 2 }))
          local more = assert(client:gather { client:spawn(get, "quick"), client:spawn(get, "slow") })
          sum = results[1] + results[2] + results[3] + results[4] + #more
        end)
      end)
      run(function() return sum end)
      say(sum)
      client:close()
    ]], "12\n")

    shows("takes a generator within a task for what it is", [[
      local message
      after(0, function()
        client:spawn(function()
          coroutine.wrap(function()
            local _
            _, message = pcall(get, "quick")
          end)()
        end)
      end)
      run(function() return message end)
      say(tostring(message):match("oai: (.*)$"))
      client:close()
    ]], "wait in the task's own coroutine, not in one within it (coroutine.wrap), nor in on_done\n")

    shows("takes a call outside of what may wait for what it is, and sends nothing", [[
      local raised, message = pcall(get, "quick")
      say(raised, (tostring(message):find("^oai: ") or tostring(message):find(": oai: ")) ~= nil)
      say((pcall(client.run, client)))
      local ended = false
      after(0.05, function() ended = true end)
      run(function() return ended end)
      client:close()
    ]], "false\ttrue\nfalse\n")

    if name ~= "uv" then
      it("goes on after an error in a turn, which ends the coroutine that watches", function()
        local output, status = host.run(name, addresses.scene(server), [[
          local loop_module, told = require("oai.loop." .. loop), false
          function loop_module.report()
            told = true
            error("the report fails", 0)
          end
          after(0, function()
            client:spawn(error, "planned")
          end)
          pcall(run, function() return told end) -- Copas writes what it is, cqueues raises it
          loop_module.report = nil
          local value
          after(0, function()
            client:spawn(function() value = assert(get "quick") end)
          end)
          run(function() return value end)
          say("told", told, value.ok)
          client:close()
        ]])
        assert.truthy(output:find("told\ttrue\ttrue\n$"), output)
        assert.equal(0, status)
      end)
    end

    shows_in_coroutines("serves one loop after another", [[
      local sum = 0
      for _ = 1, 3 do
        local done = 0
        go(function()
          assert(get "quick")
          local task = client:spawn(get, "slow")
          assert(task:await())
          done = done + 1
        end)
        after(0.01, function()
          client:spawn(function()
            get "quick"
            done = done + 1
          end)
        end)
        run(function() return done == 2 end)
        sum = sum + done
      end
      say(sum)
      client:close()
    ]], "6\n")

    shows("may end with a client that was not closed", [[
      local done
      after(0, function()
        client:spawn(function()
          get "quick"
          done = true
        end)
        client:spawn(get, "stall", { timeout = 0.1 })
      end)
      run(function() return done end)
      say "end"
    ]], "end\n")

    shows("may be left in the middle", [[
      after(0, function()
        client:spawn(get, "stall")
        client:spawn(function() ask(true):final() end)
        after(0.1, function()
          say "leaving"
          io.stdout:flush()
          os.exit(0)
        end)
      end)
      run(function() return false end)
    ]], "leaving\n")

    shows_in_coroutines("lets its own coroutines call", [[
      local order = {}
      for _, address in ipairs { "slower", "slow", "quick" } do
        go(function()
          assert(get(address))
          order[#order + 1] = address
        end)
      end
      go(function()
        local text = assert(ask():final()).choices[1].message.content
        order[#order + 1] = text
      end)
      run(function() return #order == 4 end)
      table.sort(order)
      say(table.concat(order, " "))
      client:close()
    ]], "abcd quick slow slower\n")

    shows_in_coroutines("lets its own coroutines await tasks, with a limit", [[
      local log = {}
      go(function()
        local task = client:spawn(get, "slower")
        local _, err = task:await(0.02)
        log[1] = err.kind
        log[2] = tostring(task:await().ok)
        log[3] = tostring(#client:map({ 1, 2, 3 }, function(i) return get "quick" and i end))
      end)
      run(function() return log[3] end)
      say(table.concat(log, " "))
      client:close()
    ]], "timeout true 3\n")

    shows_in_coroutines("ends the calls of its own coroutines when the client is closed", [[
      local kinds = {}
      for i = 1, 5 do
        go(function()
          local _, err = get "stall"
          kinds[#kinds + 1] = err.kind
        end)
      end
      after(0.1, function()
        client:close()
      end)
      run(function() return #kinds == 5 end)
      say(table.concat(kinds, " "))
    ]], "cancelled cancelled cancelled cancelled cancelled\n")

    shows_in_coroutines("leaves nothing open after calls of its own coroutines", [[
      local before, done = process.descriptors(), 0
      for i = 1, 10 do
        go(function()
          get(i % 2 == 0 and "quick" or "slow")
          done = done + 1
        end)
      end
      run(function() return done == 10 end)
      client:close()
      local ended = false
      after(0.02, function() ended = true end)
      run(function() return ended end)
      say(process.settled(process.descriptors, before) - before)
    ]], "0\n")
  end)
end
