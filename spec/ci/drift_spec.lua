-- What `make check` says where endpoint lines, types, pages and words differ.

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local small_tree = require "spec.support.small_tree"

if lacks("the check of what drifts", small_tree.missing()) then
  return
end

--- What the check says of this checkout's types and pages, one of them changed:
--- each `from`, a plain text, into `to`.
local function says(path, from, to)
  local top, here = folder.new(), os.getenv "PWD"
  top:run(("mkdir -p lua/oai && cp -R %s/docs %s/README.md . && cp -R %s/lua/oai/types lua/oai"):gsub("%%s", here))
  local text = top:read(path)
  local first, last = text:find(from, 1, true)
  assert(first, from)
  top:write(path, text:sub(1, first - 1) .. to .. text:sub(last + 1))
  local said = top:output(("lua5.4 %s/.ci/generate/drift.lua 2>&1"):format(here))
  top:remove()
  return said
end

describe("the check of what drifts", function()
  for what, case in pairs {
    ["nothing of what does not"] = { "README.md", "\n", "\n", "" },
    ["that a page says something else than the words"] = { "docs/reference/models.md", "Returns", "Gives",
      "the pages of the reference lack models%.[^\n]*\nthe pages of the reference have what no line says: models%." },
    ["that an operation has no example"] = { "docs/reference/models.md", "```lua", "```text",
      "the pages of the reference lack models%.[^\n]*\n$" },
    ["that a method of the types is gone"] = { "lua/oai/types/files.lua", "--- files.delete: DELETE", "--- DELETE",
      "the types lack files%.delete: DELETE /files/{file_id} %(file_id%)[^\n]*\n$" },
    ["that types say something else than the words"] = { "lua/oai/types/files.lua", "--- Deletes", "--- Removes",
      "the types lack files%.delete[^\n]*\nthe types have what no line says: files%.delete[^\n]*Removes" },
  } do
    it("says " .. what, function()
      local said = says(case[1], case[2], case[3])
      assert.is_truthy(said == case[4] or case[4] ~= "" and said:find(case[4]), said)
    end)
  end
end)
