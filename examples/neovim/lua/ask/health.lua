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
    local found, health = pcall(require, "oai.health")
    if not found then
      start "ask: the library"
      fail("The module 'oai' is not found.", { "In the library's folder: make nvim" })
    elseif health.library() then
      check_server(health.key(config.get "api_key"))
    end
  end,
}
