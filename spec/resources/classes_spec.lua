-- The classes of objects against the resources, both ways, and against the
-- API's objects.

local class = require "oai.call.class"
local classes = require "oai.resources.classes"
local lines = require "spec.support.lines"
local objects = require "spec.support.objects"

-- Names of ours, for objects that are on several paths and do not say what
-- they are: their resource alone tells.
local BY_RESOURCE_ALONE = { assigned_role = true }

-- What the API's own pages call a batch of files, beside its other name.
local OTHER_NAMES = { ["vector_store.file_batch"] = true }

local function labels_of(definition)
  local object = definition.object
  return type(object) == "table" and object or { object }
end

local function definitions()
  local by_name = {}
  lines.each_resource(function(definition, name)
    by_name[name] = definition
  end)
  return by_name
end

describe("the registry of classes", function()
  it("has what each resource calls its objects", function()
    local missing = {}
    for name, definition in pairs(definitions()) do
      for _, label in ipairs(labels_of(definition)) do
        if not classes[label] and not BY_RESOURCE_ALONE[label] then
          missing[#missing + 1] = name .. ": " .. label
        end
      end
    end
    assert.same({}, missing)
  end)

  it("leads to resources that call their objects so, or says their ids", function()
    local by_name, wrong = definitions(), {}
    for label, entry in pairs(classes) do
      local found = by_name[type(entry) == "table" and entry[1] or entry]
      local named = type(entry) == "table" and #entry.ids > 0 or OTHER_NAMES[label]
      for _, own in ipairs(found and labels_of(found) or {}) do
        named = named or own == label
      end
      wrong[#wrong + 1] = not named and label or nil
    end
    assert.same({}, wrong)
  end)

  for _, object in ipairs(objects.all) do
    it("knows " .. object.object .. " of " .. object.resource .. " and its ids", function()
      local definition = definitions()[object.resource]
      local of = class.of({ object = object.object }, { name = object.resource .. ".x", home = definition })
      assert.equal(object.resource, of.name)
      assert.equal(definition, of.definition)
      local ids = {}
      for i, id in ipairs(object.ids) do
        ids[i] = id.name
      end
      assert.same(ids, of.ids)
    end)
  end

  it("knows no object that the API gives no operations", function()
    local known = {}
    for _, object in ipairs(objects.all) do
      known[object.object] = true
    end
    -- what lists call certificates
    known["organization.certificate"], known["organization.project.certificate"] = true, true
    for label in pairs(classes) do
      assert.is_true(known[label] or OTHER_NAMES[label], label)
    end
  end)
end)
