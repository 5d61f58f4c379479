-- The userdata of a form: what is taken when it is made, and what is told of
-- files that cannot be taken.

local core = require "oai.core"
local folder = require "spec.support.folder"
local process = require "spec.support.process"

describe("core.form", function()
  local here = folder.each()

  for name, parts in pairs {
    ["a string"] = "x",
    ["a part that is a string"] = { "x" },
    ["a part without a name"] = { { data = "x" } },
    ["a part without content"] = { { name = "x" } },
    ["data that is a table"] = { { name = "x", data = {} } },
    ["a file that is a string"] = { { name = "x", file = "a" } },
    ["a file that is another object"] = { { name = "x", file = core.credential "sk-1" } },
    ["NUL in a name"] = { { name = "a\0b", data = "x" } },
    ["NUL in a filename"] = { { name = "x", filename = "a\0b", data = "x" } },
    ["NUL in a content type"] = { { name = "x", content_type = "a\0b", data = "x" } },
    ["NUL in a path"] = { { name = "x", path = "/dev/null\0.png" } },
  } do
    it("raises for " .. name, function()
      assert.is_false((pcall(core.form, parts)))
      collectgarbage()
    end)
  end

  --- What core.form returns for a part behind another.
  local function made(part)
    part.name = part.name or "f"
    return { core.form { { name = "a", data = "x" }, part } }
  end

  it("says what is wrong with a file of the machine's", function()
    os.execute("exec env -u LD_PRELOAD mkfifo " .. here:file "pipe")
    for path, reason in pairs {
      [here:file "missing"] = "No such file or directory",
      [here.path] = "Is a directory",
      [here:file "pipe"] = "not a regular file",
      ["/dev/null"] = "not a regular file",
      ["/proc/self/status"] = "not a regular file", -- it says that it is empty
    } do
      assert.same({ nil, ("cannot open '%s': %s"):format(path, reason) }, made { path = path })
    end
  end)

  it("says that a pipe of the program's is no file", function()
    local pipe = assert(io.popen("exec env -u LD_PRELOAD echo x", "r"))
    assert.same({ nil, "cannot read 'f': not a regular file" }, made { file = pipe })
    pipe:close()
  end)

  it("says that the program is wrong where a file of its is closed, or open for writing alone", function()
    local closed = assert(io.open(here:write("a", "x")))
    closed:close()
    assert.same({ nil, "the file 'a.txt' is closed", true }, made { filename = "a.txt", file = closed })
    local written = assert(io.open(here:file "b", "w"))
    assert.same({ nil, "the file 'f' is not open for reading", true }, made { file = written })
    written:close()
  end)

  it("takes a closed file for no other that was opened since", function()
    local closed = assert(io.open(here:write("a", "public")))
    closed:close()
    local other = assert(io.open(here:write("b", "private")))
    assert.same({ nil, "the file 'f' is closed", true }, made { file = closed })
    other:close()
  end)

  it("takes an unnamed temporary file, and leaves what was given where it is", function()
    local file = assert(io.tmpfile())
    file:write "hello"
    file:seek("set", 2)
    local form = assert(core.form { { name = "f", file = file } })
    assert.equal(2, file:seek "cur")
    assert.equal("llo", file:read "*a")
    form:close()
    assert.equal(0, file:seek "set")
    file:close()
  end)

  it("closes its files when it is closed, collected or cannot be made", function()
    local path = here:write("a", "x")
    collectgarbage()
    local before = process.descriptors()
    for _ = 1, 3 do
      local form = assert(core.form { { name = "f", path = path }, { name = "g", path = path } })
      assert.equal(before + 2, process.descriptors())
      form:close()
      form:close()
      assert.equal(before, process.descriptors())
      assert.is_nil((core.form { { name = "f", path = path }, { name = "g", path = here:file "missing" } }))
      assert.equal(before, process.descriptors())
    end
    core.form { { name = "f", path = path } }
    assert.equal(before, process.settled(process.descriptors, before))
  end)

  it("takes an empty file, and what begins at or behind an end", function()
    local path = here:write("a", "")
    assert(core.form { { name = "f", path = path } }):close()
    local file = assert(io.open(here:write("b", "x"), "rb"))
    for _, at in ipairs { 1, 9 } do
      file:seek("set", at)
      assert(core.form { { name = "f", file = file } }):close()
    end
    file:close()
  end)

  it("tells when its first part's file was changed, and its size, where that is one", function()
    local path = here:write("a", "four")
    os.execute("exec env -u LD_PRELOAD touch -d @1700000000.5 " .. path)
    assert.same({ 1700000000.5, 4 }, { core.form({ { name = "f", path = path } }):changed() })
    assert.same({ 0, 0 }, { core.form({ { name = "a", data = "x" }, { name = "f", path = path } }):changed() })
    assert.same({ 0, 0 }, { core.form({}):changed() })
  end)

  it("that is closed is none to send", function()
    local form = core.form { { name = "a", data = "x" } }
    form:close()
    assert.is_false((pcall(core.exchange, core.plan { method = "POST" }, "http://127.0.0.1:1/", form)))
  end)
end)
