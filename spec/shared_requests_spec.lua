-- The vectors of ../shared/vectors about what is sent: queries, paths, forms,
-- header fields, keys. Skipped where the folder is absent.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local environment = require "spec.support.environment"
local form = require "oai.codec.form"
local header = require "oai.codec.header"
local like = require "spec.support.like"
local oai = require "oai"
local page = require "oai.call.page"
local path = require "oai.codec.path"
local query = require "oai.codec.query"
local plans = require "oai.call.plan"
local request = require "oai.call.request"
local shared_vectors = require "spec.support.shared_vectors"

local describe_file, plain = shared_vectors.describe, shared_vectors.plain

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

local function build(client, method, target, params, options)
  return request.build(client, { name = "request", method = method, template = target, ids = {}, returns = "json" },
    target,
    params, options)
end

local function server()
  return require("spec.support.server").start { tls = true }
end

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
      local client = oai.client { api_key = false, base_url = case.base_url, query = plain(case.default_query) }
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
    local client = oai.client { api_key = "sk-test", base_url = "http://h", organization = "org_1", project = "proj_1",
      headers = { ["X-D"] = "1", ["X-Drop"] = "1" } }
    local plan = build(client, "POST", "/x", { a = 1 }, { headers = { ["X-Drop"] = cjson.null, ["X-R"] = 2 } }).plan
    for attempt, expected in ipairs(facts.attempts) do
      local got = header.parse(table.concat(plans.lines(plan, attempt), "\n"))
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
      assert.equal("oai.Client " .. expected, tostring(oai.client { base_url = plain(case.arg) }))
    end)
  end

  it("data_residency", function()
    environment.set { OPENAI_BASE_URL = "http://other" }
    for name, expected in pairs(facts.data_residency) do
      if type(expected) == "string" and expected:find("^http") then
        assert.equal("oai.Client " .. expected, tostring(oai.client { data_residency = name }))
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
      local client = oai.client { api_key = api_key, admin_api_key = secret(case.admin), base_url = "http://h" }
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

describe_file("endpoint_traits", function(facts)
  it("say which credential a path takes", function()
    local client = oai.client { api_key = false, base_url = "http://h" }
    for _, traits in ipairs(facts.endpoints) do
      assert.equal(traits.auth == "admin", build(client, traits.http, traits.path).plan.admin, traits.path)
    end
  end)
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
