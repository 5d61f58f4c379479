-- A selection of the matrix, of every subject: `make faults` runs all of it.

local case = require "spec.faults.case"
local rows = require "spec.faults.rows"
local server = require("spec.support.server").start { tls = true }

local SELECTION = {
  ["connection: ends within the header"] = { "call", "stream", "upload", "save" },
  ["connection: is reset within the body"] = { "stream", "bytes" },
  ["connection: falls silent before the last chunk"] = { "call" },
  ["connection: TLS: ends instead of a hello"] = { "call" },
  ["status line: of HTTP/3.0"] = { "save" },
  ["header: a first line that begins with a blank"] = { "call", "stream" },
  ["header: trailers that begin with HTTP/"] = { "call", "stream" },
  ["header: trailers without an end"] = { "call" },
  ["header: lines without an end"] = { "stream" },
  ["interim: 101 and the reply"] = { "call", "stream", "save" },
  ["interim: without an end"] = { "call" },
  ["framing: a chunk beyond any"] = { "call" },
  ["framing: a length of 63 MB, and an end"] = { "bytes" },
  ["encoding: gzip without its end, in chunks"] = { "save", "stream" },
  ["json: deep arrays"] = { "list" },
  ["events: lines ended by all of them"] = { "stream" },
  ["events: pieces of 1 bytes"] = { "stream" },
  ["events: comments for ever"] = { "stream" },
  ["extra reply: with the reply"] = { "call", "save" },
  ["extra reply: when nothing is asked"] = { "call", "upload" },
  ["extra reply: over TLS"] = { "call" },
  ["redirect: round and round"] = { "call" },
  ["upload: 413 and an end"] = { "upload" },
  ["upload: an end at once"] = { "upload" },
  ["error body: without an end"] = { "call", "stream" },
  ["error body: gzip without an end"] = { "call" },
  ["http2: RST_STREAM REFUSED_STREAM after the request"] = { "call" },
  ["http2: GOAWAY NO_ERROR, and the reply all the same"] = { "call" },
  ["http2: an end within a frame"] = { "stream" },
  ["http2: a flood of PING"] = { "call" },
  ["http2: broken: PUSH_PROMISE"] = { "call" },
}

local by_name = {}
for _, row in ipairs(rows) do
  by_name[row.name] = row
end

local names = {}
for name in pairs(SELECTION) do
  names[#names + 1] = name
end
table.sort(names)

describe("faults of the wire:", function()
  for _, name in ipairs(names) do
    for i, kind in ipairs(SELECTION[name]) do
      local drive = i % 2 == 1 and "frame" or "blocking"
      it(("%s, %s, %s"):format(name, kind, drive), function()
        local told, complaints = case.run(server, by_name[name], kind, drive)
        assert.equal("", table.concat(complaints, "; "), told)
      end)
    end
  end

  it("are over a hundred and fifty, each with a name of its own", function()
    local count = 0
    for _ in pairs(by_name) do
      count = count + 1
    end
    assert.equal(#rows, count)
    assert.is_true(count > 150)
  end)
end)
