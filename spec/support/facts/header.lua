-- Header fields: { layers, lines }, as the core takes lines; what is refused;
-- and the lines of OPENAI_CUSTOM_HEADERS.

local null = require("oai.codec.json").null

return {
  merged = {
    { {}, {} },
    { { { ["X-A"] = "1" } }, { "X-A: 1" } },
    { { { ["X-B"] = "1", ["X-A"] = "2" }, { ["X-C"] = "3" } }, { "X-A: 2", "X-B: 1", "X-C: 3" } },
    { { { ["X-A"] = "1" }, { ["x-a"] = "2" } }, { "x-a: 2" } },
    { { { ["content-type"] = "text/plain" }, { ["Content-Type"] = null } }, { "Content-Type:" } },
    { { { ["content-type"] = "text/plain" }, { ["Content-Type"] = false } }, { "Content-Type:" } },
    { { { ["X-A"] = false }, { ["x-a"] = "1" } }, { "x-a: 1" } },
    { { { ["x-foo"] = { "a=1", "b=2" } } }, { "x-foo: a=1, b=2" } },
    { { { ["x-foo"] = { "a", false, null, 2 } } }, { "x-foo: a, 2" } },
    { { { ["X-N"] = 12.0 } }, { "X-N: 12" } },
    { { { ["X-T"] = true } }, { "X-T: true" } },
    { { { ["X-E"] = "" } }, { "X-E;" } },
    { { { ["X-U"] = "\195\164" } }, { "X-U: \195\164" } },
    -- oai differs: a table has no order, so of two spellings in one layer the
    -- later in the alphabet wins
    { { { cookie = "name1=value1", Cookie = "name2=value2" } }, { "cookie: name1=value1" } },
  },

  refused = {
    { { ["X-A"] = "a\r\nX-B: 1" }, "X-A" },
    { { ["X-A"] = "a\n" }, "X-A" },
    { { ["X-A"] = "a\r" }, "X-A" },
    { { ["X-A"] = "a\0" }, "X-A" },
    { { ["X-A"] = { "a", "b\nc" } }, "X-A" },
    { { ["X A"] = "1" }, "X A" },
    { { ["X:A"] = "1" }, "X:A" },
    { { [""] = "1" }, "" },
    { { ["X-A\n"] = "1" }, "X-A\n" },
    { { "X-A: 1" }, "1" },
    { { ["X A"] = false }, "X A" },
    { { ["X-A"] = print }, "X-A" },
    { { ["X-A"] = coroutine.create(function() end) }, "X-A" },
  },

  from_lines = {
    { "X-A: 1\nX-B:two:parts\nbroken line\n  X-C :  3  ", { ["X-A"] = "1", ["X-B"] = "two:parts", ["X-C"] = "3" } },
    { "X-A: 1\r\nX-B: 2\r\n", { ["X-A"] = "1", ["X-B"] = "2" } },
    { "X-A: 1\nX-A: 2", { ["X-A"] = "2" } },
    { "X-E:", { ["X-E"] = "" } },
    { ": no name\nX A: 1\n\n", {} },
    { "", {} },
  },
}
