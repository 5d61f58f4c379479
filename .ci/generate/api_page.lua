-- The page of an operation in the API's own reference: its paths are made of
-- the names of resources and methods, which are those of the library.

local api_page = {}

local TOP = "https://developers.openai.com/api/reference/resources/"

--- The address.
---@param name string  "chat.completions.create"
---@return string
function api_page.url(name)
  local resources, method = name:match("^(.*)%.([%w_]+)$")
  return TOP .. resources:gsub("%.", "/subresources/") .. "/methods/" .. method
end

return api_page
