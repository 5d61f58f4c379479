-- The methods that wait, for definitions of resources: nothing of the engine
-- is loaded before one is called.

local lazy = require "oai.lazy"

--- Waits until its work is done; its fields are then the new ones.
---@alias oai.Waits<T> fun(self, options?: oai.WaitOptions): T?, oai.Facts, oai.WaitOutcome?
--- Waits for the one of this id.
---@alias oai.WaitsForOne<T> fun(self, id: string, options?: oai.WaitOptions): T?, oai.Facts, oai.WaitOutcome?
--- Waits for the one of these ids.
---@alias oai.WaitsForOneIn<T>
---| fun(self, of: string, id: string, options?: oai.WaitOptions): T?, oai.Facts, oai.WaitOutcome?
--- Waits for the one of these ids.
---@alias oai.WaitsForOneInTwo<T>
---| fun(self, of: string, sub: string, id: string, options?: oai.WaitOptions): T?, oai.Facts, oai.WaitOutcome?
--- Waits for the one of this id.
---@alias oai.PollsOne<T> fun(self, id: string, options?: oai.PollOptions): T?, oai.Facts, oai.WaitOutcome?
--- Waits for the one of these ids.
---@alias oai.PollsOneIn<T>
---| fun(self, of: string, id: string, options?: oai.PollOptions): T?, oai.Facts, oai.WaitOutcome?
--- Makes the call, and waits until the work is done.
---@alias oai.Begins<T,P> fun(self, params: P, options?: oai.FilesPollOptions): T?, oai.Facts, oai.WaitOutcome?
--- Makes the call, and waits until the work is done.
---@alias oai.BeginsIn<T,P>
---| fun(self, of: string, params: P, options?: oai.FilesPollOptions): T?, oai.Facts, oai.WaitOutcome?
--- Makes the call, and waits until the work is done.
---@alias oai.BeginsInTwo<T,P>
---| fun(self, of: string, id: string, params: P, options?: oai.FilesPollOptions): T?, oai.Facts, oai.WaitOutcome?

local beginning = lazy "oai.poll.beginning"
local by_id = lazy "oai.poll.by_id"
local poll = lazy "oai.poll"
local uploads = lazy "oai.poll.uploads"

local function later(module, name)
  return function(...)
    return module[name](...)
  end
end

--- What creates an object by an operation of its resource, and waits for it.
local function begun_by(operation, method, kind)
  return function(...)
    return beginning.call(operation, method, kind, ...)
  end
end

local submit_tool_outputs_and_poll = begun_by("submit_tool_outputs", "submit_tool_outputs_and_poll")

return {
  --- Of objects.
  wait = later(poll, "wait"),
  wait_for_file = later(uploads, "wait"),
  answer_and_wait = function(_, bound, ...)
    return submit_tool_outputs_and_poll(bound, ...)
  end,
  --- Of resources, by the ids of what is waited for.
  wait_by_id = later(by_id, "wait"),
  poll_by_id = later(by_id, "poll"),
  wait_for_processing = later(by_id, "wait_for_processing"),
  --- Of resources.
  create_and_poll = begun_by("create", "create_and_poll"),
  create_and_run_poll = begun_by("create_and_run", "create_and_run_poll", "thread.run"),
  submit_tool_outputs_and_poll = submit_tool_outputs_and_poll,
  upload = later(beginning, "upload"),
  upload_and_poll = later(beginning, "upload_and_poll"),
  upload_all_and_poll = later(beginning, "upload_all_and_poll"),
}
