-- Query strings in the brackets style: { input, encoded }. Keys are sorted.

local null = require("oai.codec.json").null

return {
  encoded = {
    { {}, "" },
    { { a = {} }, "" },
    { { a = { b = { c = {} } } }, "" },
    { { a = null }, "" },
    { { a = { null, null } }, "" },
    { { a = 1 }, "a=1" },
    { { a = 12.0 }, "a=12" },
    { { a = -0.5 }, "a=-0.5" },
    { { a = 1.23456 }, "a=1.23456" },
    { { a = 0.1 + 0.2 }, "a=0.30000000000000004" },
    { { a = 1730419200 }, "a=1730419200" },
    { { a = 2 ^ 53 }, "a=9007199254740992" },
    { { a = "b" }, "a=b" },
    { { a = "" }, "a=" },
    { { a = true, b = false }, "a=true&b=false" },
    { { b = 2, a = 1, c = 3 }, "a=1&b=2&c=3" },
    { { a = { b = "c" } }, "a%5Bb%5D=c" },
    { { a = { b = "c", d = "e", f = "g" } }, "a%5Bb%5D=c&a%5Bd%5D=e&a%5Bf%5D=g" },
    { { a = { b = { c = { d = "e" } } } }, "a%5Bb%5D%5Bc%5D%5Bd%5D=e" },
    { { a = { b = true } }, "a%5Bb%5D=true" },
    { { a = { "foo", "bar" } }, "a%5B%5D=foo&a%5B%5D=bar" },
    { { a = { b = { true, false } } }, "a%5Bb%5D%5B%5D=true&a%5Bb%5D%5B%5D=false" },
    -- oai differs: null is left out, in a list as well
    { { a = { b = { true, false, null, true } } }, "a%5Bb%5D%5B%5D=true&a%5Bb%5D%5B%5D=false&a%5Bb%5D%5B%5D=true" },
    { { a = { { b = 1 }, { b = 2 } } }, "a%5B%5D%5Bb%5D=1&a%5B%5D%5Bb%5D=2" },
    { { a = { { 1, 2 }, { 3 } } }, "a%5B%5D%5B%5D=1&a%5B%5D%5B%5D=2&a%5B%5D%5B%5D=3" },
    { { ["a/b"] = "c/d", ["e=f"] = "g&h" }, "a%2Fb=c%2Fd&e%3Df=g%26h" },
    { { q = "a b+c" }, "q=a%20b%2Bc" },
    { { q = "-._~" }, "q=-._~" },
    { { q = "!*'();:@#?%" }, "q=%21%2A%27%28%29%3B%3A%40%23%3F%25" },
    { { q = "\195\164\0\n" }, "q=%C3%A4%00%0A" },
    { { include = { "a.b", "c" } }, "include%5B%5D=a.b&include%5B%5D=c" },
    { { group_by = { "project_id", "model" }, start_time = 1730419200 },
      "group_by%5B%5D=project_id&group_by%5B%5D=model&start_time=1730419200" },
  },

  -- { url, values, with them }
  appended = {
    { "http://h/v1/x", {}, "http://h/v1/x" },
    { "http://h/v1/x?a=1", { b = null }, "http://h/v1/x?a=1" },
    { "http://h/v1/x", { a = 1 }, "http://h/v1/x?a=1" },
    { "http://h/v1/x?", { a = 1 }, "http://h/v1/x?a=1" },
    { "http://h/v1/foo?beta=true", { limit = "10", page = "abc" }, "http://h/v1/foo?beta=true&limit=10&page=abc" },
    { "http://h/v1/files/a%2Fb?beta=true", { limit = "10" }, "http://h/v1/files/a%2Fb?beta=true&limit=10" },
    { "http://h/x?limit=1&beta=true&limit=2", { limit = 3 }, "http://h/x?beta=true&limit=3" },
    { "http://h/x?a%5Bb%5D=1&a[b]=2&a[c]=3", { a = { b = 4 } }, "http://h/x?a[c]=3&a%5Bb%5D=4" },
    { "http://h/x?a%5B%5D=1", { a = { 2, 3 } }, "http://h/x?a%5B%5D=2&a%5B%5D=3" },
    { "http://h/x?limit", { limit = 3 }, "http://h/x?limit=3" },
    { "http://h/x#part?no", { a = 1 }, "http://h/x?a=1#part?no" },
    { "http://h/x?b=2#part", { a = 1 }, "http://h/x?b=2&a=1#part" },
  },
}
