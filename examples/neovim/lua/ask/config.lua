-- What setup was given, and the client that is made of it when it is first
-- needed. The key itself is never here: the library takes it from the
-- environment.

local config = {}

--- The plugin's own options. All others are those of `oai.client`.
local DEFAULTS = {
  model = "gpt-4o-mini",
  instructions = "You answer inside a text editor. Be brief. Write Markdown.",
  open = "botright 12split", -- how the window for answers is opened
  read = true, -- asked about a part of a buffer, the model may read more of it
}

local own, of_client = DEFAULTS, {}
local client

--- Takes options over; a client made with others before is closed, and its
--- answers are cancelled.
---@param options? table
function config.set(options)
  own, of_client = setmetatable({}, { __index = DEFAULTS }), {}
  for name, value in pairs(options or {}) do
    local to = DEFAULTS[name] ~= nil and own or of_client
    to[name] = value
  end
  if client then
    client:close()
    client = nil
  end
end

--- An option of the plugin, or one that was given for the client.
---@param name string
---@return any
function config.get(name)
  if DEFAULTS[name] ~= nil then
    return own[name]
  end
  return of_client[name]
end

--- The client, or nil and why there is none: the library is missing, or an
--- option is wrong.
---@return oai.Client? client
---@return string? reason
function config.client()
  if client then
    return client
  end
  local options = { loop = "uv" }
  for name, value in pairs(of_client) do
    options[name] = value
  end
  local made, value = pcall(function()
    return require("oai").client(options)
  end)
  if not made then
    return nil, value --[[@as string]]
  end
  client = value
  return client
end

return config
