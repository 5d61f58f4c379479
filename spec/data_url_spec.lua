-- oai.data_url: files as URLs.

local folder = require "spec.support.folder"
local oai = require "oai"

describe("oai.data_url", function()
  local here = folder.each()

  it("holds the bytes of a file, and its media type by its name", function()
    assert.equal("data:image/png;base64,AP8K", oai.data_url(here:write("a.png", "\0\255\n")))
    assert.equal("data:image/jpeg;base64,", oai.data_url(here:write("b.JPG", "")))
    assert.equal("data:application/octet-stream;base64,eA==", oai.data_url(here:write("c", "x")))
  end)

  it("takes a media type", function()
    assert.equal("data:image/webp;base64,eA==", oai.data_url(here:write("a.png", "x"), "image/webp"))
  end)

  it("gives an error when the file cannot be read", function()
    for _, path in ipairs { here.path .. "/none.png", here.path } do
      local url, err = oai.data_url(path)
      assert.is_nil(url)
      assert.equal("io", err.kind)
      assert.truthy(err.message:find("oai.data_url: cannot read ", 1, true), err.message)
    end
  end)

  it("wants a path and a media type", function()
    for _, case in ipairs { { nil, nil, "got nil" }, { "", nil, "got ''" }, { "a\0b", nil, "path" },
      { "a.png", "png", "got 'png'" }, { "a.png", 5, "got number" } } do
      local done, message = pcall(oai.data_url, case[1], case[2])
      assert.is_false(done)
      assert.truthy(message:find(case[3], 1, true), message)
    end
  end)
end)
