-- What is waited for, by kind of object: a row says what each status means,
-- and how patient a wait is. Statuses that stand in no row are of a later API:
-- they go on, but for `new`. Pure.

---@alias oai.WaitOutcome
---| "goes_on"      # the work is not at its end
---| "done"         # it is, and here is what came of it
---| "needs_action" # it stands still until the program does something
---| "failed"       # it is at its end, and not what it was to be

---@class oai.PollKind
---@field goes_on string       the statuses that mean so, separated by spaces
---@field done string
---@field needs_action? string
---@field failed? string
---@field new? oai.WaitOutcome  what a status means that stands nowhere here
---@field without? oai.WaitOutcome  what it means that there is no status; else nobody knows
---@field first? number        seconds until the second look
---@field longest? number      seconds between looks, at most
---@field patience? number     seconds for which looks may fail
---@field events? string       the method of the object that lists its events
---@field outcomes table<string, oai.WaitOutcome>  by status; made of the texts

local MINUTES, HOUR = 120, 3600 -- seconds

---@type table<string, table>
local kinds = {
  -- Sessions and environments are over as soon as they are no longer under way, as the API says of them.
  ["agent.session"] = {
    goes_on = "in_progress", done = "idle", needs_action = "requires_action", failed = "failed budget_reached",
    new = "done",
  },
  ["agent.session.turn"] = {
    goes_on = "queued in_progress waiting", done = "completed", failed = "failed cancelled",
  },
  ["agent.environment"] = {
    goes_on = "pending", done = "ready connected", failed = "disconnected suspended expired failed", new = "done",
  },
  ["agent.automation.invocation"] = { goes_on = "queued", done = "completed skipped", failed = "failed" },
  batch = {
    goes_on = "validating in_progress finalizing cancelling", done = "completed",
    failed = "failed expired cancelled", longest = 60, patience = HOUR,
  },
  -- The API's file says no more of it than that it is a text; both spellings have been seen.
  ["eval.run"] = {
    goes_on = "queued in_progress", done = "completed", failed = "failed canceled cancelled", longest = 30,
    patience = HOUR,
  },
  -- The API is to lose the statuses of files, and servers like it have none.
  file = { goes_on = "uploaded", done = "processed", failed = "error deleted", without = "done" },
  ["fine_tuning.job"] = {
    goes_on = "validating_files queued running", done = "succeeded", needs_action = "paused",
    failed = "failed cancelled", longest = 30, patience = HOUR, events = "list_events",
  },
  -- An answer that was cut off is one all the same, as `create` gives it too.
  -- The API's file lets it be without a status; in the background it has one.
  response = {
    goes_on = "queued in_progress", done = "completed incomplete", failed = "failed cancelled", without = "done",
  },
  ["thread.run"] = {
    goes_on = "queued in_progress cancelling", done = "completed incomplete", needs_action = "requires_action",
    failed = "failed cancelled expired",
  },
  -- A pending upload is the program's to complete; of a completed one the file is waited for (uploads.lua).
  upload = { goes_on = "", done = "completed", needs_action = "pending", failed = "cancelled expired" },
  vector_store = { goes_on = "in_progress", done = "completed", failed = "expired" },
  ["vector_store.file"] = { goes_on = "in_progress", done = "completed", failed = "failed cancelled" },
  -- Files that have failed do not make a batch of them fail: its `file_counts` say so.
  ["vector_store.files_batch"] = { goes_on = "in_progress", done = "completed", failed = "failed cancelled" },
  video = { goes_on = "queued in_progress", done = "completed", failed = "failed" },
}

for _, row in pairs(kinds) do
  row.outcomes, row.patience = {}, row.patience or MINUTES
  for _, outcome in ipairs { "goes_on", "done", "needs_action", "failed" } do
    for status in (row[outcome] or ""):gmatch "%S+" do
      row.outcomes[status] = outcome
    end
  end
end

require "oai.interpret" ()

return kinds --[[@as table<string, oai.PollKind>]]
