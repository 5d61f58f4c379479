-- Multipart forms: { params, fields }, a field being { name, text }; and what
-- is refused: { params, place }. File fields are called file and files.

local null = require("oai.codec.json").null

return {
  fields = {
    { {}, {} },
    { { purpose = "batch" }, { { "purpose", "batch" } } },
    { { a = true, b = false, c = 12.0, d = 0.5, e = "" },
      { { "a", "true" }, { "b", "false" }, { "c", "12" }, { "d", "0.5" }, { "e", "" } } },
    { { expires_after = { anchor = "created_at", seconds = 3600 }, purpose = "batch" },
      { { "expires_after[anchor]", "created_at" }, { "expires_after[seconds]", "3600" }, { "purpose", "batch" } } },
    { { timestamp_granularities = { "word", "segment" } },
      { { "timestamp_granularities[]", "word" }, { "timestamp_granularities[]", "segment" } } },
    { { a = { { b = 1 }, { b = { 2, 3 } } } }, { { "a[][b]", "1" }, { "a[][b][]", "2" }, { "a[][b][]", "3" } } },
    { { nested = { k = { "v" } } }, { { "nested[k][]", "v" } } },
    { { array = { "foo", "bar" } }, { { "array[]", "foo" }, { "array[]", "bar" } } },
    { { empty = {} }, {} },
    { { text = "a&b=c\r\nd" }, { { "text", "a&b=c\r\nd" } } },
  },

  refused = {
    { { a = null }, "a" },
    { { a = { b = { null } } }, "a[b][1]" },
    { { a = print }, "a" },
    { { a = { b = print } }, "a[b]" },
    { { file = 12 }, "file" },
    { { file = true }, "file" },
    { { file = null }, "file" },
    { { file = {} }, "file" },
    { { file = { filename = "a.txt" } }, "file" },
    { { file = { data = 12 } }, "file" },
    { { files = { "a.txt", 12 } }, "files[]" },
  },

  -- what names a file, and its name
  filenames = {
    { "a/b/c.txt", "c.txt" },
    { "a.txt", "a.txt" },
    { "/a.txt", "a.txt" },
    { { data = "x", filename = "x\\y.txt" }, "y.txt" },
    { { data = "x", filename = "C:\\dir\\a.txt" }, "a.txt" },
    { { data = "x", filename = "../../a.txt" }, "a.txt" },
    { { data = "x", filename = "a b.txt" }, "a b.txt" },
    { { data = "x", filename = "we\"ird\r\nname.txt" }, "we\"ird\r\nname.txt" },
    { { data = "x" }, "upload" },
    { { path = "dir/in.jsonl" }, "in.jsonl" },
    { { path = "dir/in.jsonl", filename = "out.jsonl" }, "out.jsonl" },
  },
}
