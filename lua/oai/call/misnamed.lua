-- Parameters that a program calls as another operation does, or nearly as this
-- one: told in the error of a server that has refused the request. What a
-- server takes is its own to say, so nothing is refused here.

local error_value = require "oai.error"
local suggest = require "oai.suggest"

local misnamed = {}

local REFUSED = { bad_request = true, unprocessable = true }

local TOKENS = "'max_output_tokens'"
local AS_TEXT = "'text' (its 'format'), or client.responses:parse has 'text_format'"

--- By operation: names of parameters that it does not have, and what it has in
--- their place.
---@type table<string, table<string, string>>
local NAMES = {
  ["responses.create"] = {
    messages = "'input'", max_tokens = TOKENS, max_completion_tokens = TOKENS,
    system = "'instructions'", response_format = AS_TEXT, text_format = AS_TEXT, functions = "'tools'",
    reasoning_effort = "'reasoning' (its 'effort')", verbosity = "'text' (its 'verbosity')",
  },
  ["chat.completions.create"] = {
    input = "'messages'", prompt = "'messages'", max_output_tokens = "'max_completion_tokens'",
    instructions = "a message whose role is 'developer'", system = "a message whose role is 'developer'",
    text_format = "'response_format'", text = "'response_format'", reasoning = "'reasoning_effort'",
  },
  ["completions.create"] = { messages = "'prompt'; client.chat.completions:create has 'messages'", input = "'prompt'",
    max_output_tokens = "'max_tokens'", max_completion_tokens = "'max_tokens'" },
  ["embeddings.create"] = { text = "'input'", texts = "'input'", prompt = "'input'" },
  ["moderations.create"] = { text = "'input'", prompt = "'input'" },
  ["images.generate"] = { input = "'prompt'", text = "'prompt'" },
  ["audio.speech.create"] = { text = "'input'", format = "'response_format'" },
  ["audio.transcriptions.create"] = { audio = "'file'", path = "'file'" },
  ["files.create"] = { path = "'file'", files = "'file'" },
}

--- What is said of the first name, in the order of the alphabet, that stands
--- among the parameters and is called otherwise.
local function otherwise(name, params)
  local found
  for given in pairs(NAMES[name] or {}) do
    if params[given] ~= nil and (not found or given < found) then
      found = given
    end
  end
  return found and (" ('%s' is called %s here)"):format(found, NAMES[name][found])
end

--- What is said of a name that is nearly the one that the server misses.
local function nearly(wanted, params)
  local near = type(wanted) == "string" and params[wanted] == nil and suggest.nearest(wanted, params)
  return near and (" ('%s' stands among the parameters: is it meant?)"):format(near)
end

--- An error, whose message says which parameter has another name, where a
--- server has refused a request that has such.
---@param err any
---@param name string  of the operation
---@param params any
---@return any err
function misnamed.told(err, name, params)
  if type(params) == "table" and error_value.is_error(err) and REFUSED[err.kind] and err.status then
    err.message = err.message .. (otherwise(name, params) or nearly(err.param, params) or "")
  end
  return err
end

require "oai.interpret" ()

return misnamed
