-- What the other side of a socket says, added up while events are read: the
-- response under way, its text and its sound.

local base64 = require "oai.codec.base64"
local ending = require "oai.socket.ending"
local failure = require "oai.call.failure"
local reading = require "oai.socket.reading"

local answer = {}

-- What an event of a type adds; names of the beta beside those of today.
local PARTS = {
  ["response.created"] = "begin",
  ["response.output_text.delta"] = "text", ["response.text.delta"] = "text",
  ["response.output_audio_transcript.delta"] = "text", ["response.audio_transcript.delta"] = "text",
  ["response.output_audio.delta"] = "audio", ["response.audio.delta"] = "audio",
  ["response.done"] = "final", ["response.completed"] = "final", ["response.incomplete"] = "final",
  ["response.failed"] = "final",
  ["session.output_transcript.delta"] = "said", ["session.output_audio.delta"] = "heard",
}

---@class oai.SocketAnswer  what is known of the other side's answer
---@field id? string        of the response under way, or of the last
---@field final? table      the response that has ended and was not asked for
---@field is_open boolean   one is under way
---@field is_calling boolean  functions run for it: what follows goes on with its sound
---@field is_leaving boolean  the program has ended the session
---@field begun integer     how often a connection has begun, less one
---@field count integer     events that have asked for a response
---@field asked? string|false  the id of the last event that has asked for a response; false: events have none
---@field gone? oai.Error   why what was under way is gone, which nobody was told yet
---@field text string[]     pieces of its text
---@field audio string[]    base64, not yet taken
---@field reads_text? boolean   a session's transcript is collected from the first time that it is asked for
---@field reads_audio? boolean  and so is its sound

--- Nothing said yet.
---@return oai.SocketAnswer
function answer.new()
  return { is_open = false, is_calling = false, is_leaving = false, begun = 0, count = 0, text = {}, audio = {} }
end

local add = {}

function add.begin(self, event)
  local response = type(event.response) == "table" and event.response or {}
  self.id, self.is_open, self.text = response.id, true, {}
  self.audio = self.is_calling and self.audio or {}
end

--- One that was not seen to begin, as after a connection was made again, begins
--- with what comes of it.
local function enter(self, id)
  if id ~= nil and id ~= self.id then
    add.begin(self, { response = { id = id } })
  end
end

local function append(list, piece)
  if type(piece) == "string" then
    list[#list + 1] = piece
  end
end

function add.text(self, event)
  enter(self, event.response_id)
  append(self.text, event.delta)
end

function add.audio(self, event)
  enter(self, event.response_id)
  append(self.audio, event.delta)
end

function add.final(self, event)
  self.is_open = false
  self.final = type(event.response) == "table" and event.response or nil
end

function add.said(self, event)
  if self.reads_text then
    append(self.text, event.delta)
  end
end

function add.heard(self, event)
  if self.reads_audio then
    append(self.audio, event.delta)
  end
end

--- Adds an event.
---@param self oai.SocketAnswer
---@param event any
function answer.add(self, event)
  local part = type(event) == "table" and PARTS[event.type]
  if part then
    add[part](self, event)
  end
end

--- What was under way is gone.
---@param self oai.SocketAnswer
---@param err? oai.Error  why
function answer.lost(self, err)
  self.gone = (self.is_open or self.is_calling) and err or nil
  self.begun = self.begun + 1
  self.is_open, self.final, self.text, self.audio = false, nil, {}, {}
end

--- The text of the response under way, or of the last.
---@param self oai.SocketAnswer
---@return string
function answer.text(self)
  self.text = { table.concat(self.text) }
  return self.text[1]
end

--- The pieces of a list, which is empty afterwards.
local function taken(self, name)
  local list = self[name]
  self[name] = {}
  return list
end

--- The bytes of sound that have come since the last time, "" where none has.
--- Each piece is decoded by itself: it is base64 of its own.
---@param self oai.SocketAnswer
---@return string
function answer.audio(self)
  self.reads_audio = true
  local pieces = taken(self, "audio")
  for i, piece in ipairs(pieces) do
    pieces[i] = base64.decode(piece) or ""
  end
  return table.concat(pieces)
end

--- What a session has said since the last time.
---@param self oai.SocketAnswer
---@return string
function answer.said(self)
  self.reads_text = true
  return table.concat(taken(self, "text"))
end

--- What an event says that there will be no response, since what has asked for it
--- was refused; or nil.
local function refusal(connection, self, event)
  if type(event) ~= "table" or event.type ~= "error" or event.stream_id ~= nil then
    return nil
  end
  local said = type(event.error) == "table" and event.error or event
  if self.asked ~= false and (self.asked == nil or said.event_id ~= self.asked) then
    return nil
  end
  local fields = failure.fields { error = said }
  fields.kind, fields.message = "stream", fields.message or "an event says that an error occurred"
  return ending.error(connection, fields)
end

--- Reads events until the response under way has ended, or the next one has.
--- That it was refused is an error, and once that it is gone, with a connection
--- that was made again.
---@param connection oai.Connection
---@param self oai.SocketAnswer
---@param told? fun(event: any)  of each event that is read
---@return table? response
---@return oai.Error? err
function answer.response(connection, self, told)
  local function is_gone()
    return self.gone
  end
  while not self.final do
    local event, err = reading.next(connection, nil, is_gone)
    if self.gone then
      err, self.gone = self.gone, nil
      return nil, err
    elseif event == nil then
      return nil, err or ending.error(connection, { kind = "closed",
        message = "the connection was closed before a response had ended" })
    elseif told then
      told(event)
    end
    local refused = refusal(connection, self, event)
    if refused then
      return nil, refused
    end
  end
  local final = self.final
  self.final = nil
  return final
end

require "oai.interpret" ()

return answer
