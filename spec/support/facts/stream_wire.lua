-- Bodies of event streams and what comes of them: the items, and how the
-- stream ends. Without `ends` it is complete; `kind`, `message`, `code`,
-- `param` and `type` are the error's. Reasons stand where oai is stricter or
-- more tolerant than other clients.

local ENDED_EARLY = { kind = "stream", message = "the stream ended before it was complete" }
local REJECTED = {
  kind = "stream", message = "The provider rejected this streamed request.", code = "provider_error",
  param = "input", type = "server_error", request_id = "req_1",
}

local FIRST = { id = 1 }

return {
  { name = "a terminator without a space", wire = 'data:{"id":1}\n\ndata:[DONE]\n\n', items = { FIRST } },
  { name = "CR LF", wire = 'data: {"id":1}\r\n\r\ndata: [DONE]\r\n\r\n', items = { FIRST } },
  { name = "CR alone", wire = 'data: {"id":1}\r\rdata: [DONE]\r\r', items = { FIRST } },
  { name = "a byte order mark", wire = '\239\187\191data: {"id":1}\n\ndata: [DONE]\n\n', items = { FIRST } },
  { name = "data in two lines", wire = 'data: {\ndata: "id":1}\n\ndata: [DONE]\n\n', items = { FIRST } },
  { name = "more behind the terminator", wire = 'data: {"id":1}\n\ndata: [DONE]\n\ndata: {"id":2}\n\n',
    items = { FIRST } },
  -- A terminator is no answer.
  { name = "a terminator alone", wire = "data: [DONE]\n\n", items = {},
    ends = { kind = "stream", message = "the stream ended without an answer: nothing in it was understood" } },
  { name = "a terminator with a suffix", wire = "data: [DONE]x\n\n", items = {}, ends = { kind = "decode" } },
  { name = "a terminator with a space behind", wire = "data: [DONE] \n\n", items = {}, ends = { kind = "decode" } },
  { name = "a terminator and more lines", wire = 'data: [DONE]\ndata: {"a":1}\n\n', items = {},
    ends = { kind = "decode" } },
  -- Behind an answer such a word is its end.
  { name = "a terminator with a suffix behind an answer", wire = 'data: {"id":1}\n\ndata: [DONE]x\n\n',
    items = { FIRST } },
  { name = "a terminator in small letters", wire = 'data: {"id":1}\n\ndata:  [done] \n\n', items = { FIRST } },
  { name = "a terminator as JSON", wire = 'data: {"id":1}\n\ndata: "[DONE]"\n\n', items = { FIRST } },
  { name = "a name put twice", wire = 'data: data: {"id":1}\n\ndata: data: [DONE]\n\n', items = { FIRST } },
  { name = "JSON in JSON", wire = 'data: "{\\"id\\":1}"\n\ndata: [DONE]\n\n', items = { FIRST } },
  { name = "what keeps alive and is no comment", items = { FIRST },
    wire = 'data: ping\n\ndata: : hello\n\ndata: {"id":1}\n\ndata: "Keep-Alive"\n\ndata: [DONE]\n\n' },
  { name = "events without empty lines between them", items = { FIRST, { id = 2 } },
    wire = 'data: {"id":1}\ndata: {"id":2}\ndata: [DONE]\n' },
  { name = "an error in a gateway's words", items = { FIRST }, ends = { kind = "stream", message = "boom", code = 500 },
    wire = 'data: {"id":1}\n\ndata: {"code":500,"msg":"boom"}\n\ndata: [DONE]\n\n' },
  { name = "an error in the words of FastAPI", items = { FIRST }, ends = { kind = "stream", message = "boom" },
    wire = 'data: {"id":1}\n\ndata: {"detail":"boom"}\n\ndata: [DONE]\n\n' },
  { name = "a page in place of an event", items = { FIRST }, wire = 'data: {"id":1}\n\ndata: <html>504</html>\n\n',
    ends = { kind = "decode", message = "an event is not JSON (unexpected byte 1): <html>504</html>" } },
  { name = "a page behind an event", items = { FIRST }, wire = 'data: {"id":1}\n\n<html>504</html>\n',
    ends = { kind = "stream", message = "the stream ended before it was complete: <html>504</html>\n" } },
  { name = "lines that are no events for a byte order mark", items = { FIRST },
    wire = 'data: {"id":1}\n\n\239\187\191data: {"id":2}\n\ndata: [DONE]\n\n', ends = { kind = "stream",
      message = 'the stream has lines that are no events, and so is not whole: \239\187\191data: {"id":2}\n' } },
  { name = "nothing that is understood", items = { { data = FIRST } },
    wire = 'data: {"data":{"id":1}}\n\ndata: [DONE]\n\n',
    ends = { kind = "stream", body = '{"data":{"id":1}}', message = "the stream ended without an answer: nothing in it "
      .. 'was understood: {"data":{"id":1}}' } },
  { name = "bytes that are no JSON", wire = 'data: {"id":1}\n\ndata: {"id":\n\ndata: [DONE]\n\n', items = { FIRST },
    ends = { kind = "decode" } },
  -- An end without a terminator is an error: else a cut answer would pass for a whole one.
  { name = "a record of retry alone", wire = 'retry: 3000\n\ndata: {"id":1}\n\n', items = { FIRST },
    ends = ENDED_EARLY },
  -- Records without data are passed over, as the standard has it.
  { name = "an event without data", wire = 'event: ping\n\ndata: {"id":1}\n\ndata: [DONE]\n\n', items = { FIRST } },
  { name = "an event with empty data", wire = 'data:\n\ndata: {"id":1}\n\ndata: [DONE]\n\n', items = { FIRST } },
  { name = "an event that is not finished", wire = 'data: {"id":1}\n\ndata: {"id":2}', items = { FIRST },
    ends = ENDED_EARLY },
  { name = "nothing", wire = "", items = {}, ends = ENDED_EARLY },
  { name = "comments alone", wire = ": hello\n\n: hello\n\n", items = {}, ends = ENDED_EARLY },
  { name = "a nested error with a name", items = {}, ends = REJECTED, wire = 'event: error\n'
    .. 'data: {"error":{"message":"The provider rejected this streamed request.","code":"provider_error",'
    .. '"param":"input","type":"server_error"}}\n\n' },
  { name = "a flat error with a name", items = {}, ends = REJECTED, wire = 'event: error\n'
    .. 'data: {"message":"The provider rejected this streamed request.","code":"provider_error",'
    .. '"param":"input","type":"server_error"}\n\n' },
  { name = "a nested error without a name", items = { FIRST }, ends = REJECTED, wire = 'data: {"id":1}\n\n'
    .. 'data: {"error":{"message":"The provider rejected this streamed request.","code":"provider_error",'
    .. '"param":"input","type":"server_error"}}\n\n' },
  { name = "the error event of responses", items = {},
    ends = { kind = "stream", message = "boom", code = "server_error", type = "error", request_id = "req_1" },
    wire = 'event: error\ndata: {"type":"error","code":"server_error","message":"boom","param":null,'
      .. '"sequence_number":3}\n\n' },
  { name = "the same without a name", items = {},
    ends = { kind = "stream", message = "boom", code = "server_error", type = "error" },
    wire = 'data: {"type":"error","code":"server_error","message":"boom","param":null}\n\n' },
  -- The message is the text, not its quoted form.
  { name = "an error that is a text", items = {}, wire = 'event: error\ndata: "plain failure"\n\n',
    ends = { kind = "stream", message = "plain failure", request_id = "req_1" } },
  { name = "an error event that is no JSON", items = {}, wire = "event: error\ndata: out of order\n\n",
    ends = { kind = "decode" } },
  { name = "an error field that is a text", items = {}, wire = 'data: {"error":"overloaded"}\n\n',
    ends = { kind = "stream", message = "overloaded" } },
  { name = "an error field that is null", wire = 'data: {"error":null,"id":1}\n\ndata: [DONE]\n\n',
    items = { FIRST } },
  { name = "another event's error envelope", wire = 'event: thread.error\ndata: {"id":"x"}\n\ndata: [DONE]\n\n',
    items = { { id = "x" } } },
}
