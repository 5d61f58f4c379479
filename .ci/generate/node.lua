-- The expressions of types: basic ones, literals, names, arrays, maps and
-- unions of them. Pure; how they are written in LuaCATS is here too.

local node = {}

---@class generate.Node
---@field basic? string      "string"
---@field literal? string    '"auto"', as it is written
---@field named? string      "oai.File"
---@field array? generate.Node
---@field map? generate.Node
---@field union? generate.Node[]

node.any = { basic = "any" }
node.string = { basic = "string" }
node.null = { named = "oai.Null" }

--- How a type is written.
---@param self generate.Node
---@return string
function node.text(self)
  if self.array then
    local of = node.text(self.array)
    return (self.array.union and "(" .. of .. ")" or of) .. "[]"
  elseif self.map then
    return ("table<string, %s>"):format(node.text(self.map))
  elseif self.union then
    local texts = {}
    for i, member in ipairs(self.union) do
      texts[i] = node.text(member)
    end
    return table.concat(texts, "|")
  end
  return self.basic or self.literal or self.named
end

--- The type of a node that may be nil.
---@param self generate.Node
---@return string
function node.optional(self)
  local text = node.text(self)
  return (self.union and "(" .. text .. ")" or text) .. "?"
end

local function add_member(members, seen, member)
  for _, one in ipairs(member.union or { member }) do
    local text = node.text(one)
    if not seen[text] then
      seen[text] = true
      members[#members + 1] = one
    end
  end
end

--- The union of types: flat, each once; one alone is itself.
---@param list generate.Node[]
---@return generate.Node
function node.union(list)
  local members, seen = {}, {}
  for _, member in ipairs(list) do
    add_member(members, seen, member)
  end
  if #members == 0 or seen.any then
    return node.any
  end
  return #members == 1 and members[1] or { union = members }
end

--- Calls `visit(name)` for every name in a type.
function node.each_name(self, visit)
  if self.named then
    visit(self.named)
  elseif self.array or self.map then
    node.each_name(self.array or self.map, visit)
  end
  for _, member in ipairs(self.union or {}) do
    node.each_name(member, visit)
  end
end

return node
