-- What is waited for, by kind of object: the statuses in which it goes on, or
-- those in which it ends as it should, and those in which it has failed. A
-- status that stands nowhere here ends a row of `goes_on` and does not end one
-- of `ends`. Pure.

local set = require "oai.set"

---@class oai.PollKind
---@field goes_on? table<string, boolean>  any other status ends the wait
---@field ends? table<string, boolean>     no other status ends it, but those of `failed`
---@field failed table<string, boolean>    the object is not what it was to be: an error that holds it
---@field first? number    seconds until the second look
---@field longest? number  seconds between looks, at most

---@type table<string, oai.PollKind>
return {
  -- `requires_action` is no failure: the program is to answer.
  ["agent.session"] = { goes_on = set { "in_progress" }, failed = set { "failed", "budget_reached" } },
  ["agent.session.turn"] = { ends = set { "completed" }, failed = set { "failed", "cancelled" } },
  ["agent.environment"] = {
    goes_on = set { "pending" }, failed = set { "disconnected", "suspended", "expired", "failed" },
  },
  ["agent.automation.invocation"] = { ends = set { "completed", "skipped" }, failed = set { "failed" } },
}
