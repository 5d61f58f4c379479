-- Makes the pages of docs/library of their templates: what stands there by hand,
-- and in place of each line {{...}} what the annotations say.

local added = require "added"
local files = require "files"
local notes = require "notes"
local places = require "places"
local writes = require "writes"

local pages = {}

--- Links from a page to classes. A class of the library that no page shows is
--- noted.
local function links_from(self, page)
  local link, model = self.places(page), self.model
  return function(class)
    local where = link(class)
    if not where and (model:class(class) or model.aliases[class]) then
      self.notes:add("docs/library/%s.md: no page shows %s", page, class)
    end
    return where
  end
end

--- A page's text. What annotations call "docs/events.md" is a link there.
local function page_text(self, page)
  self.link, self.page = links_from(self, page.name), page.name
  local text = page.text:gsub("%f[^\n\0]{{(%w+) ?([^}\n]*)}}%f[\n]", function(directive, rest)
    return (writes[directive] or error("no directive " .. directive))(self, rest)
  end)
  return (text:gsub("%f[%w]docs/([%w_]+%.md)", "[%1](../%1)"))
end

--- The templates, in order.
---@return table[]
local function templates()
  local list = {}
  for i, path in ipairs(files.below(".ci/surface/pages")) do
    list[i] = { name = path:match "([^/]*)%.page$", text = files.read(path) }
  end
  return list
end

--- Notes which sections and functions of `oai` no page shows, and their fields
--- without words.
local function check_sections(self)
  for section, source in pairs(self.model.sections) do
    if source.file then
      self.notes:check_words(source.fields, ("%s.lua, %s"):format(source.file, source.class))
      if not self.shown[section] then
        self.notes:add("no page shows the section '%s'", section)
      end
    end
  end
  for name in pairs(self.model.field_of_oai) do
    if not self.told[name] then
      self.notes:add("no page shows 'oai.%s'", name)
    end
  end
end

--- Notes which methods of resources and objects neither a page nor
--- docs/names.md shows.
local function check_added(self)
  local rows = {}
  for _, source in pairs(self.model.sections) do
    for _, row in ipairs(source.added or {}) do
      rows[row[1]] = true
    end
  end
  for _, method in ipairs(self.added) do
    if not self.shown[method.class .. ":" .. method.name] then
      self.notes:add("no page shows '%s' of %s", method.name, method.class)
    elseif not rows[method.name] then
      self.notes:add("docs/names.md has no '%s' of %s", method.name, method.class)
    end
  end
end

--- All pages, by their names, and what is wrong with what they are made of.
---@param model table  what was read of the annotations
---@param resources table<string, string>  how resources are called, by their classes' names
---@return table<string, string> texts
---@return string[] faults
---@return table<string, string> shown  the page of each section
function pages.make(model, resources)
  local list, texts = templates(), {}
  local self = { model = model, notes = notes.new(), shown = { oai = "oai" }, told = {},
    added = added.list(model, resources), places = places.of(model, list) }
  for _, page in ipairs(list) do
    texts[page.name] = page_text(self, page)
  end
  check_sections(self)
  check_added(self)
  return texts, self.notes:sorted(), self.shown
end

return pages
