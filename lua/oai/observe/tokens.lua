-- The tokens that replies say they have cost, by model, and what that costs at
-- prices of the program's. Pure.

local error_value = require "oai.error"

local tokens = {}

---@class oai.TokenCount
---@field input number      of what was sent
---@field cached number     of those: read from the API's cache
---@field output number  of what was answered
---@field reasoning number  of those: thought, not said
---@field requests integer  how many there were

---@class oai.Price  in any money, for a million tokens
---@field input number  of what is sent
---@field output number  of what is answered
---@field cached? number  of input that was cached; else as any input

local function number(value)
  return type(value) == "number" and value or 0
end

local function detail(used, first, second, name)
  local details = used[first] or used[second]
  return type(details) == "table" and number(details[name]) or 0
end

local function add(sum, name, value)
  if type(value) == "number" and value ~= 0 then
    sum[name] = sum[name] + value
  end
end

local function add_detail(sum, name, details, counter)
  if type(details) == "table" then
    add(sum, name, details[counter])
  end
end

--- The tokens of one reply, whichever API it is of; nil where it says nothing.
---@param used any
---@return oai.TokenCount?
function tokens.of(used)
  if type(used) ~= "table" then
    return nil
  elseif used.input ~= nil then
    return used
  end
  return {
    input = number(used.input_tokens or used.prompt_tokens),
    cached = detail(used, "input_tokens_details", "prompt_tokens_details", "cached_tokens"),
    output = number(used.output_tokens or used.completion_tokens),
    reasoning = detail(used, "output_tokens_details", "completion_tokens_details", "reasoning_tokens"),
    requests = 1,
  }
end

--- Adds the tokens of a reply to those of its model.
---@param counted table<string, oai.TokenCount>
---@param model? string
---@param used table  as the reply has it
function tokens.count(counted, model, used)
  local sum = counted[model or "unknown"]
  if not sum then
    sum = { input = 0, cached = 0, output = 0, reasoning = 0, requests = 0 }
    counted[model or "unknown"] = sum
  end
  add(sum, "input", used.input_tokens or used.prompt_tokens)
  add(sum, "output", used.output_tokens or used.completion_tokens)
  add_detail(sum, "cached", used.input_tokens_details or used.prompt_tokens_details, "cached_tokens")
  add_detail(sum, "reasoning", used.output_tokens_details or used.completion_tokens_details, "reasoning_tokens")
  sum.requests = sum.requests + 1
end

--- The price of a model, also of the dated one that stands for it.
local function price_of(prices, model)
  local price = prices[model] or prices[(model:gsub("%-%d%d%d%d%-%d%d%-%d%d$", ""))]
  if price and (type(price) ~= "table" or type(price.input) ~= "number" or type(price.output) ~= "number") then
    error_value.misuse(("oai.cost: the price of '%s' must be { input =, output =, cached = }, for a million tokens")
      :format(model))
  end
  return price
end

local function of_one(used, price)
  local fresh = used.input - used.cached
  return (fresh * price.input + used.cached * (price.cached or price.input) + used.output * price.output) / 1e6
end

--- What tokens cost at these prices, in the money in which they are.
---@param usage table<string, table>  by model: client.usage, or `{ [model] = reply.usage }`
---@param prices table<string, oai.Price>  by model
---@return number cost         in that money
---@return string[]? unknown  the models without a price, which are not in it
function tokens.cost(usage, prices)
  if type(usage) ~= "table" or type(prices) ~= "table" then
    error_value.misuse "oai.cost: expected the tokens by model, and prices by model"
  end
  local cost, without = 0, {}
  for model, used in pairs(usage) do
    local price, counted = price_of(prices, model), tokens.of(used)
    if not counted then
      error_value.misuse(("oai.cost: the tokens of '%s' must be a table"):format(tostring(model)))
    elseif price then
      cost = cost + of_one(counted, price)
    else
      without[#without + 1] = model
    end
  end
  table.sort(without)
  return cost, without[1] and without or nil
end

require "oai.interpret" ()

return tokens
