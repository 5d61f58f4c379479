-- One program, and the scene it plays in: a stream, a list of several pages,
-- an upload, a turn of an agent. The same text runs on every loop.

local agents = require "spec.support.facts.agents_stream"
local answer = require "spec.support.answer"

local program = {}

local function page(ids, has_more)
  local data = {}
  for i, id in ipairs(ids) do
    data[i] = { id = id, object = "file", filename = id .. ".txt" }
  end
  return { json = { object = "list", data = data, has_more = has_more, first_id = ids[1], last_id = ids[#ids] } }
end

local SESSION = "/agents/sessions/" .. agents.id

local function events(list)
  local replies = {}
  for i, event in ipairs(list) do
    replies[i] = { event = event.type, data = event }
  end
  return { sse = replies, chunk_delay = 0.005 }
end

local function session(status)
  return { json = { id = agents.id, object = "agent.session", status = status } }
end

--- A scene of the server for one run.
function program.scene(server)
  return server:scenario {
    routes = {
      ["POST /chat/completions"] = { answer.stream({ "One ", "text,\n", "every", "where." }, 0.01) },
      ["GET /files"] = { page({ "f1", "f2" }, true), page({ "f3", "f4" }, true), page({ "f5" }, false) },
      ["POST /files"] = { { json = { id = "f6", object = "file", bytes = 300000 }, delay = 0.02 } },
      ["GET " .. SESSION] = { session "idle", session "in_progress", session "idle" },
      ["GET " .. SESSION .. "/events"] = { events(agents.answered(agents.call("look", "{}"), agents.message "looked")),
        events { agents.session "idle" } },
      ["POST " .. SESSION .. "/events"] = { { status = 202 }, { status = 202 } },
      ["GET /models/m"] = { { json = { id = "m", object = "model" }, delay = 0.01 } },
    },
  }
end

--- How many requests `run` sends.
program.requests = 13

--- What `run` returns where all is well.
program.expected = "One text,\neverywhere. complete; f1 f2 f3 f4 f5; f6 300000; looked m idle 1"

-- `while` instead of `for`: PUC Lua 5.1 cannot wait within a `for`.
local function all_of(next_item)
  local items = {}
  local item = next_item()
  while item do
    items[#items + 1] = item
    item = next_item()
  end
  return items
end

--- A turn with a tool that makes a call itself, a wait, and what is heard of
--- the session then.
local function ask_agent(client)
  local session_of, seen = client.beta.agents.sessions:at(agents.id), "nothing"
  local result = assert(assert(session_of:stream("look", { tools = {
    look = function()
      seen = assert(client.models:retrieve "m").id
    end,
  } })):result())
  assert(session_of:wait { interval = 0.01 })
  local heard = assert(session_of:events())
  local count = #all_of(function()
    return (heard:next())
  end)
  return ("%s %s %s %d"):format(result.output_text, seen, session_of.status, count)
end

--- The program.
---@param client oai.Client
---@return string
function program.run(client)
  local stream = assert(client.chat.completions:create {
    model = "m",
    messages = { { role = "user", content = "hello" } },
    stream = true,
  })
  local text = table.concat(all_of(stream:text()))

  local names = {}
  for i, file in ipairs(all_of(client.files:each { limit = 2 })) do
    names[i] = file.id
  end

  local file = assert(client.files:create {
    file = { data = ("0123456789"):rep(30000), filename = "numbers.txt" },
    purpose = "user_data",
  })
  return ("%s %s; %s; %s %d; %s"):format(text, stream.status, table.concat(names, " "), file.id, file.bytes,
    ask_agent(client))
end

return program
