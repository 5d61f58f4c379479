-- Messages that wait and messages under way, against an exchange that takes as
-- much as the spec wants.

local outgoing = require "oai.socket.outgoing"

local MEMBERS = { text = "text", bytes = "binary" }

--- An exchange that takes so many bytes of frames: each has a header of 6.
local function exchange_of(most)
  local exchange = { behind = 0, taken = 0, messages = {}, over = false }
  function exchange.send(_, kind, bytes)
    if exchange.over then
      return nil, "over"
    elseif exchange.behind + #bytes + 6 > most then
      return nil, "full"
    end
    exchange.behind = exchange.behind + #bytes + 6
    exchange.messages[#exchange.messages + 1] = kind:sub(1, 1) .. ":" .. bytes
    return exchange.behind
  end
  function exchange.progress()
    return exchange.taken
  end
  return exchange
end

local function message(bytes, kind)
  return { kind = MEMBERS[kind or "text"], bytes = bytes }
end

describe("what a connection is to send", function()
  it("has room for so many bytes and so many messages", function()
    local queue = outgoing.new(10, 3)
    queue:add(message "12345")
    queue:add(message("678", "bytes"))
    assert.is_false(queue:has_room(3, false))
    assert.is_false(queue:has_room(3, true))
    assert.is_true(queue:has_room(2, false))
    assert.same({ "12345", { bytes = "678" } }, queue:unsent())
    queue:add(message "")
    assert.is_false(queue:has_room(0, false))
    queue:clear()
    assert.same({ 0, 0, {} }, { queue.bytes, queue.count, queue:unsent() })
    assert.is_false(queue:has_room(11, false))
    assert.is_true(queue:has_room(11, true)) -- alone, where it need not wait
  end)

  it("goes out in order, as far as the core takes it", function()
    local queue, exchange = outgoing.new(1000), exchange_of(20)
    for _, text in ipairs { "a", "b", "c", "d" } do
      queue:add(message(text))
    end
    queue:flush(exchange)
    assert.same({ "t:a", "t:b" }, exchange.messages)
    assert.is_true(queue:waits())
    assert.equal(4, queue.count)
    exchange.taken = 7
    queue:prune(exchange)
    assert.equal(3, queue.count)
    assert.equal(3, queue.bytes)
    local lost = queue:take_back(exchange)
    assert.same({}, outgoing.list(lost))
    assert.same({ "b", "c", "d" }, queue:unsent())
    local other = exchange_of(1000)
    queue:flush(other)
    other.taken = other.behind
    queue:prune(other)
    assert.same({ "t:b", "t:c", "t:d" }, other.messages)
    assert.same({ 0, 0 }, { queue.bytes, queue.count })
  end)

  it("is given up as a whole where it is not for another connection", function()
    local queue, exchange = outgoing.new(1000), exchange_of(20)
    for _, text in ipairs { "a", "b", "c" } do
      queue:add(message(text))
    end
    queue:flush(exchange)
    exchange.taken = 3
    local lost = queue:take_back(exchange)
    assert.same({ "a" }, outgoing.list(lost))
    queue:give_up(lost)
    assert.same({ "a", "b", "c" }, outgoing.list(lost))
    assert.is_false(queue:waits())
    assert.same({ 0, 0 }, { queue.bytes, queue.count })
  end)

  it("is behind while a message waits, or many may have gone out", function()
    local queue, exchange = outgoing.new(1000), exchange_of(1000)
    assert.is_false(queue:is_behind())
    assert.is_true(queue:is_plain(500))
    assert.is_false(queue:is_plain(501))
    queue:add(message "x")
    assert.is_true(queue:is_behind())
    assert.is_false(queue:is_plain(1))
    queue:flush(exchange)
    assert.is_false(queue:is_behind())
    for n = 2, 16 do
      assert.is_true(queue:is_plain(1))
      assert.is_true(queue:hand(exchange, message "x"))
      assert.equal(n == 16, queue:is_behind())
    end
    assert.is_false(queue:is_plain(1))
    exchange.taken = exchange.behind
    queue:prune(exchange)
    assert.is_true(queue:is_plain(1))
  end)

  it("loses what had begun, and what restored the connection", function()
    local queue, exchange = outgoing.new(1000), exchange_of(1000)
    assert.is_true(queue:hand(exchange, { kind = "text", bytes = "own", own = true }))
    for _, text in ipairs { "a", "b", "c" } do
      assert.is_true(queue:hand(exchange, message(text)))
    end
    queue:add(message "d")
    exchange.taken = 10 -- a byte of the second
    local lost = queue:take_back(exchange)
    assert.same({ "a" }, outgoing.list(lost))
    assert.same({ "b", "c", "d" }, queue:unsent())
    assert.same({ 3, 3 }, { queue.bytes, queue.count })
    exchange = exchange_of(1000)
    assert.is_true(queue:hand(exchange, { kind = "text", bytes = "own", own = true }))
    queue:flush(exchange)
    assert.same({}, outgoing.list(queue:take_back(exchange)))
    assert.same({ "b", "c", "d" }, queue:unsent())
  end)

  it("knows where a frame begins, whatever its length", function()
    for _, case in ipairs { { 0, 6 }, { 125, 6 }, { 126, 8 }, { 65535, 8 }, { 65536, 14 } } do
      local queue, sent = outgoing.new(1e6), nil
      local exchange = { send = function(_, _, bytes)
        sent = 1000 + #bytes + case[2]
        return sent
      end, progress = function() return 1000 end }
      assert.is_true(queue:hand(exchange, message(("x"):rep(case[1]))))
      assert.same({}, outgoing.list(queue:take_back(exchange)))
      assert.equal(1, queue.count)
      assert.is_true(queue:hand(exchange, message(("x"):rep(case[1]))))
      exchange.progress = function() return 1001 end
      assert.equal(1, #outgoing.list(queue:take_back(exchange)))
    end
  end)

  it("sends and keeps nothing for which there is no memory", function()
    local queue, exchange = outgoing.new(1000), exchange_of(1000)
    local full = { __newindex = function() error "not enough memory" end }
    setmetatable(queue.handed, full)
    assert.is_false((pcall(queue.hand, queue, exchange, message "a")))
    setmetatable(queue.handed, nil)
    setmetatable(queue.waiting, full)
    assert.is_false((pcall(queue.add, queue, message "b")))
    setmetatable(queue.waiting, nil)
    assert.same({ 0, 0, false, {} }, { queue.count, queue.bytes, queue:waits(), exchange.messages })
    assert.is_true(queue:hand(exchange, message "c"))
    queue:add(message "d")
    queue:flush(exchange)
    queue:prune(exchange)
    assert.same({ "t:c", "t:d" }, exchange.messages)
  end)

  it("says why the core takes a message not", function()
    local queue, exchange = outgoing.new(1000), exchange_of(0)
    assert.same({ nil, "full" }, { queue:hand(exchange, message "x") })
    exchange.over = true
    assert.same({ nil, "over" }, { queue:hand(exchange, message "x") })
    assert.equal(0, queue.count)
  end)
end)
