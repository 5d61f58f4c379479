-- What to do about an error, in a sentence for the one who asked.

local REFUSED = "The server refuses the key: look at OPENAI_API_KEY, or at api_key in setup."
local NO_KEY = "Set OPENAI_API_KEY in the environment that Neovim is started from."

local BY_KIND = {
  permission_denied = "The key may not use this model: choose another with setup { model = ... }.",
  not_found = "Is the model's name right? It is set with setup { model = ... }.",
  bad_request = "The server does not take the question as it is; select less, or ask otherwise.",
  quota = "The account has no credit left, or a limit is reached: see its billing page.",
  rate_limit = "Too many questions at once: wait a little, and ask again.",
  server = "The server is in trouble: ask again later.",
  connection = "Is the network up, and base_url right? :checkhealth ask",
  tls = "The server's certificate is not trusted: is base_url right, or is ca_file missing in setup?",
  timeout = "The server is slow or out of reach: ask again, or see :checkhealth ask",
  stream = "The answer broke off; what has come is in the buffer. Ask again.",
  decode = "This is no server of the API: is base_url right?",
}

--- A sentence, or nil where there is nothing to be done.
---@param err any
---@return string?
return function(err)
  local kind = type(err) == "table" and err.kind or nil
  if kind == "authentication" then
    return err.status and REFUSED or NO_KEY
  end
  return BY_KIND[kind]
end
