-- Media types by the name of a file.

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
end)
