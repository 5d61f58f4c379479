-- Every operation of the API, called by its name: what arrives at the server
-- and what becomes of its reply. Cases that these facts cannot say are in the
-- spec of their resource.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local dkjson = require "dkjson"
local multipart = require "spec.support.multipart"
local oai = require "oai"
local operations = require "spec.support.operations"
local server = require("spec.support.server").start { tls = true }
local url = require "socket.url"

-- Operations with bodies that are no form of fields, which are called in
-- spec/resources/realtime_spec.lua.
local SPECIAL = { ["realtime.calls.create"] = true }

local BYTES = '{"n":1}\0\255\r\n' -- which no type makes a value of

--- The reply to an operation, and what the caller should get of it.
local REPLIES = {
  json = function(operation)
    local json = operation.page and { data = { { n = 12 } } } or { n = 12 }
    return { json = json }, function(value)
      assert.equal(12, operation.page and value.data[1].n or value.n)
    end
  end,
  json_or_text = function()
    return { json = { text = "hello" } }, function(value)
      assert.same({ text = "hello" }, value)
    end
  end,
  bytes = function()
    return { body = BYTES, headers = { ["content-type"] = "application/json" } }, function(value)
      assert.equal(BYTES, value)
    end
  end,
  text = function()
    return { body = "v=0\r\n", headers = { ["content-type"] = "application/sdp" } }, function(value)
      assert.equal("v=0\r\n", value)
    end
  end,
  empty = function()
    return {}, function(value)
      assert.is_true(value)
    end
  end,
}

local function sorted(list)
  table.sort(list)
  return list
end

--- How a value of each kind is written where there are names and texts only.
local FLAT = {
  s = function(add, name, value)
    add(name, value)
  end,
  i = function(add, name, value)
    add(name, ("%.0f"):format(value))
  end,
  n = function(add, name)
    add(name, "0.25")
  end,
  b = function(add, name, value)
    add(name, value and "true" or "false")
  end,
  a = function(add, name)
    add(name .. "[]", "one")
    add(name .. "[]", "two")
  end,
  m = function(add, name)
    add(name .. "[key]", "value")
  end,
  o = function(add, name)
    add(name .. "[gt]", "1")
    add(name .. "[lte]", "5")
  end,
  f = function() end, -- these are parts of their own
  F = function() end,
}

local function flat(fields, params, last)
  local texts = {}
  for _, field in ipairs(fields) do
    FLAT[operations.kind(field, last)](function(name, text)
      texts[#texts + 1] = name .. "=" .. text
    end, field.name, params[field.name])
  end
  return sorted(texts)
end

local function query_of(request)
  local texts = {}
  for pair in request.query:gmatch("[^&]+") do
    local name, text = pair:match("^([^=]*)=(.*)$")
    texts[#texts + 1] = url.unescape(name) .. "=" .. url.unescape(text)
  end
  return sorted(texts)
end

local function check_headers(operation, request)
  local key = operation.admin and connect.admin_api_key or connect.key
  assert.equal("Bearer " .. key, request.header.authorization)
  assert.equal(operation.accept or "application/json", request.header.accept)
  assert.equal(operation.beta, request.header["openai-beta"])
  assert.is_nil(request.header.expect)
end

local function check_nothing(_, request)
  assert.equal("", request.body)
  assert.is_nil(request.header["content-type"])
end

local function check_json(operation, request, params)
  local body = {}
  for _, field in ipairs(operation.body) do
    body[field.name] = params[field.name]
  end
  assert.equal("application/json", request.header["content-type"])
  assert.same(body, cjson.decode(request.body))
end

--- The parts that files should be, by the field's kind.
local function file_parts(fields, params, last)
  local wanted = {}
  for _, field in ipairs(fields) do
    local kind, value = operations.kind(field, last), params[field.name]
    for _, file in ipairs(kind == "F" and value or kind == "f" and { value } or {}) do
      wanted[#wanted + 1] = {
        name = field.name .. (kind == "F" and "[]" or ""),
        filename = file.filename,
        content_type = file.content_type,
        data = file.data,
      }
    end
  end
  return wanted
end

local function by_filename(a, b)
  return a.filename < b.filename
end

local function check_form(operation, request, params, last)
  assert.truthy(request.header["content-type"]:find("^multipart/form%-data; boundary=%S+$"))
  local files, texts = {}, {}
  for _, part in ipairs(multipart.parts(request)) do
    if part.filename then
      files[#files + 1] = part
    else
      assert.is_nil(part.content_type)
      texts[#texts + 1] = part.name .. "=" .. part.data
    end
  end
  local wanted = file_parts(operation.form, params, last)
  table.sort(wanted, by_filename)
  table.sort(files, by_filename)
  assert.same(wanted, files)
  assert.same(flat(operation.form, params, last), sorted(texts))
end

local function content_check(operation)
  return operation.form and check_form or operation.body and check_json or check_nothing
end

local function copy(value)
  if type(value) ~= "table" then
    return value
  end
  local copied = {}
  for name, item in pairs(value) do
    copied[name] = copy(item)
  end
  return copied
end

--- Calls an operation in a scene of its own; the only request that arrived,
--- what the call returned, and its parameters.
local function call(operation, reply, params)
  local scene = server:scenario { replies = { reply } }
  local ids = operations.id_samples(operation.ids)
  local before = copy(params)
  local value, facts = operations.call(connect.over_kept(scene), operation.name, ids, params)
  assert.same(before, params)
  local requests = scene:requests()
  assert.equal(1, #requests)
  assert.equal(operation.method, requests[1].method)
  assert.equal(operations.path(operation, ids), requests[1].path)
  return requests[1], value, facts
end

local function check_query(operation, request, params, last)
  local wanted = flat(operation.query, params, last)
  wanted[#wanted + 1] = operation.fixed ~= "" and operation.fixed or nil
  assert.same(sorted(wanted), query_of(request))
end

--- Calls an operation with all its parameters, each of its first kind or of
--- its last.
local function check_call(operation, last)
  local params = operations.samples(operation.query, last)
  operations.samples(operation.body or operation.form, last, params)
  local reply, check_value = REPLIES[operation.reply](operation)
  reply.status = operation.status
  local request, value, facts = call(operation, reply, next(params) and params or nil)
  check_query(operation, request, params, last)
  check_headers(operation, request)
  content_check(operation)(operation, request, params, last)
  assert.is_not_nil(value, tostring(facts))
  assert.equal(operation.status, facts.status)
  check_value(value)
end

-- Names that are an array here and an object elsewhere: the caller says so.
local BOTH = { items = true, permissions = true, prompt = true }

--- What an empty table is in a field: an array if it can be one.
local function empty_kind(field)
  return field.kinds:find "a" and "array" or field.kinds:find "[mo]" and "object" or nil
end

--- Sends an empty table in each field that can hold one, null in the others.
local function check_empty(operation)
  local params = {}
  for _, field in ipairs(operation.body) do
    local kind = empty_kind(field)
    params[field.name] = kind and (BOTH[field.name] and oai[kind] {} or {}) or oai.null
  end
  local request = call(operation, REPLIES[operation.reply](operation), params)
  local body = dkjson.decode(request.body, 1, dkjson.null)
  for _, field in ipairs(operation.body) do
    local value = body[field.name]
    local kind = empty_kind(field)
    if kind then
      assert.equal(field.name .. " " .. kind, field.name .. " " .. getmetatable(value).__jsontype)
    elseif not operations.field(operation.query, field.name) then
      assert.equal(dkjson.null, value, field.name)
    end
  end
end

local ASKED = { body = { stream = true }, query = { stream = true }, format = { stream_format = "sse" }, always = {} }

local function check_stream(operation)
  local params = copy(ASKED[operation.stream])
  if operation.stream == "always" then
    operations.samples(operation.query, false, params)
  end
  for _, field in ipairs(operation.form or {}) do
    params[field.name] = field.kinds:find("f") and field.required and { data = "x", filename = "a.bin" }
      or params[field.name]
  end
  local request, stream = call(operation, { sse = { "data: [DONE]\n\n" } }, params)
  assert.equal("text/event-stream", request.header.accept)
  assert.equal("oai.Stream", getmetatable(stream).__name)
  stream:close()
  return request, params
end

describe("the operation", function()
  for _, operation in ipairs(operations.all) do
    if not SPECIAL[operation.name] and operation.stream ~= "always" then
      it(operation.name .. " is " .. operation.method .. " " .. operation.target, function()
        check_call(operation)
      end)
    end
  end
end)

describe("the operation", function()
  for _, operation in ipairs(operations.all) do
    local fields = operation.form or operation.body
    if not SPECIAL[operation.name] and (operations.varies(fields) or operations.varies(operation.query)) then
      it(operation.name .. " takes its parameters as other kinds too", function()
        check_call(operation, true)
      end)
    end
  end
end)

describe("the body of", function()
  for _, operation in ipairs(operations.all) do
    if operation.body then
      it(operation.name .. " keeps what is empty or null as it is", function()
        check_empty(operation)
      end)
    end
  end
end)

describe("the stream of", function()
  for _, operation in ipairs(operations.all) do
    if operation.stream then
      it(operation.name .. " is asked for in its " .. operation.stream, function()
        local request, params = check_stream(operation)
        if operation.stream == "query" then
          check_query({ query = { { name = "stream", kinds = "b" } }, fixed = operation.fixed }, request, params)
        elseif operation.stream == "always" then
          check_query(operation, request, params)
          check_nothing(operation, request)
          assert.equal(operation.beta, request.header["openai-beta"])
        elseif operation.form then
          local asked = {}
          for _, part in ipairs(multipart.parts(request)) do
            asked[part.name] = part.data
          end
          assert.equal("true", asked.stream)
        else
          assert.same(params, cjson.decode(request.body))
        end
      end)
    end
  end
end)

describe("the ids of", function()
  local client

  setup(function()
    client = connect.over_kept(server:scenario {})
  end)

  for _, operation in ipairs(operations.all) do
    if #operation.ids > 0 then
      it(operation.name .. " are all needed, none of them empty", function()
        for i, name in ipairs(operation.ids) do
          local ids = operations.id_samples(operation.ids)
          ids[i] = ""
          local done, message = pcall(operations.call, client, operation.name, ids)
          assert.is_false(done)
          assert.truthy(message:find(operation.name .. ": " .. name .. " must ", 1, true), message)
        end
      end)
    end
  end
end)
