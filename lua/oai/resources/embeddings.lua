-- Embeddings: https://platform.openai.com/docs/api-reference/embeddings

local json = require "oai.codec.json"
local resource = require("oai.call.definition").new
local tables = require "oai.tables"

--- Whether how vectors travel is left to the library.
local function is_free(self, params)
  return type(self) == "table" and rawget(self, "_client") and type(params) == "table"
    and params.encoding_format == nil
end

--- Whether base64, a quarter of the bytes, is known to work where a call goes.
--- Other servers may refuse it.
local function knows_base64(client, options)
  return client._settings.base64 and not (type(options) == "table" and options.base_url)
end

local function with_base64(params)
  local copy = { encoding_format = "base64" }
  for name, value in pairs(params) do
    copy[name] = value
  end
  return copy
end

--- A server has sent base64 or numbers, whatever was wished for.
local function decode(reply)
  for _, item in tables(reply.data) do
    local embedding = item.embedding
    if type(embedding) == "string" then
      item.embedding = json.vector(embedding) or embedding
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
    params = knows_base64(self._client, options) and with_base64(params) or params
    local reply, facts = create(self, params, options)
    return reply and decode(reply), facts
  end
end

require "oai.interpret" ()

return resource {
  create = { "POST /embeddings", around = decoding },
}
