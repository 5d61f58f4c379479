-- Where each class is described: in docs/library, by the templates of its
-- pages, or in docs/reference, by its headings.

local markdown = require "markdown"
local shell = require "shell"

local places = {}

-- The classes that docs/options.md is about.
local GENERATED = {
  ["oai.ClientOptions"] = "../options.md", ["oai.CallOptions"] = "../options.md",
  ["oai.WithOptions"] = "../options.md",
}

local HEADINGS = {
  class = function(_, name)
    return name, name
  end,
  alias = function(_, name)
    return name, name
  end,
  values = function(_, name)
    return name, name
  end,
  fields = function(model, name, heading)
    return model.sections[name].class, heading
  end,
  methods = function(model, name, heading)
    return model.sections[name].class, heading
  end,
}

--- Notes the classes of a page.
local function read_page(found, model, page)
  local heading
  for line in (page.text .. "\n"):gmatch "(.-)\n" do
    heading = line:match "^#+ (.*)$" or heading
    local own = line:match "^#+ (oai%.%u[%w_.]*)$"
    if own then
      found[own] = { page = page.name, anchor = "#" .. markdown.slug(own) }
    end
    local kind, name = line:match "^{{(%w+) (.*)}}$"
    if HEADINGS[kind] then
      local class, at = HEADINGS[kind](model, name, heading)
      if class and not found[class] then
        found[class] = { page = page.name, anchor = at ~= "Fields" and "#" .. markdown.slug(at) or "" }
      end
    end
  end
end

--- Notes the classes of the reference.
local function read_reference(found)
  for line in shell.lines "grep -rnE '^#+ oai\\.[A-Za-z0-9_.]+$' docs/reference | LC_ALL=C sort" do
    local path, name = line:match "^docs/(reference/[%w_/]+%.md):%d+:#+ (.*)$"
    if not found[name] then
      found[name] = { path = "../" .. path .. "#" .. markdown.slug(name) }
    end
  end
end

--- What says where a class is, for links from a page.
---@param model table  what was read of the annotations
---@param pages table[]
---@return fun(from: string): fun(name: string): string?
function places.of(model, pages)
  local found = {}
  for _, page in ipairs(pages) do
    read_page(found, model, page)
  end
  read_reference(found)
  return function(from)
    return function(name)
      local place = found[name]
      if not place then
        return GENERATED[name]
      end
      local is_here = place.page == from and place.anchor ~= ""
      return place.path or (is_here and "" or place.page .. ".md") .. place.anchor
    end
  end
end

return places
