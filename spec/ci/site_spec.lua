-- The pages of the site, as `make docs` makes them of a small tree, before
-- mkdocs has them.

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"

if lacks("the pages of the site", small_tree.missing()) then
  return
end

local FILES = {
  ["README.md"] = "# oai\n\n[docs/guide.md](docs/guide.md#a-b) [all](docs) ![x](docs/x.png)\n"
    .. "[web](https://example.com/a.md)\n[a program](examples/a.lua#L7)\n",
  ["docs/README.md"] = "# Guides\n\n[Start](start.md)\n\n## First \"steps\"\n\n"
    .. "- [Guide](guide.md), [again](guide.md)\n"
    .. "\n## Data\n\n[a](a.md), its [types](types/a.md), [b](b.md)\n",
  ["docs/a.md"] = "# Of `a`\n",
  ["docs/b.md"] = "# b\n\n| a | type |\n|---|---|\n| b | c |\n\nd\n",
  ["docs/types/a.md"] = "# Types\n",
  ["docs/start.md"] = "# Start\n",
  ["docs/guide.md"] = "# Guide: with `code`\n\n## A `b`\n\n## A b\n\n```md\n# [c](../README.md)\n```\n\n"
    .. "| a |\n|---|\n| `x\\|*y*` [up](../README.md) |\n",
  ["docs/x.png"] = "\137PNG",
  ["docs/unseen.md"] = "# Unseen\n",
  ["examples/a.lua"] = "print '```'\n",
}

describe("the pages of the site", function()
  local pages = folder.each()

  --- Makes the pages; what one of them is.
  local function made(name)
    assert.equal("", small_tree.says(".ci/site/main.lua", FILES, pages.path))
    return pages:read(name)
  end

  it("are those to which links lead, at their paths", function()
    assert.is_truthy(made "pages/docs/start.md")
    assert.equal("\137PNG", pages:read "pages/docs/x.png")
    assert.is_nil(pages:read "pages/docs/unseen.md")
  end)

  it("have links that lead to pages, called by their titles where a path was shown", function()
    local text = made "pages/README.md"
    assert.is_truthy(text:find("[Guide](docs/guide.md#a-b) [all](docs/README.md) ![x](docs/x.png)", 1, true), text)
    assert.is_truthy(text:find("[web](https://example.com/a.md)\n[a program](examples/a.lua.md#L-0-7)", 1, true),
      text)
  end)

  it("have headings with the names that a forge gives them, and code as it is", function()
    local text = made "pages/docs/guide.md"
    local headings = "# Guide: with `code` {#guide-with-code}\n\n## A `b` {#a-b}\n\n## A b {#a-b-1}\n"
    assert.is_truthy(text:find(headings, 1, true), text)
    assert.is_truthy(text:find("```md\n# [c](../README.md)\n```", 1, true), text)
  end)

  it("have tables whose code breaks at bars", function()
    local text = made "pages/docs/guide.md"
    assert.is_truthy(text:find("| <code>x&#124;<wbr>&#42;y&#42;</code> [up](../README.md) |", 1, true), text)
  end)

  it("have a mark around tables of fields", function()
    assert.is_truthy((made "pages/docs/b.md"):find(
      '\n\n<div class="oai-fields" markdown>\n\n| a | type |\n|---|---|\n| b | c |\n\n</div>\n\nd\n', 1, true))
  end)

  it("show files that are no pages", function()
    local text = made "pages/examples/a.lua.md"
    assert.is_truthy(text:find("# examples/a.lua\n\n````lua linenums=\"1\"\nprint '```'\n````\n", 1, true), text)
  end)

  it("are found by the indexes, under their headings", function()
    local nav = made("mkdocs.yml"):match "\nnav:\n.*"
    assert.equal([[

nav:
  - Start:
    - README.md
  - Guides:
    - docs/README.md
    - "First \"steps\"": docs/guide.md
    - "Data":
      - "Of a":
        - docs/a.md
        - docs/types/a.md
      - docs/b.md
    - docs/start.md
  - Examples:
    - "a.lua": examples/a.lua.md
]], nav)
  end)
end)
