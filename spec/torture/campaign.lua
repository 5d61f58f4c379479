-- Builds the host, starts the server that its calls go to, and runs one cell
-- of the table after another: a kind of call on a drive, with an allocator
-- that fails in a mode. Sums up; what is right is kinds.lua's and host.c's to
-- say.

local answer = require "spec.support.answer"
local server = require "spec.support.server"

local campaign = {}

campaign.kinds = {
  "call", "stream", "upload", "save", "retry", "pages", "task", "alone", "line", "map", "collect", "gather", "later",
  "cancel", "close", "load", "socket", "again",
}
campaign.drives = { "blocking", "frame", "host" }
campaign.modes = { c = { "once", "burst", "on" }, lua = { "gc", "once", "burst", "on" }, system = { "once", "on" } }

--- What a run comes to, in the order of the table.
campaign.verdicts = { "refused", "survived", "crash", "leak", "hang", "wrong", "broken" }

local WELL = { refused = true, survived = true }

local REPLY = {
  id = "resp_1", object = "response", status = "completed", model = "m", score = 0.25, created_at = 1700000000,
  output = { { type = "message", role = "assistant", content = { { type = "output_text", text = 'hello "there"' } } } },
}

--- The scene that all runs play in.
local function scene()
  return server.start():scenario {
    journal = false,
    repeat_last = true,
    routes = {
      ["POST /responses"] = { { json = REPLY } },
      ["POST /chat/completions"] = { answer.burst { "one ", "two ", "three" } },
      ["POST /files"] = { { body = '{"id":"f","object":"file","bytes":{{header:content-length}}}',
        headers = { ["content-type"] = "application/json" } } },
      ["GET /files/f/content"] = { { steps = { { fill = 65536 } }, content_length = 65536 } },
      ["GET /talk"] = { { socket = { steps = {}, on = { ask = { { send = { n = "{{event:n}}" } } },
        bye = { { close = 1000 } } } } } },
      ["GET /cut"] = { { socket = { steps = { { send = { n = 1 } }, { close = 1011 } } } } },
      ["GET /stall/models"] = { { fault = "stall" } },
      ["GET /slow/models"] = { { delay = 0.005, json = { object = "list", data = {} } } },
      ["GET /busy/models"] = { { status = 503, json = { error = { message = "planned" } },
        headers = { ["retry-after-ms"] = "1" } } },
      ["POST /moved/responses"] = { { status = 307, headers = { location = "{{base}}/v1/responses" } } },
      ["POST /limited/responses"] = { { json = REPLY, headers = { ["x-ratelimit-limit-requests"] = "100",
        ["x-ratelimit-remaining-requests"] = "0", ["x-ratelimit-reset-requests"] = "5ms" } } },
      ["GET /files"] = { { body = '{"object":"list","data":[{"object":"file","id":"a{{n}}"},'
        .. '{"object":"file","id":"b{{n}}"}],"has_more":true}', headers = { ["content-type"] = "application/json" } } },
    },
  }
end

--- The allocators that a Lua lets fail: LuaJIT's is its own on 64 bits.
---@param lua string  such as "lua5.4"
---@return string[]
function campaign.allocators(lua)
  return lua:find("jit", 1, true) and { "c", "system" } or { "c", "lua", "system" }
end

-- Preloaded checkers are for the library, not for the compiler; the host has
-- its own.
local WITHOUT_CHECKER = "env -u LD_PRELOAD "

local function says(command)
  local pipe = assert(io.popen(WITHOUT_CHECKER .. "sh -c '" .. command .. " && echo done' 2>&1"))
  local said = pipe:read("*a")
  pipe:close()
  return said:find("done\n$") ~= nil, said
end

--- Why no host can be built for a Lua here, or nil.
---@param lua string
---@return string?
function campaign.missing(lua)
  if not says("cc --version") then
    return "there is no C compiler"
  elseif not says("pkg-config --exists libcurl " .. lua) then
    return "there are no headers of libcurl or " .. lua
  end
  return nil
end

-- Builds a file unless it is newer than its sources. Several processes may build
-- it at once, so it gets its name when it is whole.
local BUILD = [[test -e {to} && test -z "$(find src spec/torture -newer {to})" || {
  cc -std=gnu99 -g -O1 {flags} -Wall -Wextra -D_GNU_SOURCE -include spec/torture/shim.h {from} -o {to}.$$ {libraries} &&
  mv {to}.$$ {to}; }]]

local function build(parts)
  local done, said = says((BUILD:gsub("{(%l+)}", parts)))
  if not done then
    error("torture: the host cannot be built:\n" .. said, 0)
  end
end

--- Builds the host for a Lua, of which the engine is the same for all, and what
--- its calls go to.
---@param lua string
---@param checked? string  the compiler's flags for a checker
---@return table built
function campaign.build(lua, checked)
  local kind = checked and "-checked" or ""
  local engine, host = ("build/torture/engine%s.o"):format(kind), ("build/torture/host-%s%s"):format(lua, kind)
  says "mkdir -p build/torture"
  build { to = engine, flags = (checked or "") .. " -r -nostdlib", from = "src/system/*.c src/engine/*.c",
    libraries = "" }
  build { to = host, flags = (checked or "") .. (lua:find("jit", 1, true) and " -DTORTURE_LUAJIT" or ""),
    from = ("$(pkg-config --cflags %s) spec/torture/*.c src/binding/*.c %s -rdynamic"):format(lua, engine),
    libraries = ("$(pkg-config --libs %s) -lcurl -lpthread -lm -ldl"):format(lua) }
  return { host = host, scene = scene() }
end

local RUN = WITHOUT_CHECKER .. "ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 '%s' spec/torture/kinds.lua"
  .. " %s %s %s %s %d %d %d '%s' '%s' 2>&1"

--- Starts the runs of a cell; `finish` waits for them.
---@param built table
---@param cell { kind: string, drive: string, allocator: string, mode: string, from: integer, most: integer }
function campaign.start(built, cell)
  local folder = os.tmpname()
  os.remove(folder)
  os.execute("mkdir -p " .. folder)
  local command = RUN:format(built.host, cell.kind, cell.drive, cell.allocator, cell.mode, cell.from, cell.most,
    cell.seconds or 5, built.scene.base_url:gsub("/v1$", ""), folder)
  return { cell = cell, folder = folder, pipe = assert(io.popen(command)) }
end

local function new_figures(cell)
  local figures = { cell = cell, runs = 0, faults = {} }
  for _, verdict in ipairs(campaign.verdicts) do
    figures[verdict] = 0
  end
  return figures
end

local function take_line(figures, line)
  local n, verdict, text = line:match("^(%d+)\t([^\t]+)\t?(.*)$")
  if verdict == "allocations" then
    figures.allocations = tonumber(text)
  elseif not verdict or not figures[verdict] then
    error("torture: the host said: " .. line, 0)
  else
    figures.runs = figures.runs + 1
    figures[verdict] = figures[verdict] + 1
    if not WELL[verdict] then
      figures.faults[#figures.faults + 1] = { n = tonumber(n), verdict = verdict, text = text }
    end
  end
end

--- The figures of a cell that was started, when all its runs are over: how
--- many came to each verdict, and which are faults.
function campaign.finish(started)
  local figures = new_figures(started.cell)
  for line in started.pipe:lines() do
    take_line(figures, line)
  end
  started.pipe:close()
  os.execute("rm -rf " .. started.folder)
  return figures
end

return campaign
