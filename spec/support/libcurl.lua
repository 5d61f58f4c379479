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
  --- HTTP/2 serves where nothing else is asked for; and streams.
  http2 = version >= 7077000,
  http2_streams = version >= 7077000 and not is_between(8005000, 8009000),
}

return libcurl
