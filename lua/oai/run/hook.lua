-- Functions of the program's that a run tells or asks: hooks, approvals, what
-- saves it and what makes less of its history. Each is called in a task, so
-- that it may wait and can be cancelled; what it raises ends the run, with an
-- error that names it.

local beside = require "oai.run.beside"
local ending = require "oai.run.ending"
local output = require "oai.tools.output"

local hook = {}

--- Ends a run one of whose functions has raised.
local function fail(self, name, id, cause)
  local said = type(cause) == "string" and cause or output.said(cause)
  local err = ending.error(self, "failed", name, ("'%s' has raised: %s"):format(name, said))
  err.cause, err.call_id = cause, id
  ending.fail(self, err)
end

--- Calls a function of the program's, and waits for it. Nil when the run has
--- ended meanwhile, of what it raised for instance.
---@param self oai.ToolRun
---@param name string   what the program calls it
---@param id string?    the call that it is about
---@param fn function
---@param ... any       what it gets
---@return table? values  what it returned
function hook.call(self, name, id, fn, ...)
  if not ending.is_open(self) then
    return nil
  end
  local one = beside.start(self, fn, ...)
  local undisturbed, err = beside.finish(self, one)
  if not undisturbed then
    ending.fail(self, err --[[@as oai.Error]])
  elseif ending.is_open(self) and one.raised then ---@diagnostic disable-line: undefined-field
    fail(self, name, id, one.err)
  end
  return self.status == "open" and one.values or nil ---@diagnostic disable-line: undefined-field
end

return hook
