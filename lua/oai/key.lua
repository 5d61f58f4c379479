-- Names that nobody else has: of a run, and by which a server knows a request
-- that is sent again. They are not secret.

local key = {}

local count = 0

--- Bytes by the time, an address and a number, where the system has no source
--- of random ones.
local function made_up(length)
  count = count + 1
  local seed = ("%d %s %s %d"):format(os.time(), os.clock(), tostring({}), count)
  local state, bytes = 5381, {}
  for round = 1, length do
    for i = 1, #seed do
      state = (state * 33 + seed:byte(i) + round) % 2147483648
    end
    bytes[round] = string.char(math.floor(state / 4096) % 256)
  end
  return table.concat(bytes)
end

--- So many random bytes.
---@param length integer
---@return string
function key.bytes(length)
  local source = io.open("/dev/urandom", "rb")
  local bytes = source and source:read(length)
  if source then
    source:close()
  end
  return bytes and #bytes == length and bytes or made_up(length)
end

local function hex(bytes)
  return (bytes:gsub(".", function(byte)
    return ("%02x"):format(byte:byte())
  end))
end

--- So many random bytes, in hexadecimal.
---@param length integer
---@return string
function key.hex(length)
  return hex(key.bytes(length))
end

--- A random UUID (RFC 9562, version 4).
---@return string
function key.uuid()
  local digits = key.hex(16)
  local variant = ("%x"):format(8 + tonumber(digits:sub(17, 17), 16) % 4)
  return table.concat({ digits:sub(1, 8), digits:sub(9, 12), "4" .. digits:sub(14, 16), variant .. digits:sub(18, 20),
    digits:sub(21) }, "-")
end

return key
