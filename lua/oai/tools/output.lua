-- What a function returned, as the text or the parts that the model is given;
-- and what it failed with, as a short text. Pure.

local json = require "oai.codec.json"
local options_list = require "oai.options"
local printable = require "oai.printable"

local output = {}

local LONGEST = 500 -- bytes of an error's text that the model is given

-- The types of parts that outputs may be made of.
local PARTS = {
  input_text = true, input_image = true, input_file = true,
  text = true, image_url = true, file = true, input_audio = true,
}

local function is_part(value)
  return type(value) == "table" and PARTS[value.type] == true
end

local function are_parts(value)
  for i = 1, #value do
    if not is_part(value[i]) then
      return false
    end
  end
  return #value > 0
end

--- Why a value cannot be sent, or nil.
local function as_json(value)
  local text, path, reason = json.encode(value)
  if text then
    return text
  end
  return nil, ("what it returned is no JSON: %s%s"):format(path ~= "" and path .. ": " or "", reason)
end

--- What the model is given of what a function returned: nothing as an empty
--- text, a text as it is, parts as they are, all else as JSON.
---@param value any
---@return string|table[]|nil given
---@return string? reason  why it cannot be sent
function output.of(value)
  if value == nil then
    return ""
  elseif type(value) == "string" then
    local at = json.text_fault(value)
    if at then
      return nil, ("what it returned is no UTF-8 from byte %d on"):format(at)
    end
    return value
  elseif is_part(value) or type(value) == "table" and are_parts(value) then
    local text, reason = as_json(value)
    return text and options_list.copy(value.type and { value } or value), reason -- it may be changed meanwhile
  end
  return as_json(value)
end

--- The first of a text's bytes, no character cut through.
local function shortened(text)
  if #text <= LONGEST then
    return text
  end
  return text:sub(1, LONGEST + 1):match "^(.*)[^\128-\191]" .. "..."
end

-- How errors that Lua raises begin: with the file and line of the program.
local PLACES = { "^[^:\n]*%.lua:%d+: ", '^%[string ".-"%]:%d+: ', "^[^%s:]+:%d+: " }

local function without_place(text)
  for _, pattern in ipairs(PLACES) do
    local _, last = text:find(pattern)
    if last then
      return text:sub(last + 1)
    end
  end
  return text
end

-- How Lua writes what has no text: by its kind, and where in memory it lies, or
-- in LuaJIT.
local ADDRESSES = { "^([^\n]-): 0?x?%x%x%x%x%x%x+$", "^(function): builtin#%d+$" }

--- What kind of thing a text says that something is which has no text; or nil.
local function kind_in(text)
  return text:match(ADDRESSES[1]) or text:match(ADDRESSES[2])
end

--- An error as a text; a table that has none by its fields. Where something
--- lies in memory is left out, since it differs from process to process.
local function text_of(raised)
  if type(raised) == "table" and type(raised.message) == "string" then
    return raised.message
  end
  local text = tostring(raised)
  local kind = type(raised) ~= "string" and kind_in(text)
  return kind and (type(raised) == "table" and json.encode(raised) or kind) or text
end

--- What went wrong as one short line: without the program's file and line,
--- which are nobody's but its own.
---@param raised any
---@return string
function output.said(raised)
  local is_read, text = pcall(text_of, raised)
  if not is_read then
    text = "an error that has no text"
  end
  return shortened(printable(without_place(text):match "^[^\r\n]*" --[[@as string]]))
end

return output
