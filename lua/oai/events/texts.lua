-- One text of an answer as named events: what each delta adds to it, all of it
-- up to there, and the whole. The text itself is where the dialect folds it:
-- here is only how long it was. So an event costs the same however long the
-- text is, and its `snapshot` is made when it is asked for.

local json = require "oai.codec.json"

local texts = {}

---@class oai.EventText
---@field what string         "content", "tool_call", ...
---@field read fun(): string  all of it so far
---@field fill fun(event: table)  says in an event which text it is about
---@field length? integer     at its last event
---@field delta_type string   the types of its events
---@field done_type string
---@field metatable table      of its deltas
---@field is_open boolean     something has come since it was done
---@field has_moved? boolean  the whole has come meanwhile, so that it may be longer than what was told
---@field passed? boolean     another text has come since

---@class oai.NamedEvent  what an event of a stream says, by names that all kinds of streams share
---@field type oai.NamedEventType  "content.delta", "tool_call.done", "usage", ...
---@field raw any                 the API's own event
---@field delta? string           of `.delta`: what it adds
---@field snapshot? any           of `.delta` and `.done`: the text up to here; of `usage`: all that is known
---@field length? integer         of `.delta` and `.done`: the bytes of that
---@field text? string            of `.done`: the whole
---@field choice? integer         of completions: the index of the choice
---@field index? integer          of `tool_call`: which call of its message, from 0
---@field call_id? string         of `tool_call`: what its output has to name
---@field name? string            of `tool_call`: what is to be called
---@field kind? string            of `tool_call`: "function", "custom"; of `reasoning`: "text", "summary"
---@field parsed? any             of `tool_call.done`: the arguments, where they are JSON
---@field item_id? string         of an item, a message or a step
---@field output_index? integer   of an item
---@field content_index? integer  of a part of it
---@field summary_index? integer  the index of the part of its summary
---@field phase? string           of the message: "commentary", "final_answer"
---@field turn_id? string         of agents: the turn
---@field subagent_id? string     of agents: the subagent whose turn it is
---@field item? table             of `item.added` and `item.done`
---@field usage? table            of `usage`
---@field reason? string          of `finish`: why
---@field complete? boolean       of `finish`: the model was not kept from finishing

---@alias oai.NamedEventType
---| "content.delta" # text of the answer: what is new
---| "content.done" # text of the answer: the whole
---| "refusal.delta" # the model declines: what is new
---| "refusal.done" # the model declines: the whole
---| "reasoning.delta" # what the model thinks, where it is shown: what is new
---| "reasoning.done" # what the model thinks: the whole
---| "tool_call.delta" # a call that the program has to answer: what is new of its arguments
---| "tool_call.done" # a call that the program has to answer: all of its arguments
---| "hosted_call.delta" # a call that the API makes itself: what is new
---| "hosted_call.done" # a call that the API makes itself: the whole
---| "item.added" # an item of a response begins
---| "item.done" # an item of a response is done
---| "usage" # tokens are told
---| "finish" # a choice, a response, a run or a turn has ended
---| "other" # anything else

--- The metatable of a text's deltas, by which they have a snapshot.
local function metatable_of(text)
  return { __name = "oai.NamedEvent", __index = function(event, key)
    if key ~= "snapshot" then
      return nil
    end
    local snapshot = text.read():sub(1, rawget(event, "length"))
    rawset(event, "snapshot", snapshot)
    return snapshot
  end }
end

local DONE = { __name = "oai.NamedEvent", __index = function(event, key)
  return key == "snapshot" and rawget(event, "text") or nil
end }

--- A text of which nothing was told yet.
---@param what string
---@param read fun(): string
---@param fill fun(event: table)
---@return oai.EventText
function texts.new(what, read, fill)
  local text = { what = what, read = read, fill = fill, is_open = false, length = nil, metatable = nil }
  text.delta_type, text.done_type = what .. ".delta", what .. ".done"
  text.metatable = metatable_of(text)
  return text --[[@as oai.EventText]]
end

--- Tells what an event has added to a text, into which it was folded.
---@param text oai.EventText
---@param delta string
---@param raw any
---@param out table  to which the named event is appended
function texts.delta(text, delta, raw, out)
  text.length = text.length and not text.has_moved and text.length + #delta or #text.read()
  text.is_open, text.has_moved = true, false
  local event = setmetatable({ type = text.delta_type, delta = delta, length = text.length, raw = raw }, text.metatable)
  text.fill(event)
  out[#out + 1] = event
end

--- Tells that a text is whole.
---@param text oai.EventText
---@param raw any
---@param out table
function texts.done(text, raw, out)
  local whole = text.read()
  text.is_open, text.length = false, #whole
  local event = setmetatable({ type = text.done_type, text = whole, length = #whole, raw = raw }, DONE)
  text.fill(event)
  if event.kind == "function" then
    event.parsed = json.decode(whole)
  end
  out[#out + 1] = event
end

--- Tells that a text is whole, unless that was told. A text that came without
--- deltas is told as one first, so that its deltas always add up to it.
---@param text oai.EventText
---@param raw any
---@param out table
function texts.close(text, raw, out)
  if not text.length then
    local whole = text.read()
    if whole ~= "" or text.what == "tool_call" then
      texts.delta(text, whole, raw, out)
    end
  end
  if text.is_open then
    texts.done(text, raw, out)
  end
end

return texts
