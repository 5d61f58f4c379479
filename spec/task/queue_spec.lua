-- A row of tasks, linked through themselves.

local queue = require "oai.task.queue"

local function new(name)
  return { name = name, queue = false, before = false, behind = false, number = 0 }
end

--- The names of those in it, both ways.
local function names(row)
  local forth, back = {}, {}
  local each = row.first
  while each do
    forth[#forth + 1] = each.name
    each = each.behind
  end
  each = row.last
  while each do
    table.insert(back, 1, each.name)
    each = each.before
  end
  assert.same(forth, back)
  return table.concat(forth, " ")
end

describe("a queue", function()
  local row, a, b, c

  before_each(function()
    row, a, b, c = queue.new(), new "a", new "b", new "c"
    for _, each in ipairs { a, b, c } do
      row:add(each)
    end
  end)

  it("keeps the order, and numbers who comes", function()
    assert.equal("a b c", names(row))
    assert.is_true(a.number < b.number and b.number < c.number)
    assert.equal(c.number, row.given)
    assert.equal(row, a.queue)
  end)

  it("has each once", function()
    local number = a.number
    row:add(a)
    assert.equal("a b c", names(row))
    assert.equal(number, a.number)
  end)

  for _, case in ipairs { { "a", "b c" }, { "b", "a c" }, { "c", "a b" } } do
    it("lets go of " .. case[1] .. ", which can come again", function()
      local one = ({ a = a, b = b, c = c })[case[1]]
      queue.remove(one)
      assert.equal(case[2], names(row))
      assert.is_false(one.queue)
      queue.remove(one)
      assert.equal(case[2], names(row))
      row:add(one)
      assert.equal(case[2] .. " " .. case[1], names(row))
      assert.is_true(one.number > c.number or one == c)
    end)
  end

  it("may be empty", function()
    for _, each in ipairs { b, a, c } do
      queue.remove(each)
    end
    assert.equal("", names(row))
    assert.is_false(row.first)
    assert.is_false(row.last)
    row:add(b)
    assert.equal("b", names(row))
  end)

  it("needs no memory", function()
    collectgarbage()
    collectgarbage()
    collectgarbage("stop")
    local before = collectgarbage("count")
    for _ = 1, 1000 do
      queue.remove(a)
      row:add(a)
    end
    local after = collectgarbage("count")
    collectgarbage("restart")
    assert.equal(before, after)
  end)

  it("is not left for another", function()
    local other = queue.new()
    other:add(a)
    assert.equal("a b c", names(row))
    assert.equal("", names(other))
  end)
end)
