-- The answer of a run: whole, and a value where the program has said of which
-- schema. What it is instead is an error of a kind of its own.

local ending = require "oai.run.ending"
local format = require "oai.parse.format"
local parse_text = require "oai.parse.text"
local set = require "oai.set"

local answer = {}

-- Formats as the API has them, which are sent as they stand.
local WIRE = set { "json_schema", "json_object", "text", "grammar", "python" }

--- The format of the answer that a program has given as a schema, for the
--- adapter to send; nil where it has given none.
---@param given any
---@param operation string
---@return oai.ParseFormat?
function answer.format(given, operation)
  if given == nil or type(given) == "table" and WIRE[given.type] then
    return nil
  end
  return format.read(given, operation)
end

-- Kinds of errors by why a reply is not whole.
local KINDS = { length = "length", max_output_tokens = "length", max_tokens = "length",
  content_filter = "content_filter" }

local function fail(self, err)
  err.completion, err.operation = self.reply, self._api.operation
  ending.fail(self, err)
end

--- Ends a run whose reply is not whole.
---@param self oai.ToolRun
---@param shortfall { reason: string, message: string }
function answer.cut(self, shortfall)
  fail(self, ending.error(self, KINDS[shortfall.reason] or "failed", shortfall.reason, shortfall.message))
end

--- Makes a value of the last reply's text, where that is wanted. The run fails
--- where it is none.
---@param self oai.ToolRun
function answer.settle(self)
  local of = self._format
  if not of then
    return
  elseif self._state.text == "" and self._refusal then
    fail(self, ending.error(self, "refusal", nil, self._refusal))
    return
  end
  local value, err = parse_text(self._state.text, of.schema)
  self.output_parsed = value
  if err then
    err.text = self._state.text
    fail(self, err)
  end
end

return answer
