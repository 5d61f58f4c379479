-- What bodies look like by their first bytes.

local sniff = require "oai.codec.sniff"

local KINDS = {
  empty = { "", " ", "\r\n\t ", "\239\187\191", "\239\187\191 \n" },
  json = { "{", "[", '{"a":1}', "\n [1]", "\239\187\191{", "[\0" },
  events = {
    "data: x", "data:x", "event: error\ndata: x", ": comment", "id: 1", "retry: 5", "error: {}", "\n\ndata: x",
  },
  markup = { "<html>", " <!doctype html>", "<?xml", "\239\187\191<a" },
  text = { "hello", "Note: a text", "data", "data x", "DATA: x", '"text"', "12", "null", "\0", "WEBVTT", "1\n00:00",
    "note: a text", "datas: x", "dat: x" },
}

describe("codec.sniff", function()
  it("tells a beginning that is too short", function()
    for _, text in ipairs { "", "\n", "\239", "\239\187\191", "d", "dat", "data", "\n\neven", "i", "err" } do
      assert.is_true(sniff.is_open(text), text)
    end
    for _, text in ipairs { "{", "<", ":", "x", "dx", "data:", "data x", "datas", "D", '"' } do
      assert.is_false(sniff.is_open(text), text)
    end
  end)

  for kind, bodies in pairs(KINDS) do
    for _, body in ipairs(bodies) do
      it(("takes %q for %s"):format((body:gsub("%z", "NUL")), kind), function()
        assert.equal(kind, sniff.kind(body))
      end)
    end
  end

  it("tells a page from bytes that begin like one", function()
    for _, text in ipairs {
      "<html>", " <!DOCTYPE HTML>", "\239\187\191<?xml version", "<!-- a --><html>", "<Body class=x>",
    } do
      assert.is_true(sniff.is_page(text), text)
    end
    for _, text in ipairs { "", "<", "<a", "<h\0", "html", "<sound>", "<htm", "x<html>" } do
      assert.is_false(sniff.is_page(text), text)
    end
  end)

  it("says what may be wrong with bytes", function()
    assert.truthy(sniff.remark("<html>"):find "base_url")
    assert.truthy(sniff.remark("\31\139\8\0"):find "gzip")
    for _, text in ipairs { "\255\254{\0", "\254\255\0{", "{\0}\0", "\0{" } do
      assert.truthy(sniff.remark(text):find "UTF%-16")
    end
    for _, text in ipairs { "", "{", "{}", "hello", "\0\0", "\195\169" } do
      assert.equal("", sniff.remark(text))
    end
  end)
end)
