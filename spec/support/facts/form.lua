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
    { { text = "b\0c" }, { { "text", "b\0c" } } },
    { { ["a\r\nb"] = "v" }, { { "a\r\nb", "v" } } }, -- percent-encoded by the core
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
    { { file = { path = 12 } }, "file" },
    { { file = { data = "x", path = 12 } }, "file" },
    { { file = { data = "x", filename = 12 } }, "file" },
    { { file = { data = "x", filename = true } }, "file" },
    { { file = { data = "x", filename = "a\0b" } }, "file" },
    { { file = { data = "x", content_type = 12 } }, "file" },
    { { file = { data = "x", content_type = "text" } }, "file" },
    { { file = { data = "x", content_type = true } }, "file" },
    { { file = { data = "x", content_type = "text/plain\r\nX-Evil: 1" } }, "file" },
    { { file = { data = "x", content_type = "text/plain\0" } }, "file" },
    { { file = { data = "x", filename = false, content_type = "a/b\n" } }, "file" },
    { { file = { file = "a.txt" } }, "file" },
    { { file = "a\0.png" }, "file" },
    { { file = { path = "a\0.png" } }, "file" },
    { { file = { path = "a\0.png", filename = "b" } }, "file" },
    { { files = { "a", "b\0" } }, "files[]" },
    { { ["na\0me"] = "v" }, "na\0me" },
    { { a = { ["b\0"] = "v" } }, "a[b\0]" },
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
