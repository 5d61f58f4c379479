-- Pages: where the next one begins, and iteration over all. Facts are in
-- spec/support/facts/pagination.lua.

local endpoint = require "oai.call.endpoint"
local facts = require "spec.support.facts.pagination"
local page = require "oai.call.page"

-- What the made-up servers answer: the call of a resource's list goes to it.
local call = endpoint.call

setup(function()
  function endpoint.call(resource, _, _, params)
    return resource.reply_to(params)
  end
end)

teardown(function()
  endpoint.call = call
end)

--- Pages that a made-up server has: replies by cursor, and a list of what was
--- asked for.
local function server_of(replies, style)
  local asked = {}
  local function reply_to(params)
    asked[#asked + 1] = params.before and "<" .. params.before or params.after or params.page or "first"
    local reply, copy = replies[asked[#asked]], {}
    if reply.fails then
      return nil, reply.fails
    end
    for name, value in pairs(reply) do
      copy[name] = value
    end
    return copy
  end
  local parsed = { page = style, before = true, name = "things.list" }
  return function()
    return page.list({ reply_to = reply_to, _client = { _shared_metatables = {} } }, parsed, {}, { limit = 2 })
  end, asked
end

local function ids_of(iterator)
  local ids = {}
  for item in iterator do
    ids[#ids + 1] = item.id
  end
  return table.concat(ids, " ")
end

local THREE = {
  first = { data = { { id = "a" }, { id = "b" } }, has_more = true },
  b = { data = { { id = "c" } }, has_more = true },
  c = { data = { { id = "d" } }, has_more = false },
}

describe("call.page", function()
  describe("next_params", function()
    for i, fact in ipairs(facts) do
      it(("of case %d, %s"):format(i, fact[1]), function()
        assert.same(fact[4] or nil, (page.next_params(fact[1], fact[3], fact[2])))
      end)
    end

    it("changes no parameters", function()
      local params = { limit = 2 }
      page.next_params("cursor", { data = { { id = "x" } } }, params)
      assert.same({ limit = 2 }, params)
    end)
  end)

  it("gives the pages one by one", function()
    local fetch, asked = server_of(THREE, "cursor")
    local first = fetch()
    assert.equal("oai.Page (2 items)", tostring(first))
    assert.is_true(first.has_more)
    local second = first:next()
    assert.equal("c", second.data[1].id)
    local third = second:next()
    assert.is_nil((third:next()))
    assert.is_nil(select(2, third:next()))
    assert.same({ "first", "b", "c" }, asked)
  end)

  it("gives the next page as often as it is asked for", function()
    local first = server_of(THREE, "cursor")()
    assert.equal("c", first:next().data[1].id)
    assert.equal("c", first:next().data[1].id)
    local second = first:next()
    assert.equal("d", second:next().data[1].id)
    assert.equal("d", second:next().data[1].id)
  end)

  it("can ask again for a page that could not be fetched", function()
    local replies = { first = THREE.first, b = { fails = { kind = "connection" } }, c = THREE.c }
    local first = server_of(replies, "cursor")()
    assert.same({ kind = "connection" }, select(2, first:next()))
    replies.b = THREE.b
    assert.equal("c", first:next().data[1].id)
  end)

  it("shows fields only", function()
    local fetch = server_of({ first = { data = { { id = "a" } }, next = "n", object = "list" } }, "next_cursor")
    local names = {}
    for name in pairs(fetch()) do
      names[#names + 1] = name
    end
    table.sort(names)
    assert.same({ "data", "object" }, names)
  end)

  it("has its methods whatever a server calls its fields", function()
    local first = server_of({ first = { data = { { id = "a" } }, each = 1, pages = {}, previous = "x", take = 2 } },
      "none")()
    assert.equal("a", ids_of(first:each()))
    assert.equal(2, first.take)
  end)

  it("iterates over items and pages", function()
    assert.equal("a b c d", ids_of(server_of(THREE, "cursor")():each()))
    local count = 0
    for _ in server_of(THREE, "cursor")():pages() do
      count = count + 1
    end
    assert.equal(3, count)
  end)

  it("iterates over what it has yet to fetch", function()
    local fetch, asked = server_of(THREE, "cursor")
    local items = page.each(fetch)
    assert.same({}, asked)
    assert.equal("a b c d", ids_of(items))
  end)

  it("fetches no page before it is needed", function()
    local fetch, asked = server_of(THREE, "cursor")
    local items = page.each(fetch)
    items()
    items()
    assert.same({ "first" }, asked)
    items()
    assert.same({ "first", "b" }, asked)
  end)

  it("takes so many", function()
    for count, expected in pairs { [0] = "", [1] = "a", [2] = "a b", [3] = "a b c", [9] = "a b c d" } do
      assert.equal(expected, ids_of(page.each((server_of(THREE, "cursor"))):take(count)))
    end
    local fetch, asked = server_of(THREE, "cursor")
    ids_of(page.each(fetch):take(2))
    assert.same({ "first" }, asked)
  end)

  it("keeps ending", function()
    local items = page.each((server_of(THREE, "cursor")))
    ids_of(items)
    assert.is_nil(items())
    assert.is_nil(items())
  end)

  it("goes on over empty pages of time", function()
    assert.equal("a z", ids_of(page.each((server_of({
      first = { data = { { id = "a" } }, has_more = true, next_page = "p2" },
      p2 = { data = {}, has_more = true, next_page = "p3" },
      p3 = { data = { { id = "z" } }, has_more = false },
    }, "next_page")))))
  end)

  it("stops at a cursor that repeats", function()
    local replies = {
      first = { data = { { id = "a" } }, has_more = true },
      a = { data = { { id = "b" } }, has_more = true },
      b = { data = { { id = "a" } }, has_more = true },
    }
    local fetch, asked = server_of(replies, "cursor")
    local done, err = pcall(ids_of, page.each(fetch))
    assert.is_false(done)
    assert.same({ "decode", "things.list" }, { err.kind, err.operation })
    assert.same({ "first", "a", "b" }, asked)
  end)

  -- Servers that have no paging, or are wrong about it: the ids of the items
  -- that are given, and what the error says that ends the list, if any.
  local ODD = {
    ["that ignores the cursor"] = { "a b", "repeats the cursor 'b'", {
      first = { data = { { id = "a" }, { id = "b" } }, has_more = true },
      b = { data = { { id = "a" }, { id = "b" } }, has_more = true },
    } },
    ["that ignores the cursor, and says nothing of more"] = { "a b", nil, {
      first = { data = { { id = "a" }, { id = "b" } } }, b = { data = { { id = "a" }, { id = "b" } } },
    } },
    ["that ignores the cursor, and has got another item"] = { "a b c", nil, {
      first = { data = { { id = "a" }, { id = "b" } } },
      b = { data = { { id = "a" }, { id = "b" }, { id = "c" } } },
      c = { data = { { id = "a" }, { id = "b" }, { id = "c" } } },
    } },
    ["that has an empty page with more, but not where"] = { "a", "more of the list, but not after which cursor", {
      first = { data = { { id = "a" } }, has_more = true }, a = { data = {}, has_more = true },
    } },
    ["that has an empty page which leads on"] = { "a z", nil, {
      first = { data = { { id = "a" } }, has_more = true }, a = { data = {}, has_more = true, last_id = "y" },
      y = { data = { { id = "z" } }, has_more = false },
    } },
    ["whose items have no ids"] = { "", "more of the list, but not after which cursor", {
      first = { data = { {}, {} }, has_more = true },
    } },
    ["whose items are no objects"] = { "", nil, { first = { data = { {} } } } },
  }

  for what, case in pairs(ODD) do
    it("gives each item once of a server " .. what, function()
      local given = {}
      local done, err = pcall(function()
        for item in page.each((server_of(case[3], "cursor"))) do
          given[#given + 1] = item.id
          assert(#given < 20, "endless")
        end
      end)
      assert.equal(case[1], table.concat(given, " "))
      if case[2] then
        assert.truthy(err.message:find(case[2], 1, true), err.message)
      else
        assert.is_true(done, tostring(err))
      end
    end)
  end

  it("follows no page that says where it is", function()
    local replies = {
      first = { data = { { id = "a" } }, has_more = true, next_page = "p" },
      p = { data = { { id = "a" } }, has_more = true, next_page = "p" },
    }
    local done, err = pcall(ids_of, page.each((server_of(replies, "next_page"))))
    assert.is_false(done)
    assert.truthy(err.message:find("repeats the cursor 'p'", 1, true))
  end)

  it("raises what a later page fails with", function()
    local replies = { first = { data = { { id = "a" } }, has_more = true }, a = { fails = { kind = "server" } } }
    local items = page.each((server_of(replies, "cursor")))
    assert.equal("a", items().id)
    assert.same({ false, { kind = "server" } }, { pcall(items) })
    local value, err = server_of(replies, "cursor")():next()
    assert.same({ n = 2, nil, { kind = "server" } }, { n = 2, value, err })
  end)

  it("raises what the first page fails with", function()
    assert.same({ false, "no" }, { pcall(page.each(function()
      return nil, "no"
    end)) })
  end)

  describe("previous", function()
    local BACK = {
      first = { data = { { id = "c" } }, has_more = true },
      ["<c"] = { data = { { id = "a" }, { id = "b" } }, first_id = "a", has_more = false },
      ["<a"] = { data = {}, has_more = false },
      b = { data = { { id = "c" } }, has_more = true },
      c = { data = { { id = "d" } }, has_more = false },
    }

    it("is the page before, and nil before the first", function()
      local fetch, asked = server_of(BACK, "cursor")
      local back = assert(fetch():previous())
      assert.equal("a", back.data[1].id)
      assert.is_nil(back:previous())
      assert.same({ "first", "<c", "<a" }, asked)
    end)

    it("can be followed by the next ones", function()
      local fetch = server_of(BACK, "cursor")
      assert.equal("a b c d", ids_of(fetch():previous():each()))
    end)

    it("goes back and forth as often as one likes", function()
      local fetch = server_of(BACK, "cursor")
      local at = fetch()
      for _ = 1, 3 do
        at = assert(at:previous())
        assert.equal("a", at.data[1].id)
        at = assert(at:next())
        assert.equal("c", at.data[1].id)
      end
    end)

    it("does not go round for ever", function()
      local fetch = server_of({
        first = { data = { { id = "c" } } },
        ["<c"] = { data = { { id = "c" } } },
      }, "cursor")
      local _, err = fetch():previous()
      assert.equal("decode", err.kind)
      assert.matches("repeats the cursor 'c'", err.message, 1, true)
    end)

    it("is wrong use of a list that cannot be read backwards", function()
      local only = page.new({ data = {} }, { parsed = { page = "cursor", name = "things.list" } }, nil, {})
      assert.error_matches(function()
        only:previous()
      end, "things.list: this list cannot be read backwards")
    end)
  end)

  it("takes a list without data for an empty one", function()
    assert.equal("", ids_of(page.each((server_of({ first = { object = "list" } }, "none")))))
  end)
end)
