-- What `make test` says at its end of several Luas, of whose specs it reads
-- what busted wrote.

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"

if lacks("the sum of what several Luas said", small_tree.missing()) then
  return
end

local there = folder.each()

-- What busted writes of a Lua, where with-lua would start it.
local STANDS_IN = [[
#!/bin/sh
cat "$(dirname "$0")/../$1.log"
]]

local PASSES = "++\n12 successes / 0 failures / 0 errors / 1 pending : 1.2 seconds\n"

local FAILS = [[
+-*
10 successes / 1 failure / 1 error / 0 pending : 1.2 seconds

Pending -> spec/a_spec.lua @ 3
a is late

Failure -> spec/b_spec.lua @ 9
b keeps its word
spec/b_spec.lua:11: Expected objects to be equal.

Error -> spec/c_spec.lua @ 5
c ends
spec/c_spec.lua:6: timeout
1
2
3
4
5
6
7
8

Pending -> spec/d_spec.lua @ 3
d is late
]]

--- What is written after the Luas' own logs, and whether it ended well.
local function says(logs)
  local luas = {}
  for lua, log in pairs(logs) do
    luas[#luas + 1] = lua
    there:write(lua .. ".log", log)
  end
  table.sort(luas)
  there:run "mkdir -p .ci"
  there:write(".ci/with-lua", STANDS_IN)
  there:run "chmod +x .ci/with-lua"
  there:run("cp " .. os.getenv "PWD" .. "/.ci/test .ci/test")
  there:run "mkdir -p spec"
  local said = there:output(('JOBS=1 .ci/test "%s" spec 2>&1; echo "exit $?"'):format(table.concat(luas, " ")))
  local _, last = said:find ".*pending : [^\n]*\n"
  return said:sub(last + 1)
end

describe("make test", function()
  it("counts what all Luas said", function()
    assert.equal("24 passed, 0 failed, 2 skipped\nexit 0\n", says { ["lua5.1"] = PASSES, ["lua5.4"] = PASSES })
  end)

  it("says at its end what failed, and where it says more of it begins", function()
    local said = says { ["lua5.1"] = FAILS, ["lua5.4"] = PASSES }
    assert.equal([[

== lua5.1
Failure -> spec/b_spec.lua @ 9
b keeps its word
spec/b_spec.lua:11: Expected objects to be equal.

== lua5.1
Error -> spec/c_spec.lua @ 5
c ends
spec/c_spec.lua:6: timeout
1
2
3
4
5
6
7
22 passed, 2 failed, 1 skipped
exit 1
]], said)
  end)

  it("counts a Lua that came to no end as one that failed", function()
    local said = says { ["lua5.1"] = PASSES, ["lua5.4"] = "+-\n" }
    assert.equal("test: lua5.4 came to no end; its last lines:\n== lua5.4\n+-\n12 passed, 1 failed, "
      .. "1 skipped\nexit 1\n", said:match "test: .*")
  end)
end)
