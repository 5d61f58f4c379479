-- The cookbook: each of its tasks runs as it stands, shows what it is about, and
-- is in the index. Those of Neovim and LÖVE run there.

local editor = require "spec.support.editor"
local facts = require "spec.support.facts.cookbook"
local game = require "spec.support.game"
local guide = require "spec.support.guide"
local proxy = require "spec.support.proxy"
local server = require("spec.support.server").start()
local shell = require "spec.support.shell"

local markdown = dofile ".ci/pages/markdown.lua"

local FOLDER = "docs/cookbook/"

-- Where an example looks for a server beside the variables of all guides.
local PLACES = { "OLLAMA_URL", "LLAMA_URL", "OPENROUTER_URL", "DEEPSEEK_URL", "GAME_RELAY" }

local function pages()
  local names = {}
  for name in shell.output("ls " .. FOLDER):gmatch "([%w_]+)%.md" do
    names[#names + 1] = name ~= "README" and name or nil
  end
  return names
end

--- The tasks of a page: a list of `{ heading, code }`.
local function tasks_of(name)
  local tasks = {}
  local marked = guide.read(FOLDER .. name .. ".md"):gsub("\n## ", "\n\1")
  for heading, text in marked:gmatch "\1([^\n]+)([^\1]+)" do
    tasks[#tasks + 1] = { heading = heading, code = text:match "```lua\n(.-)```" }
  end
  return tasks
end

local function base_url(row)
  return row.replies and server:scenario({ replies = row.replies }).base_url or server.url .. "/v1"
end

local function environment(row)
  local url = base_url(row)
  local variables = guide.environment(url)
  for _, name in ipairs(PLACES) do
    variables[name] = url
  end
  for name, value in pairs(row.environment or {}) do
    variables[name] = value
  end
  return variables
end

local function assert_says(row, output)
  assert.is_truthy(output:find(row.says, 1, true), ("'%s' is not in: %s"):format(row.says, output))
end

local function typing(lines)
  local words = {}
  for i, line in ipairs(lines) do
    words[i] = ("%q"):format(line)
  end
  local code = "local typed = { %s } io.read = function() return table.remove(typed, 1) end\n"
  return code:format(table.concat(words, ","))
end

local function assert_files(row, here)
  for _, name in ipairs(row.leaves or {}) do
    assert.is_truthy((here:read(name) or "") ~= "", name .. " is not there")
  end
  for _, name in ipairs(row.gone or {}) do
    assert.is_nil(here:read(name))
  end
end

local here

local function check_script(code, row)
  local before = (row.before or "") .. (row.typed and typing(row.typed) or "")
  local output, status = guide.run(before .. code, environment(row), here)
  assert.equal(0, status, output)
  assert_says(row, output)
  assert_files(row, here)
end

-- In Neovim: its tasks are waited for, and what is in the buffer is said.
local INSIDE = [[
  local inside = ...
  local say, new_client, tasks, notes = inside.say, require("oai").client, {}, 0
  require("oai").client = function(options)
    local client = new_client(options)
    local spawn = client.spawn
    function client.spawn(...)
      tasks[#tasks + 1] = spawn(...)
      return tasks[#tasks]
    end
    return client
  end
  vim.notify = function(message)
    notes = notes + 1
    say("note: " .. message)
  end
  local function is_over()
    for _, task in ipairs(tasks) do
      if not task.done then return false end
    end
    return #tasks > 0 or notes > 0
  end
]]
local OUTSIDE = [[

  inside.wait(is_over)
  say(table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "|"))
  vim.cmd "qa!"
]]

local function check_editor(code, row)
  local program = INSIDE .. (row.before or "") .. code .. (row.behind or "") .. OUTSIDE
  local output, status = editor.run(program, environment(row))
  assert.equal(0, status, output)
  assert_says(row, output)
end

-- One game after the other, in one window.
local PLAYER = [[
  local at, games, own = 0, { %s }, nil
  local begin
  local function step(...)
    own(...)
    if is_over() then
      if love.quit then love.quit() end
      begin()
    end
  end
  function begin()
    at = at + 1
    love.keypressed, love.draw, love.quit, is_over = nil, nil, nil, nil
    if not games[at] then return love.event.quit() end
    games[at]()
    own, love.update = love.update, step
  end
  love.load = begin
]]

local function check_games(tasks, rows)
  local all = {}
  for i, task in ipairs(tasks) do
    all[i] = ("function()\n%s\n%s\nend"):format(task.code, rows[task.heading].behind)
  end
  local variables = environment { environment = facts.slow }
  variables.XDG_DATA_HOME, variables.NO_RELAY = here.path, "http://127.0.0.1:1/v1"
  local output, status = game.start(PLAYER:format(table.concat(all, ",\n")), variables):finish()
  assert.equal(0, status, output)
  for _, task in ipairs(tasks) do
    assert_says(rows[task.heading], output)
  end
end

--- Why a task cannot run on this Lua, or nil.
local function missing(name, row)
  if name == "neovim" then
    return editor.missing()
  elseif row.in_task and _VERSION == "Lua 5.1" and not rawget(_G, "jit") then
    return "Lua 5.1 cannot wait within a for loop"
  elseif row.needs and not pcall(require, row.needs) then
    return row.needs .. " is not installed for this Lua"
  end
end

-- What only a running server can say.
local function prepare()
  local secure = require("spec.support.server").start { tls = true }
  here:write("company-ca.pem", guide.read(secure.ca_file))
  facts.pages.client["Use a proxy"].environment = { MY_PROXY = proxy.start().url }
  facts.pages.client["Trust a certificate of my company"].environment = {
    GATEWAY = ("https://127.0.0.1:%d/v1"):format(secure.https) }
end

describe("the cookbook", function()
  local index = guide.read(FOLDER .. "README.md")

  setup(function()
    here = guide.folder(facts.files)
    prepare()
  end)

  teardown(function()
    here:remove()
  end)

  for _, name in ipairs(pages()) do
    local rows, tasks = facts.pages[name] or {}, tasks_of(name)

    it("has in its index what " .. name .. " has", function()
      local count = 0
      for _, task in ipairs(tasks) do
        local link = ("](%s.md#%s)"):format(name, markdown.slug(task.heading))
        assert.is_truthy(index:find(link, 1, true), "the index has no " .. link)
        assert.is_truthy(rows[task.heading], "nothing is known of: " .. task.heading)
        assert.is_truthy(task.code, "no example: " .. task.heading)
        count = count + 1
      end
      for heading in pairs(rows) do
        count = count - 1
        assert.is_true(count >= 0, "no such task: " .. heading)
      end
    end)

    for _, task in ipairs(name ~= "games" and tasks or {}) do
      it(("runs: %s (%s)"):format(task.heading, name), function()
        local row = rows[task.heading]
        local reason = missing(name, row)
        if reason then
          return pending(reason)
        end
        local check = name == "neovim" and check_editor or check_script
        check(task.code, row)
      end)
    end
  end

  it("runs its games", function()
    local reason = game.missing()
    if reason then
      return pending(reason)
    end
    check_games(tasks_of "games", facts.pages.games)
  end)
end)
