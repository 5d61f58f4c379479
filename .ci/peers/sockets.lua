-- Holds the library's sockets against a server by others: whatever it has by
-- path is asked for. sockets.lua NAME BASE_URL has|echoes [CERTIFICATE] [PROXY]

local json = require "oai.json"
local oai = require "oai"
local socket = require "oai.socket"

local name, base_url, what, certificate, proxy = arg[1], arg[2], arg[3], arg[4], arg[5]
local LENGTHS = { 0, 1, 125, 126, 127, 40000 }
local MORE_LENGTHS = { 65535, 65536, 1048576 } -- at which lua-http may stop reading in the middle of a message
local PATIENCE = 10

local client = oai.client {
  base_url = base_url, api_key = "sk-peers", max_retries = 0, proxy = proxy ~= "" and proxy or nil,
  ca_file = certificate ~= "" and certificate or nil,
}

--- A connection to a path, where texts are what they are.
local function connect(path, options)
  return socket.connect(client, { name = "peers", path = path, decode = false, options = options or {} })
end

local function expect(expected, got)
  if expected ~= got then
    error(("expected %.80s, got %.80s"):format(tostring(expected), tostring(got)), 0)
  end
end

--- The next message: a text, or what a binary one holds, and whether it is binary.
local function next_of(connection)
  local message = assert(connection:next(PATIENCE))
  if type(message) == "table" then
    return message.bytes, true
  end
  return message, false
end

local echoes, has = {}, {}

local function echo_of_all(lengths)
  local connection = assert(connect "/echo")
  for _, length in ipairs(lengths) do
    local text = ("ü."):rep(math.ceil(length / 3)):sub(1, length - length % 3)
    assert(connection:send(text))
    local back, is_binary = next_of(connection)
    expect(text, back)
    expect(false, is_binary)
    local bytes = ("\0\255\128"):rep(math.ceil(length / 3)):sub(1, length)
    assert(connection:send_bytes(bytes))
    back, is_binary = next_of(connection)
    expect(bytes, back)
    expect(true, is_binary)
  end
  assert(connection:close())
end

echoes["texts and bytes come back"] = function()
  echo_of_all(LENGTHS)
end

has["long texts and bytes come back"] = function()
  echo_of_all(MORE_LENGTHS)
end

echoes["a thousand messages under way keep their order"] = function()
  local connection = assert(connect "/echo")
  for i = 1, 1000 do
    assert(connection:send(("%d "):format(i):rep(20)))
  end
  for i = 1, 1000 do
    expect(("%d "):format(i):rep(20), (next_of(connection)))
  end
  assert(connection:close())
  expect("closed", connection.status)
end

echoes["a refusal is an error with the body's words, and is final"] = function()
  local connection, err = connect "/refuse"
  expect(nil, connection)
  expect(401, err.status)
  expect("authentication", err.kind)
  assert(tostring(err):find("no", 1, true), tostring(err))
end

has["fragments with pings between them are one message"] = function()
  local connection = assert(connect "/fragments")
  local parts = {}
  for i = 0, 49 do
    parts[#parts + 1] = i .. ";"
  end
  expect(table.concat(parts), (next_of(connection)))
  assert(connection:close())
end

has["pings are answered"] = function()
  local connection = assert(connect "/pings")
  expect("20 pongs", (next_of(connection)))
  assert(connection:close())
end

has["20 MB come whole, and then the end"] = function()
  local connection, bytes = assert(connect "/flood"), 0
  for message in connection:events() do
    bytes = bytes + #message.bytes
  end
  expect(320 * 65536, bytes)
  expect("closed", connection.status)
end

has["a close of the server's tells its code and reason"] = function()
  local connection = assert(connect "/closes")
  local event, err = connection:next(PATIENCE)
  expect(nil, event)
  expect(4001, err.code)
  expect("because", err.reason)
end

has["a close of ours tells the server its code and reason"] = function()
  local connection = assert(connect "/waits")
  assert(connection:close(4321, "enough"))
  local facts = assert(connect "/heard")
  local heard = json.decode((next_of(facts)))
  expect(4321, heard.heard.code)
  expect("enough", heard.heard.reason)
  expect(proxy ~= nil and proxy ~= "", heard.tunnels > 0)
  assert(facts:close())
end

has["a server that goes without a close is an error, after what it sent"] = function()
  local connection = assert(connect "/drops")
  expect("last", (next_of(connection)))
  local event, err = connection:next(PATIENCE)
  expect(nil, event)
  expect("connection", err.kind)
end

local passed, failed = 0, 0

local function run(cases)
  for title, case in pairs(cases) do
    local fine, err = pcall(case)
    passed, failed = passed + (fine and 1 or 0), failed + (fine and 0 or 1)
    if not fine then
      print(("%s, %s: %s"):format(name, title, tostring(err)))
    end
  end
end

run(echoes)
if what == "has" then
  run(has)
end
client:close()
print(("%s: %d passed, %d failed"):format(name, passed, failed))
os.exit(failed == 0 and 0 or 1)
