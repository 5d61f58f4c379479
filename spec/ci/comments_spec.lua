-- What `make check` says of comments, of small files.

local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"

if lacks("the check of comments", small_tree.missing()) then
  return
end

local function says(path, content)
  return small_tree.says(".ci/comments.lua", { [path] = content }, path)
end

local GOOD = [[
-- A thing that does something.

local thing = {}

--- Doubles a number.
---@param self thing
---@param number number
---@return number
function thing.double(self, number)
  return self and number * 2
end

--- Calls a function for everything.
---@param visit fun(one: any)
function thing.each(visit)
  visit(function()
    return 1
  end)
  return
end

function thing._own(x)
  return x
end

local inner = {}
function inner.any(x)
  return x
end

return thing
]]

describe("the check of comments", function()
  it("says nothing of good ones", function()
    assert.equal("", says("lua/thing.lua", GOOD))
  end)

  for _, case in ipairs {
    { "a file that does not begin with one", "^.-\n\n", "",
      "lua/thing.lua:1: the file does not begin by saying what it is" },
    { "one that begins with 'The same'", "Doubles a number", "The same for two",
      "lua/thing.lua:5: the comment begins with 'The same': name its subject" },
    { "one that begins with a pronoun", "Doubles a number", "It doubles a number",
      "lua/thing.lua:5: the comment begins with 'It doubles': name its subject" },
    { "one in long brackets that begins with a pronoun", "local inner", "--[[ This is inner. ]]\nlocal inner",
      "lua/thing.lua:26: the comment begins with 'This is': name its subject" },
    { "a parameter of which nothing is said", "%-%-%-@param number number\n", "",
      "lua/thing.lua:8: thing.double says nothing of its parameter number" },
    { "a value of which nothing is said", "%-%-%-@return number\n", "",
      "lua/thing.lua:8: thing.double does not say what it returns" },
  } do
    it("finds " .. case[1], function()
      assert.equal(case[4] .. "\n", says("lua/thing.lua", (GOOD:gsub(case[2], case[3], 1))))
    end)
  end

  it("lets the table of an interface be, where it is said once for all", function()
    assert.equal("", says("lua/thing.lua", (GOOD:gsub("local thing", "---@class thing : things\nlocal thing", 1)
      :gsub("%-%-%-@return number\n", ""))))
  end)

  it("looks at C", function()
    assert.equal("src/a.h:4: the comment begins with 'The same': name its subject\n", says("src/a.h",
      "/*\n** A header.\n*/\n/* The same for two. */\nvoid f (void);\nstruct x {\n  int a;   /* its own */\n};\n"))
    assert.equal("src/a.h:4: the comment begins with 'Then it': name its subject\n", says("src/a.h",
      "/*\n** A header.\n*/\n// Then it\n// is so.\nvoid f (void);\n"))
  end)
end)
