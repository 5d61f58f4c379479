-- `:checkhealth oai` in Neovim: what is installed, what the environment says, and
-- whether the server answers; no key is shown. Plugins have the same of their own
-- client: `require("oai.health").library()`, `.key(given)`, `.server(client)`.
-- luacheck: globals vim

local health = {}

local SECONDS = 5 -- to wait for the server

local BUILD = "From a checkout: make nvim, or make install LUA=luajit; see :help oai-neovim"

--- What Neovim offers to report with, whose names were others before 0.10.
local function reporter()
  local offered = vim.health or require "health"
  return {
    start = offered.start or offered.report_start, ok = offered.ok or offered.report_ok,
    info = offered.info or offered.report_info, warn = offered.warn or offered.report_warn,
    error = offered.error or offered.report_error,
  }
end

local function lua_name()
  local jit = rawget(_G, "jit")
  return jit and jit.version or _VERSION
end

local function check_json(report)
  local there, cjson = pcall(require, "cjson")
  if there then
    return report.info("lua-cjson " .. tostring(cjson._VERSION) .. " is there, too.")
  end
  report.info "lua-cjson is not there, and nothing needs it."
end

--- Reports which library is there, and what it runs on.
---@return boolean is_there  all of it
function health.library()
  local report = reporter()
  report.start "oai: the library"
  local there, core = pcall(require, "oai.core")
  if not there then
    local parts = require "oai.parts"
    report.error(parts.meaning(tostring(core)) or tostring(core), { BUILD })
    return false
  end
  local curl, tls = core.versions()
  report.ok(("oai %s on %s, libcurl %s, %s"):format(require "oai.version", lua_name(), curl,
    tls ~= "" and tls or "without TLS"))
  check_json(report)
  return true
end

local function is_set(name)
  return (os.getenv(name) or ""):find "%S" ~= nil
end

--- Reports whether there is a key; what it is stays where it is.
---@param given any  the option `api_key` of the plugin's client, where it has one
---@return boolean is_there
function health.key(given)
  local report = reporter()
  report.start "oai: the key"
  if given ~= nil then
    report.ok(given and "A key is given by the program." or "No key is sent: api_key is false.")
    return true
  elseif is_set "OPENAI_API_KEY" then
    report.ok "OPENAI_API_KEY is set."
    return true
  end
  report.warn("There is no key.", { "Set OPENAI_API_KEY in the environment that Neovim is started from.",
    "A server of your own may need none: oai.client { api_key = false }" })
  return false
end

--- What the environment says beside the key.
local function environment(report)
  for _, name in ipairs { "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_LOG", "SSL_CERT_FILE",
    "SSL_CERT_DIR", "https_proxy", "HTTPS_PROXY" } do
    if is_set(name) then
      report.info(name .. " is set.")
    end
  end
end

--- Makes a call in a task, and goes on with the editor's loop until it has ended.
local function call(client, options)
  local task = client:spawn(function()
    return client.models:list(nil, options)
  end)
  vim.wait((SECONDS + 1) * 1000, function()
    return task.done
  end, 10)
  task:cancel()
  return task.value, task.err
end

local ADVICE = {
  tls = "Is base_url right? The option ca_file, or SSL_CERT_FILE, says which certificates are trusted.",
  connection = "Is the network up, and base_url right?",
  timeout = "The server is slow or out of reach.",
  authentication = "The server refuses the key: is OPENAI_API_KEY right?",
}

local function report_answer(report, name, err, has_key)
  if not err or err.kind == "authentication" and not has_key then
    return report.ok(name .. " answers.")
  end
  local advice = { ADVICE[err.kind] }
  if err.status then
    return report.warn(("%s answers, but: %s"):format(name, tostring(err)), advice)
  end
  report.error(("%s is out of reach: %s"):format(name, tostring(err)), advice)
end

--- Asks the server for its models, which costs nothing, and reports what it says.
--- It is waited for five seconds, in which the editor's loop goes on.
---@param client oai.Client  whose server it is
---@param has_key? boolean  false: no key is sent, and that it wants one is no fault
function health.server(client, has_key)
  local report = reporter()
  report.start "oai: the server"
  environment(report)
  local options = { total_timeout = SECONDS, max_retries = 0 } ---@type oai.CallOptions
  if has_key == false then
    options.api_key = false
  end
  local _, err = call(client, options)
  report_answer(report, (tostring(client):gsub("^oai.Client ", "")), err, has_key ~= false)
end

--- Reports all of that: what `:checkhealth oai` shows.
function health.check()
  if not health.library() then
    return
  end
  local has_key = health.key()
  local made, client = pcall(require("oai").client, { loop = "uv" })
  if made then
    health.server(client, has_key)
    client:close()
  else
    reporter().error((tostring(client):gsub("^.-: oai: ", "oai: ")))
  end
end

return health
