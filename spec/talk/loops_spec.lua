-- Talks within the loops of hosts, where they wait as calls do.

local host = require "spec.support.host"
local server = require("spec.support.server").start()
local turns = require "spec.support.turns"

for _, api in ipairs { turns.responses, turns.streamed_chat } do
  describe("a talk on a loop, by " .. api.title, function()
    for _, name in ipairs(host.names) do
      it("goes on there: " .. name, function()
        local missing = host.missing(name)
        if missing then
          return pending(missing)
        end
        local scene = server:scenario { replies = { api.reply { api.call("c1", "f") }, api.reply { api.message "one" },
          api.reply { api.message "two" } } }
        local output = host.run(name, scene, ([[
          local talk = client:talk { model = "m", api = %q, stream = %s, tools = { f = { run = function()
            oai.sleep(0.01)
            return "F"
          end } } }
          local over
          local begin = go or function(fn)
            client:spawn(fn)
          end
          begin(function()
            say(assert(talk:send "A").output_text)
            local answer = assert(talk:stream "B")
            repeat
              local event = answer:next()
            until not event
            say(answer.output_text, #(talk.items or talk.messages))
            over = true
          end)
          run(function()
            return over
          end)
        ]]):format(api.name, tostring(api.is_streamed)))
        assert.truthy(output:find("one\ntwo\t6\n", 1, true), output)
      end)
    end
  end)
end
