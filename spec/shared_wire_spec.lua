-- What other libraries send, send again and say of errors, in ../shared/vectors:
-- each case is run, or a line says which rule of it is not ours. Skipped where
-- the folder is absent.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local error_value = require "oai.error"
local header = require "oai.codec.header"
local oai = require "oai"
local request = require "oai.call.request"
local response = require "oai.call.response"
local retry = require "oai.call.retry"
local server = require("spec.support.server").start()
local shared_vectors = require "spec.support.shared_vectors"

local describe_file, plain = shared_vectors.describe, shared_vectors.plain

local function file_at(position)
  local file = assert(io.tmpfile())
  file:write "0123456789"
  file:seek("set", position)
  return file
end

local function with_pipe(use)
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute("mkfifo " .. path))
  os.execute(("(printf 0123456789 > %s) &"):format(path))
  local value, err = use(path)
  os.remove(path)
  return value, err
end

local function upload(file)
  return function(client)
    return client.files:create { file = file, purpose = "batch" }
  end
end

local function post(body)
  return function(client)
    return client:request("POST", "/x", body)
  end
end

-- What each case of retry_replay does.
local CALLS = {
  bytes_upload_500_then_ok = upload { data = "0123456789", filename = "a" },
  seekable_file_500_then_ok = upload(file_at(0)),
  seekable_file_from_its_position = upload(file_at(2)),
  list_content_retried = post { "a", "b" },
  json_retried = post { a = 1 },
  hangup_then_ok = post { a = 1 },
}

-- max_retries of cases; in Lua, nil is an option that is not given.
local REFUSED = { max_retries_negative = -1, max_retries_float = 1.5, max_retries_inf = math.huge,
  max_retries_None = cjson.null }

local NOT_OURS = {
  -- A pipe is refused where the call is made: no attempt may be the last.
  unseekable_file_not_retried = "what can be read once alone is refused",
  generator_content_not_retried = "a body is a string or a table",
  transport_bug_not_retried = "the transport is the core's: it takes no functions",
}

local function scene_of(case)
  local replies = {}
  for i, given in ipairs(case.server) do
    replies[i] = given.hangup and { fault = "close" } or { status = given.status, headers = given.headers,
      json = given.json }
  end
  return server:scenario { replies = replies }
end

describe_file("retry_replay", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      if REFUSED[case.name] then
        assert.has_error(function()
          oai.client { api_key = "k", max_retries = REFUSED[case.name] }
        end)
      elseif not NOT_OURS[case.name] then
        local scene = scene_of(case)
        local value, err = CALLS[case.name](connect.to(scene))
        assert.equal(case.expect.ok == true, value ~= nil, tostring(err))
        local requests, counts = scene:requests(), {}
        for i, sent in ipairs(requests) do
          counts[i] = sent.header["x-stainless-retry-count"]
        end
        assert.equal(case.attempts, #requests)
        assert.same(case.retry_counts, counts)
        assert.equal(requests[1].header["x-client-request-id"], requests[#requests].header["x-client-request-id"])
      end
    end)
  end

  it("the file is sent from where it stood", function()
    local scene = server:scenario { replies = { { status = 500, headers = { ["retry-after-ms"] = "1" }, json = {} },
      { json = { id = "file_1", object = "file" } } } }
    assert(upload(file_at(2))(connect.to(scene)))
    for _, sent in ipairs(scene:requests()) do
      assert.truthy(sent.body:find("\r\n\r\n23456789\r\n", 1, true))
    end
  end)

  it("what can be read once alone is refused", function()
    local scene = server:scenario { replies = { { json = {} } } }
    local value, err = with_pipe(function(path)
      return upload(path)(connect.to(scene))
    end)
    assert.is_nil(value)
    assert.equal("io", err.kind)
    assert.same({}, scene:requests())
  end)

  for i, case in ipairs(facts.retry_after) do
    it(("retry_after %d"):format(i), function()
      local headers = {}
      for name, value in pairs(case.headers) do
        headers[name] = value:gsub("^400 digits 9$", ("9"):rep(400))
      end
      local err = error_value.new { kind = "server", message = "m", status = 500, headers = headers }
      local delay = retry.delay(err, 0, { max_retries = 2, max_retry_delay = 120 }, 0, 0)
      assert.equal(case.should_retry and case.delay or nil, delay)
    end)
  end
end)

local function built(options, method, target, params, call_options)
  local client = oai.client(options)
  local endpoint = { name = "request", method = method, template = target, ids = {}, returns = "json" }
  return assert(request.build(client, endpoint, target, params, call_options))
end

--- The parameters of a URL's query, as a set, and what is before it.
local function taken_apart(url)
  local parts, before = {}, url:match "^[^?]*"
  for part in (url:match "%?(.*)" or ""):gmatch "[^&]+" do
    parts[part] = (parts[part] or 0) + 1
  end
  return { before = before, parts = parts }
end

describe_file("urls_and_headers", function(facts)
  for i, case in ipairs(plain(facts.urls)) do
    it(("url %d"):format(i), function()
      local made = built({ api_key = "k", base_url = case.base_url, query = case.default_query }, "GET", case.path,
        case.params)
      assert.same(taken_apart(case.recommended), taken_apart(made.url))
    end)
  end

  for i, case in ipairs(facts.headers) do
    it(("header %d"):format(i), function()
      local of_call = {}
      for name, value in pairs(case.request_headers) do
        of_call[name] = value ~= "<omit>" and value
      end
      local plan = built({ api_key = "k", headers = case.default_headers }, "GET", "/x", nil,
        { headers = of_call }).plan
      local sent = header.parse(table.concat(plan.lines, "\n"))
      for name, text in pairs(case.sent) do
        if name == "authorization" and text == "Bearer k" then
          assert.is_false(plan.own_credential) -- so that the core adds the key
        elseif not text:find "^OpenAI/Python" then -- oai differs: it says its own name
          assert.equal(text, sent[name])
        end
      end
      if not case.sent.authorization then
        assert.is_true(plan.own_credential)
        assert.equal("", sent.authorization) -- a line that is not sent
      end
    end)
  end
end)

local KINDS = { BadRequestError = "bad_request", NotFoundError = "not_found", InternalServerError = "server" }

describe_file("error_messages", function(facts)
  for i, case in ipairs(plain(facts.cases)) do
    it(("case %d, status %d"):format(i, case.status), function()
      local block = "HTTP/1.1 4\r\nx-request-id: req_9\r\ncontent-type: " .. case.content_type .. "\r\n\r\n"
      local err, expected = response.to_error(response.new(case.status, block, 1, 0), case.body), case.expect
      assert.equal(KINDS[expected.class] or "bad_request", err.kind)
      local said = expected.message:match "^Error code: %d+ %- (.*)$"
      if said then -- else openai-python says the status alone, and oai what the body says
        assert.equal(said, err.message)
      end
      assert.is_true(#err.message > 0 and not tostring(err):find "table: ")
      assert.same({ expected.param, expected.type, "req_9", expected.code }, { err.param, err.type, err.request_id,
        err.code and tostring(err.code) }) -- oai differs: a number stays one
      assert.equal(case.body, err.body) -- oai differs: as it came
    end)
  end
end)
