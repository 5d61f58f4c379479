-- The vectors of ../shared/vectors (or $OAI_SHARED/vectors), run through the
-- same code as the specs' own facts. Skipped where the folder is absent.

local assistants = require "oai.dialect.assistants"
local chat = require "oai.dialect.chat"
local cjson = require "cjson"
local connect = require "spec.support.connect"
local core = require "oai.core"
local delta = require "oai.dialect.delta"
local environment = require "spec.support.environment"
local error_value = require "oai.error"
local form = require "oai.codec.form"
local header = require "oai.codec.header"
local images = require "oai.dialect.images"
local like = require "spec.support.like"
local oai = require "oai"
local page = require "oai.call.page"
local path = require "oai.codec.path"
local query = require "oai.codec.query"
local rate_limit = require "oai.codec.rate_limit"
local request = require "oai.call.request"
local response = require "oai.call.response"
local responses = require "oai.dialect.responses"
local retry = require "oai.call.retry"
local retry_after = require "oai.codec.retry_after"
local shared_vectors = require "spec.support.shared_vectors"
local speech = require "oai.dialect.speech"
local transcription = require "oai.dialect.transcription"

local describe_file = shared_vectors.describe
local plain = shared_vectors.plain

local NOW = 1696004797

local function bytes_of(hex)
  return (hex:gsub("%x%x", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

local function chunks_of(case)
  if case.chunks then
    return case.chunks
  end
  local chunks = {}
  for i, hex in ipairs(case.chunks_hex or {}) do
    chunks[i] = bytes_of(hex)
  end
  return chunks
end

local function in_pieces_of(text, size)
  local chunks = {}
  for from = 1, #text, size do
    chunks[#chunks + 1] = text:sub(from, from + size - 1)
  end
  return chunks
end

local function events_of(chunks)
  local parser, events = core.sse(), {}
  for _, chunk in ipairs(chunks) do
    parser:feed(chunk)
    local data, name, id = parser:event()
    while data do
      -- oai differs: records without data are skipped
      if data ~= "" then
        events[#events + 1] = { data = data, event = name, id = id }
      end
      data, name, id = parser:event()
    end
  end
  return events
end

local function sorted(list)
  table.sort(list)
  return list
end

local function has_null(value)
  if type(value) ~= "table" then
    return value == cjson.null
  end
  for _, item in pairs(value) do
    if has_null(item) then
      return true
    end
  end
  return false
end

local function pairs_in(text)
  local list = {}
  for pair in text:gmatch("[^&]+") do
    list[#list + 1] = pair
  end
  return sorted(list)
end

local function client_with(options)
  return oai.client(options)
end

local function build(client, method, target, params, options)
  return request.build(client, { name = "request", method = method, template = target, ids = {}, returns = "json" },
    target,
    params, options)
end

describe_file("sse_decoder", function(facts)
  for _, case in ipairs(facts.cases) do
    if not case.generate then -- those stand in engine/sse_spec.lua
      it(case.name, function()
        local chunks, expected = chunks_of(case), {}
        for _, event in ipairs(plain(case.events)) do
          if event.data ~= "" then
            expected[#expected + 1] = event
          end
        end
        if case.fragment then
          chunks = in_pieces_of(table.concat(chunks), case.fragment)
        end
        for _, cut in ipairs { chunks, { table.concat(chunks) }, in_pieces_of(table.concat(chunks), 1) } do
          local events = events_of(cut)
          assert.equal(#expected, #events)
          for i, event in ipairs(expected) do
            assert.same({ event.data, event.event }, { events[i].data, events[i].event })
            assert.equal(event.id or events[i].id, events[i].id)
          end
        end
      end)
    end
  end
end)

-- The parser shows its lines only as data: each gets a field name, and an
-- empty one ends an event.
describe_file("line_decoder", function(facts)
  local function with_names(chunks)
    local named, at_start = {}, true
    for i, chunk in ipairs(chunks) do
      named[i] = chunk:gsub(".", function(char)
        local is_end = char == "\n" or char == "\r"
        local prefix = at_start and not is_end and "data:" or ""
        at_start = is_end
        return prefix .. char
      end)
    end
    named[#named + 1] = "\n\n\n"
    return named
  end

  local function events_in(lines)
    local events, data = {}, nil
    for i = 1, #lines + 1 do
      local line = lines[i] or ""
      if line ~= "" then
        data = data and data .. "\n" .. line or line
      elseif data then
        events[#events + 1], data = data, nil
      end
    end
    return events
  end

  local cases = facts.cases
  for _, case in ipairs(facts.byte_cases or {}) do
    cases[#cases + 1] = case
  end
  for i, case in ipairs(cases) do
    it("case " .. i, function()
      local chunks, lines = chunks_of(case), plain(case.lines)
      local tail = table.concat(chunks):match("[^\r\n]*$")
      if not case.flush and tail ~= "" then
        lines[#lines + 1] = tail
      end
      local data = {}
      for n, event in ipairs(events_of(with_names(chunks))) do
        data[n] = event.data
      end
      assert.same(events_in(lines), data)
    end)
  end
end)

local function server()
  return require("spec.support.server").start { tls = true }
end

local function chat_stream(client)
  return client.chat.completions:create { model = "m", stream = true, messages = {} }
end

local function run_stream(client)
  return client.beta.threads.runs:create("thread_1", { assistant_id = "asst_1", stream = true })
end

local function stream_of(reply, open)
  local client = connect.to(server():scenario { replies = { reply } }, { max_retries = 0 })
  local stream, err = open(client)
  local items = {}
  while stream do
    local event, broke = stream:next()
    if event == nil then
      err = broke
      break
    end
    items[#items + 1] = event
  end
  return stream, items, err
end

local function without_quotes(text)
  return (text:gsub('^"(.*)"$', "%1"))
end

describe_file("stream_wire", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local _, items, err = stream_of({ sse = { case.wire } }, chat_stream)
      local expected, wanted = plain(case.items), plain(case.error)
      local skips = case.name == "event_without_data" -- oai differs: it is skipped
      for i, item in ipairs(expected) do -- oai differs: no envelope around an event
        expected[i] = item.event and item.data or item
      end
      assert.same(skips and { { id = 1 } } or expected, plain(items))
      if wanted and wanted.class == "APIError" then
        assert.same({ "stream", without_quotes(wanted.message), wanted.request_id },
          { err.kind, err.message, err.request_id })
        assert.same({ wanted.code, wanted.param }, { err.code, err.param })
      elseif wanted and not skips then
        assert.equal("decode", err.kind)
      elseif case.wire:find("[DONE]", 1, true) then
        assert.is_nil(err)
      else -- oai differs: an end without [DONE] is an error
        assert.equal("stream", err.kind)
      end
    end)

    it(case.name .. " of an assistant's run", function()
      local _, items = stream_of({ sse = { case.wire } }, run_stream)
      local expected = plain(case.items)
      for i, item in ipairs(expected) do -- oai differs: any event has an envelope
        expected[i] = item.event and item or { data = item }
      end
      local skips = case.name == "event_without_data" -- oai differs: it is skipped
      assert.same(skips and { { data = { id = 1 } } } or expected, plain(items))
    end)
  end
end)

describe_file("stream_wire_python", function(facts)
  -- oai differs: records without data are skipped, and a line may stand alone
  local MORE = { retry_only = { { id = "1" } }, id_then_blank = { { id = "1" }, { id = "2" } } }
  -- oai differs: what is an error by its name, or by its type, is one
  local ERRORS = { event_error_flat = "boom", agents_error_is_item = "y", error_member_string = "boom" }

  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local _, items, err = stream_of({ sse = { case.wire } }, chat_stream)
      assert.same(ERRORS[case.name] and {} or MORE[case.name] or plain(case.items), plain(items))
      local message = ERRORS[case.name] or not MORE[case.name] and case.error ~= cjson.null and case.error.message
      if message then
        assert.equal(message, err.message)
      elseif not case.wire:find("[DONE]", 1, true) then -- oai differs: an end without [DONE] is an error
        assert.equal("stream", err.kind)
      else
        assert.is_nil(err)
      end
    end)
  end
end)

describe_file("decisions_tool_runner", function(facts)
  -- A runner of decisions is a program here: what one sends and is answered is played.
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local replies = {}
      for i, reply in ipairs(case.server) do
        replies[i] = reply.id and { json = reply } or { status = 400, json = reply }
      end
      local scene = server():scenario { replies = replies }
      local client = connect.to(scene, { max_retries = 0 })
      for i, request_of in ipairs(case.requests) do
        local decision, err = client.decisions:create(plain(request_of.body))
        assert.equal(case.server[i].id, decision and decision.id)
        assert.equal(decision == nil, err.status == 400)
        assert.same(case.server[i].answers, decision and decision.answers)
        local sent = scene:requests()[i]
        assert.same({ request_of.method, "/v1" .. request_of.path }, { sent.method, sent.path })
        assert.same(request_of.body, cjson.decode(sent.body))
      end
    end)
  end
end)

describe_file("compat_streams", function(facts)
  local function reply_of(case)
    if case.body then
      return { status = case.status, json = case.body, headers = { ["content-type"] = case.content_type } }
    end
    local sse = { case.raw }
    for i, chunk in ipairs(case.chunks or {}) do
      sse[i] = "data: " .. cjson.encode(chunk) .. "\n\n"
    end
    if case.chunks and case.done ~= false then
      sse[#sse + 1] = "data: [DONE]\n\n"
    end
    return { sse = sse }
  end

  --- What a stream says by named events: its text, its calls and its usage.
  local function said_by(stream)
    local text, calls, usage = {}, {}, nil
    local done, err = pcall(function()
      for event in stream:named_events() do
        text[#text + 1] = event.type == "content.delta" and event.delta or nil
        usage = event.usage or usage
        calls[#calls + 1] = event.type == "tool_call.done" and { id = event.call_id, type = event.kind,
          ["function"] = { name = event.name, arguments = event.text } } or nil
      end
    end)
    return table.concat(text), calls, usage, not done and err or nil
  end

  for _, case in ipairs(facts.cases) do
    it(case.name .. " by named events", function()
      local client = connect.to(server():scenario { replies = { reply_of(case) } }, { max_retries = 0 })
      local stream = chat_stream(client)
      if not stream then -- no event comes
        return assert.is_table(case.body)
      end
      local text, calls, usage, err = said_by(stream)
      assert.equal(case.error ~= nil, err ~= nil)
      assert.equal(case.content or case.partial_content or "", text)
      assert.same(case.tool_calls or {}, calls)
      assert.equal(case.usage_total, usage and usage.total_tokens)
    end)
  end

  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local stream, _, err = stream_of(reply_of(case), chat_stream)
      if case.error then
        assert.is_true(error_value.is_error(err))
        local message = case.body and case.body.error and case.body.error.message
        assert.equal(message or err.message, err.message)
        if case.partial_content then
          assert.equal(case.partial_content, err.partial.choices[1].message.content)
        end
        return
      end
      assert.is_nil(err)
      local completion = stream:final()
      local message = completion.choices[1].message
      assert.equal(case.content or message.content, message.content)
      assert.is_nil(case.tool_calls and like(plain(case.tool_calls), message.tool_calls))
      assert.equal(case.usage_total, case.usage_total and completion.usage.total_tokens)
    end)
  end
end)

describe_file("retries", function(facts)
  local SETTINGS = { max_retries = 3, max_retry_delay = 60 }

  local function failed(status, headers)
    return error_value.new { kind = "server", message = "m", status = status, headers = headers or {} }
  end

  for name, cases in pairs(facts) do
    for i, case in ipairs(name:find("_delay_cases$") and cases or {}) do
      it(("%s %d"):format(name, i), function()
        local headers = { ["retry-after"] = case.retry_after }
        local retries = case.max_retries - case.remaining
        local asked = retry_after.seconds(headers, NOW)
        if asked and asked > 60 then -- oai differs: then the call ends
          assert.is_nil(retry.delay(failed(429, headers), 0, SETTINGS, NOW, 0))
        else
          assert.equal(case.delay_expected, asked or retry.backoff(retries, 0))
        end
      end)
    end
  end

  for i, case in ipairs(facts.python_should_retry_429 or {}) do
    it(("should_retry %d"):format(i), function()
      local asked = retry_after.seconds(case.headers, NOW)
      local expected = case.retry and (asked or 0) <= 60 -- oai differs: 60 s, not 120 s
      assert.equal(expected, retry.delay(failed(429, case.headers), 0, SETTINGS, NOW, 0) ~= nil)
    end)
  end

  it("statuses", function()
    for _, status in ipairs(facts.retry_statuses) do
      if type(status) == "number" then
        assert.equal(0.5, retry.delay(failed(status), 0, SETTINGS, NOW, 0))
      end
    end
    for _, status in ipairs(facts.no_retry_statuses) do
      assert.is_nil(retry.delay(failed(status), 0, SETTINGS, NOW, 0))
    end
  end)
end)

describe_file("http_errors", function(facts)
  local KINDS = { BadRequestError = "bad_request", AuthenticationError = "authentication",
    PermissionDeniedError = "permission_denied", NotFoundError = "not_found", ConflictError = "conflict",
    UnprocessableEntityError = "unprocessable", RateLimitError = "rate_limit", InternalServerError = "server" }

  for i, case in ipairs(facts.cases) do
    it(("case %d, status %d"):format(i, case.status), function()
      local err = response.to_error(response.new(case.status, "HTTP/1.1 4\r\nx-request-id: req_9\r\n\r\n", 1, 0),
        case.body)
      local expected = plain(case.expected)
      local quota = expected.code == "insufficient_quota" -- oai differs: a kind of its own
      assert.equal(quota and "quota" or KINDS[expected.class] or err.kind, err.kind)
      assert.same({ expected.status, expected.code, expected.param, expected.type, expected.request_id },
        { err.status, err.code, err.param, err.type, err.request_id })
      if expected.message:find("%(no body%)") then -- oai differs: any body says something
        assert.is_string(err.message)
      else -- oai differs: the message is without the status
        assert.equal(without_quotes((expected.message:gsub("^%d+ ", ""))), err.message)
      end
    end)
  end
end)

describe_file("querystring", function(facts)
  for i, case in ipairs(facts.cases) do
    it("case " .. i, function()
      -- oai differs from one of them: null is left out
      local expected = has_null(case.input) and case.python or case.node
      assert.same(pairs_in(expected), pairs_in(query.encode(case.input)))
    end)
  end

  for i, case in ipairs(facts.python_decoded) do
    it("decoded " .. i, function()
      local decoded, fields = {}, query.fields(case.input)
      for at = 1, #fields, 2 do
        decoded[#decoded + 1] = fields[at] .. "=" .. fields[at + 1]
      end
      assert.same(pairs_in(case.expected), sorted(decoded))
    end)
  end

  for i, case in ipairs(facts.url_merge) do
    it("merged " .. i, function()
      local client = client_with { api_key = false, base_url = case.base_url, query = plain(case.default_query) }
      local url = build(client, "GET", case.path, plain(case.query)).url
      assert.equal(case.expected:match("^[^?]*"), url:match("^[^?]*"))
      assert.same(pairs_in(case.expected:match("%?(.*)$") or ""), pairs_in(url:match("%?(.*)$") or ""))
    end)
  end
end)

describe_file("query_and_pages", function(facts)
  for i, case in ipairs(facts.querystring) do
    it("query " .. i, function()
      assert.equal(case.python, query.encode(case.input))
    end)
  end

  for i, case in ipairs(facts.token_page) do
    it("page " .. i, function()
      local following = page.next_params("token", plain(case.body), { limit = 1 })
      if case.items == 0 then -- oai differs: an empty page that says where there is more is followed
        return assert.same({ limit = 1, page = "tok" }, following)
      end
      local expected = case.requests[2] and case.requests[2]:match "%?(.*)$"
      assert.equal(expected, following and query.encode(following))
    end)
  end
end)

describe_file("path_template", function(facts)
  for i, case in ipairs(facts.ok) do
    it("ok " .. i, function()
      assert.equal(case.expected, path.expand(case.template, case.values))
    end)
  end

  for i, case in ipairs(facts.rejected) do
    it("rejected " .. i, function()
      assert.is_nil((path.expand(case.template, case.values)))
    end)
  end
end)

describe_file("multipart", function(facts)
  for _, case in ipairs(facts.fields) do
    it(case.name, function()
      local expected, got = {}, {}
      for i, pair in ipairs(case.fields) do
        expected[i] = pair[1] .. "=" .. pair[2]
      end
      for i, part in ipairs(form.parts(plain(case.body), {})) do
        got[i] = part.name .. "=" .. part.data
      end
      assert.same(sorted(expected), sorted(got))
    end)
  end

  for i, case in ipairs(facts.extract_files) do
    local name, list = case.path[1], case.path[2] == "<array>" and #case.path == 2
    if list or #case.path == 1 then -- oai differs: files stand at the top of a form only
      it("files " .. i, function()
        local got = {}
        for _, part in ipairs(form.parts({ [name] = case.input[name] }, { [name] = true },
          { list = list and name or nil })) do
          got[#got + 1] = part.name
        end
        assert.same(case.field_names, got)
      end)
    end
  end

  for i, case in ipairs(facts.filename_inference) do
    if case.input.filename then -- oai differs: no file is fetched from a URL
      it("filename " .. i, function()
        assert.equal(case.expected, form.parts({ f = { data = "x", filename = case.input.filename } },
          { f = true })[1].filename)
      end)
    end
  end
end)

describe_file("pagination", function(facts)
  local STYLES = { CursorPage = "cursor", ConversationCursorPage = "conversation_cursor",
    NextCursorPage = "next_cursor", Page = "none" }

  for i, case in ipairs(facts.cases) do
    it(("case %d, %s"):format(i, case.cls), function()
      assert.same(plain(case.next_query), (page.next_params(STYLES[case.cls], plain(case.body), plain(case.query))))
    end)
  end
end)

describe_file("request_headers", function(facts)
  local function spellings(layer)
    local seen = {}
    for name in pairs(layer) do
      if seen[name:lower()] then
        return true
      end
      seen[name:lower()] = true
    end
    return false
  end

  local function values_of(fields)
    local values, nulls = {}, {}
    for _, key in ipairs(fields) do
      values[key] = fields[key].text
      nulls[#nulls + 1] = fields[key].text == nil and key or nil
    end
    return values, sorted(nulls)
  end

  for i, case in ipairs(facts.merge_cases) do
    it("merged " .. i, function()
      local values, nulls = values_of(header.merge(case.layers))
      if spellings(case.layers[1]) then -- oai differs: the layers of a table have no order
        assert.is_string(values.cookie)
        return
      end
      assert.same({}, { like(case.values, values) })
      assert.same(sorted(plain(case.nulls)), nulls)
    end)
  end

  for i, case in ipairs(facts.custom_headers_env) do
    it("environment " .. i, function()
      assert.same(case.headers, header.from_lines(case.OPENAI_CUSTOM_HEADERS))
    end)
  end

  it("attempts", function()
    local client = client_with { api_key = "sk-test", base_url = "http://h", organization = "org_1", project = "proj_1",
      headers = { ["X-D"] = "1", ["X-Drop"] = "1" } }
    local plan = build(client, "POST", "/x", { a = 1 }, { headers = { ["X-Drop"] = cjson.null, ["X-R"] = 2 } }).plan
    for attempt, expected in ipairs(facts.attempts) do
      local got = header.parse(table.concat(request.lines(plan, attempt), "\n"))
      for name, text in pairs(expected) do
        -- oai differs: nothing about the machine; the credential is the core's
        if not name:find("^x%-stainless") and name ~= "user-agent" and name ~= "authorization" then
          assert.equal(text, got[name], name)
        end
      end
      assert.equal(expected["x-stainless-retry-count"], got["x-stainless-retry-count"])
      assert.equal("", got["x-drop"])
    end
  end)
end)

describe_file("config", function(facts)
  after_each(environment.restore)

  for i, case in ipairs(facts.base_url) do
    it("base_url " .. i, function()
      environment.set { OPENAI_BASE_URL = plain(case.env) }
      local expected = case.expected:match("^node: (%S+)") or case.expected
      assert.equal("oai.Client " .. expected, tostring(client_with { base_url = plain(case.arg) }))
    end)
  end

  it("data_residency", function()
    environment.set { OPENAI_BASE_URL = "http://other" }
    for name, expected in pairs(facts.data_residency) do
      if type(expected) == "string" and expected:find("^http") then
        assert.equal("oai.Client " .. expected, tostring(client_with { data_residency = name }))
      end
    end
  end)

  for i, case in ipairs(facts.auth_by_route) do
    it("auth_by_route " .. i, function()
      environment.set {}
      local called = false
      local function secret(name)
        return type(name) == "string" and "sk-0123456789-000" .. name or nil
      end
      local api_key = secret(case.api_key)
      if case.api_key == "function" then
        api_key = function()
          called = true
          return "sk-0123456789-called"
        end
      end
      local client = client_with { api_key = api_key, admin_api_key = secret(case.admin), base_url = "http://h" }
      local built = build(client, "GET", case.route or "/responses")
      local made, err = built.settings.credentials:of(built.plan.admin)
      if case.error then
        assert.equal("authentication", err.kind)
      else
        assert.equal("sk-...000" .. case.authorization:match("Bearer (.*)"), tostring(made))
      end
      assert.is_false(called)
    end)
  end
end)

describe_file("embeddings", function(facts)
  for _, case in ipairs(facts.decode) do
    it("decodes " .. case.base64, function()
      assert.same(case.floats, core.vector(case.base64))
    end)
  end
end)

describe_file("rate_limits", function(facts)
  for _, case in ipairs(facts.durations) do
    it("duration '" .. case["in"] .. "'", function()
      local seconds = rate_limit.duration(case["in"])
      assert.equal(case.s == cjson.null, seconds == nil)
      assert.is_true(seconds == nil or math.abs(seconds - case.s) < 1e-9)
    end)
  end

  for i, case in ipairs(facts.headers) do
    it("headers " .. i, function()
      local expected = plain(case.out)
      for _, part in pairs(expected or {}) do
        part.reset, part.reset_s = part.reset_s, nil
      end
      assert.same(expected, rate_limit.parse(case["in"]))
    end)
  end

  for i, case in ipairs(facts.quota_errors_not_to_retry) do
    it("quota " .. i, function()
      local body = type(case.body) == "table" and cjson.encode(case.body) or case.body
      local err = response.to_error(response.new(case.status, "HTTP/1.1 429\r\n\r\n", 1, 0), body)
      local delay = retry.delay(err, 0, { max_retries = 2, max_retry_delay = 60 }, NOW, 0)
      assert.equal(case.retry, delay ~= nil)
    end)
  end
end)

local function fold_all(dialect, events)
  local state = dialect.new_state()
  for _, event in ipairs(plain(events)) do
    dialect.fold(state, event)
  end
  return state
end

-- oai differs: nothing is parsed, and an index is not part of a final call
local NOT_OURS = { parsed = true, parsed_arguments = true, output_text = true, output_parsed = true }

local function ours(value, in_calls)
  if type(value) ~= "table" then
    return value
  end
  local result = {}
  for name, item in pairs(value) do
    if item ~= cjson.null and not NOT_OURS[name] and not (in_calls and name == "index") then
      result[name] = ours(item, in_calls or name == "tool_calls")
    end
  end
  return result
end

--- The named events of a list of the API's, from whatever JSON library.
local function named_of(kind, events)
  local accumulator, named, err = oai.accumulate(kind), {}, nil
  for _, event in ipairs(events) do
    local list, reason = accumulator:add(event)
    err = err or reason
    for _, one in ipairs(list or {}) do
      named[#named + 1] = one
    end
  end
  return named, accumulator:value(), err
end

describe_file("delta_accumulation", function(facts)
  local KNOWN = { content = true, refusal = true, tool_calls = true, function_call = true }

  for i, case in ipairs(facts.cases) do
    local field = next(case.acc) or next(case.delta)
    if KNOWN[field] then -- oai differs: numbers are not added, for there are none
      it("case " .. i, function()
        local completion = chat.result(fold_all(chat, { { choices = { { index = 0, delta = case.acc } } },
          { choices = { { index = 0, delta = case.delta } } } }))
        local message = completion.choices[1].message
        if case.error then -- oai differs: a call without an index is told by its id
          assert.equal(2, #message.tool_calls)
        else
          assert.is_nil(like(ours(case.expected), message))
        end
      end)
    end

    it("case " .. i .. " of an assistant's run", function()
      local state, object = delta.new(), {}
      delta.fold(state, object, plain(case.acc))
      delta.fold(state, object, plain(case.delta))
      delta.join(state)
      if case.error then -- oai differs: an entry without an index is a new one
        assert.equal(2, #object.tool_calls)
      else
        assert.is_nil(like(ours(case.expected), object))
      end
    end)
  end
end)

describe_file("chat_stream_events", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local state = fold_all(chat, case.chunks)
      local completion, incomplete = chat.result(state)
      if case.final then
        assert.is_nil(like(ours(case.final), completion))
        assert.is_true(chat.may_end(state))
      elseif case.error.class:find("FinishReasonError") then -- oai differs: a status, no error
        assert.is_true(incomplete)
      elseif case.error.message:find("finish_reason", 1, true) then
        assert.is_false(chat.may_end(state))
      else -- oai differs: what can be folded is
        assert.is_table(completion)
      end
    end)
  end
end)

describe_file("chat_stream_events", function(facts)
  local NAMES = { ["tool_call.delta"] = "tool_calls.function.arguments.delta",
    ["tool_call.done"] = "tool_calls.function.arguments.done" }
  local TOLD = { content = true, refusal = true, tool_call = true }

  --- A named event as the file writes it.
  local function as_theirs(event)
    local is_call = event.type:find("^tool_call") ~= nil
    return { type = NAMES[event.type] or event.type, delta = not is_call and event.delta or nil,
      snapshot = not is_call and event.delta and event.snapshot or nil,
      content = event.type == "content.done" and event.text or nil,
      refusal = event.type == "refusal.done" and event.text or nil,
      name = event.name, index = event.index, arguments = is_call and event.snapshot or nil,
      arguments_delta = is_call and event.delta or nil, parsed_arguments = event.parsed }
  end

  local function theirs(event)
    local result = plain(event)
    result.parsed = nil -- oai differs: content is parsed elsewhere, and arguments when they are whole
    result.parsed_arguments = event.type:find("done$") and result.parsed_arguments or nil
    return result
  end

  local function words_of(event)
    return ("%s %d %s"):format(event.type, event.index or 0, event.content or event.refusal or event.name
      .. event.arguments)
  end

  local function is_before(a, b)
    return words_of(a) < words_of(b)
  end

  --- The deltas in their order, and what is done in any. oai differs: a text is
  --- done when another one begins, not before what comes with the end, and not
  --- where there is none.
  local function parted(events)
    local deltas, done = {}, {}
    for _, event in ipairs(events) do
      local is_done, whole = event.type:find "done$", event.content or event.refusal
      if not is_done then
        deltas[#deltas + 1] = event
      elseif whole ~= "" then
        done[#done + 1] = event
      end
    end
    table.sort(done, is_before)
    return { deltas = deltas, done = done }
  end

  --- Whether a choice was cut. oai differs: what it was at is not done, and the
  --- others are told to their end.
  local function is_cut(case)
    for _, chunk in ipairs(case.chunks) do
      for _, choice in ipairs(chunk.choices) do
        if choice.finish_reason == "length" or choice.finish_reason == "content_filter" then
          return true
        end
      end
    end
    return false
  end

  for _, case in ipairs(facts.cases) do
    it(case.name .. " by named events", function()
      local got, want = {}, {}
      for _, event in ipairs((named_of("chat", case.chunks))) do
        if TOLD[event.type:match("^[%l_]+")] and event.kind ~= "custom" then -- oai differs: those are told, too
          got[#got + 1] = as_theirs(event)
        end
      end
      for i, event in ipairs(case.events) do
        want[i] = theirs(event)
      end
      got, want = parted(got), parted(want)
      for i, event in ipairs(got.done) do -- oai differs: arguments are parsed whether strict or not
        event.parsed_arguments = (want.done[i] or {}).parsed_arguments and event.parsed_arguments
      end
      if case.name == "tool_call_index_out_of_range" then -- oai differs: what can be folded is told
        assert.equal(1, #got.deltas)
      elseif is_cut(case) then
        for i = 1, #want.deltas do
          assert.same(want.deltas[i], got.deltas[i])
        end
      else
        assert.same(want, got)
      end
    end)
  end
end)

describe_file("responses_stream", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name .. " by named events", function()
      local named, value, err = named_of("responses", case.events)
      local got = {}
      for _, event in ipairs(named) do
        if event.delta and event.delta ~= "" and not event.type:find("^refusal") then -- oai differs: and refusals
          local is_shown = event.type == "content.delta" or event.kind == "function" -- oai differs: all have one
          got[#got + 1] = { type = event.raw.type, delta = event.delta, snapshot = is_shown and event.snapshot or nil }
        end
      end
      if case.name == "first_event_not_created" then -- oai differs: what can be folded is told
        assert.equal(1, #got)
      else
        assert.same(plain(case.delta_events), got)
      end
      if case.final then
        assert.is_nil(like(ours(case.final), value))
      elseif case.name == "error_event" then
        assert.equal(case.error.message, err.message)
      end
    end)
  end
end)

describe_file("responses_stream_python", function(facts)
  -- oai differs: what came is told, and an end is none only where there was none
  local GIVEN = { completed_unfinished_item = "hi", failed = "", other_response_id = "x", delta_without_item = "x" }

  for _, case in ipairs(facts.cases) do
    it(case.name .. " by named events", function()
      local named, value, err = named_of("responses", case.events)
      local text, seen, last = {}, {}, named[#named]
      for _, event in ipairs(named) do
        text[#text + 1] = event.type == "content.delta" and event.delta or nil
        -- oai differs: an item that is null is shown to the program
        local is_null = event.type == "other" and event.raw.type:find("item", 1, true)
        if seen[#seen] ~= event.raw.type and not is_null then
          seen[#seen + 1] = event.raw.type
        end
      end
      assert.is_nil(err)
      local expect = case.expect
      assert.equal(expect.output_text or GIVEN[case.name], table.concat(text))
      assert.equal(expect.status, expect.status and value.status)
      assert.equal(expect.output, expect.output and #value.output)
      assert.equal(case.name == "complete" or expect.status ~= nil or case.name:find("^completed") ~= nil
        or case.name == "other_response_id", last.type == "finish" and last.complete)
      if not expect.error then
        assert.same(case.seen, seen)
      end
    end)
  end
end)

describe_file("responses_stream", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      local state = fold_all(responses, case.events)
      local result, incomplete = responses.result(state)
      if case.final then
        assert.is_nil(like(ours(case.final), result))
        assert.equal(result.status ~= "completed", incomplete)
      else -- oai differs: it is the stream that breaks; there is a part
        assert.is_true(incomplete)
        assert.is_table(result)
      end
    end)
  end
end)

describe_file("event_names", function(facts)
  local DIALECTS = { responses_sse = responses, images_sse = images, transcription_sse = transcription,
    speech_sse = speech, assistants_sse_event_field = assistants }

  --- An event with hardly more than its name.
  local function event_of(dialect, name)
    local event = { type = name, output_index = 0, delta = name:find("output_content", 1, true) and {} or "AAAA",
      audio = "AAAA" }
    return dialect.named and { event = name, data = { id = "x" } } or event
  end

  for key, dialect in pairs(DIALECTS) do
    for _, name in ipairs(facts[key]) do
      it(name .. " is taken", function()
        local state, event = dialect.new_state(), event_of(dialect, name)
        assert.is_nil((dialect.fold(state, event)))
        assert.same(event_of(dialect, name), event)
        dialect.result(state)
        if dialect.is_last then
          dialect.is_last(event)
        end
      end)
    end
  end
end)

describe_file("endpoint_traits", function(facts)
  it("say which credential a path takes", function()
    local client = client_with { api_key = false, base_url = "http://h" }
    for _, traits in ipairs(facts.endpoints) do
      assert.equal(traits.auth == "admin", build(client, traits.http, traits.path).plan.admin, traits.path)
    end
  end)
end)

-- What the tools of the vectors return, and what their results are answered
-- first.
local TOOLS = { get_weather = function(arguments)
  return "sunny in " .. arguments.city
end }
local RETURNED = { tool_returns_none = false }
local TOO_EARLY = { status = 400, json = { error = { code = "invalid_request_error",
  message = "Unknown pending tool call: c1" } } }
local REFUSED = { pending_call_race_twice = { TOO_EARLY, TOO_EARLY },
  other_400_is_raised = { { status = 400, json = { error = { message = "no" } } } } }

local function agent_scene(case)
  local session, list, posted = "/agents/sessions/asess_1", {}, { { status = 202 } }
  for i, event in ipairs(case.events) do
    list[i] = { event = event.type, data = event }
  end
  for _, reply in ipairs(REFUSED[case.name] or {}) do
    posted[#posted + 1] = reply
  end
  posted[#posted + 1] = { status = 202 }
  return server():scenario { repeat_last = true, routes = {
    ["GET " .. session] = { { json = { id = "asess_1", object = "agent.session", status = "idle" } } },
    ["GET " .. session .. "/events"] = { { sse = list } }, ["POST " .. session .. "/events"] = posted,
  } }
end

local function check_agent_requests(case, requests)
  local keys, count = {}, 0
  assert.equal(#case.requests, #requests)
  for i, expected in ipairs(case.requests) do
    local request_i = requests[i]
    assert.equal(expected.method .. " /v1" .. expected.path, request_i.method .. " " .. request_i.path)
    assert.equal(expected.headers.accept, request_i.header.accept)
    assert.equal(expected.headers["openai-beta"], request_i.header["openai-beta"])
    assert.same(plain(expected.body), request_i.body ~= "" and plain(cjson.decode(request_i.body)) or nil)
    local key = request_i.header["idempotency-key"]
    assert.equal(expected.headers["idempotency-key"] ~= nil, key ~= nil)
    if key and not keys[key] then
      keys[key], count = true, count + 1
    end
  end
  assert.equal(case.distinct_idempotency_keys, count)
end

local function check_agent_result(expected, result, err)
  if expected.error then
    assert.equal(expected.reason, err.reason)
    assert.equal(expected.turn_id, err.partial.turn.id)
    assert.equal(#expected.messages, #err.partial.messages)
  elseif expected.turn then
    assert.equal(expected.output_text, result.output_text)
    assert.equal(expected.turn .. " " .. expected.status, result.turn.id .. " " .. result.turn.status)
  end
end

describe_file("agents_session_stream", function(facts)
  for _, case in ipairs(facts.cases) do
    it(case.name, function()
      if case.name:find("^output_type") then
        return pending("no output is parsed here")
      end
      local scene, seen, failures = agent_scene(case), {}, {}
      local session = connect.to(scene, { max_retries = 0 }).beta.agents.sessions:at "asess_1"
      local stream = assert(session:stream("hello", { tools = { get_weather = TOOLS.get_weather, f = function()
        return RETURNED[case.name] == nil and "x" or nil
      end }, on_tool_error = function(failure)
        failures[#failures + 1] = failure.stage
      end }))
      local event = stream:next()
      while event do
        seen[#seen + 1] = event.type
        event = stream:next()
      end
      check_agent_result(case.expect, stream:result())
      check_agent_requests(case, scene:requests())
      assert.same(plain(case.seen or seen), seen)
      assert.equal(#(case.on_tool_error or {}), #failures)
    end)
  end
end)
