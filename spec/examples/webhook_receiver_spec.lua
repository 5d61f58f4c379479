-- The receiver of webhooks: what it takes, refuses and keeps. In a child of
-- the same Lua, to which requests are sent over a socket.

local child = require "spec.support.child"
local folder = require "spec.support.folder"
local oai = require "oai"
local socket = require "socket"
local text_of = require "spec.support.text_of"
local webhook = require "spec.support.webhook"

local PROGRAM = text_of "examples/webhook_receiver.lua"

local SECRET = "a secret of the spec's"

describe("examples/webhook_receiver.lua", function()
  local here = folder.each()
  local running, port, pid

  local function start()
    local prelude = ("arg = { [0] = 'webhook_receiver.lua', %q, '0', '30' }\nprint(pid())\n"):format(
      here:file "events.jsonl")
    running = child.start(prelude .. PROGRAM, { OPENAI_WEBHOOK_SECRET = SECRET })
    pid = running:line()
    port = tonumber(running:line():match ":(%d+)$")
  end

  local function stop()
    child.signal(pid, "KILL")
    running:finish()
  end

  before_each(start)

  after_each(stop)

  --- Sends bytes; the status that answers.
  local function send(bytes)
    local connection = assert(socket.connect("127.0.0.1", port))
    connection:settimeout(10)
    connection:send(bytes)
    local line = connection:receive "*l"
    connection:close()
    return line and line:match "^HTTP/1.1 (%d+)"
  end

  local function request(body, header)
    local lines = { "POST /hook HTTP/1.1", "Host: a", "Content-Length: " .. #body }
    for name, value in pairs(header) do
      lines[#lines + 1] = name .. ": " .. value
    end
    return table.concat(lines, "\r\n") .. "\r\n\r\n" .. body
  end

  local function event(id)
    return oai.json.encode { id = id, object = "event", type = "response.completed", data = { id = "resp_1" } }
  end

  local function kept()
    local ids = {}
    for line in (here:read "events.jsonl" or ""):gmatch "[^\n]+" do
      ids[#ids + 1] = oai.json.decode(line).id
    end
    return table.concat(ids, " ")
  end

  it("keeps what is from the API, once, also over a restart", function()
    local one, two = event "evt_1", event "evt_2"
    assert.equal("200", send(request(one, webhook.sign(one, SECRET, "wh_1"))))
    assert.equal("response.completed evt_1", running:line())
    assert.equal("200", send(request(one, webhook.sign(one, SECRET, "wh_1"))))
    assert.equal("again evt_1", running:line())
    stop()
    start()
    assert.equal("200", send(request(one, webhook.sign(one, SECRET, "wh_1"))))
    assert.equal("200", send(request(two, webhook.sign(two, SECRET, "wh_2"))))
    assert.equal("evt_1 evt_2", kept())
  end)

  it("takes a request that comes in pieces", function()
    local body = event "evt_1"
    local bytes = request(body, webhook.sign(body, SECRET, "wh_1"))
    local connection = assert(socket.connect("127.0.0.1", port))
    connection:setoption("tcp-nodelay", true)
    for at = 1, #bytes, 40 do
      connection:send(bytes:sub(at, at + 39))
    end
    assert.truthy(connection:receive("*l"):find "200")
    connection:close()
    assert.equal("evt_1", kept())
  end)

  it("refuses the rest, and goes on", function()
    local body = event "evt_1"
    local good = webhook.sign(body, SECRET, "wh_1")
    assert.equal("400", send(request(body, webhook.sign(body, "another secret", "wh_1"))))
    assert.equal("400", send(request(body .. " ", good)))
    assert.equal("400", send(request(body, {})))
    assert.equal("400", send(request(body, webhook.sign(body, SECRET, "wh_1", os.time() - 400))))
    assert.equal("400", send(request("no JSON", webhook.sign("no JSON", SECRET, "wh_1"))))
    assert.equal("413", send "POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n")
    assert.equal("413", send("POST / HTTP/1.1\r\nX: " .. ("x"):rep(17000)))
    assert.equal("411", send "POST / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert.equal("405", send "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert.is_nil(here:read "events.jsonl")
    assert.equal("200", send(request(body, good)))
    assert.equal("evt_1", kept())
  end)

  it("takes a connection that ends at once for a request that did not come", function()
    assert(socket.connect("127.0.0.1", port)):close()
    assert.equal("408 Request Timeout", running:line())
  end)
end)
