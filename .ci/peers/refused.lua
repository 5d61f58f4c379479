-- What a server of models refuses: with which status, as which kind of error, and
-- a word of what it says.

--- Checks, by what is refused.
---@param client oai.Client
---@param model string
---@param chat table  of apis.lua
---@return table<string, fun()>
return function(client, model, chat)
  local rows = {
    ["a key that is none"] = { 401, "authentication", "API Key", function()
      return client:with { api_key = "sk-other" }.models:list()
    end },
    ["a request without messages"] = { 400, "bad_request", "messages", function()
      return client.chat.completions:create { model = model }
    end },
    ["a schema that is none"] = { 400, "bad_request", "", function()
      return client.chat.completions:create(chat.body { response_format = { type = "json_schema",
        json_schema = { name = "a", schema = { type = "nonesuch" } } } })
    end },
    ["a role that is none, streamed"] = { 400, "bad_request", "", function()
      return client.chat.completions:stream { model = model, messages = { { content = 1 } } }
    end },
    ["too many words"] = { 400, "bad_request", "context", function()
      return client.chat.completions:create { model = model, messages = { { role = "user",
        content = ("word "):rep(20000) } } }
    end },
    ["a model by its name"] = { 404, "not_found", "", function()
      return client.models:retrieve "nonesuch"
    end },
    ["vectors of a model that has none"] = { 501, "server", "embeddings", function()
      return client:with { max_retries = 0 }.embeddings:create { model = model, input = "one" }
    end },
  }
  local checks = {}
  for name, row in pairs(rows) do
    checks[name] = function()
      local value, err = row[4]()
      assert(value == nil and err, "no error")
      assert(err.status == row[1] and err.kind == row[2] and err.message:find(row[3], 1, true),
        ("%s %s: %s"):format(tostring(err.status), err.kind, err.message))
    end
  end
  return checks
end
