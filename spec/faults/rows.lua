-- Every fault of the wire, by its subject. A row says how the server behaves
-- and what comes of it: `[1]` a name, `speaks`, `on` and `steps` for the
-- server (spec/support/server/README.md), `outcome` for all kinds of call, or
-- one for a kind under its name; false where a kind does not meet the fault.

local SUBJECTS = {
  "connection", "status_line", "header", "interim", "framing", "encoding", "json", "events", "extra_reply",
    "redirect",
  "upload", "error_body", "http2",
}

local rows = {}

for _, name in ipairs(SUBJECTS) do
  local subject = require("spec.faults.rows." .. name)
  for _, row in ipairs(subject.rows) do
    row.name = subject.subject .. ": " .. row[1]
    rows[#rows + 1] = row
  end
end

return rows
