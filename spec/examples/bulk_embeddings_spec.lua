-- The example that embeds the lines of a file: whole, resumed, stopped, and
-- what it shows. In a child of the same Lua, against the local server's own
-- embeddings.

local child = require "spec.support.child"
local cjson = require "cjson"
local connect = require "spec.support.connect"
local folder = require "spec.support.folder"
local server = require("spec.support.server").start { tls = true }
local text_of = require "spec.support.text_of"

local PROGRAM = text_of "examples/bulk_embeddings.lua"

local ANSWERS = { api = "answers" }

describe("examples/bulk_embeddings.lua", function()
  local here = folder.each()

  local function write_texts(count)
    local lines = {}
    for i = 1, count do
      lines[i] = i == 7 and "  " or "text " .. i
    end
    here:write("texts.txt", table.concat(lines, "\n") .. "\n")
  end

  local function start(scene, prelude)
    local code = ("arg = { [0] = 'bulk_embeddings.lua', %q, %q }\n%s\n"):format(here:file "texts.txt",
      here:file "vectors.jsonl", prelude or "")
    return child.start(code .. PROGRAM, { OPENAI_API_KEY = connect.key, OPENAI_BASE_URL = scene.base_url })
  end

  local function run(scene)
    return start(scene):finish()
  end

  --- The vectors by the numbers of their lines; every line is whole.
  local function vectors()
    local found, count = {}, 0
    for line in here:read("vectors.jsonl"):gmatch "([^\n]*)\n" do
      local item = cjson.decode(line)
      assert.is_nil(found[item.line])
      found[item.line], count = item.embedding, count + 1
    end
    assert.truthy(here:read("vectors.jsonl"):find "\n$")
    return found, count
  end

  local function texts_of(request)
    return table.concat(cjson.decode(request.body).input, ",")
  end

  it("embeds each line that has text", function()
    write_texts(300)
    local scene = server:scenario { replies = { ANSWERS }, repeat_last = true }
    local output, status = run(scene)
    assert.equal(0, status, output)
    local found, count = vectors()
    assert.equal(299, count)
    assert.is_nil(found[7])
    local expected = assert(connect.to(scene).embeddings:create { model = "m", input = "text 233" }).data[1].embedding
    for i, value in ipairs(expected) do
      assert.is_true(math.abs(value - found[233][i]) < 1e-9)
    end
    assert.equal(1 + math.ceil(299 / 64), scene:journal().requests_total)
    assert.truthy(output:find("100 %: 299/299", 1, true), output)
    assert.truthy(output:find("\n299 vectors in ", 1, true), output)
  end)

  it("asks for nothing that is there", function()
    write_texts(20)
    local scene = server:scenario { replies = { ANSWERS }, repeat_last = true }
    assert.equal(0, select(2, run(scene)))
    local content = here:read "vectors.jsonl"
    local output, status = run(scene)
    assert.equal(0, status, output)
    assert.truthy(output:find("19 vectors in ", 1, true), output)
    assert.equal(1, scene:journal().requests_total)
    assert.equal(content, here:read "vectors.jsonl")
  end)

  for name, torn in pairs {
    ["within a line"] = '{"line":1,"embedding":[1]}\n{"line":4,"embedding":[4]}\n{"line":5,"embed',
    ["before a line's end"] = '{"line":4,"embedding":[4]}\n{"line":1,"embedding":[1]}',
  } do
    it("goes on where it was killed " .. name, function()
      write_texts(6)
      here:write("vectors.jsonl", torn)
      local scene = server:scenario { replies = { ANSWERS }, repeat_last = true }
      local output, status = run(scene)
      assert.equal(0, status, output)
      local found, count = vectors()
      assert.equal(6, count)
      assert.same({ { 1 }, { 4 } }, { found[1], found[4] })
      assert.equal("text 2,text 3,text 5,text 6", texts_of(scene:requests()[1]))
    end)
  end

  it("ends cleanly with Ctrl-C, and goes on later", function()
    write_texts(1000)
    local stalled = server:scenario { replies = { ANSWERS, ANSWERS, { fault = "stall" } }, repeat_last = true }
    local one = start(stalled, "io.stderr:write(pid(), '\\n')")
    local pid = one:line()
    assert.truthy(one:line():find("^12 %%: 128/999"))
    stalled:wait(function(journal)
      return journal.requests_total == 10 -- eight at once
    end)
    child.signal(pid, "INT")
    local output, status = one:finish()
    assert.equal(130, status, output)
    assert.truthy(output:find("Stopped after 128 of 999. Run it again to go on.", 1, true), output)
    assert.is_nil(output:find("traceback", 1, true))
    assert.equal(128, select(2, vectors()))
    stalled:wait_idle()
    output, status = run(server:scenario { replies = { ANSWERS }, repeat_last = true })
    assert.equal(0, status, output)
    assert.equal(999, select(2, vectors()))
  end)

  it("says which lines failed, and keeps the others", function()
    write_texts(100)
    local scene = server:scenario { routes = { ["POST /embeddings"] = { ANSWERS,
      { delay = 0.3, status = 400, json = { error = { message = "too long" } } } } } }
    local output, status = run(scene)
    assert.equal(1, status, output)
    assert.truthy(output:find("lines %d+ to %d+: oai: embeddings.create: 400 bad_request: too long"), output)
    assert.truthy(output:find("Failed after %d+ of 99. Run it again to go on."), output)
    assert.is_true(select(2, vectors()) > 0)
  end)

  it("draws a bar on a terminal", function()
    if os.getenv "LD_PRELOAD" then
      return pending "script does not run with a preloaded checker"
    end
    write_texts(300)
    here:write("program.lua", PROGRAM)
    local scene = server:scenario { replies = { ANSWERS }, repeat_last = true }
    local command = ("%s %s %s"):format(here:file "program.lua", here:file "texts.txt", here:file "vectors.jsonl")
    local output = child.run(([[os.execute("exec script -qec '" .. arg[-1] .. %q .. "' /dev/null")]]):format(
      " " .. command), { OPENAI_API_KEY = connect.key, OPENAI_BASE_URL = scene.base_url })
    assert.truthy(output:find("\r[##############################] 100 %  299/299", 1, true), output)
    assert.truthy(output:find("\n299 vectors in ", 1, true), output)
  end)

  it("says how it is used", function()
    local output, status = child.run("arg = { [0] = 'x' }\n" .. PROGRAM)
    assert.equal(2, status)
    assert.truthy(output:find("^usage: lua examples/bulk_embeddings.lua"), output)
  end)
end)
