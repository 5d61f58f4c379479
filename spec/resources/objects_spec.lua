-- The API's objects: as each operation returns them, they have the methods and
-- the nested resources that their ids fill, and these reach their operations.

local connect = require "spec.support.connect"
local objects = require "spec.support.objects"
local operations = require "spec.support.operations"
local process = require "spec.support.process"
local server = require("spec.support.server").start { tls = true }

-- What every operation takes for its reply, or for a list without items.
local ANY = { json = { data = {} } }

-- What lists of certificates call their items.
local function label_in(name, object)
  if object.object == "certificate" and operations.by_name[name].page then
    return name:find("projects", 1, true) and "organization.project.certificate" or "organization.certificate"
  end
  return not object.unsaid and object.object or nil
end

local function sample_in(name, object, orphan)
  local sample = objects.sample(object, orphan)
  sample.object = label_in(name, object)
  return sample
end

local function sent_after_first(scene)
  local sent = {}
  for i, request in ipairs(scene:requests()) do
    sent[i - 1] = request.method .. " " .. request.path
  end
  sent[0] = nil
  return sent
end

--- What the operation `name` returns when the server's reply is `json`.
local function returned(name, json)
  local scene = server:scenario { replies = { { json = json }, ANY }, repeat_last = true }
  local params = objects.least_params(operations.by_name[name])
  return assert(operations.call(connect.over_kept(scene), name, objects.asked_ids(name), params)), scene
end

local function from_one(name, object, orphan)
  return returned(name, sample_in(name, object, orphan))
end

local function from_many(name, object, orphan)
  local page, scene = returned(name, {
    object = "list", has_more = false, data = { sample_in(name, object, orphan), sample_in(name, object, orphan) },
  })
  return page.data[2], scene
end

--- The object itself, all its methods, and what was sent for them.
local function check(object, name, from, orphan)
  local value, scene = from(name, object, orphan)
  local own = objects.ids(object, orphan)
  local last = own[object.ids[#object.ids].name]
  assert.equal(objects.type_name(object.object) .. " " .. last, tostring(value))
  assert.same(sample_in(name, object, orphan), value)
  assert.same(objects.call_all(object, value, own), sent_after_first(scene))
end

--- Whether the request of an operation has what an orphan of it lacks, and
--- whether there is a difference.
local function can_be_orphan(object, name)
  local lacks = false
  for i = 1, #object.ids - 1 do
    local id = object.ids[i]
    if id.field and id.field ~= "id" then
      lacks = true
    end
    if operations.by_name[name].ids[i] ~= id.name then
      return false
    end
  end
  return lacks
end

local function each_source(visit)
  for _, object in ipairs(objects.all) do
    for kind, from in pairs { one = from_one, many = from_many } do
      for _, name in ipairs(object[kind]) do
        visit(object, name, from)
      end
    end
  end
end

describe("the object", function()
  each_source(function(object, name, from)
    it(object.object .. " of " .. name .. " has its methods", function()
      check(object, name, from)
    end)
    if can_be_orphan(object, name) then
      it(object.object .. " of " .. name .. " takes from the request what the reply lacks", function()
        check(object, name, from, true)
      end)
    end
  end)
end)

local function retriever_of(object)
  for _, method in ipairs(object.methods) do
    if method.below == "" and (method.key == "retrieve" or method.key == "get_character") then
      return operations.by_name[method.name]
    end
  end
  return nil
end

local function in_order(object, ids)
  local values = {}
  for i, id in ipairs(object.ids) do
    values[i] = ids[id.name]
  end
  return values
end

describe("the object", function()
  for _, object in ipairs(objects.all) do
    local retriever = retriever_of(object)
    if retriever then
      it(object.object .. " of " .. object.resource .. " is refreshed in place", function()
        local value, scene = from_one(retriever.name, object)
        local expected = { data = {}, id = value.id } -- the reply says no ids: those are kept
        for _, id in ipairs(object.ids) do
          expected[id.name] = rawget(value, id.name)
        end
        local fresh = assert(value:refresh())
        assert.equal(value, fresh)
        assert.same(expected, fresh)
        local path = operations.path(retriever, in_order(object, objects.ids(object)))
        assert.same({ "GET " .. path }, sent_after_first(scene))
      end)
    else
      it(object.object .. " of " .. object.resource .. " cannot be refreshed", function()
        local client = connect.over_kept(server:scenario {})
        local resource = operations.resource(client, object.resource .. ".at")
        local ids = {}
        for i, id in ipairs(object.ids) do
          ids[i] = "asked-" .. id.name
        end
        assert.is_nil(resource:at(operations.unpack(ids)).refresh)
      end)
    end
  end
end)

describe("resource:at", function()
  for _, object in ipairs(objects.all) do
    -- a resource makes what its own ids say: videos makes no characters
    if object.object ~= "video.character" then
      it("makes an object of " .. object.resource .. " that can do all it can", function()
        local scene = server:scenario { replies = { ANY }, repeat_last = true }
        local resource = operations.resource(connect.over_kept(scene), object.resource .. ".at")
        local ids, own = {}, {}
        for i, id in ipairs(object.ids) do
          ids[i] = "given-" .. id.name
          own[id.name] = ids[i]
        end
        local value = resource:at(operations.unpack(ids))
        assert.equal(objects.type_name(object.object) .. " " .. ids[#ids], tostring(value))
        local wanted = objects.call_all(object, value, own)
        local sent = sent_after_first(scene)
        table.insert(sent, 1, scene:requests()[1].method .. " " .. scene:requests()[1].path)
        assert.same(wanted, sent)
      end)
    end
  end

  it("takes the ids that its parents have not", function()
    local scene = server:scenario { replies = { ANY }, repeat_last = true }
    local client = connect.over_kept(scene)
    assert(client.threads:at("thread_1").runs:at("run_1").steps:at("step_1"):refresh())
    assert.equal("/v1/threads/thread_1/runs/run_1/steps/step_1", scene:requests()[1].path)
  end)

  it("needs all ids", function()
    local runs = connect.over_kept(server:scenario {}).beta.threads.runs
    for _, ids in ipairs { {}, { "thread_1" }, { "thread_1", "" }, { "", "run_1" }, { "thread_1", ".." } } do
      local done, message = pcall(runs.at, runs, ids[1], ids[2])
      assert.is_false(done)
      assert.truthy(message:find("oai: beta.threads.runs.at: [%a_]+_id must "), message)
    end
  end)

  it("is not there where there are no objects", function()
    local client = connect.over_kept(server:scenario {})
    local done, message = pcall(function()
      return client.moderations.at
    end)
    assert.is_false(done)
    assert.truthy(message:find("client.moderations.at does not exist", 1, true), message)
  end)
end)

describe("a deleted object", function()
  for _, object in ipairs(objects.all) do
    for _, method in ipairs(object.methods) do
      if method.key == "delete" and method.below == "" then
        it("of " .. object.resource .. " has no methods", function()
          local gone = objects.sample(object)
          gone.deleted = true
          local value = returned(method.name, gone)
          assert.same(gone, value)
          assert.is_nil(getmetatable(value))
        end)
      end
    end
  end
end)

describe("objects of objects", function()
  local function scene_of(...)
    local replies = {}
    for i, json in ipairs { ... } do
      replies[i] = { json = json }
    end
    return server:scenario { replies = replies }
  end

  local function sent(scene)
    local lines = {}
    for i, request in ipairs(scene:requests()) do
      lines[i] = request.method .. " " .. request.url
    end
    return lines
  end

  it("reach all the way down", function()
    local scene = scene_of({ id = "proj_1", object = "organization.project" },
      { object = "list", data = { { id = "user_1", object = "organization.project.user" } } },
      { object = "list", data = { { id = "role_1", name = "owner" } } },
      { id = "role_1", name = "owner" },
      { object = "user.role.deleted", deleted = true })
    local project = assert(connect.over_kept(scene).admin.organization.projects:retrieve "proj_1")
    local user = assert(project.users:list()).data[1]
    local role = assert(user.roles:list { limit = 5 }).data[1]
    assert.equal("oai.AssignedRole role_1", tostring(role))
    assert.equal(role, role:refresh())
    assert.is_true(assert(role:delete()).deleted)
    assert.same({
      "GET /v1/organization/projects/proj_1",
      "GET /v1/organization/projects/proj_1/users",
      "GET /v1/projects/proj_1/users/user_1/roles?limit=5",
      "GET /v1/projects/proj_1/users/user_1/roles/role_1",
      "DELETE /v1/projects/proj_1/users/user_1/roles/role_1",
    }, sent(scene))
  end)

  it("know their parents in later pages too", function()
    local item = { id = "item_2", type = "message" }
    local scene = scene_of({ object = "list", has_more = true, last_id = "item_1", data = { { id = "item_1" } } },
      { object = "list", has_more = false, last_id = "item_2", data = { item } },
      { id = "conv_1", object = "conversation" })
    local last
    for found in connect.over_kept(scene).conversations.items:each "conv_1" do
      last = found
    end
    local conversation = assert(last:delete())
    assert.equal("oai.Conversation conv_1", tostring(conversation))
    assert.equal("DELETE /v1/conversations/conv_1/items/item_2", sent(scene)[3])
  end)

  it("prefer what they say themselves to what was asked", function()
    local run = { id = "run_1", object = "thread.run", thread_id = "thread_own" }
    local scene = scene_of({ object = "list", data = { run } }, {}, { data = {} })
    local found = assert(connect.over_kept(scene).beta.threads.runs:list "thread_asked").data[1]
    assert(found:cancel())
    assert(found.steps:list())
    assert.same({
      "GET /v1/threads/thread_asked/runs",
      "POST /v1/threads/thread_own/runs/run_1/cancel",
      "GET /v1/threads/thread_own/runs/run_1/steps",
    }, sent(scene))
  end)

  it("that do not know their parents are plain", function()
    local scene = scene_of { id = "run_1", object = "thread.run" }
    local run = assert(connect.over_kept(scene).beta.threads:create_and_run { assistant_id = "asst_1" })
    assert.is_nil(getmetatable(run))
    assert.is_nil(run.cancel)
  end)

  it("without an id are plain", function()
    local scene = scene_of { object = "file" }
    assert.is_nil(getmetatable(assert(connect.over_kept(scene).files:retrieve "file_1")))
  end)

  it("leave nothing of their parents' ids behind", function()
    local items = connect.over_kept(scene_of { object = "list", data = { { id = "item_1" } } }).conversations.items
    local left = setmetatable({}, { __mode = "v" })
    local function list()
      left[1] = getmetatable(assert(items:list "conv_1").data[1])
      assert.is_table(left[1])
    end
    list()
    assert.is_nil(process.settled(function()
      return left[1]
    end, nil))
  end)

  it("keep their own parents when two requests come in between", function()
    local function items_of(name)
      return { object = "list", data = { { id = "item_" .. name } } }
    end
    local scene = scene_of(items_of "a", items_of "b", {}, {})
    local items = connect.over_kept(scene).conversations.items
    local a, b = assert(items:list "conv_a").data[1], assert(items:list "conv_b").data[1]
    collectgarbage()
    assert(a:refresh())
    assert(b:refresh())
    assert.same({ "GET /v1/conversations/conv_a/items/item_a", "GET /v1/conversations/conv_b/items/item_b" },
      { sent(scene)[3], sent(scene)[4] })
  end)
end)
