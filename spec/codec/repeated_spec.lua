-- Decoding events that begin alike: whatever they are, the values are those
-- of decoding each alone.

local json = require "oai.codec.json"
local repeated = require "oai.codec.repeated"

local HEAD = '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",'

local sequences = {
  ["equal beginnings"] = { HEAD .. '"n":1}', HEAD .. '"n":2}', HEAD .. '"n":3}', HEAD .. '"n":4}' },
  ["equal texts"] = { HEAD .. '"n":1}', HEAD .. '"n":1}', HEAD .. '"n":1}' },
  ["another beginning"] = { HEAD .. '"n":1}', HEAD .. '"n":2}', '{"id":"x"}', HEAD .. '"n":4}', HEAD .. '"n":5}' },
  ["nulls"] = { HEAD .. '"u":null,"n":1}', HEAD .. '"u":null,"n":2}', HEAD .. '"u":null,"n":null}' },
  ["empty arrays"] = { HEAD .. '"c":[1]}', HEAD .. '"c":[2]}', HEAD .. '"c":[]}', HEAD .. '"c":[ ]}',
    HEAD .. '"c":["[]"]}' },
  ["a table in the beginning"] = { '{"o":{"x":1},"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":1,"n":1}',
    '{"o":{"x":1},"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":1,"n":2}',
    '{"o":{"x":1},"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":1,"n":3}' },
  ["commas and braces in strings"] = { '{"a":"x,y}{][\\",","b":"aaaaaaaaaaaaaaaaaaaaaa\\\\","n":1}',
    '{"a":"x,y}{][\\",","b":"aaaaaaaaaaaaaaaaaaaaaa\\\\","n":2}',
    '{"a":"x,y}{][\\",","b":"aaaaaaaaaaaaaaaaaaaaaa\\\\","n":3}' },
  ["strings that end differently"] = { HEAD .. '"t":"a, \\"b"}', HEAD .. '"t":"a, \\"c"}', HEAD .. '"t":"a, \\\\"}' },
  ["spaces"] = { '{ "id" : "aaaaaaaaaaaaaaaaaaaaaaaaaaaa" , "n" : 1 }',
    '{ "id" : "aaaaaaaaaaaaaaaaaaaaaaaaaaaa" , "n" : 2 }',
    '{ "id" : "aaaaaaaaaaaaaaaaaaaaaaaaaaaa" , "n" : 3 }' },
  ["a field that comes again"] = { HEAD .. '"n":1}', HEAD .. '"n":2}', HEAD .. '"model":"other"}' },
  ["numbers"] = { HEAD .. '"n":1.0}', HEAD .. '"n":2.50}', HEAD .. '"n":9007199254740992}', HEAD .. '"n":1e300}' },
  ["no JSON between"] = { HEAD .. '"n":1}', HEAD .. '"n":2}', HEAD .. '}', HEAD .. '"n":}', HEAD .. '"n":3}x',
    HEAD .. '"n":4', HEAD, HEAD .. '"n":5}' },
  ["a beginning that is no JSON"] = { '{"a":aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,"n":1}',
    '{"a":aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,"n":1}',
    '{"a":aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,"n":1}', HEAD .. '"n":5}' },
  ["other values"] = { "[]", "[]", '"x"', "1", "null", "true", "", '[{"a":1}]', '[{"a":1}]' },
}

describe("codec.repeated", function()
  for name, texts in pairs(sequences) do
    it("decodes " .. name, function()
      local decode = repeated.decoder()
      for i, text in ipairs(texts) do
        local expected, expected_reason = json.decode(text)
        local value, reason = decode(text)
        assert.same(expected, value, ("text %d"):format(i))
        assert.equal(expected_reason == nil, reason == nil, ("text %d"):format(i))
      end
    end)
  end

  it("shares no tables", function()
    local decode = repeated.decoder()
    decode(HEAD .. '"n":{"a":1}}')
    local one, other = decode(HEAD .. '"n":{"a":1}}'), decode(HEAD .. '"n":{"a":1}}')
    one.id, one.n.a = "changed", 2
    assert.same({ "chatcmpl-1", 1 }, { other.id, other.n.a })
    assert.equal("chatcmpl-1", decode(HEAD .. '"n":{"a":1}}').id)
  end)

  it("keeps streams apart", function()
    local one, other = repeated.decoder(), repeated.decoder()
    one(HEAD .. '"n":1}')
    one(HEAD .. '"n":2}')
    assert.same({ n = 3 }, other '{"n":3}')
  end)
end)
