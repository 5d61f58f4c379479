-- Every example of the reference as it stands, in a child of the same Lua: it
-- sends what its operation takes, and prints something of a reply that is as
-- the types say.

local annotated = require "spec.support.annotated"
local child = require "spec.support.child"
local cjson = require "cjson"
local folder = require "spec.support.folder"
local operations = require "spec.support.operations"
local reference = require "spec.support.reference"
local server = require "spec.support.server"

-- Which streams the built-in API can play; of the others, by the beginning of
-- their operations' names, events of their own.
local PLAYED = { ["/chat/completions"] = true, ["/completions"] = true, ["/responses"] = true }
local EVENTS = {
  ["audio.speech"] = { { type = "speech.audio.delta", audio = "dGV4dA==" }, { type = "speech.audio.done" } },
  ["audio.transcriptions"] = { { type = "transcript.text.delta", delta = "text" },
    { type = "transcript.text.done", text = "text" } },
  ["images.generate"] = { { type = "image_generation.completed", b64_json = "dGV4dA==" } },
  ["images.edit"] = { { type = "image_edit.completed", b64_json = "dGV4dA==" } },
  ["beta.threads"] = { { id = "msg_1", object = "thread.message.delta",
    delta = { content = { { index = 0, type = "text", text = { value = "text" } } } } },
    { id = "run_1", object = "thread.run", status = "completed" } },
  ["beta.agents"] = { { type = "agent.session.idle", session_id = "sess_1", event_id = "evt_1",
    session = { id = "sess_1", object = "agent.session", status = "idle" } } },
}

local function stream_of(name)
  local sent = {}
  for beginning, events in pairs(EVENTS) do
    for i, event in ipairs(name:sub(1, #beginning) == beginning and events or {}) do
      sent[i] = { data = cjson.encode(event) }
    end
  end
  sent[#sent + 1] = { data = "[DONE]" }
  return sent
end

--- The reply to an operation.
local function reply_to(name, is_stream)
  local operation = operations.by_name[name]
  if is_stream and PLAYED[operation.path] then
    return { api = "answers" }
  elseif is_stream then
    return { sse = stream_of(name) }
  elseif operation.reply == "bytes" or operation.reply == "text" then
    return { body = "text", headers = { ["Content-Type"] = "application/octet-stream" } }
  elseif operation.reply == "empty" then
    return { body = "" }
  end
  return { json = annotated.reply(name), status = operation.status }
end

-- Runs each example by itself; prints how it went as a line of JSON.
local PROGRAM = [[
local cjson = require "cjson"
local client = require("oai").client { admin_api_key = "sk-admin-0000", max_retries = 0 }
local function run(code)
  local printed = {}
  local function keep(...)
    for i = 1, select("#", ...) do
      printed[#printed + 1] = tostring((select(i, ...)))
    end
  end
  local globals = setmetatable({ client = client, print = keep, io = { write = keep } }, { __index = _G })
  local chunk = assert((loadstring or load)(code, "=example", "t", globals))
  local ok, failure = pcall(setfenv and setfenv(chunk, globals) or chunk)
  print(cjson.encode { ok = ok, failure = not ok and tostring(failure) or nil, printed = table.concat(printed, " ") })
end
]]

local function program_of(list)
  local lines = { PROGRAM }
  for _, example in ipairs(list) do
    lines[#lines + 1] = ("run(%q)"):format(example.code)
  end
  return table.concat(lines, "\n")
end

--- Runs examples in a folder of their own; each then has what came of it.
local function run(list, base_url)
  local here, count = folder.new(), 0
  for _, name in ipairs { "notes.txt", "photo.png", "recording.wav", "boat.mp4" } do
    here:write(name, "text")
  end
  local environment = { OPENAI_API_KEY = "sk-local-0000", OPENAI_BASE_URL = base_url,
    OPENAI_CUSTOM_HEADERS = "X-Stand-In-Delay: 0" }
  local output = child.run(program_of(list), environment, nil, "env -C " .. here.path)
  here:remove()
  for line in output:gmatch "[^\n]+" do
    count = count + 1
    assert(list[count] and line:find "^{", line)
    list[count].outcome = cjson.decode(line)
  end
  assert.equal(#list, count, output)
end

--- Runs the examples of all pages, in their order, against one scene.
local function run_all(names)
  local list, replies = {}, {}
  for _, page in ipairs(names) do
    reference.add_examples(list, page)
  end
  for i, example in ipairs(list) do
    replies[i] = reply_to(example.name, example.is_stream)
  end
  local scene = server.start():scenario { replies = replies }
  run(list, scene.base_url)
  for i, request in ipairs(scene:requests()) do
    list[i].request = request
  end
  return list
end

local KINDS = {
  s = "string", i = "number", n = "number", b = "boolean", a = "table", m = "table", o = "table", f = "string",
  F = "string",
}

local function is_of_kind(value, kinds)
  for kind in kinds:gmatch "." do
    if KINDS[kind] == type(value) then
      return true
    end
  end
  return false
end

--- The fields of a request's content, by their names; a form's are texts.
local function content_of(request, operation)
  if operation.form and request.header["content-type"]:find "^multipart" then
    local found = {}
    for name in request.body:gmatch 'form%-data; name="([%w_]+)[^"]*"' do
      found[name] = "text"
    end
    return found, operation.form, true
  elseif request.body ~= "" and request.header["content-type"] == "application/json" then
    return cjson.decode(request.body), operation.body or operation.form or {}
  end
  local found = {}
  for name in request.query:gmatch "([%w_]+)[^=&]*=" do
    found[name] = "text"
  end
  return found, operation.query, true
end

local function check_content(request, operation, example)
  local found, fields, is_text = content_of(request, operation)
  for name, value in pairs(found) do
    local field = operations.field(fields, name)
    local is_switch = example.is_stream and name:find "^stream" or (operation.fixed or ""):find(name, 1, true)
    assert.is_truthy(field or is_switch, example.name .. " takes no " .. name)
    assert.is_true(not field or is_text or is_of_kind(value, field.kinds), example.name .. ": " .. name)
  end
  for _, field in ipairs(fields) do
    assert.is_true(not field.required or found[field.name] ~= nil, example.name .. " needs " .. field.name)
  end
end

local function check_request(request, example)
  local operation = operations.by_name[example.name]
  assert.equal(operation.method, request.method)
  local pattern = "^/v1" .. operation.path:gsub("%-", "%%-"):gsub("{[%w_]+}", "[^/]+") .. "$"
  assert.is_truthy(request.path:find(pattern), example.name .. " is sent to " .. request.path)
  if operation.reply ~= "bytes" or request.header["content-type"] then
    check_content(request, operation, example)
  end
end

local function check(example)
  local outcome = example.outcome
  assert.is_true(outcome.ok, ("%s: %s\n%s"):format(example.name, tostring(outcome.failure), example.code))
  check_request(assert(example.request, example.name .. " sent nothing"), example)
  assert.is_truthy(outcome.printed:find "%S", example.name .. " printed nothing")
  assert.is_nil(outcome.printed:find "%f[%w]nil%f[%W]", example.name .. " printed " .. outcome.printed)
end

describe("the reference", function()
  local names = reference.pages()
  local list

  lazy_setup(function()
    list = run_all(names)
  end)

  for _, page in ipairs(names) do
    it("has examples that run: " .. page, function()
      for _, example in ipairs(list) do
        if example.page == page then
          check(example)
        end
      end
    end)
  end
end)
