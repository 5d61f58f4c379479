-- `:checkhealth ask`: what is installed, whether there is a key (never which),
-- and whether the server answers.
-- luacheck: globals vim

local advice = require "ask.advice"
local config = require "ask.config"

local reporter = vim.health or require "health"
local start = reporter.start or reporter.report_start
local ok = reporter.ok or reporter.report_ok
local warn = reporter.warn or reporter.report_warn
local fail = reporter.error or reporter.report_error

local SECONDS = 5 -- to wait for the server

local BUILD = { "In the library's folder: make build LUA=luajit && sudo make install LUA=luajit" }

local function check_library()
  start "ask: the library"
  local there, oai = pcall(require, "oai")
  if not there then
    fail("The module 'oai' is not found.", BUILD)
    return false
  end
  local loaded, core = pcall(require, "oai.core")
  if not loaded then
    fail("The core of 'oai' does not load: " .. core, BUILD)
    return false
  end
  local curl, tls = core.versions()
  ok(("oai %s, libcurl %s, %s"):format(oai._VERSION, curl, tls ~= "" and tls or "without TLS"))
  return true
end

local function check_json()
  local there, cjson = pcall(require, "cjson")
  if there then
    ok("lua-cjson " .. tostring(cjson._VERSION))
  else
    ok "lua-cjson is not there, and nothing needs it."
  end
  return true
end

--- Whether there is a key; what it is stays where it is.
local function check_key()
  start "ask: the key"
  local given = config.get "api_key"
  if given ~= nil then
    ok(given and "A key is given in setup." or "No key is sent: setup has api_key = false.")
    return true
  elseif (os.getenv "OPENAI_API_KEY" or ""):find "%S" then
    ok "OPENAI_API_KEY is set."
    return true
  end
  warn("There is no key.", { "Set OPENAI_API_KEY in the environment that Neovim is started from.",
    "A server of your own may need none: setup { api_key = false }" })
  return false
end

--- Asks for the model, which costs nothing; waits as the check itself does.
local function retrieve_model(client, has_key)
  local options = { total_timeout = SECONDS, max_retries = 0 }
  if not has_key then
    options.api_key = false
  end
  local task = client:spawn(function()
    return client.models:retrieve(config.get "model", nil, options)
  end)
  vim.wait((SECONDS + 1) * 1000, function()
    return task.done
  end, 10)
  task:cancel()
  return task.value, task.err
end

local function check_server(has_key)
  start "ask: the server"
  local client, reason = config.client()
  if not client then
    fail(tostring(reason))
    return
  end
  local model, err = retrieve_model(client, has_key)
  local server = tostring(client):gsub("^oai.Client ", "")
  if model then
    ok(("%s answers, and has the model %s."):format(server, config.get "model"))
  elseif not err.status then
    fail(("%s is out of reach: %s"):format(server, tostring(err)), { advice(err) })
  elseif err.kind == "authentication" and not has_key then
    ok(server .. " answers.")
  else
    warn(("%s answers, but not for the model %s: %s"):format(server, config.get "model", tostring(err)),
      { advice(err) })
  end
end

return {
  --- Called by `:checkhealth`.
  check = function()
    local has_library = check_library()
    local has_json = check_json()
    local has_key = check_key()
    if has_library and has_json then
      check_server(has_key)
    end
  end,
}
