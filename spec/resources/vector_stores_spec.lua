-- Vector stores: searches, parsed contents, batches of files.

local exchange = require "spec.support.exchange"

local STORE = { id = "vs_1", object = "vector_store" }

describe("vector_stores", function()
  it("are searched by a POST whose reply is one page", function()
    local reply = { object = "vector_store.search_results.page", search_query = { "q" }, has_more = true,
      next_page = "p2", data = { { file_id = "file_1", filename = "a", score = 0.5, attributes = {}, content = {} } } }
    local requests, page = exchange.run({ { json = STORE }, { json = reply } }, function(client)
      local store = assert(client.vector_stores:retrieve "vs_1")
      return store:search { query = { "q" }, filters = { type = "eq", key = "k", value = 1 }, max_num_results = 5 }
    end)
    assert.equal("POST /v1/vector_stores/vs_1/search", exchange.lines(requests)[2])
    assert.same({ query = { "q" }, filters = { type = "eq", key = "k", value = 1 }, max_num_results = 5 },
      exchange.body(requests[2]))
    assert.equal("assistants=v2", requests[2].header["openai-beta"])
    assert.equal("vector_store.search_results.page", page.object)
    assert.equal("p2", page.next_page)
    assert.is_nil((page:next()))
    assert.is_nil(getmetatable(page.data[1]))
  end)

  it("give the text of a file in one page, its bytes are elsewhere", function()
    local file = { id = "file_1", object = "vector_store.file", vector_store_id = "vs_1" }
    local reply = { object = "vector_store.file_content.page", has_more = false,
      data = { { type = "text", text = "a" } } }
    local requests, page = exchange.run({ { json = file }, { json = reply }, { body = "bytes" } }, function(client)
      local page = assert(assert(client.vector_stores.files:retrieve("vs_1", "file_1")):content())
      assert.equal("bytes", client.files:content "file_1")
      return page
    end)
    assert.equal("a", page.data[1].text)
    assert.same({ "GET /v1/vector_stores/vs_1/files/file_1", "GET /v1/vector_stores/vs_1/files/file_1/content",
      "GET /v1/files/file_1/content" }, exchange.lines(requests))
  end)

  it("change a file's attributes by a POST", function()
    local request = exchange.once(function(client)
      return client.vector_stores.files:update("vs_1", "file_1", { attributes = { year = 2026, draft = false } })
    end)
    assert.same({ "POST /v1/vector_stores/vs_1/files/file_1" }, exchange.lines { request })
    assert.same({ attributes = { year = 2026, draft = false } }, exchange.body(request))
  end)

  it("list the files of a batch, which know their store", function()
    local batch = { id = "vsfb_1", object = "vector_store.files_batch", vector_store_id = "vs_1" }
    local requests = exchange.run({
      { json = batch },
      { json = { object = "list", has_more = false, data = { { id = "file_1", object = "vector_store.file" } } } },
      { json = { id = "file_1", object = "vector_store.file.deleted", deleted = true } },
      { json = batch },
    }, function(client)
      local made = assert(client.vector_stores.file_batches:create("vs_1", { file_ids = { "file_1" } }))
      for file in made:each_files { filter = "completed" } do
        assert(file:delete())
      end
      return made:cancel()
    end)
    assert.same({
      "POST /v1/vector_stores/vs_1/file_batches",
      "GET /v1/vector_stores/vs_1/file_batches/vsfb_1/files?filter=completed",
      "DELETE /v1/vector_stores/vs_1/files/file_1",
      "POST /v1/vector_stores/vs_1/file_batches/vsfb_1/cancel",
    }, exchange.lines(requests))
  end)

  it("know a batch by both names that the API has for one", function()
    local requests = exchange.run({
      { json = { id = "vsfb_1", object = "vector_store.file_batch", status = "in_progress" } },
      { json = { id = "vsfb_1", object = "vector_store.file_batch", status = "completed" } },
    }, function(client)
      return client.vector_stores.file_batches:create_and_poll("vs_1", { file_ids = { "file_1" } })
    end)
    assert.same({ "POST /v1/vector_stores/vs_1/file_batches", "GET /v1/vector_stores/vs_1/file_batches/vsfb_1" },
      exchange.lines(requests))
  end)
end)
