-- The thread that digests a file: that it is none of the program's time, and
-- when it ends. The file is larger than anything is digested meanwhile.

local child = require "spec.support.child"
local core = require "oai.core"
local folder = require "spec.support.folder"
local process = require "spec.support.process"

describe("a file that is digested", function()
  local here = folder.each()
  local threads

  local function large()
    assert(here:run "truncate -s 1T large")
    return here:file "large"
  end

  local function begin()
    local sum = core.digest "md5"
    assert.is_false(sum:add_file(large()))
    return sum
  end

  before_each(function()
    threads = process.settled(process.threads, 1)
  end)

  it("has a thread of its own, and keeps nobody waiting", function()
    local sum = begin()
    assert.equal(threads + 1, process.threads())
    for _ = 1, 100 do
      assert.is_false(sum:add_file(here:file "large"))
    end
    assert.equal(1, process.descriptors_of(here:file "large"))
    sum:finish()
  end)

  for what, stop in pairs {
    ["the digest is finished"] = function(sum)
      assert.equal(16, #sum:finish())
    end,
    ["something is added"] = function(sum)
      sum:add "x"
    end,
  } do
    it("is let go when " .. what, function()
      stop(begin())
      assert.equal(threads, process.threads())
      assert.equal(0, process.descriptors_of(here:file "large"))
    end)
  end

  it("is let go with the digest", function()
    begin()
    assert.equal(threads, process.settled(process.threads, threads))
  end)

  it("has no thread any more when it is added", function()
    local sum = core.digest "md5"
    local added
    local path = here:write("a", ("x"):rep(3 * 1024 * 1024 + 1))
    repeat
      added = sum:add_file(path)
    until added
    assert.equal(3 * 1024 * 1024 + 1, added)
    assert.equal(threads, process.threads())
  end)

  describe("in a process that ends", function()
    local PROGRAM = [[
      local sum = require("oai.core").digest "md5"
      assert(sum:add_file(%q) == false)
    ]]

    for code, status in pairs {
      ["os.exit(7)"] = 7, ["os.exit(7, true)"] = 7, ["error('the end', 0)"] = 1,
      [""] = 0, ["sum = nil collectgarbage() collectgarbage() os.exit(7, true)"] = 7,
    } do
      it("does not keep it: " .. code, function()
        local output, ended = child.run(PROGRAM:format(large()) .. code)
        assert.equal(status, ended, output)
      end)
    end

    it("is the parent's alone where it is forked", function()
      local has_posix, posix = pcall(require, "posix")
      local fork = has_posix and (posix.fork or require("posix.unistd").fork)
      if not fork then
        pending "luaposix is not installed for this Lua"
        return
      elseif os.getenv "LD_PRELOAD" or os.getenv "SPEC_LOADER" then
        pending "a sanitizer does not stand a fork beside a thread"
        return
      end
      local output, status = child.run(PROGRAM:format(large()) .. [[
        local posix = require "posix"
        local fork = posix.fork or require("posix.unistd").fork
        local wait = posix.wait or require("posix.sys.wait").wait
        local id = fork()
        if id == 0 then
          print("child", sum:add_file "x")
          print(#sum:finish())
          os.exit(0, true)
        end
        local _, how, code = wait(id)
        print("parent", how, code, sum:add_file "x")
      ]])
      assert.equal(0, status, output)
      assert.truthy(output:find("child\tnil\tcannot read 'x': ", 1, true), output)
      assert.truthy(output:find("16\n", 1, true), output)
      assert.truthy(output:find("parent\texited\t0\tfalse", 1, true), output)
    end)
  end)
end)
