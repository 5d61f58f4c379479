-- A client: its resources, and what it shares with its copies (engine, loop,
-- connections). What its options come to is settings.lua's.

local here = require "oai.here"
local lazy = require "oai.lazy"
local load_module = require "oai.load"
local options_list = require "oai.options"
local parts = require "oai.parts"
local resources = require "oai.resources"
local settings = require "oai.settings"
local unknown = require "oai.unknown"
local url = require "oai.codec.url"

local bulk = lazy "oai.task.bulk"
local error_value = lazy "oai.error"
local observe = lazy "oai.observe"
local hook_lists = lazy "oai.observe.hooks"
local schedulers = lazy "oai.task.scheduler"
local suggest = lazy "oai.suggest"
local task = lazy "oai.task"

local client = {}

local LOOPS = { blocking = true, uv = true, frame = true, cqueues = true, copas = true }

local Client = { __name = "oai.Client" }

---@class oai.Client : oai.Resources
---@field request fun(self, method: string, path: string, params?: table, options?: oai.CallOptions): any, oai.Facts
--- calls what has no method
---@field usage table<string, oai.TokenCount>  tokens by model, since it was made with `usage = true`
---@field private _settings oai.Settings
---@field private _shared table
---@field private _shared_metatables table
local methods = {}

--- What a client has under a name such as "beta.threads".
local function standing_at(self, name)
  local value = self
  for key in name:gmatch("[%w_]+") do
    value = value[key]
  end
  return value
end

--- The tokens of a client since it was made.
local function counted(self)
  local hooks = rawget(self, "_shared").hooks
  if not hooks or not hooks.usage then
    error_value.misuse "client.usage is counted where the client is made with { usage = true }"
  end
  return hooks.usage
end

function Client.__index(self, key)
  local method = methods[key]
  if method or unknown.is_probe(key) then
    return method
  elseif key == "usage" then
    return counted(self)
  elseif not resources[key] then
    local names = setmetatable({}, { __index = resources })
    for name in pairs(resources) do
      names[name] = true
    end
    for name in pairs(methods) do
      names[name] = true
    end
    error_value.misuse(("client.%s does not exist%s"):format(tostring(key), suggest.hint(key, names, "client")))
  end
  local value = resources[key] == true and self:_bind(load_module("oai.resources." .. key), key)
    or standing_at(self, resources[key])
  rawset(self, key, value)
  return value
end

--- A resource of the client. Not for programs.
---@param definition table
---@param name string     the full one
---@param ids? string[]   of its parents, in path order
---@return table
---@private
function methods:_bind(definition, name, ids)
  return load_module("oai.call.resource").bind(self, definition, name, ids)
end

--- An object as a call of an endpoint returns it, with its methods. Not for
--- programs.
---@param value table
---@param endpoint oai.Endpoint
---@return table
---@private
function methods:_attach(value, endpoint)
  return load_module("oai.call.object").attach(value, self, endpoint, {})
end

--- What calls endpoints, for what makes more of one than its line says. Not for
--- programs.
---@return table
---@private
function methods:_calls() -- luacheck: ignore 212
  return load_module "oai.call.endpoint"
end

function Client.__tostring(self)
  return "oai.Client " .. url.shown(rawget(self, "_settings").base_url)
end

--- Raises where a method was called with a dot.
local function check_self(self, name)
  if getmetatable(self) ~= Client then
    error_value.misuse(("%s: call it with a colon, as in client:%s(...)"):format(name, name))
  end
end

local function new(made, shared)
  return setmetatable({ _settings = made, _shared = shared, _shared_metatables = {} }, Client) --[[@as oai.Client]]
end

local CLIENT_SCOPES = { client = true, call = true }
local WITH_SCOPES = { call = true }

--- A scheduler of the program's own: how it waits, and how it sleeps.
local function own_loop(given)
  if type(given.wait) ~= "function" or type(given.sleep) ~= "function" then
    error_value.misuse("client: a loop of your own is { wait = function(engine, exchange, deadline), "
      .. "sleep = function(engine, seconds), worker = boolean }")
  end
  return { name = given.name or "own", worker = given.worker ~= false, wait = given.wait, sleep = given.sleep }
end

local function loop_of(given)
  if type(given) == "table" then
    return own_loop(given)
  elseif not LOOPS[given] then
    error_value.misuse(("client: unknown loop '%s'%s"):format(given, suggest.hint(given, LOOPS)))
  end
  return load_module("oai.loop." .. given)
end

--- Raises what is wrong with the library's compiled part, which is loaded
--- here, and libcurl with it: at the line of the program, unless it is the
--- machine that has no memory or no descriptors left.
local function check_core()
  local done, fault = pcall(function()
    parts.check(load_module "oai.core")
  end)
  local reason = not done and tostring(fault):match "^oai: (the compiled part .*)$"
  if reason then
    error_value.misuse("client: " .. reason)
  elseif not done then
    error(fault, 0)
  end
end

--- Lets a provider send requests of its own over the client's connections,
--- which wait as its callers do, with nothing of the client's in them.
local function lend(self, made)
  local bare = new(settings.bare(made), self._shared)
  made.credentials:lend(function(...)
    return bare:request(...)
  end)
end

--- Makes a client. Nothing is sent before the first call, but libcurl is
--- loaded. Raises for an unknown option or one of a wrong type, and where the
--- library's compiled part is missing or the wrong one.
---@param options? oai.ClientOptions  of the client; else the environment's, else the defaults
---@return oai.Client
function client.new(options)
  ---@type table
  local given = options or {}
  if type(options) == "string" then
    error_value.misuse "client: the options must be a table, got string; a key is given as { api_key = ... }"
  end
  options_list.check(given, "client", CLIENT_SCOPES)
  check_core()
  local made = settings.new(given)
  local self = new(made, {
    options = made.options, loop = loop_of(made.options.loop or here()),
    engine = false, scheduler = false, limiters = false,
    hooks = false, closed = false,
  })
  if made.options.usage then
    observe.count(self._shared)
  end
  if made.provider then
    lend(self, made)
  end
  return self
end

--- A client with other options on the same connections. `headers`
--- and `query` are added to those it has.
---@param options oai.WithOptions  those that are to be others
---@return oai.Client
function methods:with(options)
  check_self(self, "with")
  options_list.check(options, "client:with", WITH_SCOPES)
  return new(settings.with(self._settings, options), self._shared)
end

--- Calls what has no method. GET and DELETE send `params` as the query, the
--- others as a JSON body; `stream = true` in them makes a stream.
---@param method string  such as "POST"
---@param path string     "/responses", or an absolute URL, which gets the key only on the client's origin
---@param params? table  what is sent
---@param options? oai.CallOptions  of the call
---@return any value  the reply, decoded
---@return oai.Response|oai.Error facts
function methods:request(method, path, params, options)
  check_self(self, "request")
  if type(method) ~= "string" or not method:match("^%u+$") then
    error_value.misuse(("request: the method must be a string such as \"POST\", got %s"):format(type(method) == "string"
      and ('"%s"; the path comes after it'):format(method:gsub("%c", "?")) or type(method)))
  elseif type(path) ~= "string" or path == "" or path:find("[%z\1-\32\127]") then
    error_value.misuse("request: the path must be a string without spaces, such as \"/models\"")
  end
  ---@type { request: fun(client: oai.Client, ...): any, oai.Response|oai.Error }
  local endpoint = load_module "oai.call.endpoint"
  return endpoint.request(self, method, url.escaped(path), params, options)
end

--- Runs a function beside others: where it makes a call and has to wait,
--- the others go on. It runs at once until it first waits.
---@param fn function  what is run
---@param ... any  what it gets
---@return oai.Task
function methods:spawn(fn, ...)
  check_self(self, "spawn")
  if type(fn) ~= "function" then
    error_value.misuse("client:spawn: expected a function, got " .. type(fn))
  end
  return task.spawn(self, fn, ...)
end

--- Waits for all of several tasks. Returns their first results in order; as
--- soon as one fails the others are cancelled, and it returns
--- `nil, err, index`. With `errors = "collect"` none is cancelled, and the
--- second result has the errors by index.
---@param tasks oai.Task[]  of this client or others
---@param options? oai.GatherOptions  whether one that fails ends the others
---@return any[]? results  the first result of each
---@return any err         beside nil what failed; else nil, or the errors by index
---@return integer? index  of what failed
function methods:gather(tasks, options)
  check_self(self, "gather")
  return bulk.gather(self, tasks, options)
end

--- Waits for the first of several tasks that succeeds: the others are then
--- cancelled. When all have failed it returns `nil, err, index` of the last
--- that did.
---@param tasks oai.Task[]  of this client or others
---@return any result       the first result of the one that has succeeded
---@return any err          beside nil what failed last
---@return integer? index   of the one, or of what failed last
function methods:first(tasks, ...)
  check_self(self, "first")
  return bulk.first(self, tasks, ...)
end

--- Calls `fn(item, index)` for every item, in tasks, with at most
--- `concurrency` (16) of them under way. Returns the results in the order of
--- the items; at the first failure (raised, or `nil, err`) the others are
--- cancelled, and it returns `nil, err, index`. With `errors = "collect"` all
--- are done, and the second result has the errors by index.
---@param items any[]  a list
---@param fn fun(item: any, index: integer): any, any  gets an item and its place; its first result is kept
---@param options? oai.MapOptions  how many at once, and whether one that fails ends the others
---@return any[]? results  the first result of each
---@return any err         beside nil what failed; else nil, or the errors by index
---@return integer? index  of what failed
function methods:map(items, fn, options)
  check_self(self, "map")
  return bulk.map(self, items, fn, options)
end

--- Runs until all tasks of the client are done. Raises the error of one that
--- failed and that nobody awaited. In a plain script; other loops run
--- themselves.
function methods:run()
  check_self(self, "run")
  task.run(self)
end

--- One turn: what has arrived since is given to the tasks that wait for it.
--- Never waits. For `loop = "frame"`, once a frame.
---@param budget? number  seconds to spend at the most; what is left waits for the next turn
function methods:update(budget)
  check_self(self, "update")
  task.update(self, budget)
end

--- Has a function told of what happens to the requests of the client and of its
--- copies: see docs/observing.md. Returns a function that takes it off again.
---@param event oai.ObservedEvent  "request", "response", "retry", "limit" or "stream_end"
---@param fn fun(told: oai.Observed)  must not wait; what it raises is logged
---@param options? oai.HookOptions  of what else it is told
---@return fun() off
function methods:on(event, fn, options)
  check_self(self, "on")
  return hook_lists.on(self._shared, event, fn, options)
end

--- A conversation: what was said and answered is kept from one question to the
--- next. Nothing is sent before something is said.
---@param given oai.TalkOptions  its options, and parameters of each request
---@return oai.Talk
function methods:talk(given, ...)
  check_self(self, "talk")
  if select("#", ...) > 0 then
    error_value.misuse "client:talk: expected one table, of parameters and options"
  end
  ---@type { new: fun(client: oai.Client, given: table): oai.Talk }
  local talk = load_module "oai.talk"
  return talk.new(self, given)
end

local NO_CONNECTION = { connection = true, limit = true, tls = true, timeout = true, cancelled = true }

local PRECONNECT = { api_key = false, max_retries = 0 }

-- What the first answers of a game would load in the middle of a frame.
local FIRST_NEEDED = {
  "oai.call.page", "oai.call.retry", "oai.call.stream", "oai.dialect.chat", "oai.dialect.responses", "oai.log",
}

local function load_ahead()
  for _, name in ipairs(FIRST_NEEDED) do
    load_module(name)
  end
end

--- Opens a connection, so that the first call need not: while a game loads,
--- or an editor starts. Any reply will do.
---@return boolean|oai.Task|nil connected  a task where the loop must not be kept waiting
---@return oai.Response|oai.Error|nil err
function methods:preconnect()
  check_self(self, "preconnect")
  local where = error_value.caller()
  local function open()
    local _, err = self:request("GET", "/", nil, PRECONNECT)
    if error_value.is_error(err) and NO_CONNECTION[err.kind] then
      err.where = where
      return nil, err
    end
    return true
  end
  if self._shared.loop.start then
    load_ahead()
    return self:spawn(open)
  end
  return open()
end

--- Ends all calls and closes the connections. Tasks that wait are cancelled.
--- Copies made by `with` are closed too.
function methods:close()
  check_self(self, "close")
  local shared = self._shared
  if shared.scheduler then
    schedulers.close(shared)
  end
  shared.closed = true
  local engine = shared.engine ---@type oai.Engine|false|nil
  if engine then
    engine:close()
    shared.engine = false
  end
  self._settings.credentials:close()
end

Client.__close = methods.close

require "oai.interpret" ()

return client
