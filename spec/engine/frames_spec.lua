-- Framing of WebSockets: what streams come to, however they are cut, by a
-- program in C (frames_program.c), which also has random streams read and
-- compared with another reader. Names are those of the Autobahn suite's cases.

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local peers = require "spec.support.socket_peer"

local frame, close_frame = peers.frame, peers.close_frame

if lacks("frames", _VERSION ~= "Lua 5.4" and "without Lua in it: Lua 5.4 tries it") then
  return
end

local function hex(bytes)
  return (bytes:gsub(".", function(c)
    return ("%02x"):format(c:byte())
  end))
end

-- In pieces of so many bytes.
local function pieces(kind, text, size)
  local all = {}
  for at = 1, #text, size do
    all[#all + 1] = frame(at == 1 and kind or "continuation", text:sub(at, at + size - 1), { fin = at + size > #text })
  end
  return table.concat(all)
end

local GREEK = "\206\186\225\189\185\207\131\206\188\206\181" -- kosme
local TEXT = "1:" .. hex "Hello"
local BROKEN, NO_UTF8, LARGE = "!1002", "!1007", "!1009"

-- { name, stream, what it comes to }
local CASES = {
  { "1.1.1 empty text", frame "text", "1:" },
  { "1.1.2 text of 125", frame("text", ("*"):rep(125)), "1:125/d2c0f8a5", any = true },
  { "1.2.1 empty binary", frame "binary", "2:" },
  { "1.2 binary", frame("binary", "\254\0"), "2:fe00" },
  { "2.1 empty ping", frame "ping", "9:" },
  { "2.3 ping with bytes", frame("ping", "\0\255\254"), "9:00fffe" },
  { "2.4 ping of 125", frame("ping", ("\254"):rep(125)), "9:125/", any = true },
  { "2.5 ping of 126", frame("ping", ("\254"):rep(126)), BROKEN },
  { "2.7 pong nobody asked for", frame("pong") .. frame("text", "Hello"), "10: " .. TEXT },
  { "2.10 ten pings", frame("ping", "x"):rep(10), ("9:78 "):rep(9) .. "9:78" },
  { "3.1 RSV1", frame("text", "Hello", { bits = 16 }), BROKEN },
  { "3.2 RSV2 behind good text", frame("text", "Hello") .. frame("text", "x", { bits = 32 }), TEXT .. " " .. BROKEN },
  { "3.3 RSV3 of a ping", frame("ping", "", { bits = 64 }), BROKEN },
  { "3.4 all of them, of a continuation",
    frame("text", "x", { fin = false }) .. frame("continuation", "y", { bits = 112 }), BROKEN },
  { "5.1 a ping in pieces", frame("ping", "x", { fin = false }) .. frame("continuation", "y"), BROKEN },
  { "5.3 text in two pieces", frame("text", "Hel", { fin = false }) .. frame("continuation", "lo"), TEXT },
  { "5.6 a ping between pieces",
    frame("text", "Hel", { fin = false }) .. frame("ping", "p") .. frame("continuation", "lo"), "9:70 " .. TEXT },
  { "a close between pieces", frame("text", "Hel", { fin = false }) .. close_frame(1000) .. "x", "8,1000:" },
  { "5.9 a continuation of nothing", frame("continuation", "x") .. frame("text", "Hello"), BROKEN },
  { "5.12 the same, not the last", frame("continuation", "x", { fin = false }), BROKEN },
  { "5.15 a continuation after the last", pieces("text", "Hello", 3) .. frame("continuation", "x"),
    TEXT .. " " .. BROKEN },
  { "5.18 text within text", frame("text", "Hel", { fin = false }) .. frame("text", "lo"), BROKEN },
  { "5.19 pings between many pieces",
    frame("text", "H", { fin = false }) .. frame("continuation", "el", { fin = false }) .. frame("ping", "1")
    .. frame("continuation", "", { fin = false }) .. frame("ping", "2") .. frame("continuation", "lo"),
    "9:31 9:32 " .. TEXT },
  { "empty pieces", frame("text", "", { fin = false }) .. frame("continuation", "", { fin = false })
    .. frame("continuation"), "1:" },
  { "a message behind one in pieces", pieces("binary", "abc", 1) .. frame("text", "Hello"), "2:616263 " .. TEXT },
  { "6.2 UTF-8 in pieces, at any byte", pieces("text", GREEK, 1), "1:" .. hex(GREEK) },
  { "6.3 what is no UTF-8", frame("text", GREEK .. "\237\160\128edited"), NO_UTF8 },
  { "6.3 what is none in pieces", pieces("text", GREEK .. "\237\160\128edited", 1), NO_UTF8 },
  { "6.6 half a letter at the end", frame("text", "\206"), NO_UTF8 },
  { "6.12 a sequence that could be shorter", frame("text", "\192\128"), NO_UTF8 },
  { "6.17 beyond all letters", frame("text", "\244\144\128\128"), NO_UTF8 },
  { "6.22 the last letter of all", frame("text", "\244\143\191\191"), "1:f48fbfbf" },
  { "binary that is no UTF-8", frame("binary", "\192\128"), "2:c080" },
  { "7.1.5 text behind a close frame", close_frame(1000) .. frame("text", "Hello"), "8,1000:" },
  { "7.3.1 a close frame without a code", close_frame(), "8,1005:" },
  { "7.3.2 of one byte", frame("close", "\3"), BROKEN },
  { "7.3.4 with a code and a reason", close_frame(1000, "Hello"), "8,1000:" .. hex "Hello" },
  { "7.3.5 the longest reason", close_frame(1000, ("*"):rep(123)), "8,1000:123/", any = true },
  { "7.3.6 a longer one", close_frame(1000, ("*"):rep(124)), BROKEN },
  { "7.5.1 a reason that is no UTF-8", close_frame(1000, "\206"), NO_UTF8 },
  { "a masked frame", frame("text", "x", { mask = "abcd" }), BROKEN },
  { "a masked frame, as far as its head says so", "\129\129", BROKEN },
  { "a length of 16 bits that is short", frame("text", "Hello", { size = 2 }), BROKEN },
  { "a length of 64 bits that is short", frame("text", ("x"):rep(300), { size = 8 }), BROKEN },
  { "a length of 64 bits that 16 could say", frame("binary", "", { size = 8, length = 65535 }), BROKEN },
  { "the highest bit of a length", "\130\127\128\0\0\0\0\1\0\0", BROKEN },
  { "a message as large as may be", frame("text", ("x"):rep(1000)), "1:1000/", any = true },
  { "a larger one", frame("text", ("x"):rep(1001)), LARGE },
  { "a larger one, as far as its head says so", "\130\127\0\0\0\1\0\0\0\0", LARGE },
  { "a larger one in pieces", pieces("binary", ("x"):rep(1001), 100), LARGE },
  { "pieces that come to more with the next", frame("text", ("x"):rep(999), { fin = false })
    .. frame("continuation", "xy"), LARGE },
  { "nothing", "", "" },
  { "half a head", "\129", "" },
  { "half a message", "\129\5Hel", "" },
}

for opcode = 3, 15 do
  if opcode < 8 or opcode > 10 then
    CASES[#CASES + 1] = { "4 opcode " .. opcode, frame(opcode, opcode % 2 == 0 and "x" or ""), BROKEN }
  end
end
for _, code in ipairs { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
  4999 } do
  CASES[#CASES + 1] = { "7.7 code " .. code, close_frame(code), "8," .. code .. ":" }
end
for _, code in ipairs { 0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535 } do
  CASES[#CASES + 1] = { "7.9 code " .. code, close_frame(code), BROKEN }
end

describe("frames", function()
  local here, program

  lazy_setup(function()
    here = folder.new()
    program = here.path .. "/frames"
    local sources = "spec/engine/frames_program.c src/engine/frames.c src/engine/buffer.c src/engine/utf8.c"
    local command = "env -u LD_PRELOAD cc -std=c99 -O1 -D_GNU_SOURCE -o %s %s"
    os.execute(command:format(program, sources))
  end)

  lazy_teardown(function()
    here:remove()
  end)

  local function run(arguments)
    local pipe = assert(io.popen(program .. " " .. arguments .. " 2>&1"))
    local said = pipe:read "a"
    pipe:close()
    return said
  end

  it("come to the same messages in one piece, in any two, byte by byte and as another reader has them", function()
    local lines = {}
    for i, case in ipairs(CASES) do
      lines[i] = hex(case[2])
    end
    here:write("streams", table.concat(lines, "\n") .. "\n")
    local i = 0
    for said in run("read 1000 < " .. here.path .. "/streams"):gmatch "([^\n]*)\n" do
      i = i + 1
      local name, expected, line = CASES[i][1], CASES[i][3], said
      if CASES[i].any then
        line, expected = line:match "^[^/]*/?", expected:match "^[^/]*/?"
      end
      assert.equal(expected, line, name)
    end
    assert.equal(#CASES, i)
  end)

  it("are put together with masks and lengths as the standard has them", function()
    assert.equal("good\n", run "put")
  end)

  it("are read at random as another reader does", function()
    assert.truthy(run("random 20000 " .. os.time()):find "^20000 streams: ")
  end)

  it("take time that grows with their number", function()
    local seconds = tonumber(run("linear 4194304 1"):match "^%S+")
    assert.is_true(seconds < 2, seconds)
  end)
end)
