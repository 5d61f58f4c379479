-- Waiting for uploads. The API has no operation that looks at one; what is
-- waited for is the file that it has become.

local arguments = require "oai.poll.arguments"
local ending = require "oai.poll.ending"
local error_value = require "oai.error"
local extra = require "oai.call.extra"
local kinds = require "oai.poll.kinds"
local poll = require "oai.poll"
local result = require "oai.upload.result"

local uploads = {}

--- Waits for the file of an upload that is complete, if it has one.
local function wait_for_file(self, upload)
  local file = result(self.client, upload)
  if not file and type(rawget(upload, "status")) ~= "string" then
    return ending.unclear(self, "it has no 'status', and nothing looks at an upload: wait for what create or complete "
      .. "has returned")
  elseif not file then
    return upload, nil, "done"
  end
  upload.file, self.result = file, upload
  return poll.run(poll.of(self, file))
end

--- Waits until the file of an upload can be used, and renews `upload.file`.
---@param upload table
---@param bound table   the resource that it belongs to
---@param options? oai.WaitOptions
---@param ... any  nothing
---@return table? upload
---@return oai.Response|oai.Error|nil facts  none where the file was ready
---@return oai.WaitOutcome? outcome
function uploads.wait(upload, bound, options, ...)
  arguments.check_last(bound._name .. ".wait", "the options come first", ...)
  local outcome = poll.outcome(kinds.upload, rawget(upload, "status"))
  if outcome == "needs_action" then
    error_value.misuse(("%s.wait: the upload is not complete: see upload:complete"):format(bound._name))
  end
  local self, flow = poll.new(bound, "wait", "file", options)
  return extra.run(self.client, flow, function()
    self.object = upload
    if outcome == "failed" then
      return ending.failed(self, upload.status)
    end
    return wait_for_file(self, upload)
  end)
end

require "oai.interpret" ()

return uploads
