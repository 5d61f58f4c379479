-- Where a download goes: what a name stands for when it is asked for.

local child = require "spec.support.child"
local core = require "oai.core"
local folder = require "spec.support.folder"

describe("engine.target", function()
  local here = folder.each()

  local function why_not(name)
    local target, message = core.target(name)
    assert.is_nil(target)
    local reason = message:match("^cannot write '.-': (.*)$")
    assert.truthy(reason, message)
    assert.truthy(message:find("'" .. name .. "'", 1, true), message)
    return reason
  end

  --- The C library's words for why a name is no file's.
  local function words_for(name)
    local _, message = io.open(name)
    return message:match ": ([^:]*)$"
  end

  it("takes a file that is there, one that is not, and the longest name", function()
    assert(core.target(here:write("a", "old")))
    assert(core.target(here:file "b"))
    assert(core.target(here:file(("n"):rep(255))))
    assert.equal("a", here:names())
    assert.equal("old", here:read "a")
  end)

  for name, reason in pairs {
    [""] = "No such file or directory",
    ["."] = "Is a directory",
    ["/"] = "Is a directory",
    ["/no/such/folder/x"] = "No such file or directory",
    ["/etc/passwd/x"] = "Not a directory",
    [("n"):rep(256)] = words_for(("n"):rep(256)),
    [("n/"):rep(3000)] = words_for(("n/"):rep(3000)),
  } do
    it("refuses '" .. name:sub(1, 20) .. "'", function()
      assert.equal(reason, why_not(name))
    end)
  end

  it("refuses folders and names that ask for one", function()
    here:write("file", "x")
    assert.equal("Is a directory", why_not(here.path))
    assert.equal("Is a directory", why_not(here.path .. "/"))
    assert.equal("No such file or directory", why_not(here:file "new/"))
    assert.equal("Not a directory", why_not(here:file "file/"))
    assert.equal("file", here:names())
  end)

  it("refuses links that lead nowhere", function()
    here:run "ln -s loop loop; ln -s no/such link; ln -s . up; ln -s new/ slash"
    assert.equal(words_for(here:file "loop"), why_not(here:file "loop"))
    assert.equal("No such file or directory", why_not(here:file "link"))
    assert.equal("Is a directory", why_not(here:file "up"))
    assert.equal("No such file or directory", why_not(here:file "slash"))
  end)

  it("refuses a pipe that nobody reads", function()
    here:run "mkfifo pipe"
    assert.equal("nobody reads from this pipe", why_not(here:file "pipe"))
  end)

  it("refuses a block device and a socket", function()
    local output = child.run(([[
      local socket = require "socket.unix" ()
      assert(socket:bind(%q))
    ]]):format(here:file "socket"))
    assert.equal("", output)
    assert.equal("it is a socket", why_not(here:file "socket"))
    if not here:run "mknod disk b 7 200 2>/dev/null" then
      pending "no nodes can be made here"
    end
    assert.equal("it is a block device", why_not(here:file "disk"))
  end)

  it("takes an open file for what it is, whatever has its name by now", function()
    local path = here:file "gone"
    local file = assert(io.open(path, "w"))
    local pipe = assert(io.popen "exec env -u LD_PRELOAD sh -c 'ls -l /proc/$PPID/fd'")
    local number = pipe:read("*a"):match("(%d+) %-> " .. path:gsub("%p", "%%%0"))
    pipe:close()
    assert(os.remove(path))
    here:run [[ln -s no/such "gone (deleted)"]]
    local target = assert(core.target("/proc/self/fd/" .. number))
    target:close()
    file:close()
  end)

  it("refuses NUL", function()
    assert.error_matches(function()
      core.target(here:file "a\0b")
    end, "holds a NUL")
  end)

  it("refuses a file that may only be read, and one in a folder that is read only", function()
    local is_root = here:run(child.nobody .. " true 2>/dev/null")
    here:run "echo x > kept; mkdir shut; echo x > shut/open; chmod 444 kept; chmod 555 shut"
    here:run(is_root and "chown -R 65534 ." or "true")
    local output = child.run(([[
      local core = require "oai.core"
      for _, name in ipairs { "kept", "shut/open", "shut/new" } do
        print(select(2, core.target(%q .. name)))
      end
    ]]):format(here.path .. "/"), nil, nil, is_root and child.nobody or nil)
    for _, name in ipairs { "kept", "shut/open", "shut/new" } do
      assert.truthy(output:find(("'%s': Permission denied\n"):format(here:file(name)), 1, true), output)
    end
  end)

  it("may be closed any number of times, and then be given to nobody", function()
    local target = core.target(here:file "a")
    assert.is_false(target:is_touched())
    target:close()
    target:close()
    assert.error_matches(function()
      core.exchange(core.plan { method = "GET" }, "http://h/", nil, target)
    end, "the target is closed")
    assert.error_matches(function()
      target:is_touched()
    end, "the target is closed")
    assert.equal("", here:names())
  end)
end)
