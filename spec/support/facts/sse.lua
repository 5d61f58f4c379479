-- Event streams and the events in them: { name, input, events }, an event
-- being { data, name?, id? }. Facts of the WHATWG HTML standard, 9.2.6, and
-- of what the official clients test.

local BOM = string.char(0xEF, 0xBB, 0xBF)
local LINE_SEPARATOR = string.char(0xE2, 0x80, 0xA8) -- U+2028
local NEXT_LINE = string.char(0xC2, 0x85) -- U+0085
local CYRILLIC = string.char(0xD0, 0xB8, 0xD0, 0xB7, 0xD0, 0xB2, 0xD0, 0xB5, 0xD1, 0x81, 0xD1, 0x82)

return {
  { "nothing", "", {} },
  { "one event", "data: x\n\n", { { "x" } } },
  { "a named event", "event: completion\ndata: {\"foo\":true}\n\n", { { "{\"foo\":true}", "completion" } } },
  { "the name after the data", "data: x\nevent: late\n\n", { { "x", "late" } } },
  { "the last name of several", "event: a\nevent: b\ndata: x\n\n", { { "x", "b" } } },
  { "a name for one event only", "event: a\ndata: 1\n\ndata: 2\n\n", { { "1", "a" }, { "2" } } },
  { "an empty name", "event:\ndata: x\n\n", { { "x" } } },
  { "a name without data is dropped", "event: ping\n\ndata: x\n\n", { { "x" } } },
  { "CR", "data: 1\rdata: 2\r\rdata: 3\r\r", { { "1\n2" }, { "3" } } },
  { "CRLF", "event: u\r\ndata: 1\r\ndata: 2\r\n\r\n", { { "1\n2", "u" } } },
  { "all line ends in one record", "event: u\rdata: 1\ndata: 2\r\n\n", { { "1\n2", "u" } } },
  { "LF CR is two line ends", "data: 1\n\rdata: 2\n\r", { { "1" }, { "2" } } },
  { "CR CRLF ends once", "data: first\r\r\ndata: second\r\r\n", { { "first" }, { "second" } } },
  { "data over several lines", "event: ping\ndata: {\ndata: \"foo\":\ndata: \ndata:\ndata: true}\n\n\n",
    { { "{\n\"foo\":\n\n\ntrue}", "ping" } } },
  { "data without a colon", "data\ndata\n\n", { { "\n" } } },
  { "an empty data line is an empty event", "data:\n\ndata\n\n", { { "" }, { "" } } },
  { "one leading space goes", "data:  two\n\ndata:\ttab\n\n", { { " two" }, { "\ttab" } } },
  { "trailing space stays", "data: x \n\n", { { "x " } } },
  { "no space behind the colon", "data:x\n\n", { { "x" } } },
  { "more colons", "data: a: b:c\n\n", { { "a: b:c" } } },
  { "comments", ": keepalive\n\n:\n:data: no\ndata: x\n: within\n\n", { { "x" } } },
  { "unknown fields", "foo: bar\nData: no\n data: no\ndatax: no\ndata : no\ndata: x\nfoo\n\n", { { "x" } } },
  { "retry is passed over", "retry: 3000\n\nretry\ndata: x\n\n", { { "x" } } },
  { "blank lines between", "\n\n\r\r\n\ndata: x\n\n\n\n", { { "x" } } },
  { "an id persists", "id:one\r\ndata:X\r\n\r\ndata:two\n\rdata:unfinished",
    { { "X", nil, "one" }, { "two", nil, "one" } } },
  { "an id without data persists", "id: 7\n\ndata: x\n\n", { { "x", nil, "7" } } },
  { "an id with NUL is ignored", "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", { { "a", nil, "1" }, { "b", nil, "1" } } },
  { "an empty id", "id: 1\ndata: a\n\nid\ndata: b\n\n", { { "a", nil, "1" }, { "b", nil, "" } } },
  { "the id of an unfinished record", "data: a\n\nid: 9", { { "a" } } },
  { "a byte order mark", BOM .. "data: x\n\n", { { "x" } } },
  { "a byte order mark before a blank line", BOM .. "\ndata: x\n\n", { { "x" } } },
  { "a second byte order mark is text", BOM .. BOM .. "data: no\n\ndata: x\n\n", { { "x" } } },
  { "a late byte order mark is text", "data: 1\n\n" .. BOM .. "data: no\n\ndata: 2\n\n", { { "1" }, { "2" } } },
  { "half a byte order mark is text", BOM:sub(1, 2) .. "data: no\ndata: x\n\n", { { "x" } } },
  { "NUL in data", "data: a\0b\n\n", { { "a\0b" } } },
  { "what ends no line", "data: a" .. LINE_SEPARATOR .. "b" .. NEXT_LINE .. "c\011d\012e\n\n",
    { { "a" .. LINE_SEPARATOR .. "b" .. NEXT_LINE .. "c\011d\012e" } } },
  { "text of several bytes a character", "data: " .. CYRILLIC .. "\n\n", { { CYRILLIC } } },
  { "an unfinished line", "data: x", {} },
  { "an unfinished record", "data: {\"flushed\":true}\n", {} },
  { "an unfinished record with CRLF", "data: x\r\n", {} },
  { "an unfinished record with CR", "data: x\r", {} },
  { "only the tail is dropped", "data: 1\n\ndata: 2\n", { { "1" } } },
}
