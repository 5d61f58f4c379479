-- What the end of a transfer means: the kinds of libcurl's codes, and which are
-- worth another attempt.

local libcurl = require "spec.support.libcurl"
local other_libcurl = require "spec.support.other_libcurl"

-- By the number in curl/curl.h.
local FINAL = {
  bad_request = { 1, 3 }, io = { 23, 26 }, connection = { 42 }, limit = { 27 }, too_large = { 100 }, decode = { 61 },
  tls = { 53, 54, 58, 59, 60, 64, 66, 77, 82, 83, 90, 91, libcurl.asks_certificate and 98 or nil },
}
local PASSING = { timeout = { 28 }, tls = { 35 }, connection = { 5, 6, 7, 8, 16, 52, 55, 56, 92, 95 } }

local PROGRAM = [[
  local drive = require "spec.support.drive"
  local engine = drive.engine(drive.kinds[1], {})
  for _ in os.getenv("OTHER_ENDS"):gmatch "%d+" do
    local exchange = drive.exchange { base_url = "http://127.0.0.1:1" } -- where nobody is
    engine:start(exchange)
    local complete, kind, message, retryable = drive.finish(engine, exchange)
    assert(not complete and #message > 0)
    print(kind, retryable)
  end
  engine:close()
]]

describe("engine.ending", function()
  local it_runs = other_libcurl.missing and pending or it

  it_runs("has a kind for each code of libcurl's", function()
    local codes, expected = {}, {}
    for retryable, kinds in pairs { ["false"] = FINAL, ["true"] = PASSING } do
      for kind, numbers in pairs(kinds) do
        for _, code in ipairs(numbers) do
          codes[#codes + 1] = ("%d"):format(code)
          expected[#expected + 1] = ("%s %s\t%s"):format(code, kind, retryable)
        end
      end
    end
    local output, status = other_libcurl.run({ OTHER_ENDS = table.concat(codes, " ") }, PROGRAM)
    assert.equal(0, status, output)
    local seen = {}
    for line in output:gmatch "[^\n]+" do
      seen[#seen + 1] = codes[#seen + 1] .. " " .. line
    end
    assert.same(expected, seen)
  end)
end)
