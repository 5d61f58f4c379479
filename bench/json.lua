-- What JSON costs, as ratios to plain lua-cjson in the same run: prints a line
-- `NAME ours theirs ratio LIMIT` for each row, in microseconds of CPU. Both
-- take turns on the same text; a ratio is the median of those of the rounds.
-- json.lua [ROUNDS]; needs no server.

local cjson = require "cjson"
local json = require "oai.codec.json"

local ROUNDS = tonumber(arg[1]) or 31
local SLICE = 0.004 -- seconds of CPU that each side has in a round, about

-- What is read and written -----------------------------------------------------

local state = 7

--- A number below `n`, the same ones in every run.
local function below(n)
  state = state * 16807 % 2147483647
  return state % n
end

--- So many bytes of what a model writes about a program: a quote or a line end
--- every twenty bytes or so.
local function answer(length)
  local words, size = {}, 0
  local parts = { 'local name = "value"', "\n", "for i = 1, 10 do", "  print(\"line\")", "\n\n",
    "The function returns ", "a table, ", "which is then read. ", "\n- ", "end\n", "`code`", " and so on; " }
  while size < length do
    local part = parts[1 + below(#parts)]
    words[#words + 1] = part
    size = size + #part
  end
  return table.concat(words):sub(1, length)
end

--- So many bytes of prose: a line end every eighty bytes or so, quotes now and
--- then.
local function prose(length)
  local words = { "the", "of", "library", "which", "answers", "a", "question", "about", "rivers", "and", "mountains" }
  local pieces, size, line = {}, 0, 0
  while size < length do
    local word = words[1 + below(#words)]
    word = below(60) == 0 and '"' .. word .. '"' or word
    line = line > 75 and 0 or line + #word + 1
    pieces[#pieces + 1] = word .. (line == 0 and "\n" or " ")
    size = size + #word + 1
  end
  return table.concat(pieces):sub(1, length)
end

local function completion(content)
  return {
    id = "chatcmpl-BZ1Q2w3E4r5T6y7U8i9O0pAsDf", object = "chat.completion", created = 1748736000,
    model = "gpt-4o-2024-08-06",
    choices = { {
      index = 0, finish_reason = "stop", logprobs = json.null,
      message = { role = "assistant", content = content, refusal = json.null, annotations = json.array() },
    } },
    usage = {
      prompt_tokens = 19, completion_tokens = 10, total_tokens = 29,
      prompt_tokens_details = { cached_tokens = 0, audio_tokens = 0 },
      completion_tokens_details = {
        reasoning_tokens = 0, audio_tokens = 0, accepted_prediction_tokens = 0, rejected_prediction_tokens = 0,
      },
    },
    service_tier = "default", system_fingerprint = "fp_0123456789",
  }
end

--- As the API writes a chunk: 289 bytes.
local CHUNK = '{"id":"chatcmpl-abcdefghijklmnopqrstuvwxyz","object":"chat.completion.chunk","created":1700000000,'
  .. '"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_abcdef",'
  .. '"choices":[{"index":0,"delta":{"content":"token"},"logprobs":null,"finish_reason":null}],"obfuscation":"a"}'

local function files()
  local list = {}
  for i = 1, 100 do
    list[i] = {
      id = ("file-%022d"):format(i), object = "file", bytes = below(1000000), created_at = 1748736000 + i,
      filename = ("data-%d.jsonl"):format(i), purpose = "fine-tune", status = "processed", expires_at = json.null,
      status_details = json.null,
    }
  end
  return { object = "list", data = list, has_more = true, first_id = list[1].id, last_id = list[100].id }
end

--- The text of 1,536 numbers with so many digits: 8 as the API writes them, 17
--- as servers do that have them as floats of 64 bits.
local function vector(digits)
  local numbers = {}
  for i = 1, 1536 do
    local fraction = ("%08d%09d"):format(below(100000000), below(1000000000)):sub(1, digits)
    numbers[i] = (below(2) == 0 and "-" or "") .. "0.0" .. fraction
  end
  return "[" .. table.concat(numbers, ",") .. "]"
end

local function embeddings(digits)
  local items = {}
  for i = 1, 100 do
    items[i] = ('{"object":"embedding","index":%d,"embedding":%s}'):format(i - 1, vector(digits))
  end
  return '{"object":"list","data":[' .. table.concat(items, ",") .. '],"model":"text-embedding-3-small",'
    .. '"usage":{"prompt_tokens":8,"total_tokens":8}}'
end

local function conversation()
  local messages = { { role = "system", content = "You are a helpful assistant." } }
  for i = 1, 20 do
    messages[i + 1] = { role = i % 2 == 1 and "user" or "assistant", content = answer(60 + below(200)) }
  end
  return { model = "gpt-4o", messages = messages, temperature = 0.7, max_completion_tokens = 1000, stream = true }
end

-- The rows ---------------------------------------------------------------------

local function reads(name, text, limit)
  return { name = "read " .. name, ours = json.decode, theirs = cjson.decode, value = text, limit = limit }
end

local function writes(name, value, limit)
  return { name = "write " .. name, ours = json.encode, theirs = cjson.encode, value = value, limit = limit }
end

local function rows()
  return {
    reads("24 KB answer", json.encode(completion(answer(24000))), 0.45),
    reads("100 x 1,536 floats", embeddings(8), 0.40),
    reads("100 x 1,536 long floats", embeddings(17), 0.40),
    reads("a chunk", CHUNK, 0.60),
    reads("100 files", json.encode(files()), 0.55),
    reads("a chat reply", json.encode(completion("Hello! How can I assist you today?")), 0.65),
    writes("1,536 floats", json.decode(vector(8)), 1.0),
    writes("1,536 long floats", json.decode(vector(17)), 1.0),
    writes("a chat request", conversation(), 0.8),
    writes("24 KB text", prose(24000), 0.2),
    writes("24 KB answer", answer(24000), 0.4),
  }
end

-- The clock --------------------------------------------------------------------

local clock = os.clock

local function seconds_of(work, value, times)
  local started = clock()
  for _ = 1, times do
    work(value)
  end
  return clock() - started
end

local function times_of(work, value)
  local times = 1
  while true do
    local seconds = seconds_of(work, value, times)
    if seconds > SLICE / 4 then
      return math.max(1, math.floor(times * SLICE / seconds))
    end
    times = times * 4
  end
end

local function median(values)
  table.sort(values)
  return values[math.ceil(#values / 2)]
end

local function measure(row)
  local times, ours, theirs, ratios = times_of(row.theirs, row.value), {}, {}, {}
  for round = 1, ROUNDS do
    collectgarbage()
    ours[round] = seconds_of(row.ours, row.value, times)
    collectgarbage()
    theirs[round] = seconds_of(row.theirs, row.value, times)
    ratios[round] = ours[round] / theirs[round]
  end
  return median(ours) / times * 1e6, median(theirs) / times * 1e6, median(ratios)
end

for _, row in ipairs(rows()) do
  local ours, theirs, ratio = measure(row)
  print(("%s\t%.3f\t%.3f\t%.4f\t%.2f"):format(row.name, ours, theirs, ratio, row.limit))
end
