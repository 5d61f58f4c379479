-- The vectors of sockets in the folder beside the checkout, held against the
-- specs' own facts, and through the same code. Skipped where the folder is
-- absent.

local ending = require "oai.socket.ending"
local facts = require "spec.support.facts.sockets"
local options = require "oai.socket.options"
local outgoing = require "oai.socket.outgoing"
local reconnection = require "spec.support.reconnection"
local recovery = require "oai.socket.recovery"
local server = require("spec.support.server").start()
local shared_vectors = require "spec.support.shared_vectors"

local describe_file, plain = shared_vectors.describe, shared_vectors.plain

describe_file("websocket", function(vectors)
  for _, row in ipairs(vectors.recoverable) do
    it(("code %d"):format(row.code), function()
      assert.equal(row.recoverable, ending.is_passing { code = row.code })
      assert.equal(row.recoverable, facts.passing[row.code])
    end)
  end

  it("defaults", function()
    local client = { _settings = { options = { timeout = 600, max_retry_delay = 60 } } }
    local own, given = options.take(client, "x", nil, {}), vectors.defaults
    assert.same({ given.max_retries, given.initial_delay_s, given.max_delay_s, given.max_queue_bytes },
      { own.max_retries, own.initial_delay, own.max_delay, own.max_queue_bytes })
    assert.same({ 8, 6 }, { recovery.delay(own, 6, 0), recovery.delay(own, 6, 1) })
  end)
end)

local HANDLERS = { no_callback_no_reconnect = false, callback_raises = "raises" }

--- A case of theirs as one of ours.
local function as_ours(case)
  local told = {}
  for i, seen in ipairs(case.reconnecting) do
    assert.equal(case.max_retries, seen.max_attempts)
    told[i] = { attempt = seen.attempt, code = seen.close_code }
  end
  return { codes = case.close_codes, max_retries = case.max_retries, handler = HANDLERS[case.name],
    connections = case.connections, told = told, delays = case.delays_s, events = case.expect.events,
    ends = case.expect.ended or "close" }
end

describe_file("websocket_reconnect", function(vectors)
  for _, case in ipairs(vectors.cases) do
    it(case.name, function()
      reconnection.check(server, as_ours(plain(case)), facts.options)
    end)
  end
end)

--- An exchange that fails once it has taken so much.
local function failing(most)
  local exchange = { behind = 0, messages = {} }
  function exchange.send(_, _, bytes)
    exchange.behind = exchange.behind + #bytes + 6
    exchange.messages[#exchange.messages + 1] = bytes
    return exchange.behind
  end
  function exchange.progress()
    return math.min(most, exchange.behind)
  end
  return exchange
end

local function queue_of(...)
  local queue = outgoing.new(1000)
  for _, text in ipairs { ... } do
    queue:add { kind = "text", bytes = text }
  end
  return queue
end

describe_file("websocket_send_queue", function(vectors)
  local by_name = {}
  for _, case in ipairs(vectors.cases) do
    by_name[case.name] = case.expect
  end

  it("budget_10_bytes", function()
    local queue = outgoing.new(10)
    queue:add { kind = "text", bytes = "12345" }
    queue:add { kind = "binary", bytes = "678" }
    assert.is_false(queue:has_room(3, false))
    local shown = {}
    for i, message in ipairs(queue:unsent()) do
      shown[i] = message.bytes and "b:" .. message.bytes or message
    end
    queue:clear()
    assert.same({ by_name.budget_10_bytes[2], by_name.budget_10_bytes[3] }, { shown, queue.bytes })
  end)

  it("failed_write_requeued", function()
    local queue = queue_of("a", "fail", "b", "c")
    local first, second = failing(7), failing(1000)
    queue:flush(first)
    queue:take_back(first)
    queue:flush(second)
    assert.same(by_name.failed_write_requeued, { "a", (table.unpack or unpack)(second.messages) }) -- luacheck: ignore
  end)

  it("failed_write_released_on_reconnect_flush", function()
    local queue = queue_of("a", "b", "c")
    local first, second = failing(8), failing(1000) -- a byte of "b" has gone
    queue:flush(first)
    assert.same({ "b" }, outgoing.list(queue:take_back(first)))
    queue:flush(second)
    assert.same(by_name.failed_write_released_on_reconnect_flush, { { first.messages[1] }, second.messages })
  end)

  it("unsent_frames", function()
    local queue = queue_of "a"
    queue:add { kind = "binary", bytes = "b" }
    queue:add { kind = "binary", bytes = "\255" }
    local frames = {}
    for i, message in ipairs(queue:unsent()) do
      frames[i] = type(message) == "table" and { message.bytes:byte(1, -1) } or message
    end
    assert.same(by_name.unsent_frames[2], frames)
  end)
end)
