-- The life of a request in the log, as a program sees it.

local connect = require "spec.support.connect"
local server = require("spec.support.server").start()

local function lines_of(replies, call, options)
  local lines = {}
  options = options or {}
  options.max_retries, options.max_retry_delay = 1, 0.05
  options.log = function(level, line)
    line = line:gsub("%d+%.%d+ s", "_ s"):gsub(" %(connected _ s, TLS _ s, first byte _ s%)$", " (parts)")
    lines[#lines + 1] = level .. " " .. line:gsub("//[^/]+/[^ ]*v1", "//host/v1")
  end
  call(connect.to(server:scenario { replies = replies }, options))
  return lines
end

describe("call.trace", function()
  it("tells of each attempt and what came of it", function()
    local lines = lines_of({
      { status = 500, headers = { ["x-request-id"] = "req_1" }, json = { error = { message = "oops" } } },
      { headers = { ["x-request-id"] = "req_2" }, json = { object = "list", data = {} } },
    }, function(client)
      assert(client.files:list { purpose = "secret-purpose" })
    end)
    assert.same({ "debug files.list: attempt 1: GET http://host/v1/files, no body",
      "debug files.list: attempt 1: 500, request req_1, after _ s (parts)" }, { lines[1], lines[2] })
    assert.truthy(lines[3]:find("^warn files.list: .*trying again"), lines[3])
    assert.same({ "debug files.list: attempt 2: GET http://host/v1/files, no body",
      "debug files.list: attempt 2: 200, request req_2, after _ s (parts)", "info files.list: 200 in _ s" },
      { lines[4], lines[5], lines[6] })
  end)

  it("tells how much is sent, never what", function()
    local lines = lines_of({ { json = { object = "list", data = {} } } }, function(client)
      client:request("POST", "/embeddings?key=" .. connect.key, { input = "a-word-of-mine" })
    end)
    assert.equal("debug request: attempt 1: POST http://host/v1/embeddings, 26 bytes", lines[1])
    local all = table.concat(lines, "\n")
    assert.is_nil(all:find("a-word-of-mine", 1, true))
    assert.is_nil(all:find(connect.key, 1, true))
  end)

  it("writes bodies only where they are asked for, without keys", function()
    local lines, real = {}, io.stderr
    io.stderr = { write = function(_, line) -- luacheck: ignore 122
      lines[#lines + 1] = line
    end }
    local client = connect.to(server:scenario { replies = {
      { status = 400, json = { error = { message = "bad " .. connect.key } } } } }, { log = "bodies" })
    client:request("POST", "/embeddings", { input = "a-word-of-mine " .. connect.key .. ("x"):rep(20000) })
    io.stderr = real -- luacheck: ignore 122
    local all = table.concat(lines)
    assert.truthy(all:find('oai: bodies: > {"input":"a-word-of-mine ***x', 1, true), all)
    assert.truthy(all:find("x...\n", 1, true))
    assert.truthy(all:find('oai: bodies: < {"error":{"message":"bad ***"', 1, true), all)
    assert.is_nil(all:find(connect.key, 1, true))
  end)

  it("writes the first 16 KiB of a body", function()
    local function written(size)
      local lines, real = {}, io.stderr
      io.stderr = { write = function(_, line) -- luacheck: ignore 122
        lines[#lines + 1] = line:match "^oai: bodies: > (.*)\n$"
      end }
      local client = connect.to(server:scenario { replies = { { json = {} } } }, { log = "bodies" })
      client:request("POST", "/embeddings", { input = ("x"):rep(size - #'{"input":""}') })
      io.stderr = real -- luacheck: ignore 122
      return lines[1]
    end
    assert.equal('{"input":"' .. ("x"):rep(16384 - 12) .. '"}', written(16384))
    assert.equal('{"input":"' .. ("x"):rep(16385 - 12) .. '"...', written(16385))
  end)
end)
