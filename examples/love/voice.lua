-- A conversation aloud with one of the people: what the microphone hears goes out
-- as it comes, and what is said is played as it comes. Without a microphone it is
-- typed, without a speaker it is read.

local Microphone = require "microphone"
local Speaker = require "speaker"

local MODEL = "gpt-realtime" -- a relay may well decide for itself

---@class Voice
---@field somebody Villager  who is talked with
---@field typed string
---@field age number         seconds
---@field speaker? Speaker
---@field microphone? Microphone
---@field task oai.Task
---@field connection? oai.RealtimeConnection  since it is open
---@field item? string        what is being said
---@field is_answering? boolean
---@field err? oai.Error
local Voice = {}
Voice.__index = Voice

local on = {} ---@type table<string, fun(self: Voice, event: table)>

on["response.created"] = function(self)
  self.is_answering = true
  self.somebody.bubble:open()
end

on["response.output_item.added"] = function(self, event)
  self.item = event.item.id
end

on["response.output_audio.delta"] = function(self)
  if self.speaker then
    self.speaker:add(self.connection:audio())
  end
end

on["response.done"] = function(self)
  self.is_answering = false
  self.somebody.bubble:say(self.connection:text())
end

--- The player speaks: what was being said is cut off, and the model is told how
--- much of it was heard.
on["input_audio_buffer.speech_started"] = function(self)
  local played = self.speaker and self.speaker:silence()
  if played and self.item then
    self.connection.conversation.item:truncate {
      item_id = self.item, content_index = 0, audio_end_ms = math.floor(1000 * played),
    }
  end
end

---@param self Voice
---@param event table
on.error = function(self, event)
  self.somebody.bubble:end_with(" (" .. event.error.message .. ")")
end

local function hear(self, event)
  local act = on[event.type]
  if act then
    act(self, event)
  end
end

--- The task: reads what is said until the conversation is over. When a response
--- has ended, `connection:response` has somebody walk where it wants that, and
--- reads what is said about it.
local function listen(client, self)
  local connection, event
  connection, self.err = client.realtime:connect { model = MODEL, tools = self.somebody:tools() }
  if not connection then
    return
  end
  self.connection, self.err = connection, nil
  connection.session:update { session = {
    type = "realtime", instructions = self.somebody:instructions(),
    output_modalities = { self.speaker and "audio" or "text" },
  } }
  repeat
    event, self.err = connection:next()
    if event then
      hear(self, event)
    end
    if event and event.type == "response.done" then
      connection:response(function(told)
        hear(self, told)
      end)
    end
  until not event
end

--- Begins a conversation.
---@param client oai.Client
---@param somebody Villager
---@return Voice
function Voice.new(client, somebody)
  somebody:hush()
  local self = setmetatable({ somebody = somebody, typed = "", age = 0 }, Voice)
  self.speaker, self.microphone = Speaker.new(), Microphone.new()
  self.task = client:spawn(listen, client, self)
  return self
end

--- Passes sounds on, both ways.
---@param dt number
function Voice:update(dt)
  self.age = self.age + dt
  local heard = self.connection and self.microphone and self.microphone:heard()
  if heard then
    self.connection.input_audio_buffer:append(heard)
  end
  if self.speaker then
    self.speaker:update(dt)
  end
  if self.is_answering then
    self.somebody.bubble:say(self.connection:text())
  end
end

--- Ends the conversation, at once.
function Voice:stop()
  if self.connection then
    self.connection:close()
  end
  self.task:cancel()
  if self.microphone then
    self.microphone:stop()
  end
  if self.speaker then
    self.speaker:silence()
  end
end

--- Whether it has ended; tells what went wrong.
---@return boolean
function Voice:is_over()
  if self.task.done and self.err then
    self.somebody.bubble:end_with(" (" .. self.err.message .. ")")
  end
  return self.task.done
end

--- What is shown to who types: without a microphone.
---@return string?
function Voice:line()
  return not self.microphone and (self.connection and "You: " .. self.typed .. "_" or "...") or nil
end

---@param text string
function Voice:type(text)
  if self.connection and not self.microphone and self.age > 0 then -- the key that began it is typed, too
    self.typed = self.typed .. text
  end
end

--- Says what was typed, when the other one has finished.
local function say(self)
  if self.typed ~= "" and not self.is_answering then
    self.connection.conversation.item:create { item = {
      type = "message", role = "user", content = { { type = "input_text", text = self.typed } },
    } }
    self.connection.response:create()
    self.typed = ""
  end
end

local typing = {
  ["return"] = say,
  backspace = function(self)
    self.typed = self.typed:gsub("[^\128-\191][\128-\191]*$", "")
  end,
}

--- What a key does while it is typed; false: nothing, since it is not.
---@param key string
---@return boolean
function Voice:press(key)
  if self.microphone or not self.connection or key == "escape" then
    return false
  elseif typing[key] then
    typing[key](self)
  end
  return true
end

return Voice
