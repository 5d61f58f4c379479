-- Conversations that go on in their buffers. All go over one socket, which is kept:
-- a question is one message on it, and what was said before stays at the server.

local config = require "ask.config"

local chat = {}

local opening ---@type oai.Task?  it has the socket
local last = {} ---@type table<integer, string>  ids of the last answers, by the buffers of their conversations
local asked = 0

--- Opens a socket, which is read as long as it lasts: so its end is heard of, and
--- signs of life are given and asked for, while nobody waits for an answer.
local function open(client)
  local connection = assert(client.responses:connect())
  client:spawn(function()
    while connection:next() do end
  end)
  return connection
end

--- The socket. It is opened when it is first needed, and anew where it has
--- ended since. Raises where there is none.
local function socket(client)
  local before = opening
  local connection = opening and opening:await()
  if connection and connection.status == "open" then
    return connection
  elseif opening == before then -- nobody else has, meanwhile
    opening = client:spawn(open, client)
  end
  return assert(opening:await())
end

--- A lane in which that was asked. Each question has one of its own: what still
--- comes of one that was cancelled is not taken for the next answer.
local function ask(client, question)
  local sent, err
  for _ = 1, 2 do
    local connection = socket(client)
    asked = asked + 1
    local lane = assert(connection:lane("question-" .. asked))
    sent, err = lane:create(question)
    if sent then
      return lane
    end
    lane:close()
    opening = nil -- it was closed just now, and the question never went out: another socket may take it
  end
  error(err, 0)
end

local function read(lane, answer)
  for piece in lane:text() do
    answer:set_status "answering"
    answer:add(piece)
  end
  local response = assert(lane:final())
  last[answer.buffer] = response.id
  return response.status == "completed" and "complete" or "incomplete"
end

--- Asks, and reads the answer into its buffer, in a task. Raises what breaks it.
---@param client oai.Client
---@param answer ask.Answer
---@param content string
---@return string status
function chat.read(client, answer, content)
  local lane = ask(client, {
    model = config.get "model",
    instructions = config.get "instructions",
    input = content,
    previous_response_id = last[answer.buffer],
  })
  local done, value = pcall(read, lane, answer)
  lane:close()
  if not done then
    error(value, 0)
  end
  return value --[[@as string]]
end

--- Forgets a conversation.
---@param buffer integer
function chat.forget(buffer)
  last[buffer] = nil
end

return chat
