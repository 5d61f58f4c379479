-- What is done with other versions of libcurl than the one that is here, as
-- far as any does it. `make libcurl-versions` runs
-- specs with real ones.

local drive = require "spec.support.drive"
local libcurl = require "spec.support.libcurl"
local other_libcurl = require "spec.support.other_libcurl"
local server = require("spec.support.server").start { tls = true }

-- Calls of all kinds, over both listeners; what came of each.
local PROGRAM = [[
  local core, drive = require "oai.core", require "spec.support.drive"
  local engine = drive.engine(drive.kinds[%d], { ca_file = %q })
  local function call(url, fields)
    local exchange = drive.exchange({ base_url = url }, fields)
    engine:start(exchange)
    local text, piece = "", nil
    drive.wait(engine, function()
      local has_ended = exchange:outcome() ~= nil
      piece = fields.sink == "stream" and exchange:read()
      text = text .. (piece or "")
      return has_ended and not piece
    end)
    local complete, _, message = exchange:outcome()
    io.write(complete and (fields.sink == "stream" and #text or exchange:read()) or message, " ")
  end
  for _, url in ipairs { %q, %q } do
    call(url, {})
    call(url, { method = "POST", body = "small" })
    call(url, { method = "POST", body = ("x"):rep(100000) })
    call(url, { sink = "stream" })
    call(url, { method = "POST", form = core.form { { name = "a", data = "b" } } })
  end
  engine:close()
]]

for _, kind in ipairs(drive.kinds) do
  describe("an engine, " .. kind.name .. ", with a libcurl", function()
    if other_libcurl.missing then
      it("of another version makes calls as well", function()
        pending(other_libcurl.missing)
      end)
      return
    end

    --- What a program says with that version, and over what its requests came.
    local function run(version)
      local reply, stream = { body = "ok" }, { steps = { { fill = 1024 * 1024 } } }
      local replies = { reply, reply, reply, stream, reply, reply, reply, reply, stream, reply }
      local scene = server:scenario { replies = replies }
      local output, status = other_libcurl.run({ OTHER_VERSION = version },
        PROGRAM:format(kind.worker and 2 or 1, server.ca_file, scene:base_url_on "http", scene:base_url_on "https"))
      assert.equal(0, status, output)
      return output, scene:requests()[6].http_version
    end

    local it_may = libcurl.http2 and it or pending
    for version, what in pairs { ["0x080e00"] = "without known faults", ["0x074400"] = "with all there were" } do
      it_may(what .. " makes calls as well", function()
        assert.equal("ok ok ok 1048576 ok ok ok ok 1048576 ok ", (run(version)))
      end)
    end

    it_may("of 7.77 uses HTTP/2, and of none before", function()
      assert.equal("1.1", select(2, run "0x074cff"))
      assert.equal("2", select(2, run "0x074d00"))
    end)
  end)
end
