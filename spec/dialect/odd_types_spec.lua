-- Whatever the fields of a stream's events are, no dialect raises; what it
-- makes of them is text, objects that can be written as JSON, or nothing.

local json = require "oai.codec.json"
local lacks = require "spec.support.lacks"
local named_events = require "oai.events"
local recorded = require "spec.support.facts.recorded_streams"

if lacks("dialects, given odd types", _VERSION ~= "Lua 5.4" and not rawget(_G, "jit")
  and "Lua 5.4 and LuaJIT, which number differently, try it") then
  return
end

local REMOVED = {}

-- What a field may be instead of what it should be.
local ODD = { 1, "s", true, false, json.array(), {}, { 1 }, { json.null }, REMOVED, "", -1, 0.5, 1e9, "0", 1e300,
  { a = { b = 1 } }, { { type = "text", text = "t" } }, { { index = 0, id = "x" } } }

-- Of damaged texts in a run; by hand there may be more.
local DAMAGED = tonumber(os.getenv "OAI_DAMAGED_STREAMS") or 10000

local function shallow_copy(value)
  local copied = {}
  for key, item in pairs(value) do
    copied[key] = item
  end
  return setmetatable(copied, getmetatable(value))
end

--- Calls back with every version of a value in which one part of it is odd.
local function each_odd(value, use)
  if type(value) ~= "table" then
    return
  end
  for key, item in pairs(value) do
    local function use_with(odd)
      local changed = shallow_copy(value)
      changed[key] = odd
      use(changed, key, odd)
    end
    for _, odd in ipairs(ODD) do
      if odd ~= REMOVED then
        use_with(odd)
      elseif type(key) == "string" then
        use_with(nil)
      else
        use_with(json.null)
      end
    end
    each_odd(item, use_with)
  end
end

local function check_text(text)
  assert(text == nil or type(text) == "string" and text ~= "", "a text that is none")
end

local function check_object(value)
  assert(value == nil or type(value) == "table", "a result that is no object")
  if value ~= nil then
    local text, path, reason = json.encode(value)
    assert(text, ("%s: %s"):format(tostring(path), tostring(reason)))
  end
end

--- Takes an event, nil for the end, as one by name.
local function check_named(told, event)
  if not told then
    return
  end
  told:add(event)
  for named in told.take, told do
    assert(type(named.type) == "string", "an event without a name")
    if named.delta or named.text then
      assert(type(named.delta or named.text) == "string", "a delta that is no text")
      assert(type(named.snapshot) == "string" and #named.snapshot <= named.length, "a snapshot that is too long")
    end
  end
end

--- Reads a stream as call/stream.lua does.
local function read(dialect, events, texts)
  local state = dialect.new_state()
  local told = named_events.of(dialect, state)
  for i, event in ipairs(events) do
    check_text(dialect.text and dialect.text(event))
    check_text(dialect.audio and dialect.audio(event))
    local reason = dialect.fold(state, event, texts[i])
    assert(reason == nil or type(reason) == "string", "a reason that is no text")
    if reason and dialect.failure then
      assert(dialect.failure(event), "no error where there was one")
    end
    check_named(told, event)
    assert(type(dialect.may_end(state)) == "boolean", "may_end")
    if reason or dialect.is_last and dialect.is_last(event, state) then
      break
    end
  end
  check_named(told, nil)
  local value, incomplete = dialect.result(state)
  if value and dialect.audio then
    value.audio = type(value.audio) -- bytes are no JSON
  end
  check_object(value)
  assert(type(incomplete) == "boolean", "incomplete")
  for _, name in ipairs { "messages", "steps" } do
    check_object(dialect[name] and dialect[name](state))
  end
end

local function show(value)
  return value == nil and "nothing" or json.encode(value) or tostring(value)
end

for name, texts in pairs(recorded) do
  local dialect = require("oai.dialect." .. name)

  local function events_of()
    local events = {}
    for i, text in ipairs(texts) do
      events[i] = assert(json.decode(text))
    end
    return events
  end

  describe("dialect." .. name, function()
    it("reads a stream with all there is", function()
      read(dialect, events_of(), texts)
    end)

    it("takes any type for any field", function()
      each_odd(events_of(), function(events, key)
        local told = shallow_copy(texts)
        told[key] = json.encode(events[key])
        local done, message = pcall(read, dialect, events, told)
        if not done then
          error(("%s, where event %d is %s"):format(tostring(message), key, show(events[key])), 0)
        end
      end)
    end)

    it("takes what is left of damaged texts", function()
      local events, places = events_of(), #texts
      local random = 7
      local function at_most(most) -- the same on each Lua
        random = random * 16807 % 2147483647
        return random % most + 1
      end
      for _ = 1, DAMAGED / 8 do
        local place = at_most(places)
        local text, at = texts[place], at_most(#texts[place])
        local damaged = text:sub(1, at - 1) .. string.char(31 + at_most(95)) .. text:sub(at + 1)
        local whole = events[place]
        events[place] = json.decode(damaged)
        if events[place] ~= nil then
          local told = shallow_copy(texts)
          told[place] = damaged
          local done, message = pcall(read, dialect, events, told)
          if not done then
            error(("%s, after %s"):format(tostring(message), damaged), 0)
          end
        end
        events[place] = whole
      end
    end)
  end)
end
