-- Calls that the API sends to MCP servers: each that needs the program's
-- approval must be the one that was approved, once.

local set = require "oai.set"

local mcp = {}

local function names_in(filter)
  local names = type(filter) == "table" and filter.tool_names
  return type(names) == "table" and set(names) or nil
end

--- Whether calls of a name need approval, as the program has declared the
--- server.
local function needs_approval(server, name)
  local rule = server.require_approval
  if type(rule) ~= "table" then
    return rule ~= "never"
  end
  local never, always = names_in(rule.never), names_in(rule.always)
  if never then
    return not never[name]
  end
  return always == nil or always[name] == true
end

--- The servers that a run declares, by their labels.
local function server_of(self, label)
  for _, server in ipairs(self._tools:of_type "mcp") do
    if server.server_label == label then
      return server
    end
  end
end

--- Notes a call that was approved.
---@param self oai.ToolRun
---@param call oai.ToolCall
function mcp.approve(self, call)
  self._state.approved[call.id] = { server_label = call.server_label, name = call.name, arguments = call.arguments }
end

--- Whether a call was approved as it is. An approval counts for one call.
local function was_approved(self, item)
  local id = item.approval_request_id
  local approved = type(id) == "string" and self._state.approved[id]
  if not approved or approved.server_label ~= item.server_label or approved.name ~= item.name
    or approved.arguments ~= item.arguments then
    return false
  end
  self._state.approved[id] = nil
  return true
end

--- What is wrong with the calls that a reply tells of, or nil.
---@param self oai.ToolRun
---@param items table[]
---@return string? message
function mcp.fault(self, items)
  for _, item in ipairs(items) do
    local server = item.type == "mcp_call" and server_of(self, item.server_label)
    if server and needs_approval(server, item.name) and not was_approved(self, item) then
      return ("'%s' was called at '%s' without the approval that it needs"):format(tostring(item.name),
        tostring(item.server_label))
    end
  end
end

return mcp
