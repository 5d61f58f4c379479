-- Replies and streams without a connection: a client that never sends, and
-- what its calls make of bytes as if a server had sent them.

local line = require "oai.call.line"
local oai = require "oai"
local object = require "oai.call.object"
local page = require "oai.call.page"
local reply = require "oai.call.reply"
local response = require "oai.call.response"
local settings = require "oai.settings"
local source = require "oai.call.source"
local stream = require "oai.call.stream"

local offline = {}

local OPTIONS = { api_key = "sk-spec-0123456789-wxyz", max_retries = 0 }

local client, keyless

local function the_client()
  client = client or oai.client(OPTIONS)
  return client
end

--- A client whose calls fail: it has no key.
local function the_keyless_client()
  keyless = keyless or oai.client { api_key = function() end, max_retries = 0 }
  return keyless
end

--- A request as call/request.lua makes one, as far as errors look at it.
local function new_request(name, dialect)
  return {
    plan = { name = name, lines = {} }, settings = settings.new(OPTIONS), url = "http://127.0.0.1/", stream = dialect,
  }
end

local function facts_of(body, content_type)
  local facts = response.new(200, ("HTTP/1.1 200 OK\r\ncontent-type: %s\r\n\r\n"):format(content_type), 1, 0,
    "spec1")
  facts.body, facts._exchange = body, body -- what decodes an exchange takes a text as well
  return facts
end

local function new_state()
  return { engine = false, shared = {}, deadline = math.huge, limit = math.huge }
end

--- The stream that bytes are.
---@param dialect string
---@param bytes string
function offline.stream(dialect, bytes)
  return stream.new(source.of_text(bytes), facts_of(nil, "text/event-stream"), new_state(),
    new_request("spec.stream", require("oai.dialect." .. dialect)),
    { client = the_client(), endpoint = line.parse("spec.stream", "POST /spec"), values = {} })
end

--- What an operation returns for a body that came with 200; of a list, a page
--- of which no other can be had.
---@param name string       such as "files.list"
---@param definition string|table  its endpoint line
---@param home table        its resource
---@param body string
---@param content_type? string
function offline.call(name, definition, home, body, content_type)
  local endpoint = line.parse(name, definition, home)
  local value, err = reply.value(endpoint, facts_of(body, content_type or "application/json"), new_request(name),
    new_state())
  if type(value) ~= "table" then
    return value, err
  elseif endpoint.page then
    object.attach_all(value.data, the_client(), endpoint, {})
    local list = { resource = { _client = the_keyless_client() }, parsed = endpoint, values = {} }
    endpoint.path = endpoint.path or "/spec"
    return page.new(value, list, nil, {})
  end
  return object.attach_new(value, the_client(), endpoint, {})
end

--- Numbers from 1 to `most`, the same on each Lua.
function offline.random(seed)
  return function(most)
    seed = seed * 16807 % 2147483647
    return seed % most + 1
  end
end

return offline
