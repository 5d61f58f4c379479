-- The man page, as `make man` makes it of the guides.

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local shell = require "spec.support.shell"
local small_tree = require "spec.support.small_tree"

if lacks("the man page", small_tree.missing()) then
  return
end

local there = folder.each()

local function page(lua)
  return shell.output(("SOURCE_DATE_EPOCH=86400 %s .ci/man/main.lua 2>&1"):format(lua))
end

describe("the man page", function()
  it("has options, kinds of errors and variables", function()
    local text = page "lua5.4"
    assert.equal('.TH OAI 3 1970-01-02 "oai ' .. require "oai.version" .. '"', text:match "^[^\n]*")
    assert.matches("\n%.SH OPTIONS\n.*\n%.TP\n[^\n]*max_retries.*\n%.SH ERRORS\n.*\n%.TP\n[^\n]*rate_limit", text)
    assert.matches("\n%.SH ENVIRONMENT\n.*\n%.TP\n[^\n]*OPENAI_API_KEY", text)
  end)

  it("is the same on every Lua that is here", function()
    for _, lua in ipairs { "lua5.1", "lua5.3", "luajit" } do
      if shell.output("command -v " .. lua) ~= "" then
        assert.equal(page "lua5.4", page(lua), lua)
      end
    end
  end)

  it("has nothing that mandoc warns of", function()
    if shell.output "command -v mandoc" == "" then
      return pending "no mandoc"
    end
    there:write("oai.3", page "lua5.4")
    assert.equal("", there:output "mandoc -T lint -W warning oai.3 2>&1")
  end)
end)
