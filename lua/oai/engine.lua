-- The engine of a client and its copies: made by the first call, on a worker
-- where their loop wants that, and the clock that all engines go by.

local core = require "oai.core"
local lazy = require "oai.lazy"
local options = require "oai.options"

local error_value = lazy "oai.error"

---@class oai.Engine  the core's, or what stands for it where the system refuses one
---@field step fun(self, seconds: number, deadline?: number): boolean  does what there is to do, for which it waits at
--- most so long; false when the deadline has passed
---@field clock fun(self): number          seconds on a clock that only goes forward
---@field descriptor fun(self): integer?   a worker's, which can be read when there is news
---@field ready fun(self, ids: integer[]): integer, boolean  puts the ids of exchanges with news into a list: how many,
--- and whether there are more
---@field alarm fun(self, seconds: number)  a worker's descriptor can be read by then
---@field is_foreign fun(self): boolean    it was made before the process was forked
---@field start fun(self, exchange: oai.Exchange)  begins a transfer
---@field stop fun(self, exchange: oai.Exchange)  ends a transfer at once
---@field drain fun(self, exchange: oai.Exchange)  lets it end although nobody reads it
---@field close fun(self)  ends all transfers

---@class oai.Exchange : userdata  the core's: a request and its reply, while they go on
---@field id fun(self): integer  what `ready` calls it
---@field private status fun(self): any  nil before the header is complete
---@field private headers fun(self): string  the header as it came
---@field private read fun(self): string?  the bytes that have arrived since the last call
---@field private peek fun(self): string?  the first of those that were not read
---@field private event fun(self, template?: userdata): any, string?, string?  the next that has arrived: data, name, id
---@field private rest fun(self): string?, string?  lines that were no part of an event; the data of one that was cut
---@field private outcome fun(self): boolean?, any, any, any  nil while it goes on; how it ended
---@field private reply fun(self): ...: any  the whole of it
---@field private redirect fun(self): string?  where it points to
---@field private progress fun(self): integer, integer, integer, integer  bytes sent, to send, received, to receive
---@field private idle fun(self): number  seconds in which nothing moved
---@field private expire fun(self)  ends it, since nothing came in time
---@field private close fun(self)  ends it, and gives the memory back
---@field private times fun(self): ...: number
---@field private identity fun(self): string  the request's id for its server
---@field private send fun(self, ...: any): ...: any  of a WebSocket
---@field private message fun(self): ...: any  of a WebSocket: the next that has arrived

---@class oai.Target : userdata  the core's: where a download goes
---@field keep fun(self, exchange: oai.Exchange, is_whole?: boolean): boolean?, string?  takes what has come of a file
---@field is_touched fun(self): boolean  it has bytes that cannot be taken back
---@field close fun(self)  lets go of it

---@class oai.Secret : userdata  the core's: a credential
---@field mask fun(self, text: string, is_header?: boolean): string  a text without it
---@field close fun(self)  wipes it

local engines = {}

--- Seconds on a clock that only goes forward.
---@type fun(): number
engines.clock = core.clock

--- A number from 0 to 1 that no two programs have alike: the last digits of
--- the clock. It leaves the program's own random numbers alone.
---@return number
function engines.random()
  return core.clock() * 1e6 % 997 / 997
end

local function make(shared)
  if shared.closed then
    error_value.misuse("the client is closed")
  end
  local engine, reason = core.engine { worker = shared.loop.worker, options = options.transport(shared.options) }
  if not engine then
    return nil, error_value.new { kind = "limit", message = "cannot open a connection pool: " .. reason }
  end
  shared.engine = engine
  return engine
end

--- The engine of what copies of a client share. Where the system refuses one,
--- the next call tries again.
---@param shared table
---@return oai.Engine? engine
---@return oai.Error? err
function engines.of(shared)
  if shared.engine then
    return shared.engine
  end
  return make(shared)
end

return engines
