-- One program, and the scene it plays in: a stream, a list of several pages,
-- an upload. The same text runs on every loop.

local answer = require "spec.support.answer"

local program = {}

local function page(ids, has_more)
  local data = {}
  for i, id in ipairs(ids) do
    data[i] = { id = id, object = "file", filename = id .. ".txt" }
  end
  return { json = { object = "list", data = data, has_more = has_more, first_id = ids[1], last_id = ids[#ids] } }
end

--- A scene of the server for one run.
function program.scene(server)
  return server:scenario {
    routes = {
      ["POST /chat/completions"] = { answer.stream({ "One ", "text,\n", "every", "where." }, 0.01) },
      ["GET /files"] = { page({ "f1", "f2" }, true), page({ "f3", "f4" }, true), page({ "f5" }, false) },
      ["POST /files"] = { { json = { id = "f6", object = "file", bytes = 300000 }, delay = 0.02 } },
    },
  }
end

--- What `run` returns where all is well.
program.expected = "One text,\neverywhere. complete; f1 f2 f3 f4 f5; f6 300000"

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
  return ("%s %s; %s; %s %d"):format(text, stream.status, table.concat(names, " "), file.id, file.bytes)
end

return program
