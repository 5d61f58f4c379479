-- Calls every operation of an OpenAPI file by its name, against a mock that
-- checks requests against that file: run.lua OPENAPI BASE_URL FOLDER

local here = arg[0]:gsub("[^/]*$", "")
package.path = here .. "../?.lua;" .. here .. "../tool/?.lua;" .. package.path

local calls = require "contract.calls"
local document = require "contract.document"
local examples = require "contract.examples"
local faults = require "contract.faults"
local files = require "files"
local ledger = require "contract.ledger"
local lines = require "spec.support.lines"
local oai = require "oai"
local reference = require "contract.reference"
local replies = require "contract.replies"
local sorted = require "sorted"
local wrong = require "contract.wrong"

local path, base_url, folder = arg[1], arg[2], arg[3]

local MOST_ROUNDS, IDLE_ROUNDS = 200, 15 -- full examples of one operation
local FULL = { name = "full", full = true }

---@class contract.Target  an operation and the method that calls it
---@field operation contract.Operation
---@field endpoint oai.Endpoint

local of = assert(document.read(path))
local client = oai.client {
  api_key = "sk-example", admin_api_key = "sk-admin-example", base_url = base_url, max_retries = 0, timeout = 30,
}
local book = ledger.new(faults)
local counts = { calls = 0, taken = 0, offered = 0, replies = 0, streams = 0, undescribed = 0, wrong = 0 }

local file_count = 0

--- Writes one of a few files, and says where.
local function make_file()
  file_count = file_count % 4 + 1
  local name = ("%s/example-%d.bin"):format(folder, file_count)
  files.write(name, "example " .. file_count)
  return name
end

--- The operations by the names of their methods.
---@return table<string, contract.Target>
local function all_targets()
  local by_target, targets = {}, {}
  for _, endpoint in pairs(lines.all()) do
    by_target[endpoint.method .. " " .. endpoint.template] = endpoint
  end
  for target, operation in pairs(of:operations()) do
    local endpoint = by_target[target]
    if endpoint then
      targets[endpoint.name] = { operation = operation, endpoint = endpoint }
    else
      book:fail(target, "no method calls it")
    end
  end
  return targets
end

local function count_reply(call)
  if replies.is_undescribed(call) then
    counts.undescribed = counts.undescribed + 1
  else
    counts.replies = counts.replies + 1
    counts.streams = counts.streams + (call.streams and 1 or 0)
  end
end

--- Makes a call that is to pass.
local function try(call)
  counts.calls = counts.calls + 1
  local done, value, facts = pcall(calls.send, client, call)
  if not done then
    book:fail(call.name, ("raised %s (%s)"):format(tostring(value), call.variant))
    return
  end
  local reply_fault = replies.fault(of, call, value, facts)
  if not reply_fault then
    count_reply(call)
  end
  book:take(call, replies.violations(call, facts), reply_fault)
end

--- Makes the calls of a variant: full examples as long as they show
--- something new.
local function try_variant(maker, target, variant)
  local idle, rounds = 0, 0
  repeat
    local before = maker.taken
    try(calls.make(maker, target.operation, target.endpoint, variant))
    rounds = rounds + 1
    idle = maker.taken == before and idle + 1 or 0
  until not variant.rounds or idle == IDLE_ROUNDS or rounds == MOST_ROUNDS
end

local function try_operation(target)
  local maker = examples.new(of, make_file)
  for _, variant in ipairs(calls.variants(maker, target.operation, target.endpoint)) do
    try_variant(maker, target, variant)
  end
  counts.taken, counts.offered = counts.taken + maker.taken, counts.offered + maker.offered
end

--- Makes a call that is not to pass: the library refuses it, or the mock
--- finds what is wrong.
local function try_wrong(one)
  counts.wrong = counts.wrong + 1
  local done, _, facts = pcall(calls.send, client, one.call)
  if not done or wrong.is_found(one, replies.violations(one.call, facts)) then
    book:pass()
  else
    book:fail(one.call.name, ("%s: nothing was found"):format(one.call.variant))
  end
end

local function try_wrong_fields(target)
  local call = calls.make(examples.new(of, make_file), target.operation, target.endpoint, FULL)
  for _, one in ipairs(call.params and wrong.fields(of, call) or {}) do
    try_wrong(one)
  end
end

local function summary(operations)
  print(("%d operations, %d calls with %d of %d alternatives; %d calls met a named fault"):format(
    operations, counts.calls, counts.taken, counts.offered, book.excused))
  print(("%d replies are the right kind of value, %d of them streams; of %d streams the file says nothing"):format(
    counts.replies, counts.streams, counts.undescribed))
  print(("%d calls were wrong on purpose; %d were examples of the reference"):format(counts.wrong, counts.examples))
  print(("%d passed, %d failed"):format(book.passed, book.failed))
end

local targets = all_targets()
local names = sorted(targets)
for _, one in ipairs(wrong.kinds(targets, make_file())) do
  try_wrong(one)
end
for _, name in ipairs(names) do
  try_operation(targets[name])
end
for _, name in ipairs(names) do
  try_wrong_fields(targets[name])
end
counts.examples = reference.try(client, targets, book, folder)
book:check_faults()
client:close()
summary(#names)
os.exit(book.failed == 0 and 0 or 1)
