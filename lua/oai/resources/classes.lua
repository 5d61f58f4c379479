-- The classes of objects that have methods: the API's name of an object to
-- the resource that serves it.

local function at(module, name, parents)
  return {
    name = name,
    parents = parents, -- ids of the request that the object does not carry
    definition = function()
      local definition = require("oai.resources." .. module)
      for key in name:sub(#module + 2):gmatch("[%w_]+") do
        definition = definition[key]
      end
      return definition
    end,
  }
end

return {
  ["chat.completion"] = at("chat", "chat.completions"),
  file = at("files", "files"),
  model = at("models", "models"),
  response = at("responses", "responses"),
}
