-- The front door: what `require "oai"` gives. It loads nothing but its version
-- until it is asked for more, so that requiring it costs next to nothing.

---@class oai.Null  a light userdata
---@field package _is_null true

---@class oai
---@field client fun(options?: oai.ClientOptions): oai.Client  makes a client
---@field azure fun(options?: oai.AzureOptions): oai.Client  makes a client of Azure OpenAI
---@field bedrock fun(options?: oai.BedrockOptions): oai.Client  makes a client of Amazon Bedrock
---@field vertex fun(options: oai.VertexOptions): oai.Client  makes a client of Vertex AI
---@field null oai.Null  JSON null: `{ metadata = oai.null }` sends it, decoded arrays hold it
---@field array fun(items?: table): table  marks a table as a JSON array, so that an empty one is `[]`
---@field object fun(fields?: table, order?: string[]): table  marks a table as a JSON object, with an order of its keys
---@field json oai.Json  JSON as the library reads and writes it
---@field base64 oai.Base64  base64 of bytes
---@field data_url fun(path: string, media_type?: string): string?, oai.Error?  a file as a URL that holds it
---@field schema oai.Schema  JSON Schema from Lua
---@field accumulate fun(kind: oai.StreamKind): oai.Accumulator  adds up the events of a stream that come from elsewhere
---@field live_transcript fun(options?: oai.TranscriptOptions): oai.LiveTranscript  what is said in a Live session, as
--- turns that people can read
---@field webhooks oai.Webhooks  what the API sends by itself: whether it is from the API, and what it says
---@field cost fun(usage: table<string, table>, prices: table<string, oai.Price>): number, string[]?  what tokens cost
--- at these prices; beside it the models that have none
---@field similarity fun(a: number[]|string, b: number[]|string): number  how alike two texts are, by their embedding
--- vectors: the cosine
---@field dump fun(value: any): string  a value as readable text: cut off where it is long, without secrets
---@field tools fun(given: oai.Tools|oai.ToolTable): oai.Tools  functions that a model may call
---@field sleep fun(seconds: number): true?, oai.Error?  a pause of so many seconds, in which tasks and hosts go on
---@field map fun(items: any[], fn: (fun(item: any, index: integer): any, any), options: table): any[]?, any, ...  the
--- former name of `client:map`; the client is one of the options
---@field gather fun(tasks: oai.Task[], options?: table): any[]?, any, ...  the former name of `client:gather`
---@field is_error fun(value: any): boolean  whether a value is an error of the library
---@field check fun<T>(value?: T, err?: any, ...: any): T - nil, any  returns what it is given, or raises `err` itself,
--- on each Lua
local oai = { _VERSION = require "oai.version", _NAME = "oai" }

local function load_module(name)
  return require "oai.load"(name)
end

--- What makes clients of a provider.
local function maker_of(name)
  local provider, client = load_module("oai.provider." .. name), load_module "oai.client"
  return function(options)
    return client.new(provider.options(options))
  end
end

local loaders = {
  client = function()
    return load_module("oai.client").new
  end,
  azure = function()
    return maker_of "azure"
  end,
  bedrock = function()
    return maker_of "bedrock"
  end,
  vertex = function()
    return maker_of "vertex"
  end,
  null = function()
    return load_module("oai.codec.json").null
  end,
  array = function()
    return load_module("oai.codec.json").array
  end,
  object = function()
    return load_module("oai.codec.json").object
  end,
  json = function()
    return load_module "oai.json"
  end,
  base64 = function()
    return load_module "oai.base64"
  end,
  data_url = function()
    return load_module "oai.data_url"
  end,
  schema = function()
    return load_module "oai.schema"
  end,
  accumulate = function()
    return load_module "oai.accumulate"
  end,
  live_transcript = function()
    return load_module "oai.transcript"
  end,
  webhooks = function()
    return load_module "oai.webhook"
  end,
  cost = function()
    return load_module("oai.observe.tokens").cost
  end,
  similarity = function()
    return load_module "oai.similarity"
  end,
  dump = function()
    return load_module "oai.dump"
  end,
  tools = function()
    return load_module("oai.tools").new
  end,
  sleep = function()
    return load_module "oai.task.sleep"
  end,
  map = function()
    return load_module("oai.former").map
  end,
  gather = function()
    return load_module("oai.former").gather
  end,
  is_error = function()
    return load_module("oai.error").is_error
  end,
  check = function()
    return load_module("oai.error").check
  end,
}

--- A function that raises where it is called with a colon.
local function with_dot(name, fn)
  return function(first, ...)
    if first == oai then
      require("oai.error").misuse(("oai.%s: call it with a dot, as in oai.%s(...)"):format(name, name))
    end
    return fn(first, ...)
  end
end

local function refuse(name)
  if require("oai.unknown").is_probe(name) then
    return
  end
  require("oai.error").misuse(("oai.%s does not exist%s"):format(tostring(name),
    require("oai.suggest").hint(name, loaders, "oai")))
end

setmetatable(oai, {
  __index = function(self, name)
    local load = loaders[name]
    if not load then
      return refuse(name)
    end
    local value = load()
    if type(value) == "function" then
      value = with_dot(name, value)
    end
    rawset(self, name, value)
    return value
  end,
  __call = function()
    require("oai.error").misuse "the library is no function: oai.client { api_key = ... } makes a client"
  end,
})

return oai
