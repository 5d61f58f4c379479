-- The kinds of call that meet a fault. Each makes its call and says what it
-- was given: `value, facts` or `nil, err`, and how many events came.

local core = require "oai.core"

local calls = {
  kinds = { "call", "stream", "upload", "save", "bytes", "list" },
}

local MESSAGES = { { role = "user", content = "hi" } }
local UPLOAD = ("{}\n"):rep(70000) -- more than what the system takes at once
local CONTENT = ("0123456789abcdef"):rep(1000)

local function read_whole(path)
  local file = io.open(path, "rb")
  local text = file and file:read("*a")
  if file then
    file:close()
  end
  return text
end

--- What a call of each kind does. `place` is a path for a file.
calls.make = {
  call = function(client, _, model)
    return client.chat.completions:create { model = model or "m", messages = MESSAGES }
  end,
  stream = function(client)
    local stream, err = client.chat.completions:create { model = "m", messages = MESSAGES, stream = true }
    if not stream then
      return nil, err
    end
    local count = 0
    while true do
      local event, broken = stream:next()
      if broken then
        return nil, broken, count
      elseif not event then
        return stream:final(), stream.response, count
      end
      count = count + 1
    end
  end,
  upload = function(client)
    return client.files:create { purpose = "batch", file = { data = UPLOAD, filename = "a.jsonl" } }
  end,
  save = function(client, place)
    local value, facts = client.files:content("file-1", nil, { save_to = place })
    return value and read_whole(place), facts
  end,
  bytes = function(client)
    return client.files:content "file-1"
  end,
  list = function(client)
    return client.files:list()
  end,
}

local function is_chat(value)
  return type(value) == "table" and value.choices and value.choices[1].message.content
end

--- Whether a value is what the good answer says.
calls.is_right = {
  call = function(value)
    return is_chat(value) == "hello"
  end,
  stream = function(value, events)
    return is_chat(value) == "aa" and events == 3
  end,
  upload = function(value)
    return type(value) == "table" and value.id == "file-1"
  end,
  save = function(value)
    return value == CONTENT
  end,
  bytes = function(value)
    return value == CONTENT
  end,
  list = function(value)
    return type(value) == "table" and type(value.data) == "table" and #value.data == 2 and value.data[2].id == "file-2"
  end,
}

calls.clock = core.clock

return calls
