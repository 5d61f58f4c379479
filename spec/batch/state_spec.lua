-- The states of runs of batches, as their files have them.

local folder = require "spec.support.folder"
local state = require "oai.batch.state"

describe("the state of a run", function()
  local here = folder.each()

  it("is read as it was written", function()
    local path = here:file "job.json"
    local fresh = state.new("/v1/embeddings", { completion_window = "24h" }, { { number = 1, stage = "written" } })
    assert.truthy(fresh.key:find("^%x+$"))
    assert.is_true(state.save(path, fresh))
    assert.same(fresh, state.load(path))
    assert.equal("job.json", here:names())
    fresh.parts[1].stage = "uploading"
    assert.is_true(state.save(path, fresh))
    assert.equal("uploading", state.load(path).parts[1].stage)
  end)

  it("is read as versions before this one wrote it", function()
    local found = state.load(here:write("job.json", '{"oai_batch_run":1,"key":"0a","endpoint":"/v1/x","settings":{},'
      .. '"parts":[{"number":1,"stage":"written"}]}'))
    assert.same({ "0a", "/v1/x", "written" }, { found.key, found.endpoint, found.parts[1].stage })
  end)

  it("of no requests has an empty list of parts", function()
    local path = here:file "job.json"
    assert.is_true(state.save(path, state.new(nil, {}, {})))
    assert.truthy(here:read("job.json"):find('"parts":[]', 1, true))
    assert.truthy(here:read("job.json"):find('"settings":{}', 1, true))
    assert.same({}, state.load(path).parts)
  end)

  it("has a key of its own", function()
    local seen = {}
    for _ = 1, 100 do
      local key = state.new(nil, {}, {}).key
      assert.is_nil(seen[key])
      seen[key] = true
    end
  end)

  it("is nil where there is no file", function()
    local found, err = state.load(here:file "job.json")
    assert.is_nil(found)
    assert.is_nil(err)
  end)

  it("is nothing else", function()
    local found, err = state.load(here:write("job.json", "{}"))
    assert.is_nil(found)
    assert.same({ "bad_request", "batches.run" }, { err.kind, err.operation })
    assert.truthy(err.message:find("job.json is not the state of a run of batches", 1, true), err.message)
  end)

  for i, damage in ipairs {
    { stage = "waiting" }, { number = 2 }, { stage = "created" }, { stage = "created", batch_id = "../files" },
    { requests = "many" }, { bytes = -1 }, { file_id = {} }, { sent_at = "now" },
  } do
    it("is none whose parts are damaged, " .. i, function()
      local part = { number = 1, stage = "written", requests = 1, bytes = 2 }
      assert.is_true(state.save(here:file "job.json", state.new("/v1/x", {}, { part })))
      assert(state.load(here:file "job.json"))
      for name, value in pairs(damage) do
        part[name] = value
      end
      assert.is_true(state.save(here:file "job.json", state.new("/v1/x", {}, { part })))
      local found, err = state.load(here:file "job.json")
      assert.is_nil(found)
      assert.truthy(err.message:find("job.json is damaged", 1, true), err.message)
    end)
  end

  it("says why it cannot be written", function()
    local done, err = state.save(here:file "job.json", state.new(nil, { metadata = { a = "\255" } }, {}))
    assert.is_nil(done)
    assert.same({ "bad_request", "batches.run" }, { err.kind, err.operation })
    assert.truthy(err.message:find("settings.metadata.a", 1, true), err.message)
  end)

  it("names the files beside it", function()
    assert.equal("job.json.2.output.jsonl", state.file("job.json", { number = 2 }, "output"))
  end)
end)
