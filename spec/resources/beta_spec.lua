-- Beta: responses with betas, assistants and their streams' parameters, and
-- the short names of what most programs use.

local connect = require "spec.support.connect"
local exchange = require "spec.support.exchange"
local server = require("spec.support.server").start { tls = true }

local RESPONSE = { id = "resp_1", object = "response", status = "completed", output = {} }
local BETAS = { "responses_multi_agent=v1", "other=v2" }

--- What `call(client.beta.responses, more)` sends, with betas and without.
local OPERATIONS = {
  create = function(responses, params)
    params.model = "m"
    return responses:create(params)
  end,
  retrieve = function(responses, params)
    return responses:retrieve("resp_1", params)
  end,
  delete = function(responses, params)
    return responses:delete("resp_1", params)
  end,
  cancel = function(responses, params)
    return responses:cancel("resp_1", params)
  end,
  compact = function(responses, params)
    params.model = "m"
    return responses:compact(params)
  end,
  ["input_items.list"] = function(responses, params)
    return responses.input_items:list("resp_1", params)
  end,
  ["input_tokens.count"] = function(responses, params)
    params.model = "m"
    return responses.input_tokens:count(params)
  end,
}

describe("beta.responses", function()
  for name, call in pairs(OPERATIONS) do
    it(name .. " sends betas as a header, and nowhere else", function()
      for _, case in ipairs {
        { betas = BETAS, header = "responses_multi_agent=v1,other=v2" },
        { betas = { "responses_multi_agent=v1" }, header = "responses_multi_agent=v1" },
        { betas = "responses_multi_agent=v1", header = "responses_multi_agent=v1" },
        { header = nil },
        { betas = {}, header = nil },
      } do
        local params = { betas = case.betas }
        local request = exchange.once(function(client)
          return call(client.beta.responses, params)
        end)
        assert.equal("beta=true", request.query)
        assert.equal(case.header, request.header["openai-beta"])
        assert.is_nil(request.body:find("betas", 1, true))
        assert.equal(case.betas, params.betas)
      end
    end)
  end

  it("keeps the caller's other headers and options", function()
    local request = exchange.once(function(client)
      return client.beta.responses:create({ betas = BETAS, model = "m" },
        { headers = { ["X-A"] = "b" }, query = { q = "1" } })
    end)
    assert.equal("b", request.header["x-a"])
    assert.equal("responses_multi_agent=v1,other=v2", request.header["openai-beta"])
    assert.equal("beta=true&q=1", request.query)
  end)

  it("merges its own query with the caller's", function()
    local request = exchange.once(function(client)
      return client.beta.responses.input_items:list("resp_1", { include = { "a" }, limit = 2 })
    end)
    assert.same({ "GET /v1/responses/resp_1/input_items?beta=true&include[]=a&limit=2" }, exchange.lines { request })
  end)

  it("keeps betas and query over the pages", function()
    local requests = exchange.run({
      { json = { object = "list", has_more = true, data = { { id = "a" } } } },
      { json = { object = "list", has_more = false, data = { { id = "b" } } } },
    }, function(client)
      for _ in client.beta.responses.input_items:each("resp_1", { betas = BETAS, limit = 1 }) do -- luacheck: ignore
      end
    end)
    assert.same({
      "GET /v1/responses/resp_1/input_items?beta=true&limit=1",
      "GET /v1/responses/resp_1/input_items?beta=true&after=a&limit=1",
    }, exchange.lines(requests))
    assert.equal("responses_multi_agent=v1,other=v2", requests[2].header["openai-beta"])
  end)

  it("returns objects that stay beta, of a stream too", function()
    local completed = { type = "response.completed", sequence_number = 1, response = RESPONSE }
    local requests = exchange.run({ { json = RESPONSE }, { json = RESPONSE }, { json = { data = {} } },
      { sse = { { event = "response.completed", data = completed } } }, { json = RESPONSE } }, function(client)
      local response = assert(client.beta.responses:create { model = "m" })
      assert(response:cancel())
      assert(response.input_items:list())
      local final = assert(client.beta.responses:create { model = "m", stream = true }):final()
      return final:cancel()
    end)
    assert.same({ "POST /v1/responses?beta=true", "POST /v1/responses/resp_1/cancel?beta=true",
      "GET /v1/responses/resp_1/input_items?beta=true", "POST /v1/responses?beta=true",
      "POST /v1/responses/resp_1/cancel?beta=true" }, exchange.lines(requests))
  end)

  it("is another operation than responses", function()
    local requests = exchange.run({ { json = RESPONSE }, { json = RESPONSE } }, function(client)
      return assert(client.responses:create { model = "m" }):cancel()
    end)
    assert.same({ "POST /v1/responses", "POST /v1/responses/resp_1/cancel" }, exchange.lines(requests))
  end)
end)

for _, name in ipairs { "responses", "beta.responses" } do
  describe(name .. ".retrieve", function()
    it("streams by its query, and resumes where it was", function()
      local completed = { type = "response.completed", sequence_number = 8, response = RESPONSE }
      local requests, final = exchange.run({ { sse = { { event = "response.completed", data = completed } } } },
        function(client)
          local responses = name == "responses" and client.responses or client.beta.responses
          return assert(responses:retrieve("resp_1",
            { stream = true, starting_after = 7, include_obfuscation = false })):final()
        end)
      assert.equal("resp_1", final.id)
      assert.equal("text/event-stream", requests[1].header.accept)
      assert.equal((name == "responses" and "" or "beta=true&")
        .. "include_obfuscation=false&starting_after=7&stream=true", requests[1].query)
      assert.equal("", requests[1].body)
    end)
  end)
end

describe("threads", function()
  it("take what to include in the query of a run", function()
    local include = { "step_details.tool_calls[*].file_search.results[*].content" }
    local request = exchange.once(function(client)
      return client.beta.threads.runs:create("thread_1", { assistant_id = "asst_1", include = include,
        metadata = {}, tools = {} })
    end)
    assert.equal("include%5B%5D=step_details.tool_calls%5B%2A%5D.file_search.results%5B%2A%5D.content", request.query)
    assert.equal("asst_1", exchange.body(request).assistant_id)
    assert.is_nil(exchange.body(request).include)
    assert.truthy(request.body:find('"metadata":{}', 1, true))
    assert.truthy(request.body:find('"tools":[]', 1, true))
    assert.equal("assistants=v2", request.header["openai-beta"])
  end)

  it("are made of nothing", function()
    local request = exchange.once(function(client)
      return client.beta.threads:create()
    end)
    assert.equal("{}", request.body)
    assert.equal("application/json", request.header["content-type"])
  end)

  it("are cancelled without a body", function()
    local run = { id = "run_1", object = "thread.run", thread_id = "t" }
    local requests = exchange.run({ { json = run }, { json = run } }, function(client)
      return assert(client.beta.threads.runs:retrieve("t", "run_1")):cancel()
    end)
    assert.equal("POST /v1/threads/t/runs/run_1/cancel", exchange.lines(requests)[2])
    assert.equal("", requests[2].body)
    assert.is_nil(requests[2].header["content-type"])
  end)
end)

describe("the short names", function()
  it("are the same resources", function()
    local client = connect.over_kept(server:scenario {})
    assert.equal(client.beta.threads, client.threads)
    assert.equal(client.beta.assistants, client.assistants)
    assert.equal("oai resource client.beta.threads.runs", tostring(client.threads.runs))
  end)

  it("say their full names in errors", function()
    local client = connect.over_kept(server:scenario {})
    local done, message = pcall(client.threads.retrieve, client.threads, "")
    assert.is_false(done)
    assert.truthy(message:find("beta.threads.retrieve: thread_id must", 1, true), message)
  end)
end)
