-- Vertex AI: where calls go, with whose token, and what is refused. Facts are
-- in spec/support/facts/vertex.lua.

local environment = require "spec.support.environment"
local facts = require "spec.support.facts.vertex"
local oai = require "oai"
local server = require("spec.support.server").start {}
local shared_vectors = require "spec.support.shared_vectors"

local EMPTY = require("spec.support.replies").LIST

local function place_of(given)
  given.token = given.token or "token-0123456789"
  return tostring(oai.vertex(given)):match "%S+$"
end

local function raised_by(given)
  local done, raised = pcall(oai.vertex, given)
  assert.is_false(done)
  assert.truthy(tostring(raised):find("vertex_spec", 1, true), tostring(raised))
  return tostring(raised)
end

describe("vertex", function()
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  for i, fact in ipairs(facts.places) do
    it("is at the place of case " .. i, function()
      environment.set(fact[1])
      assert.equal(fact[3], place_of(fact[2]))
    end)
  end

  for i, fact in ipairs(facts.refused) do
    it("is refused in case " .. i, function()
      local raised = raised_by(fact[1])
      assert.truthy(raised:find(fact[2], 1, true), raised)
    end)
  end

  it("sends a token, always the same or one for each attempt", function()
    environment.set { OPENAI_ORG_ID = "org", OPENAI_PROJECT_ID = "proj" }
    local scene = server:scenario { replies = { EMPTY }, repeat_last = true }
    for _, token in ipairs { "token-1", function(told)
      return "token-" .. told.attempt
    end } do
      assert(oai.vertex { base_url = scene.base_url, token = token }.models:list())
    end
    for _, request in ipairs(scene:requests()) do
      assert.equal("Bearer token-1", request.header.authorization)
      assert.same({}, { request.header["openai-organization"], request.header["openai-project"] })
    end
  end)

  it("keeps a token as long as Google says, and asks for it as Google wants", function()
    local near = server:scenario { replies = { { json = { access_token = "token-7", expires_in = 3599 } } } }
    local scene = server:scenario { replies = { EMPTY, EMPTY } }
    local client = oai.vertex { base_url = scene.base_url, token = function(_, send)
      local reply, err = send("GET", near.base_url .. "/token", nil, { headers = { ["Metadata-Flavor"] = "Google" } })
      return reply and reply.access_token, reply and reply.expires_in or err
    end }
    assert(client.models:list())
    assert(client.models:list())
    assert.equal("Google", near:requests()[1].header["metadata-flavor"])
    assert.equal("Bearer token-7", scene:requests()[2].header.authorization)
  end)

  it("follows no redirect, and sends its token to no other origin", function()
    local other = server:scenario { replies = { EMPTY } }
    local scene = server:scenario { replies = { { status = 302, headers = { location = "{{base}}/v1/models" } } } }
    local client = oai.vertex { base_url = scene.base_url, token = "token-0123456789" }
    local _, err = client.models:list()
    assert.same({ 302, 1 }, { err.status, #scene:requests() })
    assert(oai.vertex({ base_url = "https://elsewhere.example/v1", token = "token-0123456789" })
      :request("GET", other.base_url .. "/models"))
    assert.is_nil(other:requests()[1].header.authorization)
  end)

  it("has no organization and no project of OpenAI's, also in copies", function()
    local client = oai.vertex { base_url = "https://h/v1", token = "token-0123456789" }
    for _, name in ipairs { "organization", "project" } do
      assert.has_error(function()
        client:with { [name] = "x" }
      end)
      assert.has_error(function()
        client.models:list(nil, { [name] = "x" })
      end)
    end
  end)
end)

-- What the vectors say, and what is said here.
local MESSAGES = {
  ["Vertex requires a project ID (project or GOOGLE_CLOUD_PROJECT)."] = "project",
  ["Vertex requires a location (location or GOOGLE_CLOUD_LOCATION)."] = "location",
  ["Google Vertex endpoints require HTTPS."] = "must begin with https://",
  ["Vertex base_url must be an HTTP(S) API root without credentials, query or fragment."] = "base_url",
}

shared_vectors.describe("vertex", function(vectors)
  before_each(function()
    environment.set {}
  end)
  after_each(environment.restore)

  for i, case in ipairs(vectors.cases) do
    it("case " .. i, function()
      if case.request then
        local scene = server:scenario { replies = { { status = 307, headers = { location = "{{base}}/x" } } } }
        oai.vertex({ base_url = scene.base_url, token = function()
          return "TOK"
        end }).responses:create { model = "m", input = "x" }
        assert.equal(1, #scene:requests())
        assert.same({ case.request.path, case.request.authorization },
          { scene:requests()[1].path, scene:requests()[1].header.authorization })
        return
      end
      local given = shared_vectors.plain(case.args)
      given.token, given.token_provider = "TOK", nil
      if case.error then
        local raised = raised_by(given)
        assert.truthy(raised:find(MESSAGES[case.error], 1, true), raised)
      else
        assert.equal((case.base_url:gsub("/$", "")), place_of(given))
      end
    end)
  end
end)
