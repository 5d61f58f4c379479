-- Embeddings: https://platform.openai.com/docs/api-reference/embeddings

local json = require "oai.codec.json"
local resource = require("oai.call.definition").new
local tables = require "oai.tables"

--- Vectors travel as base64 where that is known to work, at a quarter of the
--- bytes; other servers may not know it.
local function prefers_base64(client, params)
  return client and type(params) == "table" and params.encoding_format == nil
    and client._settings.host == "api.openai.com"
end

local function with_base64(params)
  local copy = { encoding_format = "base64" }
  for name, value in pairs(params) do
    copy[name] = value
  end
  return copy
end

--- A server that ignored the wish has sent numbers: they stay.
local function decode(reply)
  for _, item in tables(reply.data) do
    if type(item.embedding) == "string" then
      item.embedding = json.vector(item.embedding) or item.embedding
    end
  end
  return reply
end

--- Makes embedding vectors tables of numbers, unless `encoding_format` asks
--- for something else.
local function decoding(create)
  return function(self, params, options)
    if type(self) ~= "table" or not prefers_base64(rawget(self, "_client"), params) then
      return create(self, params, options)
    end
    local reply, facts = create(self, with_base64(params), options)
    return reply and decode(reply), facts
  end
end

require "oai.interpret" ()

return resource {
  create = { "POST /embeddings", around = decoding },
}
