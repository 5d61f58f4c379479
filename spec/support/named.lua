-- Named events as lines, to be compared: the type, what it is about, the text.

local oai = require "oai"

local WHERE = { "turn_id", "subagent_id", "choice", "output_index", "item_id", "content_index", "summary_index",
  "index", "call_id", "name", "kind", "phase" }

local function line_of(event)
  local parts = { event.type }
  for _, field in ipairs(WHERE) do
    if event[field] ~= nil then
      parts[#parts + 1] = field .. "=" .. tostring(event[field])
    end
  end
  if event.delta then
    parts[#parts + 1] = ("%s of %s"):format(event.delta, event.snapshot)
  end
  parts[#parts + 1] = event.text
  parts[#parts + 1] = event.usage and tostring(event.snapshot.total_tokens)
  parts[#parts + 1] = event.reason and event.reason .. (event.complete and "" or ", incomplete")
  return table.concat(parts, " ")
end

local named = { line = line_of }

--- Adds events to an accumulator: the lines of what they say, but for `other`.
function named.lines(accumulator, events)
  local lines = {}
  for _, event in ipairs(events) do
    for _, one in ipairs(assert(accumulator:add(event))) do
      lines[#lines + 1] = one.type ~= "other" and line_of(one) or nil
    end
  end
  return lines
end

--- What the events of a kind of stream say, as lines.
function named.of(kind, events)
  local accumulator = oai.accumulate(kind)
  return named.lines(accumulator, events), accumulator
end

return named
