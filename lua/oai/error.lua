-- Error values, and the raising of wrong use. What depends on the machine,
-- the data or the server is returned as `nil, err`; what is wrong in the
-- program that calls is raised at its line.

---@alias oai.ErrorKind
---| "bad_request" # the server refused what was sent, by a status without a kind of its own; or it cannot be sent
---| "authentication" # there is no key, or none that is taken
---| "permission_denied" # the key may not do this
---| "not_found" # there is no such thing
---| "conflict" # the thing was changed meanwhile
---| "unprocessable" # a parameter is of the right form and cannot be used
---| "rate_limit" # too many requests or tokens; or the server asks to wait longer than the call may
---| "quota" # the money is spent: no waiting helps
---| "server" # the server failed
---| "connection" # no connection, or one that broke before the reply was whole
---| "tls" # the other side is not who it should be, or speaks no TLS that is trusted
---| "timeout" # a time-out has passed, or the server says so
---| "decode" # a reply that is not what the operation returns: `body` has it
---| "stream" # a stream that broke off, or said of itself that it failed: `partial` has what came
---| "cancelled" # the task was cancelled, or its client closed
---| "io" # a file or disk: cannot be read, written, or was changed while it was sent
---| "signature" # a webhook that is not known to be from the API: `reason` says why
---| "tool" # a call of a function by the model: it cannot be made, or it failed; `reason` says how
---| "failed" # what was waited for has ended, and not as it should: `reason` says how
---| "length" # an answer that was cut off
---| "content_filter" # an answer that was stopped
---| "refusal" # the model will not answer
---| "no_answer" # a reply without one
---| "not_json" # an answer, or what a function is called with, that is no JSON
---| "wrong_shape" # an answer, or what a function is called with, that is not of its schema: `faults` says where
---| "bad_schema" # a schema that the API's strict mode cannot have
---| "closed" # a connection that the other side has closed, or the program: `code` and `reason` say how
---| "protocol" # what the other side sent is against the protocol of WebSockets
---| "limit" # more than a ceiling of ours, such as max_reply_bytes, or than the machine has memory and descriptors for

---@class oai.Error
---@field kind oai.ErrorKind  what to decide by: "rate_limit", "timeout", "io", ...
---@field message string      what happened, for people
---@field operation? string   such as "chat.completions.create"
---@field status? integer     the HTTP status; nil when no reply came
---@field code? string|number the API's own code, such as "context_length_exceeded"
---@field type? string  the API's own type
---@field param? string  the parameter that it is about
---@field request_id? string  quote it to the API's support
---@field client_request_id? string  the id that the request was sent with: quote it where no reply has come
---@field headers? oai.Headers  of the reply
---@field rate_limit? oai.RateLimit  what the server lets through
---@field body? string        the reply's body as it came, but for the key: `***` stands for it everywhere here
---@field retry_after? number seconds the server asks to wait
---@field attempts? integer   how many times the request was sent
---@field elapsed? number     seconds
---@field partial? table      what a broken stream had brought, or the object that was waited for
---@field reason? string      how what was waited for has ended: its status, or as an agent's stream says it; of a
--- webhook: "missing_header", "repeated_header", "bad_timestamp", "too_old", "too_new" or "no_match"; of its secret:
--- "no_secret" or "bad_secret"; of a connection: what the other side says, or "queue", "next", "drain" or "lifetime";
--- of a reply, or an event, that is larger than a ceiling: "too_large"
---@field completion? table   the reply whose answer cannot be used
---@field text? string        the answer, or the call, that is not what it should be; what came of one that was cut off
---@field faults? oai.SchemaFaults  what is wrong with an answer of the wrong shape, each with its place
---@field cause? any  what was raised, where that is the reason
---@field attempted? string[]  of a run: the ids of the calls that were started, and may have had effects
---@field completed? string[]  of a run: the ids of those that have an output
---@field call_id? string     of a call of a function: its id
---@field unsent? any[]       of a connection: the messages that never went out
---@field lost? any[]         of a connection: those that had begun to go out, of which nobody knows
---@field where? string       the program's file and line that made the call: "ask.lua:12"
---@field private __index any
---@field private __name string
local Error = {}
Error.__index = Error
Error.__name = "oai.Error"

local error_module = {}

local function printable(text)
  return require "oai.printable"(text)
end

local function detail(err)
  local parts = {}
  if err.request_id then
    parts[#parts + 1] = "request " .. tostring(err.request_id)
  elseif err.client_request_id then
    parts[#parts + 1] = "client request " .. tostring(err.client_request_id)
  end
  if err.retry_after then
    parts[#parts + 1] = ("retry in %g s"):format(err.retry_after)
  end
  if err.attempts and err.attempts > 1 then
    parts[#parts + 1] = err.attempts .. " attempts"
  end
  if err.where then
    parts[#parts + 1] = "at " .. tostring(err.where)
  end
  return #parts > 0 and " (" .. table.concat(parts, ", ") .. ")" or ""
end

local SAYS_ALL = { bad_request = true, io = true, limit = true, bad_schema = true }

--- What the text of an error begins with: "404 not_found: ", or nothing where
--- its message says it all. The code of some servers is the status again.
local function label(err)
  if err.status then
    local code = tostring(err.code or err.kind)
    return ("%d %s: "):format(err.status, code == tostring(err.status) and err.kind or code)
  elseif SAYS_ALL[err.kind] then
    return ""
  end
  return tostring(err.code or err.kind) .. ": "
end

--- "oai: files.create: 404 not_found: No such file (request req_1)". It is one
--- line, whatever the message holds.
---@private
function Error.__tostring(err)
  local operation = err.operation and err.operation .. ": " or ""
  return printable("oai: " .. operation .. label(err) .. tostring(err.message) .. detail(err))
end

-- Errors of one's own making are joined into messages, as strings are.
---@private
function Error.__concat(a, b)
  return tostring(a) .. tostring(b)
end

--- Whether a value is an error of the library.
---@param value any  of any type
---@return boolean
function error_module.is_error(value)
  return getmetatable(value) == Error
end

local here = debug.getinfo(1, "S").source:match("^(.*)error%.lua$")

local function is_ours(source)
  return here ~= nil and source:sub(1, #here) == here
end

--- The first line of the stack that is not the library's, as "file:line".
---@return string?
local function caller()
  local level = 3
  while true do
    local info = debug.getinfo(level, "Sl")
    if not info then
      return nil
    end
    if info.currentline > 0 and not is_ours(info.source) then -- no C, no tail call of 5.1
      return ("%s:%d"):format(info.short_src, info.currentline)
    end
    level = level + 1
  end
end

error_module.caller = caller

--- Where a function begins, as "file:line"; nil of the library's and of C's.
---@param fn function
---@return string?
function error_module.beginning(fn)
  local info = debug.getinfo(fn, "S")
  if info.linedefined > 0 and not is_ours(info.source) then
    return ("%s:%d"):format(info.short_src, info.linedefined)
  end
end

--- Turns a table of the fields above into an error value, which knows where
--- the program was.
---@param fields table
---@return oai.Error
function error_module.new(fields)
  fields.where = fields.where or caller()
  local made = setmetatable(fields, Error)
  return made
end

-- Lua 5.1 prints nothing of an uncaught error that is no string.
local NEEDS_TEXT = _VERSION == "Lua 5.1" and not rawget(_G, "jit")

local catchers = { [pcall] = true, [xpcall] = true }

--- Whether what is raised here is caught, by Lua or by whoever has resumed
--- the coroutine.
local function is_caught()
  local level = 3
  local info = debug.getinfo(level, "f")
  while info and not catchers[info.func] do
    level = level + 1
    info = debug.getinfo(level, "f")
  end
  return info ~= nil or coroutine.running() ~= nil
end

--- Raises an error value as it is; as text where Lua would not print it.
---@param err any
function error_module.raise(err)
  error(NEEDS_TEXT and error_module.is_error(err) and not is_caught() and tostring(err) or err, 0)
end

--- The value that is given, for an iterator, whose nil means the end; or raises
--- the error that came in its place.
---@param value any
---@param err any
---@return any value
function error_module.or_raise(value, err)
  if err then
    error_module.raise(err)
  end
  return value
end

--- Returns what it is given, as `assert` does, or raises the error: the value
--- itself, of which the `assert` of Lua 5.1 and 5.2 keeps nothing. An error of
--- the library is raised also where a part of the answer has come beside it,
--- as from a stream that broke; that is in `err.partial`. So is an error that
--- is the first thing it is given.
---@param ... any  a value, and beside nil, false or a part of it the error
---@return any ...
function error_module.check(...)
  local value, err = ...
  if error_module.is_error(value) then
    error_module.raise(value)
  elseif value and not error_module.is_error(err) then
    return ...
  elseif err == nil then
    error_module.misuse("oai.check: got " .. tostring(value) .. ", and no error beside it")
  end
  error_module.raise(err)
end

--- Raises wrong use at the line of the program that called the library. It is
--- one line, whatever names the program gave.
---@param message string
function error_module.misuse(message)
  local where = caller()
  error((where and where .. ": " or "") .. printable("oai: " .. message), 0)
end

--- Raises unless a method was called on a resource of a client: with a dot it
--- gets something else first.
---@param bound any     what it got first
---@param name string   of the method
---@param shown string  how it is called, such as "client.files:upload(path, options)"
function error_module.check_bound(bound, name, shown)
  if type(bound) ~= "table" or not rawget(bound, "_client") then
    error_module.misuse(("%s: call it with a colon, as in %s"):format(name, shown))
  end
end

return error_module
