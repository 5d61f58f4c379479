-- Answers from files of yours:
--
--   lua examples/ask_notes.lua QUESTION FILE...
--
-- Finds the paragraphs that are nearest to the question, by their vectors, and
-- has a model answer from these alone. Vectors are kept in ask_notes.jsonl, so
-- that a paragraph is sent for one only once. OPENAI_API_KEY has the key.

local oai = require "oai"

local KEPT = "ask_notes.jsonl"
local AT_ONCE = 4 -- requests
local IN_ONE = 100 -- paragraphs of a request
local NEAREST = 5 -- that the model is given

local VECTORS = "text-embedding-3-small"
local MODEL = os.getenv "OPENAI_MODEL" or "gpt-4o-mini"

local function fail(message)
  io.stderr:write(tostring(message), "\n")
  os.exit(1)
end

--- The paragraphs of files, each with the file that it is from.
local function paragraphs_of(paths)
  local found = {}
  for _, path in ipairs(paths) do
    local file, reason = io.open(path, "rb")
    if not file then
      return nil, reason
    end
    local text = file:read("*a"):gsub("\r", "") .. "\n\n"
    file:close()
    for paragraph in text:gmatch "%s*(.-)\n%s*\n" do
      if paragraph ~= "" then
        found[#found + 1] = { text = paragraph, path = path }
      end
    end
  end
  return found
end

--- The vectors of earlier questions, by text.
local function kept_vectors()
  local vectors, file = {}, io.open(KEPT, "rb")
  if file then
    for line in file:lines() do
      local kept = oai.json.decode(line --[[@as string]])
      if kept then -- a line that was cut is none
        vectors[kept.text] = kept.vector
      end
    end
    file:close()
  end
  return vectors
end

--- The texts that have no vector yet, in lists of a request each.
local function without(vectors, question, paragraphs)
  local lists, seen, count = {}, {}, 0
  local function want(text)
    if not vectors[text] and not seen[text] then
      local at = math.floor(count / IN_ONE) + 1
      lists[at] = lists[at] or {}
      table.insert(lists[at], text)
      seen[text], count = true, count + 1
    end
  end
  want(question)
  for _, paragraph in ipairs(paragraphs) do
    want(paragraph.text)
  end
  return lists
end

--- Has vectors made, and keeps them.
local function embed(client, vectors, lists)
  local replies, err = client:map(lists, function(texts)
    return client.embeddings:create { model = VECTORS, input = texts }
  end, { concurrency = AT_ONCE })
  if not replies then
    return nil, err
  end
  local file = assert(io.open(KEPT, "ab"))
  for i, reply in ipairs(replies) do
    for j, item in ipairs(reply.data) do
      vectors[lists[i][j]] = item.embedding
      file:write(oai.json.encode { text = lists[i][j], vector = item.embedding }, "\n")
    end
  end
  file:close()
  return true
end

local function nearest(question, paragraphs, vectors)
  for _, paragraph in ipairs(paragraphs) do
    paragraph.likeness = oai.similarity(vectors[question], vectors[paragraph.text])
  end
  table.sort(paragraphs, function(a, b)
    return a.likeness > b.likeness
  end)
  local lines = {}
  for i = 1, math.min(NEAREST, #paragraphs) do
    lines[i] = ("[%s]\n%s"):format(paragraphs[i].path, paragraphs[i].text)
  end
  return table.concat(lines, "\n\n")
end

if not arg[2] then
  fail "usage: ask_notes.lua QUESTION FILE..."
end
local question, paths = arg[1] --[[@as string]], {}
for i = 2, #arg do
  paths[i - 1] = arg[i]
end
local paragraphs, reason = paragraphs_of(paths)
if not paragraphs then
  fail(reason)
end

local client, vectors = oai.client {}, kept_vectors()
local done, err = embed(client, vectors, without(vectors, question, paragraphs))
if not done then
  fail(err)
end
local stream
stream, err = client.responses:stream {
  model = MODEL, input = question,
  instructions = "Answer from these notes alone, and say from which file. If they do not say it, say so.\n\n"
    .. nearest(question, paragraphs, vectors),
}
if not stream then
  fail(err)
end
for text in stream:text() do
  io.write(text)
  io.flush()
end
print()
client:close()
