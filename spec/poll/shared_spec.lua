-- The facts about statuses against ../shared/api-2026-11 (or
-- $OAI_SHARED/api-2026-11), and the vectors about polling. Skipped where the
-- folder is absent.

local connect = require "spec.support.connect"
local facts = require "spec.support.facts.statuses"
local kinds = require "oai.poll.kinds"
local poll = require "oai.poll"
local server = require("spec.support.server").start()
local shared = require "spec.support.shared"
local shared_vectors = require "spec.support.shared_vectors"
local sleeps_of = require "spec.support.sleeps"

local function sorted(list)
  table.sort(list)
  return list
end

local function words(text)
  local list = {}
  for word in text:gmatch "%S+" do
    list[#list + 1] = word
  end
  return sorted(list)
end

--- The values that a schema lists, wherever it does.
local function enum_of(schemas, schema, found)
  local reference = schema["$ref"] and schema["$ref"]:match "([^/]+)$"
  for _, value in ipairs(schema.enum or {}) do
    found[#found + 1] = value
  end
  for _, name in ipairs { "anyOf", "oneOf", "allOf" } do
    for _, part in ipairs(schema[name] or {}) do
      enum_of(schemas, part, found)
    end
  end
  return reference and enum_of(schemas, schemas[reference], found) or found
end

--- The property `status` of a schema, of whatever parts that is.
local function status_of(schemas, schema)
  local found = (schema.properties or {}).status
  for _, name in ipairs { "allOf", "anyOf", "oneOf" } do
    for _, part in ipairs(schema[name] or {}) do
      local reference = part["$ref"] and part["$ref"]:match "([^/]+)$"
      found = found or status_of(schemas, reference and schemas[reference] or part)
    end
  end
  return found
end

describe("shared api: statuses of objects", function()
  local objects, api = shared "api-2026-11/objects", shared "api-2026-11/openapi"
  if not (objects and api) then
    return pending "is not there"
  end
  local schemas = api.components.schemas
  for _, object in ipairs(objects) do
    local fact = facts[object.label]
    local status = fact and status_of(schemas, schemas[object.schema])
    if fact then
      it(object.label .. " of " .. object.sdk_resource, function()
        local listed = sorted(enum_of(schemas, status, {}))
        assert.same(words(fact.statuses), listed)
        for _, value in ipairs(listed) do
          assert.truthy(kinds[object.label].outcomes[value], value)
        end
      end)
    end
  end
end)

shared_vectors.describe("polling", function(vectors)
  -- Where ours is another, and why.
  local OURS = {
    [2] = { 100, "a server that asks for no pause gets the shortest that one may ask for" },
    [3] = { 5, "what the program says wins, and 0 has a floor: node has mended that since" },
    [4] = { 500, "the start is shorter, and grows" },
    [5] = { 60000, "a server may ask for up to a minute" },
  }

  for i, case in ipairs(shared_vectors.plain(vectors.interval_ms)) do
    it(("interval %d of %s"):format(i, case.sdk), function()
      local slept = sleeps_of(server, { status = "in_progress", headers = { ["openai-poll-after-ms"] = case.header } },
        case.explicit and { poll_interval_ms = case.explicit })
      assert.near((OURS[i] or { case.sleep })[1], slept * 1000, 0.001)
    end)
  end

  it("headers", function()
    local scene = server:scenario { replies = { { json = { id = "v", object = "video", status = "completed" } } },
      repeat_last = true }
    local videos = connect.over_kept(scene).videos
    assert(videos:poll "v")
    assert(videos:poll("v", { poll_interval_ms = 250 }))
    local requests = scene:requests()
    for i, custom in ipairs { false, "250" } do
      for name, value in pairs(vectors.headers_sent) do
        local sent = requests[i].header[name:lower()]
        if value:find "^<ms>" then
          assert.equal(custom, sent or false)
        else
          assert.equal(value, sent)
        end
      end
    end
  end)

  local KIND = { vector_store_file = "vector_store.file", vector_store_file_batch = "vector_store.files_batch",
    run = "thread.run", video = "video", file = "file" }

  for name, sets in pairs(vectors.status_sets) do
    it("statuses of " .. name, function()
      local row = kinds[KIND[name]]
      for _, status in ipairs(sets.wait or sets.node_wait or {}) do
        assert.equal("goes_on", poll.outcome(row, status), status)
      end
      for _, status in ipairs(sets.stop or sets.node_stop) do
        assert.not_equal("goes_on", poll.outcome(row, status), status)
      end
    end)
  end

  it("an unknown status is looked at again, after a pause, as python's runs are", function()
    assert.equal("keeps polling", vectors.unknown_status.python_runs)
    for _, kind in pairs(KIND) do
      assert.equal("goes_on", poll.outcome(kinds[kind], "unheard_of"))
    end
    assert.near(0.5, sleeps_of(server, { status = "unheard_of" }), 0.001)
  end)
end)
