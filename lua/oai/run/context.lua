-- What the functions of a program are told of a call. Pure.

---@class oai.ToolContext  what a function is told beside its arguments
---@field id string         of the call
---@field name string
---@field namespace? string
---@field arguments any
---@field turn integer
---@field run oai.ToolRun

---@class oai.PendingCall  what a run that pauses waits for
---@field id string
---@field needs? "approval"|"output"|"settling"  settling: it was started, and nobody knows what came of it
---@field kind string       "function", "custom", "approval" (of a call that an MCP server is to be sent), ...
---@field name string
---@field namespace? string
---@field server_label? string
---@field arguments any
---@field turn integer

---@alias oai.RunEventType
---| "turn_started" | "text" | "commentary" | "reasoning" | "refusal" | "reply" | "tool_started" | "tool_finished"
---| "approval_needed" | "output_needed" | "settling_needed" | "turn_ended"

---@class oai.RunEvent
---@field type oai.RunEventType
---@field turn integer      its number
---@field text? string      a piece
---@field reply? table      the response, or the completion
---@field of? oai.RunTurn   of a reply: the turn, whose functions have not run
---@field id? string        of the call that it is about
---@field name? string
---@field arguments? any
---@field output? any       as it is sent
---@field err? oai.Error    what went wrong with the call
---@field refused? boolean  the call was not approved
---@field call? oai.PendingCall

local context = {}

--- What a function is told beside its arguments.
---@param self oai.ToolRun
---@param ready table
---@return oai.ToolContext
function context.of(self, ready)
  local call = ready.call
  return { id = call.id, name = call.name, namespace = call.namespace, arguments = ready.value,
    turn = self._state.turn, run = self }
end

--- A call as who decides about it sees it.
---@param self oai.ToolRun
---@param ready table
---@param needs "approval"|"output"|"settling"|nil
---@return oai.PendingCall
function context.call(self, ready, needs)
  local call = ready.call
  return { id = call.id, kind = call.kind, name = call.name, namespace = call.namespace, needs = needs,
    server_label = call.server_label, arguments = ready.value, turn = self._state.turn }
end

return context
