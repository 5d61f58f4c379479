-- Types as the tables of a page show them: each name is a link to where it is
-- described. A pipe stands outside of code, where all readers of Markdown know
-- that it ends no cell.

local node = require "node"

local cells = {}

local function named(page, homes, name, text)
  local home = homes[name]
  local code = name == "oai.Null" and "`oai.null`" or "`" .. text .. "`"
  return home and page:link(code, home) or code
end

local of_node

--- Code behind a text, which may end in code itself.
local function behind(text, code)
  return (text:match "^(.*)`$" or text .. "`") .. code .. "`"
end

local function of_union(page, homes, self)
  local texts = {}
  for i, member in ipairs(self.union) do
    texts[i] = of_node(page, homes, member)
  end
  return table.concat(texts, " \\| ")
end

function of_node(page, homes, self)
  if self.named then
    return named(page, homes, self.named, self.named)
  elseif self.array and self.array.named then
    return named(page, homes, self.array.named, self.array.named .. "[]")
  elseif self.array and self.array.union then
    return behind("(" .. of_union(page, homes, self.array) .. ")", "[]")
  elseif self.array and self.array.map or self.array and self.array.array then
    return behind(of_node(page, homes, self.array), "[]")
  elseif self.map and (self.map.basic or self.map.literal) then
    return "`" .. node.text(self) .. "`"
  elseif self.map then
    return behind("`table<string,` " .. of_node(page, homes, self.map), ">")
  elseif self.union then
    return of_union(page, homes, self)
  end
  return "`" .. node.text(self):gsub("|", "\\|") .. "`"
end

--- A type.
---@param page table
---@param homes table<string, table>
---@param of generate.Node
---@return string
function cells.type(page, homes, of)
  return of_node(page, homes, of)
end

--- What is said of a field, in a cell.
---@param ... string|false|nil  notes, such as "required"; and its words
---@return string
function cells.notes(...)
  local list = {}
  for i = 1, select("#", ...) do
    local note = select(i, ...)
    list[#list + 1] = note or nil
  end
  return (table.concat(list, "; "):gsub("|", "\\|"))
end

--- Names, one after another, as code.
---@param list string[]
---@return string
function cells.names(list)
  return "`" .. table.concat(list, "`, `") .. "`"
end

return cells
