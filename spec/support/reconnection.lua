-- Plays a case of what is made again (spec/support/facts/sockets.lua) with a
-- server, and holds what comes of it against the case.

local assert = require "luassert"
local conversation = require "spec.support.conversation"
local engines = require "oai.engine"

local reconnection = {}

--- The sockets of a case, in order.
local function sockets_of(codes)
  local list = {}
  for i, code in ipairs(codes) do
    local is_silent = type(code) == "table"
    local close = { close = is_silent and code[1] or code }
    list[i] = { steps = is_silent and { close } or { { send = { type = "x" } }, close } }
  end
  list[#list + 1] = { steps = { { send = { type = "x" } }, { close = 1000 } } }
  return list
end

--- Without chance: delays are at their longest.
local function without_chance(fn)
  local random = engines.random
  engines.random = function()
    return 0
  end
  local done, fault = pcall(fn)
  engines.random = random
  if not done then
    error(fault, 0)
  end
end

--- Reads a connection to its end: how many events, and why it ended.
local function read(connection)
  local count, event, err = 0, connection:next(20)
  while event do
    count = count + 1
    event, err = connection:next(20)
  end
  return count, err
end

--- Plays a case.
---@param server table
---@param case table
---@param options table  of the connection
function reconnection.check(server, case, options)
  local scene = conversation.scene(server, sockets_of(case.codes))
  local told, delays = {}, {}
  local given = { max_retries = case.max_retries, ping_interval = false }
  for name, value in pairs(options) do
    given[name] = value
  end
  if case.handler ~= false then
    given.on_reconnecting = function(seen)
      assert.equal(case.max_retries, seen.max_attempts)
      told[#told + 1] = { attempt = seen.attempt, code = seen.code }
      delays[#delays + 1] = seen.delay
      if case.handler == "raises" then
        error "the handler"
      end
    end
  end
  without_chance(function()
    conversation.with(scene, "blocking", nil, function(client)
      local count, err = read(assert(conversation.open(client, given)))
      assert.equal(case.events, count)
      assert.equal(case.ends, err and err.kind == "closed" and "close" or err == nil and "clean" or err.kind)
    end)
  end)
  assert.same({ case.told, case.delays }, { told, delays })
  assert.equal(case.connections, #scene:requests())
  scene:close()
end

return reconnection
