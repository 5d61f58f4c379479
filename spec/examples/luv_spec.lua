-- The example in examples/luv, over sockets, in a child of the same Lua.

local answer = require "spec.support.answer"
local child = require "spec.support.child"
local lacks = require "spec.support.lacks"
local server = require("spec.support.server").start()
local text_of = require "spec.support.text_of"

local PROGRAM = text_of "examples/luv/side_by_side.lua"

local KEY = "sk-spec-0123456789-wxyz"

-- PUC Lua 5.1 cannot wait within a `for`.
local waits_in_for = _VERSION ~= "Lua 5.1" or rawget(_G, "jit") ~= nil

local missing = not waits_in_for and "Lua 5.1 cannot wait within a for loop"
  or not pcall(require, "luv") and "luv is not installed for this Lua"

if lacks("examples/luv", missing) then
  return
end

describe("examples/luv", function()
  it("streams two answers side by side while a timer ticks", function()
    local left, right = { "left ", "and ", "so ", "on." }, { "right ", "as ", "wéll." }
    local scene = server:scenario { replies = { answer.stream(left, 0.1), answer.stream(right, 0.1) } }
    local output, status = child.run(PROGRAM, { OPENAI_API_KEY = KEY, OPENAI_BASE_URL = scene.base_url })
    assert.equal(0, status, output)
    assert.is_truthy(output:find("\nleft and so on%. +right as wéll%.\n")
      or output:find("\nright as wéll%. +left and so on%.\n"), output) -- as they arrived
    local ticks = tonumber(output:match("complete | complete | (%d+) ticks"))
    assert.is_true(ticks ~= nil and ticks >= 4 and ticks < 30, output)
  end)

  it("shows the error of an answer that fails", function()
    local refusal = { status = 401, json = { error = { message = "Incorrect API key", code = "invalid_api_key" } } }
    local scene = server:scenario { replies = { refusal, refusal } }
    local output, status = child.run(PROGRAM, { OPENAI_API_KEY = KEY, OPENAI_BASE_URL = scene.base_url })
    assert.equal(0, status, output)
    assert.is_truthy(output:find("Incorrect API key", 1, true), output)
  end)
end)
