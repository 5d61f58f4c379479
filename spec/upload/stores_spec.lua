-- Files into a vector store: sent, added, waited for; by the store and its id.

local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local multipart = require "spec.support.multipart"
local server = require("spec.support.server").start()
local tasks = require "spec.support.tasks"

local QUICK = { interval = 0 }

describe("a vector store", function()
  local here = folder.each()

  local function scene_of(options)
    local scene = server:scenario { replies = { { api = "answers" } }, repeat_last = true }
    return scene, connect.to(scene, options)
  end

  local function sent_files(scene)
    local names = {}
    for _, request in ipairs(scene:requests()) do
      if request.path:find "/files$" then
        names[#names + 1] = multipart.shown(request)[1]
      end
    end
    table.sort(names)
    return names
  end

  for _, loop in ipairs(tasks.loops) do
    it("is given files of all kinds, which are waited for, on " .. loop, function()
      local scene, client = scene_of { loop = loop }
      local batch, facts, outcome = connect.run(client, function()
        local store = assert(client.vector_stores:create {})
        return store:upload({ here:write("a.txt", "12"), { data = "34", filename = "b.txt" }, attributes = { x = 1 } },
          QUICK)
      end)
      assert.same({ "completed", 2, 200, "done" }, { batch.status, batch.file_counts.completed, facts.status, outcome })
      assert.same({ "file (a.txt, text/plain): 12", "file (b.txt, text/plain): 34" }, sent_files(scene))
      local created
      for _, request in ipairs(scene:requests()) do
        created = request.path:find "/file_batches$" and request or created
      end
      assert.truthy(created.body:find('"attributes":{"x":1}', 1, true), created.body)
      assert.is_nil(created.body:find "files\"")
    end)
  end

  it("is given them by its id", function()
    local scene, client = scene_of()
    local store = assert(client.vector_stores:create {})
    local batch = assert(client.vector_stores:upload(store.id, { here:write("a.txt", "12") }, QUICK))
    assert.equal(store.id, batch.vector_store_id)
    assert.equal(1, #sent_files(scene))
  end)

  it("has nothing added where a file is not there", function()
    local _, client = scene_of()
    local store = assert(client.vector_stores:create {})
    local batch, err = store:upload({ here:file "none" }, QUICK)
    assert.is_nil(batch)
    assert.equal("io", err.kind)
  end)

  it("raises what a program does wrong", function()
    local _, client = scene_of()
    local store = assert(client.vector_stores:create {})
    for _, given in ipairs { {}, "a.txt", 1 } do
      assert.has_error(function()
        store:upload(given)
      end)
      assert.has_error(function()
        client.vector_stores:upload(store.id, given)
      end)
    end
    assert.has_error(function()
      client.vector_stores.upload(store.id, { "a" })
    end)
  end)
end)
