-- The facts about the API's operations and objects against their source,
-- ../shared/api-2026-11 (or $OAI_SHARED/api-2026-11), and that source's example replies as the
-- library returns them. Skipped where the folder is absent.

local cjson = require "cjson"
local dkjson = require "dkjson" -- a reader that is not ours; busted brings it
local exchange = require "spec.support.exchange"
local json = require "oai.codec.json"
local objects = require "spec.support.objects"
local operations = require "spec.support.operations"
local shared = require "spec.support.shared"

local math_type = rawget(math, "type")

--- What a source says, without null.
local function said(value)
  return value ~= cjson.null and value or nil
end

--- A block about one file; skipped where it is absent.
local function describe_file(name, body)
  describe("shared api: " .. name, function()
    local source = shared("api-2026-11/" .. name)
    if source then
      body(source)
    else
      pending("is not there")
    end
  end)
end

-- What the source lists beside operations of the HTTP API that take a key.
local OTHERS = { ["local"] = true, websocket = true }

--- The operations of the HTTP API by name and by id.
local function index(source)
  local by_name, by_id = {}, {}
  for _, operation in ipairs(source) do
    if not OTHERS[operation.response.kind] and operation.auth ~= "none" then
      local name = said(operation.sdk) or operation.proposed_sdk
      by_name[name], by_id[operation.id] = operation, name
    end
  end
  return by_name, by_id
end

-- Kinds of fields

local KIND = { string = "s", integer = "i", number = "n", boolean = "b", map = "m", file = "f" }
local ORDER = "sinbamofF"

--- The alternatives of a type such as "null|array<string|integer>".
local function alternatives(text)
  local parts, depth, from = {}, 0, 1
  for at = 1, #text do
    local char = text:sub(at, at)
    depth = depth + (char == "<" and 1 or char == ">" and -1 or 0)
    if char == "|" and depth == 0 then
      parts[#parts + 1], from = text:sub(from, at - 1), at + 1
    end
  end
  parts[#parts + 1] = text:sub(from)
  return parts
end

local function kind_of(part)
  if part == "array<file>" then
    return "F"
  end
  return part:find "^array" and "a" or part:find "^map" and "m" or KIND[part] or "o"
end

local function kinds_of(text)
  local seen = {}
  for _, part in ipairs(alternatives(text)) do
    if part ~= "null" then
      seen[kind_of(part)] = true
    end
  end
  return (ORDER:gsub(".", function(kind)
    return seen[kind] and kind or ""
  end))
end

local function query_fields(source)
  local fields = {}
  for i, field in ipairs(source) do
    fields[i] = { name = field.name, kinds = kinds_of(field.type), required = field.required }
  end
  return fields
end

local function body_fields(source, content_type)
  local body = said(source)
  if not body or body.content_type ~= content_type then
    return nil
  end
  local fields, required = {}, {}
  for _, name in ipairs(body.required) do
    required[name] = true
  end
  for i, name in ipairs(body.fields) do
    fields[i] = { name = name, kinds = kinds_of(body.field_types[name]), required = required[name] == true }
  end
  return fields
end

-- Operations

local REPLY = { binary = "bytes", text = "text", empty = "empty", json = "json", json_or_sse = "json", sse = "json" }
local STREAM = {
  ["body stream=true"] = "body",
  ["query stream=true"] = "query",
  ['body stream_format="sse"'] = "format",
  ["always (GET)"] = "always",
}

local function fixed_query(source)
  local pairs_of = {}
  for name, value in pairs(source) do
    pairs_of[#pairs_of + 1] = name .. "=" .. value
  end
  return table.concat(pairs_of, "&")
end

local function from_source(source)
  local response = source.response
  return {
    name = said(source.sdk) or source.proposed_sdk,
    method = source.http,
    path = source.path:match("^[^?]*"),
    fixed = fixed_query(source.fixed_query),
    ids = source.path_params,
    query = query_fields(source.query),
    body = body_fields(source.body, "application/json"),
    form = body_fields(source.body, "multipart/form-data"),
    reply = response.text_when and "json_or_text" or REPLY[response.kind],
    status = response.status,
    page = said(source.pagination) and source.pagination.style,
    admin = source.auth == "admin_api_key",
    beta = said(source.beta_header),
    betas = source.beta_header_param ~= nil,
    idempotency = said(source.headers) ~= nil,
    accept = said(source.accept),
    stream = response.sse and STREAM[response.sse.when],
  }
end

local function from_facts(operation)
  local copy = {}
  for _, name in ipairs { "name", "method", "path", "fixed", "ids", "query", "body", "form", "reply", "status", "page",
    "beta", "accept", "stream" } do
    copy[name] = operation[name]
  end
  copy.admin, copy.betas = operation.admin == true, operation.betas == true
  copy.idempotency = operation.idempotency == true
  return copy
end

describe_file("operations", function(source)
  local by_name = index(source)

  for _, operation in ipairs(operations.all) do
    it(operation.name .. " is as the facts say", function()
      assert.is_table(by_name[operation.name], "the API has no such operation")
      assert.same(from_source(by_name[operation.name]), from_facts(operation))
    end)
  end

  it("are all among the facts", function()
    local missing = {}
    for name in pairs(by_name) do
      missing[#missing + 1] = not operations.by_name[name] and name or nil
    end
    assert.same({}, missing)
  end)
end)

-- Objects

-- Names of ours for what has none.
local NAMED = {
  ["(group)"] = "group", ["(group user)"] = "group.user", ["(assigned role)"] = "assigned_role",
  ["(conversation item)"] = "conversation.item", ["(video character)"] = "video.character",
  ["(realtime call)"] = "realtime.call", ["(external key)"] = "external_key",
}

-- Classes whose `object` is some text in the schema, and this in its examples.
local SAID_BY_EXAMPLE = { container = true, ["container.file"] = true }

local function bound_ids(source)
  local ids = {}
  for i, name in ipairs(source.path_params) do
    local field = source.bind[name]
    ids[i] = { name = name, field = field and field:match("^[%w_]+$") }
  end
  if source.label == "(realtime call)" then -- a header has it
    ids[1].field = "call_id"
  end
  return ids
end

local function method_names(source, by_id)
  local names = {}
  for _, method in ipairs(source.instance_methods) do
    names[#names + 1] = by_id[method.id]
  end
  for _, methods in pairs(source.subcollections) do
    for _, method in ipairs(methods) do
      names[#names + 1] = by_id[method.id]
    end
  end
  table.sort(names)
  return names
end

local function names_in_facts(object)
  local names = {}
  for i, method in ipairs(object.methods) do
    names[i] = method.name
  end
  table.sort(names)
  return names
end

describe_file("objects", function(source)
  local _, by_id = index(shared "api-2026-11/operations")

  for _, entry in ipairs(source) do
    local label = NAMED[entry.label] or entry.label
    it(label .. " of " .. entry.sdk_resource .. " is as the facts say", function()
      local object = objects.find(label, entry.sdk_resource)
      assert.equal(#entry.object_values == 0 and not SAID_BY_EXAMPLE[label], object.unsaid == true)
      assert.same(bound_ids(entry), object.ids)
      assert.same(method_names(entry, by_id), names_in_facts(object))
    end)
  end

  it("are all there are", function()
    assert.equal(#source, #objects.all)
  end)
end)

-- Which operations return an object: those whose schema it is, and these.
local ALSO = {
  ["admin.organization.admin_api_keys.create"] = "the same and the key",
  ["admin.organization.certificates.activate"] = "a schema for lists",
  ["admin.organization.certificates.deactivate"] = "a schema for lists",
  ["admin.organization.certificates.list"] = "a schema for lists",
  ["admin.organization.groups.update"] = "a schema for updates",
  ["admin.organization.groups.users.list"] = "a schema for lists",
  ["admin.organization.projects.certificates.activate"] = "a schema for lists",
  ["admin.organization.projects.certificates.deactivate"] = "a schema for lists",
  ["admin.organization.projects.certificates.list"] = "a schema for lists",
  ["admin.organization.projects.service_accounts.create"] = "the same and the key",
  ["conversations.items.create"] = "a list that is no page",
  ["webhooks.create"] = "the same and the secret",
  ["webhooks.rotate_secret"] = "the same and the secret",
}

--- The schema of what an operation returns, or of the items of its list.
local function returned_schema(operation)
  local page = said(operation.pagination)
  return page and page.item_schema or said(operation.response.schema)
end

describe("shared api: the operations that return objects", function()
  local source, all = shared "api-2026-11/objects", shared "api-2026-11/operations"
  if not source or not all then
    pending("are not there")
    return
  end
  local by_name = index(all)

  --- The names of the operations that return an object of the source's.
  local function returning(entry)
    local names = {}
    for name, operation in pairs(by_name) do
      local same = said(entry.schema) and returned_schema(operation) == entry.schema
      local own = name:match("^(.*)%.") == entry.sdk_resource
      names[#names + 1] = same and (own or not entry.label_shared_with_another_path) and name or nil
    end
    table.sort(names)
    return names
  end

  for _, entry in ipairs(source) do
    local label = NAMED[entry.label] or entry.label
    it("such as " .. label .. " of " .. entry.sdk_resource .. " are as the facts say", function()
      local object, names = objects.find(label, entry.sdk_resource), {}
      for _, kind in ipairs { "one", "many" } do
        for _, name in ipairs(object[kind]) do
          assert.equal(kind == "many", said(by_name[name].pagination) ~= nil or name == "conversations.items.create")
          names[#names + 1] = not ALSO[name] and name or nil
        end
      end
      table.sort(names)
      assert.same(returning(entry), names)
    end)
  end
end)

-- Example replies

--- A JSON text, read by another's reader; nil when it is none.
local function decoded(text)
  if type(text) ~= "string" or not pcall(cjson.decode, text) then
    return nil
  end
  return (dkjson.decode(text, 1, dkjson.null))
end

local function examples_of(meta)
  local examples = meta and meta.examples
  if type(examples) ~= "table" then
    return {}
  end
  return examples[1] and examples or { examples }
end

--- All example replies that are JSON: { id of the operation, text, value }.
local function examples_in(source)
  local found = {}
  for _, methods in pairs(source.paths) do
    for _, operation in pairs(methods) do
      for _, example in ipairs(type(operation) == "table" and examples_of(operation["x-oaiMeta"]) or {}) do
        local value = decoded(example.response)
        found[#found + 1] = value and { id = operation.operationId, text = example.response, value = value } or nil
      end
    end
  end
  table.sort(found, function(a, b)
    return a.id .. a.text < b.id .. b.text
  end)
  return found
end

local function is_list(value)
  return getmetatable(value).__jsontype == "array"
end

--- A value without the members that are null.
local function without_nulls(value)
  if type(value) ~= "table" then
    return value
  end
  local result = setmetatable({}, getmetatable(value))
  for name, item in pairs(value) do
    if item ~= dkjson.null or is_list(value) then
      result[name] = without_nulls(item)
    end
  end
  return result
end

-- Debian's lua-cjson reads all numbers as floats: beyond 2^53 they are near.
local READS_INTEGERS = math_type and math_type(cjson.decode "[9007199254740993]"[1]) == "integer"

local function is_same_number(want, got)
  if math.abs(want) > 2 ^ 53 and not READS_INTEGERS then
    return want + 0.0 == got + 0.0
  end
  return want == got and (not math_type or math_type(want) ~= "integer" or math_type(got) == "integer")
end

--- What differs first, kinds of numbers included; or nil.
local function difference(want, got, path)
  if type(want) ~= "table" then
    local same = want == got
    if type(want) == "number" and type(got) == "number" then
      same = is_same_number(want, got)
    end
    return not same and ("%s: wanted %s, got %s"):format(path, tostring(want), tostring(got)) or nil
  elseif type(got) ~= "table" then
    return ("%s: wanted a table, got %s"):format(path, tostring(got))
  end
  for name, item in pairs(want) do
    local found = difference(item, got[name], path .. "." .. tostring(name))
    if found then
      return found
    end
  end
  for name in pairs(got) do
    if want[name] == nil then
      return ("%s.%s should not be there"):format(path, tostring(name))
    end
  end
  return nil
end

--- The kinds of the tables of two values, which are the same otherwise.
local function kind_difference(want, got, path)
  if type(want) ~= "table" or want == dkjson.null then
    return nil
  elseif is_list(want) ~= is_list(got) then
    return path .. ": a list became an object, or the other way"
  end
  for name, item in pairs(want) do
    local found = kind_difference(item, got[name], path .. "." .. tostring(name))
    if found then
      return found
    end
  end
  return nil
end

--- The object that an operation returns, and whether in a list.
local function object_of(name)
  for _, object in ipairs(objects.all) do
    for _, kind in ipairs { "one", "many" } do
      for _, returned in ipairs(object[kind]) do
        if returned == name then
          return object, kind
        end
      end
    end
  end
  return nil
end

local CERTIFICATES = { ["organization.certificate"] = true, ["organization.project.certificate"] = true }

--- Whether an example shows the object that the operation returns.
local function shows(object, example)
  local last = object.ids[#object.ids]
  local id = example[last.field] or example.id
  local label = example.object
  return id and (label == nil or label == object.object or CERTIFICATES[label])
end

local function check_class(object, value, example)
  if object and shows(object, example) and example.deleted == nil then
    local last = object.ids[#object.ids]
    assert.equal(objects.type_name(object.object) .. " " .. (example[last.field] or example.id), tostring(value))
    return 1
  end
  return 0
end

local function call(name, text)
  local params = objects.least_params(operations.by_name[name])
  local reply = { body = text, headers = { ["content-type"] = "application/json" } }
  local _, value, facts = exchange.run({ reply }, function(client)
    return operations.call(client, name, objects.asked_ids(name), params)
  end)
  return assert(value, tostring(facts))
end

local function check_example(name, example)
  local value = call(name, example.text)
  if operations.by_name[name].reply == "bytes" then
    assert.equal(example.text, value)
    return 0
  end
  local want = without_nulls(example.value)
  want.next = not operations.by_name[name].page and want.next or nil -- a page has a method there
  assert.is_nil(difference(want, value, "value"))
  local again = dkjson.decode(assert(json.encode(value)), 1, dkjson.null)
  assert.is_nil(difference(want, again, "value"))
  assert.is_nil(kind_difference(want, again, "value"))
  local object, kind = object_of(name)
  if kind ~= "many" then
    return check_class(object, value, want)
  end
  local count = 0
  for i, item in ipairs(value.data) do
    count = count + check_class(object, item, want.data[i])
  end
  return count
end

describe_file("openapi", function(source)
  local _, by_id = index(shared "api-2026-11/operations")
  local classes = {}

  for i, example in ipairs(examples_in(source)) do
    local name = by_id[example.id]
    it(("example reply %d, of %s, comes back as it is"):format(i, name or example.id), function()
      classes[#classes + 1] = check_example(name, example)
    end)
  end

  it("has hundreds of them, most with objects that have methods", function()
    local sum = 0
    for _, count in ipairs(classes) do
      sum = sum + count
    end
    assert.is_true(#classes >= 222, #classes .. " examples")
    assert.is_true(sum >= 150, sum .. " objects")
  end)
end)
