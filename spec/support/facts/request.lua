-- Requests: base URLs and the paths joined to them, credentials by path, and
-- the header lines every request has.

return {
  -- { environment, options, base URL }
  bases = {
    { {}, {}, "https://api.openai.com/v1" },
    { { OPENAI_BASE_URL = "https://e/x" }, {}, "https://e/x" },
    { { OPENAI_BASE_URL = " https://e/x\n" }, {}, "https://e/x" },
    { { OPENAI_BASE_URL = "" }, {}, "https://api.openai.com/v1" },
    { { OPENAI_BASE_URL = "  " }, {}, "https://api.openai.com/v1" },
    { { OPENAI_BASE_URL = "https://e/x" }, { base_url = "https://a/y" }, "https://a/y" },
    { {}, { data_residency = "global" }, "https://api.openai.com/v1" },
    { {}, { data_residency = "us" }, "https://us.api.openai.com/v1" },
    { {}, { data_residency = "eu" }, "https://eu.api.openai.com/v1" },
    { {}, { data_residency = "ae" }, "https://ae.api.openai.com/v1" },
    { { OPENAI_BASE_URL = "https://e/x" }, { data_residency = "eu" }, "https://eu.api.openai.com/v1" },
  },

  -- options that no client is made with, and a word of the reason
  no_clients = {
    { { data_residency = "eu", base_url = "https://a" }, "not both" },
    { { data_residency = "mars" }, "data_residency must be" },
    { { base_url = "" }, "no URL" },
    { { base_url = "api.openai.com" }, "no URL" },
    { { base_url = "ftp://h" }, "no URL" },
    { { base_url = "https://user:pass@h" }, "no URL" },
    { { loop = "nowhere" }, "unknown loop" },
    { { log = "loud" }, "'log' must be" },
    { { headers = { ["X-A"] = "a\nb" } }, "header 'x%-a' must not hold" },
  },

  -- { base URL, query option, path, parameters, URL }
  urls = {
    { "http://h/v1", nil, "/foo", nil, "http://h/v1/foo" },
    { "http://h/v1/", nil, "/foo", nil, "http://h/v1/foo" },
    { "http://h/v1/", nil, "foo", nil, "http://h/v1/foo" },
    { "http://h/v1", nil, "/foo?beta=true", { limit = "10", page = "abc" },
      "http://h/v1/foo?beta=true&limit=10&page=abc" },
    { "http://h/v1", nil, "/files/a%2Fb?beta=true", { limit = "10" }, "http://h/v1/files/a%2Fb?beta=true&limit=10" },
    { "http://localhost:5000/", { apiVersion = "foo" }, "/foo", nil, "http://localhost:5000/foo?apiVersion=foo" },
    { "http://localhost:5000/", { apiVersion = "foo", hello = "world" }, "/foo", nil,
      "http://localhost:5000/foo?apiVersion=foo&hello=world" },
    { "http://h/v1", { a = 1, b = 2 }, "/foo", { a = 3 }, "http://h/v1/foo?b=2&a=3" },
    { "http://h/v1", { a = 1 }, "/foo?a=0", nil, "http://h/v1/foo?a=1" },
    { "http://h/v1?api-version=1", nil, "/foo", { a = 2 }, "http://h/v1/foo?api-version=1&a=2" },
    { "http://h/v1", nil, "http://h/other?x=1", { a = 2 }, "http://h/other?x=1&a=2" },
    { "http://h/v1", nil, "/foo", {}, "http://h/v1/foo" },
  },

  -- { path, whether it is the administration's }
  admin = {
    { "/responses", false }, { "/organization/projects", true }, { "/organization/usage/completions", true },
    { "/projects/p/roles", true }, { "/organizations", false }, { "/files", false }, { "/chat/completions", false },
  },

  -- header fields that tell about the user's machine: not sent
  unsent = { "x-stainless-arch", "x-stainless-lang", "x-stainless-os", "x-stainless-package-version",
    "x-stainless-runtime", "x-stainless-runtime-version" },
}
