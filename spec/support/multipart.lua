-- Reads multipart bodies with a parser that is not ours: Python's email
-- package, in a process of its own.

local cjson = require "cjson"
local mime = require "mime"

local multipart = {}

local SCRIPT = [[
import base64, email, email.policy, json, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.HTTP)
parts = []
for part in message.iter_parts():
    parts.append({
        "name": part.get_param("name", header="content-disposition"),
        "filename": part.get_filename(),
        "content_type": part["content-type"],
        "data": base64.b64encode(part.get_payload(decode=True)).decode(),
    })
print(json.dumps({"parts": parts, "defects": [repr(d) for d in message.defects]}))
]]

--- The parts of a request of the journal, in order: `name`, `filename`,
--- `content_type` and `data`, nil where a part lacks one.
function multipart.parts(request)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write("Content-Type: ", request.header["content-type"], "\r\n\r\n", request.body)
  file:close()
  local pipe = assert(io.popen(("exec env -u LD_PRELOAD python3 -c '%s' <%s"):format(SCRIPT, path)))
  local result = cjson.decode(pipe:read("*a"))
  pipe:close()
  os.remove(path)
  assert(#result.defects == 0, table.concat(result.defects, ", "))
  for _, part in ipairs(result.parts) do
    for name, value in pairs(part) do
      part[name] = value ~= cjson.null and value or nil
    end
    part.data = mime.unb64(part.data) or ""
  end
  return result.parts
end

return multipart
