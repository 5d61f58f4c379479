-- What is said, in whatever form, as the messages or items that are sent. Pure.

local error_value = require "oai.error"
local set = require "oai.set"

local content = {}

-- Types of items of an input, beside calls and their outputs. What has another
-- type is a part of a message.
local ITEMS = set { "message", "reasoning", "item_reference", "compaction", "mcp_list_tools", "mcp_approval_request",
  "mcp_approval_response" }

--- Whether a table is a message, or another item of an input.
local function is_item(value)
  local kind = type(value) == "table" and value.type
  return kind and type(kind) == "string" and (ITEMS[kind] or kind:find "_call$" or kind:find "_output$") ~= nil
    or type(value) == "table" and value.role ~= nil
end

--- What a table says, as items; nil where it says nothing.
local function of_table(said)
  if is_item(said) then
    return { said }
  elseif is_item(said[1]) then
    return said
  elseif type(said[1]) == "table" then
    return { { role = "user", content = said } }
  end
  return said.type and { { role = "user", content = { said } } } or nil
end

--- What is said, as items. They may be the program's own.
---@param name string  the method that was called
---@param said any     a text, a part of content or several, an item or several
---@return table[]
function content.items(name, said)
  if type(said) == "string" then
    return { { role = "user", content = said } }
  end
  local items = type(said) == "table" and of_table(said)
  if not items then
    error_value.misuse(("talk:%s: expected a text, parts of content or messages, got %s"):format(name,
      type(said) == "table" and "a table that is none" or type(said)))
  end ---@cast items table[]
  return items
end

--- What was said, as `items` takes it.
---@param items table[]
---@return any
function content.said(items)
  local only = items[1]
  if not items[2] and only.role == "user" then
    return only.content
  end
  return items
end

return content
