-- What differs between the versions of libcurl that the specs run with.

local core = require "oai.core"

local major, minor, patch = core.versions():match "^(%d+)%.(%d+)%.(%d+)"
local version = (major * 1000 + minor) * 1000 + patch

local function is_between(first, last)
  return version >= first and version < last
end

local libcurl = {
  --- libcurl asks before it sends something again, so that other methods than
  --- GET may go over connections that were kept.
  asks_again = version >= 7080000,
  --- A code of its own says that the server wants a client's certificate.
  asks_certificate = version >= 7077000,
  --- libcurl itself ends a transfer whose reply says two lengths: 8.22 does,
  --- 8.14 does not.
  refuses_two_lengths = version >= 8015000,
  --- A frame that is not allowed is an error of the connection, where it was
  --- an end of the reply before: 8.5 does, 7.88 does not.
  shows_broken_http2 = version >= 8000000,
  --- A connection over TLS that ends without a notice is an error, whatever
  --- went over it: 8.14 says so, 8.5 does not.
  tells_cut_tls = version >= 8006000,
  --- A header's line is refused that has CR within, or is folded behind a body:
  --- 8.22 does, 8.14 does not.
  refuses_odd_lines = version >= 8015000,
  --- The core was compiled with headers by which nobody can ask libcurl which
  --- certificates it trusts, nor name protocols: `make libcurl-versions` says so.
  has_old_headers = (os.getenv "VARIANT" or ""):find("-curl-7.68", 1, true) ~= nil,
  --- HTTP/2 serves where nothing else is asked for; and streams.
  http2 = version >= 7077000,
  http2_streams = version >= 7077000 and not is_between(8005000, 8009000),
}

return libcurl
