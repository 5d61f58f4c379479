-- A language server that runs, and one file that is open in it: what an editor asks it
-- and is told. Its end is that of its time, if nobody ends it.

local cjson = require "cjson"
local files = require "files"
local shell = require "shell"

local server = {}

local SECONDS = 120 -- in which all is to be done
local TRIES = 400 -- a quarter of a second each

local Server = {}
Server.__index = Server

local function send(self, message)
  message.jsonrpc = "2.0"
  local text = cjson.encode(message)
  self.to:write(("Content-Length: %d\r\n\r\n%s"):format(#text, text))
  self.to:flush()
end

local function receive(self)
  local length
  for line in self.from:lines() do
    length = line:match "^Content%-Length: (%d+)" or length
    if line == "\r" then
      return cjson.decode(self.from:read(math.tointeger(length)))
    end
  end
  error(self.name .. " has ended", 0)
end

--- What the server asks of an editor: settings, which are in files, and what needs no answer.
local function answer(self, message)
  local result = cjson.null
  if message.method == "workspace/configuration" then
    result = {}
    for i in ipairs(message.params.items) do
      result[i] = cjson.null
    end
  end
  send(self, { id = message.id, result = result })
end

local function take(self, message)
  if message.method == "textDocument/publishDiagnostics" and message.params.uri == self.uri then
    self.faults = message.params.diagnostics
  elseif message.method and message.id then
    answer(self, message)
  end
end

--- What the server returns, or nil.
---@param method string
---@param params table
---@return any
function Server:ask(method, params)
  self.last = self.last + 1
  send(self, { id = self.last, method = method, params = params })
  while true do
    local message = receive(self)
    if message.id == self.last and not message.method then
      return message.result ~= cjson.null and message.result or nil
    end
    take(self, message)
  end
end

function Server:tell(method, params)
  send(self, { method = method, params = params })
end

--- Puts a text into the file that is open. What is found wrong with it is told later.
---@param text string
function Server:write(text)
  self.version, self.faults = self.version + 1, {}
  self:tell("textDocument/didChange", { textDocument = { uri = self.uri, version = self.version },
    contentChanges = { { text = text } } })
end

--- Asks about the place at an offset of the text.
---@param method string  "hover", "completion"
---@param text string    that of the file
---@param offset integer  how many bytes stand before the place
---@return any
function Server:at(method, text, offset)
  local _, line = text:sub(1, offset):gsub("\n", "")
  return self:ask("textDocument/" .. method, { textDocument = { uri = self.uri },
    position = { line = line, character = offset - #text:sub(1, offset):match "^.*\n" } })
end

--- Calls a function until it returns something, or for a hundred seconds.
---@param look fun(): any
---@return any
function Server.wait(look)
  for _ = 1, TRIES do
    local found = look()
    if found then
      return found
    end
    os.execute "sleep 0.25"
  end
end

function Server:close()
  self:ask("shutdown", cjson.empty_array)
  self:tell("exit", cjson.empty_array)
  self.to:close()
  self.from:close()
end

--- Two pipes to a process and from it.
local function start(command, folder)
  local to, from = shell.quote(folder .. "/to"), shell.quote(folder .. "/from")
  assert(os.execute(("rm -f %s %s && mkfifo %s %s"):format(to, from, to, from)))
  assert(os.execute(("timeout %d %s <%s >%s 2>/dev/null &"):format(SECONDS, command, to, from)))
  return assert(io.open(folder .. "/to", "wb")), assert(io.open(folder .. "/from", "rb"))
end

local CAPABILITIES = {
  workspace = { configuration = true, workspaceFolders = true },
  textDocument = {
    hover = { contentFormat = { "markdown" } },
    completion = { completionItem = { snippetSupport = false } },
  },
}

--- Starts a server on a folder, in which `use.lua` is opened, empty.
---@param name string     by which it is spoken of
---@param command string  of the shell
---@param folder string
---@return table
function server.start(name, command, folder)
  local self = setmetatable({ name = name, last = 0, version = 1, faults = {} }, Server)
  self.to, self.from = start(command, folder)
  local root = "file://" .. folder
  self.uri = root .. "/use.lua"
  files.write(folder .. "/use.lua", "\n")
  self:ask("initialize", { processId = cjson.null, rootUri = root, capabilities = CAPABILITIES,
    workspaceFolders = { { uri = root, name = "use" } } })
  self:tell("initialized", {})
  self:tell("textDocument/didOpen", { textDocument = { uri = self.uri, languageId = "lua", version = 1, text = "\n" } })
  return self
end

return server
