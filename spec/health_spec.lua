-- `:checkhealth oai`, in Neovim without a screen, over sockets.

local editor = require "spec.support.editor"
local lacks = require "spec.support.lacks"
local server = require("spec.support.server").start()

if lacks("the library's health check", editor.missing()) then
  return
end

local KEY = "sk-spec-0123456789-wxyz"

local CHECK = [[
  local inside = ...
  vim.cmd("set runtimepath^=" .. vim.fn.getcwd()) -- as a plugin manager has the library's folder
  vim.cmd "checkhealth oai"
  inside.say(table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n"))
  vim.cmd "qa!"
]]

--- What the check says in such an environment.
local function said_in(environment, code)
  local said, status = editor.run((code or "") .. CHECK, environment)
  assert.equal(0, status, said)
  return said
end

local function scene_of(reply, key)
  local scene = server:scenario { replies = { reply }, repeat_last = true }
  return scene, { OPENAI_BASE_URL = scene.base_url, OPENAI_API_KEY = key or false, OPENAI_LOG = false }
end

local function assert_has(text, part)
  assert.is_truthy(text:find(part, 1, true), ("'%s' is not in: %s"):format(part, text))
end

describe(":checkhealth oai", function()
  it("tells of the library, the key and the server", function()
    local _, environment = scene_of({ json = { object = "list", data = {} } }, KEY)
    local said = said_in(environment)
    local curl, tls = require("oai.core").versions()
    assert_has(said, (", libcurl %s, %s\n"):format(curl, tls))
    assert_has(said, "LuaJIT 2.")
    assert_has(said, "lua-cjson ")
    assert_has(said, "OPENAI_API_KEY is set.")
    assert_has(said, "OPENAI_BASE_URL is set.")
    assert_has(said, environment.OPENAI_BASE_URL .. " answers.")
    assert.is_nil(said:find("ERROR", 1, true), said)
    assert.is_nil(said:find(KEY:sub(1, 12), 1, true), said)
  end)

  it("tells of a missing key, and asks the server without one", function()
    local scene, environment = scene_of { status = 401, json = { error = { message = "No key" } } }
    local said = said_in(environment)
    assert_has(said, "There is no key.")
    assert_has(said, " answers.")
    assert.is_nil(scene:requests()[1].header.authorization)
  end)

  it("tells of a key that is refused", function()
    local _, environment = scene_of({ status = 401, json = { error = { message = "Wrong key" } } }, KEY)
    local said = said_in(environment)
    assert_has(said, " answers, but: ")
    assert_has(said, "is OPENAI_API_KEY right?")
  end)

  it("tells of a server that is out of reach", function()
    assert_has(said_in { OPENAI_BASE_URL = "http://127.0.0.1:1/v1", OPENAI_API_KEY = KEY }, "is out of reach")
  end)

  it("tells of a core that is missing", function()
    local said = said_in({ OPENAI_API_KEY = KEY }, [[
      package.cpath = "/nowhere/?.so"
      package.loaded["oai.core"] = nil
    ]])
    assert_has(said, "oai/core.so, is nowhere that LuaJIT looks")
    assert.is_nil(said:find("the key", 1, true), said)
  end)

  it("tells of a libcurl without TLS", function()
    local _, environment = scene_of({ json = { object = "list", data = {} } }, KEY)
    assert_has(said_in(environment, [[
      local core = require "oai.core"
      core.versions = function() return "8.0.0", "" end
    ]]), ", libcurl 8.0.0, without TLS\n")
  end)

  it("tells of a setting that is wrong", function()
    local said = said_in { OPENAI_BASE_URL = "no address", OPENAI_API_KEY = KEY }
    assert_has(said, "ERROR")
    assert_has(said, "oai: client: base_url 'no address'")
  end)

  it("lets the editor's loop go on while it waits, and for no longer than it says", function()
    local _, environment = scene_of({ json = { object = "list", data = {} }, delay = 0.3 }, KEY)
    local said = said_in(environment, [[
      local ticks = 0
      local timer = vim.loop.new_timer()
      timer:start(10, 10, function() ticks = ticks + 1 end)
      vim.api.nvim_create_autocmd("VimLeavePre", { callback = function()
        io.stdout:write(ticks > 3 and "went on" or "stood still")
      end })
    ]])
    assert_has(said, "went on")
  end)
end)
