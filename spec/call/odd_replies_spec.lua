-- Whatever a server sends with 200, a call returns `nil, err` or a value of the
-- right kind, and a stream ends: fields of any type, and bytes that are damaged.

local error_value = require "oai.error"
local json = require "oai.codec.json"
local line = require "oai.call.line"
local offline = require "spec.support.offline"
local recorded = require "spec.support.facts.recorded_streams"

-- Of damaged streams in a run; by hand there may be more.
local DAMAGED = tonumber(os.getenv "OAI_DAMAGED_STREAMS") or 10000

local ODD = { "1", '"s"', "true", "false", "[]", "{}", "[1]", "[null]", "null", '""', "-1", "1e300", '{"a":{"b":1}}',
  '[{"id":"x"}]', '[[]]' }

-- What an operation may answer, by what is in it, with a mark for each field
-- that is replaced in turn.
local REPLIES = {
  { "chat.completions", "create", '{"id":%s,"object":%s,"created":%s,"model":%s,"choices":[{"index":%s,"message":%s,'
    .. '"finish_reason":%s,"logprobs":%s,"error":%s}],"usage":%s,"error":%s}' },
  { "responses", "create", '{"id":%s,"object":%s,"status":%s,"output":[{"id":%s,"type":%s,"content":[{"type":%s,'
    .. '"text":%s}]}],"usage":%s,"error":%s,"deleted":%s}' },
  { "responses", "create", '{"id":"r","object":"response","output":%s,"error":%s}' },
  { "responses", "create", '{"id":"r","object":"response","output":[{"type":"message","content":%s},%s]}' },
  { "embeddings", "create", '{"object":%s,"data":[{"object":%s,"index":%s,"embedding":%s},%s],"usage":%s}' },
  { "embeddings", "create", '{"data":%s}' },
  { "files", "retrieve", '{"id":%s,"object":%s,"deleted":%s,"error":%s,"data":%s}' },
  { "files", "delete", '{"id":%s,"object":%s,"deleted":%s}' },
  { "files", "list", '{"object":%s,"data":[{"id":%s,"object":%s},%s],"has_more":%s,"first_id":%s,"last_id":%s,'
    .. '"next":%s,"next_page":%s,"error":%s}' },
  { "files", "list", '{"data":%s}' },
  { "models", "list", '{"object":%s,"data":%s}' },
  { "conversations.items", "list", '{"data":[%s],"has_more":%s,"last_id":%s}' },
  { "admin.organization.groups", "list", '{"data":[%s],"has_more":%s,"next":%s}' },
  { "admin.organization.usage", "costs", '{"data":[%s],"has_more":%s,"next_page":%s}' },
  { "vector_stores.files", "retrieve", '{"id":%s,"object":%s,"vector_store_id":%s}' },
  { "beta.threads.runs", "retrieve", '{"id":%s,"object":%s,"thread_id":%s,"status":%s}' },
  { "batches", "retrieve", '{"id":%s,"object":%s,"errors":%s,"request_counts":%s}' },
  { "audio.transcriptions", "create", '{"text":%s,"error":%s}' },
  { "audio.speech", "create", '{"error":%s}' },
  { "moderations", "create", "%s" },
  { "files", "list", "%s" },
  { "responses", "delete", "%s" },
}

local GOOD = '"good"'

--- The texts of a reply in which each field in turn is of each odd type.
local function each_text(template, use)
  local _, count = template:gsub("%%s", "")
  for at = 1, count do
    for _, odd in ipairs(ODD) do
      local place = 0
      use((template:gsub("%%s", function()
        place = place + 1
        return place == at and odd or GOOD
      end)))
    end
  end
end

local function definition_of(path)
  local module, rest = path:match "^([%w_]+)%.?(.*)$"
  local definition = require("oai.resources." .. module)
  for key in rest:gmatch "[%w_]+" do
    definition = definition[key]
  end
  return definition
end

--- Looks at all there is of what a call returned.
local function look_at(value, is_page)
  tostring(value)
  if type(value) ~= "table" then
    return
  end
  assert(value.output_text == nil or type(value.output_text) == "string", "a text that is none")
  tostring(value.no_such_name)
  if is_page then
    assert(type(value.data) == "table", "a page without a list")
    local count = 0
    local done, raised = pcall(function()
      for item in value:each() do
        tostring(item)
        count = count + 1
        assert(count < 20, "an endless list")
      end
    end)
    assert(done or error_value.is_error(raised), raised)
    value:next()
  end
  assert(json.encode(value))
end

local function check(path, key, body)
  local home = definition_of(path)
  local is_page = type(home[key]) == "table" and home[key].page ~= nil
  local returns = type(home[key]) == "table" and home[key].returns or "json"
  local value, err = offline.call(path .. "." .. key, home[key], home, body)
  if value == nil then
    assert(error_value.is_error(err), "neither a value nor an error")
    assert(tostring(err) ~= "" and err.operation, "an error that says little")
  elseif returns == "json" then
    assert(type(value) == "table", "no object")
  end
  look_at(value, is_page)
end

describe("odd replies", function()
  for _, case in ipairs(REPLIES) do
    it(("of %s.%s, %s, are values or errors"):format(case[1], case[2], case[3]:sub(1, 40)), function()
      assert(line.target(definition_of(case[1])[case[2]]))
      each_text(case[3], function(body)
        local done, message = pcall(check, case[1], case[2], body)
        if not done then
          error(("%s, of %s"):format(tostring(message), body), 0)
        end
      end)
    end)
  end
end)

--- Reads a stream in one of two ways, to its end.
local function read(dialect, bytes, by_text)
  local stream = offline.stream(dialect, bytes)
  local done, raised = true, nil
  local has_text, texts = pcall(stream.text, stream)
  if by_text and has_text then
    done, raised = pcall(function()
      for text in texts do
        assert(type(text) == "string", "a text that is none")
      end
    end)
  end
  assert(done or error_value.is_error(raised), tostring(raised))
  local value, err = stream:final()
  assert(stream.status ~= "open", "a stream without an end")
  assert(err == nil or error_value.is_error(err), "no error")
  assert(value ~= nil or err ~= nil, "an end without a word")
  assert(err == nil or stream.status == "cut", "an error of a stream that is whole")
  tostring(value)
end

local function bytes_of(texts)
  local lines = {}
  for i, text in ipairs(texts) do
    local event = json.decode(text)
    local data = event.data
    if event.event then
      text = ("%s\n%s"):format(event.event, type(data) == "string" and data or json.encode(data))
    end
    lines[i] = (event.event and "event: " or "data: ") .. text:gsub("\n", "\ndata: ")
  end
  return table.concat(lines, "\n\n") .. "\n\ndata: [DONE]\n\n"
end

--- Damages a byte, leaves some out, or repeats some.
local function damaged(bytes, random)
  local at, count = random(#bytes), random(20)
  local way = random(4)
  if way == 1 then
    return bytes:sub(1, at - 1) .. bytes:sub(at + count)
  elseif way == 2 then
    return bytes:sub(1, at) .. bytes:sub(math.max(1, at - count))
  end
  return bytes:sub(1, at - 1) .. string.char(random(256) - 1) .. bytes:sub(at + 1)
end

describe("damaged streams", function()
  for name, texts in pairs(recorded) do
    it("of " .. name .. " end", function()
      local bytes, random = bytes_of(texts), offline.random(11)
      local stream = offline.stream(name, bytes)
      assert.is_table((stream:final()))
      assert.equal("complete", stream.status)
      for i = 1, DAMAGED / 8 do
        local now = damaged(bytes, random)
        local done, message = pcall(read, name, now, i % 2 == 0)
        if not done then
          error(("%s, of %q"):format(tostring(message), now), 0)
        end
      end
    end)
  end
end)
