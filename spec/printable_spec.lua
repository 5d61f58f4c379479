-- Texts of others as one line.

local printable = require "oai.printable"

describe("printable", function()
  for text, expected in pairs {
    [""] = "",
    ["plain ~ text"] = "plain ~ text",
    ["a\nb\r\nc\td"] = "a\\nb\\r\\nc\\td",
    ["\27[31mred\27[0m \7\0\127"] = "\\x1B[31mred\\x1B[0m \\x07\\x00\\x7F",
    ["caf\195\169 \226\130\172 \240\159\152\128"] = "caf\195\169 \226\130\172 \240\159\152\128",
    ["\194\155K \194\133"] = "\\xC2\\x9BK \\xC2\\x85", -- CSI and NEL of Latin-1
    ["\194\160"] = "\194\160",
    ["a\226\128\168b\226\128\169c"] = "a\\xE2\\x80\\xA8b\\xE2\\x80\\xA9c", -- line and paragraph separators
    ["\226\128\174evil\226\128\172 \226\129\166x\226\129\169 \226\128\142\216\156"] = -- turns of direction
      "\\xE2\\x80\\xAEevil\\xE2\\x80\\xAC \\xE2\\x81\\xA6x\\xE2\\x81\\xA9 \\xE2\\x80\\x8E\\xD8\\x9C",
    ["\226\128\166"] = "\226\128\166",
    -- no UTF-8: a tail alone, overlong, surrogates, beyond the end, cut off
    ["\128"] = "\\x80",
    ["\155K"] = "\\x9BK",
    ["\192\175 \193\191 \224\128\175 \240\128\128\175"] =
      "\\xC0\\xAF \\xC1\\xBF \\xE0\\x80\\xAF \\xF0\\x80\\x80\\xAF",
    ["\237\160\128"] = "\\xED\\xA0\\x80",
    ["\244\144\128\128 \245\128\128\128 \255"] = "\\xF4\\x90\\x80\\x80 \\xF5\\x80\\x80\\x80 \\xFF",
    ["\226\130"] = "\\xE2\\x82",
    ["\226\130\226\130\172"] = "\\xE2\\x82\226\130\172",
    ["\244\143\191\191"] = "\244\143\191\191",
  } do
    it("writes " .. expected:sub(1, 40), function()
      assert.equal(expected, printable(text))
      assert.equal("x" .. expected .. "y", printable("x" .. text .. "y"))
    end)
  end

  it("leaves nothing that does something, whatever the bytes", function()
    local seed = 1
    for _ = 1, 2000 do
      local bytes = {}
      for i = 1, 12 do
        seed = (seed * 16807) % 2147483647
        bytes[i] = string.char(seed % 256)
      end
      local line = printable(table.concat(bytes))
      assert.is_nil(line:find "[%z\1-\31\127]")
      assert.equal(line, printable(line))
    end
  end)
end)
