-- Resource objects: their methods, and that they look like what the API sent.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local server = require("spec.support.server").start { tls = true }

local FILE = { id = "file-1", object = "file", bytes = 3, status = "uploaded" }

local function retrieved(reply, ...)
  local scene = server:scenario { replies = { { json = reply }, ... } }
  return assert(connect.to(scene).files:retrieve "file-1"), scene
end

describe("an object", function()
  it("shows the API's fields alone", function()
    local names = {}
    for name in pairs(retrieved(FILE)) do
      names[#names + 1] = name
    end
    table.sort(names)
    assert.same({ "bytes", "id", "object", "status" }, names)
  end)

  it("has methods that fill in its id", function()
    local file, scene = retrieved(FILE, { body = "abc" }, { json = { id = "file-1", object = "file", deleted = true } })
    assert.equal("abc", file:content())
    assert.is_true(assert(file:delete()).deleted)
    assert.equal("/v1/files/file-1/content", scene:requests()[2].path)
    assert.equal("DELETE", scene:requests()[3].method)
  end)

  it("takes call options as its resource does", function()
    local file, scene = retrieved(FILE, { body = "abc" })
    assert.equal("abc", file:content({ x = 1 }, { headers = { ["X-A"] = "b" } }))
    assert.equal("x=1", scene:requests()[2].query)
    assert.equal("b", scene:requests()[2].header["x-a"])
  end)

  it("lets a field win over a method of its name", function()
    local file = retrieved { id = "file-1", object = "file", content = "a field" }
    assert.equal("a field", file.content)
  end)

  it("has no method that needs no id of its own", function()
    local file = retrieved(FILE)
    assert.is_nil(file.create)
    assert.is_nil(file.list)
    assert.is_nil(file.each)
    assert.is_nil(file.nothing)
  end)

  it("is refreshed in place", function()
    local file, scene = retrieved(FILE, { json = { id = "file-1", object = "file", status = "processed" } })
    local fresh, facts = file:refresh()
    assert.equal(file, fresh)
    assert.equal("processed", file.status)
    assert.is_nil(file.bytes)
    assert.equal(200, facts.status)
    assert.equal("GET /v1/files/file-1", scene:requests()[2].method .. " " .. scene:requests()[2].path)
  end)

  it("keeps its id where a server does not say it", function()
    for _, id in ipairs { cjson.null, "", false } do
      local file, scene = retrieved(FILE, { json = { id = id, object = "file", status = "processed" } },
        { json = { id = "file-1", object = "file", status = "processed" } })
      assert(file:refresh())
      assert.equal("file-1", file.id)
      assert(file:refresh())
      assert.equal("/v1/files/file-1", scene:requests()[3].path)
    end
  end)

  it("has its parent's id where a server says none that can be one", function()
    for _, id in ipairs { cjson.null, "", false } do
      local scene = server:scenario { replies = { { json = { id = "f", object = "vector_store.file",
        vector_store_id = id } } }, repeat_last = true }
      local file = assert(connect.to(scene).vector_stores.files:retrieve("vs", "f"))
      assert(file:refresh())
      assert.equal("/v1/vector_stores/vs/files/f", scene:requests()[2].path)
    end
  end)

  it("stays as it is when it cannot be refreshed", function()
    local file = retrieved(FILE, { status = 404, json = { error = { message = "gone" } } })
    local fresh, err = file:refresh()
    assert.is_nil(fresh)
    assert.equal("not_found", err.kind)
    assert.equal("uploaded", file.status)
    assert.equal(3, file.bytes)
  end)

  it("says what it is", function()
    local file = retrieved(FILE)
    assert.equal("oai.File file-1", tostring(file))
  end)

  it("that is deleted has no methods", function()
    local scene = server:scenario { replies = { { json = { id = "file-1", object = "file", deleted = true } } } }
    local gone = assert(connect.to(scene).files:delete "file-1")
    assert.is_nil(getmetatable(gone))
    assert.is_nil(gone.content)
  end)

  it("of no class is a plain table", function()
    local scene = server:scenario { replies = { { json = { id = "x", object = "something.new" } } } }
    local value = assert(connect.to(scene):request("GET", "/x"))
    assert.is_nil(getmetatable(value))
  end)

  it("in a list has methods too", function()
    local scene = server:scenario { replies = { { json = { object = "list", data = { FILE } } }, { body = "abc" } } }
    local page = assert(connect.to(scene).files:list())
    assert.equal("abc", page.data[1]:content())
  end)

  it("of a copied client keeps its options", function()
    local scene = server:scenario { replies = { { json = FILE }, { body = "abc" } } }
    local client = connect.to(scene):with { headers = { ["X-A"] = "copy" } }
    assert(client.files:retrieve "file-1"):content()
    assert.equal("copy", scene:requests()[2].header["x-a"])
  end)

  it("may be sent back as it came", function()
    local file, scene = retrieved(FILE, { json = {} })
    assert(connect.to(scene):request("POST", "/x", { file = file }))
    assert.same({ file = FILE }, require("cjson").decode(scene:requests()[2].body))
  end)
end)
