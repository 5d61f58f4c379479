-- Embeddings: https://platform.openai.com/docs/api-reference/embeddings

local json = require "oai.codec.json"
local resource = require("oai.call.definition").new
local tables = require "oai.tables"

--- Whether how vectors travel is left to the library.
local function is_free(self, params)
  return type(self) == "table" and rawget(self, "_client") and type(params) == "table"
    and params.encoding_format == nil
end

--- The parameters, with the wish for base64, a quarter of the bytes: where that
--- is known to work. Other servers may refuse it.
local function with_base64(client, params)
  if not client._settings.base64 then
    return params
  end
  local copy = { encoding_format = "base64" }
  for name, value in pairs(params) do
    copy[name] = value
  end
  return copy
end

--- A server has sent base64 or numbers, whatever was wished for.
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
    if not is_free(self, params) then
      return create(self, params, options)
    end
    local reply, facts = create(self, with_base64(self._client, params), options)
    return reply and decode(reply), facts
  end
end

require "oai.interpret" ()

return resource {
  create = { "POST /embeddings", around = decoding },
}
