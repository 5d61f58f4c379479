-- The calls of tools in a message that arrives in deltas: which call a delta
-- belongs to, and what its name and arguments are in the end. Servers leave
-- out, repeat, change and mix up indexes, ids and names, so that none of them
-- is believed alone.

local delta = require "oai.dialect.delta"
local json = require "oai.codec.json"
local kind = require "oai.dialect.kind"
local latest = require "oai.dialect.latest"
local pieces = require "oai.dialect.pieces"
local places = require "oai.dialect.places"
local set = require "oai.set"

local calls = {}

-- What a call calls, and the field of that with what it is called with.
local INPUTS = { ["function"] = "arguments", function_call = "arguments", custom = "input" }

--- What is known of the calls of one message. Which call each delta of the
--- last event went to is in `touched`.
---@return table
function calls.new()
  return { by_index = {}, by_id = {}, touched = {}, last = nil }
end

--- An id: a text or a number that says something.
local function id_of(call)
  local id = call.id
  return (type(id) == "string" or type(id) == "number") and not latest.is_nothing(id) and id or nil
end

--- The name of what is called, and whether any of what it is called with is
--- there.
local function facts_of(call)
  local name, has_input
  for of, field in pairs(INPUTS) do
    local tool = kind.object(call[of])
    name = name or type(tool.name) == "string" and tool.name ~= "" and tool.name or nil
    has_input = has_input or not latest.is_nothing(tool[field])
  end
  return name, has_input
end

--- The call that a delta goes on with: the one of its index where the id agrees,
--- else the one of its id, else the one of its index.
local function call_at(state, index, id, is_head)
  local here, mine = index and state.by_index[index], id and state.by_id[id]
  if mine and not (here and here.id == id) and (here or not index or not is_head) then
    return mine
  end
  return here
end

--- What is known of the call that a delta is about, or nil for a new one.
--- Only with a name does one begin, unless nothing came before: an id that
--- was not seen and an index that no call has are the last one's.
local function find(state, call, index, id)
  local name, has_input = facts_of(call)
  local known, last = call_at(state, index, id, name ~= nil), state.last
  if known and id and known.id and known.id ~= id then
    return not name and known or nil
  elseif known then -- until it has input, it may get more of its name
    return (not name or not known.has_input or name == known.name) and known or nil
  elseif name then
    return not index and not id and last and not last.name and last or nil
  end
  return (not id or has_input) and last or nil
end

local function add(folding, message, index)
  message.tool_calls = message.tool_calls or {}
  return { call = places.insert(folding.places, message.tool_calls, index, {}), has_input = false }
end

local function known_of(folding, state, message, call)
  local index, id = places.index(call.index), id_of(call)
  local known = find(state, call, index, id) or add(folding, message, index)
  if index then
    state.by_index[index] = known
  end
  if id and (known.id or id) == id then -- ids that change are nobody's
    state.by_id[id], known.id = known, id
  end
  state.last = known
  return known
end

--- A name that comes again is the same one; another is more of it, as long
--- as nothing has come of what is behind the name.
local function fold_name(known, tool, name)
  local before = known.name or ""
  if not known.has_input or before == "" then
    known.name = name:sub(1, #before) == before and name or before .. name
    tool.name = known.name
  end
end

--- What something is called with is JSON in a text, though a server may send
--- the value itself.
local function fold_input(folding, known, tool, field, value)
  if type(value) == "string" then
    pieces.add(folding.pieces, tool, field, value)
  elseif type(value) == "table" and not (known.has_input and latest.is_nothing(value)) then
    pieces.drop(folding.pieces, tool, field)
    tool[field] = json.encode(value)
  end
end

local function fold_tool(folding, known, of, fields)
  local tool = known.call[of] or {}
  known.call[of] = tool
  for field, value in pairs(fields) do
    if field == INPUTS[of] then
      fold_input(folding, known, tool, field, value)
    elseif field ~= "name" then
      delta.add(folding, tool, field, value)
    elseif type(value) == "string" and value ~= "" then
      fold_name(known, tool, value)
    end
  end
end

local function fold_call(folding, known, call)
  local _, has_input = facts_of(call)
  for field, value in pairs(call) do
    if INPUTS[field] then
      if kind.is_object(value) then
        fold_tool(folding, known, field, value)
      end
    elseif field == "id" then
      known.call.id = known.call.id or id_of(call)
    elseif field ~= "index" then
      delta.add(folding, known.call, field, value)
    end
  end
  known.has_input = known.has_input or has_input
end

--- The deltas of calls: a list, or one alone, which some servers send.
---@param deltas any
---@return table
function calls.list(deltas)
  if kind.is_object(deltas) and (deltas["function"] ~= nil or deltas.id ~= nil) then
    return { deltas }
  end
  return kind.list(deltas)
end

--- Folds deltas of calls into those of a message.
---@param folding table  of delta.new
---@param state table    of calls.new
---@param message table
---@param deltas any
function calls.fold(folding, state, message, deltas)
  for i, call in ipairs(calls.list(deltas)) do
    local known = kind.is_object(call) and known_of(folding, state, message, call)
    state.touched[i] = known and known.call or false
    if known then
      fold_call(folding, known, call)
    end
  end
end

-- What of a call says the same when it comes again.
local REPEATED = set { "index", "id", "type" }

--- What the last call calls, when deltas bring nothing but more arguments for
--- it.
---@param state table  of calls.new
---@param deltas any
---@return table? tool
function calls.tool_of(state, deltas)
  local list = kind.list(deltas)
  local call = list[2] == nil and kind.object(list[1])
  local tool = call and kind.object(call["function"])
  if not tool or next(tool) ~= "arguments" or next(tool, "arguments") ~= nil then
    return nil
  end ---@cast call table
  for field in pairs(call) do
    if field ~= "function" and not REPEATED[field] then
      return nil
    end
  end
  return state.last and state.last.call["function"]
end

--- Folds a delta of the one call of a message, as there was before there
--- were several.
---@param folding table  of delta.new
---@param state table    of calls.new
---@param message table
---@param fields any
function calls.fold_single(folding, state, message, fields)
  if kind.is_object(fields) then
    state.single = state.single or { call = message, has_input = false }
    fold_call(folding, state.single, { function_call = fields })
  end
end

require "oai.interpret" ()

return calls
