-- Media types by the name of a file, and what is one at all.

local media_type = require "oai.codec.media_type"

local types = {
  ["a.jsonl"] = "application/jsonl", ["a.json"] = "application/json", ["x.pdf"] = "application/pdf",
  ["a.txt"] = "text/plain", ["a.TXT"] = "text/plain", ["speech.mp3"] = "audio/mpeg",
  ["a.b.png"] = "image/png", ["photo.JPEG"] = "image/jpeg",
  [".wav"] = "audio/wav", ["a"] = "application/octet-stream", ["a."] = "application/octet-stream",
  [""] = "application/octet-stream", ["a.unknown"] = "application/octet-stream", ["png"] = "application/octet-stream",
  ["a.png.bak"] = "application/octet-stream",
}

describe("codec.media_type", function()
  for filename, expected in pairs(types) do
    it(("takes '%s' for %s"):format(filename, expected), function()
      assert.equal(expected, media_type.of(filename))
    end)
  end

  for _, text in ipairs {
    "text/plain", "application/vnd.api+json", "text/plain;charset=utf-8", "text/plain ; charset=utf-8; a=b",
    "text/plain;", "text/plain; ", "a/b;c=\"d e]\\\" [;\";f=g", "a/b; c=\"\"", "a/b; c=\"h\195\169\"",
  } do
    it(("knows %s for one"):format(text), function()
      assert.is_true(media_type.is_valid(text))
    end)
  end

  for _, text in ipairs {
    "", "text", "text/", "/plain", "text/plain\r\nX-Evil: 1", "text/plain\n", "text/plain\0", "text/plain\0; a=b",
    " text/plain", "text/plain ", "text plain/a", "text/plain, text/html", "text/plain; a", "text/plain; a=",
    "text/plain; a=\"b", "text/plain; a=\"b\\\"", "text/plain; a=\"b\nc\"", "text/plain; a=\"\0\"", "a/b; c=\"d\"e",
    "text/pl\195\164in",
  } do
    it(("knows '%s' for none"):format((text:gsub("%c", "?"))), function()
      assert.is_false(media_type.is_valid(text))
    end)
  end
end)
