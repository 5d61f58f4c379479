-- Servers of all profiles: that each is asked in its own way, and that its
-- answers are read, in the shapes that it is known for. docs/servers.md says
-- of each what is true of it.

local cjson = require "cjson"
local connect = require "spec.support.connect"
local facts = require "spec.support.facts.servers"
local json = require "oai.codec.json"
local profiles = require "oai.profile"
local server = require("spec.support.server").start()
local text_of = require "spec.support.text_of"

local function client_of(name, replies)
  local scene = server:scenario { replies = replies }
  return connect.to(scene, { profile = name, max_retries = 0 }), scene
end

local function body_of(value)
  return { headers = { ["content-type"] = "application/json" }, body = json.encode(value) }
end

local function stream_of(fact)
  local lines = { fact.prefix or "" }
  for _, chunk in ipairs(fact.chunks) do
    lines[#lines + 1] = "data: " .. json.encode(chunk) .. "\n\n"
  end
  return { headers = { ["content-type"] = "text/event-stream" }, body = table.concat(lines) .. "data: [DONE]\n\n" }
end

--- The text of content, which may be in parts.
local function joined(content)
  local text = type(content) == "string" and content or ""
  for _, part in ipairs(type(content) == "table" and content or {}) do
    text = text .. (part.text or "")
  end
  return text
end

local function calls_of(message)
  local calls = {}
  for i, call in ipairs(message.tool_calls or {}) do
    calls[i] = ("%s %s %s"):format(call.id, call["function"].name, call["function"].arguments)
  end
  return calls
end

--- What named events say: the whole of each kind of text, and of each call.
local function said(stream)
  local found = { content = "", reasoning = "", calls = {}, usage = nil }
  for event in stream:named_events() do
    if event.type == "content.delta" or event.type == "reasoning.delta" then
      local what = event.type:match "^%a+"
      found[what] = found[what] .. event.delta
    elseif event.type == "tool_call.done" then
      table.insert(found.calls, ("%s %s %s"):format(event.call_id, event.name, event.text))
    elseif event.type == "usage" then
      found.usage = event.usage.total_tokens
    end
  end
  return found
end

local REQUEST = {
  model = "m", messages = { { role = "developer", content = "d" }, { role = "user", content = "u" } },
  max_completion_tokens = 5, seed = 7, store = true, metadata = { a = "b" }, user = "u", safety_identifier = "s",
  prompt_cache_key = "p",
  stream = true, stream_options = { include_usage = true },
}

--- What a server gets of the request, by its row: changes of that.
local SENT = {
  ollama = { role = "system", max_tokens = 5, max_completion_tokens = false },
  llama_cpp = { role = "developer" },
  vllm = { role = "system" },
  lm_studio = { role = "system", max_tokens = 5, max_completion_tokens = false },
  openrouter = { role = "developer" },
  groq = { role = "developer", store = false, metadata = false, safety_identifier = false, prompt_cache_key = false },
  deepseek = { role = "system", max_tokens = 5, max_completion_tokens = false },
  mistral = { role = "system", max_tokens = 5, max_completion_tokens = false, random_seed = 7, seed = false,
    store = false, user = false, safety_identifier = false, stream_options = false },
  together = { role = "system", max_tokens = 5, max_completion_tokens = false },
}

local function expected_of(name)
  local expected = cjson.decode(cjson.encode(REQUEST))
  for field, value in pairs(SENT[name]) do
    if field == "role" then
      expected.messages[1].role = value
    else
      expected[field] = value or nil
    end
  end
  return expected
end

describe("the profile", function()
  it("of each server has facts", function()
    for name in pairs(profiles.servers) do
      assert.is_table(facts[name], name)
      assert.is_table(SENT[name], name)
    end
    for name in pairs(facts) do
      assert.is_table(profiles.servers[name], name)
    end
  end)

  for name, fact in pairs(facts) do
    local profile = profiles.servers[name]

    describe(name, function()
      it("asks as its server wants it, and reads its stream", function()
        local client, scene = client_of(name, { stream_of(fact), stream_of(fact) })
        local stream = assert(client.chat.completions:create(REQUEST))
        local final = assert(stream:final())
        local choice = final.choices[1]
        assert.equal("complete", stream.status)
        assert.equal(fact.content, joined(choice.message.content))
        assert.same(fact.calls, calls_of(choice.message))
        assert.equal(fact.usage, final.usage and final.usage.total_tokens)
        if fact.kept then
          assert.is_truthy(final[fact.kept[1]])
        end
        local told = said(assert(client.chat.completions:create(REQUEST)))
        assert.same({ content = fact.content, reasoning = fact.reasoning, calls = fact.calls, usage = fact.usage },
          told)
        for _, request in ipairs(scene:requests()) do
          assert.same(expected_of(name), cjson.decode(request.body))
        end
        assert.equal("developer", REQUEST.messages[1].role)
      end)

      it("lists its models", function()
        local client = client_of(name, { body_of(fact.models[1]), body_of(fact.models[1]) })
        local list, count = assert(client.models:list()), 0
        assert.equal(fact.models[2], #list.data)
        for model in client.models:each() do
          count = count + 1
          assert.is_string(model.id)
        end
        assert.equal(fact.models[2], count)
      end)

      it("says what is wrong", function()
        local reply = body_of(fact.error[2])
        reply.status = fact.error[1]
        local value, err = client_of(name, { reply }).chat.completions:create(REQUEST)
        assert.is_nil(value)
        for field, expected in pairs(fact.error[3]) do
          assert.equal(expected, err[field])
        end
        assert.equal(fact.error[1], err.status)
      end)

      it("asks for vectors as it knows them, and reads either kind", function()
        for _, vector in ipairs { "AAAAPgAAIMAAAHBA", { 0.125, -2.5, 3.75 } } do
          local client, scene = client_of(name, { { json = { object = "list",
            data = { { object = "embedding", index = 0, embedding = vector } } } } })
          local reply = assert(client.embeddings:create { model = "m", input = "a" })
          assert.same({ 0.125, -2.5, 3.75 }, reply.data[1].embedding)
          assert.equal(profile.base64 and "base64" or nil, cjson.decode(scene:requests()[1].body).encoding_format)
        end
      end)
    end)
  end
end)

describe("a profile's way of asking", function()
  local DONE = { json = { id = "c", object = "chat.completion", choices = { { index = 0, finish_reason = "stop",
    message = { role = "assistant", content = "{}" } } } } }

  local function sent(name, call)
    local client, scene = client_of(name, { DONE })
    assert(call(client))
    return cjson.decode(scene:requests()[1].body)
  end

  it("leaves the option body, and what has no method, as they are", function()
    local body = sent("mistral", function(client)
      return client.chat.completions:create({ model = "m", store = true, messages = {} }, { body = { user = "u" } })
    end)
    assert.same({ nil, "u" }, { body.store, body.user })
    body = sent("mistral", function(client)
      return client:request("POST", "/chat/completions", { model = "m", store = true })
    end)
    assert.is_true(body.store)
  end)

  it("holds for single calls with options of their own", function()
    for _, options in ipairs { { timeout = 5 }, { headers = { ["X-A"] = "1" } } } do
      assert.equal(5, sent("ollama", function(client)
        return client.chat.completions:create({ model = "m", max_completion_tokens = 5, messages = {} }, options)
      end).max_tokens)
    end
  end)

  it("holds for what makes calls of several operations", function()
    local body = sent("mistral", function(client)
      local messages = { { role = "user", content = "a" } }
      return client.chat.completions:run({ model = "m", seed = 7, messages = messages }):final()
    end)
    assert.equal(7, body.random_seed)
    body = sent("mistral", function(client)
      return client:talk({ api = "chat", model = "m", instructions = "i" }):send "a"
    end)
    assert.equal("system", body.messages[1].role)
  end)

  it("reads a reply behind lines that keep the connection", function()
    local client = client_of("deepseek", { { headers = { ["content-type"] = "application/json" },
      body = "\n\n\n \r\n" .. json.encode(DONE.json) } })
    local completion = assert(client.chat.completions:create { model = "m", messages = {} })
    assert.equal("{}", completion.choices[1].message.content)
  end)

  it("tells options among the parameters as ever", function()
    local client = client_of("mistral", {})
    local done, raised = pcall(client.chat.completions.create, client.chat.completions, { model = "m", timeout = 5 })
    assert.is_false(done)
    assert.truthy(tostring(raised):find("'timeout' is an option", 1, true))
  end)

  it("gives llama.cpp's responses the schema where they look for it", function()
    local schema = { type = "object", properties = { a = { type = "string" } }, required = { "a" },
      additionalProperties = false }
    local client, scene = client_of("llama_cpp", { { json = { id = "r", object = "response", status = "completed",
      output = { { type = "message", role = "assistant", content = { { type = "output_text",
        text = '{"a":"b"}' } } } } } } })
    local response = assert(client.responses:parse { model = "m", input = "i", text_format = schema })
    local body = cjson.decode(scene:requests()[1].body)
    assert.same(schema, body.json_schema)
    assert.same(schema, body.text.format.schema)
    assert.equal("b", response.output_parsed.a)
  end)
end)

--- What is in backquotes.
local function quoted(name)
  return "`" .. name .. "`"
end

--- What a server is sent otherwise, as the page says it.
local function changes_of(profile)
  local said_of = {}
  local roles = profile.roles and profile.roles["chat.completions.create"]
  for name, called in pairs(roles or {}) do
    said_of[#said_of + 1] = ("role %s is %s"):format(quoted(name), quoted(called))
  end
  for _, names in pairs(profile.parameters or {}) do
    for name, called in pairs(names) do
      said_of[#said_of + 1] = called and ("%s is %s"):format(quoted(name), quoted(called)) or "no " .. quoted(name)
    end
  end
  for _, paths in pairs(profile.copied or {}) do
    for name, path in pairs(paths) do
      said_of[#said_of + 1] = ("%s has %s"):format(quoted(name), quoted(path))
    end
  end
  table.sort(said_of)
  return table.concat(said_of, ", ")
end

describe("docs/servers.md", function()
  local page = text_of "docs/servers.md"

  it("has a row for each profile, of what that says", function()
    for name, profile in pairs(profiles.servers) do
      local row = ("| %s | %s | %s | %s%s | %s | %s |"):format(profile.name, quoted('"' .. name .. '"'),
        quoted(profile.base_url), quoted(profile.key_variable), profile.keyless and ", or none" or "",
        profile.base64 and "base64" or "numbers", changes_of(profile))
      assert.is_truthy(page:find(row, 1, true), "missing: " .. row)
    end
  end)

  it("says by which hosts they are recognised", function()
    for _, profile in pairs(profiles.servers) do
      for _, host in ipairs(profile.hosts or { profile.port }) do
        assert.is_truthy(page:find(host, 1, true), host)
      end
    end
  end)

  it("leads to a section with an example for each", function()
    local notes = text_of "docs/server_notes.md"
    assert.is_truthy(page:find("(server_notes.md)", 1, true))
    for name, profile in pairs(profiles.servers) do
      local section = notes:match("\n## " .. profile.name:gsub("%p", "%%%0") .. "\n(.-)\n## ")
        or notes:match("\n## " .. profile.name:gsub("%p", "%%%0") .. "\n(.*)$")
      assert.is_truthy(section and section:find('profile = "' .. name .. '"', 1, true), profile.name)
    end
  end)
end)
