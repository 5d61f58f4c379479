-- Vertex AI: where calls go, and what is refused.

local function with(fields)
  fields.token = fields.token or "token-0123456789"
  return fields
end

local HOST, BEHIND = "https://%saiplatform.googleapis.com/v1/projects/", "/publishers/openai/v1"

return {
  -- environment, options; where calls go
  places = {
    { {}, { project = "p", location = "global" }, HOST:format "" .. "p/locations/global" .. BEHIND },
    { {}, { project = "p-1", location = "us-central1" },
      HOST:format "us-central1-" .. "p-1/locations/us-central1" .. BEHIND },
    { {}, { project = "example.com:p", location = "eu" }, HOST:format "eu-" .. "example.com:p/locations/eu" .. BEHIND },
    { { GOOGLE_CLOUD_PROJECT = "e", GOOGLE_CLOUD_LOCATION = "us" }, {},
      HOST:format "us-" .. "e/locations/us" .. BEHIND },
    { { GOOGLE_CLOUD_PROJECT = "e", GOOGLE_CLOUD_LOCATION = "us" }, { project = "p", location = "global" },
      HOST:format "" .. "p/locations/global" .. BEHIND },
    { { OPENAI_BASE_URL = "https://o/v1" }, { base_url = "https://own.example/v1" }, "https://own.example/v1" },
    { {}, { base_url = "http://127.0.0.1:1/v1" }, "http://127.0.0.1:1/v1" },
    { {}, { base_url = "http://notgoogleapis.com/v1" }, "http://notgoogleapis.com/v1" },
    { {}, { base_url = "http://googleapis.com.example/v1" }, "http://googleapis.com.example/v1" },
    { {}, { base_url = "https://x.googleapis.com/v1" }, "https://x.googleapis.com/v1" },
  },

  -- options; what is raised
  refused = {
    { with {}, "give 'project', or set GOOGLE_CLOUD_PROJECT" },
    { with { project = "p" }, "give 'location', or set GOOGLE_CLOUD_LOCATION" },
    { with { project = "..", location = "eu" }, "the project '..' is none" },
    { with { project = "a/b", location = "eu" }, "the project 'a/b' is none" },
    { with { project = "a\nb", location = "eu" }, "the project 'a?b' is none" },
    { with { project = "", location = "eu" }, "option 'project' must be a text that is not empty, got an empty one" },
    { with { project = 5, location = "eu" }, "option 'project' must be a text that is not empty, got 5" },
    { with { project = "p", location = "EU" }, "the location 'EU' is none" },
    { with { project = "p", location = "evil.com/" }, "the location 'evil.com/' is none" },
    { with { base_url = "http://foo.googleapis.com/v1" }, "must begin with https://" },
    { with { base_url = "http://FOO.googleapis.COM:80/v1" }, "must begin with https://" },
    { with { base_url = "http://foo.googleapis.com./v1" }, "must begin with https://" },
    { with { base_url = "https://u:p@x/v1" }, "base_url 'https://***@x/v1' is no URL that can be used" },
    { with { base_url = "https://x/v1?a=1" }, "must have no query and no fragment" },
    { with { base_url = "https://x/v1#a" }, "must have no query and no fragment" },
    { with { base_url = 5 }, "option 'base_url' must be a text that is not empty, got 5" },
    { { project = "p", location = "eu" }, "give 'token', a text or a function" },
    { with { project = "p", location = "eu", organization = "o" }, "'organization' do not go together" },
    { with { project = "p", location = "eu", api_key = "k" }, "option 'api_key' is called 'token'" },
    { { project = "p", location = "eu", token_provider = print }, "option 'token_provider' is called 'token'" },
    { with { project = "p", location = "eu", provider = {} }, "it is a provider by itself" },
    { with { project = "p", location = "eu", lokation = 1 }, "unknown option 'lokation'" },
    { with { proejct = "p", location = "eu" }, "unknown option 'proejct'; did you mean 'project'?" },
    { 5, "the options must be a table, got number" },
  },
}
