-- The file that an upload has become, as the server says of one that is
-- complete: with the methods of a file, which that part of a reply lacks.

local path = require "oai.codec.path"

require "oai.interpret" ()

---@param client oai.Client
---@param upload any  as the server has said it
---@return oai.File? file  nil: it has none
return function(client, upload)
  local said = type(upload) == "table" and rawget(upload, "file")
  if type(said) ~= "table" or path.refusal(said.id) then
    return nil
  end
  local file = client.files:at(said.id)
  for name, value in pairs(said) do
    file[name] = value
  end
  return file
end
