-- What `make check` says of links in the repository's pages, of small trees.

local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"

if lacks("the check of links", small_tree.missing()) then
  return
end

local GUIDE = [=[
# A guide, `with` signs – and "words"

## What is sent

## What is sent

<a id="by-hand"></a>

[The index](../README.md), [twice](#what-is-sent-1), [by hand](#by-hand),
[this very
page](#a-guide-with-signs--and-words), [named][there], ![a picture](pictures/a.png "A title").

[there]: <../lua/a.lua#L3>

```lua
-- [code](is.no#link)
```

1. A step

    [of a list](../lua)

Code: `[a](nowhere.md)`, ``[`b`](nowhere.md)``, and the web: [site](https://example.com/x#y).

    [code](too.md)
]=]

--- What is said of the guide with `more` in it, in a tree with more files.
local function says(more, files)
  local all = { ["README.md"] = "# Index\n\n[Guide](docs/guide.md#by-hand)\n",
    ["docs/guide.md"] = GUIDE .. (more or ""), ["docs/pictures/a.png"] = "", ["lua/a.lua"] = "" }
  for path, content in pairs(files or {}) do
    all[path] = content
  end
  return small_tree.says(".ci/links.lua", all)
end

describe("the check of links", function()
  it("says nothing of links that lead somewhere", function()
    assert.equal("", says())
  end)

  for _, case in ipairs {
    { "a page that is not there", "\n[x](gone.md)", "docs/guide.md:27: gone.md is not there\n" },
    { "a page in letters of another size", "\n[x](Guide.md)", "docs/guide.md:27: Guide.md is not there\n" },
    { "a file that is no page", "\n[x\ny](../lua/b.lua)", "docs/guide.md:28: ../lua/b.lua is not there\n" },
    { "a picture", "\n![x](pictures/b.png)", "docs/guide.md:27: pictures/b.png is not there\n" },
    { "a picture as HTML", '\n<img width="9" src="b.png">', "docs/guide.md:27: b.png is not there\n" },
    { "an anchor of its own page", "\n[x](#gone)", "docs/guide.md:27: #gone has no such anchor\n" },
    { "an anchor of another page", "\n[x](../README.md#gone)",
      "docs/guide.md:27: ../README.md#gone has no such anchor\n" },
    { "an anchor of a file", "\n[x](../lua/a.lua#gone)", "docs/guide.md:27: ../lua/a.lua#gone has no such anchor\n" },
    { "an anchor of code", "\n```sh\n# gone\n```\n[x](#gone)", "docs/guide.md:30: #gone has no such anchor\n" },
    { "what a name stands for", "\n[x]: gone.md", "docs/guide.md:27: gone.md is not there\n" },
    { "a name that is not defined", "\n[x][gone]", "docs/guide.md: [gone] is defined nowhere on this page\n" },
    { "code that runs into other code", "\n`a``b` and `` `c` ``", "docs/guide.md: `a``b` is one piece of code\n" },
    { "a link to nothing", "\n[x]()", "docs/guide.md:27:  leads nowhere\n" },
    { "a link out of the repository", "\n[x](../../x.md)", "docs/guide.md:27: ../../x.md leaves the repository\n" },
    { "a link from the top of a host", "\n[x](/README.md)", "docs/guide.md:27: /README.md begins with /\n" },
  } do
    it("finds " .. case[1], function()
      assert.equal(case[3], says(case[2]))
    end)
  end

  it("finds what no index leads to: a page that only another one knows, and a picture", function()
    assert.equal("docs/other.md: no index leads here\ndocs/pictures/b.png: no index leads here\n",
      says("\n[x](other.md)", { ["docs/other.md"] = "# Other\n", ["docs/pictures/b.png"] = "" }))
  end)

  it("follows indexes to indexes, and folders to theirs", function()
    assert.equal("", says(nil, { ["README.md"] = "[Guide](docs/guide.md) [All](docs/more)\n",
      ["docs/more/README.md"] = "[One](one.md)", ["docs/more/one.md"] = "# One\n" }))
  end)
end)
