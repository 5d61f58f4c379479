-- Replies of the local API server by which it does not matter which operation
-- was called: an empty list, and what fails with a status.

local merged = require "spec.support.merged"

local replies = { LIST = { json = { object = "list", data = {} } } }

--- A reply of a status that is no success, which may be tried again at once.
---@param status integer
---@param headers? table<string, any>
---@param body? table  the error that it tells of
---@return table reply
function replies.failing(status, headers, body)
  return { status = status, headers = merged({ ["retry-after-ms"] = "1" }, headers),
    json = { error = body or { message = "no " .. status } } }
end

return replies
