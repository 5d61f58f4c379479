-- Drives the forward proxy of the specs (spec/support/server/proxy.js).
-- One process for all specs; it ends by itself.

local cjson = require "cjson"
local http = require "socket.http"

local SECONDS = 600

-- Preloaded checkers are for the library, not for node.
local START = "exec 3>&1; env -u LD_PRELOAD node '%s' %d $PPID '%s' '%s' </dev/null >&3 & exec env -u LD_PRELOAD true"

local Proxy = {}
Proxy.__index = Proxy

local proxy = {}
local running

local function script()
  local here = debug.getinfo(1, "S").source:match("^@(.*)[/\\][^/\\]*$") or "."
  return (here .. "/server/proxy.js"):gsub("'", "'\\''")
end

--- A proxy that is reached without TLS (`url`) and with it (`secure_url`), by the
--- certificate of the API server.
function proxy.start()
  if not running then
    local folder = require("spec.support.server").start({ tls = true }).ca_file:match("^(.*)/")
    local start = START:format(script(), SECONDS, folder .. "/server.pem", folder .. "/server.key")
    local pipe = assert(io.popen(start, "r"))
    local plain, secure = assert(pipe:read("*l"), "the proxy did not start"):match("(%d+) (%d+)")
    pipe:close()
    running = setmetatable({
      url = "http://127.0.0.1:" .. plain, secure_url = "https://127.0.0.1:" .. secure,
    }, Proxy)
  end
  return running
end

--- What has passed so far: a list of `{ method, target, authorization }`.
function Proxy:seen()
  return cjson.decode((assert(http.request(self.url .. "/_seen"))))
end

return proxy
