-- An attempt's request with the header lines that its provider adds when all
-- else of it is fixed, such as a signature.

local error_value = require "oai.error"
local header = require "oai.codec.header"
local options = require "oai.options"

local signed = {}

--- The lines of a plan but for those of these fields.
local function lines_without(plan, fields)
  local kept = {}
  for _, line in ipairs(plan.lines) do
    if not fields[line:match("^[^:;]+"):lower()] then
      kept[#kept + 1] = line
    end
  end
  return kept
end

--- The lines of fields that a provider gave.
local function lines_of(plan, given)
  local fields, reason = header.merge { given }
  if not fields then
    error_value.misuse(("the provider '%s': %s"):format(plan.provider.name, reason))
  end ---@cast fields table
  return header.lines(fields), fields
end

--- The request with its provider's lines, for one attempt; nil and an error
--- where there are none. May wait.
---@param state table       of the call
---@param request oai.Request
---@return oai.Request?
---@return oai.Error? err
function signed.request(state, request)
  local given, err = request.settings.credentials:sign(request, state)
  if not given then
    return nil, err
  end
  local added, fields = lines_of(request.plan, given)
  local lines = lines_without(request.plan, fields)
  for _, line in ipairs(added) do
    lines[#lines + 1] = line
  end
  state.request.signature = added
  local made = options.merge(request, { plan = options.merge(request.plan, { lines = lines }) }) --[[@as oai.Request]]
  return made
end

require "oai.interpret" ()

return signed
