-- What the functions of a program are told of a call. Pure.

---@class oai.ToolContext  what a function is told beside its arguments
---@field id string         of the call
---@field name string  of the function
---@field namespace? string  of the function, where it has one
---@field arguments any  as the function gets them
---@field turn integer  its number
---@field run oai.ToolRun  which goes on meanwhile

---@class oai.PendingCall  what a run that pauses waits for
---@field id string  of the call
---@field needs? "approval"|"output"|"settling"  settling: it was started, and nobody knows what came of it
---@field kind string       "function", "custom", "approval" (of a call that an MCP server is to be sent), ...
---@field name string  of the function
---@field namespace? string  of the function, where it has one
---@field server_label? string  of the MCP server
---@field arguments any  decoded, where they are JSON
---@field turn integer  its number

---@alias oai.RunEventType
---| "turn_started" # a request is about to be sent
---| "text" # text of the answer: a piece where the run is streamed, else the whole
---| "commentary" # what the model says beside the answer, as `text`
---| "reasoning" # what it thinks, where that is shown, as `text`
---| "refusal" # why it will not answer, as `text`
---| "reply" # a reply has come
---| "tool_started" # a function is called
---| "tool_finished" # it has returned, or failed
---| "approval_needed" # the run pauses until a call is approved, or is not
---| "output_needed" # the run pauses until a call has its output
---| "settling_needed" # the run pauses, since nobody knows what came of a call
---| "turn_ended" # the calls of a reply have their outputs, or it calls nothing

---@class oai.RunEvent
---@field type oai.RunEventType  what has happened
---@field turn integer      its number
---@field text string       a piece
---@field reply? table      the response, or the completion
---@field of? oai.RunTurn   of a reply: the turn, whose functions have not run
---@field id? string        of the call that it is about
---@field name? string  of the function
---@field arguments? any  of the call
---@field output? any       as it is sent
---@field err? oai.Error    what went wrong with the call
---@field refused? boolean  the call was not approved
---@field call? oai.PendingCall  what the run waits for

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

--- A call as the function that decides about it is shown it.
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
