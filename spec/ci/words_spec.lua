-- What `make check` says of the words of the reference, where some are wrong.

local folder = require "spec.support.folder"
local lacks = require "spec.support.lacks"
local shell = require "spec.support.shell"
local small_tree = require "spec.support.small_tree"

if lacks("the check of words", small_tree.missing()) then
  return
end

--- What the check says of the words of this checkout, with one of their files
--- changed, and of an OpenAPI file.
local function says(name, change, openapi)
  local top = folder.new()
  local tools = os.getenv "PWD" .. "/.ci"
  top:run(("mkdir generate && cp -R %s/tool . && cp -R %s/generate/words generate"):format(tools, tools))
  top:write("generate/words/" .. name, change(top:read("generate/words/" .. name)))
  local described = openapi and top:write("openapi.json", openapi) or ""
  local said = shell.output(("lua5.4 %s/generate/words/check.lua %s 2>&1"):format(top.path, described))
  top:remove()
  return said
end

local function replaced(from, to)
  return function(text)
    local changed, count = text:gsub(from, to)
    assert(count == 1, from)
    return changed
  end
end

describe("the check of the reference's words", function()
  for what, case in pairs {
    ["nothing of good ones"] = { "usual.lua", replaced("$", "\n"), "" },
    ["that a sentence ends without a stop"] =
      { "operations/models.lua", replaced('%.",\n}', '",\n}'), "models.retrieve: no full stop\n" },
    ["that an operation has none, and a sentence no operation"] =
      { "operations/models.lua", replaced("models%.list", "models.lists"),
        "models.list: no sentence\nmodels.lists: no such operation\n" },
    ["that a required parameter has no words"] =
      { "parameters.lua", replaced("\n  grader = [^\n]*", ""), "fine_tuning.alpha.graders.run.grader: required, and no "
        .. "words\nfine_tuning.alpha.graders.validate.grader: required, and no words\n" },
    ["that words are of no parameter"] =
      { "parameters.lua", replaced("\n  sizes = ", "\n  sises = "), "sises: no such parameter\n" },
    ["that words are of no field"] =
      { "fields_by_type.lua", replaced('"Image.url"', '"Image.urls"'), "Image.urls: no such field\n" },
    ["that a usual parameter is none"] =
      { "usual.lua", replaced('"variant"', '"variants"'), "usual: videos.download_content has no variants\n" },
  } do
    it("says " .. what, function()
      assert.equal(case[3], says(case[1], case[2]))
    end)
  end

  if lacks("copies", not pcall(require, "cjson") and "there is no lua-cjson" or nil) then
    return
  end

  it("says what is copied", function()
    local function copied(text)
      return text:gsub('%["models.list"%] = "[^"]*"', '["models.list"] = "Lists one, two, three, four, five, six, '
        .. 'seven and eight models."')
    end
    local function described(text)
      return says("operations/models.lua", copied, '{"a":[{"description":"' .. text .. '"}]}')
    end
    assert.equal("", described "lists one two three four five six seven")
    assert.equal("models.list: the specification has 'lists one two three four five six seven and'\n",
      described "It lists one, two, three,\\nfour, five, six, seven and other models.")
  end)
end)
