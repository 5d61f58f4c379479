-- What of a reply is the rest of a file whose beginning has come.

local range = require "oai.call.range"

describe("the rest of a file", function()
  local OF = { bytes = 4, total = 10, etag = '"v1"' }

  for said, expected in pairs {
    ["bytes 4-9/10"] = 6, ["Bytes  4-9/10"] = 6, ["bytes 4-9/11"] = false, ["bytes 4-8/10"] = false,
    ["bytes 5-9/10"] = false, ["bytes 4-9/*"] = false, ["bytes */10"] = false, ["items 4-9/10"] = false,
    ["bytes 4-9/10, bytes 4-9/10"] = false, [""] = false, ["bytes 4-9/9999999999999999999999"] = false,
  } do
    it(("is %s by '%s'"):format(tostring(expected), said), function()
      assert.equal(expected or nil, range.rest(OF, { ["content-range"] = said, etag = '"v1"' }))
    end)
  end
end)
