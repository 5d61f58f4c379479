-- The files of the folder that lies beside the checkout, or where OAI_SHARED
-- says: facts of others about the API. They may be absent.

local cjson = require "cjson"

local TOP = debug.getinfo(1, "S").source:match("^@(.*)spec/support/shared%.lua$")
local FOLDER = (os.getenv "OAI_SHARED" or (TOP == "" and "." or TOP) .. "/../shared") .. "/"

--- What a file of JSON holds; nil where it is absent.
---@param name string  such as "api/operations"
---@return any
---@return string? text  as it stands there
return function(name)
  local file = io.open(FOLDER .. name .. ".json", "rb")
  if not file then
    return nil
  end
  local text = file:read("*a")
  file:close()
  return cjson.decode(text), text
end
