-- Which fragments of what is said are one turn: whose turn it is, when it ends,
-- and which short acknowledgments are none. Times are those of the session, in
-- milliseconds. Pure.

local words = require "oai.transcript.words"

local grouping = {}

---@alias oai.TranscriptSpeaker "user"|"assistant"

---@class oai.TranscriptSegment  a turn as it stands; each update has a table of its own
---@field id string  the same in all updates of a turn
---@field previous_id? string   the segment before it
---@field speaker oai.TranscriptSpeaker  whose turn it is
---@field text string  all of it so far
---@field start_ms number  when it began, in milliseconds of the session's time
---@field end_ms number  when it ended, as far as is known

---@alias oai.TranscriptReason "speaker_change"|"inactivity"|"timestamp_reset"|"session_closed"|"manual"

---@class oai.TranscriptUpdate
---@field type "segment.updated"|"segment.closed"  whether the turn goes on, or is closed
---@field segment oai.TranscriptSegment  the turn
---@field reason? oai.TranscriptReason  why it is closed

---@class oai.TranscriptFragment
---@field speaker oai.TranscriptSpeaker
---@field text string
---@field start_ms number
---@field end_ms number

---@class oai.TranscriptTurn : oai.TranscriptFragment
---@field id? string  once it is shown
---@field previous_id? string
---@field may_be_dropped boolean  it is an acknowledgment, as far as is known

---@class oai.TranscriptTimes  in milliseconds
---@field min_turn_separation number
---@field assistant_silence number
---@field backchannel_max_duration number
---@field backchannel_isolation number

---@class oai.TranscriptGrouping
---@field times oai.TranscriptTimes
---@field words oai.Acknowledgments
---@field current? oai.TranscriptTurn  the one that is shown and open
---@field waiting? oai.TranscriptTurn  the other speaker's, of which it is not known yet whether it is a turn
---@field count integer       how many were shown
---@field last_id? string
---@field assistant_end? number  when the assistant's last turn ended
---@field updates oai.TranscriptUpdate[]  that were not taken

--- Nothing said yet.
---@param times oai.TranscriptTimes
---@param acknowledgments oai.Acknowledgments
---@return oai.TranscriptGrouping
function grouping.new(times, acknowledgments)
  return { times = times, words = acknowledgments, count = 0, updates = {} }
end

--- Tells of a turn as it stands, or that it is closed.
local function tell(self, turn, reason)
  self.updates[#self.updates + 1] = { type = reason and "segment.closed" or "segment.updated", reason = reason,
    segment = { id = turn.id, previous_id = turn.previous_id, speaker = turn.speaker, text = turn.text,
      start_ms = turn.start_ms, end_ms = turn.end_ms } }
end

--- Shows a turn as it stands.
local function show(self, turn)
  if not turn.id then
    self.count = self.count + 1
    turn.id, turn.previous_id = ("segment_%d"):format(self.count), self.last_id
    self.last_id = turn.id
  end
  tell(self, turn)
end

--- Closes the turn that is shown, if there is one.
local function finish_current(self, reason)
  local turn = self.current
  if not turn then
    return
  elseif turn.speaker == "assistant" then
    self.assistant_end = turn.end_ms
  end
  self.current = nil
  tell(self, turn, reason)
end

--- The turn that waits becomes the one that is shown.
local function promote(self)
  finish_current(self, "speaker_change")
  self.current, self.waiting = self.waiting, nil
end

local function new_turn(fragment)
  return { speaker = fragment.speaker, text = fragment.text, start_ms = fragment.start_ms, end_ms = fragment.end_ms,
    may_be_dropped = true }
end

local function append(turn, fragment, is_interrupted)
  local space = is_interrupted and words.would_merge(turn.text, fragment.text) and " " or ""
  turn.text = turn.text .. space .. fragment.text
  turn.end_ms = math.max(turn.end_ms, fragment.end_ms)
end

local function wait(self, fragment, may_be_dropped)
  if self.waiting then
    append(self.waiting, fragment)
  else
    self.waiting = new_turn(fragment)
  end
  self.waiting.may_be_dropped = may_be_dropped
end

--- Whether what waits is something short of the assistant's while the user
--- speaks.
local function is_brief(self)
  local waiting = self.waiting
  return self.current and self.current.speaker == "user" and waiting and waiting.speaker == "assistant"
    and waiting.end_ms - waiting.start_ms < self.times.backchannel_max_duration
end

local function may_be_dropped(self)
  return is_brief(self) and self.waiting.may_be_dropped
end

--- Whether the user spoke on behind it.
local function was_spoken_over(self)
  return may_be_dropped(self) and self.current.end_ms > self.waiting.end_ms
end

--- Whether it is rather the end of what the assistant said before the user began.
local function is_remainder(self)
  local waiting, last = self.waiting, self.assistant_end
  return last ~= nil and waiting.start_ms - last < self.times.backchannel_isolation
    and waiting.start_ms <= self.current.start_ms
end

--- By when nothing must have followed what waits, for it to be an acknowledgment.
local function isolated_from(self)
  return self.waiting.end_ms + self.times.backchannel_isolation
end

--- Whether only time tells what becomes of what waits.
local function is_undecided(self)
  return may_be_dropped(self) and not was_spoken_over(self) and not is_remainder(self)
end

--- Drops what waits if it was an acknowledgment: the user spoke on, or nothing
--- followed it until now.
local function drop_acknowledgment(self, now)
  local is_one = was_spoken_over(self) or is_undecided(self) and now >= isolated_from(self)
  if is_one then
    self.waiting = nil
  end
end

--- When something changes of itself, or nil.
---@param self oai.TranscriptGrouping
---@return number? ms
function grouping.due(self)
  local current = self.current
  if not current then
    return nil
  elseif self.waiting then
    local separated = current.end_ms + self.times.min_turn_separation
    return is_undecided(self) and math.max(separated, isolated_from(self)) or separated
  end
  return current.speaker == "assistant" and current.end_ms + self.times.assistant_silence or nil
end

--- Decides about what waits, where it is due: whether it becomes the turn that
--- is shown.
local function decide(self, now)
  if not self.waiting or now < grouping.due(self) then
    return false
  end
  drop_acknowledgment(self, now)
  if self.waiting then
    promote(self)
    show(self, self.current)
    return true
  end
  return false
end

--- Does what is due by a time.
---@param self oai.TranscriptGrouping
---@param now number
---@param user_follows? boolean  the user is about to say something
function grouping.advance(self, now, user_follows)
  local current, silence = self.current, self.times.assistant_silence
  if current and not decide(self, now) and current.speaker == "assistant" and not user_follows
    and now >= current.end_ms + silence then
    finish_current(self, "inactivity")
  end
end

--- Whether a fragment, behind what waits, would be short enough, and what both
--- say.
local function together(self, fragment)
  local before = self.waiting or { text = "", start_ms = fragment.start_ms }
  return fragment.end_ms - before.start_ms < self.times.backchannel_max_duration,
    words.plain(before.text .. fragment.text)
end

--- Whether what the other speaker says close to the current turn may yet become
--- an acknowledgment.
local function begins_acknowledgment(self, fragment)
  local is_short, text = together(self, fragment)
  return is_short and self.words.begun[text] == true
end

--- Whether what the assistant says after a pause is one.
local function is_acknowledgment(self, fragment)
  local is_short, text = together(self, fragment)
  return is_short and self.words.known[text] == true
end

--- Takes what the assistant says some time after the user: a turn, unless it is
--- an acknowledgment. One that stands alone is a turn later on.
local function take_separate(self, fragment)
  if is_acknowledgment(self, fragment) then
    wait(self, fragment, self.waiting ~= nil)
    return
  end
  drop_acknowledgment(self, fragment.start_ms)
  if self.waiting then
    promote(self)
    append(self.current, fragment)
  else
    finish_current(self, "speaker_change")
    self.current = new_turn(fragment)
  end
  show(self, self.current)
end

--- Takes what is said by the speaker whose turn it is not.
local function take_other(self, fragment)
  local current = self.current --[[@as oai.TranscriptTurn]]
  if was_spoken_over(self) then
    self.waiting = nil
  end
  if current.speaker == "assistant" then
    wait(self, fragment, true)
    promote(self)
    show(self, self.current)
  elseif fragment.start_ms - current.end_ms < self.times.min_turn_separation then
    wait(self, fragment, begins_acknowledgment(self, fragment))
  else
    take_separate(self, fragment)
  end
end

local function take(self, fragment)
  local current = self.current
  if not current then
    self.current = new_turn(fragment)
    show(self, self.current)
  elseif fragment.speaker == current.speaker then
    append(current, fragment, self.waiting ~= nil)
    show(self, current)
  else
    take_other(self, fragment)
  end
end

--- Fragments in the order in which they are taken: first those of whose turn it
--- is; at the beginning, the user's.
local function in_order(self, fragments)
  local first = self.current and self.current.speaker or "user"
  local ordered, others = {}, {}
  for _, fragment in ipairs(fragments) do
    local list = fragment.speaker == first and ordered or others
    list[#list + 1] = fragment
  end
  for _, fragment in ipairs(others) do
    ordered[#ordered + 1] = fragment
  end
  return ordered
end

local function has(fragments, speaker)
  for _, fragment in ipairs(fragments) do
    if fragment.speaker == speaker then
      return true
    end
  end
  return false
end

--- Takes fragments of one interval.
---@param self oai.TranscriptGrouping
---@param fragments oai.TranscriptFragment[]
function grouping.add(self, fragments)
  local ordered = in_order(self, fragments)
  local start = ordered[1].start_ms --[[@as number]]
  local due = grouping.due(self)
  while due and due < start do
    grouping.advance(self, due --[[@as number]])
    due = grouping.due(self)
  end
  if self.current and not has(ordered, self.current.speaker) then
    grouping.advance(self, start, has(ordered, "user"))
  end
  for _, fragment in ipairs(ordered) do
    take(self, fragment)
  end
end

--- Ends all turns.
---@param self oai.TranscriptGrouping
---@param now number
---@param reason oai.TranscriptReason
function grouping.close(self, now, reason)
  drop_acknowledgment(self, now)
  finish_current(self, reason)
  self.current, self.waiting = self.waiting, nil
  if self.current then
    show(self, self.current)
    finish_current(self, reason)
  end
  if reason == "timestamp_reset" then
    self.assistant_end = nil
  end
end

return grouping
